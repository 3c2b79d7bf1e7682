"""`scf.forall` and what stands at its end, which xDSL does not have: printed as `mlir-opt` reads them.

%r = scf.forall (%m) = (0) to (10) step (4) shared_outs(%o = %C) -> (tensor<10x8xf32>) {
  %tile = …
  scf.forall.in_parallel {
    tensor.parallel_insert_slice %tile into %o[%m, 0] [4, 8] [1, 1] : tensor<4x8xf32> into tensor<10x8xf32>
  }
}
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import DYNAMIC_INDEX, DenseArrayBase, IndexType, TensorType, i64
from xdsl.dialects.utils import print_dynamic_index_list
from xdsl.ir import Block, Region, SSAValue
from xdsl.irdl import (
    AttrSizedOperandSegments,
    IRDLOperation,
    irdl_op_definition,
    operand_def,
    prop_def,
    region_def,
    traits_def,
    var_operand_def,
    var_result_def,
)
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import IsTerminator, NoTerminator

Extent = int | SSAValue
"""A length or a place that is known, or a value."""


def split(extents: Sequence[Extent]) -> tuple[list[int], list[SSAValue]]:
    """What is known of extents, and the values of the others."""
    static = [item if isinstance(item, int) else DYNAMIC_INDEX for item in extents]
    return static, [item for item in extents if not isinstance(item, int)]


@irdl_op_definition
class ParallelInsertSliceOp(IRDLOperation):
    """Puts a slice into what the iterations of a loop share, once all of them are done."""

    name = "tensor.parallel_insert_slice"

    source = operand_def(TensorType)
    dest = operand_def(TensorType)
    offsets = var_operand_def(IndexType)
    sizes = var_operand_def(IndexType)
    strides = var_operand_def(IndexType)
    static_offsets = prop_def(DenseArrayBase.constr(i64))
    static_sizes = prop_def(DenseArrayBase.constr(i64))
    static_strides = prop_def(DenseArrayBase.constr(i64))

    irdl_options = (AttrSizedOperandSegments(as_property=True),)

    def __init__(self, source: SSAValue, dest: SSAValue, offsets: Sequence[Extent], sizes: Sequence[Extent]) -> None:
        starts, moving = split(offsets)
        static, dynamic = split(sizes)
        lists = {"static_offsets": starts, "static_sizes": static, "static_strides": [1] * len(static)}
        super().__init__(
            operands=[source, dest, moving, dynamic, []],
            properties={name: DenseArrayBase.from_list(i64, numbers) for name, numbers in lists.items()},
        )

    def print(self, printer: Printer) -> None:
        """As MLIR does."""
        printer.print_string(" ")
        printer.print_ssa_value(self.source)
        printer.print_string(" into ")
        printer.print_ssa_value(self.dest)
        for number, (values, numbers) in enumerate(
            (
                (self.offsets, self.static_offsets),
                (self.sizes, self.static_sizes),
                (self.strides, self.static_strides),
            )
        ):
            printer.print_string(" " if number else "")
            print_dynamic_index_list(printer, DYNAMIC_INDEX, values, numbers.get_values())
        printer.print_op_attributes(self.attributes)
        printer.print_string(" : ")
        printer.print_attribute(self.source.type)
        printer.print_string(" into ")
        printer.print_attribute(self.dest.type)


@irdl_op_definition
class InParallelOp(IRDLOperation):
    """The end of an iteration: what becomes of its results."""

    name = "scf.forall.in_parallel"

    body = region_def("single_block")
    traits = traits_def(IsTerminator(), NoTerminator())

    def __init__(self, insertions: Sequence[ParallelInsertSliceOp]) -> None:
        super().__init__(regions=[Region(Block(insertions))])

    def print(self, printer: Printer) -> None:
        """As MLIR does."""
        printer.print_string(" ")
        printer.print_region(self.body)
        printer.print_op_attributes(self.attributes)


@irdl_op_definition
class ForallOp(IRDLOperation):
    """A loop whose iterations run in any order or at once, and put slices into tensors that they share."""

    name = "scf.forall"

    lower = var_operand_def(IndexType)
    upper = var_operand_def(IndexType)
    step = var_operand_def(IndexType)
    outputs = var_operand_def(TensorType)
    lower_bound = prop_def(DenseArrayBase.constr(i64), prop_name="staticLowerBound")
    upper_bound = prop_def(DenseArrayBase.constr(i64), prop_name="staticUpperBound")
    stride = prop_def(DenseArrayBase.constr(i64), prop_name="staticStep")
    found = var_result_def(TensorType)
    body = region_def("single_block")

    irdl_options = (AttrSizedOperandSegments(as_property=True),)

    def __init__(self, lower: Extent, upper: Extent, step: int, output: SSAValue, body: Block) -> None:
        bounds = {"staticLowerBound": split([lower]), "staticUpperBound": split([upper]), "staticStep": split([step])}
        super().__init__(
            operands=[*(values for _, values in bounds.values()), [output]],
            properties={name: DenseArrayBase.from_list(i64, numbers) for name, (numbers, _) in bounds.items()},
            result_types=[[output.type]],
            regions=[Region(body)],
        )

    def print(self, printer: Printer) -> None:
        """As MLIR does."""
        iterator, shared = self.body.block.args
        printer.print_string(" (")
        printer.print_ssa_value(iterator)
        for word, values, numbers in (
            (") = ", self.lower, self.lower_bound),
            (" to ", self.upper, self.upper_bound),
            (" step ", self.step, self.stride),
        ):
            printer.print_string(word)
            print_dynamic_index_list(
                printer, DYNAMIC_INDEX, values, numbers.get_values(), delimiter=Parser.Delimiter.PAREN
            )
        printer.print_string(" shared_outs(")
        printer.print_ssa_value(shared)
        printer.print_string(" = ")
        printer.print_ssa_value(self.outputs[0])
        printer.print_string(") -> (")
        printer.print_attribute(shared.type)
        printer.print_string(") ")
        printer.print_region(self.body, print_entry_block_args=False)
        printer.print_op_attributes(self.attributes)
