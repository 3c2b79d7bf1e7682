"""The page that compares two results: sums, ranked differences, the same figures on the same scales, programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..backends.plots import Results, sides
from ..backends.plots.page import Part, page
from .comparisons import SUMS, Difference, compare, differences, sums
from .documents import Data, Document
from .programs import machine_part

TOP = 100
"""Differences that a page lists, unless fewer are asked for."""

_FIGURES = (("cycles", "Cycles"), ("energy", "Energy"), ("elements", "Elements at the top"))
_NAMES = {"energy_pj": "energy"}


def comparison_page(before: Document, after: Document, title: str = "", top: int = TOP) -> str:
    """The page of two documents, A and B, with their `top` differences. WeftError (W009) without a common layer."""
    ours, theirs = before.results(), after.results()
    found = compare(ours, theirs)
    parts = [
        Part("Sums of the layers in both", table=[SUMS, *sums(ours, theirs)]),
        _ranked(found, top),
        *_figures(ours, theirs),
        *_alone(ours, theirs),
    ]
    parts += [*_programs(before, after), *_machines(before, after)]
    facts = [(side, f"{own.subject} on {own.machine}") for side, own in (("A", ours), ("B", theirs))]
    names = list(dict.fromkeys(text for _, text in facts))
    return page(title or f"Two results: {' and '.join(names)}", parts, facts)


def _ranked(found: Sequence[Difference], top: int) -> Part:
    if not found:
        return Part("Differences", note="Nothing differs.")
    rows = [(item.layer, item.what, *item.texts) for item in found[:top]]
    left = f" {len(found) - top:,} smaller ones are not listed." if len(found) > top else ""
    note = f"Ranked by their part of all changes of their metric.{left}"
    return Part("Differences, greatest first", note, table=[("layer", "what", "A", "B", "B / A", "change"), *rows])


def _figures(ours: Results, theirs: Results) -> Iterator[Part]:
    every = differences(ours, theirs)
    for metric, what in _FIGURES:
        rows = [
            {"layer": item.layer, "side": side, "part": item.part, "value": value}
            for item in every
            if _NAMES.get(item.metric, item.metric) == metric
            for side, value in (("A", item.before), ("B", item.after))
        ]
        yield Part(what, figure=sides(rows, metric, what))


def _alone(ours: Results, theirs: Results) -> Iterator[Part]:
    rows = [
        (name, label)
        for name, own, other in (("A", ours, theirs), ("B", theirs, ours))
        for label in own.labels
        if label not in other.labels
    ]
    if rows:
        yield Part("Layers in one of both", table=[("in", "layer"), *rows])


def _programs(before: Document, after: Document) -> Iterator[Part]:
    """The programs of layers that run by different ones."""
    ours, theirs = dict(before.named_layers), dict(after.named_layers)
    both = [(name, layer, theirs[name]) for name, layer in ours.items() if name in theirs]
    parts = [
        Part(name, folded=True, parts=[Part("A", text=_text(one)), Part("B", text=_text(other))])
        for name, one, other in both
        if _text(one) != _text(other)
    ]
    if parts:
        yield Part("Programs that differ", parts=parts)


def _text(layer: Data) -> str:
    text: str = layer.get("dataflow", "")
    return text


def _machines(before: Document, after: Document) -> Iterator[Part]:
    """The machine, or both where they differ."""
    if before.machine == after.machine:
        yield from machine_part(before)
        return
    for side, document in (("A", before), ("B", after)):
        yield from (Part(f"{part.title} of {side}", parts=part.parts) for part in machine_part(document))
