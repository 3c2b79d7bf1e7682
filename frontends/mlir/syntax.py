"""Assembly formats of operations that xDSL reads in generic form only.

Each function parses what stands behind the operation's name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xdsl.dialects import affine, memref, scf
from xdsl.dialects.builtin import (
    AffineMapAttr,
    AffineSetAttr,
    ArrayAttr,
    DenseIntElementsAttr,
    IndexType,
    IntegerAttr,
    MemRefType,
    StringAttr,
    TensorType,
    UnitAttr,
    UnregisteredOp,
    i32,
    i64,
)
from xdsl.ir import Attribute, Operation, Region, SSAValue
from xdsl.ir.affine import AffineExpr, AffineMap
from xdsl.parser import Parser

from .affine_syntax import parse_bounds
from .linalg_syntax import parse_combination, parse_named_op, parse_packing

_OWN_FORMAT = ("linalg.index", "linalg.yield")
"""Operations that are not written like those with inputs and outputs."""
Parse = Callable[[Parser], Operation]


def syntax_of(name: str) -> Parse | None:
    """The parser of an operation's own format, if xDSL has none that is good enough."""
    if name in ("linalg.reduce", "linalg.map"):
        return lambda parser: parse_combination(parser, name)
    if name in ("linalg.pack", "linalg.unpack"):
        return lambda parser: parse_packing(parser, name)
    if name.startswith("linalg.") and name not in _OWN_FORMAT:
        return lambda parser: parse_named_op(parser, name)
    return _SYNTAX.get(name)


def _parallel(parser: Parser) -> Operation:
    names = parser.parse_comma_separated_list(parser.Delimiter.PAREN, lambda: parser.parse_argument(expect_type=False))
    parser.parse_punctuation("=")
    lower, lower_groups, lower_operands = parse_bounds(parser, "max")
    parser.parse_keyword("to")
    upper, upper_groups, upper_operands = parse_bounds(parser, "min")
    steps = [1] * len(names)
    if parser.parse_optional_keyword("step"):
        steps = parser.parse_comma_separated_list(parser.Delimiter.PAREN, parser.parse_integer)
    reductions: Sequence[str] = ()
    if parser.parse_optional_keyword("reduce"):
        reductions = parser.parse_comma_separated_list(parser.Delimiter.PAREN, parser.parse_str_literal)
    results = _result_types(parser)
    region = parser.parse_region([name.resolve(IndexType()) for name in names])
    if not region.block.ops or not isinstance(region.block.last_op, affine.YieldOp):
        region.block.add_op(affine.YieldOp.get())
    return affine.ParallelOp.create(
        operands=[*lower_operands, *upper_operands],
        result_types=results,
        properties={
            "reductions": ArrayAttr([StringAttr(item) for item in reductions]),
            "lowerBoundsMap": AffineMapAttr(lower),
            "lowerBoundsGroups": _groups(lower_groups),
            "upperBoundsMap": AffineMapAttr(upper),
            "upperBoundsGroups": _groups(upper_groups),
            "steps": ArrayAttr([IntegerAttr(step, i64) for step in steps]),
        },
        attributes=parser.parse_optional_attr_dict(),
        regions=[region],
    )


def _forall(parser: Parser) -> Operation:
    """`scf.forall (%i) in (8) { … }`, or `= (0) to (64) step (8)`, over memrefs, as `affine.parallel`."""
    names = parser.parse_comma_separated_list(parser.Delimiter.PAREN, lambda: parser.parse_argument(expect_type=False))
    lower: list[SSAValue | int] = [0] * len(names)
    steps = [1] * len(names)
    if parser.parse_optional_keyword("in"):
        upper = _places(parser)
    else:
        parser.parse_punctuation("=")
        lower = _places(parser)
        parser.parse_keyword("to")
        upper = _places(parser)
        parser.parse_keyword("step")
        steps = parser.parse_comma_separated_list(parser.Delimiter.PAREN, parser.parse_integer)
    region = parser.parse_region([name.resolve(IndexType()) for name in names])
    region.block.add_op(affine.YieldOp.get())
    sides = []
    for bounds in (lower, upper):
        values = [item for item in bounds if isinstance(item, SSAValue)]
        dims = iter(range(len(values)))
        parts = [
            AffineExpr.constant(item) if isinstance(item, int) else AffineExpr.dimension(next(dims)) for item in bounds
        ]
        sides.append((AffineMap(len(values), 0, tuple(parts)), values))
    (lower_map, first), (upper_map, second) = sides
    counts = _groups([1] * len(names))
    properties: dict[str, Attribute] = {
        "reductions": ArrayAttr([StringAttr("assign")] * len(names)),
        **{"lowerBoundsMap": AffineMapAttr(lower_map), "lowerBoundsGroups": counts},
        **{"upperBoundsMap": AffineMapAttr(upper_map), "upperBoundsGroups": counts},
        "steps": ArrayAttr([IntegerAttr(step, i64) for step in steps]),
    }
    attributes = parser.parse_optional_attr_dict()
    return affine.ParallelOp.create(
        operands=[*first, *second], properties=properties, attributes=attributes, regions=[region]
    )


def _places(parser: Parser) -> list[SSAValue | int]:
    def place() -> SSAValue | int:
        number = parser.parse_optional_integer()
        return parser.parse_operand(IndexType()) if number is None else number

    return list(parser.parse_comma_separated_list(parser.Delimiter.PAREN, place))


def _groups(counts: Sequence[int]) -> Attribute:
    return DenseIntElementsAttr.from_list(TensorType(i32, [len(counts)]), list(counts))


def _result_types(parser: Parser) -> Sequence[Attribute]:
    if parser.parse_optional_punctuation("->") is None:
        return ()
    types = parser.parse_optional_comma_separated_list(parser.Delimiter.PAREN, parser.parse_type)
    return [parser.parse_type()] if types is None else types


