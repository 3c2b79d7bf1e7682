"""Names of types: C's own, those of headers that are not read, and those that only their use shows to be types."""

from __future__ import annotations

from collections.abc import Iterable

from .macros import KEYWORDS
from .tokens import Token

_HEADERS = {
    **{f"{sign}int{bits}_t": f"{sign}i{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)},
    **dict.fromkeys(["size_t", "ssize_t", "ptrdiff_t", "intptr_t", "uintptr_t", "intmax_t", "uintmax_t"], "i64"),
    **{"bool": "i1", "uint": "ui32", "wchar_t": "i32", "_Float16": "f16", "__fp16": "f16", "__bf16": "bf16"},
    **{"float32_t": "f32", "float64_t": "f64", "_Float32": "f32", "_Float64": "f64", "__int128_t": "i128"},
    **{"DATA_TYPE": "f64", "half": "f16", "bfloat16": "bf16", "__builtin_va_list": "", "va_list": "", "FILE": ""},
}
_UNKNOWN = "f64"
_WORDS = "; { } ) ( , const static extern register inline volatile restrict typedef"
_BEFORE = frozenset(_WORDS.split())
_QUALIFIERS = frozenset(["const", "restrict", "volatile"])


def element_of(names: Iterable[str]) -> str:
    """MLIR's name of an arithmetic type from the words of C's; empty if it is none that arrays hold."""
    words = list(names)
    if "unsigned" in words:
        return f"u{element_of(word for word in words if word != 'unsigned')}"
    for word, element in (("_Complex", ""), ("void", ""), ("float", "f32"), ("char", "i8"), ("short", "i16")):
        if word in words:
            return element
    if "double" in words:
        return "f80" if "long" in words else "f64"
    for word, element in (("_Bool", "i1"), ("__int128", "i128"), ("long", "i64")):
        if word in words:
            return element
    return "i32"


def header_types(tokens: list[Token]) -> dict[str, str]:
    """The names that a text uses as types and headers must define, with their elements."""
    found: dict[str, str] = {}
    depth = brackets = 0
    initial = False
    for place, token in enumerate(tokens):
        depth += (token.text == "{") - (token.text == "}")
        brackets += (token.text == "[") - (token.text == "]")
        initial = token.text == "=" or (initial and token.text not in (";", "}"))
        if token.kind != "name" or token.text in KEYWORDS or token.text in found:
            continue
        outside = depth == 0 and brackets == 0 and not initial
        if token.text in _HEADERS or _is_type(tokens, place, outside):
            found[token.text] = _HEADERS.get(token.text, _UNKNOWN)
    return found


def _is_type(tokens: list[Token], place: int, outside: bool) -> bool:
    """Whether a name can only be a type: before a declared name or in a cast."""
    before = tokens[place - 1].text if place else ";"
    after = place + 1
    if before not in _BEFORE:
        return False
    if before == "(" and place > 1 and _is_cast(tokens, place):
        return True
    stars = 0
    while after < len(tokens) and (tokens[after].text == "*" or (stars and tokens[after].text in _QUALIFIERS)):
        stars, after = stars + 1, after + 1
    if after == len(tokens) or tokens[after].kind != "name" or tokens[after].text in KEYWORDS:
        return False
    return not stars or outside or before not in ("(", ",", ")")


def _is_cast(tokens: list[Token], place: int) -> bool:
    """Whether a name in parentheses after an operator stands before an operand."""
    around = [token.text for token in tokens[place - 2 : place + 2]]
    if around[3:] != [")"] or place + 2 >= len(tokens):
        return False
    after = tokens[place + 2]
    operand = after.kind in ("name", "number") and after.text not in KEYWORDS
    return operand and around[0] in ("=", "+", "-", "*", "/", "(", ",", "return", "?", ":", "+=", "-=", "*=", "/=", "[")
