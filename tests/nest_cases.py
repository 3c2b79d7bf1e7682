"""Hypothesis strategies: a problem written as a loop nest, with where each dimension stands in terms of its iterators.

A `Piece` is one loop: it splits the current chunk of its dimension into smaller ones. `cases` draws pieces in an order
that directives can express and writes them in any of the ways in which people write loops.
"""

from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from math import prod

from hypothesis import assume
from hypothesis import strategies as st
from nest_problems import Problem, problems, resized

from weft.ir import Access, Affine, Array, Compute, LoopKind, LoopNest, NestLoop, Statement

MAX_UNITS = 48
ITERATORS = (
    *("i", "ii", "i_0", "i0", "i1", "i2", "tile", "tile_k", "k", "k1", "k0", "K", "N", "R", "M", "C_", "y", "y1", "x_"),
    *(
        "x0",
        "unit",
        "time0",
        "t",
        "s",
        "S",
        "outer",
        "inner",
        "j",
        "jj",
        "jjj",
        "a1",
        "b1",
        "n",
        "m",
        "c",
        "d0",
        "p",
        "q",
    ),
)
ARRAYS = ("A", "B", "D", "input", "filter", "output", "w", "W", "in_", "out", "query", "Y", "X", "U0", "T")
ZERO = Affine()
FORMS = ("absolute", "absolute", "offset", "counter", "counter", "stepped")


@dataclass(frozen=True)
class Piece:
    """A loop that splits the current chunk of a dimension into chunks of `size`; at most `trips` iterations.

    A `cyclic` parallel loop stands outside of the loop that folds it; `folded` is that loop.
    """

    dimension: str
    size: int
    trips: int
    kind: LoopKind = LoopKind.SEQUENTIAL
    units: int | None = None
    cyclic: bool = False
    folded: bool = False

    @property
    def width(self):
        return (self.units or self.trips) if self.kind is LoopKind.PARALLEL else 1


@dataclass(frozen=True)
class Case:
    """A nest, the problem that it computes, names of its arrays by role, and dimensions in terms of its iterators.

    `pieces` are those of each loop.
    """

    problem: Problem
    nest: LoopNest
    arrays: dict[str, str]
    values: dict[str, Affine]
    pieces: tuple[tuple[Piece, ...], ...]

    def __repr__(self):
        values = ", ".join(f"{name} = {value}" for name, value in self.values.items())
        return f"{self.problem.kind} over {self.problem.extents}: {values}\n{self.nest}"

    def _repr_pretty_(self, printer, cycle):
        printer.text(repr(self))


@st.composite
def cases(draw, max_points=600):
    """A nest that can be raised."""
    problem = draw(problems(max_points))
    pieces = draw(orders(problem.extents).filter(expressible))
    return draw(written(problem, pieces))


@st.composite
def split_cases(draw, max_points=300):
    """A nest of sums whose reduction loops stand inside of all others, and how many loops those are."""
    problem = draw(problems(max_points).filter(lambda item: item.reduction == "+"))
    kept = {name for place in problem.tensors["output"] for name, _ in place.terms}
    assume(kept and kept < set(problem.extents))
    outer = draw(orders({name: size for name, size in problem.extents.items() if name in kept}, chunks=False))
    inner = draw(orders({name: size for name, size in problem.extents.items() if name not in kept}, marked=False))
    assume(expressible((*outer, *inner)))
    case = draw(written(problem, (*outer, *inner)))
    ends = list(accumulate(len(group) for group in case.pieces))
    assume(not outer or len(outer) in ends)
    return case, ends.index(len(outer)) + 1 if outer else 0


@st.composite
def any_orders(draw, max_points=300):
    """A nest of counters over exact tiles in any order: directives may or may not express it."""
    problem = draw(problems(max_points))
    kinds = [*draw(st.permutations(list(LoopKind)))[:2], LoopKind.SEQUENTIAL]
    chains = [draw(exact_tilings(name, kinds)) for name in problem.extents]
    problem = resized(problem, {chain[0].dimension: chain[0].size * chain[0].trips for chain in chains})
    pieces = draw(st.permutations([piece for chain in chains for piece in chain]))
    if draw(st.integers(0, 3)):
        pieces.sort(key=lambda piece: piece.kind is LoopKind.CHUNK)
    return draw(written(problem, tuple(pieces), ("counter", "stepped")))


