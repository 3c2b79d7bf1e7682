"""The constraints of Timeloop's mapper: what they ask of the loops and data at each place of a machine.

They stand in `architecture_constraints`, `mapspace_constraints`, `constraints` or `mapspace`, each a list of targets,
or (v0.4) at the nodes of the architecture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...ir import Severity, Span, Workload
from ...ir.nearest import did_you_mean
from ..design import Limit
from .directives import place_of
from .factors import read_permutation, read_ranges
from .items import Item, Notes
from .structure import Machine, Place
from .unused import COUNTING, SEARCH, refuse_counting
from .whole import fans_below

SECTIONS = ("architecture_constraints", "mapspace_constraints", "constraints", "mapspace")

_LISTS = ("targets", "constraints")
_KINDS = {
    "temporal": "temporal",
    "spatial": "spatial",
    "bypass": "dataspace",
    "bypassing": "dataspace",
    "datatype": "dataspace",
    "dataspace": "dataspace",
}
_LOOPS = ("factors", "factors_only", "permutation", "no_iteration_over_dataspaces")
_KEYS = {
    "temporal": _LOOPS,
    "spatial": (*_LOOPS, "split"),
    "dataspace": ("keep", "bypass", "keep_only", "bypass_only"),
}
_SHARE = ("utilization", "parallelism", "max_overbooked_proportion")
"""Constraints by a part of all units or of a room: read as none where the part is 0."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A constraint: its target, its kind as written, and what it says."""

    target: Item | None
    kind: Item
    entries: Mapping[str, Item]
    body: Item


def read_limits(sections: Mapping[str, Item], machine: Machine, workload: Workload, notes: Notes) -> Iterator[Limit]:
    """What the constraints of a design ask for; what Weft cannot ask of a program is an error."""
    reader = _Reader(machine, workload, notes)
    for asked in (*_of_nodes(machine, notes), *_of_sections(sections, notes)):
        yield from reader.limits(asked)


def _of_nodes(machine: Machine, notes: Notes) -> Iterator[_Asked]:
    for node, constraints in machine.constraints:
        if not notes.has_form(constraints, "'constraints'", "a mapping"):
            continue
        for item in constraints.entries.values():
            if not notes.has_form(item, "a constraint", "a mapping"):
                continue
            yield _Asked(node.entries.get("name", node), _as_key(item), item.entries, item)


def _as_key(item: Item) -> Item:
    return Item(item.lines, item.key) if item.key is not None else item


def _of_sections(sections: Mapping[str, Item], notes: Notes) -> Iterator[_Asked]:
    for name in SECTIONS:
        if name in sections:
            yield from _of_section(name, sections[name], notes)


def _of_section(name: str, section: Item, notes: Notes) -> Iterator[_Asked]:
    if not notes.has_form(section, f"'{name}'", "a list", "a mapping"):
        return
    if not section.is_list:
        notes.check_keys(section, name, ("version", "template", "type", *_LISTS))
    if template := next((section.entries[key] for key in ("template", "type") if key in section.entries), None):
        reason = "the option --split says which chunk sizes there are"
        without_effect(f"{name}: {template.text}", reason, template.key_span, notes)
    lists = [section] if section.is_list else [section.entries[key] for key in _LISTS if key in section.entries]
    for target in (member for listed in lists for member in _members(listed, notes)):
        inner = target.entries.get("constraints")
        for body in _members(inner, notes) if inner is not None else [target]:
            attributes = body.entries.get("attributes")
            if attributes is not None and not notes.has_form(attributes, "'attributes'", "a mapping"):
                continue
            entries = {**body.entries, **(attributes.entries if attributes is not None else {})}
            found = target.entries.get("target") or target.entries.get("name")
            if "type" not in entries:
                notes.refuse("a constraint without a 'type'", body.span, f"types are {', '.join(_KINDS)}", "W502")
                continue
            own = {key: item for key, item in entries.items() if key not in ("type", "target", "name", "attributes")}
            yield _Asked(found, entries["type"], own, body)


def _members(listed: Item, notes: Notes) -> list[Item]:
    """The mappings in a list."""
    if not notes.has_form(listed, "what lists constraints", "a list"):
        return []
    return [member for member in listed.items if notes.has_form(member, "a constraint", "a mapping")]


