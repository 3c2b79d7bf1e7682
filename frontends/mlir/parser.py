"""The text of a module as operations that know where they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from xdsl.context import Context
from xdsl.dialects import get_all_dialects
from xdsl.dialects.builtin import IndexType, LocationAttr, ModuleOp, UnregisteredAttr, UnregisteredOp
from xdsl.ir import Attribute, Dialect, Operation, SSAValue
from xdsl.ir.affine import AffineMap, AffineSet
from xdsl.parser import Parser, ParserState, UnresolvedOperand
from xdsl.utils.exceptions import ParseError
from xdsl.utils.lexer import Input, Token
from xdsl.utils.lexer import Span as Slice
from xdsl.utils.mlir_lexer import MLIRLexer, MLIRTokenKind

from ...ir import Diagnostic, WeftError
from .affine_syntax import affine_syntax
from .containers import CONTAINERS
from .places import Places, Source
from .syntax import Parse, syntax_of
from .unknown import opaque_function, opaque_operation, opaque_part, opaque_values

_OPAQUE = ("dlti.", "llvm.")
_MODULES = ("module", "builtin.module", '"builtin.module"', *CONTAINERS)
_OPENING = (MLIRTokenKind.L_PAREN, MLIRTokenKind.L_SQUARE, MLIRTokenKind.LESS)
_CLOSING = (MLIRTokenKind.R_PAREN, MLIRTokenKind.R_SQUARE, MLIRTokenKind.GREATER)
_FUNCTIONS = ("func.func", "util.func")
_WRITTEN_LIKE = {"util.func": "func.func", "util.return": "func.return", "util.call": "func.call"}
"""Operations of IREE that mean and are written as others."""


class UnknownSyntaxError(Exception):
    """An operation that is neither known nor in generic form."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class TextContext(Context):
    """All of xDSL's dialects, loaded when they are met, and the formats that it lacks."""

    def __init__(self) -> None:
        super().__init__(allow_unregistered=True)
        self._written: dict[str, type[Operation]] = {}
        self._opaque: dict[str, type[Attribute]] = {}
        for name, factory in get_all_dialects().items():
            self.register_dialect(name, factory)
        self.register_dialect("weft", _weft_dialect)

    def get_optional_op(self, name: str, *, dialect_stack: Sequence[str] = ()) -> type[Operation] | None:
        """The operation of a name, with our format if it needs one."""
        name = _WRITTEN_LIKE.get(name, name)
        if name in self._written:
            return self._written[name]
        if name in CONTAINERS:
            return _with_syntax(UnregisteredOp.with_name(name), _container(name))
        found = super().get_optional_op(name, dialect_stack=dialect_stack)
        if found is None:
            return None
        parse = _over_memrefs if name == "scf.forall" else syntax_of(name)
        if parse is None and _has_no_format(found):
            parse = _no_syntax(name)
        if parse is not None:
            found = self._written[name] = _with_syntax(found, parse)
        return found

    def get_optional_attr(self, name: str) -> type[Attribute] | None:
        """The attribute of a name; those of dialects whose syntax changes between releases of LLVM stay unread."""
        if name.startswith(_OPAQUE):
            return self._opaque.setdefault(name, UnregisteredAttr.with_name_and_type(name, False))
        return super().get_optional_attr(name)


def _weft_dialect() -> Dialect:
    from .dialect import Weft

    return Weft


def _has_no_format(operation: type[Operation]) -> bool:
    """Whether xDSL reads an operation in the generic form only."""
    own = next(item for item in operation.__mro__ if "parse" in vars(item))
    return issubclass(operation, UnregisteredOp) or own is Operation


