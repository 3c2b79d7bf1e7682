"""Operators of one element at a time."""

from __future__ import annotations

from math import inf

from ...models import GraphTensor
from ..making import Making, Refused, Rule

_ONE = {
    **{name: name.capitalize() for name in ("abs", "exp", "log", "sqrt", "erf", "floor", "ceil", "round", "sign")},
    **{name: name.capitalize() for name in ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")},
    **{name: name.capitalize() for name in ("asinh", "acosh", "atanh", "sigmoid", "neg", "reciprocal", "relu")},
    **{"rsqrt": "Rsqrt", "silu": "Silu", "mish": "Mish", "hardswish": "HardSwish", "softsign": "Softsign"},
    **{"logical_not": "Not", "bitwise_not": "BitwiseNot", "isnan": "IsNaN", "isinf": "IsInf", "negative": "Neg"},
    **{name: name.capitalize() for name in ("trunc", "expm1", "log1p", "log2", "log10", "exp2", "erfc")},
}
_TWO = {
    **{"mul": "Mul", "multiply": "Mul", "div": "Div", "divide": "Div", "true_divide": "Div"},
    **{"eq": "Equal", "ne": "NotEqual", "lt": "Less", "le": "LessOrEqual", "gt": "Greater", "ge": "GreaterOrEqual"},
    **{"maximum": "Max", "minimum": "Min", "atan2": "Atan2", "prelu": "PRelu", "remainder": "Mod"},
    **{"logical_and": "And", "logical_or": "Or", "logical_xor": "Xor"},
    **{"bitwise_and": "BitwiseAnd", "bitwise_or": "BitwiseOr", "bitwise_xor": "BitwiseXor"},
    **{"__and__": "BitwiseAnd", "__or__": "BitwiseOr", "__xor__": "BitwiseXor"},
}


def _one(operator: str) -> Rule:
    def rule(making: Making) -> None:
        making.unread("decimals")
        making.node(operator, [making.tensor("self", "input")])

    return rule


def _two(operator: str) -> Rule:
    def rule(making: Making) -> None:
        left, right = making.tensor("self", "input"), making.tensor("other", "weight")
        if making.has("rounding_mode"):
            quotient = making.node(operator, [left, right], making.new("quotient", making.output.shape))
            making.node("Floor" if making.text("rounding_mode", "floor") == "floor" else "Trunc", [quotient])
            return
        if operator == "BitwiseAnd" and making.output.element == "bool":
            making.node("And", [left, right])
            return
        making.node(operator, [left, right])

    return rule


def _scaled(making: Making, tensor: GraphTensor, name: str) -> GraphTensor:
    """The tensor times the number of an argument, if that is not 1."""
    factor = making.number(name, 1)
    if factor == 1:
        return tensor
    scaled = making.new("scaled", tensor.shape, tensor.element)
    return making.node("Mul", [tensor, making.constant((factor,), ())], scaled)


def _sum(operator: str, turned: bool = False) -> Rule:
    def rule(making: Making) -> None:
        left, right = making.tensor("self"), making.tensor("other")
        sides: list[GraphTensor | None] = [left, _scaled(making, right, "alpha")]
        making.node(operator, sides[::-1] if turned else sides)

    return rule


def _square(making: Making) -> None:
    data = making.tensor("self")
    making.node("Mul", [data, data])


def _power(making: Making) -> None:
    """Squares are products, as PyTorch computes them; other powers are `pow`."""
    data, exponent = making.tensor("self"), making.tensor("exponent")
    if exponent.values == (2,):
        making.node("Mul", [data, data])
    else:
        making.node("Pow", [data, exponent])


def _floor_divide(making: Making) -> None:
    quotient = making.new("quotient", making.output.shape)
    making.node("Div", [making.tensor("self"), making.tensor("other")], quotient)
    making.node("Floor", [quotient])


def _fmod(making: Making) -> None:
    making.node("Mod", [making.tensor("self"), making.tensor("other")], fmod=1)


def _clamp(least: str, most: str) -> Rule:
    """The rule of Clip whose bounds are numbers or tensors of these names."""

    def rule(making: Making) -> None:
        bounds: list[GraphTensor | None] = []
        attributes: dict[str, float] = {}
        for name, own in (("min", least), ("max", most)):
            given = making.optional(own)
            if given is not None and given.values is not None and len(given.values) == 1:
                if abs(given.values[0]) < inf:
                    attributes[name] = float(given.values[0])
                bounds.append(None)
            else:
                bounds.append(given)
        inputs = [making.tensor("self"), *bounds]
        making.add(making.call.name, "Clip", inputs, (making.output.name,), attributes)

    return rule


def _hardtanh(making: Making) -> None:
    least, most = making.number("min_val", -1.0), making.number("max_val", 1.0)
    making.node("Clip", [making.tensor("self")], min=float(least), max=float(most))


def _relu6(making: Making) -> None:
    making.node("Clip", [making.tensor("self")], min=0.0, max=6.0)


def _gelu(making: Making) -> None:
    making.node("Gelu", [making.tensor("self")], approximate=making.text("approximate", "none"))


def _with_alpha(operator: str, name: str, default: float) -> Rule:
    def rule(making: Making) -> None:
        if making.number("scale", 1) != 1 or making.number("input_scale", 1) != 1:
            raise Refused("scales of elu")
        making.node(operator, [making.tensor("self")], alpha=float(making.number(name, default)))

    return rule


def _hardsigmoid(making: Making) -> None:
    making.node("HardSigmoid", [making.tensor("self")], alpha=1 / 6, beta=0.5)


def _softplus(making: Making) -> None:
    if making.number("beta", 1) != 1:
        raise Refused(f"argument 'beta' is {making.number('beta', 1)}")
    making.unread("threshold")
    making.node("Softplus", [making.tensor("self")])


def _where(making: Making) -> None:
    making.node("Where", [making.tensor("condition"), making.tensor("self"), making.tensor("other")])


def _masked_fill(making: Making) -> None:
    making.node("Where", [making.tensor("mask"), making.tensor("value"), making.tensor("self")])


def _fused(operator: str) -> Rule:
    """addcmul and addcdiv: a tensor and a number times a product or a quotient of two others."""

    def rule(making: Making) -> None:
        inner = making.new("inner", making.output.shape)
        made = making.node(operator, [making.tensor("tensor1"), making.tensor("tensor2")], inner)
        making.node("Add", [making.tensor("self"), _scaled(making, made, "value")])

    return rule


def _glu(making: Making) -> None:
    """Half of the elements times the sigmoid of the other half."""
    data, shape = making.tensor("self"), making.output.shape
    axis = making.axis(making.integer("dim", -1), len(data.shape))
    first, second = making.new("first", shape), making.new("second", shape)
    making.add(
        f"{making.call.name}.halves", "Split", [data], (first.name, second.name), {"axis": axis, "num_outputs": 2}
    )
    gate = making.node("Sigmoid", [second], making.new("gate", shape))
    making.node("Mul", [first, gate])


def _difference(making: Making) -> None:
    """Every element less the one before it."""
    data, shape = making.tensor("self"), making.output.shape
    if making.integer("n", 1) != 1 or making.has("prepend") or making.has("append"):
        raise Refused("differences of differences, or of more than its own elements")
    making.unread("dim")
    sides: list[GraphTensor | None] = [making.new(side, shape) for side in ("behind", "before")]
    for side in sides:
        making.node("Slice", [data], side)
    making.node("Sub", sides)


def _log_sigmoid(making: Making) -> None:
    making.node("Log", [making.node("Sigmoid", [making.tensor("self")], making.new("sigmoid", making.output.shape))])


RULES: dict[str, Rule] = {
    **{name: _one(operator) for name, operator in _ONE.items()},
    **{name: _two(operator) for name, operator in _TWO.items()},
    **dict.fromkeys(("add", "__add__"), _sum("Add")),
    **dict.fromkeys(("sub", "subtract"), _sum("Sub")),
    **dict.fromkeys(("clamp", "clip"), _clamp("min", "max")),
    "clamp_min": _clamp("min", ""),
    "clamp_max": _clamp("", "max"),
    "rsub": _sum("Sub", turned=True),
    "square": _square,
    "pow": _power,
    "floor_divide": _floor_divide,
    "fmod": _fmod,
    "hardtanh": _hardtanh,
    "relu6": _relu6,
    "gelu": _gelu,
    "leaky_relu": _with_alpha("LeakyRelu", "negative_slope", 0.01),
    "elu": _with_alpha("Elu", "alpha", 1.0),
    "celu": _with_alpha("Celu", "alpha", 1.0),
    "selu": _one("Selu"),
    "hardsigmoid": _hardsigmoid,
    "softplus": _softplus,
    "where": _where,
    "masked_fill": _masked_fill,
    "addcmul": _fused("Mul"),
    "addcdiv": _fused("Div"),
    "glu": _glu,
    "diff": _difference,
    "log_sigmoid": _log_sigmoid,
}
"""By the names of `torch.ops.aten`."""
