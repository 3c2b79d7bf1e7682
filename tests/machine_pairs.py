"""Pairs of machines of one structure, of which the second has at least as much of everything."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from weft.ir import Accelerator, Interconnect, Memory


def with_more(random: Random, machine: Accelerator) -> Accelerator:
    """A machine with the elements and the wires of another, and as much of everything else or more."""
    return replace(machine, memories=tuple(_memory(random, memory) for memory in machine.memories))


def _memory(random: Random, memory: Memory) -> Memory:
    return replace(
        memory,
        capacity_bytes=_more(random, memory.capacity_bytes),
        capacities=tuple((name, size + random.choice((0, 3, 20))) for name, size in memory.capacities),
        shared_bandwidth=_more(random, memory.shared_bandwidth),
        read_bandwidth=_more(random, memory.read_bandwidth),
        write_bandwidth=_more(random, memory.write_bandwidth),
        networks=tuple(_network(random, network) for network in memory.networks),
    )


def _network(random: Random, network: Interconnect) -> Interconnect:
    return replace(
        network,
        bandwidth=_more(random, network.bandwidth),
        latency=random.randint(0, network.latency),
        channels=tuple((name, _more(random, width)) for name, width in network.channels),
    )


def _more(random: Random, amount: int | None) -> int | None:
    """An amount, more than it, or no limit; None, no limit, stays that."""
    return None if amount is None else random.choice((amount, amount + 1, amount + random.randint(1, 20), None))
