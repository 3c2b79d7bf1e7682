"""`weft-lower`: programs to `affine` loops, in the place of the operations that they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Literal

from xdsl.dialects import affine, scf
from xdsl.dialects.builtin import ArrayAttr, MemRefType, StringAttr, TensorType, UnrankedTensorType
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Operation, SSAValue
from xdsl.traits import SymbolTable

from ..backends.emit.mlir import nest_module
from ..frontends.mlir.dialect import ProgramOp
from ..frontends.sizes import Sizes
from ..ir import Diagnostic, LoopNest, NestLoop, Schedule, WeftError
from ..passes import LowerPass as WeftLowerPass
from ..passes import lower, reschedule
from .forall import ForallOp
from .generated import Optioned, with_options
from .links import SIZES, insert_after, mark, note_refusal, table_of
from .machine import Origin, ProgramPass, Schedules
from .options import numbers
from .reading import Source, read_sources
from .tiling import tiled
from .transform import Scripts


@with_options(WeftLowerPass)
class LowerPass(Optioned, ProgramPass):
    """Replace every operation that has a program by the program's loops, on the operation's own memrefs or tensors.

    A program that comes from no operation becomes a function of its own behind it. What cannot be lowered stays, with
    the reason in `weft.refused`. On tensors, units that write slices apart are an `scf.forall`, unless `forall=false`:
    xDSL's own passes know only `scf.for`. With `to=transform` operations of `linalg` stay, and a script of MLIR's
    `transform` dialect tiles them.
    """

    name: ClassVar[str] = "weft-lower"
    forall: bool = True
    to: Literal["loops", "transform"] = "loops"

    def finish(self, origin: Origin, schedules: Schedules) -> None:
        """Replace the operations, and add the functions."""
        read: dict[Operation, Source] = {}
        scripts = Scripts()
        for op, programs in origin.items():
            try:
                if op not in read:
                    read |= _read_around(op)
                if self.to == "transform":
                    scripts.add(read[op], programs[-1], schedules[programs[-1]], self.forall)
                else:
                    _replace(read[op], programs, schedules, self.forall)
            except WeftError as error:
                note_refusal(op, error.diagnostics)
        alone = [program for program in schedules if not any(program in named for named in origin.values())]
        for program in alone:
            _add_function(program, schedules[program])


def _read_around(op: Operation) -> dict[Operation, Source]:
    """The function around an operation as loop nests, with the sizes that they were raised with.

    Raises WeftError if the operation is none of them.
    """
    function = op.parent_op()
    found: dict[Operation, Source] = {}
    if isinstance(function, FuncOp):
        given = [item.attributes.get(SIZES) for item in function.body.ops]
        texts = [
            item.data for row in given if isinstance(row, ArrayAttr) for item in row if isinstance(item, StringAttr)
        ]
        found = {source.op: source for source in read_sources(function, Sizes(numbers("sizes", texts, least=0)))}
    if op not in found:
        raise WeftError(Diagnostic("W411", "is no loop nest at the top of a function"))
    return found


def _replace(source: Source, programs: Sequence[ProgramOp], schedules: Schedules, forall: bool) -> None:
    """Put the loops of an operation's programs in its place."""
    op = source.op
    if _on_tensors(op):
        _replace_by_slices(source, programs, schedules, forall)
        return
    if op.results:
        hint = "keep the value in memory: load and store its element in every iteration"
        raise WeftError(Diagnostic("W411", "carries values out of its loops, and those of Weft carry none", hint=hint))
    _check_conversions(op)
    nest, raised = reschedule(source.nest, [schedules[program] for program in programs])
    # A local array that keeps its shape is still the memref that it was.
    kept = {array.name for array in source.nest.arrays if array in nest.arrays and array.name in source.values}
    arrays = tuple(replace(array, local=array.local and array.name not in kept) for array in nest.arrays)
    ops = _emitted(replace(nest, arrays=arrays), source)
    loops = [item for item in ops if isinstance(item, affine.ForOp | affine.ParallelOp)]
    in_loops = [number for number, node in enumerate(nest.body) if isinstance(node, NestLoop)]
    for number, program in zip(raised, programs, strict=True):
        if number in in_loops:
            mark(loops[in_loops.index(number)], [program])
    assert op.parent is not None
    op.parent.insert_ops_before(ops, op)
    op.parent.erase_op(op)


