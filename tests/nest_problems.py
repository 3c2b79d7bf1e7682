"""Hypothesis strategies: contractions over a box, the field's operators among them, with arrays laid out anyhow."""

from dataclasses import dataclass, replace
from math import prod

from hypothesis import strategies as st


@dataclass(frozen=True)
class Place:
    """One axis of an array: coefficients of dimensions and a constant."""

    terms: tuple[tuple[str, int], ...]
    constant: int = 0


@dataclass(frozen=True)
class Problem:
    """A contraction: `tensors` maps roles to axes, the output last; inputs are multiplied in that order.

    `windows` are the (output, window) dimensions of convolutions with stride and dilation, in the input's axis order.
    """

    kind: str
    extents: dict[str, int]
    tensors: dict[str, tuple[Place, ...]]
    windows: tuple[tuple[str, str, int, int], ...] = ()
    reduction: str = "+"

    @property
    def inputs(self):
        return list(self.tensors)[:-1]

    def moved_by(self, name):
        """The tensors that a dimension moves."""
        return frozenset(role for role, places in self.tensors.items() if any(_moves(name, place) for place in places))


def single(*names):
    """Axes over one dimension each."""
    return tuple(Place(((name, 1),)) for name in names)


KINDS = ("CONV", "CONV", "DSCONV", "NGCONV", "GEMM", "batched GEMM", "POOL", "general", "general")
CHANNELS = {
    "CONV": ("N C", "K C", "N K"),
    "DSCONV": ("N C", "C", "N C"),
    "NGCONV": ("N G C", "G K C", "N G K"),
    "POOL": ("N C", "", "N C"),
}


@st.composite
def problems(draw, max_points=600):
    """An operator of the field or a contraction of its own, with axes and operands in any order."""
    budget = draw(st.sampled_from([size for size in (60, 120, 300, 600) if size <= max_points]))
    kind = draw(st.sampled_from(KINDS))
    if kind == "general":
        problem = draw(contractions(budget))
    else:
        problem = draw(products(kind, budget) if "GEMM" in kind else convolutions(kind, budget))
    return draw(laid_out(problem))


@st.composite
def extents_of(draw, names, budget):
    """Extents whose product stays within a budget, none much longer than the others."""
    extents = {name: draw(st.integers(1, 10)) for name in names}
    while prod(extents.values()) > budget:
        longest = max(extents, key=lambda name: extents[name])
        extents[longest] -= 1
    return extents


@st.composite
def convolutions(draw, kind, budget):
    """One or two windows with stride and dilation; batch, filters and channels may be missing."""
    channels, filters, outputs = (text.split() for text in CHANNELS[kind])
    needed = {"DSCONV": "C", "NGCONV": "GC"}.get(kind, "")
    kept = [n for n in dict.fromkeys([*channels, *filters, *outputs]) if n in needed or draw(st.integers(0, 3))]
    factor = st.sampled_from([1, 1, 1, 2, 3])
    pairs = [("Y'", "R"), ("X'", "S")][-draw(st.integers(1, 2)) :]
    windows = tuple((*pair, draw(factor), draw(factor)) for pair in pairs)
    extents = draw(extents_of([*(name for pair in pairs for name in pair), *kept], budget))
    axes = [single(*(name for name in names if name in kept)) for names in (channels, filters, outputs)]
    axes[0] += tuple(Place(((y, stride), (r, dilation))) for y, r, stride, dilation in windows)
    axes[1] += single(*(r for _, r, _, _ in windows))
    axes[2] += single(*(y for y, _, _, _ in windows))
    tensors = dict(zip(("input", "filter", "output"), axes, strict=True))
    if kind != "POOL":
        return Problem(kind, extents, tensors, windows)
    del tensors["filter"]
    return Problem(kind, extents, tensors, windows, draw(st.sampled_from(["+", "max", "min"])))


@st.composite
def products(draw, kind, budget):
    """A matrix product, with one or two batch dimensions: attention has images and heads."""
    batch = ["B", "H"][: draw(st.integers(1, 2))] if kind == "batched GEMM" else []
    extents = draw(extents_of(["M", "N", "K", *batch], budget))
    roles = {"input": "MK", "filter": "KN", "output": "MN"}
    return Problem(kind, extents, {role: single(*batch, *names) for role, names in roles.items()})


@st.composite
def contractions(draw, budget):
    """One to three inputs over two to five dimensions, with strided axes and up to two windows."""
    names = ["A", "B", "C", "D", "E"][: draw(st.integers(2, 5))]
    extents = draw(extents_of(names, budget))
    shuffled = draw(st.permutations(names))
    factor = st.sampled_from([1, 1, 2, 3])
    couples = list(zip(shuffled[0::2], shuffled[1::2], strict=False))[: draw(st.integers(0, 2))]
    windows = [Place(((y, draw(factor)), (r, draw(factor)))) for y, r in couples]
    tensors = {}
    for role in ("a", "b", "c")[: draw(st.integers(1, 3))]:
        axes = [window for window in windows if draw(st.booleans())]
        free = [name for name in names if not any(_moves(name, axis) for axis in axes)]
        own = draw(st.lists(st.sampled_from(free), unique=True)) if free else []
        axes += [Place(((name, draw(factor)),)) for name in own]
        # An input without axes would be a scalar factor.
        tensors[role] = tuple(axes) or single(names[0])
    output = draw(st.lists(st.sampled_from(names), unique=True))
    tensors["output"] = single(*output, *(name for name in _dependent(names, tensors) if name not in output))
    return Problem("general", extents, tensors)


def _moves(name, place):
    return any(name == term for term, _ in place.terms)


def _dependent(names, tensors):
    """Dimensions that move nothing or the same axes as one before: they are dimensions only if the output has them."""
    seen = {()}
    for name in names:
        moved = tuple((role, n) for role, axes in tensors.items() for n, axis in enumerate(axes) if _moves(name, axis))
        if moved in seen:
            yield name
        seen.add(moved)


@st.composite
def laid_out(draw, problem):
    """The problem with operands, axes, offsets and directions of the arrays' axes drawn."""
    roles = [*draw(st.permutations(problem.inputs)), "output"]
    tensors = {role: tuple(draw(st.permutations(problem.tensors[role]))) for role in roles}
    order = [place.terms[0][0] for place in tensors.get("input", ())]
    windows = sorted(problem.windows, key=lambda window: order.index(window[0]))
    moved = {role: tuple(draw(shifted(place, problem.extents)) for place in axes) for role, axes in tensors.items()}
    return replace(problem, tensors=moved, windows=tuple(windows))


@st.composite
def shifted(draw, place, extents):
    """An axis that starts somewhere; one over a single dimension may run backwards."""
    start = draw(st.sampled_from([0, 0, 0, 1, 3]))
    if len(place.terms) == 1 and not draw(st.integers(0, 7)):
        ((name, factor),) = place.terms
        return Place(((name, -factor),), start + factor * (extents[name] - 1))
    return Place(tuple(draw(st.permutations(place.terms))), start)


def resized(problem, extents):
    """The problem over other extents, with reversed axes that still end where they began."""
    return replace(
        problem,
        extents=extents,
        tensors={
            role: tuple(_resized(place, problem.extents, extents) for place in places)
            for role, places in problem.tensors.items()
        },
    )


def _resized(place, before, after):
    grown = sum((after[name] - before[name]) * -min(0, factor) for name, factor in place.terms)
    return replace(place, constant=place.constant + grown)
