"""What a pass of your own needs: the workload of an operation, and a way to give it a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xdsl.dialects.func import FuncOp
from xdsl.ir import Operation

from ..frontends.mlir.convert import program_op
from ..frontends.mlir.dialect import ProgramOp
from ..frontends.mlir.located import span_of
from ..frontends.mlir.operations import name_of
from ..frontends.sizes import Sizes
from ..ir import Dataflow, Diagnostic, WeftError, Workload
from ..passes import Raised, raise_nest
from .links import about, attach
from .machine import remember_machine
from .reading import read_sources


def raise_operation(
    op: Operation, sizes: Mapping[str, int] | None = None, *, recognize: bool = True
) -> tuple[Raised, ...]:
    """What the loops or the `linalg` operation at the top of a function raise to, statement by statement.

    Raises WeftError when nothing can be raised.
    """
    function = op.parent_op()
    sources = read_sources(function, Sizes(sizes)) if isinstance(function, FuncOp) else ()
    nest = next((source.nest for source in sources if source.op is op), None)
    if nest is None:
        raise WeftError(about(op, [Diagnostic("W409", "is no loop nest at the top of a function")]))
    found = raise_nest(nest, recognize)
    if all(item.workload is None for item in found):
        raise WeftError(about(op, [problem for item in found for problem in item.diagnostics]))
    return found


def set_program(
    op: Operation,
    workload: Workload,
    dataflow: Dataflow,
    *,
    name: str | None = None,
    accelerator: str | None = None,
    overrides: Sequence[str] = (),
) -> ProgramOp:
    """Give an operation a program instead of those that it has; the machine is known to the passes that follow."""
    program = program_op(name or name_of(op).replace(".", "_"), workload, dataflow, span=span_of(op))
    remember_machine(program, accelerator, overrides)
    attach(op, [program])
    return program
