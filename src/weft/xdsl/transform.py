"""Programs as scripts of MLIR's `transform` dialect, by which `mlir-opt --transform-interpreter` tiles operations."""

from __future__ import annotations

from dataclasses import dataclass, field

from xdsl.dialects.builtin import DictionaryAttr, ModuleOp, StringAttr, UnitAttr
from xdsl.dialects.transform import AnyOpType, MatchOp, NamedSequenceOp, TileOp, TileToForallOp, YieldOp
from xdsl.ir import Block, Operation, Region, SSAValue
from xdsl.traits import SymbolTable

from ..frontends.mlir.dialect import ProgramOp
from ..ir import Schedule
from .links import table_of
from .plan import Plan, plan, refused
from .reading import Source

ENTRY = "__transform_main"
"""What MLIR's interpreter runs."""
SCHEDULE = "schedule"
"""The attribute by which the script finds an operation; it is no attribute of Weft, which `mlir-opt` would not take."""


@dataclass
class Scripts:
    """The scripts of modules, each in a sequence at the end of its module."""

    blocks: dict[Operation, Block] = field(default_factory=dict)

    def add(self, source: Source, program: ProgramOp, schedule: Schedule, forall: bool) -> None:
        """Let the script of the module around tile an operation as its program says, which marks the operation.

        Raises WeftError (W411) for what tiles do not say.
        """
        op = source.op
        if source.form is None or len(source.form.outputs) != 1:
            raise refused("is no linalg operation of one output, which alone can be tiled")
        found = plan(source, schedule)
        owners = _owners(found)
        module = table_of(op)
        if SCHEDULE in op.attributes:
            raise refused(f"has an attribute '{SCHEDULE}' of its own, which a script would have to find it by")
        block = self.blocks.get(module)
        if block is None:
            _check_module(module)
        _name(op, program.sym_name)
        if block is None:
            block = self.blocks[module] = _sequence(module)
        end = block.last_op
        assert end is not None
        match = MatchOp(block.args[0], op_attrs={SCHEDULE: program.sym_name})
        match.result.name_hint = program.sym_name.data
        block.insert_op_before(match, end)
        tile: SSAValue = match.result
        for number, loop in enumerate(found.loops):
            sizes = [loop.step if owner == owners[loop.iterator] else 0 for owner in range(len(found.iterators))]
            apart = forall and found.written_apart(loop, found.loops[number + 1 :]) is not None
            made = _forall(tile, sizes) if apart else TileOp(tile, static_sizes=sizes)
            block.insert_op_before(made, end)
            tile = made.results[0]


def _name(op: Operation, name: StringAttr) -> None:
    """Let the script find an operation. Raises WeftError for one that xDSL prints without its attributes."""
    op.attributes[SCHEDULE] = name
    if f"{SCHEDULE} = " not in str(op):
        del op.attributes[SCHEDULE]
        hint = "mlir-opt --linalg-generalize-named-ops writes it as 'linalg.generic'"
        raise refused("is printed without its attributes, by which a script would find it", hint)


def _forall(target: SSAValue, sizes: list[int]) -> TileToForallOp:
    return TileToForallOp(target, [], [], None, None, None, sizes, None)


def _owners(found: Plan) -> dict[str, int]:
    """Which of the operation's iterators each loop is a part of."""
    starts = {loop.iterator: str(loop.lower[0]) for loop in found.loops}
    starts |= {name: str(item.first) for name, item in found.step.items()}
    owners: dict[str, int] = {}
    for number, axis in enumerate(found.iterators):
        if not axis.is_constant and str(axis) not in starts:
            raise refused(f"has loops over '{axis}', which is no iterator of the operation")
        name: str | None = str(axis)
        while name in starts:
            owners[name] = number
            name = starts[name]
    return owners


def _check_module(module: Operation) -> None:
    """Raises WeftError for what can have no script."""
    if not isinstance(module, ModuleOp):
        raise refused("is in no module, to which the script would belong")
    if SymbolTable.lookup_symbol(module, ENTRY) is not None:
        raise refused(f"is in a module that has a @{ENTRY} of its own")


def _sequence(module: Operation) -> Block:
    """The body of a new sequence at the end of a module."""
    assert isinstance(module, ModuleOp)
    block = Block([YieldOp()], arg_types=[AnyOpType()])
    readonly = DictionaryAttr({"transform.readonly": UnitAttr()})
    sequence = NamedSequenceOp(ENTRY, ([AnyOpType()], []), Region(block), arg_attrs=[readonly])
    module.attributes["transform.with_named_sequence"] = UnitAttr()
    module.body.block.add_op(sequence)
    return block
