"""Energy that is spent whether or not there is work: leakage and idling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...ir import Accelerator, Memory
from .terms import EnergyTerm

LEAKAGE = "leakage"
IDLE = "idle"


def leaks(accelerator: Accelerator) -> bool:
    """Whether anything leaks or idles, so that time costs energy."""
    return leakage_mw(accelerator) > 0 or accelerator.pe_idle_pj > 0


def static_energy(accelerator: Accelerator, work: int, cycles: int) -> tuple[EnergyTerm, ...]:
    """Leakage of all memories and processing elements of the whole machine, and the latter's idling, over `cycles`.

    Milliwatts times the time of a cycle give picojoules. All instances leak, used or not. Of the PE-cycles, so many are
    busy as full processing elements would need for the `work`, the cycles of all points on one lane: the share that
    utilization gives.
    """
    terms = (_term(rate, cycles) for rate in static_rates(accelerator, work))
    return tuple(term for term in terms if term.picojoules)


def busy_cycles(accelerator: Accelerator, work: int) -> int:
    """Cycles of processing elements that full ones would need for so many cycles on a lane; none for a vector unit."""
    if accelerator.part_of is not None:
        return 0
    return -(-work // (accelerator.lanes * accelerator.vector_width))


def instances(accelerator: Accelerator, memory: Memory) -> int:
    """All instances of a memory that a machine has: one at each processing element if it does not say."""
    return accelerator.pes if memory.instances is None else memory.instances


def leakage_mw(accelerator: Accelerator) -> float:
    """Milliwatts that a machine leaks."""
    machine = accelerator.whole
    leaking = sum(instances(machine, memory) * memory.leakage_mw for memory in machine.memories)
    return leaking + machine.pes * machine.pe_leakage_mw


@dataclass(frozen=True, slots=True)
class StaticRate:
    """What costs `picojoules` `per_cycle` times in every cycle, but for `busy` times in all."""

    name: str
    component: str
    per_cycle: int
    busy: int
    picojoules: float
    source: str


def static_rates(accelerator: Accelerator, work: int) -> Iterator[StaticRate]:
    """All that leaks and idles, what costs nothing included; see `static_energy`."""
    busy, accelerator = busy_cycles(accelerator, work), accelerator.whole
    machine = f"machine {accelerator.name}"
    # mW / MHz is nJ per cycle.
    per_milliwatt = 1000 / accelerator.clock_mhz
    at = f"mW at {accelerator.clock_mhz:g} MHz, {machine}"
    for memory in accelerator.memories:
        source = f"{memory.name}.leakage_mw: {memory.leakage_mw:g} {at}"
        copies, each = instances(accelerator, memory), memory.leakage_mw * per_milliwatt
        yield StaticRate(f"{memory.name} leakage", LEAKAGE, copies, 0, each, source)
    each, source = accelerator.pe_leakage_mw * per_milliwatt, f"pe_leakage_mw: {accelerator.pe_leakage_mw:g} {at}"
    yield StaticRate("PE leakage", LEAKAGE, accelerator.pes, 0, each, source)
    source = f"pe_idle_pj: {accelerator.pe_idle_pj:g} pJ a cycle, {machine}"
    yield StaticRate("PE idle", IDLE, accelerator.pes, busy, accelerator.pe_idle_pj, source)


def _term(rate: StaticRate, cycles: int) -> EnergyTerm:
    times = rate.per_cycle * cycles - rate.busy
    return EnergyTerm(rate.name, rate.component, "", times, rate.picojoules, times * rate.picojoules, rate.source)
