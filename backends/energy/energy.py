"""The energy of counted accesses (model A22 to A25)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import fsum

from ...ir import Counts, Diagnostic, InputTraffic, Interface, Schedule, Site, Traffic, WeftError
from .table import ROLES, EnergyTable

MAC = "MAC"
NETWORK = "network"


@dataclass(frozen=True, slots=True)
class EnergyTerm:
    """The energy of one kind of access to one tensor.

    `component` is a memory, `network` or `MAC`; `tensor` is empty for MACs. `source` is where the table has
    `picojoules_each` from.
    """

    name: str
    component: str
    tensor: str
    accesses: int
    picojoules_each: float
    picojoules: float
    source: str


@dataclass(frozen=True, slots=True)
class _Use:
    name: str
    component: str
    tensor: str
    role: str


def energy(counts: Counts, schedule: Schedule, table: EnergyTable) -> tuple[EnergyTerm, ...]:
    """The energy of everything that `counts` says happens, a term per component, action and tensor.

    At an interface between two memories the parent is read (reads; readbacks of the output) and written
    (updates). The child is written (fills; readbacks of the output), read for every output entry that
    leaves it (as many as were filled), and read for every element that it forwards to a neighbour. Every
    element that reaches or leaves a child crosses the network once. At an interface to the arithmetic only
    the parent is accessed, and the network is crossed only if that parent does not stand at the processing
    element. Each MAC counts once.

    The outermost memory uses the entry `dram` if it is called DRAM or is the first of three or more; the
    memory at the processing elements uses `pe`, all others `buffer`. Accesses scale with the width of the
    tensor's elements. Raises `WeftError` W205 naming every entry that is needed and absent. Terms without
    accesses are left out.
    """
    roles = {site.memory.name: memory_role(site, schedule) for site in schedule.sites}
    boundary = {site.memory.name: site.boundary for site in schedule.sites}
    uses: dict[_Use, int] = {}
    for interface in counts.interfaces:
        remote = boundary[interface.parent] < len(schedule.levels)
        for tensor, traffic in interface.tensors:
            for use, accesses in _uses(interface, tensor, traffic, roles, remote):
                uses[use] = uses.get(use, 0) + accesses
    uses[_Use(MAC, MAC, "", "mac")] = counts.macs
    uses = {use: accesses for use, accesses in uses.items() if accesses}
    _check_entries(uses, table)
    return tuple(_term(use, accesses, schedule, table) for use, accesses in uses.items())


def total(terms: Iterable[EnergyTerm]) -> float:
    """The picojoules of all terms together."""
    return fsum(term.picojoules for term in terms)


def memory_role(site: Site, schedule: Schedule) -> str:
    """The table's entry that a memory uses: `dram`, `pe` or `buffer`; see `energy`."""
    memories = schedule.mapping.accelerator.memories
    if site.memory == memories[0] and (site.memory.name == "DRAM" or len(memories) >= 3):
        return "dram"
    return "pe" if site.boundary == len(schedule.levels) else "buffer"


def _uses(
    interface: Interface, tensor: str, traffic: Traffic, roles: Mapping[str, str], remote: bool
) -> Iterator[tuple[_Use, int]]:
    """What one tensor's traffic at an interface accesses, and how often; `roles` are those of the memories."""
    parent, child = interface.parent, interface.child
    if isinstance(traffic, InputTraffic):
        parent_reads, parent_writes = traffic.reads, 0
        child_writes, child_reads, forwards = traffic.fills, 0, traffic.forwards
        transfers = traffic.fills
    else:
        parent_reads, parent_writes = traffic.readbacks, traffic.updates
        child_writes, child_reads, forwards = traffic.readbacks, traffic.fills, 0
        transfers = traffic.readbacks + (traffic.updates if child == MAC else traffic.fills)
    yield _Use(f"{parent} read", parent, tensor, roles[parent]), parent_reads
    yield _Use(f"{parent} write", parent, tensor, roles[parent]), parent_writes
    if child != MAC:
        yield _Use(f"{child} write", child, tensor, roles[child]), child_writes
        yield _Use(f"{child} read", child, tensor, roles[child]), child_reads
        yield _Use(f"{child} forward", child, tensor, roles[child]), forwards
    if child != MAC or remote:
        yield _Use(f"{parent} to {child} transfer", NETWORK, tensor, NETWORK), transfers


def _check_entries(uses: Iterable[_Use], table: EnergyTable) -> None:
    needed = {use.role: use for use in reversed(list(uses))}
    missing = [
        Diagnostic(
            "W205",
            f"the energy table '{table.name}' lacks the entry '{role}', which '{needed[role].name}' needs",
            hint=f"'{role}' is the energy of {ROLES[role]}; 0 is allowed",
        )
        for role in ROLES
        if role in needed and table.entry(role) is None
    ]
    if missing:
        raise WeftError(missing)


def _term(use: _Use, accesses: int, schedule: Schedule, table: EnergyTable) -> EnergyTerm:
    each = table.picojoules(use.role, schedule.mapping.accelerator.bits(use.tensor))
    entry = table.entry(use.role)
    source = entry.source if entry else ""
    return EnergyTerm(use.name, use.component, use.tensor, accesses, each, accesses * each, source)
