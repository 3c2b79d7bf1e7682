"""The operations of the `weft` dialect that hold others: a program, its dataflow, and the levels of that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from xdsl.dialects.builtin import I64, ArrayAttr, IntegerAttr, StringAttr, SymbolNameConstraint, i64
from xdsl.ir import Attribute, Block, Operation, Region
from xdsl.irdl import irdl_op_definition, opt_prop_def, prop_def, region_def, traits_def
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import HasParent, IsolatedFromAbove, NoTerminator, SymbolOpInterface

from ...ir import Workload
from .checks import check_alternation, check_level, check_over_capacity, check_parts, check_size
from .located import LocatedOp
from .workload_op import WorkloadOp

MACHINE = ("accelerator", "set", "over_capacity")
"""What passes were told and write down for those after them."""


@irdl_op_definition
class ProgramOp(LocatedOp):
    """A workload with its dataflow, and what passes were told about the machine."""

    name = "weft.program"

    sym_name = prop_def(SymbolNameConstraint())
    accelerator = opt_prop_def(StringAttr)
    overrides = opt_prop_def(ArrayAttr[StringAttr], prop_name="set")
    over_capacity = opt_prop_def(StringAttr)
    body = region_def("single_block")

    traits = traits_def(NoTerminator(), IsolatedFromAbove(), SymbolOpInterface())

    def __init__(self, name: str, body: Sequence[Operation]) -> None:
        super().__init__(properties={"sym_name": StringAttr(name)}, regions=[Region(Block(body))])

    @property
    def workload(self) -> Workload | None:
        """What the program computes; None only before it is verified."""
        found = [op.workload for op in self.body.block.ops if isinstance(op, WorkloadOp)]
        return found[0] if found else None

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        """`@name attributes {…} {…}`."""
        start = parser.pos
        properties: dict[str, Attribute] = {"sym_name": parser.parse_symbol_name()}
        attributes = _parse_attributes(parser)
        properties |= {key: attributes.pop(key) for key in MACHINE if key in attributes}
        op = cls.create(properties=properties, attributes=attributes, regions=[_parse_body(parser)])
        return op.parsed(parser, start)

    def print(self, printer: Printer) -> None:
        """`@name attributes {…} {…}`."""
        printer.print_string(" ")
        printer.print_symbol_name(self.sym_name.data)
        entries = self.properties | self.attributes
        printer.print_op_attributes(entries, reserved_attr_names=("sym_name",), print_keyword=True)
        _print_body(printer, self.body)

    def verify_(self) -> None:
        """The parts, and what is said of the machine."""
        self.refuse(check_parts(_names(self.body)))
        self.refuse(check_over_capacity(self.over_capacity.data if self.over_capacity else None))


@irdl_op_definition
class DataflowOp(LocatedOp):
    """Levels with clusters between them, and what memories hold."""

    name = "weft.dataflow"

    body = region_def("single_block")

    traits = traits_def(NoTerminator(), HasParent(ProgramOp))

    def __init__(self, body: Sequence[Operation]) -> None:
        super().__init__(regions=[Region(Block(body))])

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        """`attributes {…} {…}`."""
        start = parser.pos
        attributes = _parse_attributes(parser)
        return cls.create(attributes=attributes, regions=[_parse_body(parser)]).parsed(parser, start)

    def print(self, printer: Printer) -> None:
        """`attributes {…} {…}`."""
        printer.print_op_attributes(self.attributes, print_keyword=True)
        _print_body(printer, self.body)

    def verify_(self) -> None:
        """The order of the parts."""
        self.refuse(check_alternation(_names(self.body)))


@irdl_op_definition
class LevelOp(LocatedOp):
    """The maps between two clusters; `units` says over how many units they are spread, once that is known."""

    name = "weft.level"

    units = opt_prop_def(IntegerAttr[I64])
    body = region_def("single_block")

    traits = traits_def(NoTerminator(), HasParent(DataflowOp))

    def __init__(self, maps: Sequence[Operation], units: int | None = None) -> None:
        found = None if units is None else IntegerAttr(units, i64)
        super().__init__(properties={"units": found}, regions=[Region(Block(maps))])

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        """`units 16 attributes {…} {…}`."""
        start = parser.pos
        units = parser.parse_integer(allow_boolean=False) if parser.parse_optional_keyword("units") else None
        properties = {} if units is None else {"units": IntegerAttr(units, i64)}
        attributes = _parse_attributes(parser)
        op = cls.create(properties=properties, attributes=attributes, regions=[_parse_body(parser)])
        return op.parsed(parser, start)

    def print(self, printer: Printer) -> None:
        """`units 16 attributes {…} {…}`."""
        if self.units is not None:
            printer.print_string(f" units {self.units.value.data}")
        printer.print_op_attributes(self.attributes, print_keyword=True)
        _print_body(printer, self.body)

    def verify_(self) -> None:
        """The parts, and the units."""
        self.refuse(check_level(_names(self.body)))
        if self.units is not None:
            self.refuse(check_size("number of units", self.units.value.data))


def workload_around(op: Operation) -> Workload | None:
    """The workload of the program that an operation is part of."""
    parent = op.parent_op()
    while parent is not None and not isinstance(parent, ProgramOp):
        parent = parent.parent_op()
    return parent.workload if parent else None


def _names(region: Region) -> list[str]:
    return [op.name for op in region.block.ops]


def _parse_body(parser: Parser) -> Region:
    region = parser.parse_region()
    if not region.blocks:
        region.add_block(Block())
    return region


def _print_body(printer: Printer, region: Region) -> None:
    printer.print_string(" ")
    printer.print_region(region, print_empty_block=False)


def _parse_attributes(parser: Parser) -> dict[str, Attribute]:
    found = parser.parse_optional_attr_dict_with_keyword()
    return dict(found.data) if found else {}
