"""Subscripts, values and declarations in C's syntax."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

from ...ir import Access, Affine, Array, Atom, Choice, Compute, Literal, Value, accesses
from .checks import BITWISE, COMPARISONS, FUNCTIONS, integers, is_whole
from .ranges import Ranges, shift

TYPES = {
    "f64": "double",
    "f32": "float",
    **{f"i{bits}": f"int{bits}_t" for bits in (8, 16, 32, 64)},
    "i1": "bool",
    "index": "int64_t",
}
"""C's name of each element type."""

_TRUTH = {
    **dict(zip(COMPARISONS, ("<", "<=", ">", ">=", "==", "!="), strict=True)),
    **{"logical_and": "&&", "logical_or": "||"},
}
"""C's operators for functions that are 0 or 1."""

_OPERATORS = {
    **{"divsi": "/", "remsi": "%"},
    **dict(zip(BITWISE, ("&", "|", "^", "<<", ">>"), strict=True)),
    **_TRUTH,
}
"""C's operators for functions with names, whose numbers stay as they are."""

_SPELLED = {
    **{"where": "({0} ? {1} : {2})", "logical_not": "!{0}"},
    **{"rsqrt": "(1.0 / sqrt({0}))", "sigmoid": "(1.0 / (1.0 + exp(-({0}))))"},
}
"""Functions that C has in other words."""

_WORDS = """
    auto break case char const continue default do double else enum extern float for goto if inline int long register
    restrict return short signed sizeof static struct switch typedef union unsigned void volatile while
    _Bool _Complex _Imaginary asm typeof bool true false

    main fmax fmin fdim fma frexp ldexp logb ilogb lrint llrint lround llround modf nan nearbyint nextafter remainder
    remquo rint round scalbn tgamma signbit isnan isinf isfinite isnormal abort atexit atof atoi calloc div exit free
    getenv labs llabs malloc qsort rand realloc srand memchr memcmp memcpy memmove memset strcat strcmp strcpy strlen
    clearerr fopen fputs getc getchar gets printf putc putchar puts remove rename rewind scanf sprintf
    int8_t int16_t int32_t int64_t INFINITY NAN NULL MAX MIN
"""
RESERVED = frozenset([*re.findall(r"\w+", _WORDS), *FUNCTIONS])
"""Names that mean something else in C: its keywords, its library, what the emitted text defines."""


def declaration(array: Array) -> str:
    """An array's type around its name."""
    return f"{TYPES[array.element]} {array.name}{''.join(f'[{size}]' for size in array.shape or ())}"


@dataclass(frozen=True, slots=True)
class Expressions:
    """Writes expressions over arrays, of which `single` are numbers passed as arrays of one element."""

    arrays: Mapping[str, Array]
    single: frozenset[str]

    def affine(self, expression: Affine, ranges: Ranges) -> str:
        """A subscript or bound. C divides towards zero, so that a numerator is made positive before its division."""
        terms: list[tuple[Atom, int]] = []
        constant = expression.constant
        for atom, factor in expression.terms:
            if isinstance(atom, str):
                terms.append((atom, factor))
                continue
            times = shift(atom.numerator, atom.divisor, ranges)
            numerator = self.affine(atom.numerator + times * atom.divisor, ranges)
            numerator = numerator if numerator.isidentifier() else f"({numerator})"
            terms.append((f"({numerator} / {atom.divisor})", factor))
            constant -= factor * times
        text = str(Affine(tuple(terms), constant))
        return text[1:-1] if terms and text == terms[0][0] and text.startswith("(") else text

    def extreme(self, macro: str, bounds: Iterable[Affine], ranges: Ranges) -> str:
        """The largest or smallest of bounds."""
        *before, text = [self.affine(item, ranges) for item in bounds]
        for item in reversed(before):
            text = f"{macro}({item}, {text})"
        return text

    def access(self, access: Access, ranges: Ranges) -> str:
        """An element."""
        if access.array in self.single:
            return f"{access.array}[0]"
        return access.array + "".join(f"[{self.affine(item, ranges)}]" for item in access.subscripts)

    def section(self, access: Access, ranges: Ranges) -> str:
        """An element as a list item of OpenMP."""
        if access.array in self.single:
            return f"{access.array}[0:1]"
        return access.array + "".join(f"[{self.affine(item, ranges)}:1]" for item in access.subscripts)

    def value(self, value: Value, ranges: Ranges, floating: bool = False) -> str:
        """A value; numbers are written with a point if `floating`.

        What has no access in it is computed in floating point, as Python does without overflow, and so is `/`.
        """
        if isinstance(value, Access):
            return self.access(value, ranges)
        if isinstance(value, Literal):
            return _number(value.value, floating)
        if isinstance(value, Choice):
            conditions = " && ".join(f"{self.affine(item, ranges)} >= 0" for item in value.conditions)
            return f"({conditions} ? {self.value(value.value, ranges)} : {self.value(value.otherwise, ranges)})"
        whole = value.function in _OPERATORS
        floating = not whole and (value.function == "/" or not any(accesses(value)))
        texts = [self.value(item, ranges, floating) for item in value.operands]
        if value.function in FUNCTIONS and not whole:
            return self.call(value.function, value.operands, texts)
        texts = [_operand(*item) for item in zip(value.operands, texts, strict=True)]
        if value.function in _SPELLED:
            return _SPELLED[value.function].format(*texts)
        if value.function == "/" and all(self._is_integer(item) and any(accesses(item)) for item in value.operands):
            texts[0] = f"(double){texts[0]}"
        return f"-{texts[0]}" if len(texts) == 1 else f" {_OPERATORS.get(value.function, value.function)} ".join(texts)

    def call(self, function: str, operands: tuple[Value, ...], texts: Iterable[str]) -> str:
        """A call; C has `max`, `min` and `abs` by type."""
        by_type = {"max": ("fmax", "MAX"), "min": ("fmin", "MIN"), "abs": ("fabs", "llabs")}
        integer = self._is_integer(Compute(function, operands))
        name = by_type[function][integer] if function in by_type else function
        first, *more = texts
        if function in ("max", "min"):
            return reduce(lambda one, other: f"{name}({one}, {other})", more, first)
        return f"{name}({', '.join([first, *more])})"

    def _is_integer(self, value: Value) -> bool:
        """Whether C computes a value in integers."""
        return is_whole(value, integers(self.arrays.values()))


def _operand(value: Value, text: str) -> str:
    compound = isinstance(value, Compute) and (value.function not in FUNCTIONS or value.function in _OPERATORS)
    return f"({text})" if compound or text[0] == "-" else text


def _number(value: int | float, floating: bool) -> str:
    if isinstance(value, float):
        if math.isnan(value):
            return "NAN"
        return repr(value) if math.isfinite(value) else f"{'-' * (value < 0)}INFINITY"
    return f"{value}.0" if floating or abs(value) >= 2**63 else str(int(value))
