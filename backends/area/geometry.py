"""What stands on the chip, from the machine alone (model A26)."""

from __future__ import annotations

from dataclasses import dataclass

from ...ir import Accelerator, Interconnect, Memory
from ..energy import SUMS, bank_ports, instances, outside_memory


@dataclass(frozen=True, slots=True)
class Room:
    """A memory on the chip, whatever its capacity: all its copies, and the ports of each bank."""

    memory: Memory
    role: str
    copies: int
    ports: int
    port_bits: int


@dataclass(frozen=True, slots=True)
class Span:
    """The networks from every instance of a memory to the `units` below it: `copies` of them."""

    memory: Memory
    copies: int
    units: int

    @property
    def network(self) -> Interconnect:
        """The first of them, which leaves the memory."""
        return self.memory.networks[0]

    @property
    def neighbours(self) -> tuple[str, ...]:
        """The tensors that go from unit to unit: those that walk; with forwarding alone, the inputs, called so."""
        walking = {name for network in self.memory.networks for name, _ in network.store_and_forward}
        forwards = any(network.forwarding for network in self.memory.networks)
        return tuple(sorted(walking)) or (("input",) if forwards else ())

    @property
    def systolic(self) -> bool:
        """Whether data enters at the edge and walks through the units."""
        return any(network.store_and_forward for network in self.memory.networks)


def on_chip(accelerator: Accelerator) -> tuple[Memory, ...]:
    """The memories on the chip, outermost first."""
    outside = outside_memory(accelerator)
    return tuple(memory for memory in accelerator.memories if memory != outside)


def room(accelerator: Accelerator, memory: Memory) -> Room:
    """A memory with the ports of its banks, each as wide as the elements that it moves or a block."""
    copies = instances(accelerator, memory)
    held = [accelerator.bits(tensor) for tensor in memory.holds or ()]
    word = max(held, default=accelerator.default_word_bits)
    widths = (memory.read_bandwidth, memory.write_bandwidth, memory.shared_bandwidth)
    elements = max(memory.block_size, *(width or 0 for width in widths))
    ports = bank_ports(memory)
    # By the machine alone: a count that happens to be that of the elements makes no register file of a buffer.
    role = "pe" if memory.instances is None else "buffer"
    return Room(memory, role, copies, ports, ports * elements * word)


def spans(accelerator: Accelerator) -> tuple[Span, ...]:
    """The networks on the chip that have several units."""
    copies = [instances(accelerator, memory) for memory in accelerator.memories] + [accelerator.pes]
    inside = on_chip(accelerator)
    found = (
        Span(memory, above, -(-below // above))
        for memory, above, below in zip(accelerator.memories, copies, copies[1:], strict=False)
        if memory in inside
    )
    return tuple(span for span in found if span.units > 1)


def operand_bits(accelerator: Accelerator) -> int:
    """The width of the multipliers: that of the widest tensor but the sums."""
    widths = (bits for name, bits in accelerator.word_bits if name != SUMS)
    return max((accelerator.default_word_bits, *widths))


def sum_bits(accelerator: Accelerator) -> int:
    """The width of the adders: that of the sums, and at least that of a product."""
    return max(accelerator.bits(SUMS), 2 * operand_bits(accelerator))


def elements_a_cycle(accelerator: Accelerator) -> int:
    """Elements a cycle of the network below the outermost memory on the chip that has one.

    Tensors with channels of their own add up; one without a limit is one element for each processing element.
    """
    shared = [memory for memory in on_chip(accelerator) if memory.instances is not None]
    network = (shared or accelerator.memories)[0].networks[0]
    return sum(accelerator.pes if width is None else width for _, width in wires_of(network))


def wires_of(network: Interconnect) -> list[tuple[str, int | None]]:
    """Elements a cycle by tensor, and of what tensors share by the empty name; None for no limit.

    A network of channels without a bandwidth consists of these: tensors without one have no wires there (A26).
    """
    shared = [("", network.bandwidth)] if network.bandwidth is not None or not network.channels else []
    return [*network.channels, *shared]
