"""Small spaces of machines with small layers, by chance from a seed, and every design of them evaluated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from math import inf
from pathlib import Path
from random import Random

import numpy as np
from map_searches import workload_by_chance
from test_map_exhaustive import effective

import weft
from weft.backends.energy import leaks
from weft.exploration.together import TOGETHER, Share, combined, layer_objective, shares
from weft.ir import Accelerator, Interconnect, Mapping, Memory, WeftError
from weft.ir.machine_space import MachineSpace, Variable, is_machine
from weft.search.objective import Metrics, read_objective
from weft.search.spaces.request import OneASide, SpaceRequest

MOST_PROGRAMS = 1200
"""Programs that a layer may have on a machine."""

SIZED = """
name: by_size
technology: none
source: for tests
entries:
  mac: {value: 1.0, unit: pJ, source: test}
  network: {value: 0.25, unit: pJ, source: test}
  pe:
    source: test
    points:
      - {capacity_bytes: 1, width_bits: 8, read: 0.2, write: 0.3}
      - {capacity_bytes: 1000000, width_bits: 8, read: 20, write: 30}
  buffer:
    source: test
    points:
      - {capacity_bytes: 1, width_bits: 8, read: 0.5, write: 0.5}
      - {capacity_bytes: 1000000, width_bits: 8, read: 90, write: 60}
  dram: {value: 20.0, unit: pJ, source: test}
