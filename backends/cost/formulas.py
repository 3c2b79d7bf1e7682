"""The closed forms with symbols left in: the same `new_elements`, fed with sympy expressions instead of numbers.

For a dimension d and level i, `T_d_i` is the number of steps of its loop, `U_d_i` the number of units it is spread
over and `s_d` the length of its chunk. A one-dimensional sum is written with them where that is exact for the program
at hand; a ragged or windowed sum stands as a symbol of its own, with its value. Substituting the values gives the
count, always.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import Any

import sympy

from ...ir import Tensor
from .nest import Advance, Grouping, Nest
from .traffic import new_elements
from .windows import Volumes


@dataclass(frozen=True, slots=True)
class MoveTerm:
    """What one move contributes: `name` says which loop advances, `expression` with symbols, `elements` its value."""

    name: str
    expression: sympy.Expr
    elements: int


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

    def substituted(self) -> int:
        """The expression with the values put in; equal to `elements`."""
        return int(self.expression.subs({_symbol(name): value for name, value, _ in self.values}))


def _symbol(name: str) -> sympy.Symbol:
    symbol: sympy.Symbol = sympy.Symbol(name, positive=True)  # type: ignore[no-untyped-call]
    return symbol


@dataclass(slots=True)
class _Symbols:
    values: dict[str, tuple[int, str]] = field(default_factory=dict)

    def of(self, name: str, value: int, meaning: str) -> sympy.Symbol:
        self.values[name] = (value, meaning)
        return _symbol(name)


def entries_formula(nest: Nest, tensor: Tensor, boundary: int, grouping: Grouping) -> Formula:
    """The formula of `traffic.entries`: fills, reads with multicast, or updates with reduction, by the grouping."""
    symbols = _Symbols()
    advances = [advance for advance in nest.advances if advance.level < boundary]
    found = []
    for number, move in enumerate(nest.moves(boundary)):
        advance = advances[number - 1] if number else None
        volumes = nest.volumes(tensor, move, grouping)
        names = _group_names(nest, tensor)
        terms = [
            _group_term(nest, tensor, boundary, grouping, advance, names[i], volumes[i], symbols, number)
            for i in range(len(volumes))
        ]
        elements = new_elements([(v.need, v.keep) for v in volumes])
        if elements:
            found.append(MoveTerm(_move_name(advance), sympy.factor_terms(new_elements(terms)), elements))
    used = {str(symbol) for move in found for symbol in move.expression.free_symbols}
    values = tuple((name, *pair) for name, pair in symbols.values.items() if name in used)
    return Formula(tuple(found), values)


def _move_name(advance: Advance | None) -> str:
    return "first step" if advance is None else f"{advance.dimension} advances in level {advance.level}"


def _group_names(nest: Nest, tensor: Tensor) -> list[tuple[str, ...]]:
    """The dimensions of each entry of `Nest.volumes`."""
    used = [subscript.dimensions for subscript in tensor.subscripts]
    return [*used, *((name,) for name in nest.chains if name not in tensor.dimensions)]


def _group_term(
    nest: Nest,
    tensor: Tensor,
    boundary: int,
    grouping: Grouping,
    advance: Advance | None,
    names: tuple[str, ...],
    volume: Volumes,
    symbols: _Symbols,
    number: int,
) -> tuple[Any, Any]:
    """(need, keep) of a group, symbolic where the regular form has the right value."""
    if len(names) == 1:
        need, keep = _regular(nest, tensor, boundary, grouping, advance, names[0])
        values = {name: value for name, (value, _) in need.values.items()}
        if need.value(values) == volume.need and keep.value(values) == volume.keep:
            symbols.values.update(need.values)
            return need.expression(), keep.expression()
    label = "".join(names).replace("'", "p")
    which = f"{_move_name(advance)}"
    meaning = f"elements of {' and '.join(names)}, all steps and units, when: {which}"
    terms = [
        value if value in (0, 1) else symbols.of(f"{kind}_{label}_{number}", value, f"{text} {meaning}")
        for kind, text, value in (("n", "needed", volume.need), ("k", "kept", volume.keep))
    ]
    return terms[0], terms[1]


@dataclass(slots=True)
class _Product:
    """A product of named factors, some of them lowered by one."""

    factors: list[tuple[str, int]]
    values: dict[str, tuple[int, str]]
    zero: bool = False

    def expression(self) -> Any:
        if self.zero:
            return 0
        return prod((_symbol(name) - less for name, less in self.factors), start=sympy.Integer(1))

    def value(self, values: dict[str, int]) -> int:
        return 0 if self.zero else prod(values[name] - less for name, less in self.factors)


def _regular(
    nest: Nest, tensor: Tensor, boundary: int, grouping: Grouping, advance: Advance | None, name: str
) -> tuple[_Product, _Product]:
    """The sums of one dimension when all its chunks are full: steps outside · units · chunk length."""
    chain = nest.chains[name].above(boundary)
    plain = name.replace("'", "p")
    depth = 0 if advance is None else dict(advance.depths)[name]
    own = advance is not None and advance.dimension == name
    factors: list[tuple[str, int]] = []
    values: dict[str, tuple[int, str]] = {}
    length, restarts = chain.extent, False
    for position, link in enumerate(chain.links):
        pieces = -(-length // link.size)
        steps = -(-pieces // max(link.units, 1))
        values[f"T_{plain}_{link.level}"] = (steps, f"steps of {name} in level {link.level}")
        if position < depth or (own and position == depth):
            factors.append((f"T_{plain}_{link.level}", int(position == depth)))
        elif steps > 1:
            restarts = True
        if link.units and (name in tensor.dimensions or link.level not in grouping.shared):
            values[f"U_{plain}_{link.level}"] = (
                min(pieces, link.units),
                f"units at work on {name} in level {link.level}",
            )
            factors.append((f"U_{plain}_{link.level}", 0))
        length = min(length, link.size)
    used = name in tensor.dimensions
    if used:
        values[f"s_{plain}"] = (
            length,
            f"length of the chunk of {name}" if chain.links else f"extent of {name}",
        )
        factors.append((f"s_{plain}", 0))
    moved = used and (own or restarts)
    return _Product(factors, values), _Product(factors, values, zero=moved or advance is None)
