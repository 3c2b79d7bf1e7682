"""Operators that other formats have and ONNX has not: each is one layer."""

from __future__ import annotations

from .building import pointwise
from .calls import Call, Made, Part, Rule
from .elementwise import elementwise


def copy(call: Call) -> Made:
    """Copy: every element of the output is set from the input, which is stretched over it."""
    data, output = call.input(0), call.output()
    workload = pointwise(output.shape, {"input": data.shape}, "output = input")
    return (Part("", workload, (("input", data.name),), output.name),)


_FORMULAS = {
    **{"Trunc": "trunc(a)", "Expm1": "expm1(a)", "Log1p": "log1p(a)", "Log2": "log2(a)", "Log10": "log10(a)"},
    **{"Exp2": "exp2(a)", "Erfc": "erfc(a)", "Cbrt": "cbrt(a)"},
}

FURTHER: dict[str, Rule] = {"Copy": copy, **{name: elementwise(text) for name, text in _FORMULAS.items()}}
"""By name."""
