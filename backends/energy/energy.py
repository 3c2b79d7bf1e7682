"""The energy of counted accesses (model A22 to A25)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...ir import ARITHMETIC, Accelerator, Counts, Diagnostic, Memory, Schedule, Site, WeftError
from .accesses import accesses
from .estimator import Component
from .network import link_crossings
from .table import ROLES, EnergyTable
from .terms import EnergyTerm

NETWORK = "network"


@dataclass(frozen=True, slots=True)
class _Use:
    """So many actions of a component for a tensor, under the name `name`."""

    name: str
    group: str
    tensor: str
    component: Component
    action: str
    times: int


def energy(counts: Counts, schedule: Schedule, table: EnergyTable) -> tuple[EnergyTerm, ...]:
    """The energy of everything that `counts` says happens, a term per component, action and tensor.

    Memories are accessed as `accesses` says, `block_size` elements at a time; what a bank of the memory costs counts.
    Data that reaches or leaves a child crosses the links of the network (`link_crossings`), unless the parent stands at
    the processing elements. Each MAC counts once, as wide as the widest input.

    The outermost memory uses the entry `dram` if it is called DRAM or is the first of three or more, those at the
    processing elements taken as one; a memory there uses `pe`, all others `buffer`. Raises `WeftError` W205 naming
    every entry that is needed and absent, and every size that the table does not reach. Terms without accesses are
    left out.
    """
    uses = [*_memory_uses(counts, schedule), *_network_uses(counts, schedule)]
    uses.append(_Use(ARITHMETIC, ARITHMETIC, "", mac_component(schedule), "compute", counts.macs))
    return _terms([use for use in uses if use.times], table)


def memory_role(site: Site, schedule: Schedule) -> str:
    """The table's entry that a memory uses: `dram`, `pe` or `buffer`; see `energy`."""
    memories = schedule.mapping.accelerator.memories
    # Scratchpads that stand beside each other at the elements are one layer of memory.
    layers = sum(memory.instances is not None for memory in memories) + (memories[-1].instances is None)
    if site.memory == memories[0] and (site.memory.name == "DRAM" or layers >= 3):
        return "dram"
    return "pe" if site.boundary == len(schedule.levels) else "buffer"


def bank_bytes(memory: Memory, tensor: str) -> int | None:
    """Bytes of a bank of the part of a memory that holds a tensor: its own part, or what the others share."""
    own = dict(memory.capacities)
    if tensor in own:
        return own[tensor] // memory.banks
    shared = memory.capacity_bytes
    return None if shared is None else (shared - sum(own.values())) // memory.banks


def _memory_uses(counts: Counts, schedule: Schedule) -> Iterator[_Use]:
    sites = {site.memory.name: site for site in schedule.sites}
    for access in accesses(counts, schedule):
        site = sites[access.memory]
        memory = site.memory
        component = memory_component(site, schedule, access.tensor)
        for name, action, elements in (
            ("read", "read", access.reads - access.forwards),
            ("write", "write", access.writes),
            ("forward", "read", access.forwards),
        ):
            times = -(-elements // memory.block_size)
            yield _Use(f"{memory.name} {name}", memory.name, access.tensor, component, action, times)


def mac_component(schedule: Schedule) -> Component:
    """The arithmetic as energy tables know it, as wide as the widest input."""
    machine = schedule.mapping.accelerator
    inputs = schedule.mapping.workload.inputs
    width = max((machine.bits(tensor.name) for tensor in inputs), default=machine.default_word_bits)
    return Component("mac", ARITHMETIC, width)


def memory_component(site: Site, schedule: Schedule, tensor: str) -> Component:
    """The part of a memory that holds a tensor, as energy tables know it."""
    memory, machine = site.memory, schedule.mapping.accelerator
    width = memory.block_size * machine.bits(tensor)
    capacity = bank_bytes(memory, tensor)
    return Component(memory_role(site, schedule), memory.name, width, memory.block_size, capacity, memory.banks)


def _network_uses(counts: Counts, schedule: Schedule) -> Iterator[_Use]:
    machine: Accelerator = schedule.mapping.accelerator
    levels = len(schedule.levels)
    boundary = {site.memory.name: site.boundary for site in schedule.sites} | {ARITHMETIC: levels}
    for interface in counts.interfaces:
        parent, child = interface.parent, interface.child
        if boundary[parent] == levels:
            continue
        for tensor, traffic in interface.tensors:
            links = link_crossings(schedule, tensor, traffic, boundary[parent], boundary[child], child)
            component = Component(NETWORK, f"{parent} to {child}", machine.bits(tensor))
            yield _Use(f"{parent} to {child} transfer", NETWORK, tensor, component, "transfer", links)


def _terms(uses: Iterable[_Use], table: EnergyTable) -> tuple[EnergyTerm, ...]:
    terms: list[EnergyTerm] = []
    missing: dict[str, _Use] = {}
    problems: dict[str, Diagnostic] = {}
    for use in uses:
        try:
            estimate = table.estimate(use.component, use.action)
        except WeftError as error:
            problems |= {str(item): item for item in error.diagnostics}
            continue
        if estimate is None:
            missing.setdefault(use.component.role, use)
            continue
        each = estimate.picojoules
        terms.append(EnergyTerm(use.name, use.group, use.tensor, use.times, each, use.times * each, estimate.source))
    found = [_missing(role, missing[role], table) for role in ROLES if role in missing]
    if found or problems:
        raise WeftError([*found, *problems.values()])
    return tuple(terms)


def _missing(role: str, use: _Use, table: EnergyTable) -> Diagnostic:
    entry = table.entry(role)
    hint = f"'{role}' is the energy of {ROLES[role]}; 0 is allowed"
    if entry is None:
        message = f"the energy table '{table.name}' lacks the entry '{role}', which '{use.name}' needs"
    else:
        message = f"the energy estimator '{entry.estimator}' knows no '{role}', which '{use.name}' needs"
    return Diagnostic("W205", message, hint=hint)
