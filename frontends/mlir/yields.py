"""What a region gives to its operation."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.ir import Operation, Region, SSAValue

from .operations import name_of
from .scope import Scope


def yielded(scope: Scope, operation: Operation, region: Region) -> Sequence[SSAValue]:
    """A value for every result of an operation. RefusedError if its region does not end with a yield of as many."""
    if not operation.results:
        return ()
    last = region.blocks[0].last_op if region.blocks else None
    # An operation that xDSL does not know may stand where the yield should.
    given = last.operands if last is not None and name_of(last) in ("affine.yield", "scf.yield") else ()
    if len(given) != len(operation.results):
        message = f"'{operation.name}' does not yield a value for each of its results"
        raise scope.refuse("W001", message, operation)
    return given
