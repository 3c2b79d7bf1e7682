"""Timeloop's architectures: `nodes` (v0.4), `subtree` with `local` (v0.2, v0.3), `storage` with `arithmetic` (v0.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ...ir.numerals import integer
from .attributes import CLOCK, read_attributes, storage_of
from .expressions import Value
from .items import Item, Notes
from .structure import Machine, Place

_RANGE = re.compile(r"(?P<name>.*?)\s*\[\s*(?P<first>[0-9]+)\s*\.\.\s*(?P<last>[0-9]+)\s*\]")
_DUMMY = ("dummy_storage", "dummy")
_NODE_KEYS = ("name", "class", "subclass", "attributes", "spatial", "constraints", "enabled")
_NODE_NO_EFFECT = ("required_actions", "area_scale", "energy_scale", "component_class", "component_attributes")


@dataclass
class _Walk:
    """An architecture under construction."""

    notes: Notes
    names: Mapping[str, Value]
    places: list[Place] = field(default_factory=list)
    instances: int = 1
    arithmetic: tuple[str, int, dict[str, Value]] | None = None
    cycle_seconds: float | None = None
    constraints: list[tuple[Item, Item]] = field(default_factory=list)


def read_architecture(item: Item, names: Mapping[str, Value], notes: Notes) -> Machine | None:
    """The machine of an `architecture` (or `arch`); None, with errors, if it is not understood."""
    cycle = names.get(CLOCK)
    walk = _Walk(notes, names, cycle_seconds=float(cycle) if isinstance(cycle, int | float) and cycle > 0 else None)
    entries = item.entries
    if "nodes" in entries:
        notes.check_keys(item, "architecture", ("nodes", "version", "name"))
        _nodes(entries["nodes"], {}, walk)
    elif "subtree" in entries:
        notes.check_keys(item, "architecture", ("subtree", "local", "version", "name", "attributes"))
        _subtree(item, 1, {}, walk)
    elif "storage" in entries:
        notes.check_keys(item, "architecture", ("storage", "arithmetic", "version", "name"))
        _flat(item, walk)
    else:
        notes.refuse("the architecture has neither 'nodes' nor 'subtree' nor 'storage'", item.span, "", "W502")
        return None
    return _machine(item, walk)


def _machine(item: Item, walk: _Walk) -> Machine | None:
    notes = walk.notes
    if walk.arithmetic is None:
        notes.refuse("the architecture has no arithmetic unit below its memories", item.span, "", "W502")
        return None
    memories = [place for place in walk.places if place.storage is not None]
    if not memories or memories[0].instances != 1:
        notes.refuse("the outermost memory must be there, and once", item.span, "", "W502")
        return None
    _, units, values = walk.arithmetic
    above = 1
    for place in [*walk.places, Place(walk.arithmetic[0], units, None, item.span)]:
        if place.instances % above:
            message = f"{place.name} has {place.instances} instances, which {above} units above it do not divide"
            notes.refuse(message, place.span, "", "W502")
            return None
        above = place.instances
    bits = next((values[key] for key in ("datawidth", "word_bits") if key in values), None)
    # Rounded, so that 1e-9 seconds are 1000 MHz.
    clock = float(f"{1e-6 / walk.cycle_seconds:.9g}") if walk.cycle_seconds else 1000.0
    words = int(bits) if isinstance(bits, int) else None
    return Machine("timeloop", tuple(walk.places), units, words, clock, tuple(walk.constraints))


def _nodes(listed: Item, inherited: dict[str, Item], walk: _Walk, parallel: bool = False) -> None:
    """A list of v0.4's nodes; a container's attributes hold for all nodes after it."""
    inherited = dict(inherited)
    if not listed.is_list:
        walk.notes.refuse("'nodes' is no list", listed.span, "", "W502")
    for node in listed.items:
        if node.tag == "Nothing":
            continue
        if node.tag in ("Parallel", "Hierarchical", "Pipelined"):
            walk.notes.check_keys(node, f"!{node.tag}", ("nodes", "name"))
            if "nodes" in node.entries:
                _nodes(node.entries["nodes"], inherited, walk, parallel or node.tag == "Parallel")
        elif node.tag in ("Container", "Component"):
            walk.notes.check_keys(node, f"!{node.tag}", _NODE_KEYS, _NODE_NO_EFFECT)
            if "constraints" in node.entries:
                walk.constraints.append((node, node.entries["constraints"]))
            if node.tag == "Container" and "attributes" in node.entries:
                inherited |= node.entries["attributes"].entries
            _node(node, inherited, walk, parallel)
        else:
            hint = "nodes are !Container, !Component, !Parallel, !Hierarchical, !Pipelined or !Nothing"
            walk.notes.refuse(f"unsupported node '!{node.tag}'", node.span, hint)


def _node(node: Item, inherited: Mapping[str, Item], walk: _Walk, parallel: bool) -> None:
    entries = node.entries
    name = entries["name"].text if "name" in entries else ""
    if not name:
        walk.notes.refuse(f"a !{node.tag} without a name", node.span, "", "W502")
    if "enabled" in entries and walk.notes.value(entries["enabled"], walk.names) is not True:
        walk.notes.refuse(f"unsupported enabled: {entries['enabled'].text} of {name}", entries["enabled"].key_span)
    fan = _mesh(entries.get("spatial"), name, walk)
    own_fan = "spatial" in entries
    if parallel and fan > 1:
        walk.notes.refuse(f"unsupported fan-out of '{name}' inside !Parallel", node.span)
    if node.tag == "Container":
        if own_fan:
            walk.places.append(Place(name, walk.instances, None, node.span, (f"inter_{name}_spatial",)))
        _clock(entries.get("attributes"), walk)
    elif own_fan:
        walk.places.append(Place(f"inter_{name}_spatial", walk.instances, None, node.span))
    walk.instances *= fan
    if node.tag == "Component":
        attributes = dict(entries["attributes"].entries) if "attributes" in entries else {}
        inherited_ones = {key: item for key, item in inherited.items() if key not in attributes}
        _component(node, name, walk.instances, {**inherited_ones, **attributes}, walk)


def _component(node: Item, name: str, instances: int, attributes: dict[str, Item], walk: _Walk) -> None:
    """A memory, or the arithmetic: the last component is that, and what was taken for it before is a memory."""
    if walk.arithmetic is not None:
        walk.notes.refuse(f"'{name}' lies below the arithmetic '{walk.arithmetic[0]}'", node.span)
        return
    kind = node.entries["class"].text if "class" in node.entries else ""
    kind = kind or (node.entries["subclass"].text if "subclass" in node.entries else "")
    if re.search(r"noc|network|router|interconnect|multicast", kind, re.IGNORECASE):
        named = node.entries.get("class", node)
        walk.notes.refuse(f"unsupported component '{name}' of class {kind}: networks are not read", named.span)
        return
    values = read_attributes(attributes, walk.names, name, walk.notes)
    if re.search(r"mac|compute|alu|multiplier|adder|arithmetic", kind, re.IGNORECASE):
        walk.arithmetic = (name, instances, values)
    elif kind in _DUMMY:
        walk.places.append(Place(name, instances, None, node.span))
    else:
        walk.places.append(Place(name, instances, storage_of(values, attributes, name, walk.notes), node.span))
    if "class" in node.entries:
        walk.notes.no_effect("class", node.entries["class"].key_span)


def _mesh(item: Item | None, name: str, walk: _Walk) -> int:
    """Units of a node's `spatial: {meshX: …, meshY: …}`."""
    if item is None:
        return 1
    walk.notes.check_keys(item, f"spatial of {name}", ("meshX", "meshY"))
    units = 1
    for key in ("meshX", "meshY"):
        if key in item.entries:
            units *= walk.notes.number(item.entries[key], f"{key} of {name}", walk.names) or 1
    return units


