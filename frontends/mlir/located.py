"""Operations that know where they stand in their file."""

from __future__ import annotations

import re
from abc import ABC
from collections.abc import Iterable
from typing import Self

from xdsl.dialects.builtin import FileLineColLoc, IntAttr, StringAttr
from xdsl.ir import Operation
from xdsl.irdl import IRDLOperation
from xdsl.parser import Parser
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.lexer import Span as Slice

from ...ir import Diagnostic, Span
from .operations import name_of

_LONGEST_NAME = 80


def span_of(op: Operation) -> Span | None:
    """The place of an operation, if it is known."""
    place = op.location
    if not isinstance(place, FileLineColLoc):
        return None
    return Span(place.filename.data, place.line.data, place.column.data, len(name_of(op)))


def location_of(span: Span) -> FileLineColLoc:
    """A place as an attribute."""
    return FileLineColLoc(StringAttr(span.file), IntAttr(span.line), IntAttr(span.column))


class LocatedOp(IRDLOperation, ABC):
    """An operation whose custom syntax notes its place, since xDSL's parser does not."""

    def at(self, span: Span | None) -> Self:
        """The operation itself, with its place."""
        if span is not None:
            self.location = location_of(span)
        return self

    def parsed(self, parser: Parser, after: int) -> Self:
        """The operation itself, with the place of its name, after which its own syntax begins."""
        text = parser.lexer.input.content
        name = re.search(r"[\w.$]*\s*\Z", text[max(0, after - _LONGEST_NAME) : after])
        start = after - len(name[0]) if name else after
        place = Slice(start, after, parser.lexer.input).get_location()
        return self.at(Span(place.file, place.line, place.col))

    def refuse(self, problems: Iterable[Diagnostic]) -> None:
        """Raise what xDSL expects of a verifier if there are problems, with all of them."""
        where = span_of(self)
        lines = [f"{item.code}: {item.message}{f' ({item.hint})' if item.hint else ''}" for item in problems]
        if lines:
            raise VerifyException("\n".join(f"{where}: {line}" if where else line for line in lines))
