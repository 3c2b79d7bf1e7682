"""Attributes in the text of an operation, in pretty or in generic form."""

from __future__ import annotations

import re

MAX_NUMBERS = 4096


def integers(text: str, *names: str) -> tuple[int, ...] | None:
    """The numbers of the first of several attributes that is there: `[1, 2]`, `array<i64: 1, 2>`, `dense<…>`, `3`."""
    for name in names:
        found = re.search(rf"\b{name}\s*=\s*", text)
        if found is None:
            continue
        return _numbers(text[found.end() :])
    return None


def _numbers(text: str) -> tuple[int, ...]:
    if text.startswith("array<"):
        text = text[6 : text.index(">")].partition(":")[2] if ">" in text else ""
    elif text.startswith("dense<"):
        text = text[6 : text.index(">")] if ">" in text else ""
    elif text.startswith("["):
        text = _bracketed(text)
    else:
        text = "".join(re.findall(r"^-?\d*", text))
    return tuple(int(item) for item in re.findall(r"-?\d{1,18}\b", text)[:MAX_NUMBERS])


def _bracketed(text: str) -> str:
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter == "[") - (letter == "]")
        if depth == 0:
            return text[1:at]
    return text[1:]


def integer(text: str, name: str, default: int) -> int:
    """One number."""
    found = integers(text, name)
    return found[0] if found else default


def pair(text: str, pretty: str, left: str, right: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Two lists: `pretty = [1] x [0]`, or attributes of two names."""
    found = re.search(rf"\b{pretty}\s*=\s*\[([^\]]*)\]\s*x\s*\[([^\]]*)\]", text)
    if found is None:
        return integers(text, left) or (), integers(text, right) or ()
    first, second = (tuple(map(int, re.findall(r"\d{1,9}", side))) for side in found.groups())
    return first, second


def repeated(values: tuple[int, ...] | None, count: int, default: int) -> tuple[int, ...]:
    """As many numbers as wanted: the default where there are none, a single one for all."""
    found = values or (default,)
    return found * count if len(found) == 1 else found
