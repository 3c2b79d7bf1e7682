"""`weft.workload`: what a program computes.

A convolution reads:

    weft.workload "CONV"
      dimensions ["N" = 1, "K" = 64, "C" = 64, "Y'" = 56, "X'" = 56, "R" = 3, "S" = 3]
      indices ["Y" = "Y'" + "R", "X" = "X'" + "S"]
      inputs ["input"["N", "C", "Y'" + "R", "X'" + "S"], "filter"["K", "C", "R", "S"]]
      output "output"["N", "K", "Y'", "X'"]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from xdsl.dialects.builtin import ArrayAttr, StringAttr
from xdsl.irdl import irdl_op_definition, prop_def
from xdsl.parser import Parser
from xdsl.printer import Printer

from ...ir import Tensor, Workload
from .attributes import (
    DimensionAttr,
    IndexAttr,
    TensorAttr,
    ZeroInsertionAttr,
    parse_index,
    parse_name,
    parse_number,
    parse_tensor,
    print_index,
    print_number,
    print_tensor,
)
from .checks import check_workload
from .located import LocatedOp

Value = TypeVar("Value")


@irdl_op_definition
class WorkloadOp(LocatedOp):
    """A workload of the IR."""

    name = "weft.workload"

    operator = prop_def(StringAttr)
    dimensions = prop_def(ArrayAttr[DimensionAttr])
    indices = prop_def(ArrayAttr[IndexAttr])
    inputs = prop_def(ArrayAttr[TensorAttr])
    output = prop_def(TensorAttr)
    zero_insertion = prop_def(ArrayAttr[ZeroInsertionAttr])

    def __init__(self, workload: Workload) -> None:
        super().__init__(
            properties={
                "operator": StringAttr(workload.operator),
                "dimensions": ArrayAttr(DimensionAttr(item) for item in workload.dimensions),
                "indices": ArrayAttr(IndexAttr(item) for item in workload.indices),
                "inputs": ArrayAttr(TensorAttr(item) for item in workload.inputs),
                "output": TensorAttr(workload.output),
                "zero_insertion": ArrayAttr(ZeroInsertionAttr(item) for item in workload.zero_insertion),
            }
        )

    @property
    def workload(self) -> Workload:
        """The value that the operation holds."""
        return Workload(
            self.operator.data,
            tuple(item.data for item in self.dimensions),
            tuple(item.data for item in self.inputs),
            self.output.data,
            tuple(item.data for item in self.indices),
            tuple(item.data for item in self.zero_insertion),
        )

    def verify_(self) -> None:
        """All rules of a workload."""
        self.refuse(check_workload(self.workload))

    @classmethod
    def parse(cls, parser: Parser) -> WorkloadOp:
        """The parts in their order; `indices` and `zero_insertion` may be missing."""
        start = parser.pos
        operator = parse_name(parser, "the operator")
        parser.parse_keyword("dimensions")
        dimensions = _parse_list(parser, parse_number)
        indices = _parse_list(parser, parse_index) if parser.parse_optional_keyword("indices") else ()
        inputs, output = _parse_tensors(parser)
        zeros = _parse_list(parser, parse_number) if parser.parse_optional_keyword("zero_insertion") else ()
        op = cls(Workload(operator, dimensions, inputs, output, indices, zeros))
        op.attributes |= parser.parse_optional_attr_dict()
        return op.parsed(parser, start)

    def print(self, printer: Printer) -> None:
        """Each part on a line of its own."""
        workload = self.workload
        printer.print_string(" ")
        printer.print_string_literal(workload.operator)
        with printer.indented():
            _print_list(printer, "dimensions", workload.dimensions, print_number)
            if workload.indices:
                _print_list(printer, "indices", workload.indices, print_index)
            _print_list(printer, "inputs", workload.inputs, print_tensor)
            printer.print_string("\noutput ")
            print_tensor(printer, workload.output)
            if workload.zero_insertion:
                _print_list(printer, "zero_insertion", workload.zero_insertion, print_number)
        printer.print_op_attributes(self.attributes)


def _parse_tensors(parser: Parser) -> tuple[tuple[Tensor, ...], Tensor]:
    parser.parse_keyword("inputs")
    inputs = _parse_list(parser, parse_tensor)
    parser.parse_keyword("output")
    return inputs, parse_tensor(parser)


def _parse_list(parser: Parser, parse: Callable[[Parser], Value]) -> tuple[Value, ...]:
    return tuple(parser.parse_comma_separated_list(parser.Delimiter.SQUARE, lambda: parse(parser)))


def _print_list(
    printer: Printer, keyword: str, items: Iterable[Value], print_item: Callable[[Printer, Value], Any]
) -> None:
    printer.print_string(f"\n{keyword} ")
    with printer.in_square_brackets():
        printer.print_list(items, lambda item: print_item(printer, item))
