"""Hypothesis strategies: small legal mappings of every kind that the model knows, and illegal programs."""

from dataclasses import dataclass
from functools import cache
from math import prod

from hypothesis import strategies as st

from weft.ir import (
    OPERATORS,
    Accelerator,
    Cluster,
    Dataflow,
    Index,
    Interconnect,
    Mapping,
    Memory,
    Placement,
    SpatialMap,
    Subscript,
    TemporalMap,
    Tensor,
    Term,
    Workload,
    operator_dimensions,
    operator_workload,
)

MAX_PES = 24


# Strategies are made once: to make and check one takes longer than to draw from it.
@cache
def at_most(most):
    """A number from 1, or None."""
    return st.none() | st.integers(1, most)


@cache
def some_of(names, least=0, most=None):
    """A list of some names."""
    return st.lists(st.sampled_from(names), min_size=least, max_size=most, unique=True)


@st.composite
def mappings(draw, max_points=1500, max_levels=3):
    """A legal mapping: `weft.passes.schedule` accepts it."""
    workload = draw(workloads(max_points))
    units = draw(fan_outs(max_levels))
    levels = draw(programs(workload, units))
    tensors = tuple(tensor.name for tensor in workload.tensors)
    memories, names = draw(hierarchies(units, tensors))
    clusters = tuple(Cluster(width, names.get(level)) for level, width in enumerate(units[1:], 1))
    buffers = draw(st.booleans())
    placements = draw(placements_of(memories[1:], tensors))
    # Elements beyond the last whole cluster stay unused.
    pes = prod(units) + draw(st.integers(0, prod(units[1:]) - 1))
    accelerator = Accelerator(
        "machine",
        pes,
        tuple(memories),
        lanes=draw(st.integers(1, 4)),
        cluster_buffers=buffers,
        vector_width=draw(st.sampled_from((1, 1, 2, 3))),
        pipeline_depth=draw(st.sampled_from((1, 1, 4))),
    )
    return Mapping(workload, Dataflow(levels, clusters, placements), accelerator)


# --- workloads -----------------------------------------------------------------------------------------------------


@st.composite
def workloads(draw, max_points=1500):
    """An operator with small extents, strides and dilations, or an affine workload of its own."""
    operator = draw(st.sampled_from([*OPERATORS, "AFFINE"]))
    budget = draw(st.sampled_from(tuple(size for size in (24, 120, 500, 1500, 3000) if size <= max_points)))
    if operator == "AFFINE":
        return draw(affine_workloads(budget))
    extents = draw(extents_of(operator_dimensions(operator), budget))
    factors = st.fixed_dictionaries({"Y": st.integers(1, 3), "X": st.integers(1, 3)})
    return operator_workload(operator, extents, stride=draw(factors), dilation=draw(factors))


