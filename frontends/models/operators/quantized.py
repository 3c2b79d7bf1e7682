"""Products of quantized tensors, and the steps between numbers and their quantized form."""

from __future__ import annotations

from dataclasses import replace

from ....ir import Workload
from ..graph import GraphTensor
from .building import Shape, pointwise, statement
from .calls import Call, Made, Part, Unstated
from .convolutions import convolution_workload
from .products import product_workload
from .reductions import reduction

_RANGES = {"u8": (0, 255), "i8": (-128, 127), "u16": (0, 65535), "i16": (-32768, 32767), "u4": (0, 15), "i4": (-8, 7)}


def qlinear_conv(call: Call) -> Made:
    """QLinearConv: a convolution of elements less their zero points, and its results quantized anew."""
    data, weight, output = call.input(0), call.input(3), call.output()
    product = convolution_workload(call, data.shape, weight.shape, output.shape)
    product = shifted(product, zero_point(call, 2), zero_point(call, 5))
    ones = (1,) * (len(output.shape) - 2)
    return _rescaled(call, product, (data.name, weight.name), output, call.input(4).shape + ones)


def qlinear_matmul(call: Call) -> Made:
    """QLinearMatMul: likewise a product of matrices."""
    data, weight, output = call.input(0), call.input(3), call.output()
    product = shifted(product_workload(data.shape, weight.shape), zero_point(call, 2), zero_point(call, 5))
    return _rescaled(call, product, (data.name, weight.name), output, call.input(4).shape)


def conv_integer(call: Call) -> Made:
    """ConvInteger: a convolution of elements less their zero points."""
    data, weight, output = call.input(0), call.input(1), call.output()
    product = convolution_workload(call, data.shape, weight.shape, output.shape)
    product = shifted(product, zero_point(call, 2), zero_point(call, 3))
    return (Part("", product, (("input", data.name), ("filter", weight.name)), output.name),)


def matmul_integer(call: Call) -> Made:
    """MatMulInteger: likewise a product of matrices."""
    data, weight, output = call.input(0), call.input(1), call.output()
    product = shifted(product_workload(data.shape, weight.shape), zero_point(call, 2), zero_point(call, 3))
    return (Part("", product, (("input", data.name), ("filter", weight.name)), output.name),)


def zero_point(call: Call, position: int) -> GraphTensor | None:
    """A zero point; None where it is not given or known to be 0."""
    if not call.has(position):
        return None
    found = call.input(position)
    if found.values is not None and not any(found.values):
        return None
    if found.elements != 1:
        raise Unstated(f"zero points '{found.name}' of {found.elements} elements that are not 0")
    return found


def shifted(product: Workload, first: GraphTensor | None, second: GraphTensor | None) -> Workload:
    """A product of elements less their zero points, which the elements of the machine keep."""
    left = "input" if first is None else "(input - input_zero)"
    right = "filter" if second is None else "(filter - filter_zero)"
    if first is None and second is None:
        return product
    return replace(product, statement=statement(f"output += {left} * {right}"))


def _rescaled(
    call: Call, product: Workload, sources: tuple[str, str], output: GraphTensor, scale: Shape
) -> tuple[Part, ...]:
    """The product, and its sums times the quotient of the scales, rounded, shifted and clipped."""
    inner = call.inner("sums")
    text = clipped("round(a * scale) + zero", output.element)
    return (
        Part("", product, (("input", sources[0]), ("filter", sources[1])), inner),
        Part(
            "quantize",
            pointwise(output.shape, {"a": output.shape, "scale": scale}, f"output = {text}"),
            (("a", inner), ("scale", call.input(4).name)),
            output.name,
        ),
    )


def clipped(text: str, element: str) -> str:
    """A value that is kept in the range of an element type."""
    if element not in _RANGES:
        return text
    least, most = _RANGES[element]
    return f"max({least}, min({most}, {text}))"


def _scales(call: Call, data: Shape, scale: GraphTensor) -> tuple[Shape, Shape]:
    """The data's shape and that of the scales over it: one number, one for each place along `axis`, or blocks."""
    axis, block = call.integer("axis", 1), call.integer("block_size", 0)
    if scale.elements == 1:
        return data, (1,)
    axis = call.axis(axis, len(data))
    if not block:
        return data, tuple(extent if own == axis else 1 for own, extent in enumerate(data))
    blocks, rest = divmod(data[axis], block)
    if rest or scale.shape != (*data[:axis], blocks, *data[axis + 1 :]):
        raise Unstated(f"scales of blocks (block_size {block}) that do not fit")
    front, back = data[:axis], data[axis + 1 :]
    return (*front, blocks, block, *back), (*front, blocks, 1, *back)


def quantize_linear(call: Call) -> Made:
    """QuantizeLinear: over the scale, rounded, shifted and clipped."""
    for name in ("saturate", "precision"):
        call.integer(name, 0)
    zero = " + z" if call.has(2) else ""
    return _stepped(call, clipped(f"round(a / s){zero}", call.output().element))


def dequantize_linear(call: Call) -> Made:
    """DequantizeLinear: less the zero point, times the scale."""
    return _stepped(call, "(a - z) * s" if call.has(2) else "a * s")


def _stepped(call: Call, text: str) -> Made:
    """A formula of the data `a`, the scale `s` and the zero point `z`."""
    call.integer("output_dtype", 0)
    data, output = call.input(0), call.output()
    whole, own = _scales(call, data.shape, call.input(1))
    sides = [("s", call.input(1)), *([("z", call.input(2))] if call.has(2) else [])]
    workload = pointwise(whole, {"a": whole} | {side: own for side, _ in sides}, f"output = {text}")
    reads = (("a", data.name), *((side, item.name) for side, item in sides))
    return (Part("", workload, reads, output.name),)


def dynamic_quantize_linear(call: Call) -> Made:
    """DynamicQuantizeLinear: the least and the largest element, and every element quantized by them."""
    data, output = call.input(0), call.output()
    axes = range(len(data.shape))
    least, most = call.inner("min"), call.inner("max")
    text = f"output = {clipped('round(a / scale) + zero', 'u8')}"
    return (
        Part("min", reduction(data.shape, axes, "output = min(output, a)"), (("a", data.name),), least),
        Part("max", reduction(data.shape, axes, "output = max(output, a)"), (("a", data.name),), most),
        Part(
            "",
            pointwise(data.shape, {"a": data.shape}, text),
            (("a", data.name), ("scale", most), ("zero", least)),
            output.name,
        ),
    )
