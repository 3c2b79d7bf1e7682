"""Machines with a program for every layer as genes, priced together: the joint space that an exploration proves.

Every gene is a number from 0 up to 1. The first ones are those of the machine: a value of each variable, and a size of
each memory that is as large as needed, in steps. Then come those of every layer: its structure, its placement, and for
each dimension what part each level has in the logarithm of the extent, and its rank in the order of each level. The
programs are those of the default space.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from weft.exploration.machines import with_capacities
from weft.exploration.silicon import Silicon
from weft.exploration.together import Share
from weft.exploration.useful import useful_bytes
from weft.ir import Accelerator, Job, is_machine, with_values
from weft.search import MapSpace, Point, Structure, machine_space
from weft.search.compiled import compiled
from weft.search.descent.single import asked_slots, evaluate_point, vector_width
from weft.search.ground import skeleton
from weft.search.structure.cost_arrays import build_cost_arrays
from weft.search.structure.flat import F, Flat, flatten, item, rows
from weft.search.structure.plan import Floats, Ints, Plan

STEP = 2**0.5
"""Sizes of memories that are as large as needed are so many times each other."""

Genes = NDArray[np.float64]


class Machines:
    """The machines of a job by genes."""

    def __init__(self, job: Job, layers: Sequence[Share]) -> None:
        self.job = job
        workloads = [layer.workload for layer in layers]
        self._sizes = {name: _steps(useful_bytes(job.space.base, name, workloads)) for name in job.space.needed}
        self._silicon, self._known = Silicon(), dict[tuple[int, ...], Accelerator | None]()
        self._taken: dict[int, tuple[Accelerator, float, float, bool]] = {}
        self.genes = len(job.space.variables) + len(self._sizes)

    def numbers(self, genes: Genes) -> tuple[int, ...]:
        """Which value of every variable, and which size of every memory, genes mean."""
        counts = [len(item.values) for item in self.job.space.variables] + [len(item) for item in self._sizes.values()]
        return tuple(int(gene * count) for gene, count in zip(genes, counts, strict=True))

    def machine(self, numbers: tuple[int, ...]) -> Accelerator | None:
        """The machine; None if it breaks a rule, or a limit by itself."""
        if numbers not in self._known:
            values = [(item, item.values[n]) for item, n in zip(self.job.space.variables, numbers, strict=False)]
            sizes = zip(self._sizes.items(), numbers[len(values) :], strict=True)
            machine = with_capacities(with_values(self.job.space.base, values), {k: of[n] for (k, of), n in sizes})
            self._known[numbers] = machine if is_machine(machine) and self.keeps(machine) else None
        return self._known[numbers]

    def keeps(self, machine: Accelerator, energy: float = 0.0, cycles: float = 1.0) -> bool:
        """Whether a machine is within the limits on area and power; without what runs, by what it leaks."""
        if id(machine) not in self._taken:
            own = self._silicon.power_mw(machine)
            leaks = self._silicon.leakage_mw(machine) if own is None else own
            self._taken[id(machine)] = machine, self._silicon.area_mm2(machine), leaks, own is None
        _, area, power, spends = self._taken[id(machine)]
        power += energy * 1e-3 * machine.clock_mhz / cycles if spends else 0.0
        amounts = {"area_mm2": area, "power_mw": power}
        return all(amounts[name] <= most * (1 + 1e-12) for name, most in self.job.limits)


def _steps(most: int) -> list[int]:
    found, size = {1}, 1.0
    while size < most:
        found.add(int(size))
        size *= STEP
    return sorted({*found, most})


@dataclass
class Priced:
    """Programs of a layer whose costs are made of the same forms, with the numbers of some machines."""

    ints: Ints
    wanted: NDArray[np.bool_]
    width: int
    rows: list[int] = field(default_factory=list)
    floats: list[Floats] = field(default_factory=list)


@dataclass(frozen=True)
class Listed:
    """The structures of a layer on a machine: units and the spread dimension (-1: none) of every level [S, L]."""

    space: MapSpace
    structures: tuple[Structure, ...]
    units: Ints
    spread: Ints


class Programs:
    """The programs of a layer on the machines of a job by genes. Energies are right if it `spends` any that count."""

    def __init__(self, share: Share, spends: bool) -> None:
        self.share, self._spends = share, spends
        self._listed: dict[Any, Listed] = {}
        self._made: dict[Any, tuple[Flat, NDArray[np.bool_], int, list[str]]] = {}
        self._flats: dict[Any, tuple[Flat, NDArray[np.bool_], int]] = {}
        names = [name for name, extent in share.workload.dimensions if extent > 1]
        self.names = names or [share.workload.dimensions[0][0]]

    def listed(self, machine: Accelerator) -> Listed:
        """The structures of a machine."""
        key = machine.pes, machine.shape
        if key not in self._listed:
            space, place = (
                machine_space(self.share.workload, machine, mixed=False),
                {n: d for d, n in enumerate(self.names)},
            )
            found = space.structures()
            spread = [[place.get(name or "", -1) for name in one.spatial] for one in found]
            units = np.array([one.units for one in found], np.int64)
            self._listed[key] = Listed(space, found, units, np.array(spread, np.int64))
        return self._listed[key]

    def genes(self, machine: Accelerator) -> int:
        """How many genes a program has."""
        levels = len(self.listed(machine).space.levels)
        return 2 + len(self.names) * (2 * levels + 1)

    def price(self, machines: Sequence[Accelerator], genes: Genes) -> Floats:
        """[N, 2] picojoules and cycles of programs on machines; infinite for those that do not fit."""
        listed = [self.listed(machine) for machine in machines]
        chosen = [int(gene * len(one.structures)) for gene, one in zip(genes[:, 0], listed, strict=True)]
        units, spread = (
            np.array([getattr(one, name)[n] for one, n in zip(listed, chosen, strict=True)])
            for name in ("units", "spread")
        )
        groups: dict[bytes, Priced] = {}
        for row, (machine, one, number) in enumerate(zip(machines, listed, chosen, strict=True)):
            flat, wanted, width = self._flat(machine, one, number)
            group = groups.setdefault(flat.ints.tobytes(), Priced(flat.ints, wanted, width))
            group.rows.append(row)
            group.floats.append(flat.floats)
        found = np.empty((len(machines), 2))
        temporal = self._temporal(listed[0].space)
        for group in groups.values():
            out = np.empty((len(group.rows), 2))
            at, floats = np.array(group.rows), np.array(group.floats)
            price_genes(group.ints, floats, group.wanted, group.width, units[at], spread[at], temporal, genes[at], out)
            found[at] = out
        return found

    def point(self, machine: Accelerator, genes: Genes) -> tuple[MapSpace, Point]:
        """The program of genes, in its space."""
        listed = self.listed(machine)
        number = int(genes[0] * len(listed.structures))
        flat, wanted, _ = self._flat(machine, listed, number)
        sizes, order = (np.empty(shape, np.int64) for shape in ((len(self.names), len(listed.space.levels)),) * 2)
        order, units = order.T.copy(), sizes.copy()
        placement = decode(
            Flat(flat.ints, flat.floats), len(wanted), listed.units[number], listed.spread[number],
            self._temporal(listed.space), genes, sizes, units, order,
        )  # fmt: skip
        levels = tuple(
            tuple((self.names[d], int(sizes[d, level])) for d in numbers if d >= 0)
            for level, numbers in enumerate(order)
        )
        space = machine_space(self.share.workload, machine, mixed=False)
        return space, Point(listed.structures[number], levels, space.placements()[placement])

    def _temporal(self, space: MapSpace) -> Ints:
        return np.array([[name in level.temporal for name in self.names] for level in space.levels], np.int64)

    def _flat(self, machine: Accelerator, listed: Listed, number: int) -> tuple[Flat, NDArray[np.bool_], int]:
        """The costs of programs whose units are one where those of a structure are."""
        pattern = tuple(count > 1 for count in listed.structures[number].units)
        if (id(machine), pattern) not in self._flats:  # `Machines` has every machine once
            plain = replace(machine, name="", pes=1, shape=())
            free = replace(plain, memories=tuple(replace(item, capacity_bytes=None) for item in plain.memories))
            limited = tuple(item.capacity_bytes is None for item in machine.memories)
            key = plain if self._spends else free, limited, pattern
            if key not in self._made:
                self._made[key] = self._make(machine, listed.structures[number])
            flat, wanted, width, rooms = self._made[key]
            floats, first = flat.floats.copy(), flat.ints[F.room_bits]
            for place, name in enumerate(rooms, first):
                memory = next(item for item in machine.memories if item.name == name)
                assert not memory.capacities
                floats[place] = 8.0 * (memory.capacity_bytes or 0)
            self._flats[id(machine), pattern] = Flat(flat.ints, floats), wanted, width
        return self._flats[id(machine), pattern]

    def _make(self, machine: Accelerator, structure: Structure) -> tuple[Flat, NDArray[np.bool_], int, list[str]]:
        space = machine_space(self.share.workload, machine, mixed=False)
        plan = Plan(skeleton(space, structure), space.placements(), "throughput")
        if not plan.exact:
            raise ValueError("the counts of this machine are no linear forms")
        arrays = build_cost_arrays(plan, [()] * len(plan.schedule.levels))
        assert all(room.bits % 8 == 0 for room in plan.rooms)
        return flatten(arrays), asked_slots(arrays), vector_width(plan), [room.memory for room in plan.rooms]


@compiled
def decode(
    p: Flat, placements: int, units: Ints, spread: Ints, temporal: Ints, genes: Floats, sizes: Ints, spread_units: Ints,
    order: Ints,
) -> int:  # fmt: skip
    """Chunk sizes and units [D, L] and orders [L, D] of genes; the number of the placement."""
    dimensions, levels = sizes.shape
    parts = np.empty(levels + 1)
    for d in range(dimensions):
        first = 2 + d * (2 * levels + 1)
        for level in range(levels + 1):
            parts[level] = -np.log(1.0 - genes[first + level])
        held, total = item(p, F.extents, d), max(parts.sum(), 1e-300)
        for level in range(levels):
            here = spread[level] == d
            sizes[d, level], spread_units[d, level] = 0, units[level] if here else 0
            if here or temporal[level, d]:
                trips = int(np.round(item(p, F.extents, d) ** (parts[level] / total)))
                # Every other spread dimension has as many chunks as there are units.
                if here and genes[first + level] < 0.5:
                    trips = units[level]
                trips = min(max(trips, 1), held)
                held = -(-held // trips)
                sizes[d, level] = held
    for level in range(levels):
        left = 0
        for d in range(dimensions):
            order[level, d] = -1
            if sizes[d, level]:
                place = left
                while place and _key(genes, order[level, place - 1], level, levels) > _key(genes, d, level, levels):
                    order[level, place] = order[level, place - 1]
                    place -= 1
                order[level, place] = d
                left += 1
    return int(genes[1] * placements)


@compiled
def _key(genes: Floats, d: int, level: int, levels: int) -> float:
    return genes[2 + d * (2 * levels + 1) + levels + 1 + level]


@compiled
def price_genes(
    ints: Ints, floats: Floats, wanted: NDArray[np.bool_], width: int, units: Ints, spread: Ints, temporal: Ints,
    genes: Floats, found: Floats,
) -> None:  # fmt: skip
    """Picojoules and cycles [N, 2] of programs; infinite where they do not fit."""
    levels = units.shape[1]
    for n in range(len(genes)):
        p = Flat(ints, floats[n])
        dimensions = rows(p, F.extents)
        sizes, spread_units = np.empty((dimensions, levels), np.int64), np.empty((dimensions, levels), np.int64)
        order = np.empty((levels, dimensions), np.int64)
        placement = decode(p, wanted.shape[0], units[n], spread[n], temporal, genes[n], sizes, spread_units, order)
        slots, out = np.zeros(wanted.shape[1]), np.empty(rows(p, F.width) + 1)
        cycles, room = evaluate_point(p, wanted[placement], width, sizes, spread_units, order, placement, slots, out)
        found[n, 0], found[n, 1] = (out[0], cycles) if room < 0 else (np.inf, np.inf)
