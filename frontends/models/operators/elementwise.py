"""Operators of one element at a time, over which their operands are stretched."""

from __future__ import annotations

from math import sqrt
from typing import TypeAlias

from .building import pointwise
from .calls import Call, Made, Part, Rule, Unstated, View

Texts: TypeAlias = dict[str, str]
_SIDES = ("a", "b", "c")
_LARGEST = 3.4028234663852886e38

ONE: Texts = {
    **{name: name.lower() for name in ("Abs", "Exp", "Log", "Sqrt", "Erf", "Floor", "Ceil", "Round", "Sign")},
    **{name: name.lower() for name in ("Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Tanh")},
    **{name: name.lower() for name in ("Asinh", "Acosh", "Atanh", "Sigmoid")},
    "Not": "logical_not",
}
"""Functions of one operand that have a name of their own in statements."""

FORMULAS: Texts = {
    "Neg": "-a",
    "Reciprocal": "1 / a",
    "Relu": "max(a, 0)",
    "Softplus": "log(exp(a) + 1)",
    "Softsign": "a / (abs(a) + 1)",
    "Mish": "a * tanh(log(exp(a) + 1))",
    "HardSwish": "a * max(0, min(1, a / 6 + 0.5))",
    "BitwiseNot": "bitwise_xor(a, -1)",
    "IsNaN": "not_equal(a, a)",
    "Add": "a + b",
    "Sub": "a - b",
    "Mul": "a * b",
    "Div": "a / b",
    "Pow": "pow(a, b)",
    "PRelu": "where(less(a, 0), a * b, a)",
    "Equal": "equal(a, b)",
    "Less": "less(a, b)",
    "LessOrEqual": "less_equal(a, b)",
    "Greater": "greater(a, b)",
    "GreaterOrEqual": "greater_equal(a, b)",
    "And": "logical_and(a, b)",
    "Or": "logical_or(a, b)",
    "Xor": "not_equal(a, b)",
    "BitwiseAnd": "bitwise_and(a, b)",
    "BitwiseOr": "bitwise_or(a, b)",
    "BitwiseXor": "bitwise_xor(a, b)",
    "Where": "where(a, b, c)",
}
"""What an output element is of the operands a, b and c."""


def elementwise(text: str) -> Rule:
    """The rule of an operator whose output elements are a formula of a, b and c."""

    def rule(call: Call) -> Made:
        return made(call, text)

    return rule


def made(call: Call, text: str, name: str = "") -> Made:
    """The layer of a formula of the node's inputs, of which constants of one element may be numbers."""
    output = call.output()
    operands = call.inputs()
    if len(operands) > len(_SIDES):
        raise Unstated(f"{len(operands)} inputs: the operator has up to {len(_SIDES)}")
    names = {item.name: side for side, item in reversed(list(zip(_SIDES, operands, strict=False)))}
    formula = text
    for side, item in zip(_SIDES, operands, strict=False):
        if names[item.name] != side:
            formula = with_operand(formula, side, names[item.name])
    shapes = {side: item.shape for side, item in zip(_SIDES, operands, strict=False) if names[item.name] == side}
    reads = tuple((side, item.name) for side, item in zip(_SIDES, operands, strict=False) if side in shapes)
    return (Part(name, pointwise(output.shape, shapes, f"output = {formula}"), reads, output.name),)


def with_operand(text: str, old: str, new: str) -> str:
    """A formula with one operand in the place of another."""
    out, word = [], ""
    for letter in text + " ":
        if letter.isalnum() or letter == "_":
            word += letter
            continue
        out.append(new if word == old else word)
        out.append(letter)
        word = ""
    return "".join(out).strip()


def leaky_relu(call: Call) -> Made:
    """LeakyRelu."""
    return made(call, f"where(less(a, 0), {call.number('alpha', 0.01)!r} * a, a)")


def thresholded_relu(call: Call) -> Made:
    """ThresholdedRelu."""
    return made(call, f"where(greater(a, {call.number('alpha', 1.0)!r}), a, 0)")


def shrink(call: Call) -> Made:
    """Shrink."""
    edge, bias = call.number("lambd", 0.5), call.number("bias", 0.0)
    return made(call, f"where(less(a, {-edge!r}), a + {bias!r}, where(greater(a, {edge!r}), a - {bias!r}, 0))")


def elu(call: Call) -> Made:
    """Elu."""
    return made(call, f"where(less(a, 0), {call.number('alpha', 1.0)!r} * (exp(a) - 1), a)")


def celu(call: Call) -> Made:
    """Celu."""
    alpha = call.number("alpha", 1.0)
    return made(call, f"max(0, a) + min(0, {alpha!r} * (exp(a / {alpha!r}) - 1))")


def selu(call: Call) -> Made:
    """Selu."""
    alpha, gamma = call.number("alpha", 1.6732632), call.number("gamma", 1.050701)
    return made(call, f"{gamma!r} * where(less(a, 0), {alpha!r} * (exp(a) - 1), a)")


def hard_sigmoid(call: Call) -> Made:
    """HardSigmoid."""
    alpha, beta = call.number("alpha", 0.2), call.number("beta", 0.5)
    return made(call, f"max(0, min(1, {alpha!r} * a + {beta!r}))")


