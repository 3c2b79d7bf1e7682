"""The attributes of the `weft` dialect: each holds one value of the IR and is written as the IR prints it.

    #weft.dimension<"K" = 64>
    #weft.index<"Y" = 2 * "Y'" + "R">
    #weft.tensor<"input"["N", "C", 2 * "Y'" + "R"]>
    #weft.zero_insertion<"Y" = 2>
    #weft.padding<"Y" = 1 + 1>
    #weft.density<"filter" = "2:4 along K">

Inside `weft.workload` the same text stands without the name of the attribute.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple, TypeVar

from xdsl.ir import Data
from xdsl.irdl import irdl_attr_definition
from xdsl.parser import AttrParser
from xdsl.printer import Printer

from ...ir import Index, Subscript, Tensor, Term

Value = TypeVar("Value")


def parse_name(parser: AttrParser, what: str) -> str:
    """A name in quotes; xDSL's parser takes one with letters beyond ASCII for bytes."""
    start, data = parser.pos, parser.parse_optional_bytes_literal()
    if data is None:
        return parser.parse_str_literal(f" as {what}")
    try:
        return data.decode()
    except UnicodeDecodeError:
        parser.raise_error("a name must be UTF-8", start)


def parse_number(parser: AttrParser) -> tuple[str, int]:
    """`"K" = 64`."""
    name = parse_name(parser, "a name")
    parser.parse_punctuation("=")
    return name, parser.parse_integer(allow_boolean=False)


def print_number(printer: Printer, number: tuple[str, int]) -> None:
    """`"K" = 64`."""
    printer.print_string_literal(number[0])
    printer.print_string(f" = {number[1]}")


def parse_padding(parser: AttrParser) -> tuple[str, int, int]:
    """`"Y" = 1 + 1`: before and after the stored elements."""
    name, before = parse_number(parser)
    parser.parse_punctuation("+")
    return name, before, parser.parse_integer(allow_boolean=False)


def print_padding(printer: Printer, padding: tuple[str, int, int]) -> None:
    """`"Y" = 1 + 1`."""
    print_number(printer, padding[:2])
    printer.print_string(f" + {padding[2]}")


def parse_density(parser: AttrParser) -> tuple[str, str]:
    """`"filter" = "2:4 along K"`."""
    name = parse_name(parser, "the name of a tensor")
    parser.parse_punctuation("=")
    return name, parse_name(parser, "its density")


def print_density(printer: Printer, density: tuple[str, str]) -> None:
    """`"filter" = "2:4 along K"`."""
    printer.print_string_literal(density[0])
    printer.print_string(" = ")
    printer.print_string_literal(density[1])


def parse_index(parser: AttrParser) -> Index:
    """`"Y" = 2 * "Y'" + "R"`."""
    name = parse_name(parser, "the name of an index")
    parser.parse_punctuation("=")
    start = parser.pos
    terms = parse_subscript(parser).terms
    if len(terms) != 2:
        parser.raise_error(f"an index couples two dimensions, found {len(terms)} terms", start)
    output, window = terms
    return Index(name, output.dimension, window.dimension, output.coefficient, window.coefficient)


def print_index(printer: Printer, index: Index) -> None:
    """`"Y" = 2 * "Y'" + "R"`."""
    printer.print_string_literal(index.name)
    printer.print_string(" = ")
    print_subscript(printer, index.subscript)


def parse_tensor(parser: AttrParser) -> Tensor:
    """`"input"["N", "C", 2 * "Y'" + "R"]`."""
    name = parse_name(parser, "the name of a tensor")
    subscripts = parser.parse_comma_separated_list(parser.Delimiter.SQUARE, lambda: parse_subscript(parser))
    return Tensor(name, tuple(subscripts))


def print_tensor(printer: Printer, tensor: Tensor) -> None:
    """`"input"["N", "C", 2 * "Y'" + "R"]`."""
    printer.print_string_literal(tensor.name)
    with printer.in_square_brackets():
        printer.print_list(tensor.subscripts, lambda subscript: print_subscript(printer, subscript))


def parse_subscript(parser: AttrParser) -> Subscript:
    """`2 * "Y'" + "R"`."""
    return Subscript(tuple(parser.parse_list(parser.Delimiter.NONE, lambda: _parse_term(parser), "+")))


def print_subscript(printer: Printer, subscript: Subscript) -> None:
    """`2 * "Y'" + "R"`."""
    printer.print_list(subscript.terms, lambda term: _print_term(printer, term), " + ")


def _parse_term(parser: AttrParser) -> Term:
    coefficient = parser.parse_optional_integer(allow_boolean=False)
    if coefficient is not None:
        parser.parse_punctuation("*")
    dimension = parse_name(parser, "the name of a dimension")
    return Term(dimension, 1 if coefficient is None else coefficient)


def _print_term(printer: Printer, term: Term) -> None:
    if term.coefficient != 1:
        printer.print_string(f"{term.coefficient} * ")
    printer.print_string_literal(term.dimension)


class Form(NamedTuple):
    """How a value is read and written."""

    parse: Callable[[AttrParser], Any]
    print: Callable[[Printer, Any], None]


class ValueAttr(Data[Value]):
    """A value in angle brackets, in its form."""

    form: ClassVar[Form]

    @classmethod
    def parse_parameter(cls, parser: AttrParser) -> Value:
        """`<…>`."""
        with parser.in_angle_brackets():
            found: Value = cls.form.parse(parser)
        return found

    def print_parameter(self, printer: Printer) -> None:
        """`<…>`."""
        with printer.in_angle_brackets():
            self.form.print(printer, self.data)


@irdl_attr_definition
class DimensionAttr(ValueAttr[tuple[str, int]]):
    """A dimension with its extent."""

    name = "weft.dimension"
    form = Form(parse_number, print_number)


@irdl_attr_definition
class ZeroInsertionAttr(ValueAttr[tuple[str, int]]):
    """An index along which the input has `factor - 1` zeros between stored elements."""

    name = "weft.zero_insertion"
    form = Form(parse_number, print_number)


@irdl_attr_definition
class PaddingAttr(ValueAttr[tuple[str, int, int]]):
    """An index with the zeros in front of the stored elements and behind them."""

    name = "weft.padding"
    form = Form(parse_padding, print_padding)


@irdl_attr_definition
class DensityAttr(ValueAttr[tuple[str, str]]):
    """A tensor with its density, as it is written in files."""

    name = "weft.density"
    form = Form(parse_density, print_density)


@irdl_attr_definition
class IndexAttr(ValueAttr[Index]):
    """A data coordinate over two dimensions."""

    name = "weft.index"
    form = Form(parse_index, print_index)


@irdl_attr_definition
class TensorAttr(ValueAttr[Tensor]):
    """A tensor with one subscript per axis."""

    name = "weft.tensor"
    form = Form(parse_tensor, print_tensor)
