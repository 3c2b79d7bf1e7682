"""Types of values: tensors with shapes, and what is none."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TENSOR = re.compile(r"tensor<((?:(?:\d+|\?)\s*x\s*)*)([^<>,]+(?:<[^<>]*>)?)\s*(?:,.*)?>", re.DOTALL)
_ELEMENTS = {"i1": "bool", "ui8": "u8", "ui16": "u16", "ui32": "u32", "ui64": "u64"}
_LARGEST = 12
"""Digits of an extent; a longer one is as good as unknown."""


@dataclass(frozen=True, slots=True)
class TensorType:
    """A tensor's shape, None if an extent is open, and its element type."""

    shape: tuple[int, ...] | None
    element: str = "f32"


def type_of(text: str) -> TensorType | None:
    """The type of a text; None if it is that of no tensor."""
    found = _TENSOR.fullmatch(text.strip())
    if found is None:
        return None
    extents = [item.strip() for item in found[1].split("x")[:-1]]
    known = all(item.isdigit() and len(item) <= _LARGEST for item in extents)
    element = found[2].strip()
    return TensorType(tuple(map(int, extents)) if known else None, _ELEMENTS.get(element, element))


def deeper(text: str, at: int) -> int:
    """By how much brackets are deeper behind a letter; arrows, `->` and `=>`, close none."""
    return (text[at] in "<([{") - (text[at] in ">)]}" and text[at - 1 : at + 1] not in ("->", "=>"))


def split_types(text: str) -> list[str]:
    """The types between the commas that stand in no brackets."""
    found, depth, start = [], 0, 0
    for at, letter in enumerate(text):
        depth += deeper(text, at)
        if letter == "," and depth == 0:
            found.append(text[start:at])
            start = at + 1
    return [item.strip() for item in (*found, text[start:]) if item.strip()]


def signature(text: str) -> tuple[list[TensorType | None], list[TensorType | None]]:
    """The types of operands and of results: `(a, b) -> c`, or what both are."""
    left, arrow, right = _at_arrow(text)
    if not arrow:
        types = [type_of(item) for item in split_types(_without_brackets(text))]
        return types, types
    sides = (split_types(_without_brackets(side)) for side in (left, right))
    first, second = ([type_of(item) for item in side] for side in sides)
    return first, second


def _at_arrow(text: str) -> tuple[str, str, str]:
    depth = 0
    for at in range(len(text)):
        if text.startswith("->", at) and depth == 0:
            return text[:at], "->", text[at + 2 :]
        depth += deeper(text, at)
    return text, "", ""


def _without_brackets(text: str) -> str:
    text = text.strip()
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text