@st.composite
def exact_tilings(draw, name, kinds):
    """One or two loops with two or three iterations each; tiles are exact."""
    size, chain = 1, []
    for _ in range(draw(st.integers(1, 2))):
        trips = draw(st.integers(2, 3))
        chain.insert(0, Piece(name, size, trips, draw(st.sampled_from(kinds))))
        size *= trips
    return chain


# --- pieces --------------------------------------------------------------------------------------------------------


@st.composite
def orders(draw, extents, chunks=True, marked=True):
    """The loops of all dimensions, outermost first; chunk loops stand innermost."""
    room, chains = MAX_UNITS, []
    for name, extent in draw(st.permutations(list(extents.items()))):
        chain = draw(tilings(name, extent, room, chunks))
        room //= prod(piece.width for piece in chain)
        chains.append(chain)
    if marked and room > 1 and not draw(st.integers(0, 9)):
        chains.append([Piece("", 1, 1, LoopKind.PARALLEL, draw(st.sampled_from([None, None, 2])))])
    outer = [[piece for piece in chain if piece.kind is not LoopKind.CHUNK] for chain in chains]
    inner = [[piece for piece in chain if piece.kind is LoopKind.CHUNK] for chain in chains]
    return (*draw(merged(outer)), *draw(merged(inner)))


@st.composite
def merged(draw, chains):
    """One sequence of all items that keeps the order of each chain."""
    queues = [list(chain) for chain in chains]
    order = draw(st.permutations([number for number, chain in enumerate(chains) for _ in chain]))
    return [queues[number].pop(0) for number in order]


