"""What a search of machines knows of a box of them."""

from __future__ import annotations

from dataclasses import dataclass

from .boxes import Box
from .optima import Optimum


@dataclass(eq=False)
class Node:
    """A box that is open, with what is known of its bound; a probe is a machine of a box that is open elsewhere.

    A `fresh` one has a bound by its work alone; others have one by their structures, by layer (`least`).
    """

    box: Box
    bound: float
    optima: tuple[Optimum | None, ...]
    probe: bool = False
    fresh: bool = False
    tried: bool = True
    least: tuple[float, ...] = ()
    idle: int = 0
    """Cuts in a row that did not raise the bound."""


def with_optimum(items: tuple[Optimum | None, ...], place: int, item: Optimum) -> tuple[Optimum | None, ...]:
    """The optima with another one at a place."""
    return (*items[:place], item, *items[place + 1 :])
