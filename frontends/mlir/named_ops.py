"""The named operations of `linalg` that are one loop nest each.

An entry is `iterators: inputs -> output` with the iterators in MLIR's order, outermost first, and one comma-separated
list of subscripts per operand. `oh^kh` is a window: `oh * stride + kh * dilation`, of which the first window of an
entry takes the first numbers of the attributes `strides` and `dilations`, and so on; both are 1 unless given.

A contraction adds the product of its inputs to its output. A pooling combines its first input with the output; the
second input only gives the extents of the window. A quantized operation is a contraction of which two further inputs
are the zero points of the first two.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

CONTRACTIONS = {
    "matmul": "m,n,k: m,k * k,n -> m,n",
    "matmul_unsigned": "m,n,k: m,k * k,n -> m,n",
    "matmul_transpose_a": "m,n,k: k,m * k,n -> m,n",
    "matmul_transpose_b": "m,n,k: m,k * n,k -> m,n",
    "batch_matmul": "b,m,n,k: b,m,k * b,k,n -> b,m,n",
    "batch_matmul_transpose_a": "b,m,n,k: b,k,m * b,k,n -> b,m,n",
    "batch_matmul_transpose_b": "b,m,n,k: b,m,k * b,n,k -> b,m,n",
    "batch_reduce_matmul": "b,m,n,k: b,m,k * b,k,n -> m,n",
    "mmt4d": "m,n,k,m0,n0,k0: m,k,m0,k0 * n,k,n0,k0 -> m,n,m0,n0",
    "batch_mmt4d": "b,m,n,k,m0,n0,k0: b,m,k,m0,k0 * b,n,k,n0,k0 -> b,m,n,m0,n0",
    "matvec": "m,n: m,n * n -> m",
    "vecmat": "n,m: m * m,n -> n",
    "batch_matvec": "b,m,k: b,m,k * b,k -> b,m",
    "batch_vecmat": "b,n,k: b,k * b,k,n -> b,n",
    "dot": "m: m * m -> ",
    "conv_1d": "ow,kw: ow^kw * kw -> ow",
    "conv_2d": "oh,ow,kh,kw: oh^kh,ow^kw * kh,kw -> oh,ow",
    "conv_3d": "od,oh,ow,kd,kh,kw: od^kd,oh^kh,ow^kw * kd,kh,kw -> od,oh,ow",
    "conv_1d_nwc_wcf": "n,ow,f,kw,c: n,ow^kw,c * kw,c,f -> n,ow,f",
    "conv_1d_ncw_fcw": "n,f,ow,c,kw: n,c,ow^kw * f,c,kw -> n,f,ow",
    "conv_2d_nhwc_hwcf": "n,oh,ow,f,kh,kw,c: n,oh^kh,ow^kw,c * kh,kw,c,f -> n,oh,ow,f",
    "conv_2d_nhwc_fhwc": "n,oh,ow,f,kh,kw,c: n,oh^kh,ow^kw,c * f,kh,kw,c -> n,oh,ow,f",
    "conv_2d_nchw_fchw": "n,f,oh,ow,c,kh,kw: n,c,oh^kh,ow^kw * f,c,kh,kw -> n,f,oh,ow",
    "conv_2d_ngchw_fgchw": "n,g,f,oh,ow,c,kh,kw: n,g,c,oh^kh,ow^kw * f,g,c,kh,kw -> n,g,f,oh,ow",
    "conv_2d_ngchw_gfchw": "n,g,f,oh,ow,c,kh,kw: n,g,c,oh^kh,ow^kw * g,f,c,kh,kw -> n,g,f,oh,ow",
    "conv_2d_nhwgc_gfhwc": "n,oh,ow,g,f,kh,kw,c: n,oh^kh,ow^kw,g,c * g,f,kh,kw,c -> n,oh,ow,g,f",
    "conv_3d_ndhwc_dhwcf": "n,od,oh,ow,f,kd,kh,kw,c: n,od^kd,oh^kh,ow^kw,c * kd,kh,kw,c,f -> n,od,oh,ow,f",
    "conv_3d_ncdhw_fcdhw": "n,od,oh,ow,f,kd,kh,kw,c: n,c,od^kd,oh^kh,ow^kw * f,c,kd,kh,kw -> n,f,od,oh,ow",
    "depthwise_conv_1d_nwc_wc": "n,ow,c,kw: n,ow^kw,c * kw,c -> n,ow,c",
    "depthwise_conv_1d_ncw_cw": "n,ow,c,kw: n,c,ow^kw * c,kw -> n,c,ow",
    "depthwise_conv_1d_nwc_wcm": "n,ow,c,m,kw: n,ow^kw,c * kw,c,m -> n,ow,c,m",
    "depthwise_conv_2d_nhwc_hwc": "n,oh,ow,c,kh,kw: n,oh^kh,ow^kw,c * kh,kw,c -> n,oh,ow,c",
    "depthwise_conv_2d_nchw_chw": "n,oh,ow,c,kh,kw: n,c,oh^kh,ow^kw * c,kh,kw -> n,c,oh,ow",
    "depthwise_conv_2d_nhwc_hwcm": "n,oh,ow,c,m,kh,kw: n,oh^kh,ow^kw,c * kh,kw,c,m -> n,oh,ow,c,m",
    "depthwise_conv_3d_ndhwc_dhwc": "n,od,oh,ow,kd,kh,kw,c: n,od^kd,oh^kh,ow^kw,c * kd,kh,kw,c -> n,od,oh,ow,c",
    "depthwise_conv_3d_ncdhw_cdhw": "n,od,oh,ow,kd,kh,kw,c: n,c,od^kd,oh^kh,ow^kw * c,kd,kh,kw -> n,c,od,oh,ow",
    "depthwise_conv_3d_ndhwc_dhwcm": "n,od,oh,ow,m,kd,kh,kw,c: n,od^kd,oh^kh,ow^kw,c * kd,kh,kw,c,m -> n,od,oh,ow,c,m",
}

_LAYOUTS = "nhwc_hwcf nhwc_fhwc nchw_fchw ngchw_gfchw nhwgc_gfhwc"
QUANTIZED = {
    **{f"quantized_{name}": name for name in ("matmul", "batch_matmul")},
    **{f"conv_2d_{layout}_q": f"conv_2d_{layout}" for layout in _LAYOUTS.split()},
    **{f"depthwise_conv_2d_nhwc_{layout}_q": f"depthwise_conv_2d_nhwc_{layout}" for layout in ("hwc", "hwcm")},
    "conv_3d_ndhwc_dhwcf_q": "conv_3d_ndhwc_dhwcf",
}
"""The contractions with zero points, and those that they are without."""

POOLINGS = {
    "pooling_nwc": "n,ow,c,kw: n,ow^kw,c * kw -> n,ow,c",
    "pooling_ncw": "n,c,ow,kw: n,c,ow^kw * kw -> n,c,ow",
    "pooling_nhwc": "n,oh,ow,c,kh,kw: n,oh^kh,ow^kw,c * kh,kw -> n,oh,ow,c",
    "pooling_nchw": "n,c,oh,ow,kh,kw: n,c,oh^kh,ow^kw * kh,kw -> n,c,oh,ow",
    "pooling_ndhwc": "n,od,oh,ow,c,kd,kh,kw: n,od^kd,oh^kh,ow^kw,c * kd,kh,kw -> n,od,oh,ow,c",
}

POOLED = {"sum": "+", "max": "max", "min": "min", "max_unsigned": "max", "min_unsigned": "min"}
"""How a pooling combines, by the end of its name."""

UNARY = {
    "negf": "-",
    **{name: name for name in ("abs", "ceil", "erf", "exp", "floor", "log", "round", "rsqrt", "sqrt", "tanh")},
}
BINARY = {
    **{"add": "+", "sub": "-", "mul": "*", "div": "/", "div_unsigned": "/", "max": "max", "min": "min"},
    "powf": "pow",
}
"""The function that is applied to every element, whatever the rank."""


@dataclass(frozen=True, slots=True)
class NamedOp:
    """An entry, read: subscripts are names, or pairs of an output and a window."""

    loops: tuple[str, ...]
    operands: tuple[tuple[tuple[str, ...], ...], ...]
    function: str
    """What combines the output with the product of the inputs, or with the first of them."""
    pools: bool
    quantized: bool = False
    """Whether two scalars are subtracted from the inputs before they are multiplied."""

    @property
    def windows(self) -> int:
        """How many windows slide over the inputs."""
        return sum(len(axis) == 2 for axis in self.operands[0])


def named_op(name: str) -> NamedOp | None:
    """The meaning of a contraction or a pooling, by its name without the dialect."""
    if name in CONTRACTIONS:
        return _parse(CONTRACTIONS[name], "+", pools=False)
    if name in QUANTIZED:
        return replace(_parse(CONTRACTIONS[QUANTIZED[name]], "+", pools=False), quantized=True)
    for prefix, entry in POOLINGS.items():
        function = POOLED.get(name.removeprefix(f"{prefix}_"))
        if name.startswith(f"{prefix}_") and function:
            return _parse(entry, function, pools=True)
    return None


def _parse(entry: str, function: str, *, pools: bool) -> NamedOp:
    loops, _, operands = entry.partition(": ")
    inputs, _, output = operands.partition(" -> ")
    lists = [*inputs.split(" * "), output]
    axes = tuple(tuple(tuple(axis.split("^")) for axis in item.split(",") if axis) for item in lists)
    return NamedOp(tuple(loops.split(",")), axes, function, pools)