def _on_tensors(op: Operation) -> bool:
    return any(isinstance(value.type, TensorType | UnrankedTensorType) for value in (*op.operands, *op.results))


def _replace_by_slices(source: Source, programs: Sequence[ProgramOp], schedules: Schedules, forall: bool) -> None:
    """Put loops over slices in the place of an operation on tensors."""
    op = source.op
    if source.form is None or len(op.results) != 1:
        hint = "bufferize it before: mlir-opt --one-shot-bufferize"
        raise WeftError(Diagnostic("W411", "is no single linalg operation on tensors", hint=hint))
    ops, result = tiled(source, schedules[programs[-1]], forall)
    loops = [item for item in ops if isinstance(item, scf.ForOp | ForallOp)]
    mark(loops[0] if loops else ops[-1], programs)
    assert op.parent is not None
    op.parent.insert_ops_before(ops, op)
    op.results[0].replace_all_uses_with(result)
    op.parent.erase_op(op)


_NARROWING = ("arith.truncf", "arith.trunci", "arith.fptosi")


def _check_conversions(op: Operation) -> None:
    """A loop nest's values have the types of their elements, so one that is narrowed on the way would be another."""
    for inner in op.walk():
        stores = all(
            "store" in use.operation.name or "yield" in use.operation.name for r in inner.results for use in r.uses
        )
        if inner.name in _NARROWING and not stores:
            raise WeftError(
                Diagnostic("W411", f"narrows a value on the way by '{inner.name}', which loops do not keep")
            )


def _emitted(nest: LoopNest, source: Source) -> list[Operation]:
    """The operations of a nest on the values of the source's function; what they call is declared in its module."""
    names = [array.name for array in nest.arrays if not array.local]
    for name in names:
        if name not in source.values:
            raise WeftError(Diagnostic("W411", f"array '{name}' is not defined before it"))
    module = nest_module(nest)
    *declarations, function = module.ops
    assert isinstance(function, FuncOp)
    for declaration in declarations:
        _declare(module.body.block.detach_op(declaration), source.op)
    for argument, name in zip(function.args, names, strict=True):
        _connect(argument, source.values[name])
    body = function.body.block
    ops = [body.detach_op(item) for item in body.ops if not isinstance(item, ReturnOp)]
    for inner in (inner for item in ops for inner in item.walk()):
        inner.attributes.pop("weft.name", None)
    return ops


def _declare(function: Operation, place: Operation) -> None:
    """A function that the loops call, in the module around; WeftError if something else has its name."""
    assert isinstance(function, FuncOp)
    known = SymbolTable.lookup_symbol(table_of(place), function.sym_name)
    if known is None:
        table_of(place).regions[0].block.add_op(function)
    elif not isinstance(known, FuncOp) or known.function_type != function.function_type:
        message = f"it calls @{function.sym_name.data} as {function.function_type}, which something else is called"
        raise WeftError(Diagnostic("W411", message))


def _connect(argument: SSAValue, value: SSAValue) -> None:
    """Let the loops use a value of the function around; a scalar is no memref there."""
    if isinstance(value.type, MemRefType):
        argument.replace_all_uses_with(value)
        return
    for load in [use.operation for use in argument.uses]:
        load.results[0].replace_all_uses_with(value)
        assert load.parent is not None
        load.parent.erase_op(load)


def _add_function(program: ProgramOp, schedule: Schedule) -> None:
    """A function with the loops of a program behind it."""
    module = nest_module(lower(schedule, f"{program.sym_name.data}_loops"))
    assert module.body.block.last_op is not None
    function = module.body.block.detach_op(module.body.block.last_op)
    assert isinstance(function, FuncOp)
    insert_after(function, program)
    for loop in function.body.block.ops:
        if isinstance(loop, affine.ForOp | affine.ParallelOp):
            mark(loop, [program])