def _container(name: str) -> Parse:
    """Reads what is in the braces of an operation, and passes over what stands in front of these."""

    def parse(parser: Parser) -> Operation:
        assert isinstance(parser, TextParser)
        depth = 0
        while (token := parser.token).kind is not MLIRTokenKind.EOF:
            if token.kind is MLIRTokenKind.L_BRACE and depth == 0:
                break
            depth += (token.kind in _OPENING) - (token.kind in _CLOSING)
            parser.pass_over()
        return UnregisteredOp.with_name(name).create(regions=[parser.parse_region()])

    return parse


def _no_syntax(name: str) -> Parse:
    def pass_over(parser: Parser) -> Operation:
        assert isinstance(parser, TextParser)
        if not parser.in_function:
            _raise_unknown(name)
        if parser.results:
            return opaque_values(parser, name, parser.results) or _raise_unknown(name)
        return opaque_operation(parser, name)

    return pass_over


def _over_memrefs(parser: Parser) -> Operation:
    """An `scf.forall` that stores what it makes; one that puts tensors together stays opaque."""
    header = parser.lexer.input.content[parser.pos :].partition("{")[0]
    parse = syntax_of("scf.forall")
    assert parse is not None
    return (_no_syntax("scf.forall") if "shared_outs" in header else parse)(parser)


def _raise_unknown(name: str) -> Operation:
    raise UnknownSyntaxError(name)


def _with_syntax(operation: type[Operation], parse: Parse) -> type[Operation]:
    """The class of an operation, written as `parse` reads it."""
    return type(operation.__name__, (operation,), {"parse": classmethod(lambda _, parser: parse(parser))})


class TextLexer(MLIRLexer):
    """xDSL's lexer; its own expression takes exponential time for a string that does not end."""

    _unescaped_characters_regex = re.compile(r'"(?:[^"\\\n\v\f]++|\\(?:["nt\\]|[0-9A-Fa-f]{2}))*+"')


