"""What the rule of an operator sees of a node, and what it makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from ....ir import Workload
from ..graph import Attribute, GraphNode, GraphTensor

T = TypeVar("T", int, float, str)


class Unstated(Exception):
    """A node that no workload states; the text is the reason."""


@dataclass(frozen=True, slots=True)
class Part:
    """One layer of a node.

    `name` is what it adds to the node's name, `""` for the layer that is the node itself. `reads` says which tensor of
    the graph, or `makes` of an earlier part, each input of the workload is, by the input's name; a scalar that the
    elements keep has the name of the statement too. `makes` is the tensor of which this part makes elements.
    `note` says what is not as it seems, such as a gather that is counted by its outputs.
    """

    name: str
    workload: Workload
    reads: tuple[tuple[str, str], ...]
    makes: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A node that moves nothing: `output` is another name for the elements of `source`, or for none of them.

    Several views of one output name elements of several sources.
    """

    output: str
    source: str


Made: TypeAlias = tuple[Part | View, ...]


@dataclass
class Call:
    """A node with its tensors. What a rule asks for is noted, so that an attribute that no rule reads is refused."""

    node: GraphNode
    tensors: Mapping[str, GraphTensor]
    asked: set[str] = field(default_factory=set)

    def has(self, position: int) -> bool:
        """Whether the node has an input at that place."""
        return position < len(self.node.inputs) and self.node.inputs[position] != ""

    def input(self, position: int) -> GraphTensor:
        """The input at that place; Unstated without one, or without a shape."""
        if not self.has(position):
            raise Unstated(f"input {position + 1} is missing")
        return self._tensor(self.node.inputs[position])

    def output(self, position: int = 0) -> GraphTensor:
        """The output at that place; Unstated without one, or without a shape."""
        if not self.makes(position):
            raise Unstated(f"output {position + 1} is missing")
        return self._tensor(self.node.outputs[position])

    def makes(self, position: int) -> bool:
        """Whether the node has an output at that place."""
        return position < len(self.node.outputs) and self.node.outputs[position] != ""

    def inputs(self) -> tuple[GraphTensor, ...]:
        """All inputs that are there."""
        return tuple(self.input(number) for number in range(len(self.node.inputs)) if self.has(number))

    def _tensor(self, name: str) -> GraphTensor:
        found = self.tensors.get(name)
        if found is None:
            raise Unstated(f"the shape of '{name}' is not known")
        return found

    def numbers(self, position: int) -> tuple[int | float, ...]:
        """The numbers of a constant input; Unstated where they are not known."""
        found = self.input(position)
        if found.values is None:
            raise Unstated(f"the values of '{found.name}' are not known")
        return found.values

    def whole_numbers(self, position: int) -> tuple[int, ...]:
        """The same of integers."""
        return tuple(int(value) for value in self.numbers(position))

    def attribute(self, name: str) -> Attribute:
        """An attribute as it stands; None if it is not given."""
        self.asked.add(name)
        return self.node.attributes.get(name)

    def integer(self, name: str, default: int) -> int:
        """An integer attribute."""
        return self._given(name, int, default)

    def number(self, name: str, default: float) -> float:
        """A number attribute."""
        return self._given(name, float, default)

    def text(self, name: str, default: str) -> str:
        """A text attribute."""
        return self._given(name, str, default)

    def integers(self, name: str) -> tuple[int, ...] | None:
        """A list of integers; None if it is not given."""
        found = self.attribute(name)
        if found is None:
            return None
        whole = tuple(item for item in found if isinstance(item, int)) if isinstance(found, tuple) else ()
        if not isinstance(found, tuple) or len(whole) < len(found):
            raise Unstated(f"attribute '{name}' is {found!r}, no list of integers")
        return whole

    def _given(self, name: str, kind: type[T], default: T) -> T:
        """An attribute of a kind; an integer is a number too."""
        found = self.attribute(name)
        if found is None:
            return default
        if kind is float and isinstance(found, int):
            return kind(found)
        if not isinstance(found, kind):
            raise Unstated(f"attribute '{name}' is {found!r}")
        return found

    def axis(self, value: int, rank: int) -> int:
        """An axis counted from the front; Unstated if there is none."""
        if not -rank <= value < rank:
            raise Unstated(f"axis {value} of a tensor of {rank} axes")
        return value % rank

    def inner(self, name: str) -> str:
        """The name of a tensor that stays inside of the node."""
        # Tensors are made once, so this name is the node's own; nodes of one name are not.
        return f"{next(filter(None, self.node.outputs), '')}\0{name}"


Rule: TypeAlias = Callable[[Call], Made]
"""Makes the layers of a node; raises Unstated with the reason where there are none."""