def _affine_if(parser: Parser) -> Operation:
    condition = parser.parse_attribute()
    if not isinstance(condition, AffineSetAttr):
        parser.raise_error("expected an affine set")
    operands = _map_operands(parser)
    results = _result_types(parser)
    regions = [parser.parse_region()]
    regions.append(parser.parse_region() if parser.parse_optional_keyword("else") else Region())
    for block in (block for region in regions for block in region.blocks):
        # The end of a branch without results is not written.
        if not results and not isinstance(block.last_op, affine.YieldOp):
            block.add_op(affine.YieldOp.get())
    return affine.IfOp.create(
        operands=operands,
        result_types=results,
        properties={"condition": condition},
        attributes=parser.parse_optional_attr_dict(),
        regions=regions,
    )


def _affine_max(parser: Parser) -> Operation:
    bounds = parser.parse_attribute()
    operands = _map_operands(parser)
    attributes = {"map": bounds, **parser.parse_optional_attr_dict()}
    unregistered = UnregisteredOp.with_name("affine.max")
    return unregistered.create(operands=operands, result_types=[IndexType()], attributes=attributes)


def _map_operands(parser: Parser) -> list[SSAValue]:
    lists = [
        parser.parse_optional_comma_separated_list(delimiter, lambda: parser.parse_operand(IndexType()))
        for delimiter in (parser.Delimiter.PAREN, parser.Delimiter.SQUARE)
    ]
    return [value for values in lists for value in values or ()]


def _scf_parallel(parser: Parser) -> Operation:
    names = parser.parse_comma_separated_list(parser.Delimiter.PAREN, lambda: parser.parse_argument(expect_type=False))
    parser.parse_punctuation("=")
    bounds: list[Sequence[SSAValue]] = [_indices(parser)]
    for word in ("to", "step"):
        parser.parse_keyword(word)
        bounds.append(_indices(parser))
    start, initial = parser.pos, []
    if parser.parse_optional_keyword("init"):
        initial = parser.parse_comma_separated_list(parser.Delimiter.PAREN, parser.parse_unresolved_operand)
    results = _result_types(parser)
    region = parser.parse_region([name.resolve(IndexType()) for name in names])
    if not region.block.ops or not isinstance(region.block.last_op, scf.ReduceOp):
        region.block.add_op(scf.ReduceOp())
    lower, upper, steps = bounds
    operation = scf.ParallelOp(lower, upper, steps, region, parser.resolve_operands(initial, results, start))
    operation.attributes |= parser.parse_optional_attr_dict()
    return operation


def _indices(parser: Parser) -> Sequence[SSAValue]:
    return parser.parse_comma_separated_list(parser.Delimiter.PAREN, lambda: parser.parse_operand(IndexType()))


def _tensor_alias(parser: Parser) -> Operation:
    """`wait(%fence) => %tensor : type to %storage : type`: the tensor, which is kept in the storage."""
    if parser.parse_optional_keyword("wait"):
        with parser.in_parens():
            parser.parse_unresolved_operand()
        parser.parse_punctuation("=")
        parser.parse_punctuation(">")
    source = parser.parse_unresolved_operand()
    parser.parse_punctuation(":")
    kind = parser.parse_type()
    parser.parse_keyword("to")
    parser.parse_unresolved_operand()
    parser.parse_punctuation(":")
    parser.parse_type()
    operands = [parser.resolve_operand(source, kind)]
    return UnregisteredOp.with_name("hal.tensor.alias").create(operands=operands, result_types=[kind])


def _memref_cast(parser: Parser) -> Operation:
    source = parser.parse_unresolved_operand()
    parser.parse_punctuation(":")
    old = parser.parse_type()
    parser.parse_keyword("to")
    new = parser.parse_type()
    return memref.CastOp.create(operands=[parser.resolve_operand(source, old)], result_types=[new])


def _memref_copy(parser: Parser) -> Operation:
    source = parser.parse_unresolved_operand()
    parser.parse_punctuation(",")
    target = parser.parse_unresolved_operand()
    parser.parse_punctuation(":")
    old = parser.parse_type()
    parser.parse_keyword("to")
    new = parser.parse_type()
    return memref.CopyOp(parser.resolve_operand(source, old), parser.resolve_operand(target, new))


def _memref_global(parser: Parser) -> Operation:
    properties: dict[str, Attribute] = {"sym_visibility": StringAttr(parser.parse_optional_str_literal() or "public")}
    if parser.parse_optional_keyword("constant"):
        properties["constant"] = UnitAttr()
    properties["sym_name"] = parser.parse_symbol_name()
    parser.parse_punctuation(":")
    properties["type"] = type_ = parser.parse_type()
    properties["initial_value"] = UnitAttr()
    if parser.parse_optional_punctuation("=") and not parser.parse_optional_keyword("uninitialized"):
        if isinstance(type_, MemRefType) and parser.parse_optional_keyword("dense"):
            content = TensorType(type_.element_type, type_.shape)
            properties["initial_value"] = parser.parse_dense_int_or_fp_elements_attr(content)
        else:
            properties["initial_value"] = parser.parse_attribute()
    return memref.GlobalOp.create(properties=properties, attributes=parser.parse_optional_attr_dict())


_SYNTAX: dict[str, Parse] = {
    "affine.if": _affine_if,
    "affine.max": _affine_max,
    "affine.parallel": _parallel,
    "hal.tensor.alias": _tensor_alias,
    "memref.cast": _memref_cast,
    "memref.copy": _memref_copy,
    "memref.global": _memref_global,
    "memref.memory_space_cast": _memref_cast,
    "scf.forall": _forall,
    "scf.parallel": _scf_parallel,
}
