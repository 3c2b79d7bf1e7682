"""What a search of machines knows of a box of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from .boxes import Box
from .optima import Optimum


class Known(IntEnum):
    """By what a box has its bound before it is searched: the work alone, what structures make of it, what fits."""

    WORK = 0
    STRUCTURE = 1
    ROOM = 2


@dataclass(eq=False)
class Node:
    """A box that is open, with what is known of its bound; a probe is a machine of a box that is open elsewhere.

    `least` has bounds by layer, once something is known of structures.
    """

    box: Box
    bound: float
    optima: tuple[Optimum | None, ...]
    probe: bool = False
    known: Known = Known.ROOM
    tried: bool = True
    least: tuple[float, ...] = ()
    idle: int = 0
    """Cuts in a row that did not raise the bound."""


def with_optimum(items: tuple[Optimum | None, ...], place: int, item: Optimum) -> tuple[Optimum | None, ...]:
    """The optima with another one at a place."""
    return (*items[:place], item, *items[place + 1 :])
