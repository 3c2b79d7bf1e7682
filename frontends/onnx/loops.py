"""A `Loop` that is known to run so many times, as its body that often: each time under names of its own."""

from __future__ import annotations

from dataclasses import dataclass

from onnx import GraphProto, NodeProto, TensorProto, helper

from .branches import made_by, renamed

MAX_TRIPS = 10_000
"""How often a loop may run to be written out."""
MAX_NODES = 20_000
"""Nodes that all trips of a loop may make."""


@dataclass(frozen=True)
class Trip:
    """The body of a loop once: its nodes and constants, and what it makes of the condition and of what is carried."""

    nodes: list[NodeProto]
    constants: list[TensorProto]
    counter: str
    condition: str
    carried: list[str]
    scanned: list[str]


@dataclass(frozen=True)
class Loop:
    """A node that runs its body; ValueError for one without a whole body."""

    node: NodeProto

    def __post_init__(self) -> None:
        body = self.body
        if len(body.input) != len(self.node.input) or len(body.output) != 1 + len(self.node.output) or not body.input:
            raise ValueError("it has no whole 'body'")

    @property
    def body(self) -> GraphProto:
        """What is run."""
        return next((item.g for item in self.node.attribute if item.name == "body"), GraphProto())

    def trip(self, number: int, condition: str, carried: list[str]) -> Trip:
        """The body for the `number`-th time, after one that made this condition, and these tensors that it carries."""
        counter = f"{prefix_of(self.node, number)}{self.body.input[0].name}"
        nodes, constants, (again, *made) = body_once(self.node, self.body, number, [counter, condition, *carried])
        return Trip(nodes, constants, counter, again, made[: len(carried)], made[len(carried) :])


def prefix_of(node: NodeProto, number: int) -> str:
    """What the names of tensors begin with that a node's body makes for the `number`-th time."""
    return f"{next(filter(None, node.output), node.name)}/{number}/"


def body_once(
    node: NodeProto, body: GraphProto, number: int, given: list[str]
) -> tuple[list[NodeProto], list[TensorProto], list[str]]:
    """A body for the `number`-th time, on these inputs: its nodes, its constants and the names of its outputs."""
    prefix = prefix_of(node, number)
    names = {name: prefix + name for name in made_by(body)}
    names |= {item.name: name for item, name in zip(body.input, given, strict=True)}
    nodes = [renamed(item, names) for item in body.node]
    for item in nodes:
        item.name = f"{node.name or node.op_type}/{number}/{item.name or item.op_type}"
    constants = []
    for tensor in body.initializer:
        constants.append(TensorProto())
        constants[-1].CopyFrom(tensor)
        constants[-1].name = names[tensor.name]
    return nodes, constants, [names.get(item.name, item.name) for item in body.output]


def results(
    node: NodeProto, carried: list[str], scanned: list[list[str]], axes: list[int], version: int
) -> list[NodeProto]:
    """The nodes that give a node's outputs: what was carried last, and what the trips have made, stacked along axes."""
    outputs = list(node.output)
    found = [
        NodeProto(op_type="Identity", name=f"{node.name}/{outer}", input=[inner], output=[outer])
        for inner, outer in zip(carried, outputs, strict=False)
        if outer
    ]
    for rows, outer, axis in zip(scanned, outputs[len(carried) :], axes, strict=True):
        if outer:
            stacked = [f"{name}/row" for name in rows]
            found += [_row(name, row, axis, version) for name, row in zip(rows, stacked, strict=True)]
            found.append(helper.make_node("Concat", stacked, [outer], f"{node.name}/{outer}", axis=axis))
    return found


def _row(name: str, row: str, axis: int, version: int) -> NodeProto:
    """A tensor with one more axis; operator sets before 13 have axes as an attribute."""
    if version < 13:
        return helper.make_node("Unsqueeze", [name], [row], row, axes=[axis])
    return helper.make_node("Unsqueeze", [name, AXIS.format(axis)], [row], row)


AXIS = "\0axis {}"
"""The name of a constant, the number of an axis, that rows are stacked along."""
ALWAYS = "\0always"
"""The name of the condition of a loop that has none: it is true, and what the body makes of it is not heeded."""
