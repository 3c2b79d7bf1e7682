"""A `Scan` as its body for every slice of what it goes along: each time under names of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from onnx import GraphProto, NodeProto, TensorProto, helper

from .loops import MAX_TRIPS, body_once, prefix_of

_LISTS = ("scan_input_axes", "scan_input_directions", "scan_output_axes", "scan_output_directions")
FIRST = 9
"""The first operator set whose `Scan` has no batch of its own."""


@dataclass(frozen=True)
class Scan:
    """A node that runs its body along axes of its last inputs; ValueError for one that is not whole."""

    node: NodeProto

    def __post_init__(self) -> None:
        body, node = self.body, self.node
        whole = len(body.input) == len(node.input) and len(body.output) == len(node.output)
        if not whole or not 0 < self.along <= len(node.input) or not all(node.input):
            raise ValueError("it has no whole 'body'")
        for item in node.attribute:
            if item.name not in ("body", "num_scan_inputs", *_LISTS):
                raise ValueError(f"attribute '{item.name}' is not read")
        for name, count in zip(_LISTS, (self.along, self.along, self.made, self.made), strict=True):
            if len(self._list(name, count)) != count:
                raise ValueError(f"attribute '{name}' has not one number for each")

    @property
    def body(self) -> GraphProto:
        """What is run."""
        return next((item.g for item in self.node.attribute if item.name == "body"), GraphProto())

    @cached_property
    def along(self) -> int:
        """How many inputs it goes along: the last ones."""
        return next((item.i for item in self.node.attribute if item.name == "num_scan_inputs"), 0)

    @property
    def states(self) -> int:
        """How many inputs are carried from one time to the next: the first ones."""
        return len(self.node.input) - self.along

    @property
    def made(self) -> int:
        """How many outputs are stacked: the last ones."""
        return len(self.node.output) - self.states

    def _list(self, name: str, count: int) -> list[int]:
        return next((list(item.ints) for item in self.node.attribute if item.name == name), [0] * count)

    def trips(self, shapes: list[tuple[int, ...] | None]) -> int:
        """How often the body runs on inputs of these shapes; ValueError where that is not known or not one number."""
        found = set()
        for shape, axis in zip(shapes[self.states :], self._list(_LISTS[0], self.along), strict=True):
            if shape is None or not -len(shape) <= axis < len(shape):
                raise ValueError("how often it runs is not known: the shape of what it goes along is not")
            found.add(shape[axis])
        if len(found) > 1:
            raise ValueError(f"it goes along axes of {' and '.join(map(str, sorted(found)))} elements")
        (trips,) = found
        if not 0 < trips <= MAX_TRIPS:
            raise ValueError(f"it runs {trips:,} times; it is read from 1 to {MAX_TRIPS:,} times")
        return trips

    def trip(self, number: int, trips: int, states: list[str]) -> tuple[list[NodeProto], list[TensorProto], list[str]]:
        """The nodes of the `number`-th time after one that left these states, the slices of its inputs before them; the
        constants; and the names of the states and of what is stacked."""
        prefix, slices = prefix_of(self.node, number), list[str]()
        before, constants = list[NodeProto](), list[TensorProto]()
        for source, axis, back in zip(self.node.input[self.states :], *self._ways(0), strict=True):
            name, place = f"{prefix}of {source}", f"{prefix}place in {source}"
            at = trips - 1 - number if back else number
            constants.append(helper.make_tensor(place, TensorProto.INT64, [], [at]))
            label = f"{self.node.name or 'Scan'}/{number}/{source}"
            before.append(helper.make_node("Gather", [source, place], [name], label, axis=axis))
            slices.append(name)
        nodes, own, outputs = body_once(self.node, self.body, number, [*states, *slices])
        return [*before, *nodes], [*constants, *own], outputs

    def stacked(self, rows: list[list[str]]) -> Iterator[tuple[list[str], int]]:
        """What the trips have made, in the order in which it is stacked, with the axis."""
        for names, axis, back in zip(rows, *self._ways(2), strict=True):
            yield names[::-1] if back else names, axis

    def _ways(self, first: int) -> tuple[list[int], list[int]]:
        count = (self.along, self.along, self.made, self.made)[first]
        return self._list(_LISTS[first], count), self._list(_LISTS[first + 1], count)