"""


class Tiles:
    """An area and a power by elements, bytes and widths."""

    def __init__(self, powered: bool) -> None:
        self.powered = powered

    def area_mm2(self, machine: Accelerator) -> float:
        area = 5.0 * machine.pes
        for memory in machine.memories[1:]:
            copies = machine.pes if memory.instances is None else memory.instances
            area += copies * (0.25 * (memory.capacity_bytes or 400) + 2.0 * (memory.shared_bandwidth or 16))
        return area + sum(1.5 * (memory.networks[0].bandwidth or 16) for memory in machine.memories[:-1])

    def power_mw(self, machine: Accelerator) -> float | None:
        if not self.powered:
            return None
        return 3.0 * machine.pes + sum(0.5 * (memory.shared_bandwidth or 16) for memory in machine.memories)

    def leakage_mw(self, machine: Accelerator) -> float:
        return self.least_leakage_mw(machine, machine)

    def least_leakage_mw(self, least: Accelerator, largest: Accelerator) -> float:
        """Small memories leak more than those that are somewhat larger."""
        if self.powered:
            return 0.0
        sizes = [
            (one.capacity_bytes or 400, other.capacity_bytes or 400)
            for one, other in zip(least.memories[1:], largest.memories[1:], strict=True)
        ]
        return 5.0 * least.pes + sum(one * (5.0 if one < 30 else 0.5) for one, other in sizes if one == other)


@dataclass(frozen=True)
class Case:
    """A space of machines with layers and what is asked of them."""

    space: MachineSpace
    layers: tuple[Share, ...]
    request: SpaceRequest
    objective: str
    limits: tuple[tuple[str, float], ...]
    silicon: Tiles
    area_mm2: float
    power_mw: float


def case_by_chance(random: Random, folder: Path) -> Case:
    """A case of up to some ten thousand designs."""
    table = folder / "by_size.yaml"
    table.write_text(SIZED, "utf-8")
    while True:
        found = _case(random, str(table))
        if found is not None:
            return found


def _case(random: Random, sized: str) -> Case | None:
    base = _machine(random, sized)
    # With leaking, or energies by size, every byte has another answer.
    share = 0.0 if leaks(base) else 0.1 if base.energy_table == sized else 0.3
    needed = tuple(memory.name for memory in base.memories[1:] if random.random() < share)
    space = MachineSpace(base, _variables(random, base, needed), needed)
    workloads = [workload_by_chance(random, 1000) for _ in range(random.choice((1, 1, 2, 3)))]
    workloads += workloads[:1] * (random.random() < 0.3)
    layers = shares(("net", f"layer {n}", workload) for n, workload in enumerate(workloads))
    constraints = tuple(_constraints(random, base))
    request = random.choice((OneASide, SpaceRequest))(
        constraints=constraints, split=random.choice(("even", "perfect", "any"))
    )
    objective = random.choice(TOGETHER)
    silicon = Tiles(random.random() < 0.4)
    machines = [machine for _, machine in space.machines()]
    areas = sorted(silicon.area_mm2(machine) for machine in machines)
    area = random.choice((inf, areas[len(areas) // 2], random.uniform(areas[0], areas[-1])))
    powers = sorted(silicon.power_mw(machine) or 0.0 for machine in machines)
    power = random.uniform(powers[0], powers[-1]) if silicon.powered else _average(random)
    try:
        sizes = [request.space(layer.workload, base).size for layer in layers]
    except WeftError:
        return None
    if any(workload.points == 1 for workload in workloads) or not all(0 < size <= MOST_PROGRAMS for size in sizes):
        return None
    limits: tuple[tuple[str, float], ...] = ()
    if sum(layer.count for layer in layers) == 1 and random.random() < 0.5:
        points = workloads[0].points
        most = {"cycles": points / random.randint(1, 6), "energy_pj": points * random.uniform(3, 60)}
        limits = (random.choice(sorted(most.items())),)
    return Case(space, layers, request, objective, limits, silicon, area, power)


def _average(random: Random) -> float:
    """Milliwatts of which some programs take less and some more, at 1 GHz; or no limit."""
    return random.choice((inf, 10 ** random.uniform(2, 4)))


def _machine(random: Random, sized: str) -> Accelerator:
    nets = tuple(
        Interconnect(random.choice((None, 1, 2)), multicast=random.random() < 0.8, reduction=random.random() < 0.8)
        for _ in range(3)
    )
    outer = Memory("DRAM", networks=nets[:1], shared_bandwidth=random.choice((None, 2, 5)))
    middle = Memory(
        "L2", 1, random.randint(20, 120), random.choice(("double", "rolling", "single")), nets[1:2],
        shared_bandwidth=random.choice((None, 2, 3)),
    )  # fmt: skip
    inner = Memory("L1", None, random.randint(6, 40), random.choice(("double", "rolling", "single")))
    memories = random.choice(((outer, middle, inner), (outer, inner), (outer, middle)))
    leaking = random.random() < 0.15
    return Accelerator(
        "machine", random.choice((2, 4)), memories, energy_table=random.choice(("eyeriss", "maestro_28nm", sized)),
        pe_leakage_mw=5.0 if leaking else 0.0, default_word_bits=random.choice((8, 16)),
    )  # fmt: skip


def _variables(random: Random, base: Accelerator, needed: tuple[str, ...]) -> tuple[Variable, ...]:
    found = [Variable("pes", (("pes",),), random.choice(((1, 2, 4), (2, 3), (4, 6))))]
    for number, memory in enumerate(base.memories):
        widths = tuple(random.sample((1, 2, 3, 5, 8, None), random.choice((2, 3))))
        found.append(Variable(f"{memory.name}.port", (("memories", number, "shared_bandwidth"),), widths))
        if number and memory.name not in needed:
            sizes = tuple(random.sample(range(4, 140), random.choice((2, 3, 5))))
            found.append(Variable(f"{memory.name}.room", (("memories", number, "capacity_bytes"),), sizes))
    wires = ("memories", 0, "networks", 0)
    found.append(Variable("wires", ((*wires, "bandwidth"),), tuple(random.sample((1, 2, 4, None), 2))))
    found.append(Variable("multicast", ((*wires, "multicast"),), (True, False)))
    found.append(Variable("words", (("default_word_bits",),), random.choice(((8, 16), (16, 32), (4, 8, 32)))))
    found.append(Variable("banks", (("memories", len(base.memories) - 1, "banks"),), (1, 3, 8)))
    found.append(Variable("buffering", (("memories", len(base.memories) - 1, "buffering"),), ("double", "rolling")))
    return tuple(sorted(random.sample(found, random.randint(1, 3)), key=lambda item: item.key))


def _constraints(random: Random, base: Accelerator) -> Iterator[str]:
    yield random.choice(("order: K", "split: even"))
    for memory in base.memories[1:]:
        if random.random() < 0.8:
            yield f"hold {memory.name}: {random.choice(('input, filter, output', 'input, output', 'filter'))}"


@dataclass(frozen=True)
class Truth:
    """What all designs of a case say: the least value (None: no design is valid), and how many were evaluated."""

    value: float | None
    designs: int


def every_design(case: Case) -> Truth:
    """Every machine with every program."""
    best, designs = None, 0
    for group in _structures(case):
        programs = [_programs(layer, case.request, _roomy(group[0][1])) for layer in case.layers]
        for machine in (machine for _, machine in group):
            designs += sum(map(len, programs))
            if is_machine(machine) and all(programs):
                for value in _values(case, machine, programs):
                    best = value if best is None else min(best, value)
    return Truth(best, designs)


@dataclass(frozen=True)
class Sized:
    """A machine with its settings, what it takes by itself, and the least value of the programs of all layers."""

    settings: dict[str, object]
    area_mm2: float
    power_mw: float
    value: float


def every_machine(case: Case) -> Iterator[Sized]:
    """Every machine that runs all layers, with each choice of needed capacities, whatever its area and power."""
    for group in _structures(case):
        programs = [_programs(layer, case.request, _roomy(group[0][1])) for layer in case.layers]
        needs = [sorted(_needs(case, name, programs)) for name in case.space.needed]
        for (values, machine), sizes in product(group, product(*needs)):
            sized = _sized(machine, dict(zip(case.space.needed, sizes, strict=True)))
            if not is_machine(sized) or not all(programs):
                continue
            least = [_least(case, sized, counts) for counts in programs]
            if all(value is not None for value in least):
                settings = dict(zip((item.key for item in case.space.variables), values, strict=True))
                value = combined(case.objective, case.layers, least)
                area, power = case.silicon.area_mm2(sized), case.silicon.power_mw(sized) or 0.0
                yield Sized(settings, area, power, value)


def _structures(case: Case) -> Iterator[list[tuple[tuple, Accelerator]]]:
    """The machines in groups of which all count the same."""
    groups: dict[tuple, list] = {}
    for values, machine in case.space.machines():
        key = tuple(v for item, v in zip(case.space.variables, values, strict=True) if not item.priced)
        groups.setdefault(key, []).append((values, machine))
    yield from groups.values()


def _roomy(machine: Accelerator) -> Accelerator:
    """A machine without limits on room, which no count depends on: it has the programs of all of its group."""
    return replace(machine, memories=tuple(replace(memory, capacity_bytes=None) for memory in machine.memories))


def _programs(layer: Share, request: SpaceRequest, machine: Accelerator) -> list:
    """The counts of every program of a layer, whatever fits."""
    found = {}
    space = request.space(layer.workload, machine)
    for point in space.points():
        key = effective(space, point)
        if key not in found:
            found[key] = weft.count(Mapping(layer.workload, space.program(point), machine), "warning")
    return list(found.values())


def _values(case: Case, machine: Accelerator, programs: list) -> Iterator[float]:
    """The values of a machine, with each choice of needed capacities."""
    needs = [sorted(_needs(case, name, programs)) for name in case.space.needed]
    for sizes in product(*needs):
        sized = _sized(machine, dict(zip(case.space.needed, sizes, strict=True)))
        if not is_machine(sized) or case.silicon.area_mm2(sized) > case.area_mm2 * (1 + 1e-12):
            continue
        if case.silicon.powered and case.silicon.power_mw(sized) > case.power_mw * (1 + 1e-12):
            continue
        values = [_least(case, sized, counts) for counts in programs]
        if all(value is not None for value in values):
            yield combined(case.objective, case.layers, values)


def _needs(case: Case, name: str, programs: list) -> set[int]:
    """Every capacity of a memory that is exactly what some program needs; one byte if none needs any."""
    rooms = (item.rooms.items() for counts in programs for item in counts)
    return {size for items in rooms for field, size in items if field.split()[1] == name} | {1}


def _sized(machine: Accelerator, sizes: dict[str, int]) -> Accelerator:
    return replace(
        machine,
        memories=tuple(
            replace(memory, capacity_bytes=sizes.get(memory.name, memory.capacity_bytes)) for memory in machine.memories
        ),
    )


def _least(case: Case, machine: Accelerator, programs: list) -> float | None:
    """The least value of a layer's programs on a machine."""
    objective = read_objective(layer_objective(case.objective), dict(case.limits))
    ceiling, rows, best = objective.ceiling(machine), {}, None
    for counts in programs:
        plan = counts.schedule.mapping
        # Programs with the same levels and memories are charged for the same.
        key = counts.row.names, plan.dataflow.clusters, plan.dataflow.placements
        if key not in rows:
            rows[key] = weft.count(Mapping(plan.workload, plan.dataflow, machine), "warning").prices()
        found = weft.price(counts, rows[key])[0]
        metrics = Metrics(float(found["energy_pj"]), int(found["cycles"]))
        if leaks(machine):  # over the stepwise time
            cost = weft.evaluate(Mapping(plan.workload, plan.dataflow, machine), "warning")
            metrics = Metrics(cost.energy_pj, metrics.cycles)
        if found["fits"] and ceiling.keeps(metrics) and _powered(case, machine, metrics):
            value = objective.value(metrics)
            best = value if best is None else min(best, value)
    return best


def _powered(case: Case, machine: Accelerator, metrics: Metrics) -> bool:
    """Whether a program and what leaks meanwhile take no more than the power that is allowed."""
    if case.silicon.powered:
        return True
    seconds = metrics.cycles / (machine.clock_mhz * 1e6)
    return metrics.energy_pj * 1e-9 / seconds + case.silicon.leakage_mw(machine) <= case.power_mw * (1 + 1e-12)


def seeds(count: int) -> np.ndarray:
    """Seeds of a campaign."""
    return np.arange(count)
