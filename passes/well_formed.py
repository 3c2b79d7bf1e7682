"""What every mapping must be before it can be analysed, also one that no reader has checked.

Each rule yields what it finds wrong; `check_mapping` puts all of it at the layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Generic, TypeVar

from ..ir import (
    ADDERS,
    BUFFERINGS,
    MAX_LEVELS,
    MAX_PES,
    MAX_SETTING,
    MIN_CLOCK_MHZ,
    TOPOLOGIES,
    WORKLOAD_RULES,
    Accelerator,
    Dataflow,
    Findings,
    Mapping,
    Problem,
    Workload,
    machine_problems,
)

T = TypeVar("T")


def check_mapping(mapping: Mapping, findings: Findings) -> None:
    """Add everything that makes the workload or the machine impossible, at the place of the layer."""
    problems = (workload_findings(mapping.workload), machine_findings(mapping.accelerator.whole))
    for code, message, hint in chain(*problems, check_levels(mapping.dataflow)):
        findings.add(code, message, mapping.span, hint=hint)


def workload_findings(workload: Workload) -> tuple[Problem, ...]:
    """What makes a workload impossible."""
    return _of_workload(_Same(workload))


def machine_findings(machine: Accelerator) -> tuple[Problem, ...]:
    """What makes a machine impossible."""
    return _of_machine(_Same(machine))


@dataclass(frozen=True, eq=False, slots=True)
class _Same(Generic[T]):
    """A frozen value, the same as itself alone: equal values may differ in type, and what is wrong may have no hash."""

    value: T

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


# Many programs are checked on one workload and one machine.
@lru_cache(maxsize=64)
def _of_workload(workload: _Same[Workload]) -> tuple[Problem, ...]:
    return tuple(problem for rule in WORKLOAD_RULES for problem in rule(workload.value))


@lru_cache(maxsize=64)
def _of_machine(machine: _Same[Accelerator]) -> tuple[Problem, ...]:
    return tuple(problem for rule in MACHINE_RULES for problem in rule(machine.value))


def check_levels(dataflow: Dataflow) -> Iterator[Problem]:
    """No more levels than the cost model walks through."""
    if len(dataflow.levels) > MAX_LEVELS:
        message = f"the program has {len(dataflow.levels)} levels; the limit is {MAX_LEVELS}"
        yield Problem("W010", message, "leave out clusters of 1")


def check_arithmetic(machine: Accelerator) -> Iterator[Problem]:
    """The machine has 1 to 2**20 processing elements with at least one lane."""
    yield from _setting("pes", machine.pes, most=MAX_PES)
    yield from _setting("lanes", machine.lanes)
    yield from _setting("vector_width", machine.vector_width)
    yield from _setting("pipeline_depth", machine.pipeline_depth)
    for name, cycles in machine.intervals:
        yield from _setting(f"interval of {name}", cycles)
    if unit := machine.vector_unit:
        yield from _setting("lanes of the vector unit", unit.lanes)
        for name, cycles in unit.intervals:
            yield from _setting(f"interval of {name} in the vector unit", cycles)
    yield from _quantity("clock_mhz", machine.clock_mhz, least=MIN_CLOCK_MHZ)
    yield from _quantity("pe_leakage_mw", machine.pe_leakage_mw)
    yield from _quantity("pe_idle_pj", machine.pe_idle_pj)


def check_memories(machine: Accelerator) -> Iterator[Problem]:
    """There is a memory, and networks lie below each."""
    if not machine.memories:
        yield Problem("W205", f"the machine '{machine.name}' has no memories")
    for memory in machine.memories:
        if not memory.networks:
            yield Problem("W205", f"{memory.name} has no networks; it needs at least one")
        yield from _choice(f"buffering of {memory.name}", memory.buffering, BUFFERINGS)
        for field in ("instances", "capacity_bytes", "shared_bandwidth", "read_bandwidth", "write_bandwidth"):
            if getattr(memory, field) is not None:
                yield from _setting(f"{field} of {memory.name}", getattr(memory, field))
        for tensor, size in memory.capacities:
            yield from _setting(f"capacity of {tensor} in {memory.name}", size)
        yield from _setting(f"banks of {memory.name}", memory.banks)
        yield from _setting(f"block_size of {memory.name}", memory.block_size)
        yield from _quantity(f"leakage_mw of {memory.name}", memory.leakage_mw)


def check_networks(machine: Accelerator) -> Iterator[Problem]:
    """Networks carry at least one element per cycle and have no negative latency."""
    for memory in machine.memories:
        for network in memory.networks:
            if network.bandwidth is not None:
                yield from _setting(f"bandwidth below {memory.name}", network.bandwidth)
            yield from _setting(f"latency below {memory.name}", network.latency, least=0)
            yield from _setting(f"hop_latency below {memory.name}", network.hop_latency, least=0)
            yield from _setting(f"adder_latency below {memory.name}", network.adder_latency, least=0)
            yield from _choice(f"topology below {memory.name}", network.topology, TOPOLOGIES)
            yield from _choice(f"adder below {memory.name}", network.adder, ADDERS)
            for tensor, width in network.channels:
                if width is not None:
                    yield from _setting(f"channel of {tensor} below {memory.name}", width)
            for tensor, hops in network.store_and_forward:
                yield from _setting(f"store_and_forward of {tensor} below {memory.name}", hops)


def check_widths(machine: Accelerator) -> Iterator[Problem]:
    """Every element has at least one bit."""
    yield from _setting("default_word_bits", machine.default_word_bits)
    for tensor, bits in machine.word_bits:
        yield from _setting(f"word_bits of {tensor}", bits)


def check_hierarchy(machine: Accelerator) -> Iterator[Problem]:
    """The memories fit together; asked only of machines whose numbers can be compared."""
    if not any(problem for rule in (check_arithmetic, check_memories) for problem in rule(machine)):
        yield from (Problem("W205", message) for _, message in machine_problems(machine))


MACHINE_RULES = (check_arithmetic, check_memories, check_networks, check_widths, check_hierarchy)


def _choice(what: str, value: object, known: tuple[str, ...]) -> Iterator[Problem]:
    if value not in known:
        yield Problem("W205", f"{what} is {value!r}; it must be one of {', '.join(known)}")


def _quantity(what: str, value: object, least: float = 0) -> Iterator[Problem]:
    if not isinstance(value, int | float) or value != value:
        yield Problem("W205", f"{what} is {value!r}; it must be a number")
    elif not least <= value <= MAX_SETTING:
        yield Problem("W205", f"{what} is {value}; it must be from {least:g} to {MAX_SETTING}")


def _setting(what: str, value: object, least: int = 1, most: int = MAX_SETTING) -> Iterator[Problem]:
    if not isinstance(value, int):
        yield Problem("W205", f"{what} is {value!r}; it must be an int")
    elif value < least:
        yield Problem("W205", f"{what} is {value}; it must be at least {least}")
    elif value > most:
        yield Problem("W205", f"{what} is {value}; the limit is {most}")
