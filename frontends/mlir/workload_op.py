"""`weft.workload`: what a program computes.

A convolution reads:

    weft.workload "CONV"
      dimensions ["N" = 1, "K" = 64, "C" = 64, "Y'" = 56, "X'" = 56, "R" = 3, "S" = 3]
      indices ["Y" = "Y'" + "R", "X" = "X'" + "S"]
      inputs ["input"["N", "C", "Y'" + "R", "X'" + "S"], "filter"["K", "C", "R", "S"]]
      output "output"["N", "K", "Y'", "X'"]
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from xdsl.dialects.builtin import ArrayAttr, StringAttr
from xdsl.irdl import irdl_op_definition, opt_prop_def, prop_def
from xdsl.parser import Parser
from xdsl.printer import Printer

from ...ir import Tensor, WeftError, Workload
from ..densities import read_density, with_densities
from ..statements import parse_statement
from .attributes import (
    DensityAttr,
    DimensionAttr,
    IndexAttr,
    PaddingAttr,
    TensorAttr,
    ValueAttr,
    ZeroInsertionAttr,
    parse_name,
    parse_tensor,
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
    densities = prop_def(ArrayAttr[DensityAttr])
    padding = prop_def(ArrayAttr[PaddingAttr])
    statement = opt_prop_def(StringAttr)

    def __init__(self, workload: Workload) -> None:
        super().__init__(
            properties={
                "operator": StringAttr(workload.operator),
                "dimensions": ArrayAttr(DimensionAttr(item) for item in workload.dimensions),
                "indices": ArrayAttr(IndexAttr(item) for item in workload.indices),
                "inputs": ArrayAttr(TensorAttr(item) for item in workload.inputs),
                "output": TensorAttr(workload.output),
                "zero_insertion": ArrayAttr(ZeroInsertionAttr(item) for item in workload.zero_insertion),
                "densities": ArrayAttr(DensityAttr((name, str(item))) for name, item in workload.densities),
                "padding": ArrayAttr(PaddingAttr(item) for item in workload.padding),
                "statement": None if workload.statement is None else StringAttr(str(workload.statement)),
            }
        )

    @property
    def workload(self) -> Workload:
        """The value that the operation holds."""
        dense = Workload(
            self.operator.data,
            tuple(item.data for item in self.dimensions),
            tuple(item.data for item in self.inputs),
            self.output.data,
            tuple(item.data for item in self.indices),
            tuple(item.data for item in self.zero_insertion),
            padding=tuple(item.data for item in self.padding),
            statement=None if self.statement is None else parse_statement(self.statement.data),
        )
        return _sparse(dense, tuple(item.data for item in self.densities))

    def verify_(self) -> None:
        """All rules of a workload."""
        try:
            workload = self.workload
        except WeftError as error:
            self.refuse(error.diagnostics)
        else:
            self.refuse(check_workload(workload))

    @classmethod
    def parse(cls, parser: Parser) -> WorkloadOp:
        """The parts in their order; `indices` and all after `output` may be missing."""
        start = parser.pos
        operator = parse_name(parser, "the operator")
        parser.parse_keyword("dimensions")
        dimensions = _parse_list(parser, DimensionAttr)
        indices = _parse_list(parser, IndexAttr) if parser.parse_optional_keyword("indices") else ()
        inputs, output = _parse_tensors(parser)
        zeros = _parse_list(parser, ZeroInsertionAttr) if parser.parse_optional_keyword("zero_insertion") else ()
        padding = _parse_list(parser, PaddingAttr) if parser.parse_optional_keyword("padding") else ()
        place = parser.pos
        written = parse_name(parser, "the statement") if parser.parse_optional_keyword("statement") else None
        densities = _parse_list(parser, DensityAttr) if parser.parse_optional_keyword("densities") else ()
        try:
            statement = None if written is None else parse_statement(written)
            dense = Workload(operator, dimensions, inputs, output, indices, zeros, (), padding, statement)
            op = cls(_sparse(dense, densities))
        except WeftError as error:
            parser.raise_error(error.diagnostics[0].message, place)
        op.attributes |= parser.parse_optional_attr_dict()
        return op.parsed(parser, start)

    def print(self, printer: Printer) -> None:
        """Each part on a line of its own."""
        workload = self.workload
        printer.print_string(" ")
        printer.print_string_literal(workload.operator)
        with printer.indented():
            _print_list(printer, "dimensions", workload.dimensions, DimensionAttr)
            if workload.indices:
                _print_list(printer, "indices", workload.indices, IndexAttr)
            _print_list(printer, "inputs", workload.inputs, TensorAttr)
            printer.print_string("\noutput ")
            print_tensor(printer, workload.output)
            if workload.zero_insertion:
                _print_list(printer, "zero_insertion", workload.zero_insertion, ZeroInsertionAttr)
            if workload.padding:
                _print_list(printer, "padding", workload.padding, PaddingAttr)
            if workload.statement is not None:
                printer.print_string("\nstatement ")
                printer.print_string_literal(str(workload.statement))
            if self.densities.data:
                _print_list(printer, "densities", [item.data for item in self.densities], DensityAttr)
        printer.print_op_attributes(self.attributes)


def _sparse(workload: Workload, densities: Iterable[tuple[str, str]]) -> Workload:
    return with_densities(workload, {name: read_density(text, workload, name) for name, text in densities})


def _parse_tensors(parser: Parser) -> tuple[tuple[Tensor, ...], Tensor]:
    parser.parse_keyword("inputs")
    inputs = _parse_list(parser, TensorAttr)
    parser.parse_keyword("output")
    return inputs, parse_tensor(parser)


def _parse_list(parser: Parser, attr: type[ValueAttr[Value]]) -> tuple[Value, ...]:
    return tuple(parser.parse_comma_separated_list(parser.Delimiter.SQUARE, lambda: attr.form.parse(parser)))


def _print_list(printer: Printer, keyword: str, items: Iterable[Value], attr: type[ValueAttr[Value]]) -> None:
    printer.print_string(f"\n{keyword} ")
    with printer.in_square_brackets():
        printer.print_list(items, lambda item: attr.form.print(printer, item))
