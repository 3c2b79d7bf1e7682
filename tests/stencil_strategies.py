"""Hypothesis strategies: convolutions whose windows slide over neighbouring units."""

from math import prod

from hypothesis import strategies as st

from weft.ir import (
    Accelerator,
    Cluster,
    Dataflow,
    Interconnect,
    Mapping,
    Memory,
    SpatialMap,
    TemporalMap,
    operator_workload,
)


@st.composite
def stencils(draw, max_points=500):
    """A legal mapping of a small convolution: rows of windows over the units of one level, sums over another's.

    What only such programs have is likely here: neighbours that hold what a unit needs next, windows that slide in
    time, sums in the units, partial sums that come back.
    """
    extents = {"Y'": draw(st.integers(4, 10)), "R": draw(st.integers(2, 4))}
    for name, longest in (("C", 4), ("X'", 3), ("K", 3), ("S", 2)):
        extents[name] = draw(st.integers(1, min(longest, max(1, max_points // prod(extents.values())))))
    factors = {axis: draw(st.sampled_from([1, 1, 2])) for axis in ("stride", "dilation")}
    workload = operator_workload("CONV", {"N": 1, **extents}, **{name: {"Y": f, "X": 1} for name, f in factors.items()})
    units = (draw(st.integers(2, 3)), *draw(st.sampled_from([(), (2,), (3,)])))
    summed = draw(st.sampled_from(["C", "R"])) if units[1:] else None
    tile = draw(st.integers(1, 2))
    spread = [SpatialMap(tile, tile, "Y'")]
    if summed:
        spread = draw(st.permutations([*spread, SpatialMap(1, 1, summed)]))
    levels = [draw(loops(extents, spread[0], {item.dimension for item in spread})), *((item,) for item in spread[1:])]
    named = draw(st.booleans())
    memories = draw(row_memories([tensor.name for tensor in workload.tensors], units, named))
    clusters = tuple(Cluster(width, "B1" if named else None) for width in units[1:])
    machine = Accelerator("rows", prod(units), memories, lanes=draw(st.sampled_from([1, 1, 2, 4])))
    return Mapping(workload, Dataflow(tuple(levels), clusters), machine)


@st.composite
def loops(draw, extents, spread, taken):
    """The spread dimension of the outer level in any order with loops over others than those `taken`."""
    maps = [spread]
    for name in ("X'", "K", "C", "R"):
        if name not in taken and extents[name] > 1 and draw(st.booleans()):
            size = draw(st.integers(1, extents[name] - 1))
            maps.append(TemporalMap(size, size, name))
    return tuple(draw(st.permutations(maps)))


@st.composite
def row_memories(draw, tensors, units, named):
    """A memory above, perhaps one per row if it is `named` by the program, and one at every element."""
    rarely = st.sampled_from([*[None] * 5, 1, 2, 4])
    port = {"read": rarely, "write": st.sampled_from([None, 1, 1, 2]), "shared": rarely}
    above = [("L2", 1), *([("B1", units[0])] if units[1:] and named else [])]
    memories = []
    for name, instances in [*above, ("L1", None)]:
        wires = tuple(draw(row_network(tensors)) for _ in units) if instances else (Interconnect(),)
        ports = {f"{way}_bandwidth": draw(width) for way, width in port.items()}
        buffering = draw(st.sampled_from(["double", "double", "rolling", "single"]))
        memories.append(Memory(name, instances, None, buffering, wires, banks=draw(st.integers(1, 2)), **ports))
    return tuple(memories)


@st.composite
def row_network(draw, tensors):
    """A network that mostly forwards, and adds in the units."""
    return Interconnect(
        bandwidth=draw(st.sampled_from([None, None, 1, 2])),
        latency=draw(st.sampled_from([0, 0, 1])),
        multicast=draw(st.booleans()),
        reduction=draw(st.sampled_from([True, True, False])),
        forwarding=draw(st.sampled_from([True, True, False])),
        adder=draw(st.sampled_from(["unit", "unit", "tree"])),
        adder_latency=draw(st.integers(0, 1)),
        channels=draw(st.sampled_from([(), ((tensors[-1], None),)])),
        queues=draw(st.sampled_from([False, False, True])),
    )
