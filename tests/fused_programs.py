"""Random fused programs with small machines, for comparisons with the oracles."""

from __future__ import annotations

from dataclasses import dataclass
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
    Workload,
)


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
    stride, dilation = random.choice((1, 1, 2)), random.choice((1, 1, 2))
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


def affine(shape: list[int], statement: str, inputs: int) -> Workload:
    """A layer element by element."""
    names = [f"d{axis}" for axis in range(len(shape))]
    axes = ", ".join(names)
    tensors = "; ".join([*(f"in{number}[{axes}]" for number in range(inputs)), f"out[{axes}]"])
    dims = ", ".join(f"{name}: {size}" for name, size in zip(names, shape, strict=True))
    return parse_workload(f"Type: AFFINE Dimensions {{ {dims} }} Tensors {{ {tensors} }} Statement {{ {statement} }}")


def reducing(shape: list[int], statement: str) -> Workload:
    """The rows of a matrix reduced, as in a softmax."""
    dims = f"a: {shape[0]}, b: {shape[1]}"
    return parse_workload(f"Type: AFFINE Dimensions {{ {dims} }} Tensors {{ in0[a, b]; out[a] }} Statement {{ {statement} }}")


def gemm(rows: int, columns: int, depth: int) -> Workload:
    """A product of matrices."""
    return parse_workload(f"Type: GEMM Dimensions {{ M: {rows}, N: {columns}, K: {depth} }}")


def draft(random: Random) -> Draft:
    """Two to four stages that fit each other."""
    image = random.random() < 0.6
    stages = random.randint(2, 4)
    found = Draft([], [])
    if image:
        shape = [1, random.choice((1, 2)), random.randint(4, 8), random.randint(4, 8)]
    else:
        shape = [random.randint(2, 6), random.randint(2, 6)]
    while len(found.workloads) < stages:
        number = len(found.workloads)
        before = [at for at in range(number) if shape_of(found.workloads[at]) == shape]
        kind = random.random()
        made: Workload | None
        if len(before) > 1 and kind < 0.5:
            made = affine(shape, "out = in0 + in1", 2)
            chosen = random.choice(before[:-1]), before[-1]
            found.edges += [Edge(chosen[0], number, "in0"), Edge(chosen[1], number, "in1")]
            found.workloads.append(made)
            continue
        if kind < 0.2 and number:
            made, fed = affine(shape, "out = max(in0 - 3, 0)", 1), "in0"
        elif image:
            operator = random.choice(("CONV", "CONV", "DSCONV", "POOL"))
            made, fed = convolution(random, shape[1], shape[2], shape[3], operator), "input"
        elif kind < 0.35 and number == stages - 1:
            made, fed = reducing(shape, random.choice(("out = max(out, in0)", "out += in0"))), "in0"
        else:
            free = random.randint(1, 5)
            fed = random.choice(("input", "filter"))
            made = gemm(shape[0], free, shape[1]) if fed == "input" else gemm(free, shape[1], shape[0])
        if made is None:
            continue
        if number:
            found.edges.append(Edge(number - 1, number, fed))
        found.workloads.append(made)
        shape = shape_of(made)
        if len(shape) == 5:  # depthwise: filters and channels are one axis for what follows, and one of them is 1
            shape = [shape[0], shape[1] * shape[2], *shape[3:]]
    return found


def dataflow(random: Random, workload: Workload) -> Dataflow:
    """A program of one or two levels over the dimensions."""
    names = list(workload.extents)
    random.shuffle(names)
    maps: list[Directive] = []
    for name in names[: random.randint(1, len(names))]:
        size = random.randint(1, max(1, workload.extents[name]))
        maps.append(TemporalMap(size, size, name))
    spread = random.choice([name for name in names if name in {t for s in workload.output.subscripts for t in s.dimensions}])
    maps = [item for item in maps if item.dimension != spread]
    size = random.randint(1, 2)
    maps.insert(random.randint(0, len(maps)), SpatialMap(size, size, spread))
    return Dataflow((tuple(maps),))


def machine(random: Random) -> Accelerator:
    """A machine with three memories, some of them with few ports."""

    def network() -> Interconnect:
        return Interconnect(random.choice((None, 1, 3)), random.choice((0, 2)), random.random() < 0.7)

    def memory(name: str, instances: int | None) -> Memory:
        buffering = random.choice(("double", "rolling", "single")) if name == "L2" else random.choice(("double", "rolling"))
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
    loops = tuple(TemporalMap(s, s, name) for name in chosen for s in (random.randint(1, last.extents[name]),))
    stages = []
    for number, workload in enumerate(parts.workloads):
        end = number == len(parts.workloads) - 1
        again = () if end else tuple(name for name in chosen if random.random() < 0.5)
        stages.append(Stage(Layer(f"S{number}", workload, dataflow(random, workload)), (), again))
    fed = {edge.producer for edge in parts.edges}
    stored = tuple(f"S{number}" for number in range(len(stages) - 1) if number in fed and random.random() < 0.3)
    return FusedProgram("random", "L2", loops, tuple(stages), tuple(parts.edges), stored)
