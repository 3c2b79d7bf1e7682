"""A text in Python as its syntax tree, with the places of its nodes."""

from __future__ import annotations

import ast
import warnings
from bisect import bisect_left
from dataclasses import replace
from typing import TypeAlias

from ...ir import Diagnostic, Span, WeftError
from ..text import Lines

Located: TypeAlias = ast.expr | ast.stmt | ast.arg | ast.keyword

MAX_DEPTH = 64
"""How deep loops, and the parts of one expression, may stand in each other."""
MAX_NODES = 4000
"""How many parts one expression may have."""
_EXCERPT = 40


class Source:
    """The statements of a text, in `body`; `first_line` is the number of the text's first line in its file."""

    def __init__(self, text: str, file: str = "<string>", first_line: int = 1) -> None:
        self._lines = Lines(text, file)
        self._before = first_line - 1
        self._continuations: dict[int, list[int]] = {}
        self.body = self._parse(text)

    def span(self, node: Located, last: Located | None = None) -> Span:
        """The place from a node to the end of `last` or of itself, as far as it is in one line."""
        start, stop = self._columns(node, last or node)
        return self._place(node.lineno, start + 1, stop - start)

    def name_span(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Span:
        """The place of a function's first line as far as its name."""
        start = self._column(node.lineno, node.col_offset)
        line = self._line(node.lineno)
        stop = line.find("(", start)
        return self._place(node.lineno, start + 1, (stop if stop > start else len(line)) - start)

    def excerpt(self, node: Located) -> str:
        """The text of a node as messages quote it: one line, and not a long one."""
        start, stop = self._columns(node, node)
        text = self._line(node.lineno)[start:stop]
        return f"{text[: _EXCERPT - 1]}…" if len(text) > _EXCERPT else text

    def _columns(self, node: Located, last: Located) -> tuple[int, int]:
        start = self._column(node.lineno, node.col_offset)
        if last.end_lineno == node.lineno and last.end_col_offset is not None:
            return start, self._column(node.lineno, last.end_col_offset)
        return start, len(self._line(node.lineno).rstrip())

    def _column(self, line: int, offset: int) -> int:
        """The number of characters before a byte of the line: all bytes but those that continue a character."""
        if line not in self._continuations:
            data = self._line(line).encode("utf-8", "replace")
            self._continuations[line] = [at for at, byte in enumerate(data) if byte & 0xC0 == 0x80]
        return offset - bisect_left(self._continuations[line], offset)

    def _line(self, line: int) -> str:
        lines = self._lines.lines
        return lines[line - 1] if 0 < line <= len(lines) else ""

    def _place(self, line: int, column: int, length: int = 1) -> Span:
        span = self._lines.span(line, column, length)
        return replace(span, line=line + self._before)

    def _parse(self, text: str) -> list[ast.stmt]:
        """The statements; those of a text that is indented as a whole are read as a block."""
        indented = _is_indented(self._lines.lines)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(f"if 1:\n{text}" if indented else text)
        except SyntaxError as error:
            raise WeftError(self._syntax_error(error, indented)) from None
        except (MemoryError, RecursionError):
            raise WeftError(self._finding("the text is nested too deeply to be read")) from None
        except ValueError as error:
            raise WeftError(self._finding(f"the text is no Python: {error}")) from None
        if not indented:
            return tree.body
        ast.increment_lineno(tree, -1)
        block = tree.body[0]
        if not isinstance(block, ast.If) or block.orelse or len(tree.body) > 1:
            raise WeftError(self._finding("unexpected indent"))
        return block.body

    def _syntax_error(self, error: SyntaxError, indented: bool) -> Diagnostic:
        line = min(max((error.lineno or 1) - indented, 1), max(1, len(self._lines.lines)))
        column = min(max(error.offset or 1, 1), len(self._line(line)) + 1)
        same = error.end_offset and (error.end_lineno or 0) - indented == line
        length = max(1, (error.end_offset or 0) - column) if same else 1
        return Diagnostic("W001", error.msg, span=self._place(line, column, length))

    def _finding(self, message: str) -> Diagnostic:
        return Diagnostic("W001", message, span=self._place(1, 1))


def _is_indented(lines: list[str]) -> bool:
    """Whether the first line of code does not begin at the left margin."""
    code = (line for line in lines if line.strip() and not line.lstrip().startswith("#"))
    return next(code, "")[:1] in (" ", "\t")


def is_outsized(node: ast.AST) -> bool:
    """Whether an expression is deeper or larger than what is read."""
    level, depth, nodes = [node], 0, 0
    while level:
        depth, nodes = depth + 1, nodes + len(level)
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            return True
        level = [child for item in level for child in ast.iter_child_nodes(item)]
    return False
