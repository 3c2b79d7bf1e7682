"""YAML by the core schema of YAML 1.2, within limits, read and written.

PyYAML knows the older 1.1, where 010 is eight, 1:30 is ninety and `no` is false; its resolver is a table, so that the
schema of 1.2 takes a few lines, where another YAML library would be a second dependency with nodes of its own.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import yaml

from .numerals import DIGITS, integer

MAX_CHARACTERS = 1 << 20
MAX_NODES = 50_000
"""Nodes of a text, where an alias counts as all that it stands for."""

MAX_DEPTH = 64
"""Levels of nesting; no machine, table or design comes near."""

_NULL, _BOOL = re.compile(r"~|null|Null|NULL|"), re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_TAG = "tag:yaml.org,2002:"
_SCHEMA: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("null", _NULL, "~nN\0"),
    ("bool", _BOOL, "tTfF"),
    ("int", _INT, "-+0123456789"),
    ("float", _FLOAT, "-+.0123456789"),
    ("merge", re.compile("<<"), "<"),
)
"""The core schema, and `<<`, which designs of Timeloop use."""


class CoreLoader(yaml.SafeLoader):
    """Composes and constructs plain data; a `yaml.MarkedYAMLError` for a text beyond the limits or a repeated key."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  # PyYAML's name

    def __init__(self, text: str) -> None:
        if len(text) > MAX_CHARACTERS:
            raise yaml.YAMLError(f"more than {MAX_CHARACTERS} characters")
        super().__init__(text)
        self._depth = 0
        self._nodes = 0
        self._sizes: dict[int, int] = {}

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Compose a node, unless it stands too deep or is one too many."""
        event, before = self.peek_event(), self._nodes  # type: ignore[no-untyped-call]  # the stubs lack its type
        if self._depth == MAX_DEPTH:
            raise _refused(f"nested deeper than {MAX_DEPTH} levels", event)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        if isinstance(event, yaml.AliasEvent):
            if id(node) not in self._sizes:
                raise _refused("an alias stands inside of what it names", event)
            self._nodes += self._sizes[id(node)]
        else:
            self._nodes += 1
            self._sizes[id(node)] = self._nodes - before
        if self._nodes > MAX_NODES:
            raise _refused(f"more than {MAX_NODES} values, aliases and merges counted", event)
        return node

    def number_int(self, node: yaml.ScalarNode) -> int:
        """An integer in decimal, octal (`0o17`) or hexadecimal digits (`0xff`)."""
        text = str(self.construct_scalar(node))
        if text[:2] in ("0o", "0x"):
            return int(text, 0) if len(text) <= DIGITS else 10**DIGITS
        return integer(text)

    def number_float(self, node: yaml.ScalarNode) -> int | float:
        """A number; an integer if it is whole and written with an exponent, as 1e3 is."""
        text = str(self.construct_scalar(node)).lower()
        if text.lstrip("+-") in (".inf", ".nan"):
            return float(text.replace(".", ""))
        found = Decimal(text) if len(text) <= DIGITS else Decimal(float(text))
        whole = "e" in text and 0 <= found.adjusted() < DIGITS and found == found.to_integral_value()
        return int(found) if whole else float(found)


class CoreDumper(yaml.SafeDumper):
    """Writes plain data that reads the same by YAML 1.1 and 1.2."""


for _name, _pattern, _first in _SCHEMA:
    _whole = re.compile(rf"(?:{_pattern.pattern})\Z")
    CoreLoader.add_implicit_resolver(_TAG + _name, _whole, [letter.strip("\0") for letter in _first])
    CoreDumper.add_implicit_resolver(_TAG + _name, _whole, [letter.strip("\0") for letter in _first])
CoreLoader.add_constructor(_TAG + "int", CoreLoader.number_int)
CoreLoader.add_constructor(_TAG + "float", CoreLoader.number_float)


def compose(text: str) -> tuple[CoreLoader, yaml.Node | None]:
    """The root of a text with at most one document, and the loader that makes data of it; `yaml.YAMLError`."""
    loader = CoreLoader(text)
    return loader, loader.get_single_node()


def load(text: str) -> Any:
    """The data of a text; `yaml.YAMLError` for what is none, and for a key that stands twice."""
    loader, root = compose(text)
    for key in repeated_keys(root):
        raise _refused(f"'{key.value}' is given twice", key)
    return None if root is None else loader.construct_document(root)


def dump(data: Any) -> str:
    """Plain data as text."""
    text: str = yaml.dump(data, Dumper=CoreDumper, sort_keys=False, allow_unicode=True)
    return text


def repeated_keys(root: yaml.Node | None) -> list[yaml.Node]:
    """Keys that stand twice in one mapping, at their second place. Merging twice repeats none."""
    found, done, waiting = [], set[int](), [] if root is None else [root]
    while waiting:
        node = waiting.pop()
        if id(node) in done:
            continue
        done.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += reversed(node.value)
        elif isinstance(node, yaml.MappingNode):
            waiting += [value for _, value in reversed(node.value)]
            seen: set[str] = set()
            for key, _ in node.value:
                if str(key.value) in seen and key.tag != _TAG + "merge":
                    found.append(key)
                seen.add(str(key.value))
    return found


def _refused(what: str, place: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=what, problem_mark=place.start_mark)
