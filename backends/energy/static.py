"""Energy that is spent whether or not there is work: leakage and idling."""

from __future__ import annotations

from collections.abc import Iterator

from ...ir import Accelerator, Memory
from .terms import EnergyTerm

LEAKAGE = "leakage"
IDLE = "idle"


def leaks(accelerator: Accelerator) -> bool:
    """Whether anything leaks or idles, so that time costs energy."""
    return leakage_mw(accelerator) > 0 or accelerator.pe_idle_pj > 0


def static_energy(accelerator: Accelerator, macs: int, cycles: int) -> tuple[EnergyTerm, ...]:
    """Leakage of all memories and processing elements, and the idling of the latter, over `cycles`.

    Milliwatts times the time of a cycle give picojoules. All instances leak, used or not. Of the PE-cycles, so many are
    busy as full processing elements would need for the MACs: the share that utilization gives.
    """
    return tuple(term for term in _terms(accelerator, macs, cycles) if term.picojoules)


def busy_cycles(accelerator: Accelerator, macs: int) -> int:
    """Cycles of processing elements that full ones would need for so many multiply-accumulates."""
    return -(-macs // (accelerator.lanes * accelerator.vector_width))


def instances(accelerator: Accelerator, memory: Memory) -> int:
    """All instances of a memory that a machine has: one at each processing element if it does not say."""
    return accelerator.pes if memory.instances is None else memory.instances


def leakage_mw(accelerator: Accelerator) -> float:
    """Milliwatts that a machine leaks."""
    leaking = sum(instances(accelerator, memory) * memory.leakage_mw for memory in accelerator.memories)
    return leaking + accelerator.pes * accelerator.pe_leakage_mw


def _terms(accelerator: Accelerator, macs: int, cycles: int) -> Iterator[EnergyTerm]:
    machine = f"machine {accelerator.name}"
    # mW / MHz is nJ per cycle.
    per_milliwatt = 1000 / accelerator.clock_mhz
    at = f"mW at {accelerator.clock_mhz:g} MHz, {machine}"
    for memory in accelerator.memories:
        each = memory.leakage_mw * per_milliwatt
        source = f"{memory.name}.leakage_mw: {memory.leakage_mw:g} {at}"
        yield _term(f"{memory.name} leakage", LEAKAGE, instances(accelerator, memory) * cycles, each, source)
    each = accelerator.pe_leakage_mw * per_milliwatt
    pe_cycles = accelerator.pes * cycles
    yield _term("PE leakage", LEAKAGE, pe_cycles, each, f"pe_leakage_mw: {accelerator.pe_leakage_mw:g} {at}")
    source = f"pe_idle_pj: {accelerator.pe_idle_pj:g} pJ a cycle, {machine}"
    yield _term("PE idle", IDLE, pe_cycles - busy_cycles(accelerator, macs), accelerator.pe_idle_pj, source)


def _term(name: str, component: str, times: int, each: float, source: str) -> EnergyTerm:
    return EnergyTerm(name, component, "", times, each, times * each, source)
