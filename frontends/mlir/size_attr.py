"""Sizes of maps and clusters as attributes: an integer, or the text of an expression such as `"Sz(R) - 1"`."""

from __future__ import annotations

from typing import Any, TypeAlias

from lark.exceptions import LarkError
from xdsl.dialects.builtin import I64, IntegerAttr, StringAttr, i64
from xdsl.irdl import AttrConstraint, BaseAttr, EqAttrConstraint
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException

from ...ir import Size
from ..maestro.building import TooDeepError
from ..maestro.building import parser as grammar
from ..maestro.sizes import Scope, SizeError, evaluate

SizeAttr: TypeAlias = IntegerAttr[I64] | StringAttr
SIZE: AttrConstraint[SizeAttr] = IntegerAttr.constr(EqAttrConstraint(i64)) | BaseAttr(StringAttr)
"""What a size may be."""


def size_attr(size: Size) -> SizeAttr:
    """The attribute that says a size."""
    fits = isinstance(size, int) and -(2**63) <= size < 2**63
    return IntegerAttr(size, i64) if isinstance(size, int) and fits else StringAttr(str(size))


def read_size(attribute: SizeAttr) -> Size:
    """The size that an attribute says; VerifyException for a text that is no size."""
    if isinstance(attribute, IntegerAttr):
        return attribute.value.data
    try:
        expression: Any = grammar("sum").parse(attribute.data)
        return evaluate(expression, Scope())
    except SizeError as error:
        raise VerifyException(f"{error.code}: size '{attribute.data}': {error.message}") from error
    except (LarkError, TooDeepError) as error:
        expected = "numbers, names and Sz(dimension) with + - * / and parentheses"
        raise VerifyException(f"W001: '{attribute.data}' is no size; it may hold {expected}") from error


def parse_size(parser: Parser) -> SizeAttr:
    """`64` or `"Sz(K)"`."""
    text = parser.parse_optional_str_literal()
    if text is not None:
        return StringAttr(text)
    number = parser.parse_optional_integer(allow_boolean=False)
    if number is None:
        parser.raise_error('expected a size, such as 64 or "Sz(K)"')
    return size_attr(number)


def print_size(printer: Printer, attribute: SizeAttr) -> None:
    """`64` or `"Sz(K)"`."""
    if isinstance(attribute, IntegerAttr):
        printer.print_int(attribute.value.data)
    else:
        printer.print_string_literal(attribute.data)
