"""What the rule of an operation sees of it, and how it makes nodes of the graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ..models import Attribute, GraphNode, GraphTensor
from .module import Operation


class Refused(Exception):
    """An operation that no operator of the graph says; the text is the reason."""


@dataclass
class Graph:
    """The graph so far. `narrow` has tensors that are broadcast: by their names, what they are stretched from."""

    tensors: dict[str, GraphTensor] = field(default_factory=dict)
    nodes: list[GraphNode] = field(default_factory=list)
    narrow: dict[str, GraphTensor] = field(default_factory=dict)
    splats: dict[str, int | float] = field(default_factory=dict)
    """The number of constants all of whose elements are equal."""
    counted: set[str] = field(default_factory=set)
    """Tensors whose elements are their own places along an axis."""

    def new(self, name: str, shape: tuple[int, ...], element: str = "f32", constant: bool = False) -> GraphTensor:
        """A tensor of a name that no other has."""
        number, free = 1, name
        while free in self.tensors:
            number += 1
            free = f"{name}.{number}"
        self.tensors[free] = GraphTensor(free, shape, element, constant)
        return self.tensors[free]

    def view(self, source: GraphTensor, shape: tuple[int, ...], what: str) -> GraphTensor:
        """The elements of a tensor under another shape: nothing is moved, whatever the order of the axes."""
        if shape == source.shape:
            return source
        made = self.new(f"{source.name}.{what}", shape, source.element, source.constant)
        if not source.constant:
            self.nodes.append(GraphNode(made.name, "Reshape", (source.name,), (made.name,)))
        return made


@dataclass
class Making:
    """One operation: its operands and results as tensors of the graph."""

    operation: Operation
    graph: Graph
    name: str
    operands: Sequence[str]
    results: Sequence[str]
    used: frozenset[str]
    """Results that anything reads."""

    @property
    def text(self) -> str:
        """Its attributes."""
        return self.operation.text

    def stretched(self, place: int) -> GraphTensor:
        """An operand; of one that is broadcast what it is stretched from, with as many axes."""
        name = self._operand(place)
        return self.graph.narrow.get(name) or self._known(name)

    def operand(self, place: int) -> GraphTensor:
        """An operand with all its elements: one that is broadcast is made so first."""
        name = self._operand(place)
        whole, narrow = self._known(name), self.graph.narrow.pop(name, None)
        if narrow is not None and not whole.constant:
            self.graph.nodes.append(GraphNode(name, "Expand", (narrow.name,), (name,), span=self.operation.span))
        return whole

    def _operand(self, place: int) -> str:
        if place >= len(self.operands):
            raise Refused(f"operand {place + 1} is missing")
        return self.operands[place]

    def _known(self, name: str) -> GraphTensor:
        if name not in self.graph.tensors:
            raise Refused("the shape of an operand is not known")
        return self.graph.tensors[name]

    def result(self, place: int = 0) -> GraphTensor:
        """A result."""
        if place >= len(self.results) or self.results[place] not in self.graph.tensors:
            raise Refused("the shape of its result is not known")
        return self.graph.tensors[self.results[place]]

    def node(
        self,
        operator: str,
        inputs: Sequence[GraphTensor | None],
        output: GraphTensor | None = None,
        **attributes: Attribute,
    ) -> GraphTensor:
        """A node that makes the result, or another tensor."""
        target = self.result() if output is None else output
        self.add(operator, inputs, target, attributes)
        return target

    def add(
        self,
        operator: str,
        inputs: Sequence[GraphTensor | None],
        target: GraphTensor,
        attributes: Mapping[str, Attribute],
    ) -> None:
        """The same with attributes in a mapping."""
        names = tuple("" if item is None else item.name for item in inputs)
        own = {name: value for name, value in attributes.items() if value is not None}
        taken = {node.name for node in self.graph.nodes[-2:]}
        name = f"{self.name}.{operator}" if self.name in taken else self.name
        self.graph.nodes.append(GraphNode(name, operator, names, (target.name,), own, self.operation.span))

    def arranged(self, target: GraphTensor, shape: tuple[int, ...]) -> GraphTensor:
        """A tensor of another shape, which `named` says to be the target when the node that makes it is there."""
        return self.graph.new(f"{target.name}.made", shape, target.element)

    def named(self, made: GraphTensor, target: GraphTensor) -> None:
        """Says that the elements of one tensor are those of another."""
        self.graph.nodes.append(GraphNode(f"{self.name}.shape", "Reshape", (made.name,), (target.name,)))

    def equal(self, value: float) -> None:
        """Says that all elements of the result are one number, known beforehand."""
        target = self.result()
        whole = GraphTensor(target.name, target.shape, target.element, True, (value,) if not target.shape else None)
        self.graph.tensors[target.name] = whole
        self.graph.splats[target.name] = value
        if target.shape:
            scalar = self.graph.new(f"{target.name}.number", (), target.element)
            self.graph.narrow[target.name] = GraphTensor(scalar.name, (), target.element, True, (value,))
            self.graph.tensors[scalar.name] = self.graph.narrow[target.name]

    def constant(self) -> None:
        """Results that are set before anything runs."""
        for name in self.results:
            found = self.graph.tensors.get(name)
            if found is not None:
                self.graph.tensors[name] = GraphTensor(name, found.shape, found.element, constant=True)


Rule: TypeAlias = Callable[[Making], None]
"""Adds the nodes of an operation; raises Refused with the reason where there are none."""
