"""What statements compute, on arrays of numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import erf, erfc, lgamma
from typing import Any

import numpy as np

from ...ir import CONVERSION, NEUTRAL, Access, Choice, Literal, Statement, Value, accesses

REDUCTIONS: dict[str, Any] = {"+": np.add, "*": np.multiply, "max": np.maximum, "min": np.minimum}
"""The functions of reductions."""


def _on_bits(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of whole numbers, of numbers that are drawn with a fraction."""
    return lambda *values: function(*(np.asarray(value).astype(np.int64) for value in values))


_BITS = ("bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift")

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **REDUCTIONS,
    **{"-": lambda *values: np.subtract(*values) if len(values) == 2 else np.negative(*values), "/": np.divide},
    **{CONVERSION: lambda value: value, "pow": np.power, "remsi": np.fmod},
    **{"rsqrt": lambda value: 1 / np.sqrt(value), "sigmoid": lambda value: 1 / (1 + np.exp(-value))},
    **{"divsi": lambda one, other: np.trunc(one / other), "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan},
    **{"atan2": np.arctan2, "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh, "round": np.round},
    **{"erf": np.vectorize(erf, [float]), "erfc": np.vectorize(erfc, [float])},
    **{"lgamma": np.vectorize(lgamma, [float])},
    **{name: _on_bits(getattr(np, name)) for name in _BITS},
}
"""Those with another name, or none, in numpy."""


def compute(value: Value, data: Mapping[str, Any]) -> Any:
    """A value of arrays by name that broadcast together.

    KeyError for a name without an array, AttributeError for a function that nobody knows.
    """
    if isinstance(value, Literal):
        return value.value
    if isinstance(value, Access):
        return data[value.array]
    if isinstance(value, Choice):
        raise KeyError(str(value))
    operands = [compute(item, data) for item in value.operands]
    if value.function in ("max", "min") and len(operands) > 2:
        return REDUCTIONS[value.function].reduce(np.broadcast_arrays(*operands))
    return (_FUNCTIONS.get(value.function) or getattr(np, value.function))(*operands)


def scalars_of(statement: Statement, tensors: set[str]) -> list[str]:
    """What a statement names that is no tensor."""
    return sorted({access.array for access in accesses(statement.value)} - tensors)


def neutral(statement: Statement) -> float:
    """What an output holds before anything is taken in."""
    return float(NEUTRAL[statement.reduction].value) if statement.reduction else 0.0