@st.composite
def tilings(draw, name, extent, room, chunked=True):
    """The loops of one dimension, widest first: one to three, and those that fold a parallel loop over its units."""
    if extent == 1 and draw(st.booleans()):
        return []
    lengths, chain = {extent}, []
    sizes = [draw(st.integers(1, extent)) for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2])))]
    sizes = [*sorted(sizes, reverse=True), 1]
    chunks = min(len(sizes), draw(st.sampled_from([0, 0, 0, 1, 2] if chunked else [0])))
    for number, size in enumerate(sizes):
        trips = -(-max(lengths) // size)
        if number >= len(sizes) - chunks:
            chain.append(Piece(name, size, trips, LoopKind.CHUNK))
        elif not draw(st.integers(0, 2)):
            own = draw(spread(name, size, trips, room))
            room //= prod(piece.width for piece in own)
            chain += own
        else:
            chain.append(Piece(name, size, trips))
        lengths = lengths_after(lengths, size)
    return chain


def lengths_after(lengths, size):
    """The lengths of the chunks that chunks of `lengths` split into."""
    return {min(size, length) for length in lengths} | {length % size for length in lengths} - {0}


@st.composite
def spread(draw, name, size, trips, room):
    """A parallel loop: on units of its own, on fewer or more units, or folded by a loop outside or inside of it."""
    if room < 2:
        return [Piece(name, size, trips)]
    units = draw(st.integers(1, min(room, 6)))
    form = draw(st.sampled_from(["plain", "plain", "units", "fold", "fold", "cyclic"]))
    if form == "units" or (form == "plain" and trips > room):
        return [Piece(name, size, trips, LoopKind.PARALLEL, None if units == trips else units)]
    if form == "plain":
        return [Piece(name, size, trips, LoopKind.PARALLEL)]
    units, cyclic = min(units, trips), form == "cyclic"
    fold = Piece(name, size * units, -(-trips // units), folded=cyclic)
    across = Piece(name, size, units, LoopKind.PARALLEL, cyclic=cyclic)
    return [across, fold] if cyclic else [fold, across]


def expressible(pieces):
    """Whether levels can be numbered so that directives run the loops in this order.

    Time goes level by level, so the levels of sequential loops never fall; each parallel loop has a level of its own,
    in their order; a dimension is mapped once a level, but for a loop that folds a parallel one over its units. Chunk
    loops stand innermost and are the narrowest of their dimensions.
    """
    moving = [number for number, piece in enumerate(pieces) if piece.trips > 1 and piece.kind is not LoopKind.CHUNK]
    chunks = [number for number, piece in enumerate(pieces) if piece.trips > 1 and piece.kind is LoopKind.CHUNK]
    if any(n > c or _wider(pieces[c], pieces[n]) for c in chunks for n in moving):
        return False
    edges = [
        (before, after, kind is LoopKind.PARALLEL)
        for kind in (LoopKind.SEQUENTIAL, LoopKind.PARALLEL)
        for before, after in pairwise(number for number in moving if pieces[number].kind is kind)
    ]
    for name in {piece.dimension for piece in pieces}:
        own = [number for number in moving if pieces[number].dimension == name]
        own.sort(key=lambda number: -pieces[number].size)
        edges += [(before, after, not _folds(pieces[before], pieces[after])) for before, after in pairwise(own)]
    level = dict.fromkeys(moving, 0)
    for _ in range(len(pieces) + 1):
        low = [(before, after, step) for before, after, step in edges if level[after] < level[before] + step]
        for before, after, step in low:
            level[after] = max(level[after], level[before] + step)
        if not low:
            return True
    return False


def _wider(one, other):
    return one.dimension == other.dimension and one.size > other.size


def _folds(outer, inner):
    folded = outer.kind is LoopKind.SEQUENTIAL and inner.kind is LoopKind.PARALLEL
    return folded and outer.size == inner.size * inner.width and inner.width == inner.trips


# --- loops ---------------------------------------------------------------------------------------------------------


@dataclass
class Chunk:
    """The current chunk of a dimension: where it starts and ends, and the lengths that it can have.

    `stepped` is (m, m times the start) after a loop by steps of m; `spread` the size that a cyclic loop hands out.
    """

    lengths: set[int]
    ends: tuple[Affine, ...]
    start: Affine = ZERO
    stepped: tuple[int, Affine] = (1, ZERO)
    spread: int = 0

    def constant(self, piece):
        """Whether the loop has the same number of iterations everywhere."""
        return len({-(-length // piece.size) for length in self.lengths}) == 1

    def advance(self, start, size, redundant=False):
        """Make the chunk of `size` that begins at `start` the current one."""
        ragged = any(length % size for length in self.lengths)
        self.ends = (start + size, *(self.ends if ragged or redundant else ()))
        self.lengths = lengths_after(self.lengths, size)
        self.start, self.stepped = start, (1, start)


@st.composite
def written(draw, problem, pieces, forms=FORMS):
    """The pieces as a nest in any of the ways in which people write loops."""
    iterators = list(draw(st.permutations(ITERATORS)))
    chunks = {name: Chunk({extent}, (Affine.of(extent),)) for name, extent in problem.extents.items()}
    chunks[""] = Chunk({1}, (Affine.of(1),))
    loops, groups = [], []
    while (number := sum(map(len, groups))) < len(pieces):
        pair = pieces[number : number + 2]
        if _collapsible(pair, chunks, problem) and not draw(st.integers(0, 3)):
            loops.append(draw(collapsed(*pair, chunks, iterators.pop())))
        else:
            pair = pair[:1]
            loops.append(draw(one_loop(*pair, chunks[pair[0].dimension], iterators.pop(), forms)))
        groups.append(pair)
    taken = {loop.iterator for loop in loops}
    arrays = dict(zip(problem.tensors, draw(st.permutations([n for n in ARRAYS if n not in taken])), strict=False))
    shapes = [Array(arrays[role], _shape(problem, places)) for role, places in problem.tensors.items()]
    nest = LoopNest("nest", tuple(draw(st.permutations(shapes))), around(loops, _statement(problem, arrays, chunks)))
    return Case(problem, nest, arrays, {name: chunks[name].start for name in problem.extents}, tuple(groups))


def around(loops, *body):
    """Nodes inside of loops."""
    for loop in reversed(loops):
        body = (replace(loop, body=body),)
    return body


def _statement(problem, arrays, chunks):
    accesses = {
        role: Access(arrays[role], tuple(_subscript(place, chunks) for place in places))
        for role, places in problem.tensors.items()
    }
    value, *rest = (accesses[role] for role in problem.inputs)
    for factor in rest:
        value = Compute("*", (value, factor))
    return Statement(accesses["output"], value, problem.reduction)


def _subscript(place, chunks):
    found = Affine.of(place.constant)
    for name, factor in place.terms:
        step, scaled = chunks[name].stepped
        found += chunks[name].start * factor if factor % step else scaled * (factor // step)
    return found


def _shape(problem, places):
    return tuple(
        1 + place.constant + sum(max(0, factor) * (problem.extents[name] - 1) for name, factor in place.terms)
        for place in places
    )


def _collapsible(pair, chunks, problem):
    if len(pair) < 2 or pair[0].kind is not pair[1].kind:
        return False
    if any(piece.units or piece.cyclic or piece.folded or not piece.dimension for piece in pair):
        return False
    outer, inner = (chunks[piece.dimension] for piece in pair)
    # Two dimensions that only occur together, one axis after the other, may become one dimension.
    if outer is not inner and len({problem.moved_by(piece.dimension) for piece in pair}) == 1:
        return False
    if outer is inner:
        inner = Chunk(lengths_after(outer.lengths, pair[0].size), ())
    return outer.constant(pair[0]) and inner.constant(pair[1])


@st.composite
def collapsed(draw, outer, inner, chunks, iterator):
    """Two loops as one, taken apart by division."""
    first = draw(st.sampled_from([0, 0, 2]))
    counter = Affine.of(iterator) - first
    for piece, position in ((outer, counter // inner.trips), (inner, counter % inner.trips)):
        chunk = chunks[piece.dimension]
        chunk.advance(chunk.start + position * piece.size, piece.size)
    last = Affine.of(first + outer.trips * inner.trips)
    return NestLoop(iterator, (Affine.of(first),), (last,), (), kind=outer.kind)


@st.composite
def one_loop(draw, piece, chunk, iterator, forms):
    """A loop whose iterator is where the chunk starts, how far it has come, or which iteration it is in."""
    first = draw(st.sampled_from([0, 0, 0, 1, 3]))
    form = draw(st.sampled_from(forms))
    size, before, moved = piece.size, chunk.start, Affine.of(iterator) - first
    loop = NestLoop(iterator, (Affine.of(first),), (), (), 1, piece.kind, piece.units)
    if piece.cyclic:
        step = draw(st.sampled_from([1, size]))
        chunk.start, chunk.spread = before + moved * (size // step), size
        return replace(loop, upper=(Affine.of(first + piece.trips * step),), step=step)
    after = chunk.spread if piece.folded else size
    redundant = not draw(st.integers(0, 4))
    if form == "absolute":
        lower = (before + first, *([Affine.of(first)] if not draw(st.integers(0, 7)) else []))
        loop = replace(loop, lower=lower, upper=tuple(end + first for end in chunk.ends), step=size)
        chunk.advance(moved, after, redundant)
    elif form == "offset":
        loop = replace(loop, upper=tuple(end - before + first for end in chunk.ends), step=size)
        chunk.advance(before + moved, after, redundant)
    else:
        step = draw(st.integers(2, 3)) if form == "stepped" else 1
        trips = [(end - before + (size - 1)) // size for end in chunk.ends]
        if chunk.constant(piece) and not piece.folded:
            trips = [Affine.of(piece.trips)]
        loop = replace(loop, upper=tuple(number * step + first for number in trips), step=step)
        start = before + (moved // step * size if size % step else moved * (size // step))
        chunk.advance(start, after, redundant)
        chunk.stepped = (step, before * step + moved * size)
    return loop