def _clock(attributes: Item | None, walk: _Walk) -> None:
    given = attributes.entries.get(CLOCK) if attributes else None
    if given is not None:
        value = walk.notes.value(given, walk.names)
        if isinstance(value, int | float) and value > 0:
            walk.cycle_seconds = float(value)


def _subtree(tree: Item, above: int, inherited: dict[str, Item], walk: _Walk) -> None:
    """A tree of v0.2 or v0.3: its own memories, then its one branch."""
    inherited = dict(inherited)
    if "attributes" in tree.entries:
        inherited |= tree.entries["attributes"].entries
        _clock(tree.entries["attributes"], walk)
    for member in tree.entries["local"].items if "local" in tree.entries else ():
        walk.notes.check_keys(
            member, "component", ("name", "class", "subclass", "attributes", "enabled"), _NODE_NO_EFFECT
        )
        name, copies = _ranged(member, walk.notes)
        own = member.entries["attributes"].entries if "attributes" in member.entries else {}
        count = _instances(own, above * copies, name, member, walk)
        _component(member, name, count, {**{k: v for k, v in inherited.items() if k not in own}, **own}, walk)
    branches = tree.entries["subtree"].items if "subtree" in tree.entries else []
    if len(branches) > 1:
        walk.notes.refuse(f"{len(branches)} subtrees side by side; Weft reads one branch", branches[1].span)
    for branch in branches[:1]:
        walk.notes.check_keys(branch, "subtree", ("name", "attributes", "local", "subtree", "version"))
        _, copies = _ranged(branch, walk.notes)
        _subtree(branch, above * copies, inherited, walk)


