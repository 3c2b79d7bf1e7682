"""The closed forms with symbols left in: the same `new_elements`, fed with sympy expressions instead of numbers.

For a dimension d and level i, `T_d_i` is the number of steps of its loop, `U_d_i` the number of units it is spread
over and `s_d` the length of its chunk. A one-dimensional sum is written with them where that is exact for the program
at hand; a ragged or windowed sum is written with what is needed (`n_…`) and kept (`k_…`) per step, or over all steps.
Substituting the values gives the count, always.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import lcm, prod
from typing import Any

import sympy

from ...analysis.counts import Kind, Slot, levels_of
from ...analysis.forms import Form
from ...analysis.nest import Advance, Grouping, Nest
from ...analysis.windows import Volumes
from ...ir import Tensor
from .arithmetic import chunk_kinds, operand_factors
from .traffic import distinct_outputs, forwarded, new_elements


@dataclass(frozen=True, slots=True)
class MoveTerm:
    """What one move contributes: `name` says which loop advances, `expression` with symbols, `elements` its value.

    `loop` is the dimension and the level of that loop; None for what is no loop's alone.
    """

    name: str
    expression: sympy.Expr
    elements: int
    loop: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Formula:
    """A count as the sum of its moves, with the value and the meaning of every symbol."""

    moves: tuple[MoveTerm, ...]
    values: tuple[tuple[str, int, str], ...]

    @property
    def expression(self) -> sympy.Expr:
        """The whole count with symbols."""
        return sympy.Add(*(move.expression for move in self.moves))

    @property
    def elements(self) -> int:
        """The whole count as a number."""
        return sum(move.elements for move in self.moves)


def _symbol(name: str) -> sympy.Symbol:
    symbol: sympy.Symbol = sympy.Symbol(name, positive=True)
    return symbol


def single_formula(name: str, expression: Any, values: tuple[tuple[str, int, str], ...]) -> Formula:
    """A formula of one term, over symbols of `_symbol` that `values` all name."""
    number = int(expression.subs({_symbol(symbol): value for symbol, value, _ in values}))
    return Formula((MoveTerm(name, expression, number),), values)


def product_formula(name: str, factors: tuple[tuple[str, int, str], ...]) -> Formula:
    """A product of symbols; each comes with its value and meaning."""
    return single_formula(name, prod((_symbol(symbol) for symbol, _, _ in factors), start=sympy.Integer(1)), factors)


def count_formula(nest: Nest, form: Form[Slot]) -> Formula | None:
    """The formula of a count of the table; None for one that is nothing."""
    slots = [slot for slot, weight in form.weights.items() if weight > 0]
    if not slots:
        return points_formula(nest) if form.constant else None
    found = _slot_formula(nest, slots[0])
    present = [slot for slot, weight in form.weights.items() if weight < 0]
    return _readbacks(nest, found.elements, present[0].boundary) if present else found


def _slot_formula(nest: Nest, slot: Slot) -> Formula:
    tensor, shared = nest.workload.tensors[slot.tensor], levels_of(slot.shared)
    if slot.kind == Kind.ENTRIES:
        return _Entries(nest, tensor, slot.boundary, Grouping(shared, slot.along)).formula()
    if slot.kind == Kind.OPERANDS:
        return _remote_operands(nest, tensor, shared)
    if slot.kind == Kind.LOCAL:
        return _local_operands(nest, tensor)
    return _forwards(nest, tensor, slot.boundary, slot.along)


def _forwards(nest: Nest, tensor: Tensor, boundary: int, level: int) -> Formula:
    """What neighbours along a level pass on (A10): measured as a whole."""
    meaning = f"new to a unit, and held the step before by its neighbour in level {level}"
    return product_formula("all steps", (("f", forwarded(nest, tensor, boundary, level), meaning),))


def _readbacks(nest: Nest, updates: int, parent: int) -> Formula:
    """Entries less the first of each element under a parent (A13)."""
    values = (
        ("entries", updates, "all entries: each leaves once, as an update"),
        (
            "present",
            distinct_outputs(nest, parent),
            "elements ever present, over all parents: the first starts from zero",
        ),
    )
    return single_formula("all entries but the first of each", _symbol("entries") - _symbol("present"), values)


def points_formula(nest: Nest) -> Formula:
    """Every point of the iteration space once."""
    extents = nest.workload.extents.items()
    return product_formula("every point once", tuple((f"s_{_plain(n)}", e, f"extent of {n}") for n, e in extents))


def _local_operands(nest: Nest, tensor: Tensor) -> Formula:
    """A14: every MAC, or the runs of equal operands in groups of lanes."""
    lanes = nest.schedule.mapping.accelerator.lanes
    return points_formula(nest) if lanes == 1 else _operands_in_lanes(nest, tensor, lanes)


def _remote_operands(nest: Nest, tensor: Tensor, shared: frozenset[int]) -> Formula:
    """A15: distinct elements per group of units, axis by axis; other dimensions count how often they are needed."""
    factors = []
    for number, (names, count) in enumerate(operand_factors(nest, tensor, shared)):
        what = " and ".join(names)
        if names[0] not in tensor.dimensions:
            factors.append((f"r_{_plain(what)}", count, f"times that groups of units need an element along {what}"))
        elif len(names) == 1:
            factors.append((f"s_{_plain(what)}", count, f"extent of {what}"))
        else:
            factors.append((f"w_{number}", count, f"elements of the windows of {what}, together where MACs are"))
    return product_formula("every MAC, together where units share", tuple(factors))


def _operands_in_lanes(nest: Nest, tensor: Tensor, lanes: int) -> Formula:
    """A14: the runs of equal operands within each group of lanes, for every kind of chunk."""
    terms: list[Formula] = []
    for number, ((points, shared), count) in enumerate(sorted(chunk_kinds(nest, tensor).items())):
        values = (
            (f"c_{number}", count, "chunks of this kind"),
            (f"n_{number}", points, "points of a chunk"),
            (f"e_{number}", shared, "neighbouring points that use one element"),
            (f"m_{number}", lcm(shared, lanes), f"least common multiple of e_{number} and the lanes"),
            ("lanes", lanes, "lanes"),
        )
        c, n, e, m, width = (_symbol(symbol) for symbol, _, _ in values)
        runs = c * (n / e + sympy.ceiling(n / width) - sympy.ceiling(n / m))
        terms.append(single_formula(f"chunks of {points} points, {shared} to an element", runs, values))
    found = dict.fromkeys(value for term in terms for value in term.values)
    return Formula(tuple(move for term in terms for move in term.moves), tuple(found))


def _plain(name: str) -> str:
    return name.replace("'", "p")


def symbols_of(dimension: str, level: int) -> frozenset[str]:
    """The symbols of the steps and the units of a dimension's loop in a level."""
    return frozenset(f"{kind}_{_plain(dimension)}_{level}" for kind in "TU")


