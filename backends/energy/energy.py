"""The energy of counted accesses (model A22 to A25)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from ...analysis.counts import Count, values_of
from ...analysis.forms import Form
from ...analysis.occupancy import rooms_of
from ...analysis.table import table_of
from ...analysis.uses import Use
from ...ir import ARITHMETIC, MAC, Accelerator, Counts, Diagnostic, Memory, Schedule, Site, WeftError
from .estimator import Component
from .table import NETWORK, ROLES, EnergyTable
from .terms import EnergyTerm

SUMS = "output"
"""The tensor that the adders sum up, as machines name it."""


@dataclass(frozen=True, slots=True)
class Charge:
    """A use that costs energy: `group` and `name` are those of its term, `block` elements are one action."""

    name: str
    group: str
    component: Component
    action: str
    block: int
    use: Use


def energy(counts: Counts, schedule: Schedule, table: EnergyTable) -> tuple[EnergyTerm, ...]:
    """The energy of everything that `counts` says happens, a term per component, action and tensor.

    Memories are accessed `block_size` elements at a time; what a bank of the memory costs counts. Data that reaches or
    leaves a child crosses the links of the network, unless the parent stands at the processing elements
    (`analysis.uses`). Each operation of a point counts once, as wide as the widest input.

    The outermost memory uses the entry `dram` if it is called DRAM or is the first of three or more, those at the
    processing elements taken as one; a memory there uses `pe`, all others `buffer`. Raises `WeftError` W205 naming
    every entry that is needed and absent, and every size that the table does not reach. Terms without accesses are
    left out.
    """
    values = values_of(counts)
    found = [(charge, actions(charge, values)) for charge in charges(schedule)]
    return _terms([(charge, times) for charge, times in found if times], table)


def actions(charge: Charge, values: dict[Count, int]) -> int:
    """How often a charge is due: its elements, rounded up to whole ones and then to blocks; 0 for absent counts."""
    elements: int = ceil(charge.use.amount.total(lambda count: values.get(count, 0)))
    return -(-elements // charge.block)


def charges(schedule: Schedule) -> tuple[Charge, ...]:
    """What costs energy: accesses, links and the arithmetic."""
    return _charges(schedule.structure)


@lru_cache(maxsize=1 << 10)
def _charges(schedule: Schedule) -> tuple[Charge, ...]:
    return (*charges_of(schedule, table_of(schedule).uses), *arithmetic_charges(schedule))


def charges_of(schedule: Schedule, uses: Iterable[Use]) -> Iterator[Charge]:
    """Those of the uses that cost energy: at memories and over links."""
    sites = {site.memory.name: site for site in schedule.sites}
    for use in uses:
        if use.place in sites:
            component = memory_component(sites[use.place], schedule, use.tensor)
            block, action = sites[use.place].memory.block_size, "write" if use.action == "write" else "read"
            yield Charge(f"{use.place} {use.action}", use.place, component, action, block, use)
        elif use.action == "transfer":
            component = Component(NETWORK, use.place, schedule.mapping.accelerator.bits(use.tensor))
            yield Charge(f"{use.place} transfer", NETWORK, component, "transfer", 1, use)


def arithmetic_charges(schedule: Schedule) -> tuple[Charge, ...]:
    """The operations of all points, as wide as the widest input."""
    workload = schedule.mapping.workload
    found = []
    for operation, times in workload.operations.items():
        use = Use(ARITHMETIC, "compute", "", Form({}, workload.points * times), "A24")
        name = ARITHMETIC if operation == MAC else operation
        found.append(Charge(name, ARITHMETIC, operation_component(schedule, operation), "compute", 1, use))
    return tuple(found)


def arithmetic_energy(schedule: Schedule, table: EnergyTable) -> float:
    """Picojoules of the operations of all points; WeftError W205 if the table lacks one."""
    each = ((charge.use.amount.constant, picojoules(table, charge)) for charge in arithmetic_charges(schedule))
    return sum(times * cost for times, cost in each)


def picojoules(table: EnergyTable, charge: Charge) -> float:
    """Picojoules of one action of a charge; WeftError W205 if the table lacks it."""
    estimate = table.estimate(charge.component, charge.action)
    if estimate is None:
        raise WeftError(_missing(charge.component.role, charge, table))
    return estimate.picojoules


def memory_role(site: Site, schedule: Schedule) -> str:
    """The table's entry that a memory uses: `dram`, `pe` or `buffer`; see `energy`."""
    if site.memory == outside_memory(schedule.mapping.accelerator):
        return "dram"
    return "pe" if site.boundary == len(schedule.levels) else "buffer"


