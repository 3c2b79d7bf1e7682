"""Reads energy tables from YAML, with a position for every finding."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from math import isfinite
from typing import Any

import yaml

from ...ir import Diagnostic, Findings, Span, WeftError
from .table import ROLES, UNITS, EnergyEntry, EnergyTable


def read_table(text: str, file: str) -> EnergyTable:
    """See `parse_energy_table`."""
    return _Reader(text, file).table()


class _Reader:
    """Walks the YAML nodes, so that every value still knows where it stands."""

    def __init__(self, text: str, file: str) -> None:
        self.lines = text.splitlines()
        self.file = file
        self.findings = Findings()
        try:
            self.loader = yaml.SafeLoader(text)
            self.root = self.loader.get_single_node()
        except (yaml.YAMLError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            span = self._span(mark, mark) if mark else Span(file, 1, 1)
            raise WeftError(Diagnostic("W001", f"not YAML: {getattr(error, 'problem', error)}", span=span)) from None

    def table(self) -> EnergyTable:
        """The table, or all that is wrong with it."""
        if self.root is None:
            raise WeftError(Diagnostic("W205", "the energy table is empty", span=Span(self.file, 1, 1)))
        fields = self._fields(self.root, ("name", "word_bits", "source", "entries"), ("name", "entries"), "the table")
        name = self._text(fields, "name")
        source = self._text(fields, "source") if "source" in fields else ""
        word_bits = self._word_bits(fields)
        entries: list[EnergyEntry] = []
        if "entries" in fields:
            rows = self._fields(fields["entries"], ROLES, ("mac",), "entries")
            entries = [self._entry(role, node) for role, node in rows.items()]
        self.findings.raise_errors()
        return EnergyTable(name, tuple(entries), word_bits, source)

    def _entry(self, role: str, node: yaml.Node) -> EnergyEntry:
        keys = ("value", "unit", "source")
        fields = self._fields(node, keys, keys, f"entry '{role}'")
        unit, value = self._text(fields, "unit"), 0.0
        if "value" in fields:
            found = self._value(fields["value"])
            if isinstance(found, int | float) and not isinstance(found, bool) and isfinite(found) and found >= 0:
                value = float(found)
            else:
                self._add(fields["value"], f"the value of '{role}' must be a number of at least 0")
        if unit and unit not in UNITS:
            self._add(fields["unit"], f"unknown unit '{unit}'", f"units: {', '.join(UNITS)}")
        elif role == "mac" and unit and unit != "pJ":
            self._add(fields["unit"], "the unit of 'mac' must be pJ")
        return EnergyEntry(role, value, unit, self._text(fields, "source"))

    def _word_bits(self, fields: dict[str, yaml.Node]) -> int | None:
        bits = self._value(fields["word_bits"]) if "word_bits" in fields else None
        if bits is None or (type(bits) is int and bits >= 1):
            return bits
        self._add(fields["word_bits"], "word_bits must be an integer of at least 1, or null: width does not matter")
        return None

    def _fields(
        self, node: yaml.Node, allowed: Iterable[str], required: Iterable[str], what: str
    ) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            self._add(node, f"{what} must be a mapping")
            return {}
        known, fields = list(allowed), dict[str, yaml.Node]()
        for key, value in node.value:
            name = str(key.value)
            if name not in known:
                match = get_close_matches(name, known, 1)
                hint = f"did you mean '{match[0]}'?" if match else f"known: {', '.join(known)}"
                self._add(key, f"unknown key '{name}' in {what}", hint)
            elif name in fields:
                self._add(key, f"'{name}' is given twice")
            fields[name] = value
        for name in required:
            if name not in fields:
                self._add(node, f"{what} lacks '{name}'")
        return {name: value for name, value in fields.items() if name in known}

    def _text(self, fields: dict[str, yaml.Node], key: str) -> str:
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

    def _add(self, node: yaml.Node, message: str, hint: str = "") -> None:
        self.findings.add("W205", message, self._span(node.start_mark, node.end_mark), hint=hint)

    def _span(self, start: yaml.Mark, end: yaml.Mark) -> Span:
        line = self.lines[start.line] if start.line < len(self.lines) else ""
        length = end.column - start.column if end.line == start.line else len(line) - start.column
        return Span(self.file, start.line + 1, start.column + 1, max(1, length), line)