@st.composite
def extents_of(draw, names, budget):
    """Extents whose product stays within a budget; the order in which they spend it varies."""
    extents = dict.fromkeys(names, 1)
    for rank, name in enumerate(draw(st.permutations(list(names)))):
        longest = max(1, min(9, budget // prod(extents.values())))
        extents[name] = draw(st.integers(min(longest, 2 if rank < 4 else 1), longest))
    return extents


@st.composite
def affine_workloads(draw, budget):
    """One to three inputs over two to four dimensions, with up to two window indices of disjoint dimensions."""
    names = ["A", "B", "C", "D"][: draw(st.integers(2, 4))]
    extents = draw(extents_of(names, budget))
    shuffled = draw(st.permutations(names))
    coefficient = st.integers(1, 3)
    indices = tuple(
        Index(f"U{number}", output, window, draw(coefficient), draw(coefficient))
        for number, (output, window) in enumerate(
            zip(shuffled[0::2][: draw(st.integers(0, 2))], shuffled[1::2], strict=False)
        )
    )
    inputs = tuple(draw(affine_tensors(name, names, indices)) for name in ("a", "b", "c")[: draw(st.integers(1, 3))])
    axes = draw(some_of(tuple(names), least=1))
    output = Tensor("out", tuple(Subscript((Term(axis),)) for axis in axes))
    return Workload("AFFINE", tuple(extents.items()), inputs, output, indices)


@st.composite
def affine_tensors(draw, name, dimensions, indices):
    """A tensor whose axes are single dimensions or whole indices; each dimension occurs once at most."""
    free, axes = list(dimensions), []
    for index in indices:
        if draw(st.booleans()):
            axes.append(index.subscript)
            free = [item for item in free if item not in (index.output, index.window)]
    chosen = some_of(tuple(free), least=0 if axes else 1) if free else st.just([])
    axes += [Subscript((Term(item),)) for item in draw(chosen)]
    return Tensor(name, tuple(draw(st.permutations(axes))))


# --- programs ------------------------------------------------------------------------------------------------------


@st.composite
def fan_outs(draw, max_levels=3):
    """Units per level, at most MAX_PES in all."""
    units = []
    for _ in range(draw(st.sampled_from([1, 2, 2, 3][: max_levels + 1]))):
        units.append(draw(st.integers(1, min(6, MAX_PES // prod(units)))))
    return tuple(draw(st.permutations(units)))


@st.composite
def programs(draw, workload, units):
    """The directives of all levels of a legal program."""
    lengths = {name: frozenset({extent}) for name, extent in workload.dimensions}
    levels = []
    for width in units:
        level = _Level(workload, lengths)
        draw(level_directives(level, width))
        levels.append(tuple(level.directives))
        lengths = level.child_lengths()
    return tuple(levels)


@dataclass
class _Level:
    """A level under construction; `lengths` are those that the parent's chunks of each dimension can have."""

    workload: Workload
    lengths: dict

    def __post_init__(self):
        self.directives = []
        self.tiles = {}

    def child_lengths(self):
        """The lengths that this level's chunks can have."""
        found = dict(self.lengths)
        for name, size in self.tiles.items():
            pieces = {min(size, length) for length in self.lengths[name]}
            found[name] = frozenset(pieces | {length % size for length in self.lengths[name]} - {0})
        return found

    def fixed(self, name):
        """The only length that the parent's chunks of a dimension have, or None."""
        return max(self.lengths[name]) if len(self.lengths[name]) == 1 else None


@st.composite
def level_directives(draw, level, width):
    """Fill in one level: some dimensions in some order, at most one of them spread, or a diagonal, or an index."""
    movable = [name for name, lengths in level.lengths.items() if max(lengths) > 1]
    still = [name for name in level.lengths if name not in movable]
    names = [name for name in movable if draw(st.integers(0, 3))]
    names += draw(st.lists(st.sampled_from(tuple(still)), max_size=1)) if still else []
    names = draw(st.permutations(names))
    spread = draw(st.sampled_from(("none", "diagonal", "whole", *["one"] * (6 if width > 1 else 1))))
    if spread == "diagonal":
        spread = "none" if draw(diagonals(level, names)) else "one"
    chosen = [draw(st.sampled_from(tuple(names)))] if spread == "one" and names else []
    if spread == "whole":
        chosen = [name for name in names if draw(st.booleans())]
    for name in names:
        if name not in level.tiles:
            draw(one_map(level, name, name in chosen, whole=spread == "whole" and name in chosen))


@st.composite
def one_map(draw, level, name, spatial, whole):
    """A map of a dimension, or of the index that it is the output of."""
    index = next((index for index in level.workload.indices if index.output == name), None)
    if index and index.window not in level.tiles and draw(st.booleans()):
        done = draw(index_maps(level, index, spatial, whole))
    else:
        done = False
    if not done:
        draw(dimension_maps(level, name, spatial, whole))


@st.composite
def dimension_maps(draw, level, name, spatial, whole):
    """A map of one dimension that partitions it, or one that is longer than the chunk, with any offset."""
    longest = max(level.lengths[name])
    most = (longest + 1) // 2 if spatial and longest > 1 else longest + 2
    size = draw(st.integers(longest, longest + 2) if whole else st.integers(1, most))
    moves = size < longest
    offset = size if moves else draw(st.integers(1, longest + 2))
    if moves:
        level.tiles[name] = size
    level.directives.append((SpatialMap if spatial else TemporalMap)(size, offset, name))


@st.composite
def index_maps(draw, level, index, spatial, whole):
    """A map of an index that amounts to one of its outputs; False if this level allows none."""
    taps = level.fixed(index.window)
    if taps is None:
        return False
    longest = max(level.lengths[index.output])
    outputs = longest if whole else draw(st.integers(1, longest))
    slack = draw(st.integers(0, index.stride - 1))
    offset = outputs * index.stride if outputs < longest else draw(st.integers(1, 9))
    kind = SpatialMap if spatial else TemporalMap
    level.directives.append(kind(index.span(outputs, taps) + slack, offset, index.name))
    # The window stays in one chunk: a later map of it in this level would shear the windows.
    level.tiles[index.window] = taps
    level.tiles[index.output] = outputs
    return True


@st.composite
def diagonals(draw, level, names):
    """The row-stationary diagonal: an index and its window spread together; False if this level allows none."""
    ready = [
        index
        for index in level.workload.indices
        if level.fixed(index.output) and max(level.lengths[index.window]) > 1 and index.window in names
    ]
    if not ready:
        return False
    index = draw(st.sampled_from(ready))
    taps = draw(st.integers(1, max(level.lengths[index.window]) - 1))
    outputs = level.fixed(index.output)
    pair = [
        SpatialMap(index.span(outputs, taps), index.dilation * taps, index.name),
        SpatialMap(taps, taps, index.window),
    ]
    if draw(st.booleans()):
        pair.reverse()
    level.directives += pair
    level.tiles[index.window] = taps
    level.tiles[index.output] = outputs
    return True


# --- machines ------------------------------------------------------------------------------------------------------


@st.composite
def hierarchies(draw, units, tensors):
    """The memories of a machine that fits a program, and the boundaries whose memory the program must name."""
    groups = [prod(units[:boundary]) for boundary in range(len(units))]
    chosen = [boundary for boundary in range(1, len(units)) if draw(st.booleans())]
    names = {boundary: f"B{boundary}" for boundary in chosen if draw(st.booleans())}
    local = draw(st.sampled_from((True, True, False)))
    # A single-instance memory without a boundary of its own stands below the outermost one; on a single PE
    # without a memory there it would stand at the PE.
    stacked = draw(st.booleans()) and all(groups[b] > 1 or b in names for b in range(1, len(units)))
    stacked = stacked and (prod(units) > 1 or local or not chosen)
    named = [("DRAM", 1), *([("L3", 1)] if stacked else [])]
    named += [(f"B{boundary}", groups[boundary]) for boundary in chosen]
    if local:
        named += draw(st.sampled_from([[("L1", None)], [("L1", None)], [("L1", None), ("L0", None)]]))
    memories = [
        draw(memory_of(name, instances, tensors, first=not number)) for number, (name, instances) in enumerate(named)
    ]
    return memories, names


@cache
def held(tensors):
    """The tensors that a memory can hold, or None."""
    return st.none() | some_of(tensors).map(tuple)


@st.composite
def memory_of(draw, name, instances, tensors, first):
    """A memory with ports, a buffering and, unless it is the outermost, tensors that it can hold."""
    width = at_most(6)
    return Memory(
        name,
        instances,
        None,
        draw(st.sampled_from(("double", "double", "rolling", "single"))),
        tuple(draw(networks(tensors))) if instances else (Interconnect(),),
        holds=None if first else draw(held(tensors)),
        shared_bandwidth=draw(width),
        read_bandwidth=draw(width),
        write_bandwidth=draw(width),
        banks=draw(st.integers(1, 3)),
    )


@st.composite
def networks(draw, tensors):
    """One to three networks below a memory."""
    found = []
    for _ in range(draw(st.integers(1, 3))):
        channels = draw(some_of(tensors, most=2))
        walking = draw(some_of(tensors, most=2))
        found.append(
            Interconnect(
                bandwidth=draw(at_most(8)),
                latency=draw(st.integers(0, 3)),
                multicast=draw(st.booleans()),
                reduction=draw(st.booleans()),
                forwarding=draw(st.booleans()),
                channels=tuple((tensor, draw(at_most(4))) for tensor in channels),
                topology=draw(st.sampled_from(("bus", "tree", "mesh"))),
                hop_latency=draw(st.sampled_from((0, 0, 1, 2))),
                adder=draw(st.sampled_from(("tree", "chain", "unit"))),
                adder_latency=draw(st.sampled_from((0, 0, 1, 2))),
                store_and_forward=tuple((tensor, draw(st.integers(1, 2))) for tensor in walking),
                queues=draw(st.sampled_from((False, False, True))),
            )
        )
    return found


@st.composite
def placements_of(draw, memories, tensors):
    """What some of the inner memories hold: any subset of what they can, also none of the tensors."""
    found = []
    for memory in memories:
        able = tensors if memory.holds is None else memory.holds
        if draw(st.booleans()):
            held = draw(some_of(able)) if able else []
            found.append(Placement(memory.name, tuple(held)))
    return tuple(found)


# --- illegal programs ----------------------------------------------------------------------------------------------


@st.composite
def loose_programs(draw):
    """(workload, dimension-only program, units) with any sizes and offsets: some legal, most with gaps or overlaps."""
    names = ["A", "B", "C"][: draw(st.integers(1, 3))]
    extents = {name: draw(st.integers(1, 9)) for name in names}
    axes = tuple(Subscript((Term(name),)) for name in names)
    workload = Workload("AFFINE", tuple(extents.items()), (Tensor("a", axes),), Tensor("out", axes))
    levels, longest = [], dict(extents)
    for _ in range(draw(st.integers(1, 3))):
        level = []
        for name in draw(some_of(tuple(names))):
            size = draw(st.integers(1, longest[name] + 1))
            offset = draw(st.just(size) | st.integers(1, size + 2))
            spatial = draw(st.booleans())
            if spatial and not draw(st.integers(0, 5)):
                offset = 0
            level.append((SpatialMap if spatial else TemporalMap)(size, offset, name))
            longest[name] = min(size, longest[name])
        levels.append(tuple(level))
    units = tuple(draw(st.integers(1, 4)) for _ in levels)
    clusters = tuple(Cluster(width) for width in units[1:])
    return workload, Dataflow(tuple(levels), clusters), units
