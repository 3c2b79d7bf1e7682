"""Reads area tables from YAML: the fields of the classes in `entries` and `table` are the keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from functools import cache
from itertools import pairwise
from typing import Any, get_type_hints

import yaml

from ...ir import MAX_SETTING
from ..energy.estimator import estimator_names, unknown_estimator
from ..yaml_tables import TableReader
from .entries import MACS, MEMORIES, NETWORKS, AreaPoint, Asked, Block, Points, Scaling, Share
from .nodes import Curve
from .table import AreaTable

_KINDS: dict[str, Mapping[str, type]] = {"mac": MACS, "pe": MEMORIES, "buffer": MEMORIES}
_PARTS: dict[str, type] = {"registers": Block, "scaling": Scaling, "utilization": Share}


class AreaReader(TableReader):
    """Walks the YAML nodes of an area table."""

    def __init__(self, text: str, file: str) -> None:
        super().__init__(text, file, "area table")
        self._read: dict[tuple[int, type], Any] = {}

    def table(self) -> AreaTable:
        """The table, or all that is wrong with it."""
        names = [item.name for item in fields(AreaTable)]
        found = self.fields(self.root, names, ("name", "mac", "pe", "buffer"), "the table")
        values: dict[str, Any] = {name: self.text(found, name) for name in ("name", "source")}
        for name, node in found.items():
            if name in _KINDS:
                values[name] = self._entry(node, _KINDS[name], f"entry '{name}'")
            elif name in _PARTS:
                values[name] = self._part(node, _PARTS[name], f"'{name}'")
            elif name == "network":
                values[name] = self._list(node, NETWORKS, "network")
        self.findings.raise_errors()
        return AreaTable(**values)

    def _entry(self, node: yaml.Node, kinds: Mapping[str, type], what: str) -> Any:
        """A part of one of several kinds, by the key that it has."""
        keys = self.keys(node)
        kind = next((kind for key, kind in kinds.items() if key in keys), kinds[""])
        return self._part(node, kind, what)

    def _list(self, node: yaml.Node, kinds: Mapping[str, type], what: str) -> tuple[Any, ...]:
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self.add(node, f"'{what}' must be a list of at least one entry")
            return ()
        return tuple(self._entry(item, kinds, f"an entry of '{what}'") for item in node.value)

    def _part(self, node: yaml.Node, kind: type, what: str) -> Any:
        """A value of a class of `entries`; None if something is wrong with it. An alias is read once."""
        key = (id(node), kind)
        if key not in self._read:
            self._read[key] = self._fields_of(node, kind, what)
        return self._read[key]

    def _fields_of(self, node: yaml.Node, kind: type, what: str) -> Any:
        layout = {item.name: item for item in fields(kind)}
        required = [name for name, item in layout.items() if item.default is MISSING]
        found = self.fields(node, layout, required, what)
        values = {name: self._value(part, _types(kind)[name], layout[name], what) for name, part in found.items()}
        if any(name not in values for name in required) or None in values.values():
            return None
        if kind is Points:
            self._check_order(found["points"], [point.capacity_bytes for point in values["points"]])
        if kind is Asked and values["estimator"] not in estimator_names():
            unknown = unknown_estimator(values["estimator"])
            self.add(found["estimator"], unknown.message, unknown.hint, unknown.notes)
        return kind(**values)

    def _value(self, node: yaml.Node, kind: Any, item: Field[Any], what: str) -> Any:
        if kind is Curve:
            return self._curve(node, item.name)
        if kind == tuple[AreaPoint, ...]:
            return self._list(node, {"": AreaPoint}, item.name)
        if isinstance(kind, type) and kind not in (float, int, bool, str):
            return self._part(node, kind, f"'{item.name}' of {what}")
        return self._plain(node, kind, item)

    def _plain(self, node: yaml.Node, kind: Any, item: Field[Any]) -> Any:
        """Text, a flag, or a number within the field's limits, by default at least 0; None if it is none."""
        found = self.value(node)
        if kind in (str, bool):
            if type(found) is kind and found != "":
                return found
            self.add(node, f"'{item.name}' must be {'text' if kind is str else 'true or false'}")
            return None
        limits: Mapping[str, float] = item.metadata
        above, least, most = limits.get("above"), limits.get("least", 0), limits.get("most", MAX_SETTING)
        right = type(found) is int or (kind is not int and isinstance(found, float))
        if right and (found >= least if above is None else found > above) and found <= most:
            return found if kind is int else float(found)
        lowest = f"of at least {least:g}" if above is None else f"above {above:g}"
        noun = "an integer" if kind is int else "a number"
        limit = f", at most {most:g}" if right and found > most else ""
        self.add(node, f"'{item.name}' must be {noun} {lowest}{limit}")
        return None

    def _curve(self, node: yaml.Node, name: str) -> Curve | None:
        """A mapping of nodes to numbers above 0."""
        found = self.value(node)
        numbers = isinstance(found, dict) and all(
            type(part) in (int, float) and 0 < part <= MAX_SETTING for pair in found.items() for part in pair
        )
        if not numbers or not found:
            self.add(node, f"'{name}' must be a mapping of nodes in nanometres to numbers above 0")
            return None
        if len({float(nm) for nm in found}) < len(node.value):
            self.add(node, f"a node of '{name}' is given twice")
            return None
        return Curve(tuple(sorted((float(nm), float(value)) for nm, value in found.items())))

    def _check_order(self, node: yaml.Node, sizes: list[int]) -> None:
        if any(one >= other for one, other in pairwise([0, *sizes])):
            self.add(node, "the capacities of 'points' must rise, from 1 byte on")


@cache
def _types(kind: type) -> dict[str, Any]:
    """The types of the fields of a class; of one that may be None, the other."""
    hints = get_type_hints(kind)
    return {name: float if hint == float | None else hint for name, hint in hints.items()}
