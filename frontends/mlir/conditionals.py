"""`affine.if` and `scf.if` under conditions on iterators: what they hold and yield, where the conditions hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xdsl.dialects import affine
from xdsl.ir import Block, Operation
from xdsl.ir.affine import AffineConstraintKind, AffineMap

from ...ir import Affine
from ..guards import Guard
from .affine import apply_map
from .guards import guard_of, known_sum
from .index import no_index
from .memory import current
from .operations import is_shaped, name_of
from .scope import Nodes, Scalar, Scope
from .yields import yielded

ReadBlock = Callable[[Scope, Block], Nodes]
CONDITIONALS = ("affine.if", "scf.if", "scf.index_switch")
_HINT = "a condition is a comparison of sums of iterators, or several that all hold; bounds may be minima and maxima"


def read_conditional(scope: Scope, operation: Operation, read_block: ReadBlock) -> Nodes:
    """The nodes of both branches under their conditions; what the operation yields is a choice of values."""
    name = name_of(operation)
    guard = None
    if isinstance(operation, affine.IfOp):
        guard = _of_set(scope, operation)
    elif name == "scf.if" and operation.operands:
        guard = guard_of(scope, operation.operands[0])
    plain = all(len(region.blocks) <= 1 for region in operation.regions)
    if guard is None or not plain or any(is_shaped(value) for value in operation.results):
        raise scope.refuse("W403", f"conditional: '{name}'", operation, _HINT)
    scope.verify(operation)
    values = [yielded(scope, operation, region) for region in operation.regions]
    branches, sides = [], []
    for region, found in zip(operation.regions, values, strict=True):
        branches.append(read_block(scope, region.blocks[0]) if region.blocks else ())
        sides.append([scope.scalar(item) for item in found])
    branches += [()] * (2 - len(branches))
    for number, result in enumerate(operation.results):
        scope.scalars[result] = _chosen(scope, operation, guard, [side[number] for side in sides])
    then, other = branches
    return tuple(guard.branches(then, other))


def _chosen(scope: Scope, operation: Operation, guard: Guard, sides: Sequence[Scalar]) -> Scalar:
    one, other = (current(scope, side, operation) for side in sides)
    size, depth = 1 + sum(side.size for side in sides), 1 + max(side.depth for side in sides)
    loads = frozenset(load for side in sides for load in side.loads)
    return Scalar(guard.choice(one, other), no_index(operation), loads, size, depth)


def _of_set(scope: Scope, operation: affine.IfOp) -> Guard | None:
    """The conditions of an integer set."""
    found = operation.condition.data
    sums = tuple(item.lhs - item.rhs for item in found.constraints)
    operands = [scope.index(value) for value in operation.args]
    places = [known_sum(item) for item in apply_map(AffineMap(found.num_dims, found.num_symbols, sums), operands)]
    conditions: list[Affine] = []
    for item, place in zip(found.constraints, places, strict=True):
        if place is None:
            return None
        conditions += [place * -1] if item.kind is AffineConstraintKind.le else [place]
        conditions += [place * -1] if item.kind is AffineConstraintKind.eq else []
    return Guard(tuple(conditions))
