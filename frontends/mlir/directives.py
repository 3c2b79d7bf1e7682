"""The operations of the `weft` dialect that stand for the lines of a program: maps, clusters and placements."""

from __future__ import annotations

from typing import ClassVar, Self

from xdsl.dialects.builtin import ArrayAttr, StringAttr
from xdsl.ir import Attribute
from xdsl.irdl import irdl_op_definition, opt_prop_def, prop_def, traits_def
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import HasParent

from ...ir import Cluster, Directive, Placement, SpatialMap, TemporalMap
from .attributes import parse_name
from .checks import check_cluster, check_directive, check_held, check_placements
from .located import LocatedOp, span_of
from .size_attr import SIZE, parse_size, print_size, read_size, size_attr
from .structure import DataflowOp, LevelOp, workload_around


class MapOp(LocatedOp):
    """A map of a dimension or an index: what all kinds share."""

    KIND: ClassVar[type[Directive]]
    size = prop_def(SIZE)
    offset = prop_def(SIZE)
    dimension = prop_def(StringAttr)

    traits = traits_def(HasParent(LevelOp))

    def __init__(self, directive: Directive) -> None:
        super().__init__(
            properties={
                "size": size_attr(directive.size),
                "offset": size_attr(directive.offset),
                "dimension": StringAttr(directive.dimension),
            }
        )
        self.at(directive.span)

    @property
    def directive(self) -> Directive:
        """The value that the operation holds."""
        return self.KIND(read_size(self.size), read_size(self.offset), self.dimension.data, span_of(self))

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        """`(size, offset) "dimension" {…}`."""
        start = parser.pos
        with parser.in_parens():
            size = parse_size(parser)
            parser.parse_punctuation(",")
            offset = parse_size(parser)
        dimension = StringAttr(parse_name(parser, "the name of a dimension"))
        properties = {"size": size, "offset": offset, "dimension": dimension}
        return cls.create(properties=properties, attributes=parser.parse_optional_attr_dict()).parsed(parser, start)

    def print(self, printer: Printer) -> None:
        """`(size, offset) "dimension" {…}`."""
        with printer.in_parens():
            printer.print_list((self.size, self.offset), lambda size: print_size(printer, size))
        printer.print_string(" ")
        printer.print_string_literal(self.dimension.data)
        printer.print_op_attributes(self.attributes)

    def verify_(self) -> None:
        """The sizes and the names."""
        self.refuse(check_directive(self.directive, workload_around(self)))


@irdl_op_definition
class TemporalMapOp(MapOp):
    """Step t takes the chunk of `size` that starts at `offset · t`."""

    name = "weft.temporal_map"
    KIND: ClassVar[type[Directive]] = TemporalMap


@irdl_op_definition
class SpatialMapOp(MapOp):
    """Unit p of P takes in fold f the chunk of `size` that starts at `offset · (P·f + p)`."""

    name = "weft.spatial_map"
    KIND: ClassVar[type[Directive]] = SpatialMap


MAP_OPS: dict[type[Directive], type[MapOp]] = {op.KIND: op for op in (TemporalMapOp, SpatialMapOp)}
"""The operation of each kind of map."""


@irdl_op_definition
class ClusterOp(LocatedOp):
    """Groups the units below by `size`; `memory` stands at this boundary."""

    name = "weft.cluster"

    size = prop_def(SIZE)
    memory = opt_prop_def(StringAttr)

    traits = traits_def(HasParent(DataflowOp))

    def __init__(self, cluster: Cluster) -> None:
        memory = None if cluster.memory is None else StringAttr(cluster.memory)
        super().__init__(properties={"size": size_attr(cluster.size), "memory": memory})
        self.at(cluster.span)

    @property
    def cluster(self) -> Cluster:
        """The value that the operation holds."""
        return Cluster(read_size(self.size), self.memory.data if self.memory else None, span_of(self))

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        """`(size, "memory") {…}`."""
        start = parser.pos
        properties: dict[str, Attribute] = {}
        with parser.in_parens():
            properties["size"] = parse_size(parser)
            if parser.parse_optional_punctuation(","):
                properties["memory"] = StringAttr(parse_name(parser, "the name of a memory"))
        return cls.create(properties=properties, attributes=parser.parse_optional_attr_dict()).parsed(parser, start)

    def print(self, printer: Printer) -> None:
        """`(size, "memory") {…}`."""
        with printer.in_parens():
            print_size(printer, self.size)
            if self.memory is not None:
                printer.print_string(", ")
                printer.print_string_literal(self.memory.data)
        printer.print_op_attributes(self.attributes)

    def verify_(self) -> None:
        """The size."""
        self.refuse(check_cluster(self.cluster, workload_around(self)))


@irdl_op_definition
class HoldOp(LocatedOp):
    """The tensors that a memory holds."""

    name = "weft.hold"

    memory = prop_def(StringAttr)
    tensors = prop_def(ArrayAttr[StringAttr])

    traits = traits_def(HasParent(DataflowOp))

    def __init__(self, placement: Placement) -> None:
        tensors = ArrayAttr(StringAttr(name) for name in placement.tensors)
        super().__init__(properties={"memory": StringAttr(placement.memory), "tensors": tensors})
        self.at(placement.span)

    @property
    def placement(self) -> Placement:
        """The value that the operation holds."""
        return Placement(self.memory.data, tuple(tensor.data for tensor in self.tensors), span_of(self))

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        """`"memory" ["tensor", …] {…}`."""
        start = parser.pos
        memory = parse_name(parser, "the name of a memory")
        tensors = parser.parse_comma_separated_list(
            parser.Delimiter.SQUARE, lambda: parse_name(parser, "the name of a tensor")
        )
        op = cls(Placement(memory, tuple(tensors)))
        op.attributes |= parser.parse_optional_attr_dict()
        return op.parsed(parser, start)

    def print(self, printer: Printer) -> None:
        """`"memory" ["tensor", …] {…}`."""
        printer.print_string(" ")
        printer.print_string_literal(self.memory.data)
        printer.print_string(" ")
        with printer.in_square_brackets():
            printer.print_list([tensor.data for tensor in self.tensors], printer.print_string_literal)
        printer.print_op_attributes(self.attributes)

    def verify_(self) -> None:
        """The tensors, and that no other placement names the memory."""
        self.refuse(check_held(self.placement, workload_around(self)))
        siblings = self.parent.ops if self.parent else ()
        self.refuse(check_placements([op.memory.data for op in siblings if isinstance(op, HoldOp)]))