def swish(call: Call) -> Made:
    """Swish."""
    alpha = call.number("alpha", 1.0)
    return made(call, "a * sigmoid(a)" if alpha == 1 else f"a * sigmoid({alpha!r} * a)")


def gated_swish(call: Call) -> Made:
    """SwiGLU."""
    alpha = call.number("alpha", 1.0)
    return made(call, "a * sigmoid(a) * b" if alpha == 1 else f"a * sigmoid({alpha!r} * a) * b")


GELU = f"0.5 * a * (1 + erf(a * {sqrt(0.5)!r}))"
GELU_BY_TANH = "0.5 * a * (1 + tanh(0.7978845608028654 * (a + 0.044715 * (a * a * a))))"


def gelu(call: Call) -> Made:
    """Gelu, exact or by tanh."""
    mode = call.text("approximate", "none")
    if mode not in ("none", "tanh"):
        raise Unstated(f"attribute 'approximate' is '{mode}'")
    return made(call, GELU if mode == "none" else GELU_BY_TANH)


def clip(call: Call) -> Made:
    """Clip: a minimum and a maximum, as attributes or as inputs; one that is not given costs nothing."""
    least, most = call.attribute("min"), call.attribute("max")
    data, output = call.input(0), call.output()
    operands, reads, text = {"a": data.shape}, [("a", data.name)], "a"
    for place, side, function, bound in ((1, "b", "max", least), (2, "c", "min", most)):
        if call.has(place):
            limit = call.input(place)
            text = f"{function}({text}, {side})"
            operands[side] = limit.shape
            reads.append((side, limit.name))
        elif isinstance(bound, int | float):
            text = f"{function}({text}, {bound!r})"
    if text == "a":
        return (View(output.name, data.name),)
    return (Part("", pointwise(output.shape, operands, f"output = {text}"), tuple(reads), output.name),)


def is_inf(call: Call) -> Made:
    """IsInf, of either sign or of one."""
    signs = call.integer("detect_positive", 1), call.integer("detect_negative", 1)
    side = {(1, 1): "abs(a)", (1, 0): "a", (0, 1): "-a"}.get(signs)
    if side is None:
        raise Unstated("infinities of no sign")
    return made(call, f"greater({side}, {_LARGEST!r})")


def triangle(call: Call) -> Made:
    """Trilu: every element, or 0 where the triangle is not; which, the elements of the machine know."""
    call.integer("upper", 1)
    data, output = call.input(0), call.output()
    workload = pointwise(output.shape, {"a": data.shape}, "output = where(inside, a, 0)")
    return (Part("", workload, (("a", data.name),), output.name),)


def one_hot(call: Call) -> Made:
    """OneHot: every class of every element is compared with it."""
    axis = call.integer("axis", -1)
    places, output = call.input(0), call.output()
    axis = call.axis(axis, len(output.shape))
    shape = (*places.shape[:axis], 1, *places.shape[axis:])
    workload = pointwise(output.shape, {"a": shape}, "output = where(equal(a, class_number), on, off)")
    return (Part("", workload, (("a", places.name),), output.name),)


def mod(call: Call) -> Made:
    """Mod, of integers or, with `fmod`, of numbers."""
    return made(call, "fmod(a, b)" if call.integer("fmod", 0) else "remsi(a, b)")


def bit_shift(call: Call) -> Made:
    """BitShift."""
    direction = call.text("direction", "LEFT").lower()
    if direction not in ("left", "right"):
        raise Unstated(f"attribute 'direction' is '{direction}'")
    return made(call, f"{direction}_shift(a, b)")


def variadic(call: Call) -> Made:
    """Sum, Mean, Max and Min of any number of tensors: one layer for every two."""
    step = {"Max": "max(a, b)", "Min": "min(a, b)"}.get(call.node.operator, "a + b")
    operands, output = call.inputs(), call.output()
    if len(operands) == 1:
        return (View(output.name, operands[0].name),)
    parts: list[Part] = []
    source, shape = operands[0].name, operands[0].shape
    for number, item in enumerate(operands[1:], 1):
        last = number == len(operands) - 1
        text = f"({step}) / {len(operands)}" if last and call.node.operator == "Mean" else step
        target = output.name if last else call.inner(str(number))
        same = item.name == source
        reached = output.shape if last else stretched(shape, item.shape)
        if same:
            workload = pointwise(reached, {"a": shape}, f"output = {with_operand(text, 'b', 'a')}")
        else:
            workload = pointwise(reached, {"a": shape, "b": item.shape}, f"output = {text}")
        reads = (("a", source),) if same else (("a", source), ("b", item.name))
        parts.append(Part("" if last else str(number), workload, reads, target))
        source, shape = target, reached
    return tuple(parts)


def stretched(left: tuple[int, ...], right: tuple[int, ...]) -> tuple[int, ...]:
    """The shape over which two tensors are stretched, as NumPy's."""
    rank = max(len(left), len(right))
    pairs = zip((1,) * (rank - len(left)) + left, (1,) * (rank - len(right)) + right, strict=True)
    found = []
    for one, other in pairs:
        if one != other and 1 not in (one, other):
            raise Unstated(f"{left} and {right} do not stretch over each other")
        found.append(other if one == 1 else one)
    return tuple(found)