def _ranged(item: Item, notes: Notes) -> tuple[str, int]:
    """`PE[0..15]` as a name and a number of copies."""
    text = item.entries["name"].text if "name" in item.entries else ""
    if not text:
        notes.refuse("a component or subtree without a name", item.span, "", "W502")
    match = _RANGE.fullmatch(text)
    if match is None:
        if "[" in text:
            notes.refuse(f"'{text}' is no range of copies", item.span, "16 of them are PE[0..15]", "W502")
        return text, 1
    return match["name"], max(1, integer(match["last"]) - integer(match["first"]) + 1)


def _instances(own: Mapping[str, Item], counted: int, name: str, item: Item, walk: _Walk) -> int:
    """All copies of a component: those of its ranges, or its attribute `instances`; meshX and meshY must agree."""
    given = [walk.notes.number(own[key], f"{key} of {name}", walk.names) for key in ("instances",) if key in own]
    total = given[0] if given and given[0] and counted == 1 else counted
    if given and given[0] and given[0] not in (total, 1):
        message = f"{name} has {given[0]} instances by its attribute and {counted} by the ranges in its names"
        walk.notes.refuse(message, item.span, "", "W502")
    sides = [
        walk.notes.number(own[key], f"{key} of {name}", walk.names) or 1 for key in ("meshX", "meshY") if key in own
    ]
    if (len(sides) == 2 and sides[0] * sides[1] != total) or (sides and total % sides[0]):
        message = f"{name} has {total} instances, but its mesh is {' × '.join(str(side) for side in sides)}"
        walk.notes.refuse(message, item.span, "", "W502")
    return total


def _flat(item: Item, walk: _Walk) -> None:
    """v0.1: memories from the innermost, each with its `instances` of the whole machine."""
    storage = item.entries["storage"]
    for member in reversed(storage.items):
        name = member.entries["name"].text if "name" in member.entries else ""
        entries = {key: value for key, value in member.entries.items() if key not in ("name", "class")}
        _component(member, name, _instances(entries, 1, name, member, walk), entries, walk)
    arithmetic = item.entries.get("arithmetic")
    if arithmetic is not None:
        entries = {key: value for key, value in arithmetic.entries.items() if key not in ("name", "class")}
        values = read_attributes(entries, walk.names, "the arithmetic", walk.notes)
        walk.arithmetic = ("MAC", _instances(entries, 1, "the arithmetic", arithmetic, walk), values)