class TextParser(Parser):
    """xDSL's parser; notes where each operation stands and what each value is called."""

    def __init__(self, context: Context, text: str, file: str) -> None:
        self.source = Source(text, file)
        self.places = Places()
        self.start = 0
        self.in_function = False
        super().__init__(context, "", file)
        self._resume_from(ParserState(TextLexer(Input(text, file))))

    @property
    def token(self) -> Token[MLIRTokenKind, str]:
        """The token that comes next."""
        return self._current_token

    def pass_over(self) -> None:
        """Go to the token after the next one."""
        self._consume_token()

    @property
    def results(self) -> int:
        """How many values the operation that is parsed defines: two for `%a, %b`, or `%a:2`."""
        names = self.lexer.input.content[self.start : self.pos].partition("=")[0]
        counts = [item.partition(":")[2].strip() or "1" for item in names.split(",")] if names[:1] == "%" else []
        return sum(int(count) if count.isdecimal() else 0 for count in counts)

    def resume_from(self, place: int) -> None:
        """Go back, or on, to a place in the text."""
        self._resume_from(place)

    def begins_line(self, token: Token[MLIRTokenKind, str]) -> bool:
        """Whether nothing but blanks stands in front of a token in its line."""
        text = self.lexer.input.content
        return not text[text.rfind("\n", 0, token.span.start) + 1 : token.span.start].strip()

    def parse_operation(self) -> Operation:
        """Parse an operation and note its place."""
        start = self.start = self.pos
        if self.in_function or self.token.text in _MODULES:
            operation = super().parse_operation()
        elif self.token.text in _FUNCTIONS:
            self.in_function = True
            operation = self._part(start, opaque_function)
            self.in_function = False
        else:
            operation = self._part(start, opaque_part)
        self.places.spans[operation] = self.source.span(start, self.pos)
        return operation

    def _part(self, start: int, opaque: Callable[[TextParser], Operation | None]) -> Operation:
        """A function or another part of a module; where it cannot be read, `opaque` says what stands for it.

        Then the places say why.
        """
        outside = (
            self.ssa_values.copy(),
            self.blocks,
            self.forward_block_references,
            self.forward_ssa_references.copy(),
            list(self._parser_state.dialect_stack),
        )
        try:
            found: Operation | None = super().parse_operation()
            self._check_defined(outside[3])
            assert found is not None
            return found
        except RecursionError:
            raise
        except Exception as error:
            # The constructors of xDSL's operations raise whatever they like for text that breaks their rules.
            unknown = _explained(error, self.source, self)
            self.ssa_values, self.blocks, self.forward_block_references, self.forward_ssa_references, stack = outside
            self._parser_state.dialect_stack[:] = stack
            self._resume_from(start)
            found = opaque(self)
            if found is None:
                raise
            self.places.unknown[found] = unknown
            return found

    def _check_defined(self, before: Collection[str]) -> None:
        """Nothing outside of a part of a module defines a value for it."""
        missing = [f"%{name}" for name in self.forward_ssa_references if name not in before]
        if missing:
            message = f"values used but not defined: [{', '.join(missing)}]"
            raise ParseError(Slice(self.pos, self.pos + 1, self.lexer.input), message)

    def _register_ssa_definition(self, name: str, values: Sequence[SSAValue], span: Slice) -> None:
        super()._register_ssa_definition(name, values, span)
        for number, value in enumerate(values):
            self.places.definitions[value] = self.source.span(span.start, span.end)
            self.places.names[value] = name if len(values) == 1 else f"{name}_{number}"

    def parse_optional_location(self) -> LocationAttr | None:
        """Parse a location. An alias is passed over: it may be defined at the end of the file."""
        start = self.pos
        if self.parse_optional_keyword("loc") and self.parse_optional_punctuation("("):
            alias = self._parse_optional_token(MLIRTokenKind.HASH_IDENT)
            if alias is not None and self.parse_optional_punctuation(")"):
                return None
        self._resume_from(start)
        return super().parse_optional_location()

    def parse_affine_map(self) -> AffineMap:
        """Parse a map that may be semi-affine."""
        return affine_syntax(self).parse_affine_map()

    def parse_affine_set(self) -> AffineSet:
        """Parse a set that may be semi-affine."""
        return affine_syntax(self).parse_affine_set()

    def parse_affine_map_of_ssa_ids(self) -> tuple[AffineMap, Sequence[SSAValue[IndexType]]]:
        """Parse the subscripts of an access."""
        found, spans = affine_syntax(self).parse_affine_map_of_ssa_ids()
        return found, [self.resolve_operand(UnresolvedOperand(span, 0), IndexType()) for span in spans]


def parse_module(text: str, file: str) -> tuple[ModuleOp, Places]:
    """The module and the places in it; WeftError where the text breaks xDSL's rules."""
    source = Source(text, file)
    parser = None
    try:
        parser = TextParser(TextContext(), text, file)
        return parser.parse_module(), parser.places
    except Exception as error:
        raise WeftError(_explained(error, source, parser)) from error


def _explained(error: Exception, source: Source, parser: TextParser | None) -> Diagnostic:
    """Why the parser stopped."""
    start = parser.start if parser else 0
    if isinstance(error, ParseError):
        return _malformed(error.msg, source, error.span.start, error.span.end)
    if isinstance(error, UnknownSyntaxError):
        return _unknown(error.name, source, start)
    if isinstance(error, RecursionError):
        return _malformed("nested too deeply", source, parser.pos if parser else 0)
    return _malformed(str(error), source, start)


def _malformed(message: str, source: Source, start: int, end: int | None = None) -> Diagnostic:
    words = message.strip().rstrip("!.") or "malformed operation"
    text = words[0].lower() + words[1:] if words[1:2].islower() else words
    return Diagnostic("W001", text, span=source.span(start, end))


def _unknown(name: str, source: Source, start: int) -> Diagnostic:
    hint = "write the file in generic form: mlir-opt --mlir-print-op-generic"
    return Diagnostic("W411", f"'{name}' is unknown and not in generic form", span=source.span(start), hint=hint)
