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
        body = self.body
        prefix = f"{next(filter(None, self.node.output), self.node.name)}/{number}/"
        names = {name: prefix + name for name in made_by(body)}
        given = (f"{prefix}{body.input[0].name}", condition, *carried)
        names |= {item.name: name for item, name in zip(body.input, given, strict=True)}
        nodes = [renamed(item, names) for item in body.node]
        for node in nodes:
            node.name = f"{self.node.name or 'Loop'}/{number}/{node.name or node.op_type}"
        constants = []
        for item in body.initializer:
            constants.append(TensorProto())
            constants[-1].CopyFrom(item)
            constants[-1].name = names[item.name]
        again, *made = (names.get(item.name, item.name) for item in body.output)
        return Trip(nodes, constants, given[0], again, made[: len(carried)], made[len(carried) :])

    def results(self, carried: list[str], scanned: list[list[str]], version: int) -> list[NodeProto]:
        """The nodes that give the outputs: what was carried last, and what the trips have made, stacked."""
        outputs = list(self.node.output)
        found = [
            NodeProto(op_type="Identity", name=f"{self.node.name}/{outer}", input=[inner], output=[outer])
            for inner, outer in zip(carried, outputs, strict=False)
            if outer
        ]
        for rows, outer in zip(scanned, outputs[len(carried) :], strict=True):
            if outer:
                stacked = [f"{name}/row" for name in rows]
                found += [_row(name, row, version) for name, row in zip(rows, stacked, strict=True)]
                found.append(helper.make_node("Concat", stacked, [outer], f"{self.node.name}/{outer}", axis=0))
        return found


def _row(name: str, row: str, version: int) -> NodeProto:
    """A tensor with an axis before its others; operator sets before 13 have axes as an attribute."""
    if version < 13:
        return helper.make_node("Unsqueeze", [name], [row], row, axes=[0])
    return helper.make_node("Unsqueeze", [name, FIRST_AXIS], [row], row)


FIRST_AXIS = "\0first axis"
"""The name of a constant, the number 0, that rows are stacked with."""
ALWAYS = "\0always"
"""The name of the condition of a loop that has none: it is true, and what the body makes of it is not heeded."""
