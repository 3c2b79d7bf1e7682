"""Programs with open sizes: every value of every symbol is a program, clipped chunks included.

`search.spaces.template` reads the same texts as spaces of which equal programs are one; here each choice of values is a
program of its own, as explorations count them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from ..ir import Accelerator, Dataflow, Diagnostic, Directive, Findings, Size, WeftError, Workload, free_symbols
from ..ir.nearest import did_you_mean
from ..passes.canonicalize import check_names
from ..search.spaces.symbols import BoundSize
from ..search.spaces.template import check_maps, is_whole, template_levels
from ..search.spaces.template_sizes import most_value, with_extents, with_offsets
from ..search.structure.plan import Flags, Ints
from .expressions import values_of

Values = Mapping[str, Sequence[int]]
"""The values of symbols, by name."""

Level = tuple[Directive, ...]


@dataclass(frozen=True)
class OpenProgram:
    """A program of a layer with `symbols` for sizes, each with its values; `tiles` of them, the last changing fastest.

    `levels` are its maps on dimensions alone, those that never advance left out; None if the program does not amount to
    such maps, so that each of its tiles has to be read by itself.
    """

    name: str
    workload: Workload
    dataflow: Dataflow
    symbols: tuple[tuple[str, tuple[int, ...]], ...]
    levels: tuple[Level, ...] | None

    @property
    def tiles(self) -> int:
        """How many choices of values there are."""
        return prod(len(values) for _, values in self.symbols)

    def values(self, numbers: Ints) -> dict[str, Ints]:
        """The values of the symbols for tiles by their numbers."""
        places = self._places(numbers)
        return {name: np.array(values, np.int64)[places[name]] for name, values in self.symbols}

    def _places(self, numbers: Ints) -> dict[str, Ints]:
        """Where the values of the symbols stand among theirs."""
        found, left = {}, numbers
        for name, values in reversed(self.symbols):
            left, found[name] = np.divmod(left, len(values))
        return found

    def tile(self, number: int) -> dict[str, int]:
        """The values of the symbols of one tile."""
        return {name: int(values[0]) for name, values in self.values(np.array([number])).items()}

    def bound(self, number: int) -> Dataflow:
        """The program of a tile."""
        return self.dataflow.bind(self.workload.extents, self.tile(number))

    def clusters(self, numbers: Ints) -> Iterator[tuple[Ints, Ints]]:
        """The sizes of the clusters of tiles, 0 where one is no number from 1 on, each with the places of its tiles."""
        sizes = [item.size for item in self.dataflow.clusters]
        if not any(map(free_symbols, sizes)):
            yield np.array([max(0, size) if isinstance(size, int) else 0 for size in sizes]), np.arange(len(numbers))
            return
        values = self.values(numbers)
        columns = np.stack([values_of(size, values, len(numbers)) for size in sizes], axis=1)
        chosen, place = np.unique(columns, axis=0, return_inverse=True)
        for number, found in enumerate(chosen):
            yield found, np.flatnonzero(place.reshape(-1) == number)

    @cached_property
    def chains(self) -> Ints:
        """[R, L] every chain of chunks that a dimension can have: a row per choice of the symbols of its maps.

        A chunk is no longer than that above; 0 where a level does not map the dimension, -1 where a size is no number
        from 1 on.
        """
        return np.concatenate([self._chains(name) for name in self.workload.extents])

    @cached_property
    def chain_dimensions(self) -> Ints:
        """[R] the dimensions of the chains, as places in the workload."""
        counts = [prod(len(values) for _, values in self._symbols(name)) for name in self.workload.extents]
        return np.repeat(np.arange(len(counts)), counts)

    @cached_property
    def legal(self) -> Flags:
        """[R] the chains of which all sizes are numbers from 1 on."""
        return np.asarray(self.chains.min(axis=1) >= 0)

    def rows(self, numbers: Ints) -> Ints:
        """[N, D] the chains of all dimensions of the workload, as rows of `chains`, of tiles by their numbers."""
        found = np.empty((len(numbers), len(self.workload.extents)), np.int64)
        places, first = self._places(numbers), 0
        for d, name in enumerate(self.workload.extents):
            row = np.zeros(len(numbers), np.int64)
            for symbol, values in self._symbols(name):
                row = row * len(values) + places[symbol]
            found[:, d] = first + row
            first += prod(len(values) for _, values in self._symbols(name))
        return found

    def _symbols(self, dimension: str) -> list[tuple[str, tuple[int, ...]]]:
        """The symbols of the maps of a dimension, with their values."""
        names = {name for d in self._maps(dimension) if d for name in free_symbols(d.size)}
        return [(name, values) for name, values in self.symbols if name in names]

    def _maps(self, dimension: str) -> list[Directive | None]:
        """The map of a dimension at every level."""
        assert self.levels is not None
        return [next((d for d in level if d.dimension == dimension), None) for level in self.levels]

    def _chains(self, dimension: str) -> Ints:
        symbols, maps = self._symbols(dimension), self._maps(dimension)
        count = prod(len(values) for _, values in symbols)
        grid = np.meshgrid(*(np.array(values, np.int64) for _, values in symbols), indexing="ij")
        values = {name: column.reshape(-1) for (name, _), column in zip(symbols, grid, strict=True)}
        found, above = np.zeros((count, len(maps)), np.int64), np.full(count, self.workload.extents[dimension])
        for level, directive in enumerate(maps):
            if directive is not None:
                wanted = values_of(directive.size, values, count)
                above = np.minimum(above, np.maximum(wanted, 1))
                found[:, level] = np.where(wanted < 1, -1, above)
        return found


def open_program(
    name: str, workload: Workload, dataflow: Dataflow, accelerators: Iterable[Accelerator], tiles: Values
) -> OpenProgram:
    """A program with open sizes on any of some machines; symbols without values have all from 1 to the extent.

    Raises WeftError for a program without maps, and for names that the workload has not.
    """
    check_maps(dataflow)
    whole = with_offsets(with_extents(workload, dataflow))
    findings = Findings()
    check_names(workload, whole, findings)
    findings.raise_errors()
    levels: tuple[Level, ...] | None = template_levels(workload, whole, findings)
    if findings.has_errors or any(_excludes(workload, level) for level in whole.levels):
        levels = None
    pes = max(machine.pes for machine in accelerators)
    names = [*(item for item in tiles if item in whole.free_symbols), *_in_order(whole, tiles)]
    symbols = tuple((item, tuple(tiles[item]) if item in tiles else _all(item, workload, whole, pes)) for item in names)
    return OpenProgram(name, workload, whole, symbols, levels)


def _excludes(workload: Workload, level: Level) -> bool:
    """Whether a dimension is spread as a whole beside another one: its first unit alone has any of it, so the program
    is legal with the sizes with which the other does not advance either."""
    spread = [d for d in level if d.spatial]
    return len(spread) > 1 and any(is_whole(workload, d) for d in spread)


def check_tiles(tiles: Values, programs: Sequence[OpenProgram]) -> None:
    """WeftError for values of a symbol that no program has."""
    known = {name for program in programs for name in program.dataflow.free_symbols}
    found = []
    for name in tiles:
        if name not in known:
            hint = did_you_mean(name, sorted(known), "open sizes")
            found.append(Diagnostic("W002", f"no program has an open size '{name}'", hint=hint))
    if found:
        raise WeftError(found)


def _in_order(dataflow: Dataflow, given: Values) -> list[str]:
    """The open sizes without values in the order in which the program names them."""
    found: dict[str, None] = {}
    for number, level in enumerate(dataflow.levels):
        sizes = [size for d in level for size in (d.size, d.offset)]
        if number < len(dataflow.clusters):
            sizes.append(dataflow.clusters[number].size)
        found |= {name: None for size in sizes for name in sorted(free_symbols(size)) if name not in given}
    return list(found)


def _all(name: str, workload: Workload, dataflow: Dataflow, pes: int) -> tuple[int, ...]:
    """All values of a symbol: from 1 to the one beyond which no size changes."""
    extents = dict(workload.extents)
    extents |= {index.name: index.span(extents[index.output], extents[index.window]) for index in workload.indices}
    found: list[tuple[BoundSize, int]] = []
    for number, level in enumerate(dataflow.levels):
        for d in level:
            sizes: list[Size] = [d.size] if d.size == d.offset else [d.size, d.offset]
            found += [(BoundSize(number, d.dimension, size), extents[d.dimension]) for size in sizes]
    found += [(BoundSize(number, "", item.size), pes) for number, item in enumerate(dataflow.clusters, 1)]
    return tuple(range(1, most_value(name, found) + 1))
