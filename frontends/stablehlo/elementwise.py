"""Operations of one element at a time. Operands that are broadcast are read as they were before."""

from __future__ import annotations

import re

from ..models import GraphTensor
from .making import Making, Refused, Rule

_ONE = {
    **{"exponential": "Exp", "exponential_minus_one": "Expm1", "log": "Log", "log_plus_one": "Log1p"},
    **{"logistic": "Sigmoid", "tanh": "Tanh", "sqrt": "Sqrt", "rsqrt": "Rsqrt", "cbrt": "Cbrt", "negate": "Neg"},
    **{"abs": "Abs", "sign": "Sign", "floor": "Floor", "ceil": "Ceil", "cosine": "Cos", "sine": "Sin", "tan": "Tan"},
    **{"round_nearest_even": "Round", "round_nearest_afz": "Round", "is_finite": "IsInf", "not": "Not"},
    **{"erf": "Erf", "erfc": "Erfc", "asin": "Asin", "acos": "Acos", "atan": "Atan", "sinh": "Sinh", "cosh": "Cosh"},
    **{"asinh": "Asinh", "acosh": "Acosh", "atanh": "Atanh", "is_inf": "IsInf"},
}
_TWO = {
    **{"add": "Add", "subtract": "Sub", "multiply": "Mul", "divide": "Div", "power": "Pow", "remainder": "Mod"},
    **{"maximum": "Max", "minimum": "Min", "and": "And", "or": "Or", "xor": "Xor", "atan2": "Atan2"},
}
_WHOLE = {"And": "BitwiseAnd", "Or": "BitwiseOr", "Xor": "BitwiseXor", "Not": "BitwiseNot"}
_TESTS = {
    **{"EQ": "Equal", "NE": "NotEqual", "LT": "Less", "LE": "LessOrEqual", "GT": "Greater", "GE": "GreaterOrEqual"},
}


def _operands(making: Making, count: int) -> list[GraphTensor]:
    if len(making.operands) != count:
        raise Refused(f"it has {len(making.operands)} operands, not {count}")
    return [making.stretched(place) for place in range(count)]


def _elementwise(operator: str, count: int) -> Rule:
    def rule(making: Making) -> None:
        whole = operator in _WHOLE and making.result().element != "bool"
        making.node(_WHOLE[operator] if whole else operator, _operands(making, count))

    return rule


def _compare(making: Making) -> None:
    found = re.search(r"\b(EQ|NE|LT|LE|GT|GE)\b", making.text)
    if found is None:
        raise Refused("its direction is not known")
    making.node(_TESTS[found[1]], _operands(making, 2))


def _square(making: Making) -> None:
    making.node("Mul", [*_operands(making, 1) * 2])


def _select(making: Making) -> None:
    making.node("Where", _operands(making, 3))


def _clamp(making: Making) -> None:
    least, data, most = _operands(making, 3)
    making.node("Clip", [data, least, most])


def _shift(direction: str) -> Rule:
    def rule(making: Making) -> None:
        making.node("BitShift", _operands(making, 2), direction=direction)

    return rule


RULES: dict[str, Rule] = {
    **{name: _elementwise(operator, 1) for name, operator in _ONE.items()},
    **{name: _elementwise(operator, 2) for name, operator in _TWO.items()},
    "compare": _compare,
    "square": _square,
    "select": _select,
    "clamp": _clamp,
    "shift_left": _shift("LEFT"),
    "shift_right_logical": _shift("RIGHT"),
    "shift_right_arithmetic": _shift("RIGHT"),
}
"""By name, without the dialect."""
