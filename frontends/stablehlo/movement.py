"""Operations that move elements, that only name them anew, or that set them."""

from __future__ import annotations

import re

from ..models import GraphTensor
from .attributes import integer, integers, repeated
from .making import Making, Refused, Rule

_JOINS = {"add": "add", "multiply": "mul", "maximum": "max", "minimum": "min"}
"""Operations by which a scatter joins two elements, as ONNX calls them."""


def _broadcast(making: Making) -> None:
    """Nothing is moved until something reads the result that cannot stretch it itself."""
    target = making.result()
    source = making.stretched(0)
    axes = integers(making.text, "dims", "broadcast_dimensions")
    if axes is None or len(axes) != len(source.shape) or any(axis >= len(target.shape) for axis in axes):
        raise Refused("its dimensions do not fit its operand")
    name, graph = making.operands[0], making.graph
    if name in graph.splats:
        making.equal(graph.splats[name])
        return
    shape = [1] * len(target.shape)
    for axis, extent in zip(axes, source.shape, strict=True):
        shape[axis] = extent
    if list(axes) != sorted(axes):
        source = _turned(making, source, axes)
    narrow = graph.view(source, tuple(shape), f"over.{target.name}")
    if narrow.shape == target.shape:
        making.named(narrow, target)
    else:
        graph.narrow[target.name] = narrow


def _turned(making: Making, source: GraphTensor, axes: tuple[int, ...]) -> GraphTensor:
    order = sorted(range(len(axes)), key=axes.__getitem__)
    shape = tuple(source.shape[axis] for axis in order)
    return making.node("Transpose", [source], making.graph.new(f"{making.name}.turned", shape), perm=tuple(order))


def _view(operator: str) -> Rule:
    def rule(making: Making) -> None:
        making.node(operator, [making.operand(0)])

    return rule


def _cast(making: Making) -> None:
    """Another type of elements: what is broadcast stays so."""
    name, target = making.operands[0], making.result()
    if name in making.graph.splats:
        making.equal(making.graph.splats[name])
    elif name in making.graph.narrow:
        making.graph.narrow[target.name] = making.graph.narrow[name]
    else:
        making.node("Cast", [making.operand(0)])


def _transpose(making: Making) -> None:
    making.node("Transpose", [making.operand(0)], perm=integers(making.text, "dims", "permutation") or ())


def _slice(making: Making) -> None:
    making.node("Slice", [making.operand(0)])


def _part(making: Making) -> None:
    """A part whose place the data says."""
    making.node("GatherND", [making.operand(0), making.operand(1)])


def _gather(making: Making) -> None:
    making.node("GatherND", [making.operand(0), making.operand(1)])


def _scatter(making: Making) -> None:
    """Updates at places that the data says; one tensor at a time."""
    if len(making.results) != 1:
        raise Refused("it scatters several tensors")
    reduction = _joined(making)
    making.node("ScatterND", [making.operand(place) for place in (0, 1, 2)], reduction=reduction)


def _joined(making: Making) -> str | None:
    """How a scatter joins updates with what was there; None where its region gives them as they are."""
    names = [item.name.rpartition(".")[2] for region in making.operation.regions for item in region]
    steps = [name for name in names if name != "return"]
    if len(steps) > 1 or any(name not in _JOINS for name in steps):
        raise Refused(f"it joins updates with what was there by {', '.join(steps)}")
    return _JOINS[steps[0]] if steps else None


def _update(making: Making) -> None:
    """`dynamic_update_slice`: the second operand is set into the first, whose other elements stay where they are."""
    making.node("Update", [making.operand(0), making.operand(1)])


def _concatenate(making: Making) -> None:
    inputs = [making.operand(place) for place in range(len(making.operands))]
    making.node("Concat", inputs, axis=integer(making.text, "dim", integer(making.text, "dimension", 0)))


def _pad(making: Making) -> None:
    data = making.operand(0)
    rank = len(data.shape)
    low, high, inside = (
        repeated(integers(making.text, name, f"edge_padding_{name}", f"{name}_padding"), rank, 0)
        for name in ("low", "high", "interior")
    )
    if any(inside):
        raise Refused("padding between elements")
    making.node("Pad", [data], pads=(*low, *high))


def _reverse(making: Making) -> None:
    making.node("ReverseSequence", [making.operand(0)])


def _constant(making: Making) -> None:
    making.constant()
    found = re.search(r"dense<\s*(true|false|-?[\d.]{1,40}(?:[eE][+-]?\d{1,4})?)\s*>", making.text)
    if found is not None:
        making.equal(float({"true": "1", "false": "0"}.get(found[1], found[1])))


def _rng(making: Making) -> None:
    making.node("RandomUniform", [])


def _iota(making: Making) -> None:
    making.constant()
    making.graph.counted.add(making.results[0])


def same(making: Making) -> None:
    """Each result is the operand at its place."""
    for place, name in enumerate(making.results):
        source = making.operand(place)
        # Some are written with the types of their operands alone.
        making.graph.tensors.setdefault(name, GraphTensor(name, source.shape, source.element))
        making.named(source, making.result(place))


RULES: dict[str, Rule] = {
    "broadcast_in_dim": _broadcast,
    "reshape": _view("Reshape"),
    "convert": _cast,
    "bitcast_convert": _view("Cast"),
    "reduce_precision": _view("Cast"),
    "transpose": _transpose,
    "slice": _slice,
    "dynamic_slice": _part,
    "gather": _gather,
    "scatter": _scatter,
    "dynamic_update_slice": _update,
    "concatenate": _concatenate,
    "pad": _pad,
    "reverse": _reverse,
    "constant": _constant,
    "rng": _rng,
    "iota": _iota,
    "optimization_barrier": same,
    "sharding_constraint": same,
}
"""By name, without the dialect."""
