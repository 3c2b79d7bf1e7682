"""Stacks of open boxes, as compiled code takes them: a size, then arrays with room for more."""

from __future__ import annotations

from typing import TypeVar

from .descent.count_front import OpenVectors
from .descent.descend import Stack
from .descent.several import Open

AnyStack = TypeVar("AnyStack", Stack, Open, OpenVectors)


def moved(stack: AnyStack, larger: AnyStack) -> AnyStack:
    """The same boxes in a larger stack."""
    size = int(stack.size[0])
    for new, old in zip(larger[1:], stack[1:], strict=True):
        new[:size] = old[:size]
    larger.size[0] = size
    return larger


def is_full(stack: Open | OpenVectors) -> bool:
    """Whether there may be no room for the parts of a box."""
    return bool(stack.size[0] > stack.key.size - 3)
