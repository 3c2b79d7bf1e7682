"""What the elements of temporaries are known to hold at one place of a nest."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...ir import Access, Affine, Choice, Compute, Value, accesses, factors, mapped
from .conforming import is_factor
from .elements import common, elements, may_meet
from .isl_text import Loops

_MAX_PARTS = 40


@dataclass(frozen=True, slots=True)
class Known:
    """`target` holds `value`, in all iterations of `loops`; those that do not stand around any more are closed.

    `sources` are the statements that it comes of, by their numbers, and `counted` those of them that are raised when
    they stand alone.
    """

    target: Access
    value: Value
    loops: Loops
    sources: frozenset[int]
    counted: frozenset[int]

    def at(self, access: Access, loops: Loops) -> Value | None:
        """What an access reads inside of loops; None if it may be another element."""
        if access.array != self.target.array or len(access.subscripts) != len(self.target.subscripts):
            return None
        closed = self.loops[len(common([self.loops, loops])) :]
        apart = _arrays(self.value) > 1 or not is_factor(self.value)
        if apart and (closed or len(loops) > len(self.loops)):
            # What is computed once and used many times is not computed for each.
            return None
        if not closed:
            return self.value if access.subscripts == self.target.subscripts else None
        values = _solved(self.target, access, closed)
        if values is None or not self._covers(access, loops):
            return None
        return over(self.value, values)

    def _covers(self, access: Access, loops: Loops) -> bool:
        """Whether every element that is read has been set in the same iteration of the loops around both."""
        around = common([self.loops, loops])
        read, written = elements(access, loops, around), elements(self.target, self.loops, around)
        return bool(read.is_subset(written))

    def survives(self, written: Access, loops: Loops) -> bool:
        """Whether it still holds after a write inside of loops."""
        touched = (self.target, *accesses(self.value))
        return not any(may_meet(item, self.loops, written, loops) for item in touched)

    def is_definite(self) -> bool:
        """Whether the value is no function of what the element held before, and small enough to be written out."""
        reads_itself = any(may_meet(item, self.loops, self.target, self.loops) for item in accesses(self.value))
        return not reads_itself and _parts(self.value) <= _MAX_PARTS

    def stands_at(self, access: Access, loops: Loops) -> bool:
        """Whether this very element was set in these loops."""
        same = len(loops) == len(self.loops) == len(common([loops, self.loops]))
        return same and self.target == access

    def after(self, loops: Loops, writes: list[tuple[Access, Loops]]) -> bool:
        """Whether it holds after the innermost of its open loops, which makes the writes; every iteration has its own
        element then."""
        names = {item.array for item in accesses(self.value)}
        own = sum(access.array == self.target.array for access, _ in writes)
        kept = own == 1 and not any(access.array in names for access, _ in writes)
        closing = self.loops[len(loops) :]
        return kept and bool(loops) and _axes(self.target, closing) is not None


def _axes(target: Access, closed: Loops) -> dict[str, int] | None:
    """The axis that each closed loop alone moves, by one; None if one moves none or several."""
    names = {loop.iterator for loop in closed}
    found: dict[str, int] = {}
    for number, axis in enumerate(target.subscripts):
        moving = names & axis.names
        if not moving:
            continue
        (name, *others) = sorted(moving)
        if others or name in found or axis.coefficient(name) != 1 or name in (axis - name).names:
            return None
        found[name] = number
    return found if found.keys() == names else None


def _solved(target: Access, access: Access, closed: Loops) -> dict[str, Affine] | None:
    """The iterations of closed loops in which an element was set; None if its other axes differ."""
    axes = _axes(target, closed)
    if axes is None:
        return None
    values = {name: access.subscripts[axis] - (target.subscripts[axis] - name) for name, axis in axes.items()}
    others = [n for n in range(len(target.subscripts)) if n not in axes.values()]
    return values if all(target.subscripts[n] == access.subscripts[n] for n in others) else None


def over(value: Value, values: dict[str, Affine]) -> Value:
    """A value at other iterations."""

    def element(access: Access) -> Access:
        return replace(access, subscripts=tuple(axis.substitute(values) for axis in access.subscripts))

    return mapped(value, element, lambda condition: condition.substitute(values))


def _arrays(value: Value) -> int:
    """How many elements of arrays are multiplied."""
    return sum(bool(item.subscripts) for item in factors(value) or ())


def _parts(value: Value) -> int:
    if isinstance(value, Choice):
        return 1 + len(value.conditions) + _parts(value.value) + _parts(value.otherwise)
    return 1 + sum(map(_parts, value.operands)) if isinstance(value, Compute) else 1
