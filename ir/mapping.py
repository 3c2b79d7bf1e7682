"""A workload, its program and its machine together, and networks of layers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from .accelerator import Accelerator
from .dataflow import Dataflow
from .diagnostic import Diagnostic, Span
from .printable import make_printable
from .workload import Workload

if TYPE_CHECKING:
    import networkx


@dataclass(frozen=True)
class Mapping:
    """What a backend takes: all sizes bound. The machine is the part of it that the statement runs on."""

    workload: Workload
    dataflow: Dataflow
    accelerator: Accelerator
    name: str = ""
    span: Span | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        make_printable(self, "name")
        object.__setattr__(self, "accelerator", machine_for(self.workload, self.accelerator, self.dataflow))

    @property
    def unnamed(self) -> Mapping:
        """The mapping without a name and a place, as equal layers have it."""
        return replace(self, name="", span=None)

    @cached_property
    def interval(self) -> int:
        """Cycles that a lane is busy with one point."""
        return self.accelerator.interval(self.workload.operations)

    @property
    def work(self) -> int:
        """Cycles that one lane would be busy with all points."""
        return self.workload.points * self.interval

    @property
    def useful_work(self) -> int:
        """The same of the points that no zero makes useless."""
        return self.workload.useful_points * self.interval

    def __str__(self) -> str:
        layer = Layer(self.name or "layer", self.workload, self.dataflow)
        return f"{layer}\n--- # accelerator\n{self.accelerator.whole}"


def machine_for(workload: Workload, machine: Accelerator, dataflow: Dataflow | None = None) -> Accelerator:
    """The part of a machine that a workload runs on: its vector unit, if that does the operations, or the elements.

    The unit is one, at one memory: programs that spread over units or name a memory further in are for the elements.
    """
    if machine.part_of is not None and machine_for(workload, machine.part_of, dataflow).part_of is None:
        return machine.part_of  # a part is left by what is not for it
    if machine.vector_unit is None:
        return machine
    found = machine.for_operations(workload.operations)
    if dataflow is None:
        return found
    inner = {memory.name for memory in machine.memories[len(found.memories) :]}
    return machine if dataflow.spreads or not inner.isdisjoint(dataflow.memories) else found


@dataclass(frozen=True, slots=True)
class Layer:
    """A node of a network. A layer that could not be read has no workload, and diagnostics that say why.

    `weights` are the inputs that the model's file holds as constants, where it says so. `share` is which part of the
    elements that a model's nodes make is made by one that is left out, None where that is not known.
    """

    name: str
    workload: Workload | None
    dataflow: Dataflow | None = None
    operator: str = field(default="", compare=False)
    diagnostics: tuple[Diagnostic, ...] = field(default=(), compare=False)
    span: Span | None = field(default=None, compare=False)
    weights: tuple[str, ...] = field(default=(), compare=False)
    share: float | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        make_printable(self, "name", "operator")

    @property
    def is_wrong(self) -> bool:
        """Whether it could not be read."""
        return self.workload is None or any(item.is_error for item in self.diagnostics)

    @property
    def origin_lines(self) -> list[str]:
        """The blocks that say what a model's file calls the layer, and which of its inputs are constants, as text."""
        own = self.workload is None or self.operator not in ("", self.workload.operator)
        word = re.sub(r"//+", "/", re.sub(r"[\s{}()\[\],:;=]+", "_", self.operator))
        lines = [f"Operator {{ {word} }}"] if own and word else []
        return lines + ([f"Weights {{ {', '.join(self.weights)} }}"] if self.weights else [])

    def __str__(self) -> str:
        lines = [*str(self.workload).splitlines(), *self.origin_lines]
        if self.dataflow is not None:
            lines += ["Dataflow {", *("  " + line for line in str(self.dataflow).splitlines()), "}"]
        return "\n".join([f"Layer {self.name} {{", *("  " + line for line in lines), "}"])


def share_of(layers: Iterable[Layer]) -> float | None:
    """Which part of a model's elements some layers that are left out make; None where that is not known of one."""
    shares = [layer.share for layer in layers]
    known = [share for share in shares if share is not None]
    return sum(known, 0.0) if len(known) == len(shares) else None


@dataclass(frozen=True, slots=True)
class Edge:
    """A tensor that one layer makes and another reads, by their positions in a network.

    `tensor` is the input's name in the consumer's workload, `""` where that is not said.
    """

    producer: int
    consumer: int
    tensor: str = ""

    def __str__(self) -> str:
        return f"{self.producer}->{self.consumer}" + (f"[{self.tensor}]" if self.tensor else "")


def chain(layers: int) -> tuple[Edge, ...]:
    """The edges of layers each of which feeds the next."""
    return tuple(Edge(number, number + 1) for number in range(layers - 1))


@dataclass(frozen=True, slots=True)
class Network:
    """A directed acyclic graph of layers; `edges` say which feeds which, several times where it is several inputs."""

    name: str
    layers: tuple[Layer, ...]
    edges: tuple[Edge, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        make_printable(self, "name")

    def graph(self) -> networkx.DiGraph[int]:
        """The network as a networkx graph: nodes are positions with attribute `layer`, edges have `tensors`."""
        import networkx

        graph: networkx.DiGraph[int] = networkx.DiGraph(name=self.name)
        graph.add_nodes_from((number, {"layer": layer}) for number, layer in enumerate(self.layers))
        for edge in self.edges:
            known = graph.get_edge_data(edge.producer, edge.consumer, {"tensors": ()})["tensors"]
            graph.add_edge(edge.producer, edge.consumer, tensors=(*known, edge.tensor))
        return graph

    def __str__(self) -> str:
        lines = [line for layer in self.layers for line in str(layer).splitlines()]
        if self.edges != chain(len(self.layers)):
            lines.append(f"Edges {{ {', '.join(map(str, self.edges))} }}")
        body = "\n".join("  " + line for line in lines)
        return f"Network {self.name} {{\n{body}\n}}"


def layer_names(network: str, layer: str, place: int) -> tuple[str, ...]:
    """What a layer may be called, the `place`-th of its name: that, with its network, with its place, with both."""
    return layer, f"{network}/{layer}", f"{layer}#{place}", f"{network}/{layer}#{place}"
