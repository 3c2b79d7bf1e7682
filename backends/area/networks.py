"""Areas of networks: regressions of a source, or wires and switches by topology."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import sqrt

from ...ir import Accelerator, Interconnect
from ..energy import SUMS
from .entries import Block, Links, Regression
from .geometry import Span, elements_a_cycle, spans, wires_of
from .memories import block_source
from .table import AreaTable
from .terms import AreaTerm


def network_terms(table: AreaTable, accelerator: Accelerator, nm: float, unit_um2: float) -> Iterator[AreaTerm]:
    """The parts of all networks; `unit_um2` is the place of one multiply-accumulate unit and its registers."""
    for entry in table.network:
        if isinstance(entry, Regression):
            yield _regression(table, entry, accelerator)
        else:
            for span in spans(accelerator):
                yield from _SpanTerms(table, entry, accelerator, span, nm, unit_um2).terms()


def _regression(table: AreaTable, entry: Regression, accelerator: Accelerator) -> AreaTerm:
    pes = accelerator.pes
    size = entry.constant + entry.pes * pes + entry.pes_squared * pes**2
    count = size * elements_a_cycle(accelerator) if entry.bandwidth else size
    area = max(entry.least_area_um2, count * entry.area_um2) * table.spread
    power = max(entry.least_power_mw, count * entry.power_mw)
    return AreaTerm(entry.name, 1, area, area, 0.0, power, f"{table.name}.network: {entry.source}")


class _SpanTerms:
    """The networks below one memory.

    Wires lie side by side at the least pitch. Each unit takes one element a cycle, so each of b elements goes to
    units / b of them, over √(units / b) sides of the array, and no less than one; where tensors walk from unit to unit,
    over one. The side is that of the units' arithmetic: memories are left out, so that the area of a machine is a sum
    over its memories.
    """

    def __init__(
        self, table: AreaTable, links: Links, machine: Accelerator, span: Span, nm: float, unit_um2: float
    ) -> None:
        self.table, self.links, self.machine, self.span, self.nm = table, links, machine, span, nm
        macs = machine.peak_macs / (span.copies * span.units)
        self.neighbour_um = sqrt(macs * unit_um2)
        self.element = machine.default_word_bits
        self.widest = max(machine.default_word_bits, machine.bits(SUMS))

    def terms(self) -> Iterator[AreaTerm]:
        """Wires, links between neighbours, and what stands at the units."""
        units, topology = self.span.units, self.span.network.topology
        yield self._wires("wires", [(elements * bits, self._length(elements)) for elements, bits in self._bundles()])
        if self.span.neighbours:
            bits = sum(self.machine.bits(name) for name in self.span.neighbours)
            yield self._wires("links", [(bits, self.neighbour_um * units)])
        if topology == "mesh":
            width = sum(elements * bits for elements, bits in self._bundles())
            yield self._at_units("routers", self.links.router, units * width)
        elif topology == "tree":
            yield self._at_units("switches", self.links.switch, (units - 1) * (self.element + self.widest))
        elif not self.span.systolic:
            yield self._at_units("arbiter", self.links.arbiter, units)
            yield self._at_units("merge", self.links.merge, units * self.widest)

    def _bundles(self) -> list[tuple[int, int]]:
        """Elements a cycle and their bits, of every network that has a bandwidth; if none has, one for each unit.

        Further levels with an equal network go on in the same wires.
        """
        networks = [network for network in self._networks() if network.bandwidth or network.channels]
        found = [bundle for network in networks for bundle in self._of(network)]
        return found or self._both_ways(self._free())

    def _networks(self) -> Iterable[Interconnect]:
        return dict.fromkeys(self.span.memory.networks)

    def _of(self, network: Interconnect) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        for name, width in wires_of(network):
            elements = self._free() if width is None else width
            found += [(elements, self.machine.bits(name))] if name else self._both_ways(elements)
        return found

    def _both_ways(self, elements: int) -> list[tuple[int, int]]:
        """What tensors share goes down as inputs, and up as sums; a link of a mesh has both ways, like its router."""
        down, up = (elements, self.element), (elements, self.widest)
        return [down] if self.span.network.topology == "mesh" else [down, up]

    def _free(self) -> int:
        """Elements a cycle of what has no limit: one for each unit; one for a link of a mesh."""
        return 1 if self.span.network.topology == "mesh" else self.span.units

    def _length(self, elements: int) -> float:
        """Micrometres that each wire of so many elements a cycle runs."""
        units = self.span.units
        if self.span.network.topology == "mesh":
            return 2 * self.neighbour_um * units
        side = self.neighbour_um * sqrt(units)
        return side if self.span.systolic else side * max(1.0, sqrt(units / elements))

    def _wires(self, what: str, bundles: list[tuple[int, float]]) -> AreaTerm:
        pitch = self.links.pitch_um.at(self.nm, f"the pitch of wires of '{self.table.name}'")
        count = self.span.copies * sum(bits for bits, _ in bundles)
        total = self.span.copies * pitch * sum(bits * length for bits, length in bundles)
        mean = total / pitch / count
        source = f"{self.table.name}.network: {mean:.4g} µm at a pitch of {pitch:.3g} µm; {self.links.source}"
        return AreaTerm(f"{self.span.memory.name} {what}", count, total / count, total, 0.0, 0.0, source)

    def _at_units(self, what: str, block: Block, number: int) -> AreaTerm:
        count, source = self.span.copies * number, block_source(f"{self.table.name}.network", block, self.nm)
        return block_term(self.table, f"{self.span.memory.name} {what}", block, count, self.nm, source)


def block_term(table: AreaTable, name: str, block: Block, count: int, nm: float, source: str) -> AreaTerm:
    """So many copies of a block."""
    each, leakage = table.place_um2(block, nm), table.leakage_mw(block, nm)
    return AreaTerm(name, count, each, count * each, count * leakage, count * block.power_mw, source)
