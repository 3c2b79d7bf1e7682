"""Fused programs: several layers inside common outer loops, what lies between them kept in one memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from .dataflow import Directive
from .diagnostic import Span
from .mapping import Edge, Layer, chain
from .printable import make_printable
from .workload import Subscript, Workload


@dataclass(frozen=True, slots=True)
class Stage:
    """A layer of a fused program; its dataflow are the levels below the boundary memory.

    `loops` are its own, inside of the outer ones: what it reads from outside comes a chunk at a time. `recomputed`
    names the outer dimensions over which its output is made anew in each step; over the others it is kept.
    """

    layer: Layer
    loops: tuple[Directive, ...] = ()
    recomputed: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The layer's name."""
        return self.layer.name

    def __str__(self) -> str:
        head, *lines, end = str(self.layer).splitlines()
        own = [f"  Outer {{ {' '.join(map(str, self.loops))} }}"] if self.loops else []
        own += [f"  Recompute {{ {', '.join(self.recomputed)} }}"] if self.recomputed else []
        return "\n".join([head.replace("Layer", "Stage", 1), *own, *lines, end])


@dataclass(frozen=True, slots=True)
class FusedProgram:
    """Stages, in the order of the data, inside of `loops` over dimensions of the last one, outermost first.

    `edges` say by positions which stage makes which input of another: these tensors live in `memory` and go no higher.
    What the last stage makes goes out, and so do the outputs of the stages that are named by `stored`.
    """

    name: str
    memory: str
    loops: tuple[Directive, ...]
    stages: tuple[Stage, ...]
    edges: tuple[Edge, ...]
    stored: tuple[str, ...] = ()
    span: Span | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        make_printable(self, "name", "memory")

    def consumers(self, producer: int) -> tuple[Edge, ...]:
        """The edges that leave a stage."""
        return tuple(edge for edge in self.edges if edge.producer == producer)

    def fed(self, consumer: int) -> dict[str, int]:
        """The inputs of a stage that other stages make, with the position of the one that does."""
        return {edge.tensor: edge.producer for edge in self.edges if edge.consumer == consumer}

    def axes(self, edge: Edge) -> tuple[int, ...] | None:
        """For each axis of what the producer makes the one of the consumer's input that is the same, -1 if its extent
        is 1 and the input has no such axis; None if they do not match. The input may have fewer elements."""
        made, read = self.stages[edge.producer].layer.workload, self.stages[edge.consumer].layer.workload
        if made is None or read is None:
            return None
        extents = [made.extents[subscript.dimensions[0]] for subscript in made.output.subscripts]
        wanted = [stored_extent(read, subscript) for subscript in read.tensor(edge.tensor).subscripts]
        long = len(extents) == len(wanted)
        left = iter([axis for axis, size in enumerate(wanted) if long or size > 1])
        found = tuple(next(left, len(wanted)) if long or extent > 1 else -1 for extent in extents)
        fits = all(at == -1 or (at < len(wanted) and wanted[at] <= extents[n]) for n, at in enumerate(found))
        return found if fits and next(left, None) is None else None

    def goes_out(self, stage: int) -> bool:
        """Whether what a stage makes is written to the memory outside."""
        return stage == len(self.stages) - 1 or self.stages[stage].name in self.stored

    def __str__(self) -> str:
        lines = [f"Memory {{ {self.memory} }}"]
        lines += [f"Outer {{ {' '.join(map(str, self.loops))} }}"] if self.loops else []
        lines += [line for stage in self.stages for line in str(stage).splitlines()]
        if self.edges != fed_inputs(self.stages, chain(len(self.stages))):
            lines.append(f"Edges {{ {', '.join(map(str, self.edges))} }}")
        lines += [f"Stored {{ {', '.join(self.stored)} }}"] if self.stored else []
        return "\n".join([f"Fuse {self.name} {{", *("  " + line for line in lines), "}"])


def stored_extent(workload: Workload, subscript: Subscript) -> int:
    """How many elements an axis of an input has, padding apart."""
    whole = sum(term.coefficient * (workload.extents[term.dimension] - 1) for term in subscript.terms) + 1
    padded = [
        before + after
        for name, before, after in workload.padding
        if workload.index_by_name[name].subscript == subscript
    ]
    return whole - sum(padded)


def fed_inputs(stages: tuple[Stage, ...], edges: tuple[Edge, ...]) -> tuple[Edge, ...]:
    """The edges with the inputs that they feed: where that is not said, the first one that nothing else feeds."""
    taken = {(edge.consumer, edge.tensor) for edge in edges}
    found = []
    for edge in edges:
        layer = stages[edge.consumer].layer
        inputs = layer.workload.inputs if layer.workload is not None else ()
        free = (item.name for item in inputs if item.name not in layer.weights)
        name = edge.tensor or next((name for name in free if (edge.consumer, name) not in taken), "")
        taken.add((edge.consumer, name))
        found.append(Edge(edge.producer, edge.consumer, name))
    return tuple(found)
