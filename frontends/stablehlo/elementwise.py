"""Operations of one element at a time. Operands that are broadcast are read as they were before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..models import GraphTensor
from .making import Making, Refused, Rule

_OPERATORS = {
    **{"add": "Add", "subtract": "Sub", "multiply": "Mul", "divide": "Div", "power": "Pow", "remainder": "Mod"},
    **{"maximum": "Max", "minimum": "Min", "and": "And", "or": "Or", "xor": "Xor", "not": "Not", "atan2": "Atan2"},
    **{"exponential": "Exp", "exponential_minus_one": "Expm1", "log": "Log", "log_plus_one": "Log1p"},
    **{"logistic": "Sigmoid", "tanh": "Tanh", "sqrt": "Sqrt", "rsqrt": "Rsqrt", "cbrt": "Cbrt", "negate": "Neg"},
    **{"abs": "Abs", "sign": "Sign", "floor": "Floor", "ceil": "Ceil", "cosine": "Cos", "sine": "Sin", "tan": "Tan"},
    **{"round_nearest_even": "Round", "round_nearest_afz": "Round", "is_finite": "IsInf"},
    **{"erf": "Erf", "erfc": "Erfc", "asin": "Asin", "acos": "Acos", "atan": "Atan", "sinh": "Sinh", "cosh": "Cosh"},
    **{"asinh": "Asinh", "acosh": "Acosh", "atanh": "Atanh", "is_inf": "IsInf"},
}
_WHOLE = {"And": "BitwiseAnd", "Or": "BitwiseOr", "Xor": "BitwiseXor", "Not": "BitwiseNot"}
_TESTS = {
    **{"EQ": "Equal", "NE": "NotEqual", "LT": "Less", "LE": "LessOrEqual", "GT": "Greater", "GE": "GreaterOrEqual"},
}


def _operands(making: Making) -> Sequence[GraphTensor]:
    return [making.stretched(place) for place in range(len(making.operands))]


def _elementwise(operator: str) -> Rule:
    def rule(making: Making) -> None:
        whole = operator in _WHOLE and making.result().element != "bool"
        making.node(_WHOLE[operator] if whole else operator, _operands(making))

    return rule


def _compare(making: Making) -> None:
    found = re.search(r"\b(EQ|NE|LT|LE|GT|GE)\b", making.text)
    if found is None:
        raise Refused("its direction is not known")
    making.node(_TESTS[found[1]], _operands(making))


def _square(making: Making) -> None:
    operand = making.stretched(0)
    making.node("Mul", [operand, operand])


def _select(making: Making) -> None:
    making.node("Where", _operands(making))


def _clamp(making: Making) -> None:
    least, data, most = (making.stretched(place) for place in range(3))
    making.node("Clip", [data, least, most])


def _shift(direction: str) -> Rule:
    def rule(making: Making) -> None:
        making.node("BitShift", _operands(making), direction=direction)

    return rule


RULES: dict[str, Rule] = {
    **{name: _elementwise(operator) for name, operator in _OPERATORS.items()},
    "compare": _compare,
    "square": _square,
    "select": _select,
    "clamp": _clamp,
    "shift_left": _shift("LEFT"),
    "shift_right_logical": _shift("RIGHT"),
    "shift_right_arithmetic": _shift("RIGHT"),
}
"""By name, without the dialect."""
