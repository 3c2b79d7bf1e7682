"""Products and convolutions. Their axes are put in the order of the graph's operators, which moves nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import prod

from ..models import Attribute, GraphTensor
from .attributes import integer, integers, pair, repeated
from .making import Making, Refused, Rule

_LAYOUT = re.compile(r"\[([\w, ]*)\]\s*x\s*\[([\w, ]*)\]\s*->\s*\[([\w, ]*)\]")


def _dot_general(making: Making) -> None:
    """A product of batches of matrices: axes of a kind are one, in the order in which the result has them."""
    left, right, target = making.operand(0), making.operand(1), making.result()
    text = making.text
    batches = pair(text, "batching_dims", "lhs_batching_dimensions", "rhs_batching_dimensions")
    summed = pair(text, "contracting_dims", "lhs_contracting_dimensions", "rhs_contracting_dimensions")
    sizes = [_parts(tensor.shape, *axes) for tensor, *axes in zip((left, right), batches, summed, strict=True)]
    if sizes[0][0] != sizes[1][0] or sizes[0][2] != sizes[1][2]:
        raise Refused("the axes of its operands do not fit")
    batch, rows, inner = sizes[0]
    columns = sizes[1][1]
    front = () if batch == 1 else (batch,)
    first = making.graph.view(left, (*front, rows, inner), "rows")
    second = making.graph.view(right, (*front, inner, columns), "columns")
    made = making.arranged(target, (*front, rows, columns))
    making.node("MatMul", [first, second], made)
    making.named(made, target)


def _parts(shape: tuple[int, ...], batches: Sequence[int], summed: Sequence[int]) -> tuple[int, int, int]:
    """The elements along batch axes, along those that are left, and along those that are summed."""
    if len({*batches, *summed}) < len(batches) + len(summed):
        raise Refused("an axis of an operand is both a batch and summed, or that twice")
    left = [axis for axis in range(len(shape)) if axis not in batches and axis not in summed]
    batch, own, inner = (prod(shape[axis] for axis in axes) for axes in (batches, left, summed))
    return batch, own, inner


def _dot(making: Making) -> None:
    making.node("MatMul", [making.operand(0), making.operand(1)])


def _convolution(making: Making) -> None:
    data, weight, target = making.operand(0), making.operand(1), making.result()
    layout = _LAYOUT.search(making.text)
    if layout is None:
        raise Refused("its dimension numbers are not known")
    axes = [[item.strip() for item in side.split(",")] for side in layout.groups()]
    rank = len(data.shape) - 2
    places = [str(axis) for axis in range(rank)]
    if integer(making.text, "batch_group_count", 1) != 1:
        raise Refused("groups of the batch")
    grown = repeated(integers(making.text, "lhs_dilate", "lhs_dilation"), rank, 1)
    groups = integer(making.text, "feature_group_count", 1)
    turned = any(item != 1 for item in grown)
    kinds = (["b", "f", *places], ["i", "o", *places] if turned else ["o", "i", *places], ["b", "f", *places])
    named = [
        _ordered(making, tensor, own, wanted) for tensor, own, wanted in zip((data, weight), axes, kinds, strict=False)
    ]
    shape = tuple(target.shape[axes[2].index(kind)] for kind in kinds[2] if kind in axes[2])
    made = making.arranged(target, shape)
    attributes = _window(making, rank)
    if turned:
        attributes = _transposed(attributes, grown, named[1], groups)
    making.add("ConvTranspose" if turned else "Conv", named, made, {"group": groups, **attributes})
    making.named(made, target)


def _ordered(making: Making, tensor: GraphTensor, own: list[str], wanted: list[str]) -> GraphTensor:
    """The tensor with its axes in the order of the graph's operators."""
    if sorted(own) != sorted(wanted) or len(own) != len(tensor.shape):
        raise Refused("its dimension numbers do not fit its operands")
    return making.graph.view(tensor, tuple(tensor.shape[own.index(kind)] for kind in wanted), "axes")


def _window(making: Making, rank: int) -> dict[str, Attribute]:
    text = making.text
    pads = repeated(integers(text, "pad", "padding"), 2 * rank, 0)
    if len(pads) != 2 * rank:
        raise Refused(f"padding {pads}")
    return {
        "strides": repeated(integers(text, "stride", "window_strides"), rank, 1),
        "dilations": repeated(integers(text, "rhs_dilate", "rhs_dilation"), rank, 1),
        "pads": (*pads[::2], *pads[1::2]),
    }


def _transposed(
    attributes: dict[str, Attribute], grown: tuple[int, ...], weight: GraphTensor, groups: int
) -> dict[str, Attribute]:
    """Attributes of a transposed convolution; one of groups or with strides of its own is refused."""
    if attributes["strides"] != (1,) * len(grown) or groups != 1:
        raise Refused("a convolution over zeros between elements that has strides or groups")
    return {"strides": grown, "dilations": attributes["dilations"]}


RULES: dict[str, Rule] = {"dot_general": _dot_general, "dot": _dot, "convolution": _convolution}
"""By name, without the dialect."""
