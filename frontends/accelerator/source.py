"""YAML text with the position of everything in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

from ...ir import Diagnostic, Findings, Location, Span, WeftError
from ...ir.yaml_core import compose, repeated_keys


@dataclass(frozen=True)
class YamlSource:
    """The data of a YAML text, and where each part of it stands."""

    file: str
    text: str
    root: yaml.Node
    data: Any

    def span(self, location: Location, at_key: bool = False) -> Span:
        """Where the value (or its key) at `location` stands; of the innermost part that exists."""
        key = node = self.root
        for part in location:
            found = self._child(node, part)
            if found is None:
                break
            key, node = found
        shown = key if at_key else node
        return self.span_of(shown)

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def _fields(self) -> dict[int, dict[str, tuple[yaml.Node, yaml.Node]]]:
        return {}

    def _child(self, node: yaml.Node, part: int | str) -> tuple[yaml.Node, yaml.Node] | None:
        if isinstance(node, yaml.MappingNode):
            if id(node) not in self._fields:
                self._fields[id(node)] = {str(key.value): (key, value) for key, value in node.value}
            return self._fields[id(node)].get(str(part))
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            return node.value[part], node.value[part]
        return None

    def span_of(self, node: yaml.Node) -> Span:
        """Where a node stands, on its first line."""
        start, end = node.start_mark, node.end_mark
        line = self._lines[start.line] if start.line < len(self._lines) else ""
        length = end.column - start.column if end.line == start.line else len(line) - start.column
        return Span(self.file, start.line + 1, start.column + 1, max(1, length), line)


def read_yaml(text: str, file: str, what: str = "machine", empty: str = "W205") -> YamlSource:
    """Read one YAML document; `WeftError` W001 for text that is not YAML, W006 for a key given twice.

    `what` the file describes, and `empty` is the code of the finding if there is nothing.
    """
    try:
        loader, root = compose(text)
        again = repeated_keys(root)  # before merges are carried out, which repeat keys
        data = None if root is None else loader.construct_document(root)
    except (yaml.YAMLError, ValueError) as error:
        message = f"not YAML: {_reason(error)}"
        raise WeftError(Diagnostic("W001", message, span=_error_span(error, text, file))) from None
    if root is None:
        message = f"the file describes no {what}: it is empty"
        raise WeftError(Diagnostic(empty, message, span=Span(file, 1, 1)))
    source, findings = YamlSource(file, text, root, data), Findings()
    for key in again:
        findings.add("W006", f"'{key.value}' is given twice", source.span_of(key))
    findings.raise_errors()
    return source


def _reason(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError):
        return ", ".join(part for part in (error.context, error.problem) if part)
    return str(error).splitlines()[0]


def _error_span(error: Exception, text: str, file: str) -> Span:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        position = getattr(error, "position", 0)
        before = text[: position if isinstance(position, int) else 0]
        return Span(file, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
    lines = text.splitlines()
    return Span(file, mark.line + 1, mark.column + 1, 1, lines[mark.line] if mark.line < len(lines) else "")
