"""What the rule of an operator of PyTorch sees of a call, and how it makes nodes of ONNX's vocabulary of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeVar

from ..models import Attribute, GraphNode, GraphTensor
from .program import Argument, Call, Reference, Unknown

T = TypeVar("T", int, float, str)


class Refused(Exception):
    """A call that no operator of the graph says; the text is the reason."""


@dataclass
class Made:
    """The nodes so far, and every tensor.

    Calls that end in `_` change their first argument: it, all that it was called before, and what it is a view of or
    is a view of it, means from there on what they make.
    """

    tensors: dict[str, GraphTensor]
    nodes: list[GraphNode] = field(default_factory=list)
    storages: dict[str, str] = field(default_factory=dict)
    """Of a name, the first name of the elements that are changed."""
    latest: dict[str, str] = field(default_factory=dict)
    """Of that first name, the tensor that it means now."""
    bases: dict[str, str] = field(default_factory=dict)
    """Of a view, the tensor whose elements it names."""
    changes: dict[str, list[str]] = field(default_factory=dict)
    """Of a base, the results of all changes to it or to views of it."""
    seen: dict[str, int] = field(default_factory=dict)
    """Of a first name, how many of these changes what it means has."""

    def meant(self, name: str) -> str:
        """The tensor that a name of the program means here; a new one if it was changed under another name."""
        first = self.storages.get(name, name)
        now, base = self.latest.get(first, name), self.bases.get(first, first)
        changes = self.changes.get(base, [])
        unseen = changes[self.seen.get(first, 0) :]
        self.seen[first] = len(changes)
        if not unseen:
            return now
        made = f"{first}.changed{len(changes)}"
        if now in self.tensors:
            self.tensors[made] = replace(self.tensors[now], name=made, constant=False, values=None)
        whole = [place for place, result in enumerate(unseen) if self._elements(result) >= self._elements(base)]
        sources = unseen[whole[-1] :] if whole else [now, *unseen]
        self.nodes.append(GraphNode(made, "Changed", tuple(sources), (made,)))
        self.latest[first] = made
        return made

    def _elements(self, name: str) -> int:
        return self.tensors[name].elements if name in self.tensors else 0

    def change(self, name: str, result: str) -> None:
        """From here on a name, and all names of its elements, mean `result`; other views of them have a part of it."""
        first = self.storages.get(name, name)
        self.storages[result] = first
        self.latest[first] = result
        changes = self.changes.setdefault(self.bases.get(first, first), [])
        changes.append(result)
        self.seen[first] = len(changes)

    def view(self, name: str, base: str) -> None:
        """Says that a name is one of elements of another."""
        first = self.storages.get(base, base)
        self.bases[name] = self.bases.get(first, first)
        self.seen[name] = len(self.changes.get(self.bases[name], []))

    def rename(self, name: str, result: str) -> None:
        """From here on a name means `result`, whose elements are its own: none is changed."""
        first = self.storages.get(name, name)
        self.storages[result] = first
        self.latest[first] = result


@dataclass
class Making:
    """One call. Arguments are asked for by the names of the operator's schema; Refused where one is of another kind.

    Which arguments were asked for is noted, so that one that no rule reads refuses the call, unless it does not matter.
    """

    call: Call
    made: Made
    asked: set[str] = field(default_factory=set)

    def _argument(self, *names: str) -> Argument:
        self.asked.update(names)
        return next((self.call.arguments[name] for name in names if name in self.call.arguments), None)

    def has(self, *names: str) -> bool:
        """Whether an argument is given, and is not None."""
        return self._argument(*names) is not None

    def tensor(self, *names: str) -> GraphTensor:
        """The tensor of an argument, under the first of several names that is given; a number is a constant."""
        found = self._argument(*names)
        if isinstance(found, int | float):
            return self.constant((found,), ())
        if not isinstance(found, Reference):
            raise Refused(f"argument '{names[0]}' is no tensor")
        return self.known(self.made.meant(found.name))

    def tensors(self, name: str) -> list[GraphTensor]:
        """The tensors of a list; those that are None are left out."""
        found = self._argument(name)
        if not isinstance(found, tuple):
            raise Refused(f"argument '{name}' is no list of tensors")
        return [self.known(self.made.meant(item.name)) for item in found if isinstance(item, Reference)]

    def known(self, name: str) -> GraphTensor:
        """A tensor by its name, if its shape is known."""
        if name not in self.made.tensors:
            raise Refused(f"the shape of '{name}' is not known")
        return self.made.tensors[name]

    def integer(self, name: str, default: int) -> int:
        """An integer argument; booleans are integers."""
        return self._given(name, int, default)

    def number(self, name: str, default: float) -> float:
        """A number argument."""
        return self._given(name, float, default)

    def text(self, name: str, default: str) -> str:
        """A text argument."""
        return self._given(name, str, default)

    def _given(self, name: str, kind: type[T], default: T) -> T:
        """An argument of a kind; an integer is a number too."""
        found = self._argument(name)
        if found is None:
            return default
        if kind is float and isinstance(found, int):
            return kind(found)
        if not isinstance(found, kind):
            raise Refused(f"argument '{name}' is {_shown(found)}")
        return found

    def integers(self, name: str, rank: int = 0, default: int | None = None) -> tuple[int, ...] | None:
        """A list of integers; one for all of `rank` axes is repeated, and so is the default."""
        found = self._argument(name)
        if found is None or found == ():
            return None if default is None else (default,) * rank
        values = found if isinstance(found, tuple) else (found,)
        whole = tuple(item for item in values if isinstance(item, int))
        if len(whole) < len(values):
            raise Refused(f"argument '{name}' is {_shown(found)}")
        return whole * rank if len(whole) == 1 and rank else whole

    def axis(self, value: int, rank: int) -> int:
        """An axis counted from the front."""
        if not -max(1, rank) <= value < max(1, rank):
            raise Refused(f"axis {value} of a tensor of {rank} axes")
        return value % max(1, rank)

    def axes(self, name: str, rank: int) -> tuple[int, ...]:
        """Axes counted from the front; all of them where none is given."""
        given = self.integers(name)
        return tuple(range(rank)) if not given else tuple(sorted({self.axis(item, rank) for item in given}))

    def unread(self, *names: str) -> None:
        """Says of arguments that they make no difference here."""
        self.asked.update(names)

    @property
    def output(self) -> GraphTensor:
        """What the call makes; Refused without a shape."""
        return self.result(0)

    def result(self, place: int) -> GraphTensor:
        """One of the tensors that the call makes."""
        if place >= len(self.call.outputs) or not self.call.outputs[place]:
            raise Refused(f"there is no output {place + 1}")
        return self.known(self.call.outputs[place])

    def constant(self, values: tuple[int | float, ...], shape: tuple[int, ...]) -> GraphTensor:
        """A constant that the program has as numbers."""
        return self.new("constant", shape, constant=True, values=values)

    def new(
        self,
        what: str,
        shape: tuple[int, ...],
        element: str = "f32",
        *,
        constant: bool = False,
        values: tuple[int | float, ...] | None = None,
    ) -> GraphTensor:
        """A tensor that the program does not have; its name says of which call it is part."""
        name, number = f"{self.call.name}.{what}", 1
        while name in self.made.tensors:
            number += 1
            name = f"{self.call.name}.{what}{number}"
        found = GraphTensor(name, shape, element, constant, values)
        self.made.tensors[name] = found
        return found

    def node(
        self,
        operator: str,
        inputs: list[GraphTensor | None],
        output: GraphTensor | None = None,
        **attributes: Attribute,
    ) -> GraphTensor:
        """A node that makes the call's output, or another tensor; gives what it makes."""
        target = self.output if output is None else output
        name = self.call.name if target.name in self.call.outputs else target.name
        self.add(name, operator, inputs, (target.name,), attributes)
        return target

    def add(
        self,
        name: str,
        operator: str,
        inputs: list[GraphTensor | None],
        outputs: tuple[str, ...],
        attributes: Mapping[str, Attribute],
    ) -> None:
        """A node with any outputs."""
        names = tuple("" if item is None else item.name for item in inputs)
        self.made.nodes.append(GraphNode(name, operator, names, outputs, attributes, self.call.span))

    def optional(self, *names: str) -> GraphTensor | None:
        """The tensor of an argument that may be missing."""
        return self.tensor(*names) if self.has(*names) else None


Rule: TypeAlias = Callable[[Making], None]
"""Adds the nodes of a call; raises Refused with the reason where there are none."""


def _shown(value: Argument) -> str:
    return value.what if isinstance(value, Unknown) else f"{value!r:.60}"
