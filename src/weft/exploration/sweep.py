"""Programs over a space of machines, as a plain table: counted once per structure, priced in blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, product
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..backends.report.blocks import Block
from ..backends.report.sheet import Sheet, Tabular
from ..backends.report.whole import work_and_peak
from ..ir import (
    Accelerator,
    Dataflow,
    Diagnostic,
    MachineSpace,
    Mapping,
    Setting,
    Variable,
    WeftError,
    capacity_key,
    machine_problems,
    with_values,
)
from ..passes.pipeline import schedule
from .capacities import needed_capacities
from .machines import with_capacities, without_limits
from .price_grid import Patch, PriceGrid
from .priced import NUMBERS, RESULT, PricedProgram, Reasons, Rows
from .totals import with_total

MAX_ROWS = 10**12
"""Rows of a table: more take days."""

_SLOW = ("energy_table", "area_table", "technology_nm", "leakage_mw", "pe_leakage_mw")
"""Prices on which many others depend, so that they are gone through one by one: what a machine says that it leaks takes
the place of what tables say (A30)."""


class Unfinished(Exception):
    """The search for a program was stopped before its end."""


Finder: TypeAlias = Callable[[Mapping, Accelerator], Dataflow]
"""Finds the program of a layer (its own dataflow is not used) for a machine; WeftError if there is none, Unfinished if
it was stopped before it had one."""


@dataclass(frozen=True)
class SweptLayer:
    """A layer with its program; the machine of the mapping is not used."""

    network: str
    mapping: Mapping


@dataclass(frozen=True)
class Sweep(Tabular):
    """A row for every machine of `space` and every layer, and for all layers together with `total`.

    `time` is the time model; by `stepwise` every machine is evaluated by itself. With a `finder` the program of a layer
    is the one that it finds for the machine, one machine after the other. Rows go through the structures, then through
    the prices of each, the last variable fastest, then through the layers. With `total` the layers share a machine:
    memories whose capacity is needed are as large as the layer needs that needs most. Raises WeftError W731 for more
    than `MAX_ROWS` rows.
    """

    space: MachineSpace
    layers: tuple[SweptLayer, ...]
    time: str = "throughput"
    total: bool = False
    finder: Finder | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.size > MAX_ROWS:
            message = f"the table would have {self.size} rows; the limit is {MAX_ROWS}"
            raise WeftError(Diagnostic("W731", message, hint="let fewer fields vary, or in larger steps"))

    @property
    def size(self) -> int:
        """How many rows there are."""
        return self.space.size * (len(self.layers) + self.total)

    @property
    def needed(self) -> dict[str, str]:
        """The columns of needed capacities, with their memories."""
        return {capacity_key(name): name for name in self.space.needed}

    @property
    def names(self) -> tuple[str, ...]:
        """The columns: what varies, needed capacities, the layer, and what the program costs."""
        metrics = ("cycles", "seconds", "energy_pj", "area_mm2", "power_mw", "edp", "utilization", "fits", "reason")
        return (*self.space.keys, "network", "layer", *metrics)

    @cached_property
    def _outer(self) -> tuple[Variable, ...]:
        """The variables that are gone through one by one: without a finder those on which counts depend, and tables."""
        return tuple(item for item in self.space.variables if self.finder is not None or _is_outer(item))

    @cached_property
    def _grid(self) -> PriceGrid:
        return PriceGrid(tuple(item for item in self.space.variables if item not in self._outer))

    @cached_property
    def _settings(self) -> dict[str, NDArray[Any]]:
        return {item.key: setting_column(item) for item in self._grid.variables}

    @cached_property
    def labels(self) -> tuple[tuple[str, str], ...]:
        """The network and the name of every layer, the second of one name as NAME#2."""
        seen: Counter[tuple[str, str]] = Counter()
        found = []
        for item in self.layers:
            label = item.network, item.mapping.name
            seen[label] += 1
            found.append(label if seen[label] == 1 else (label[0], f"{label[1]}#{seen[label]}"))
        return tuple(found)

    @cached_property
    def _same(self) -> tuple[int, ...]:
        """For every layer the number of its program among those that differ: networks repeat layers."""
        known: dict[Any, int] = {}
        return tuple(known.setdefault(_program_of(item), len(known)) for item in self.layers)

    @cached_property
    def _distinct(self) -> tuple[SweptLayer, ...]:
        return tuple({_program_of(item): item for item in self.layers}.values())

    def blocks(self) -> Iterator[Block]:
        """The table in blocks of rows, in order; without machines whose programs a stopped finder has not found."""
        for values in product(*(variable.values for variable in self._outer)):
            with suppress(Unfinished):
                yield from self._structure(values)

    def columns(self) -> Block:
        """The whole table by columns. It has to fit into memory: some 150 bytes a row."""
        blocks = list(self.blocks())
        return {name: np.concatenate([block[name] for block in blocks]) for name in self.names}

    def sheet(self) -> Sheet:
        """The table as it is written, block by block."""
        return Sheet(self.names, self.blocks())

    def _structure(self, values: Sequence[Setting]) -> Iterator[Block]:
        """The rows of the machines with these values of the outer variables."""
        reasons = Reasons()
        base = without_limits(self.space.base, self.space.needed)
        machine = with_values(base, zip(self._outer, values, strict=True))
        programs = self._programs(machine, reasons)
        fixed = dict(zip((item.key for item in self._outer), values, strict=True))
        sizes = self._sizes(programs)
        programs = [self._sized(item, size) for item, size in zip(programs, sizes, strict=True)]
        for patch in self._grid.patches():
            results = [self._results(item, patch) for item in programs]
            found = [results[number] for number in self._same]
            if self.total:
                found.append(with_total(found, [name for _, name in self.labels], reasons))
            table = np.stack(found, axis=1) if len(found) > 1 else found[0].reshape(-1, 1)
            yield self._block(machine, fixed, patch, table, [sizes[number] for number in self._same], reasons)

    def _programs(self, machine: Accelerator, reasons: Reasons) -> list[PricedProgram | int]:
        """The programs that differ on a structure, or the numbers of the reasons why there are none."""
        free = _unlimited(machine, self._grid.variables)
        problem = next((text for _, text in machine_problems(free)), "")
        if problem:
            return [reasons.number(problem)] * len(self._distinct)
        # Tables by tensor, such as channels, are part of the structure.
        first = with_values(free, ((item, item.values[0]) for item in self._grid.variables if not _is_room(item)))
        found: list[PricedProgram | int] = []
        for layer in self._distinct:
            try:
                mapping = replace(layer.mapping, accelerator=first)
                if self.finder is not None:
                    mapping = replace(mapping, dataflow=self.finder(layer.mapping, machine))
                plan = schedule(mapping, "warning")
                found.append(PricedProgram(plan, machine, self._grid, reasons, self.time == "stepwise"))
            except WeftError as error:
                wrong = next(item for item in error.diagnostics if item.is_error)
                found.append(reasons.number(f"{wrong.code}: {wrong.message}"))
        return found

    def _sizes(self, programs: Sequence[PricedProgram | int]) -> list[dict[str, int]]:
        """The bytes of needed memories by program; with a total those that all need."""
        names = self.space.needed
        sizes = [
            needed_capacities(item.schedule, names) if isinstance(item, PricedProgram) else {} for item in programs
        ]
        if self.total:
            most = {name: max(size[name] for size in sizes if name in size) for name in {*chain(*sizes)}}
            return [most if size else size for size in sizes]
        return sizes

    def _sized(self, item: PricedProgram | int, sizes: dict[str, int]) -> PricedProgram | int:
        if not isinstance(item, PricedProgram) or not sizes:
            return item
        return replace(item, machine=with_capacities(item.machine, sizes))

    def _results(self, item: PricedProgram | int, patch: Patch) -> Rows:
        if isinstance(item, PricedProgram):
            return item.results(patch)
        table = np.zeros(patch.size, RESULT)
        for name in NUMBERS:
            table[name] = np.nan
        table["reason"] = item
        return table

    def _block(
        self,
        machine: Accelerator,
        fixed: dict[str, Setting],
        patch: Patch,
        found: Rows,
        sizes: Sequence[dict[str, int]],
        reasons: Reasons,
    ) -> Block:
        """The columns of machines [rows] and layers [layers], whose results are `found` [rows, layers]."""
        rows, layers = found.shape
        block: Block = {}
        prices = {item.key: number for number, item in enumerate(self._grid.variables)}
        for variable in self.space.variables:
            if variable.key in fixed:
                block[variable.key] = np.repeat(setting_column(variable, (fixed[variable.key],)), rows * layers)
            else:
                column = patch.of_variable(prices[variable.key], self._settings[variable.key])
                block[variable.key] = np.repeat(column, layers) if layers > 1 else column
        for name, memory in self.needed.items():
            each = [float(size.get(memory, np.nan)) for size in sizes]
            block[name] = np.tile(
                np.array([*each, max((size for size in each if size == size), default=np.nan)][:layers]), rows
            )
        names = [*self.labels, *[("", "total")] * self.total]
        block["network"], block["layer"] = (np.tile(np.array(part, object), rows) for part in zip(*names, strict=True))
        flat = found.reshape(-1)
        block |= {name: flat[name] for name in NUMBERS}
        block["edp"] = block["energy_pj"] * block["cycles"]
        placed = [replace(item.mapping, accelerator=machine) for item in self.layers]
        work: list[float] = [item.useful_work for item in placed]
        peaks = [item.accelerator.peak_macs for item in placed]
        if self.total:
            done, peak = work_and_peak(placed)
            work.append(done)
            peaks.append(peak)
        block["utilization"] = np.tile(np.array(work, float), rows) / (np.tile(peaks, rows) * block["cycles"])
        block["fits"], block["reason"] = flat["fits"], reasons.texts[flat["reason"]]
        return block


def setting_column(variable: Variable, values: Sequence[Setting] | None = None) -> NDArray[Any]:
    """Values of a variable as a column: numbers and flags as such, no limit as infinite, all others as texts."""
    chosen = variable.values if values is None else values
    if all(type(value) is bool for value in variable.values):
        return np.array(chosen, bool)
    kinds = {type(value) for value in variable.values if value is not None}
    if kinds <= {int, float} and not any(place[-1] == "instances" for place in variable.places):
        if kinds == {int} and None not in variable.values:
            return np.array(chosen, np.int64)
        return np.array([np.inf if value is None else value for value in chosen], np.float64)
    return np.array([variable.text(value) for value in chosen], object)


def _program_of(item: SweptLayer) -> Any:
    return item.mapping.workload, item.mapping.dataflow


def _is_outer(variable: Variable) -> bool:
    return not variable.priced or any(place[-1] in _SLOW for place in variable.places)


def _is_room(variable: Variable) -> bool:
    return any(place[-1] == "capacity_bytes" for place in variable.places)


def _unlimited(machine: Accelerator, variables: Sequence[Variable]) -> Accelerator:
    """The machine without the capacities that vary."""
    return with_values(machine, ((item, None) for item in variables if _is_room(item)))
