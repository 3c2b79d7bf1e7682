"""Hypothesis strategies: systolic arrays with their programs."""

from math import prod

from hypothesis import strategies as st
from strategies import extents_of

from weft.ir import (
    Accelerator,
    Cluster,
    Dataflow,
    Interconnect,
    Mapping,
    Memory,
    SpatialMap,
    TemporalMap,
    operator_dimensions,
    operator_workload,
)


@st.composite
def arrays(draw, max_points=500):
    """A legal mapping in the manner of a systolic array: folds above, two spread levels, registers that keep a tensor.

    What only such programs have is likely here: single buffers, skew, adders, queues, ports that are too narrow.
    """
    names = operator_dimensions(operator := draw(st.sampled_from(["GEMM", "GEMM", "CONV", "DSCONV"])))
    workload = operator_workload(operator, draw(extents_of(names, max_points)))
    tensors = [tensor.name for tensor in workload.tensors]
    units = (1, draw(st.integers(2, 4)), draw(st.integers(2, 4)))
    levels = draw(array_programs(workload, units[1:]))
    memories, names = draw(array_memories(units, tensors))
    clusters = tuple(Cluster(width, names.get(level)) for level, width in enumerate(units[1:], 1))
    accelerator = Accelerator(
        "array",
        prod(units),
        memories,
        lanes=draw(st.sampled_from([1, 1, 2])),
        vector_width=draw(st.sampled_from([2, 3, 1])),
        pipeline_depth=draw(st.integers(1, 4)),
    )
    return Mapping(workload, Dataflow(levels, clusters), accelerator)


@st.composite
def array_programs(draw, workload, sides):
    """Folds and streams in any order, then one dimension down the rows and another along the columns."""
    long = sorted(workload.extents, key=workload.extents.get, reverse=True)[:4]
    spread = draw(st.permutations(long))
    if draw(st.booleans()):
        spread = sorted(spread, key=workload.output.dimensions.__contains__)  # sums across the units
    spread = spread[:2]
    tiles = [draw(st.integers(1, 3)) for _ in sides]
    folds = dict(zip(spread, (side * tile for side, tile in zip(sides, tiles, strict=True)), strict=True))
    for name in long:
        if name not in folds and draw(st.booleans()):
            folds[name] = draw(st.integers(1, 4))
    outer = [TemporalMap(folds[name], folds[name], name) for name in draw(st.permutations(list(folds)))]
    inner = []
    for name, tile in zip(spread, tiles, strict=True):
        level = [SpatialMap(tile, tile, name)]
        others = [item for item in long if item not in spread]
        if others and draw(st.sampled_from([False, False, True])):
            level.insert(draw(st.integers(0, 1)), TemporalMap(1, 1, draw(st.sampled_from(others))))
        inner.append(tuple(level))
    return (tuple(outer), *inner)


@st.composite
def array_memories(draw, units, tensors):
    """One or two memories above the array, perhaps one per row, and registers; with the boundaries that name theirs."""
    named, names = [("DRAM", 1)], {}
    if draw(st.booleans()):
        # Single memories without a boundary stand below the outermost one.
        named += [("L3", 1), ("L2", 1)][: draw(st.integers(0, 2))]
        named, names[1] = [*named, ("B1", 1)], "B1"
    if draw(st.sampled_from([False, False, True])):
        named, names[2] = [*named, ("B2", units[1])], "B2"
    named += draw(st.sampled_from([[], [("REG", None)], [("REG", None)], [("L1", None), ("REG", None)]]))
    memories = []
    for number, (name, instances) in enumerate(named):
        kept = draw(st.lists(st.sampled_from([*tensors, tensors[-1]]), min_size=1, max_size=2).map(set).map(sorted))
        port = st.sampled_from([*[None] * 5, 1, 2, 4])
        memories.append(
            Memory(
                name,
                instances,
                None,
                draw(st.sampled_from(["single", "single", "rolling", "double"])),
                tuple(draw(array_network(tensors)) for _ in units) if instances else (Interconnect(),),
                holds=tuple(kept) if number and (instances is None or draw(st.booleans())) else None,
                read_bandwidth=draw(port),
                write_bandwidth=draw(port),
                shared_bandwidth=draw(port),
            )
        )
    return tuple(memories), names


@st.composite
def array_network(draw, tensors):
    """A network in which most tensors walk, or one that queues and adds."""
    some = st.lists(st.sampled_from(tensors), max_size=2, unique=True)
    return Interconnect(
        bandwidth=draw(st.sampled_from([None, None, 8, 4, 1])),
        latency=draw(st.sampled_from([0, 0, 2])),
        multicast=draw(st.sampled_from([True, True, False])),
        reduction=draw(st.sampled_from([True, True, False])),
        forwarding=draw(st.booleans()),
        topology=draw(st.sampled_from(["bus", "tree", "mesh"])),
        hop_latency=draw(st.integers(0, 1)),
        adder=draw(st.sampled_from(["unit", "unit", "tree", "chain"])),
        adder_latency=draw(st.integers(0, 2)),
        channels=tuple((tensor, draw(st.none() | st.integers(1, 2))) for tensor in draw(some)),
        store_and_forward=tuple((tensor, draw(st.integers(1, 2))) for tensor in draw(some)),
        queues=draw(st.sampled_from([True, True, False])),
    )
