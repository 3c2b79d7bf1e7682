"""`linalg.softmax`: the largest of each row, powers of the distances to it, their sums, and the quotients."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from xdsl.ir import Operation, SSAValue

from ...ir import Access, Affine, Compute, Diagnostic, Literal, NestLoop, Statement, Value
from .index import no_index
from .lent import outside
from .memory import access, current
from .operations import attribute, inputs_and_outputs, numbers
from .scope import ArrayInfo, Nodes, RefusedError, Scalar, Scope
from .structured import Operand, Structured, loops_of, plain, read_structured


def read_softmax(scope: Scope, operation: Operation) -> Nodes:
    """The loop nests of a softmax along an axis; the array of its result is noted."""
    split, axis = inputs_and_outputs(operation), numbers(attribute(operation, "dimension"))
    if split is None or len(split[0]) != 1 or len(split[1]) != 1 or axis is None or len(axis) != 1:
        raise scope.refuse("W001", "'linalg.softmax' has an input, an output and a dimension", operation)
    sizes = _sizes(scope.array(split[0][0]))
    if not 0 <= axis[0] < len(sizes):
        raise scope.refuse("W001", f"there is no axis {axis[0]} of {len(sizes)}", operation)
    return _Rows(scope, operation, sizes, axis[0]).nodes(split[0][0], split[1][0])


def _sizes(info: ArrayInfo) -> tuple[int, ...]:
    """The extents of an array; RefusedError if one is not known."""
    wrong = [size for size in info.sizes or () if isinstance(size, Diagnostic)]
    if wrong:
        raise RefusedError(*wrong)
    return tuple(size for size in info.sizes or () if isinstance(size, int))


class _Rows:
    """Writes the nests over a tensor of some extents, whose rows lie along an axis."""

    def __init__(self, scope: Scope, operation: Operation, sizes: tuple[int, ...], axis: int) -> None:
        self.scope, self.operation, self.sizes, self.axis = scope, operation, sizes, axis
        self.span = scope.places.span(operation)
        self.names = loops_of(scope, [f"d{number}" for number in range(len(sizes))])
        self.rows = tuple(name for number, name in enumerate(self.names) if number != axis)
        scope.ranges |= {name: (0, max(0, size - 1)) for name, size in zip(self.names, sizes, strict=True)}

    def nodes(self, source: SSAValue, target: SSAValue) -> Nodes:
        """All nests, over the same iterators."""
        kind, element = self.scope.array(source).element, self._element(source)
        most, powers, total = (
            self._array("most", kind, self.rows),
            self._array("powers", kind, self.names),
            self._array("total", kind, self.rows),
        )
        quotient = Scalar(Compute("/", (powers, total)), no_index(self.operation))
        at = plain(self.names)
        last = Structured(self.names, (Operand(source, at),), (Operand(target, at),), lambda _: [quotient])
        return (
            self._nest(self.rows, Statement(most, Literal(-inf), span=self.span)),
            self._nest(self.names, Statement(most, element, "max", self.span)),
            self._nest(self.names, Statement(powers, Compute("exp", (Compute("-", (element, most)),)), span=self.span)),
            self._nest(self.rows, Statement(total, Literal(0.0), span=self.span)),
            self._nest(self.names, Statement(total, powers, "+", self.span)),
            *read_structured(self.scope, self.operation, last),
        )

    def _element(self, source: SSAValue) -> Value:
        scalar = self.scope.load(access(self.scope, source, plain(self.names), self.operation))
        return outside(current(self.scope, scalar, self.operation))

    def _array(self, wanted: str, kind: str, names: Sequence[str]) -> Access:
        """The element of a new array over some of the iterators."""
        name, extents = self.scope.names.fresh(wanted), dict(zip(self.names, self.sizes, strict=True))
        self.scope.arrays[name] = ArrayInfo(name, tuple(extents[item] for item in names), kind, local=True)
        return Access(name, tuple(map(Affine.of, names)), self.span)

    def _nest(self, names: Sequence[str], statement: Statement) -> NestLoop | Statement:
        extents = dict(zip(self.names, self.sizes, strict=True))
        node: NestLoop | Statement = statement
        for name in reversed(names):
            node = NestLoop(name, (Affine.of(0),), (Affine.of(extents[name]),), (node,), span=self.span)
        return node