@dataclass(frozen=True, slots=True)
class _Reader:
    machine: Machine
    workload: Workload
    notes: Notes

    def limits(self, asked: _Asked) -> Iterator[Limit]:
        """What one constraint asks for."""
        kind, notes = _KINDS.get(asked.kind.text), self.notes
        if asked.kind.text in _SHARE:
            if place_of(asked.target, asked.kind.span, self.machine.places, "temporal", notes) is not None:
                self._share(asked)
            return
        if kind is None:
            hint = did_you_mean(asked.kind.text, (*_KINDS, *_SHARE), "types")
            notes.refuse(f"unsupported constraint of type '{asked.kind.text}'", asked.kind.span, hint)
            return
        self._check_keys(asked, kind)
        place = place_of(asked.target, asked.kind.span, self.machine.places, kind, notes)
        if place is None:
            return
        if kind == "dataspace":
            yield from self._data(asked, place)
        else:
            yield from self._loops(asked, place, kind == "spatial")

    def _share(self, asked: _Asked) -> None:
        """A least part of the units at work, or a most part of a room that may be overbooked."""
        key = "proportion" if asked.kind.text == "max_overbooked_proportion" else "min"
        given = asked.entries.get(key)
        if given is not None and self.notes.value(given, {}) == 0:
            without_effect(f"{asked.kind.text} of 0", "every program has it", asked.kind.span, self.notes)
            return
        hint = "ask for the steps at the fan-outs instead" if key == "min" else "chunks of a program always fit"
        self.notes.refuse(f"unsupported constraint of type '{asked.kind.text}'", asked.kind.span, hint)

    def _check_keys(self, asked: _Asked, kind: str) -> None:
        for key, item in asked.entries.items():
            if key in _KEYS[kind] or (key in COUNTING and item.is_empty):
                continue
            if key in COUNTING:
                refuse_counting(asked.body, f"{asked.kind.text} constraint", self.notes)
            else:
                listed = f"a {kind} constraint can have {', '.join(_KEYS[kind])}"
                hint = listed if key in SEARCH else did_you_mean(key, _KEYS[kind], otherwise=listed)
                self.notes.refuse(f"unsupported key '{key}' of {kind} constraint", item.key_span, hint)

    def _data(self, asked: _Asked, place: Place) -> Iterator[Limit]:
        entries, notes = asked.entries, self.notes
        if place.storage is None:
            notes.refuse(f"{place.name} is a fan-out and keeps nothing", asked.kind.span, "", "W502")
            return
        tensors = [tensor.name for tensor in self.workload.tensors]
        given: dict[str, list[str]] = {"keep": [], "bypass": []}
        for key, item in entries.items():
            kind, _, only = key.partition("_")
            names = self._known(item, tensors)
            given[kind] += names
            if only:
                given["bypass" if kind == "keep" else "keep"] += [name for name in tensors if name not in names]
        span = next(iter(entries.values()), asked.body).key_span
        for name in tensors:
            if name in given["keep"] and name in given["bypass"]:
                notes.refuse(f"'{name}' is kept and bypassed at the same place", span, "", "W502")
        if place is self._storages[0]:
            if given["bypass"]:
                notes.refuse(f"the outermost memory {place.name} must keep every data space", span, "", "W502")
            return
        if given["keep"]:
            yield Limit("keep", place.name, tuple(dict.fromkeys(given["keep"])), span)
        if given["bypass"]:
            yield Limit("bypass", place.name, tuple(dict.fromkeys(given["bypass"])), span)

    def _known(self, item: Item, tensors: list[str]) -> list[str]:
        names = self.notes.names(item)
        for name in names:
            if name not in tensors:
                near = did_you_mean(name, tensors, "tensors")
                where = next((node.span for node in item.items if node.text == name), item.span)
                self.notes.refuse(f"unknown data space '{name}'", where, near, "W002")
        return [name for name in names if name in tensors]

    def _loops(self, asked: _Asked, place: Place, spatial: bool) -> Iterator[Limit]:
        at = self._spot(asked, place, spatial)
        if at is None:
            return
        memory, fan, element = at
        for name, (least, most, span) in self._ranges(asked).items():
            if fan is None and (spatial or self._is_passed(place, element)):
                if least > 1:
                    where = "has no fan-out" if spatial else "is no memory: no loops in time stand there"
                    self.notes.refuse(f"{place.name} {where}", span, "", "W502")
            elif (least, most) != (1, self.workload.extents[name]):
                yield Limit("steps", memory.name, (name,), span, least, most, fan, element)
        if "split" in asked.entries:
            reason = "units along X and along Y serve alike, and fit the mesh together"
            without_effect("split", reason, asked.entries["split"].key_span, self.notes)
        if "permutation" in asked.entries:
            yield from self._order(asked.entries["permutation"], memory, spatial, element)

    def _order(self, item: Item, memory: Place, spatial: bool, element: bool) -> Iterator[Limit]:
        names = read_permutation(item, self.workload.extents, self.notes)
        if spatial or element:
            reason = "units have no order" if spatial else "an element works off what it holds in any order"
            without_effect("permutation", reason, item.key_span, self.notes)
        elif not self.notes.findings.has_errors:
            yield Limit("order", memory.name, tuple(reversed(names)), item.span)

    def _ranges(self, asked: _Asked) -> dict[str, tuple[int, int, Span]]:
        """The least and the most steps of dimensions, by all keys that say something of them."""
        extents, notes = self.workload.extents, self.notes
        found: dict[str, tuple[int, int, Span]] = {}
        for key in ("factors", "factors_only"):
            if key in asked.entries:
                item = asked.entries[key]
                own = read_ranges(item, extents, notes)
                _narrow(found, own)
                if key == "factors_only":
                    _narrow(found, {name: (1, 1, item.key_span) for name in extents if name not in own})
        if "no_iteration_over_dataspaces" in asked.entries:
            item = asked.entries["no_iteration_over_dataspaces"]
            tensors = {tensor.name: tensor for tensor in self.workload.tensors}
            for name in self._known(item, list(tensors)):
                _narrow(found, dict.fromkeys(tensors[name].dimensions, (1, 1, item.key_span)))
        for name, (least, most, span) in found.items():
            if least > most:
                notes.refuse(
                    f"no number of steps of '{name}' is what all keys of the constraint ask for", span, "", "W502"
                )
        return {name: item for name, item in found.items() if item[0] <= item[1]}

    def _spot(self, asked: _Asked, place: Place, spatial: bool) -> tuple[Place, tuple[int, int] | None, bool] | None:
        """The memory above the loops of a place, its fan-out of how many, and whether the loops are an element's."""
        places, storages = self.machine.places, self._storages
        number = places.index(place)
        memory = next((item for item in reversed(places[: number + 1]) if item.storage is not None), storages[0])
        fans = fans_below(self.machine, memory)
        if not spatial:
            last = number == len(places) - 1 and place.instances == self.machine.units
            return memory, None, last and place is not storages[0]
        own = [fan for fan, (where, _) in enumerate(fans) if where is place]
        if not own and place is memory:
            own = list(range(len(fans)))
        if len(own) > 1:
            names = " and ".join(where.name for where, _ in fans)
            self.notes.refuse(
                f"several fan-outs lie below {place.name}", asked.kind.span, f"name one of {names}", "W502"
            )
            return None
        return memory, (own[0], len(fans)) if own else None, False

    def _is_passed(self, place: Place, element: bool) -> bool:
        """Whether no loops in time stand at a place in programs of Weft."""
        return place.storage is None and not element

    @property
    def _storages(self) -> list[Place]:
        return [place for place in self.machine.places if place.storage is not None]


def _narrow(found: dict[str, tuple[int, int, Span]], others: Mapping[str, tuple[int, int, Span]]) -> None:
    for name, (least, most, span) in others.items():
        before = found.get(name, (least, most, span))
        found[name] = max(before[0], least), min(before[1], most), span


def without_effect(what: str, reason: str, span: Span, notes: Notes) -> None:
    """Note that something steers Timeloop's search and not Weft's, and why."""
    notes.findings.add("W504", f"{what} has no effect: {reason}", span, severity=Severity.NOTE)
