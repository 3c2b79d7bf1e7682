"""The affine expressions of a text: what xDSL's parser does, semi-affine expressions and symbols besides."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xdsl.dialects.builtin import IndexType
from xdsl.ir import SSAValue
from xdsl.ir.affine import AffineBinaryOpExpr, AffineBinaryOpKind, AffineExpr, AffineMap
from xdsl.parser import AffineParser, Parser, UnresolvedOperand
from xdsl.utils.exceptions import ParseError
from xdsl.utils.lexer import Span
from xdsl.utils.mlir_lexer import MLIRToken

_KINDS = {kind.get_token(): kind for kind in AffineBinaryOpKind}

OptionalId = Callable[[], AffineExpr | None]
Bounds = tuple[AffineMap, list[int], list[SSAValue]]
"""A map, how many of its results belong to each loop, and its operands."""


class AffineSyntax(AffineParser):
    """Keeps `d0 * s0` and `d0 floordiv s0`: a symbol may turn out to be a number."""

    def _create_binop_expr(self, lhs: AffineExpr, rhs: AffineExpr, binop: MLIRToken) -> AffineExpr:
        try:
            return super()._create_binop_expr(lhs, rhs, binop)
        except NotImplementedError:
            return AffineBinaryOpExpr(_KINDS[binop.text], lhs, rhs)
        except ZeroDivisionError as error:
            raise ParseError(binop.span, "division by zero") from error

    def _get_parse_optional_ssa_value(self) -> tuple[OptionalId, dict[str, int], list[Span]]:
        """Of `%n` and of `symbol(%n)`."""
        parse_value, positions, spans = super()._get_parse_optional_ssa_value()

        def parse_optional() -> AffineExpr | None:
            if self.parse_optional_keyword("symbol") is None:
                return parse_value()
            with self.in_parens():
                return self.expect(parse_value, "SSA value expected")

        return parse_optional, positions, spans

    def parse_bounds(self, extreme: str) -> tuple[AffineMap, list[int], Sequence[Span]]:
        """`(0, max(%a, %b + 1))`, one entry per loop."""
        parse_optional, positions, spans = self._get_parse_optional_ssa_value()
        results: list[AffineExpr] = []

        def parse_expression() -> None:
            results.append(self._parse_affine_expr(parse_optional))

        def parse_entry() -> int:
            before = len(results)
            if self.parse_optional_keyword(extreme) is None:
                parse_expression()
            else:
                self.parse_comma_separated_list(self.Delimiter.PAREN, parse_expression)
            return len(results) - before

        groups = self.parse_comma_separated_list(self.Delimiter.PAREN, parse_entry)
        return AffineMap(0, len(positions), tuple(results)), groups, spans


def affine_syntax(parser: Parser) -> AffineSyntax:
    """A parser of affine expressions that goes on where another parser stands."""
    return AffineSyntax(parser._parser_state)


def parse_bounds(parser: Parser, extreme: str) -> Bounds:
    """The lower or the upper bounds of an `affine.parallel`."""
    bounds, groups, spans = affine_syntax(parser).parse_bounds(extreme)
    operands: list[SSAValue] = [parser.resolve_operand(UnresolvedOperand(span, 0), IndexType()) for span in spans]
    return bounds, groups, operands
