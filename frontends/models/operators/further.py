"""Operators that other formats have and ONNX has not: each is one layer."""

from __future__ import annotations

from .building import pointwise
from .calls import Call, Made, Part, Rule, View
from .convolutions import slides
from .elementwise import elementwise
from .pooling import window, windows


def copy(call: Call) -> Made:
    """Copy: every element of the output is set from the input, which is stretched over it."""
    data, output = call.input(0), call.output()
    workload = pointwise(output.shape, {"input": data.shape}, "output = input")
    return (Part("", workload, (("input", data.name),), output.name),)


def update(call: Call) -> Made:
    """Update: elements of the second input take the places of some of the first, whose others stay where they are."""
    data, given, output = call.input(0), call.input(1), call.output()
    workload = pointwise(given.shape, {"input": given.shape}, "output = input")
    return (Part("", workload, (("input", given.name), ("data", data.name)), output.name),)


def changed(call: Call) -> Made:
    """Changed: elements that several nodes set where they stay."""
    return tuple(View(call.node.outputs[0], source) for source in call.node.inputs)


_FORMULAS = {
    **{"Trunc": "trunc(a)", "Expm1": "expm1(a)", "Log1p": "log1p(a)", "Log2": "log2(a)", "Log10": "log10(a)"},
    **{"Exp2": "exp2(a)", "Erfc": "erfc(a)", "Cbrt": "cbrt(a)", "Rsqrt": "rsqrt(a)", "Silu": "a * sigmoid(a)"},
    **{"NotEqual": "not_equal(a, b)", "Atan2": "atan2(a, b)"},
}

_POOLS = {"SumPool": "output += input", "MinPool": "output = min(output, input)", "ProdPool": "output *= input"}


def _pooling(text: str) -> Rule:
    """The rule of windows whose elements are taken in as `text` says."""

    def rule(call: Call) -> Made:
        data, output = call.input(0), call.output()
        found = slides(call, data.shape[2:], output.shape[2:], window(call))
        workload = windows(data.shape[:2], found, text)
        return (Part("", workload, (("input", data.name),), output.name),)

    return rule


FURTHER: dict[str, Rule] = {
    "Changed": changed,
    "Copy": copy,
    "Update": update,
    **{name: _pooling(text) for name, text in _POOLS.items()},
    **{name: elementwise(text) for name, text in _FORMULAS.items()},
}
"""By name, all that ONNX has not."""
