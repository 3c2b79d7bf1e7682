"""Values that a loop carries from iteration to iteration, as scalars of the nest that every iteration sets anew."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects import affine, scf
from xdsl.ir import Operation, SSAValue

from ...ir import Access, Statement, as_reduction
from .memory import current
from .operations import is_shaped
from .scope import ArrayInfo, Nodes, Scope
from .yields import yielded


def begin(scope: Scope, operation: Operation) -> tuple[list[Access], Nodes]:
    """The scalars that stand for what a loop carries, and the statements that set them first.

    RefusedError if the loop carries something else than numbers, or says in another way, or not, what becomes of them.
    """
    if not operation.results:
        return [], ()
    inits = _inits(operation)
    if inits is None or any(is_shaped(value) for value in operation.results):
        hint = "keep the value in memory: load and store its element in every iteration"
        raise scope.refuse("W411", f"'{operation.name}' carries values from iteration to iteration", operation, hint)
    scope.verify(operation)
    yielded(scope, operation, operation.regions[0])
    arguments = operation.regions[0].block.args[1:]
    nodes: list[Statement] = []
    scalars = []
    for init, argument in zip(inits, arguments, strict=True):
        value = current(scope, scope.scalar(init), operation)
        if not (isinstance(value, Access) and value.array in scope.carried and init.has_one_use()):
            name = scope.names.fresh(scope.label(argument, "carried"))
            scope.arrays[name] = ArrayInfo(name, (), str(argument.type), local=True)
            scope.carried.add(name)
            span = scope.places.span(operation)
            nodes.append(Statement(Access(name, (), span), value, span=span))
            value = nodes[-1].target
        # What was loaded before the loop does not tell what an iteration finds.
        scope.touch(value.array)
        scope.scalars[argument] = scope.load(value)
        scalars.append(value)
    return scalars, tuple(nodes)


def end(scope: Scope, operation: Operation, scalars: Sequence[Access]) -> Nodes:
    """The statements at the end of an iteration; afterwards the scalars stand for the results of the loop."""
    found: list[Statement] = []
    for scalar, value in zip(scalars, yielded(scope, operation, operation.regions[0]), strict=True):
        new = current(scope, scope.scalar(value), operation)
        if new != scalar:
            found.append(as_reduction(Statement(scalar, new, span=scalar.span)))
            scope.touch(scalar.array)
    for scalar, result in zip(scalars, operation.results, strict=True):
        scope.scalars[result] = scope.load(scalar)
    return tuple(found)


def _inits(operation: Operation) -> Sequence[SSAValue] | None:
    """The first values of what a loop carries; None for a loop whose units would have to combine theirs."""
    if isinstance(operation, affine.ForOp):
        return operation.inits
    return operation.iter_args if isinstance(operation, scf.ForOp) else None
