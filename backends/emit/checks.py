"""What a loop nest must be before it can be written in a language that runs."""

from __future__ import annotations

from collections.abc import Container, Iterable

from ...ir import (
    CONVERSION,
    INITIAL,
    Access,
    Array,
    Choice,
    Compute,
    Findings,
    Literal,
    LoopNest,
    Span,
    Statement,
    Value,
    WeftError,
    accesses,
    holds_integers,
)
from ...ir import FUNCTIONS as OPERANDS
from ...ir.nearest import did_you_mean
from .shapes import UNKNOWN

_UNARY = (
    *("acos", "acosh", "asin", "asinh", "atan", "atanh", "cbrt", "ceil", "cos", "cosh", "erf", "erfc", "exp", "exp2"),
    *("expm1", "fabs", "floor", "lgamma", "log", "log10", "log1p", "log2", "sin", "sinh", "sqrt", "tan", "tanh"),
    "trunc",
)
_BINARY = ("atan2", "copysign", "fmod", "hypot", "pow")

MATH = frozenset([*_UNARY, *_BINARY])
"""The functions with one name and one meaning in Python's `math` and C's `math.h`."""

FUNCTIONS = ("max", "min", "abs", "divsi", "remsi", *_BINARY, *_UNARY)
"""The functions of values that can be written.

`divsi` and `remsi` are the quotient and the remainder of integers, rounded towards zero as in MLIR and C.
"""

COMPARISONS = ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal")
BITWISE = ("bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift")
"""Functions of integers alone, as `divsi` and `remsi` are."""

TRUTH = (*COMPARISONS, "logical_and", "logical_or", "logical_not")
"""Functions that are 0 or 1."""

SPELLED = (*TRUTH, *BITWISE, "where", "rsqrt", "sigmoid")
"""Further functions, which languages spell in their own ways."""

UNSAID = "what the array begins with is not emitted"
UNSAID_HINT = "leave the assignment out, and set the array before the function is called"

_KNOWN = (*FUNCTIONS, *SPELLED)


def check(nest: LoopNest, elements: Container[str], arrays: Iterable[Array]) -> None:
    """Raise WeftError with everything that keeps a nest from being written.

    `elements` are the element types that the language has, `arrays` those that it has to declare.
    """
    findings = Findings()
    for _, node in nest.statements():
        if isinstance(node, Statement):
            _check_calls(node.value, node.span, findings)
            _check_bits(node.value, integers(nest.arrays), node.span, findings)
        else:
            findings.items += node.diagnostics
    for array in arrays:
        _check_array(array, nest.span, elements, findings)
    if findings.items:
        raise WeftError(findings.items)


def _check_calls(value: Value, span: Span | None, findings: Findings) -> None:
    if isinstance(value, Choice):
        _check_calls(value.value, span, findings)
        _check_calls(value.otherwise, span, findings)
    if not isinstance(value, Compute):
        return
    _check_call(value, span, findings)
    for operand in value.operands:
        _check_calls(operand, span, findings)


def _check_call(value: Compute, span: Span | None, findings: Findings) -> None:
    name, count = value.function, len(value.operands)
    if name == CONVERSION:
        hint = "keep the converted values in arrays of that type"
        findings.add("W411", f"a conversion between element types is not emitted: '{value}'", span, hint=hint)
    elif name == INITIAL:
        findings.add("W411", UNSAID, span, hint=UNSAID_HINT)
    elif count in OPERANDS.get(name, ()) or (name in ("max", "min") and count > 2):
        if name not in (*_KNOWN, *"+-*/"):
            findings.add("W411", f"the function '{name}' is not emitted: '{value}'", span)
    else:
        hint = f"'{name}' takes {OPERANDS[name][0]}" if name in OPERANDS else did_you_mean(name, _KNOWN, "functions")
        findings.add("W002", f"no function '{name}' of {count} value{'s' * (count != 1)}", span, hint=hint)


def _check_bits(value: Value, integers: Container[str], span: Span | None, findings: Findings) -> None:
    """Bits are those of integers."""
    if isinstance(value, Choice):
        _check_bits(value.value, integers, span, findings)
        _check_bits(value.otherwise, integers, span, findings)
    if not isinstance(value, Compute):
        return
    if value.function in BITWISE and not all(is_whole(item, integers) for item in value.operands):
        hint = "keep what it works on in arrays of integers, such as i32"
        findings.add("W411", f"'{value.function}' of values that are no integers is not emitted", span, hint=hint)
        return
    for operand in value.operands:
        _check_bits(operand, integers, span, findings)


def integers(arrays: Iterable[Array]) -> frozenset[str]:
    """The names of the arrays that hold integers."""
    return frozenset(item.name for item in arrays if holds_integers(item.element))


def is_whole(value: Value, integers: Container[str]) -> bool:
    """Whether a value is computed in integers where the arrays with these names hold them.

    What has no access in it is not: it is computed in floating point, as Python does without overflow.
    """
    if isinstance(value, Access):
        return value.array in integers
    if isinstance(value, Literal):
        return isinstance(value.value, int)
    if isinstance(value, Choice):
        return is_whole(value.value, integers) and is_whole(value.otherwise, integers)
    name = value.function
    if name in TRUTH:
        return True
    always = name in ("divsi", "remsi", *BITWISE)
    exact = always or (name in ("+", "-", "*", "max", "min", "abs", "where") and any(accesses(value)))
    return exact and all(is_whole(item, integers) for item in value.operands[name == "where" :])


def _check_array(array: Array, span: Span | None, elements: Container[str], findings: Findings) -> None:
    if array.shape is None:
        findings.add("W005", f"the shape of array '{array.name}' is not known", span, hint=UNKNOWN)
    if array.element not in elements:
        message = f"array '{array.name}' has elements of type '{array.element}', which the emitted language lacks"
        findings.add("W411", message, span, hint="store them as f32 or f64")
