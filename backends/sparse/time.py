"""Expected cycles of a layer with zeros: the busiest of its resources (S13)."""

from __future__ import annotations

from collections.abc import Iterator

from ...analysis.nest import Nest
from ...analysis.stacked import stacked_links
from ...ir import Interconnect, Tensor
from ..cost.ports import ports_of
from ..cost.throughput import drained_elements, fetched_elements
from ..cost.traffic import distinct_outputs
from .traffic import SparseInterface, SparseTraffic


def network_cycles(nest: Nest, interfaces: tuple[SparseInterface, ...]) -> dict[str, float]:
    """Cycles of every level's network, `L<i> in` and `L<i> out`: what takes time over the bandwidth (A21)."""
    found: dict[str, float] = {}
    output = nest.workload.output.name
    for number, level in enumerate(nest.schedule.levels):
        factors = {tensor.name: _factor(nest, tensor, number, interfaces) for tensor in nest.workload.tensors}
        fetched = {
            tensor.name: factors[tensor.name] * fetched_elements(nest, tensor, number)
            for tensor in nest.workload.inputs
        }
        drained = drained_elements(nest, number)
        fetched[output] = factors[output] * (drained - distinct_outputs(nest, number))
        parents = nest.active_above(number, nest.chains)
        for direction, totals in (("in", fetched), ("out", {output: factors[output] * drained})):
            found[f"L{number} {direction}"] = _cycles(level.network, totals) / parents
    return found | _stacked_cycles(nest, interfaces)


def _stacked_cycles(nest: Nest, interfaces: tuple[SparseInterface, ...]) -> dict[str, float]:
    """Cycles of the networks between memories stacked at the top (A21)."""
    found = {}
    traffic = {(item.parent, item.child): dict(item.tensors) for item in interfaces}
    for link in stacked_links(nest.schedule):
        words: dict[str, dict[str, float]] = {"in": {}, "out": {}}
        for name, site in link.lower.items():
            moved = traffic[link.upper.memory.name, site.memory.name][name]
            count, direction = ("updates", "out") if name == nest.workload.output.name else ("reads", "in")
            bits = nest.schedule.mapping.accelerator.bits(name)
            words[direction][name] = moved.moved(count).words(bits) * _timed(moved, count)
        for direction, totals in words.items():
            found[f"{link.name} {direction}"] = _cycles(link.upper.memory.network(0), totals)
    return found


def _cycles(network: Interconnect, totals: dict[str, float]) -> float:
    """Cycles for words per tensor, over the shared bandwidth and those of tensors with wires of their own."""
    own = dict(network.channels)
    shared = sum(words for name, words in totals.items() if name not in own)
    times = [shared / network.bandwidth if network.bandwidth else 0.0]
    times += [totals.get(name, 0.0) / width for name, width in own.items() if width]
    return max(times)


def port_cycles(nest: Nest, interfaces: tuple[SparseInterface, ...]) -> dict[str, float]:
    """Cycles of the memories' ports: what each instance reads and writes over its bandwidth."""
    found: dict[str, float] = {}
    for site in nest.schedule.sites:
        memory = site.memory
        moved = {"reads": 0.0, "writes": 0.0}
        for interface in interfaces:
            for kind, words in _port_words(nest, interface, memory.name):
                moved[kind] += words
        moved["accesses"] = moved["reads"] + moved["writes"]
        instances = nest.active_above(site.boundary, nest.chains)
        for port in ports_of(memory):
            found[f"{memory.name} {port.name}"] = moved[port.name] / (port.width * instances)
    return found


def _port_words(nest: Nest, interface: SparseInterface, memory: str) -> Iterator[tuple[str, float]]:
    """What an interface reads from and writes to a memory, in words that take time (A22)."""
    output = nest.workload.output.name
    for name, traffic in interface.tensors:
        bits = nest.schedule.mapping.accelerator.bits(name)
        for count, moved in traffic.counts:
            words = moved.words(bits) * _timed(traffic, count)
            if memory == interface.parent and count in ("reads", "readbacks", "updates"):
                yield ("writes" if count == "updates" else "reads"), words
            elif memory == interface.child and count in ("fills", "forwards", "readbacks"):
                leaves = count == "forwards" or (count == "fills" and name == output)
                yield ("reads" if leaves else "writes"), words


def _timed(traffic: SparseTraffic, count: str) -> float:
    """What of a count takes time, over what costs energy."""
    side = 1 if count in ("fills", "forwards") else 0
    needed = traffic.needed[side].value
    return traffic.timed[side].value / needed if needed else 0.0


def _factor(nest: Nest, tensor: Tensor, level: int, interfaces: tuple[SparseInterface, ...]) -> float:
    """Words per element of a tensor on the network of a level: as its parent stores them, if they are not skipped."""
    chain = nest.schedule.holders(tensor.name)
    above = [place for place, site in enumerate(chain) if site.boundary <= level]
    parent = chain[above[-1]].memory.name
    for interface in interfaces:
        if interface.parent == parent and tensor.name in dict(interface.tensors):
            traffic = dict(interface.tensors)[tensor.name]
            stored = traffic.parent_side
            bits = nest.schedule.mapping.accelerator.bits(tensor.name)
            return traffic.timed[0].value * (stored.values + stored.metadata_bits / bits)
    return 1.0
