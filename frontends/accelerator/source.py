"""YAML text with the position of everything in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from ...ir import Diagnostic, Findings, Location, Span, WeftError


@dataclass(frozen=True, slots=True)
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
            found = _child(node, part)
            if found is None:
                break
            key, node = found
        shown = key if at_key else node
        return self._span(shown.start_mark, shown.end_mark)

    def _span(self, start: yaml.Mark, end: yaml.Mark) -> Span:
        line = self.text.splitlines()[start.line] if start.line < len(self.text.splitlines()) else ""
        length = end.column - start.column if end.line == start.line else len(line) - start.column
        return Span(self.file, start.line + 1, start.column + 1, max(1, length), line)

    def repeated_keys(self) -> Iterator[tuple[str, Span]]:
        """Keys that stand twice in one mapping, at their second place."""
        done: set[int] = set()
        nodes = [self.root]
        while nodes:
            node = nodes.pop()
            if id(node) in done:
                continue
            done.add(id(node))
            if isinstance(node, yaml.SequenceNode):
                nodes += node.value
            elif isinstance(node, yaml.MappingNode):
                nodes += [value for _, value in node.value]
                seen: set[str] = set()
                for key, _ in node.value:
                    name = str(key.value)
                    if name in seen:
                        yield name, self._span(key.start_mark, key.end_mark)
                    seen.add(name)


def read_yaml(text: str, file: str) -> YamlSource:
    """Read one YAML document; `WeftError` W001 for text that is not YAML, W006 for a key given twice."""
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        data = None if root is None else loader.construct_document(root)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        message = f"not YAML: {_reason(error)}"
        raise WeftError(Diagnostic("W001", message, span=_error_span(error, text, file))) from None
    if root is None:
        message = "the file describes no machine: it is empty"
        raise WeftError(Diagnostic("W205", message, span=Span(file, 1, 1)))
    source, findings = YamlSource(file, text, root, data), Findings()
    for key, span in source.repeated_keys():
        findings.add("W006", f"'{key}' is given twice", span)
    findings.raise_errors()
    return source


def _child(node: yaml.Node, part: int | str) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None


def _reason(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError):
        return ", ".join(part for part in (error.context, error.problem) if part)
    return "nested too deeply" if isinstance(error, RecursionError) else str(error).splitlines()[0]


def _error_span(error: Exception, text: str, file: str) -> Span:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        position = getattr(error, "position", 0)
        before = text[: position if isinstance(position, int) else 0]
        return Span(file, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
    lines = text.splitlines()
    return Span(file, mark.line + 1, mark.column + 1, 1, lines[mark.line] if mark.line < len(lines) else "")
