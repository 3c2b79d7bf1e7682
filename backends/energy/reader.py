"""Reads energy tables from YAML, with a position for every finding."""

from __future__ import annotations

import yaml

from ...ir import MAX_SETTING, OPERATIONS
from ...ir.nearest import did_you_mean
from ..yaml_tables import Fields, TableReader
from .estimator import estimator_names, unknown_estimator
from .points import EnergyPoint
from .table import ARITHMETICS, MEMORIES, ROLES, UNITS, EnergyEntry, EnergyTable, is_operation

_TABLE = ("name", "technology", "arithmetic", "word_bits", "source", "entries")
_BY_VALUE = ("value", "read", "write", "unit", "width_bits", "source", "technology")
_BY_POINTS = ("points", "source", "technology")
_ENTRIES = dict.fromkeys([*ROLES, *OPERATIONS])
_BY_ESTIMATOR = ("estimator", "technology")


class Reader(TableReader):
    """Walks the YAML nodes, so that every value still knows where it stands."""

    def __init__(self, text: str, file: str) -> None:
        super().__init__(text, file, "energy table")

    def table(self) -> EnergyTable:
        """The table, or all that is wrong with it."""
        fields = self.fields(self.root, _TABLE, ("name", "entries"), "the table")
        name = self.text(fields, "name")
        entries: list[EnergyEntry] = []
        if "entries" in fields:
            rows = self.fields(fields["entries"], _ENTRIES, ("mac",), "entries")
            self._check_multiples(rows)
            entries = [self._entry(role, node) for role, node in rows.items()]
        source, technology = self.text(fields, "source"), self.text(fields, "technology")
        word_bits, arithmetic = self._word_bits(fields), self.text(fields, "arithmetic") or "integer"
        if arithmetic not in ARITHMETICS:
            self.add(fields["arithmetic"], f"unknown arithmetic '{arithmetic}'", did_you_mean(arithmetic, ARITHMETICS))
        self.findings.raise_errors()
        return EnergyTable(name, tuple(entries), word_bits, source, technology, arithmetic)

    def _check_multiples(self, rows: Fields) -> None:
        """`x mac` needs one value of `mac`."""
        mac = self.keys(rows["mac"]) if "mac" in rows else {}
        for role, node in rows.items():
            unit = self.keys(node).get("unit")
            if role != "mac" and unit is not None and self.value(unit) == "x mac" and mac and "value" not in mac:
                self.add(unit, f"'{role}' is a multiple of 'mac', which has no single value")

    def _entry(self, role: str, node: yaml.Node) -> EnergyEntry:
        """An entry of one of the three kinds, by the key that it has."""
        keys = self.keys(node)
        if "estimator" in keys:
            return self._by_estimator(role, node)
        return self._by_points(role, node) if "points" in keys else self._by_value(role, node)

    def _by_estimator(self, role: str, node: yaml.Node) -> EnergyEntry:
        fields = self.fields(node, _BY_ESTIMATOR, ("estimator",), f"entry '{role}'")
        name = self.text(fields, "estimator")
        if name and name not in estimator_names():
            unknown = unknown_estimator(name)
            self.add(fields["estimator"], unknown.message, unknown.hint, unknown.notes)
        return EnergyEntry(role, estimator=name, technology=self.text(fields, "technology"))

    def _by_value(self, role: str, node: yaml.Node) -> EnergyEntry:
        apart = role in MEMORIES and {"read", "write"} & self.keys(node).keys()
        needed = ("read", "write") if apart else ("value",)
        allowed = [key for key in _BY_VALUE if key not in ("value", "read", "write") or key in needed]
        allowed = [key for key in allowed if not is_operation(role) or key != "width_bits"]
        fields = self.fields(node, allowed, (*needed, "unit", "source"), f"entry '{role}'")
        unit = self.text(fields, "unit")
        if unit and unit not in UNITS:
            self.add(fields["unit"], f"unknown unit '{unit}'", f"units: {', '.join(UNITS)}")
        elif role == "mac" and unit and unit != "pJ":
            self.add(fields["unit"], "the unit of 'mac' must be pJ")
        return EnergyEntry(
            role,
            self.number(fields, needed[0], role),
            unit,
            self.text(fields, "source"),
            self.number(fields, "write", role) if apart else None,
            self.positive(fields, "width_bits") if "width_bits" in fields else None,
            technology=self.text(fields, "technology"),
        )

    def _by_points(self, role: str, node: yaml.Node) -> EnergyEntry:
        fields = self.fields(node, _BY_POINTS, ("points", "source"), f"entry '{role}'")
        points: list[EnergyPoint] = []
        listed = fields.get("points")
        if role == "network":
            self.add(node, "'network' takes a value, no points: a link has no capacity")
        elif isinstance(listed, yaml.SequenceNode) and listed.value:
            points = [self._point(role, item) for item in listed.value]
            self._check_repeated(points, listed.value)
        elif listed is not None:
            self.add(listed, "'points' must be a list of at least one point")
        source, technology = self.text(fields, "source"), self.text(fields, "technology")
        return EnergyEntry(role, source=source, points=tuple(points), technology=technology)

    def _point(self, role: str, node: yaml.Node) -> EnergyPoint:
        apart = role in MEMORIES and {"read", "write"} & self.keys(node).keys()
        energies = ("read", "write") if apart else ("value",)
        needed = ("width_bits", *energies) if role not in MEMORIES else ("capacity_bytes", "width_bits", *energies)
        fields = self.fields(node, needed, needed, f"a point of '{role}'")
        read = self.number(fields, energies[0], role)
        return EnergyPoint(
            self.positive(fields, "width_bits"),
            read,
            self.number(fields, "write", role) if apart else read,
            self.positive(fields, "capacity_bytes") if role in MEMORIES else None,
        )

    def _check_repeated(self, points: list[EnergyPoint], nodes: list[yaml.Node]) -> None:
        seen: set[tuple[int, int | None]] = set()
        for point, node in zip(points, nodes, strict=True):
            size = (point.width_bits, point.capacity_bytes)
            if size in seen:
                self.add(node, "two points of one size")
            seen.add(size)

    def _word_bits(self, fields: Fields) -> int | None:
        bits = self.value(fields["word_bits"]) if "word_bits" in fields else None
        if bits is None or (type(bits) is int and 1 <= bits <= MAX_SETTING):
            return bits
        self.add(fields["word_bits"], "word_bits must be an integer of at least 1, or null: width does not matter")
        return None
