"""Workloads of tensors that lie over each other axis by axis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from ....ir import Index, Statement, Subscript, Tensor, Term, Workload
from ...statements import parse_statement
from .calls import Unstated

_NAMES = {1: "C", 2: "N C", 3: "N C X", 4: "N C Y X", 5: "N C Z Y X"}

Shape = tuple[int, ...]

PLACES = "the place of the extreme is kept beside it, and is not counted"
"""The note of a maximum that also says where it was."""


def axis_names(rank: int) -> tuple[str, ...]:
    """The dimensions of a tensor of that many axes: N C Y X where it can be an image, else D0 D1 …"""
    return tuple(_NAMES[rank].split()) if rank in _NAMES else tuple(f"D{number}" for number in range(rank))


@lru_cache(maxsize=4096)
def statement(text: str) -> Statement:
    """A statement as people write it, such as `output = exp(a - m)`."""
    return parse_statement(text)


def over(
    extents: Mapping[str, int],
    inputs: Mapping[str, Sequence[str]],
    output: Sequence[str],
    text: str | None,
    *,
    indices: Mapping[str, Index] | None = None,
    padding: Iterable[tuple[str, int, int]] = (),
) -> Workload:
    """A workload over dimensions; `inputs` and `output` name the axes, where an index stands for its two dimensions.

    Dimensions of extent 1 are left out, unless an index is over them or there are no others.
    """
    coupled = indices or {}
    kept = {name for index in coupled.values() for name in (index.output, index.window)}
    large = {name: extent for name, extent in extents.items() if extent != 1 or name in kept}
    if not large:
        first = next(iter(extents), "C")
        large = {first: 1}
        output = (first,)
    tensors = tuple(_tensor(name, axes, large, coupled) for name, axes in inputs.items())
    return Workload(
        "AFFINE",
        tuple(large.items()),
        tensors,
        _tensor("output", output, large, {}),
        tuple(coupled.values()),
        padding=tuple(item for item in padding if item[1] or item[2]),
        statement=None if text is None else statement(text),
    )


def _tensor(name: str, axes: Sequence[str], extents: Mapping[str, int], indices: Mapping[str, Index]) -> Tensor:
    found = (indices[axis].subscript if axis in indices else Subscript((Term(axis),)) for axis in axes)
    return Tensor(name, tuple(item for item in found if all(term.dimension in extents for term in item.terms)))


def broadcast(shape: Shape, target: Shape, names: Sequence[str]) -> tuple[str, ...]:
    """The dimensions of a tensor that is stretched over `target`, whose axes are `names`."""
    if len(shape) > len(target):
        shape = _without_ones(shape, len(target))
    offset = len(target) - len(shape)
    for extent, whole in zip(shape, target[offset:], strict=True):
        if extent not in (1, whole):
            raise Unstated(f"a tensor of {_text(shape)} does not stretch over one of {_text(target)}")
    return tuple(names[offset + axis] for axis, extent in enumerate(shape) if extent != 1)


def _without_ones(shape: Shape, rank: int) -> Shape:
    front, rest = shape[: len(shape) - rank], shape[len(shape) - rank :]
    if any(extent != 1 for extent in front):
        raise Unstated(f"a tensor of {_text(shape)} does not stretch over one of {rank} axes")
    return rest


def _text(shape: Shape) -> str:
    return " x ".join(map(str, shape)) or "one element"


def pointwise(target: Shape, operands: Mapping[str, Shape], text: str) -> Workload:
    """An elementwise statement over a tensor of shape `target`, over which the operands are stretched.

    An operand of one element is a scalar that the elements keep, unless everything has one element.
    """
    names = axis_names(len(target))
    extents = dict(zip(names, target, strict=True)) or {"C": 1}
    axes = {name: broadcast(shape, target, names) for name, shape in operands.items()}
    stretched = {name: found for name, found in axes.items() if found or not any(axes.values())}
    return over(extents, stretched, names, text)
