"""Under which conditions a statement runs: those that stand around all of its value."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...ir import NEUTRAL, Affine, Choice, Node, Statement, Value
from ...ir.loop_nest import NestLoop
from .guards import may_fail
from .isl_text import Loops


@dataclass(frozen=True, slots=True)
class Side:
    """That none of the conditions is negative, or (not `holds`) that one is."""

    conditions: frozenset[Affine]
    holds: bool = True

    @staticmethod
    def of(choice: Choice, loops: Loops) -> Side:
        """Where a choice takes its value, without the conditions that hold in all iterations of the loops."""
        found = frozenset(item for item in choice.conditions if may_fail(item, loops))
        return Side(found)

    @property
    def opposite(self) -> Side:
        """Where it does not hold; of a single condition that is one again."""
        if len(self.conditions) == 1 and self.holds:
            (condition,) = self.conditions
            return Side(frozenset([condition * -1 - 1]))
        return replace(self, holds=not self.holds)

    @property
    def names(self) -> frozenset[str]:
        """The iterators that it depends on."""
        return frozenset(name for item in self.conditions for name in item.names)


def layers(statement: Statement, loops: Loops) -> tuple[tuple[Side, ...], Value]:
    """The sides on which a statement changes something, the outermost first, and what it sets or takes in there."""
    neutral = _neutral(statement)
    value, found = statement.value, list[Side]()
    while isinstance(value, Choice) and neutral in (value.value, value.otherwise):
        side = Side.of(value, loops)
        takes = value.otherwise == neutral
        found.append(side if takes else side.opposite)
        value = value.value if takes else value.otherwise
    return tuple(found), value


def in_plain_words(statement: Statement, loops: Loops) -> Statement:
    """The statement without opposites of conditions, if there is one that says the same in these loops."""
    if not any(item.otherwise != _neutral(statement) for item in statement.choices):
        return statement
    found, value = layers(statement, loops)
    if not found or not all(item.holds for item in found):
        return statement
    for side in reversed(found):
        value = Choice(tuple(sorted(side.conditions, key=str)), value, _neutral(statement))
    return replace(statement, value=value)


def _neutral(statement: Statement) -> Value:
    """What changes nothing."""
    return NEUTRAL[statement.reduction] if statement.reduction else statement.target


def sides_of(node: Node, loops: Loops) -> frozenset[Side]:
    """The sides on which a node does something, none of which depends on a loop of its own."""
    if isinstance(node, Statement):
        return frozenset(layers(node, loops)[0])
    if not isinstance(node, NestLoop) or not node.body:
        return frozenset()
    inner = [sides_of(item, (*loops, node)) for item in node.body]
    return frozenset(item for item in frozenset.intersection(*inner) if node.iterator not in item.names)


def are_apart(one: frozenset[Side], other: frozenset[Side]) -> bool:
    """Whether two nodes never do something in one iteration."""
    return any(item.opposite in other for item in one)
