"""Neighbouring layers of a network as the stages of one program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..ir import Dataflow, Directive, Edge, FusedProgram, Layer, Network, Stage, fed_inputs, kind_of

Loop = tuple[str, int]
"""A dimension, and the size of its chunks."""


@dataclass(frozen=True)
class Group:
    """Layers in the order of their data with the edges between them; outputs of those in `stored` also go out."""

    layers: tuple[Layer, ...]
    edges: tuple[Edge, ...]
    stored: tuple[str, ...]
    memory: str

    @property
    def name(self) -> str:
        """The names of the first and the last layer."""
        names = [layer.name for layer in self.layers]
        return names[0] if len(names) == 1 else f"{names[0]}..{names[-1]}"

    def program(
        self,
        loops: Sequence[Loop] = (),
        recomputed: Sequence[tuple[str, ...]] = (),
        own: Sequence[Sequence[Loop]] = (),
        dataflows: Sequence[Dataflow | None] = (),
    ) -> FusedProgram:
        """The fused program with these loops; what is not given is empty for all stages."""
        stages = []
        for number, layer in enumerate(self.layers):
            dataflow = dataflows[number] if dataflows else None
            stages.append(
                Stage(
                    Layer(layer.name, layer.workload, dataflow, layer.operator, span=layer.span, weights=layer.weights),
                    _maps(own[number]) if own else (),
                    recomputed[number] if recomputed else (),
                )
            )
        return FusedProgram(self.name, self.memory, _maps(loops), tuple(stages), self.edges, self.stored)


def _maps(loops: Sequence[Loop]) -> tuple[Directive, ...]:
    return tuple(kind_of(spatial=False)(size, size, dimension) for dimension, size in loops)


def group_of(network: Network, first: int, last: int, memory: str) -> Group | None:
    """The layers `first` to `last` of a network, both included; None if they are no stages of one program.

    All but the last must feed a later one of them, and none inserts zeros.
    """
    layers = network.layers[first : last + 1]
    if any(layer.workload is None or layer.workload.zero_insertion for layer in layers):
        return None
    inner = [edge for edge in network.edges if first <= edge.producer and edge.consumer <= last]
    feeding = {edge.producer for edge in inner}
    if feeding != set(range(first, last)) or len({layer.name for layer in layers}) < len(layers):
        return None
    leaving = {edge.producer for edge in network.edges if first <= edge.producer < last < edge.consumer}
    shifted = tuple(Edge(edge.producer - first, edge.consumer - first, edge.tensor) for edge in inner)
    stages = tuple(Stage(layer) for layer in layers)
    edges = fed_inputs(stages, shifted)
    stored = tuple(network.layers[number].name for number in sorted(leaving))
    group = Group(layers, edges, stored, memory)
    named = all(edge.tensor for edge in edges) and len({(edge.consumer, edge.tensor) for edge in edges}) == len(edges)
    program = group.program()
    return group if named and all(program.axes(edge) is not None for edge in edges) else None
