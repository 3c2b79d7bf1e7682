"""The kinds of figures, what each is drawn of, and its options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..backends.plots import PARTS, Shown, energy, roofline, spacetime, timeline, traffic, utilization
from ..ir.nearest import did_you_mean
from ..passes import schedule
from .designs import cloud_of, front_of
from .documents import Document, document_of
from .fusions import plan_of, schedule_of
from .programs import picture_of
from .proofs import proof_of


@dataclass(frozen=True)
class Kind:
    """A kind of figure: `draw` takes a document, or the name of a file of designs, and the `options` of these names.

    Those `of_fused` are of what `weft fuse` reads and prints.
    """

    draw: Callable[..., Shown]
    options: tuple[str, ...] = ()
    of_designs: bool = False
    of_fused: bool = False


def _of_layers(figure: Callable[..., Shown], document: Document, **options: Any) -> Shown:
    return figure(document.results(), **options)


def _of_program(figure: Callable[..., Shown], document: Document, **options: Any) -> Shown:
    return figure(schedule(document.mapping(), "warning"), document.accelerator, **options)


def _of_mapping(document: Document) -> Shown:
    return picture_of(document.mapping(), document.accelerator)


KINDS: dict[str, Kind] = {
    "roofline": Kind(partial(_of_layers, roofline), ("memory",)),
    "energy": Kind(partial(_of_layers, energy), ("by",)),
    "traffic": Kind(partial(_of_layers, traffic), ("by", "memory")),
    "utilization": Kind(partial(_of_layers, utilization)),
    "program": Kind(_of_mapping),
    "space-time": Kind(partial(_of_program, spacetime), ("first", "steps", "units")),
    "time-line": Kind(partial(_of_program, timeline), ("units",)),
    "front": Kind(front_of),
    "proof": Kind(proof_of, ("over",)),
    "plan": Kind(plan_of, of_fused=True),
    "schedule": Kind(schedule_of, ("first", "steps"), of_fused=True),
    "cloud": Kind(cloud_of, ("x", "y", "limits"), of_designs=True),
}


def kind_of_figure(kind: str, options: dict[str, Any]) -> Kind:
    """The kind of that name; ValueError for one that there is not, and for options that it does not have."""
    if kind not in KINDS:
        raise ValueError(f"no figure '{kind}': {did_you_mean(kind, KINDS, 'figures')}")
    for name in options:
        if name not in KINDS[kind].options:
            own = ", ".join(KINDS[kind].options) or "none"
            raise ValueError(f"a figure '{kind}' has no option '{name}'; its options: {own}")
    if options.get("by", PARTS[0]) not in PARTS:
        raise ValueError(f"by is one of {', '.join(PARTS)}, not {options['by']!r:.60}")
    return KINDS[kind]


def figure_of(kind: str, what: Any, options: dict[str, Any]) -> Shown:
    """The figure of a kind of any result, see `weft.plot`."""
    found = kind_of_figure(kind, options)
    return found.draw(what if found.of_designs else document_of(what), **options)
