"""Leave out statements whose results nobody reads, once their values stand where they were used."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from ...ir import Access, NestLoop, Node, Statement, Unreadable
from .conforming import conforms

_Cell: TypeAlias = tuple[str, tuple[int, ...] | None]
"""One element of an array, or any of it."""


@dataclass(frozen=True, slots=True)
class Unread:
    """What may go: statements that set arrays of `names`, if their number is in `used` or they are not raised."""

    names: frozenset[str]
    used: frozenset[int]
    numbers: dict[int, int]

    def without(self, body: tuple[Node, ...], after: frozenset[_Cell] = frozenset()) -> tuple[Node, ...]:
        """The nodes without what is not read in them, nor `after` them."""
        found: list[Node] = []
        for node in reversed(body):
            if isinstance(node, NestLoop):
                inner = self.without(node.body, after | exposed(node.body))
                found += [replace(node, body=inner)] if inner else []
                after |= exposed(inner)
            elif isinstance(node, Unreadable) or not self._may_go(node) or _is_live(_cell(node.target), after):
                found.append(node)
                after = _before(node, after)
                if isinstance(node, Statement) and node.reduction:
                    after |= {_cell(node.target)}
        return tuple(reversed(found))

    def _may_go(self, statement: Statement) -> bool:
        is_used = self.numbers[id(statement)] in self.used
        return statement.target.array in self.names and (is_used or not conforms(statement))


def exposed(body: tuple[Node, ...]) -> frozenset[_Cell]:
    """What the nodes read of what was set before them; a sum reads its target only if somebody reads it later."""
    found = frozenset[_Cell]()
    for node in reversed(body):
        if isinstance(node, NestLoop):
            found |= exposed(node.body)
        elif isinstance(node, Statement):
            found = _before(node, found)
    return found


def _before(node: Statement | Unreadable, after: frozenset[_Cell]) -> frozenset[_Cell]:
    """What is read from here on."""
    if isinstance(node, Unreadable):
        return after
    target = _cell(node.target)
    if not node.reduction and target[1] is not None:
        after -= {target}
    return after | {_cell(item) for item in node.reads}


def _cell(access: Access) -> _Cell:
    fixed = all(axis.is_constant for axis in access.subscripts)
    return access.array, tuple(axis.constant for axis in access.subscripts) if fixed else None


def _is_live(cell: _Cell, after: frozenset[_Cell]) -> bool:
    """Whether an element may be read."""
    name, place = cell
    return any(name == other and (place is None or there is None or place == there) for other, there in after)
