"""Shapes of what operators of ONNX Runtime (`com.microsoft`) make, which ONNX does not know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from onnx import NodeProto

from ..models.graph import Attribute

Shape: TypeAlias = tuple[int, ...]
_Shapes: TypeAlias = Callable[[Sequence[Shape], dict[str, Attribute]], Shape]

MICROSOFT = "com.microsoft"
"""The domain of the operators."""
EQUAL_TO = {"FusedConv": "Conv", "FusedGemm": "Gemm"}
"""Operators whose output is that of another one, without their activations."""


def plain_node(node: NodeProto) -> NodeProto:
    """A node of ONNX with the same output as a node of `EQUAL_TO`."""
    found = NodeProto(op_type=EQUAL_TO[node.op_type], name=node.name, input=node.input, output=node.output)
    found.attribute.extend(item for item in node.attribute if not item.name.startswith("activation"))
    return found


def output_shape(operator: str, inputs: Sequence[Shape], attributes: dict[str, Attribute]) -> Shape | None:
    """The shape of the first output; None for an operator that is not known. `()` stands for an input left out."""
    found = _SHAPES.get(operator)
    return None if found is None else found(inputs, attributes)


def _first(inputs: Sequence[Shape], attributes: dict[str, Attribute]) -> Shape:
    return inputs[0]


def _queries(inputs: Sequence[Shape], attributes: dict[str, Attribute]) -> Shape:
    """As many rows as there are queries, as wide as the values."""
    wide = len(inputs) > 2 and len(inputs[0]) == len(inputs[2]) == 3
    return (*inputs[0][:2], inputs[2][2]) if wide else inputs[0]


def _pair(inputs: Sequence[Shape], attributes: dict[str, Attribute]) -> Shape:
    return np.broadcast_shapes(inputs[0], inputs[3])


def _product(left: int, right: int) -> _Shapes:
    """The product of the inputs at two places."""

    def shape(inputs: Sequence[Shape], attributes: dict[str, Attribute]) -> Shape:
        sides = [_turned(inputs[left], attributes.get("transA")), _turned(inputs[right], attributes.get("transB"))]
        return (*np.broadcast_shapes(sides[0][:-2], sides[1][:-2]), sides[0][-2], sides[1][-1])

    return shape


def _turned(shape: Shape, turns: Attribute) -> Shape:
    return (*shape[:-2], shape[-1], shape[-2]) if turns else shape


def _bits(inputs: Sequence[Shape], attributes: dict[str, Attribute]) -> Shape:
    columns = attributes.get("N")
    if not isinstance(columns, int):
        raise ValueError("attribute 'N' is missing")
    return (*inputs[0][:-1], columns)


def _mean(inputs: Sequence[Shape], attributes: dict[str, Attribute]) -> Shape:
    return (*inputs[0][:2], *(1,) * (len(inputs[0]) - 2))


def _joined(inputs: Sequence[Shape], attributes: dict[str, Attribute]) -> Shape:
    axis, shapes = attributes.get("axis"), inputs[2::3]
    if not isinstance(axis, int):
        raise ValueError("attribute 'axis' is missing")
    axis %= len(shapes[0])
    return (*shapes[0][:axis], sum(shape[axis] for shape in shapes), *shapes[0][axis + 1 :])


def _embedded(inputs: Sequence[Shape], attributes: dict[str, Attribute]) -> Shape:
    return (*inputs[0], inputs[2][1])


def _attended(inputs: Sequence[Shape], attributes: dict[str, Attribute]) -> Shape:
    return (*inputs[0][:2], inputs[1][1] // 3)


def _grouped(inputs: Sequence[Shape], attributes: dict[str, Attribute]) -> Shape:
    """Queries that come packed with keys and values leave these behind."""
    heads, own = attributes.get("num_heads"), attributes.get("kv_num_heads")
    if len(inputs) < 2 or inputs[1] or not isinstance(heads, int) or not isinstance(own, int):
        return inputs[0]
    return (*inputs[0][:2], inputs[0][2] // (heads + 2 * own) * heads)


_SHAPES: dict[str, _Shapes] = {
    **dict.fromkeys(("Gelu", "FastGelu", "BiasGelu", "QuickGelu", "SkipLayerNormalization"), _first),
    "SkipSimplifiedLayerNormalization": _first,
    "MultiHeadAttention": _queries,
    **dict.fromkeys(("QLinearAdd", "QLinearMul"), _pair),
    "Attention": _attended,
    "EmbedLayerNormalization": _embedded,
    "FusedMatMul": _product(0, 1),
    "GroupQueryAttention": _grouped,
    "MatMulNBits": _bits,
    "QGemm": _product(0, 3),
    "QLinearConcat": _joined,
    "QLinearGlobalAveragePool": _mean,
}