def chunk_symbol(dimension: str) -> str:
    """The symbol of the length of a dimension's chunk."""
    return f"s_{_plain(dimension)}"


@dataclass(slots=True)
class _Product:
    """A product of named factors, some of them lowered by one."""

    factors: list[tuple[str, int]] = field(default_factory=list)
    zero: bool = False

    def expression(self) -> Any:
        if self.zero:
            return 0
        return prod((_symbol(name) - less for name, less in self.factors), start=sympy.Integer(1))

    def value(self, values: dict[str, tuple[int, str]]) -> int:
        return 0 if self.zero else prod(values[name][0] - less for name, less in self.factors)


@dataclass(slots=True)
class _Entries:
    """Builds the formula of `traffic.entries`: fills, reads with multicast, or updates with reduction, by the grouping.

    `values` collects the value and the meaning of every symbol.
    """

    nest: Nest
    tensor: Tensor
    boundary: int
    grouping: Grouping
    values: dict[str, tuple[int, str]] = field(default_factory=dict)

    def formula(self) -> Formula:
        """All moves that bring something new."""
        advances = [None, *(advance for advance in self.nest.advances if advance.level < self.boundary)]
        found = []
        for number, (advance, move) in enumerate(zip(advances, self.nest.moves(self.boundary), strict=True)):
            volumes = self.nest.volumes(self.tensor, move, self.grouping)
            elements = new_elements([(v.need, v.keep) for v in volumes])
            if elements:
                terms = [
                    self._group(names, volume, advance, number)
                    for names, volume in zip(self._groups(), volumes, strict=True)
                ]
                loop = (advance.dimension, advance.level) if advance else None
                found.append(MoveTerm(_move_name(advance), sympy.factor_terms(new_elements(terms)), elements, loop))
        used = {str(symbol) for move in found for symbol in move.expression.free_symbols}
        values = tuple((name, *pair) for name, pair in self.values.items() if name in used)
        return Formula(tuple(found), values)

    def _groups(self) -> list[tuple[str, ...]]:
        """The dimensions of each entry of `Nest.volumes`."""
        used = [subscript.dimensions for subscript in self.tensor.subscripts]
        return [*used, *((name,) for name in self.nest.chains if name not in self.tensor.dimensions)]

    def _group(self, names: tuple[str, ...], volume: Volumes, advance: Advance | None, number: int) -> tuple[Any, Any]:
        """(need, keep) of a group: regular if that has the right value, else as steps times what each brings."""
        if len(names) == 1:
            need, keep = self._regular(names[0], advance)
            if need.value(self.values) == volume.need and keep.value(self.values) == volume.keep:
                return need.expression(), keep.expression()
        steps = _Product([factor for name in names for factor in self._steps(name, advance)])
        label = f"{_plain(''.join(names))}_{number}"
        what = f"{' and '.join(names)}, {_move_name(advance)}"
        return (
            self._measured(f"n_{label}", f"needed of {what}", volume.need, steps),
            self._measured(f"k_{label}", f"kept of {what}", volume.keep, steps),
        )

    def _measured(self, name: str, meaning: str, value: int, steps: _Product) -> Any:
        """A symbol with its value: per step where the steps divide it evenly, else over all steps."""
        if value == 0:
            return 0
        count = steps.value(self.values)
        even = count > 0 and value % count == 0
        self.values[name] = (value // count, f"{meaning}, per step") if even else (value, f"{meaning}, all steps")
        return steps.expression() * _symbol(name) if even else _symbol(name)

    def _steps(self, name: str, advance: Advance | None) -> list[tuple[str, int]]:
        """The loops of a dimension over which a move repeats: those outside, and the advancing one less one."""
        chain = self.nest.chains[name].above(self.boundary)
        depth = 0 if advance is None else dict(advance.depths)[name]
        own = advance is not None and advance.dimension == name
        length, factors = chain.extent, []
        for position, link in enumerate(chain.links):
            pieces = -(-length // link.size)
            symbol = f"T_{_plain(name)}_{link.level}"
            self.values[symbol] = -(-pieces // max(link.units, 1)), f"steps of {name} in level {link.level}"
            if position < depth + own:
                factors.append((symbol, int(position == depth)))
            length = min(length, link.size)
        return factors

    def _regular(self, name: str, advance: Advance | None) -> tuple[_Product, _Product]:
        """The sums of one dimension when all its chunks are full: steps, units and the length of a chunk."""
        chain = self.nest.chains[name].above(self.boundary)
        plain, used = _plain(name), name in self.tensor.dimensions
        factors = self._steps(name, advance)
        length = chain.extent
        for link in chain.links:
            if link.units and (used or link.level not in self.grouping.shared):
                at_work = min(-(-length // link.size), link.units)
                self.values[f"U_{plain}_{link.level}"] = at_work, f"units at work on {name} in level {link.level}"
                factors.append((f"U_{plain}_{link.level}", 0))
            length = min(length, link.size)
        if used:
            what = "length of the chunk" if chain.links else "extent"
            self.values[f"s_{plain}"] = length, f"{what} of {name}"
            factors.append((f"s_{plain}", 0))
        moved = used and advance is not None and self._changes(name, advance)
        return _Product(factors), _Product(factors, zero=moved or advance is None)

    def _changes(self, name: str, advance: Advance) -> bool:
        """Whether a move changes the chunk of a dimension: it advances, or a loop inside starts over."""
        if advance.dimension == name:
            return True
        inside = self.nest.chains[name].above(self.boundary).links[dict(advance.depths)[name] :]
        plain = _plain(name)
        return any(self.values[f"T_{plain}_{link.level}"][0] > 1 for link in inside)


def _move_name(advance: Advance | None) -> str:
    return "first step" if advance is None else f"{advance.dimension} advances in level {advance.level}"
