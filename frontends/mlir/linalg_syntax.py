"""The assembly format of `linalg`'s operations, for those that xDSL has and for all others.

They become unregistered operations: their meaning stands in `named_ops`, and xDSL's own classes refuse some types
and results.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import DenseArrayBase, StringAttr, TensorType, UnregisteredOp, i32
from xdsl.ir import Attribute, Operation, Region, SSAValue
from xdsl.parser import Parser

_KEYS = ("indexing_maps", "permutation", "dimensions", "dimension", "kind", "attrs")
Attributes = dict[str, Attribute]


def parse_named_op(parser: Parser, name: str) -> Operation:
    """`{strides = …} ins(%a, %b : …) outs(%c : …) -> type`; keys such as `permutation = […]` may stand around.

    A `generic` has its body before the arrow.
    """
    attributes = {**parser.parse_optional_attr_dict(), **_keys(parser)}
    inputs, outputs = _operands(parser, "ins"), _operands(parser, "outs")
    if not outputs:
        parser.raise_error(f"'outs' expected in '{name}'")
    attributes |= _keys(parser)
    region = parser.parse_optional_region()
    regions = [] if region is None else [region]
    return _build(name, inputs, outputs, attributes, _result_types(parser, outputs), regions)


def parse_combination(parser: Parser, name: str) -> Operation:
    """A `reduce` or a `map`: `{ arith.addf } ins(…) outs(…) dimensions = […]`, or a body behind all that."""
    attributes: Attributes = {}
    if parser.parse_optional_punctuation("{"):
        attributes["combiner"] = StringAttr(parser.parse_identifier())
        parser.parse_punctuation("}")
    inputs, outputs = _operands(parser, "ins"), _operands(parser, "outs")
    attributes |= _keys(parser)
    arguments = parser.parse_optional_comma_separated_list(parser.Delimiter.PAREN, parser.parse_argument)
    regions = [] if arguments is None else [parser.parse_region(arguments)]
    return _build(name, inputs, outputs, attributes, _result_types(parser, outputs), regions)


def parse_packing(parser: Parser, name: str) -> Operation:
    """`%a padding_value(%x : f32) outer_dims_perm = […] inner_dims_pos = […] inner_tiles = […] into %b : … -> …`.

    What pads the last tiles is left out: these have to be whole.
    """
    start = parser.pos
    source = parser.parse_unresolved_operand()
    if parser.parse_optional_keyword("padding_value"):
        with parser.in_parens():
            parser.parse_unresolved_operand()
            parser.parse_punctuation(":")
            parser.parse_type()
    attributes: Attributes = {}
    while key := parser.parse_optional_keyword_in(("outer_dims_perm", "inner_dims_pos", "inner_tiles")):
        parser.parse_punctuation("=")
        kept = "static_inner_tiles" if key == "inner_tiles" else key
        attributes[kept] = parser.parse_attribute()
    parser.parse_keyword("into")
    target = parser.parse_unresolved_operand()
    parser.parse_punctuation(":")
    types = [parser.parse_type()]
    parser.parse_punctuation("->")
    types.append(parser.parse_type())
    one, two = parser.resolve_operands([source, target], types, start)
    results = [item for item in types[1:] if isinstance(item, TensorType)]
    return _build(name, [one], [two], attributes, results, [])


def _keys(parser: Parser) -> Attributes:
    found: Attributes = {}
    while key := parser.parse_optional_keyword_in(_KEYS):
        if key == "dimension":
            with parser.in_parens():
                found[key] = parser.parse_attribute()
            continue
        parser.parse_punctuation("=")
        found |= parser.parse_optional_attr_dict() if key == "attrs" else {key: parser.parse_attribute()}
    return found


def _operands(parser: Parser, word: str) -> Sequence[SSAValue]:
    if not parser.parse_optional_keyword(word):
        return ()
    start = parser.pos
    with parser.in_parens():
        values = parser.parse_comma_separated_list(parser.Delimiter.NONE, parser.parse_unresolved_operand)
        parser.parse_punctuation(":")
        types = parser.parse_comma_separated_list(parser.Delimiter.NONE, parser.parse_type)
    return parser.resolve_operands(values, types, start)


def _result_types(parser: Parser, outputs: Sequence[SSAValue]) -> Sequence[Attribute]:
    """As written, or those of the tensors that are updated."""
    if parser.parse_optional_punctuation("->") is None:
        return [value.type for value in outputs if isinstance(value.type, TensorType)]
    types = parser.parse_optional_comma_separated_list(parser.Delimiter.PAREN, parser.parse_type)
    return [parser.parse_type()] if types is None else types


def _build(
    name: str,
    inputs: Sequence[SSAValue],
    outputs: Sequence[SSAValue],
    attributes: Attributes,
    results: Sequence[Attribute],
    regions: Sequence[Region],
) -> Operation:
    segments = DenseArrayBase.from_list(i32, [len(inputs), len(outputs)])
    return UnregisteredOp.with_name(name).create(
        operands=[*inputs, *outputs],
        result_types=results,
        attributes={**attributes, "operandSegmentSizes": segments},
        regions=regions,
    )
