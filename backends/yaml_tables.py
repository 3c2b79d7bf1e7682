"""Tables in YAML, read node by node, so that every finding has its place."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import Any

import yaml

from ..ir import MAX_SETTING, Diagnostic, Findings, Span, WeftError
from ..ir.nearest import did_you_mean
from ..ir.yaml_core import compose

Fields = dict[str, yaml.Node]


class TableReader:
    """Walks the YAML nodes of a table; what is wrong with them becomes findings W205."""

    def __init__(self, text: str, file: str, what: str) -> None:
        self.lines = text.splitlines()
        self.file = file
        self.findings = Findings()
        try:
            self.loader, root = compose(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            span = self._span(mark, mark) if mark else Span(file, 1, 1)
            raise WeftError(Diagnostic("W001", f"not YAML: {getattr(error, 'problem', error)}", span=span)) from None
        if root is None:
            raise WeftError(Diagnostic("W205", f"the {what} is empty", span=Span(file, 1, 1)))
        self.root: yaml.Node = root

    def keys(self, node: yaml.Node) -> Fields:
        """The fields of a mapping, unchecked."""
        return {str(key.value): value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}

    def fields(self, node: yaml.Node, allowed: Iterable[str], required: Iterable[str], what: str) -> Fields:
        """The known fields of a mapping; those that are unknown, repeated or missing are findings."""
        if not isinstance(node, yaml.MappingNode):
            self.add(node, f"{what} must be a mapping")
            return {}
        known, fields = list(allowed), Fields()
        for key, value in node.value:
            name = str(key.value)
            if name not in known:
                self.add(key, f"unknown key '{name}' in {what}", did_you_mean(name, known, "keys"))
            elif name in fields:
                self.add(key, f"'{name}' is given twice")
            fields[name] = value
        for name in required:
            if name not in fields:
                self.add(node, f"{what} lacks '{name}'")
        return {name: value for name, value in fields.items() if name in known}

    def number(self, fields: Fields, key: str, role: str) -> float:
        """The number of a field, at least 0; 0 where there is none."""
        if key not in fields:
            return 0.0
        found = self.value(fields[key])
        number = isinstance(found, int | float) and not isinstance(found, bool)
        if number and 0 <= found <= MAX_SETTING:
            return float(found)
        limit = f", at most {MAX_SETTING}" if number and MAX_SETTING < found < inf else ""
        self.add(fields[key], f"the {key} of '{role}' must be a number of at least 0{limit}")
        return 0.0

    def positive(self, fields: Fields, key: str) -> int:
        """The integer of a field, at least 1; 1 where there is none."""
        found = self.value(fields[key]) if key in fields else 1
        if type(found) is int and 1 <= found <= MAX_SETTING:
            return found
        limit = f", at most {MAX_SETTING}" if type(found) is int and found > 1 else ""
        self.add(fields[key], f"{key} must be an integer of at least 1{limit}")
        return 1

    def text(self, fields: Fields, key: str) -> str:
        """The text of a field; empty where there is none."""
        if key not in fields:
            return ""
        value = self.value(fields[key])
        if not isinstance(value, str) or not value:
            self.add(fields[key], f"'{key}' must be text")
            return ""
        return value

    def value(self, node: yaml.Node) -> Any:
        """A node as plain data; an object of no kind if it has none."""
        try:
            return self.loader.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError):
            return object()

    def add(self, node: yaml.Node, message: str, hint: str = "", notes: tuple[str, ...] = ()) -> None:
        """A finding about a node."""
        self.findings.add("W205", message, self._span(node.start_mark, node.end_mark), hint=hint, notes=notes)

    def _span(self, start: yaml.Mark, end: yaml.Mark) -> Span:
        line = self.lines[start.line] if start.line < len(self.lines) else ""
        length = end.column - start.column if end.line == start.line else len(line) - start.column
        return Span(self.file, start.line + 1, start.column + 1, max(1, length), line)
