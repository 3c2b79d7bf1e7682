"""YAML nodes with their places, and the findings of a whole design."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import yaml

from ...ir import Diagnostic, Findings, Severity, Span, WeftError
from ...ir.nearest import did_you_mean
from ...ir.yaml_core import CoreLoader, repeated_keys
from ..text import Lines
from .expressions import ExpressionError, Value, evaluate

_MERGE = "tag:yaml.org,2002:merge"


@dataclass(frozen=True)
class Item:
    """A YAML node of a design: a mapping, a list or a scalar; `key` is the node that names it."""

    lines: Lines
    node: yaml.Node
    key: yaml.Node | None = None

    @property
    def span(self) -> Span:
        """Where the node starts, on its first line."""
        return self._span(self.node)

    @property
    def key_span(self) -> Span:
        """Where the node's key stands; the node itself where it has none."""
        return self._span(self.key or self.node)

    def piece(self, start: int, end: int) -> Span:
        """Where some letters of a scalar's text stand; the whole scalar if it is not written as it reads."""
        whole = self.span
        at = whole.text.find(self.text, whole.column - 1)
        return whole if at < 0 else self.lines.span(whole.line, at + start + 1, end - start)

    def _span(self, node: yaml.Node) -> Span:
        start, end = node.start_mark, node.end_mark
        length = end.column - start.column if end.line == start.line else 1
        return self.lines.span(start.line + 1, start.column + 1, length)

    @property
    def tag(self) -> str:
        """The node's own tag (`!Component`), without the exclamation mark; empty for YAML's own."""
        return str(self.node.tag).lstrip("!") if str(self.node.tag).startswith("!") else ""

    @property
    def is_map(self) -> bool:
        """Whether it is a mapping."""
        return isinstance(self.node, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return isinstance(self.node, yaml.SequenceNode)

    @property
    def is_text(self) -> bool:
        """Whether a scalar was written as a string in quotes."""
        return isinstance(self.node, yaml.ScalarNode) and self.node.style in ("'", '"')

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it: an empty mapping or list, or null."""
        return not self.node.value or (not self.is_map and not self.is_list and self.text in ("null", "~"))

    @property
    def text(self) -> str:
        """A scalar as written; empty for anything else."""
        return str(self.node.value) if isinstance(self.node, yaml.ScalarNode) else ""

    @cached_property
    def entries(self) -> dict[str, Item]:
        """The values of a mapping by their keys, with `<<` merged and `-` in keys read as `_`."""
        found: dict[str, Item] = {}
        merged: dict[str, Item] = {}
        for key, value in self.node.value if self.is_map else ():
            item = Item(self.lines, value, key)
            if key.tag == _MERGE:
                for source in item.items if item.is_list else [item]:
                    merged |= source.entries
            else:
                found[str(key.value).replace("-", "_")] = item
        return {**merged, **found}

    @cached_property
    def items(self) -> list[Item]:
        """The members of a list."""
        return [Item(self.lines, node) for node in self.node.value] if self.is_list else []

    def nodes(self, done: set[int] | None = None) -> Iterator[Item]:
        """The node and all below it, each once."""
        done = set() if done is None else done
        if id(self.node) in done:
            return
        done.add(id(self.node))
        yield self
        pairs = self.node.value if self.is_map else ()
        for item in (*(Item(self.lines, value, key) for key, value in pairs), *self.items):
            yield from item.nodes(done)


@dataclass
class Notes:
    """What is wrong with a design, and which of its keys have no effect."""

    findings: Findings = field(default_factory=Findings)
    unused: dict[str, Span] = field(default_factory=dict)

    def refuse(self, what: str, span: Span | None, hint: str = "", code: str = "W501") -> None:
        """Record an error."""
        self.findings.add(code, what, span, hint=hint)

    def no_effect(self, name: str, span: Span) -> None:
        """Record a key that changes no count; told once."""
        self.unused.setdefault(name, span)

    def check_keys(self, item: Item, what: str, known: Iterable[str], unused: Iterable[str] = ()) -> None:
        """Refuse keys of `item` that are neither `known` nor among those that are known to have no effect."""
        known, unused = tuple(known), tuple(unused)
        for name, value in item.entries.items():
            if name in unused:
                self.no_effect(name, value.key_span)
            elif name not in known:
                hint = did_you_mean(name, known, otherwise=f"{what} can have {', '.join(known)}")
                self.refuse(f"unsupported key '{name}' of {what}", value.key_span, hint)

    def number(self, item: Item, what: str, names: Mapping[str, Value], least: int = 1) -> int | None:
        """A whole number of at least `least`; None, with an error, for anything else."""
        before = len(self.findings.items)
        value = self.value(item, names)
        if len(self.findings.items) > before:
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        self.refuse(f"{what} is {item.text or 'no number'}; it must be a whole number ≥ {least}", item.span, "", "W502")
        return None

    def value(self, item: Item, names: Mapping[str, Value]) -> Value:
        """A scalar's value: a number, a truth value, or text where it is quoted or no expression.

        None for null, and, with an error, for an expression without a value.
        """
        if item.is_text:
            return item.text
        try:
            return evaluate(item.text, names)
        except ExpressionError as error:
            self.refuse(f"'{item.text}': {error}", item.span, "", "W502")
            return None

    def has_form(self, item: Item, what: str, *forms: str) -> bool:
        """Whether a node is one of `a mapping`, `a list` and `a text`, else with an error; nothing at all is any."""
        own = "a mapping" if item.is_map else "a list" if item.is_list else "a text"
        if own in forms or item.is_empty:
            return True
        self.refuse(f"{what} is {own}; it must be {' or '.join(forms)}", item.span, "", "W502")
        return False

    def texts(self, item: Item, what: str) -> list[Item]:
        """A text, or those of a list; anything else is an error."""
        if item.is_empty or not self.has_form(item, what, "a text", "a list"):
            return []
        if not item.is_list:
            return [item]
        return [member for member in item.items if self.has_form(member, f"a member of {what}", "a text")]

    def names(self, item: Item, what: str = "a list of names") -> list[str]:
        """A list of names, written as a list or as text split by commas or blanks."""
        texts = [member.text for member in self.texts(item, what)]
        if not item.is_list:
            texts = [name for text in texts for name in text.replace(",", " ").split()]
        return [text for text in texts if text]

    def finish(self) -> tuple[Diagnostic, ...]:
        """All findings; raises WeftError if one of them is an error."""
        if self.unused and not self.findings.has_errors:
            named = ", ".join(self.unused)
            message = f"keys without effect on counts or cycles: {named}"
            self.findings.add("W504", message, next(iter(self.unused.values())), severity=Severity.NOTE)
        self.findings.raise_errors()
        return tuple(self.findings.items)


def read_documents(text: str, lines: Lines) -> list[Item]:
    """The documents of a YAML text; WeftError (W001) if it is none."""
    try:
        documents = list(yaml.compose_all(text, Loader=CoreLoader))
        items = [Item(lines, node) for node in documents if node is not None]
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        span = lines.span(mark.line + 1, mark.column + 1) if mark else lines.span(1, 1)
        reason = getattr(error, "problem", str(error))
        hint = "Jinja templates are not expanded: give the files that they make" if "{{" in text or "{%" in text else ""
        raise WeftError(Diagnostic("W001", f"not YAML: {reason}", span=span, hint=hint)) from None
    findings = Findings()
    for item in items:
        for key in repeated_keys(item.node):
            findings.add("W006", f"'{key.value}' is given twice", Item(lines, key).span)
    findings.raise_errors()
    return items
