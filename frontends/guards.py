"""Conditions on iterators, as every language of loop nests has them."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, replace

from ..ir import (
    NEUTRAL,
    Affine,
    Choice,
    Compute,
    Diagnostic,
    Literal,
    NestLoop,
    Node,
    Statement,
    Unreadable,
    Value,
    as_reduction,
    guarded,
)

WHERE = "where"
"""The function of a condition and two values of which it chooses one, called as numpy's."""

TESTS = {
    **{"<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal", "==": "equal", "!=": "not_equal"},
    **{"&&": "logical_and", "||": "logical_or"},
}
"""The functions of comparisons of data, and of what joins them."""

MAX_DEPTH = 64
"""Conditions that may stand around each other."""

BITWISE = {
    **{"<<": "left_shift", ">>": "right_shift"},
    **{"&": "bitwise_and", "|": "bitwise_or", "^": "bitwise_xor"},
}
"""The functions of operators on the bits of data."""

BY_DATA = "directives run every point: split the loop, or set what is left out to 0"
"""What to do where data decides about a product."""

_EXTREMES = {"less": "min", "less_equal": "min", "greater": "max", "greater_equal": "max"}


@dataclass(frozen=True, slots=True)
class Guard:
    """That none of the conditions is negative, or (not `holds`) that one is."""

    conditions: tuple[Affine, ...]
    holds: bool = True

    def negated(self) -> Guard:
        """The opposite; of one condition it is one again."""
        if len(self.conditions) == 1:
            return Guard((self.conditions[0] * -1 - 1,), self.holds)
        return Guard(self.conditions, not self.holds)

    @staticmethod
    def compared(left: Affine, operator: str, right: Affine) -> Guard:
        """A comparison by its operator, as `<=`."""
        if operator in ("==", "!="):
            equal = Guard((left - right, right - left))
            return equal if operator == "==" else equal.negated()
        less, more = (left, right) if operator[0] == "<" else (right, left)
        return Guard((more - less - (operator in ("<", ">")),))

    @staticmethod
    def without_signs(
        left: Affine, operator: str, right: Affine, ranges: Mapping[str, tuple[int, int]]
    ) -> Guard | None:
        """A comparison of numbers without signs, of which a negative one is larger than all others; None if unknown."""
        found = Guard.compared(left, operator, right)
        if operator in ("==", "!="):
            return found
        less, more = (left, right) if operator[0] == "<" else (right, left)
        (low, _), (high, _) = less.bounds(ranges), more.bounds(ranges)
        if high >= 0:
            return found if low >= 0 else Guard((less, *found.conditions))
        return Guard((more, *found.negated().conditions), holds=False) if low >= 0 else None

    @staticmethod
    def both(left: Guard | None, right: Guard | None) -> Guard | None:
        """That two hold; None if that is no list of conditions."""
        if left is None or right is None or not (left.holds and right.holds):
            return None
        return Guard(left.conditions + right.conditions)

    @staticmethod
    def either(left: Guard | None, right: Guard | None) -> Guard | None:
        """That one of two holds; None if its opposite is no list of conditions."""
        neither = Guard.both(left and left.negated(), right and right.negated())
        return neither and neither.negated()

    def choice(self, value: Value, otherwise: Value) -> Choice:
        """One value where it holds, the other elsewhere."""
        return Choice(self.conditions, *((value, otherwise) if self.holds else (otherwise, value)))

    def around(self, node: Node, own: Container[str] = ()) -> Node:
        """A node that changes something only where it holds; nobody else reads the scalars of its `own`."""
        if isinstance(node, NestLoop):
            return replace(node, body=tuple(self.around(item, own) for item in node.body))
        if not isinstance(node, Statement):
            return node
        if node.target.array in own and not node.reduction:
            zero = NEUTRAL["+"]
            plain = isinstance(node.value, Literal)
            return node if plain else _checked(replace(node, value=self.choice(node.value, zero)))
        return _checked(guarded(node, self.conditions, self.holds))

    def branches(self, then: Sequence[Node], other: Sequence[Node], own: Container[str] = ()) -> list[Node]:
        """The nodes of an `if`: two statements that set one element choose its value."""
        match tuple(then), tuple(other):
            case (Statement() as one,), (Statement() as two,) if (one.target, one.reduction) == (
                two.target,
                two.reduction,
            ):
                return [_checked(replace(one, value=self.choice(one.value, two.value)))]
        negated = self.negated()
        return [*(self.around(item, own) for item in then), *(negated.around(item, own) for item in other)]


def after_skips(
    parts: Sequence[Sequence[Node]], guards: Sequence[Guard], own: Sequence[Collection[str]] = ()
) -> list[Node]:
    """The nodes of a body in parts: behind each one but the last, iterations end where a guard holds.

    `own` are the scalars that each part declares.
    """
    found, inside = list(parts[-1]), set[str]()
    for number in reversed(range(len(guards))):
        inside |= set(own[number + 1]) if own else set()
        negated = guards[number].negated()
        found = [*parts[number], *(negated.around(item, inside) for item in found)]
    return found


def _checked(statement: Statement) -> Statement | Unreadable:
    """The statement, unless more conditions stand around each other in it than what follows can walk through."""
    depth, level = 0, [statement.value]
    while level := [side for item in level if isinstance(item, Choice) for side in (item.value, item.otherwise)]:
        depth += 1
    if depth <= MAX_DEPTH:
        return statement
    message = f"'{statement.target}' is set under more than {MAX_DEPTH} conditions"
    hint = "join them to one, or say them as bounds of loops"
    return Unreadable((Diagnostic("W403", message, span=statement.span, hint=hint),))


def chosen_by_data(test: Value, one: Value, other: Value) -> Compute:
    """One value where a test of data holds, the other elsewhere; `a` if `a < b` else `b` is their minimum."""
    if isinstance(test, Compute) and test.function in _EXTREMES and {one, other} == set(test.operands):
        function = _EXTREMES[test.function]
        turned = {"min": "max", "max": "min"}[function]
        return Compute(function if test.operands == (one, other) else turned, (one, other))
    return Compute(WHERE, (test, one, other))


def sums_by_data(statement: Statement) -> bool:
    """Whether a product, or a sum of such, is chosen by data."""
    value = statement.value
    if not isinstance(value, Compute) or value.function != WHERE:
        return False
    sides = [as_reduction(replace(statement, value=item)) for item in value.operands[1:]]
    # A bound of what is there, as in min(x, 6), is none.
    sums = [item.reduction in ("+", "*") or (item.reduction and item.operands) for item in sides]
    return any(sums) or any(len(item.operands) > 1 for item in sides)