def outside_memory(accelerator: Accelerator) -> Memory | None:
    """The memory outside the chip: the outermost, if it is called DRAM or is the first of three or more."""
    memories = accelerator.whole.memories
    # Scratchpads that stand beside each other at the elements are one layer of memory.
    layers = sum(memory.instances is not None for memory in memories) + (memories[-1].instances is None)
    return memories[0] if memories[0].name == "DRAM" or layers >= 3 else None


def bank_bytes(memory: Memory, tensor: str) -> int | None:
    """Bytes of a bank of the part of a memory that holds a tensor: its own part, or what the others share."""
    ((_, room),) = rooms_of(memory, (tensor,))
    return None if room is None else room // memory.banks


def bank_ports(memory: Memory) -> int:
    """The ports of each bank: one to read and one to write, or one for both.

    There are two if both have a bandwidth of their own, and, unless both share one, in a rolling buffer, which takes in
    what is new while it is read, and in a memory for sums alone, which are read and written in one cycle (A14).
    """
    if memory.shared_bandwidth is not None:
        return 1
    at_once = memory.buffering == "rolling" or memory.holds == (SUMS,)
    return 2 if at_once or (memory.read_bandwidth and memory.write_bandwidth) else 1


def operation_component(schedule: Schedule, operation: str = MAC) -> Component:
    """The arithmetic as energy tables know it, as wide as the widest input."""
    machine = schedule.mapping.accelerator
    inputs = schedule.mapping.workload.inputs
    width = max((machine.bits(tensor.name) for tensor in inputs), default=machine.default_word_bits)
    return Component(operation, ARITHMETIC, width)


def memory_component(site: Site, schedule: Schedule, tensor: str) -> Component:
    """The part of a memory that holds a tensor, as energy tables know it."""
    memory, machine = site.memory, schedule.mapping.accelerator
    width = memory.block_size * machine.bits(tensor)
    capacity = bank_bytes(memory, tensor)
    role = memory_role(site, schedule)
    return Component(role, memory.name, width, memory.block_size, capacity, memory.banks, ports=bank_ports(memory))


def _terms(due: Iterable[tuple[Charge, int]], table: EnergyTable) -> tuple[EnergyTerm, ...]:
    terms: list[EnergyTerm] = []
    missing: dict[str, Charge] = {}
    problems: dict[str, Diagnostic] = {}
    for charge, times in due:
        try:
            estimate = table.estimate(charge.component, charge.action)
        except WeftError as error:
            problems |= {str(item): item for item in error.diagnostics}
            continue
        if estimate is None:
            missing.setdefault(charge.component.role, charge)
            continue
        each = estimate.picojoules
        found = EnergyTerm(charge.name, charge.group, charge.use.tensor, times, each, times * each, estimate.source)
        terms.append(found)
    lacking = [_missing(role, charge, table) for role, charge in sorted(missing.items(), key=_place)]
    if lacking or problems:
        raise WeftError([*lacking, *problems.values()])
    return tuple(terms)


def _place(item: tuple[str, Charge]) -> tuple[int, str]:
    known = tuple(ROLES)
    return known.index(item[0]) if item[0] in known else len(known), item[0]


def _missing(role: str, charge: Charge, table: EnergyTable) -> Diagnostic:
    entry = table.entry(role)
    hint = f"'{role}' is the energy of {ROLES.get(role, f'one {role}')}; 0 is allowed"
    if entry is None:
        message = f"the energy table '{table.name}' lacks the entry '{role}', which '{charge.name}' needs"
    else:
        message = f"the energy estimator '{entry.estimator}' knows no '{role}', which '{charge.name}' needs"
    return Diagnostic("W205", message, hint=hint)
