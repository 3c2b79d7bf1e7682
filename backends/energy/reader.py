"""Reads energy tables from YAML, with a position for every finding."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import Any

import yaml

from ...ir import MAX_SETTING, Diagnostic, Findings, Span, WeftError
from ...ir.nearest import did_you_mean
from ...ir.yaml_core import compose
from .estimator import estimator_names, unknown_estimator
from .points import EnergyPoint
from .table import ROLES, UNITS, EnergyEntry, EnergyTable

_TABLE = ("name", "technology", "word_bits", "source", "entries")
_BY_VALUE = ("value", "read", "write", "unit", "width_bits", "area_um2", "source", "technology")
_BY_POINTS = ("points", "source", "technology")
_BY_ESTIMATOR = ("estimator", "technology")
_MEMORIES = ("pe", "buffer", "dram")

Fields = dict[str, yaml.Node]


class Reader:
    """Walks the YAML nodes, so that every value still knows where it stands."""

    def __init__(self, text: str, file: str) -> None:
        self.lines = text.splitlines()
        self.file = file
        self.findings = Findings()
        try:
            self.loader, self.root = compose(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            span = self._span(mark, mark) if mark else Span(file, 1, 1)
            raise WeftError(Diagnostic("W001", f"not YAML: {getattr(error, 'problem', error)}", span=span)) from None

    def table(self) -> EnergyTable:
        """The table, or all that is wrong with it."""
        if self.root is None:
            raise WeftError(Diagnostic("W205", "the energy table is empty", span=Span(self.file, 1, 1)))
        fields = self._fields(self.root, _TABLE, ("name", "entries"), "the table")
        name = self._text(fields, "name")
        entries: list[EnergyEntry] = []
        if "entries" in fields:
            rows = self._fields(fields["entries"], ROLES, ("mac",), "entries")
            self._check_multiples(rows)
            entries = [self._entry(role, node) for role, node in rows.items()]
        source, technology = self._text(fields, "source"), self._text(fields, "technology")
        word_bits = self._word_bits(fields)
        self.findings.raise_errors()
        return EnergyTable(name, tuple(entries), word_bits, source, technology)

    def _check_multiples(self, rows: Fields) -> None:
        """`x mac` needs one value of `mac`."""
        mac = self._keys(rows["mac"]) if "mac" in rows else {}
        for role, node in rows.items():
            unit = self._keys(node).get("unit")
            if role != "mac" and unit is not None and self._value(unit) == "x mac" and mac and "value" not in mac:
                self._add(unit, f"'{role}' is a multiple of 'mac', which has no single value")

    def _entry(self, role: str, node: yaml.Node) -> EnergyEntry:
        """An entry of one of the three kinds, by the key that it has."""
        keys = self._keys(node)
        if "estimator" in keys:
            return self._by_estimator(role, node)
        return self._by_points(role, node) if "points" in keys else self._by_value(role, node)

    def _by_estimator(self, role: str, node: yaml.Node) -> EnergyEntry:
        fields = self._fields(node, _BY_ESTIMATOR, ("estimator",), f"entry '{role}'")
        name = self._text(fields, "estimator")
        if name and name not in estimator_names():
            unknown = unknown_estimator(name)
            self._add(fields["estimator"], unknown.message, unknown.hint, unknown.notes)
        return EnergyEntry(role, estimator=name, technology=self._text(fields, "technology"))

    def _by_value(self, role: str, node: yaml.Node) -> EnergyEntry:
        apart = role in _MEMORIES and {"read", "write"} & self._keys(node).keys()
        needed = ("read", "write") if apart else ("value",)
        allowed = [key for key in _BY_VALUE if key not in ("value", "read", "write") or key in needed]
        allowed = [key for key in allowed if key != ("width_bits" if role == "mac" else "area_um2")]
        fields = self._fields(node, allowed, (*needed, "unit", "source"), f"entry '{role}'")
        unit = self._text(fields, "unit")
        if unit and unit not in UNITS:
            self._add(fields["unit"], f"unknown unit '{unit}'", f"units: {', '.join(UNITS)}")
        elif role == "mac" and unit and unit != "pJ":
            self._add(fields["unit"], "the unit of 'mac' must be pJ")
        return EnergyEntry(
            role,
            self._number(fields, needed[0], role),
            unit,
            self._text(fields, "source"),
            self._number(fields, "write", role) if apart else None,
            self._positive(fields, "width_bits") if "width_bits" in fields else None,
            technology=self._text(fields, "technology"),
            area_um2=self._number(fields, "area_um2", role) if "area_um2" in fields else None,
        )

    def _by_points(self, role: str, node: yaml.Node) -> EnergyEntry:
        fields = self._fields(node, _BY_POINTS, ("points", "source"), f"entry '{role}'")
        points: list[EnergyPoint] = []
        listed = fields.get("points")
        if role == "network":
            self._add(node, "'network' takes a value, no points: a link has no capacity")
        elif isinstance(listed, yaml.SequenceNode) and listed.value:
            points = [self._point(role, item) for item in listed.value]
            self._check_repeated(points, listed.value)
        elif listed is not None:
            self._add(listed, "'points' must be a list of at least one point")
        source, technology = self._text(fields, "source"), self._text(fields, "technology")
        return EnergyEntry(role, source=source, points=tuple(points), technology=technology)

    def _point(self, role: str, node: yaml.Node) -> EnergyPoint:
        apart = role != "mac" and {"read", "write"} & self._keys(node).keys()
        energies = ("read", "write") if apart else ("value",)
        needed = ("width_bits", *energies) if role == "mac" else ("capacity_bytes", "width_bits", *energies)
        optional = () if role == "mac" else ("area_um2",)
        fields = self._fields(node, (*needed, *optional), needed, f"a point of '{role}'")
        read = self._number(fields, energies[0], role)
        return EnergyPoint(
            self._positive(fields, "width_bits"),
            read,
            self._number(fields, "write", role) if apart else read,
            None if role == "mac" else self._positive(fields, "capacity_bytes"),
            self._number(fields, "area_um2", role) if "area_um2" in fields else None,
        )

    def _check_repeated(self, points: list[EnergyPoint], nodes: list[yaml.Node]) -> None:
        seen: set[tuple[int, int | None]] = set()
        for point, node in zip(points, nodes, strict=True):
            size = (point.width_bits, point.capacity_bytes)
            if size in seen:
                self._add(node, "two points of one size")
            seen.add(size)

    def _number(self, fields: Fields, key: str, role: str) -> float:
        if key not in fields:
            return 0.0
        found = self._value(fields[key])
        number = isinstance(found, int | float) and not isinstance(found, bool)
        if number and 0 <= found <= MAX_SETTING:
            return float(found)
        limit = f", at most {MAX_SETTING}" if number and MAX_SETTING < found < inf else ""
        self._add(fields[key], f"the {key} of '{role}' must be a number of at least 0{limit}")
        return 0.0

    def _positive(self, fields: Fields, key: str) -> int:
        found = self._value(fields[key]) if key in fields else 1
        if type(found) is int and 1 <= found <= MAX_SETTING:
            return found
        limit = f", at most {MAX_SETTING}" if type(found) is int and found > 1 else ""
        self._add(fields[key], f"{key} must be an integer of at least 1{limit}")
        return 1

    def _word_bits(self, fields: Fields) -> int | None:
        bits = self._value(fields["word_bits"]) if "word_bits" in fields else None
        if bits is None or (type(bits) is int and 1 <= bits <= MAX_SETTING):
            return bits
        self._add(fields["word_bits"], "word_bits must be an integer of at least 1, or null: width does not matter")
        return None

    def _keys(self, node: yaml.Node) -> Fields:
        """The fields of a mapping, unchecked."""
        return {str(key.value): value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}

    def _fields(self, node: yaml.Node, allowed: Iterable[str], required: Iterable[str], what: str) -> Fields:
        if not isinstance(node, yaml.MappingNode):
            self._add(node, f"{what} must be a mapping")
            return {}
        known, fields = list(allowed), Fields()
        for key, value in node.value:
            name = str(key.value)
            if name not in known:
                self._add(key, f"unknown key '{name}' in {what}", did_you_mean(name, known, "keys"))
            elif name in fields:
                self._add(key, f"'{name}' is given twice")
            fields[name] = value
        for name in required:
            if name not in fields:
                self._add(node, f"{what} lacks '{name}'")
        return {name: value for name, value in fields.items() if name in known}

    def _text(self, fields: Fields, key: str) -> str:
        if key not in fields:
            return ""
        value = self._value(fields[key])
        if not isinstance(value, str) or not value:
            self._add(fields[key], f"'{key}' must be text")
            return ""
        return value

    def _value(self, node: yaml.Node) -> Any:
        try:
            return self.loader.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError):
            return object()

    def _add(self, node: yaml.Node, message: str, hint: str = "", notes: tuple[str, ...] = ()) -> None:
        self.findings.add("W205", message, self._span(node.start_mark, node.end_mark), hint=hint, notes=notes)

    def _span(self, start: yaml.Mark, end: yaml.Mark) -> Span:
        line = self.lines[start.line] if start.line < len(self.lines) else ""
        length = end.column - start.column if end.line == start.line else len(line) - start.column
        return Span(self.file, start.line + 1, start.column + 1, max(1, length), line)
