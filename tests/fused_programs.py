"""Random fused programs with small machines, for comparisons with the oracles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from weft.frontends.maestro import parse_workload
from weft.ir import (
    Accelerator,
    Dataflow,
    Directive,
    Edge,
    FusedProgram,
    Interconnect,
    Layer,
    Memory,
    SpatialMap,
    Stage,
    TemporalMap,
    WeftError,
    Workload,
)
from weft.passes.fuse import checked_boxes


@dataclass
class Draft:
    """Stages so far, what they make, and which feeds which."""

    workloads: list[Workload]
    edges: list[Edge]


def shape_of(workload: Workload) -> list[int]:
    """Extents of what a workload makes."""
    return [workload.extents[item.dimensions[0]] for item in workload.output.subscripts]


def convolution(random: Random, channels: int, height: int, width: int, operator: str) -> Workload | None:
    """A convolution, depthwise one or pooling of an image."""
    taps = random.choice((1, 2, 3)), random.choice((1, 2, 3))
    stride, dilation = random.choice((1, 1, 2, 3)), random.choice((1, 1, 2))
    padding = random.choice((0, 0, 1))
    for extent, size in zip((height, width), taps, strict=True):
        if extent + 2 * padding < (size - 1) * dilation + 1 or padding > (size - 1) * dilation:
            return None
    dims = [f"C: {channels}", f"R: {taps[0]}", f"S: {taps[1]}", f"Y: {height}", f"X: {width}"]
    if operator == "CONV":
        dims.insert(0, f"K: {random.choice((1, 2, 3))}")
    pads = f"Padding {{ Y: {padding}, X: {padding} }}" if padding else ""
    text = f"Type: {operator} Stride {{ X: {stride}, Y: {stride} }} Dilation {{ X: {dilation}, Y: {dilation} }}"
    return parse_workload(f"{text} Dimensions {{ {', '.join(dims)} }} {pads}")


def same_size(channels: int, height: int, width: int) -> Workload:
    """A convolution whose output is as large as its input, as those beside a residual add are."""
    dims = f"K: {channels}, C: {channels}, R: 3, S: 3, Y: {height}, X: {width}"
    return parse_workload(f"Type: CONV Dimensions {{ {dims} }} Padding {{ Y: 1, X: 1 }}")


def affine(shape: list[int], tensors: str, statement: str) -> Workload:
    """A layer over d0, d1, …, whose tensors are written with their axes, as `in0[d0]; out[d0, d1]`."""
    dims = ", ".join(f"d{axis}: {size}" for axis, size in enumerate(shape))
    return parse_workload(f"Type: AFFINE Dimensions {{ {dims} }} Tensors {{ {tensors} }} Statement {{ {statement} }}")


def by_element(shape: list[int], statement: str, inputs: int) -> Workload:
    """A layer element by element."""
    axes = ", ".join(f"d{axis}" for axis in range(len(shape)))
    return affine(shape, "; ".join([*(f"in{number}[{axes}]" for number in range(inputs)), f"out[{axes}]"]), statement)


def reducing(shape: list[int], statement: str) -> Workload:
    """The rows of a matrix reduced, as in a softmax."""
    return affine(shape, "in0[d0, d1]; out[d0]", statement)


def gemm(rows: int, columns: int, depth: int) -> Workload:
    """A product of matrices."""
    return parse_workload(f"Type: GEMM Dimensions {{ M: {rows}, N: {columns}, K: {depth} }}")


def draft(random: Random) -> Draft:
    """Stages that fit each other: those of an attention, or two to four drawn one after another."""
    kind = random.random()
    if kind < 0.15:
        return attention(random)
    found = Draft([], [])
    stages = random.randint(2, 4)
    if image := kind < 0.65:
        shape = [1, random.choice((1, 2)), random.randint(4, 8), random.randint(4, 8)]
    else:
        shape = [random.randint(2, 6), random.randint(2, 6)]
    while len(found.workloads) < stages:
        number = len(found.workloads)
        before = [at for at in range(number) if shape_of(found.workloads[at]) == shape]
        if len(before) > 1 and before[-1] == number - 1 and random.random() < 0.5:
            found.edges += [Edge(random.choice(before[:-1]), number, "in0"), Edge(number - 1, number, "in1")]
            found.workloads.append(by_element(shape, "out = in0 + in1", 2))
            continue
        drawn = next_image(random, shape, number) if image else next_matrix(random, shape, number == stages - 1)
        if drawn is None:
            continue
        made, fed = drawn
        if number:
            found.edges.append(Edge(number - 1, number, fed))
        found.workloads.append(made)
        shape = shape_of(made)
        if len(shape) == 5:  # depthwise: filters and channels are one axis for what follows, and one of them is 1
            shape = [shape[0], shape[1] * shape[2], *shape[3:]]
    return found


def next_image(random: Random, shape: list[int], number: int) -> tuple[Workload, str] | None:
    """A layer that reads an image, and the input that does."""
    kind = random.random()
    if kind < 0.2 and number:
        return by_element(shape, "out = max(in0 - 3, 0)", 1), "in0"
    if kind < 0.35:
        return same_size(*shape[1:]), "input"
    operator = random.choice(("CONV", "CONV", "DSCONV", "POOL"))
    made = convolution(random, shape[1], shape[2], shape[3], operator)
    return None if made is None else (made, "input")


def next_matrix(random: Random, shape: list[int], last: bool) -> tuple[Workload, str]:
    """A layer that reads a matrix, and the input that does."""
    kind = random.random()
    if kind < 0.15 and last:
        return reducing(shape, random.choice(("out = max(out, in0)", "out += in0"))), "in0"
    if kind < 0.35:
        return by_element(shape, "out = max(in0 - 3, 0)", 1), "in0"
    free = random.randint(1, 5)
    if random.random() < 0.5:
        return gemm(shape[0], free, shape[1]), "input"
    return gemm(free, shape[1], shape[0]), "filter"


def attention(random: Random) -> Draft:
    """Scores, a softmax over their rows piece by piece, and the product with the values."""
    rows, keys, depth, width = (random.randint(2, 5) for _ in range(4))
    shape, rowwise = [rows, keys], "in0[d0, d1]; in1[d0]; out[d0, d1]"
    workloads = [
        gemm(rows, keys, depth),
        reducing(shape, "out = max(out, in0)"),
        affine(shape, rowwise, "out = exp(in0 - in1)"),
        reducing(shape, "out += in0"),
        affine(shape, rowwise, "out = in0 / in1"),
        gemm(rows, width, keys),
    ]
    edges = [Edge(0, 1, "in0"), Edge(0, 2, "in0"), Edge(1, 2, "in1"), Edge(2, 3, "in0"), Edge(2, 4, "in0")]
    return Draft(workloads, [*edges, Edge(3, 4, "in1"), Edge(4, 5, "input")])


def dataflow(random: Random, workload: Workload) -> Dataflow:
    """A program of one or two levels over the dimensions."""
    names = list(workload.extents)
    random.shuffle(names)
    maps: list[Directive] = []
    for name in names[: random.randint(1, len(names))]:
        size = random.randint(1, max(1, workload.extents[name]))
        maps.append(TemporalMap(size, size, name))
    spread = random.choice([name for name in names if name in workload.output.dimensions])
    maps = [item for item in maps if item.dimension != spread]
    size = random.randint(1, 2)
    maps.insert(random.randint(0, len(maps)), SpatialMap(size, size, spread))
    return Dataflow((tuple(maps),))


def machine(random: Random) -> Accelerator:
    """A machine with three memories, some of them with few ports."""

    def network() -> Interconnect:
        return Interconnect(random.choice((None, 1, 3)), random.choice((0, 2)), random.random() < 0.7)

    def memory(name: str, instances: int | None) -> Memory:
        buffering = random.choice(("double", "rolling", *(("single",) if name == "L2" else ())))
        ports = random.choice(({}, {"shared_bandwidth": 2}, {"read_bandwidth": 2, "write_bandwidth": 1}))
        networks = {"networks": (network(),)} if instances else {}
        return Memory(name, instances, None, buffering, **networks, **ports)

    memories = (memory("DRAM", 1), memory("L2", 1), memory("L1", None))
    return Accelerator("small", random.choice((1, 2, 4)), memories, energy_table="bench_256")


def fused_program(random: Random) -> FusedProgram:
    """Stages inside of outer loops, each cached or recomputed over them."""
    parts = draft(random)
    last = parts.workloads[-1]
    own = [item.dimensions[0] for item in last.output.subscripts]
    chosen = [name for name in random.sample(own, len(own)) if last.extents[name] > 1][: random.randint(0, 3)]
    stages = []
    for number, workload in enumerate(parts.workloads):
        end = number == len(parts.workloads) - 1
        again = () if end else tuple(name for name in chosen if random.random() < 0.5)
        stages.append(Stage(Layer(f"S{number}", workload, dataflow(random, workload)), (), again))
    fed = {edge.producer for edge in parts.edges}
    stored = tuple(f"S{number}" for number in range(len(stages) - 1) if number in fed and random.random() < 0.3)
    return FusedProgram("random", "L2", loops_over(random, chosen, last), tuple(stages), tuple(parts.edges), stored)


def loops_over(random: Random, names: list[str], workload: Workload) -> tuple[Directive, ...]:
    """Loops over some dimensions, with chunks of any size."""
    sizes = ((random.randint(1, workload.extents[name]), name) for name in names)
    return tuple(TemporalMap(size, size, name) for size, name in sizes)


def fused_case(seed: int) -> tuple[FusedProgram, Accelerator]:
    """A program that fits together, some stages with loops of their own, and a machine.

    Where a stage reads so little of an image that its axes are not clear, another program is drawn.
    """
    random = Random(seed)
    while True:
        program, accelerator = fused_program(random), machine(random)
        try:
            found = checked_boxes(program, accelerator)
        except WeftError as error:
            if " elements, '" not in error.diagnostics[0].message:
                raise
            continue
        stages = []
        for stage, boxes in zip(program.stages, found, strict=True):
            whole = [name for name, extent in boxes.workload.dimensions if extent > 1 and boxes.outer[name].loop == -1]
            free = [name for name in whole if name in boxes.workload.output.dimensions and random.random() < 0.3]
            stages.append(replace(stage, loops=loops_over(random, free, boxes.workload)))
        return replace(program, stages=tuple(stages)), accelerator
