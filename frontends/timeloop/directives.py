"""Timeloop's mapping directives: what stands at each place of a machine."""

from __future__ import annotations

from collections.abc import Sequence

from ...ir import Span, Workload
from ...ir.nearest import did_you_mean
from .factors import ordered, read_factors, read_permutation
from .items import Item, Notes
from .structure import Machine, Part, Place

_TYPES = {
    "temporal": "temporal",
    "spatial": "spatial",
    "bypass": "bypass",
    "datatype": "bypass",
    "dataspace": "bypass",
}
_KEYS = {
    "temporal": ("target", "type", "factors", "permutation"),
    "spatial": ("target", "type", "factors", "permutation", "split"),
    "bypass": ("target", "type", "keep", "bypass"),
}


def read_mapping(item: Item, machine: Machine, workload: Workload, notes: Notes) -> dict[str, Part]:
    """The parts of a mapping by the names of their places; every place has one."""
    parts = {place.name: Part() for place in machine.places}
    if not item.is_list:
        notes.refuse("'mapping' is no list of directives", item.span, "", "W502")
    seen: set[tuple[str, str]] = set()
    for directive in item.items:
        given = directive.entries.get("type", directive)
        kind = given.text
        if kind not in _TYPES:
            hint = did_you_mean(kind, _TYPES, "types")
            notes.refuse(f"unsupported directive of type '{kind}'", given.span, hint)
            continue
        kind = _TYPES[kind]
        notes.check_keys(directive, f"{kind} directive", _KEYS[kind])
        place = place_of(directive.entries.get("target"), directive.span, machine.places, kind, notes)
        if place is None:
            continue
        if kind != "bypass" and (place.name, kind) in seen:
            notes.refuse(f"two {kind} directives for {place.name}", directive.span, "", "W006")
        seen.add((place.name, kind))
        _apply(directive, kind, parts[place.name], workload, notes)
        if place.storage is None and parts[place.name].keep:
            notes.refuse(f"{place.name} is a fan-out and keeps nothing", directive.entries["keep"].span, "", "W502")
    return parts


def place_of(target: Item | None, span: Span, places: Sequence[Place], kind: str, notes: Notes) -> Place | None:
    """The place that the target of a directive at `span` names; None with an error."""
    if target is None:
        notes.refuse("a directive without a 'target'", span, "", "W502")
        return None
    if not notes.has_form(target, "a target", "a text"):
        return None
    # A component with a fan-out of its own has it above itself.
    names = (
        (target.text, f"inter_{target.text}_spatial")
        if kind != "spatial"
        else (f"inter_{target.text}_spatial", target.text)
    )
    for name in names:
        for place in places:
            if name == place.name or name in place.aliases:
                return place
    known = [name for place in places for name in (place.name, *place.aliases)]
    hint = did_you_mean(target.text, known, "targets")
    notes.refuse(f"unknown target '{target.text}'", target.span, hint, "W002")
    return None


def _apply(directive: Item, kind: str, part: Part, workload: Workload, notes: Notes) -> None:
    entries, dimensions = directive.entries, list(workload.extents)
    if kind == "bypass":
        for key, mine, other in (("keep", part.keep, part.bypass), ("bypass", part.bypass, part.keep)):
            for name in notes.names(entries[key]) if key in entries else ():
                _add_tensor(name, entries[key], mine, other, workload, notes)
        return
    factors = read_factors(entries["factors"], dimensions, notes) if "factors" in entries else {}
    permutation = read_permutation(entries["permutation"], dimensions, notes) if "permutation" in entries else []
    if "split" in entries:
        # Where the loops change from the X to the Y axis of a mesh moves no data between memories.
        notes.no_effect("split", entries["split"].key_span)
    loops = ordered(factors, permutation, dimensions, kind == "spatial")
    (part.spatial if kind == "spatial" else part.temporal).extend(loops)


def _add_tensor(name: str, item: Item, mine: set[str], other: set[str], workload: Workload, notes: Notes) -> None:
    known = [tensor.name for tensor in workload.tensors]
    if name not in known:
        hint = did_you_mean(name, known, "tensors")
        notes.refuse(f"unknown data space '{name}'", item.span, hint, "W002")
    elif name in other:
        notes.refuse(f"'{name}' is kept and bypassed at the same place", item.span, "", "W502")
    mine.add(name)
