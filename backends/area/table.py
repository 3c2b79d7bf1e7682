"""A table of areas: which blocks a machine is made of."""

from __future__ import annotations

from dataclasses import dataclass

from ...ir.printable import make_printable
from .entries import Block, MacEntry, MemoryEntry, NetworkEntry, Regression, Scaling, Share, Units


@dataclass(frozen=True, slots=True)
class AreaTable:
    """The blocks of a machine, each with its source.

    `mac` is one multiply-accumulate unit, `registers` one bit of its operands and its sum, `pe` the memories at the
    processing elements, `buffer` the others on the chip, `network` the parts of all networks. What `utilization` is
    given counts for everything but wires: the part of the chip that blocks fill.
    """

    name: str
    mac: MacEntry
    pe: MemoryEntry
    buffer: MemoryEntry
    network: tuple[NetworkEntry, ...] = ()
    registers: Block | None = None
    scaling: Scaling | None = None
    utilization: Share | None = None
    source: str = ""

    def __post_init__(self) -> None:
        make_printable(self, "name", "source")

    @property
    def own_power(self) -> bool:
        """Whether the table says what power a machine has, whatever runs."""
        entries = (self.mac, self.pe, self.buffer, *self.network)
        return any(isinstance(entry, Block | Units | Regression) and entry.power_mw > 0 for entry in entries)

    @property
    def spread(self) -> float:
        """The place of a block on the chip over its area."""
        return 1.0 if self.utilization is None else 1 / self.utilization.value

    def place_um2(self, block: Block, nm: float) -> float:
        """The place of one block on a chip of a node."""
        return block.area_um2 * self.area_factor(block.nm, nm) * self.spread

    def leakage_mw(self, block: Block, nm: float) -> float:
        """What one block leaks at a node."""
        return block.leakage_mw * self.leakage_factor(block.nm, nm)

    def area_factor(self, source_nm: float | None, nm: float) -> float:
        """What an area of a node of the source is at another node."""
        if self.scaling is None or source_nm is None or source_nm == nm:
            return 1.0
        what = f"the scaling of areas of '{self.name}'"
        return self.scaling.area.at(nm, what) / self.scaling.area.at(source_nm, what)

    def leakage_factor(self, source_nm: float | None, nm: float) -> float:
        """What a leakage of a node of the source is at another node."""
        if self.scaling is None or source_nm is None or source_nm == nm:
            return 1.0
        what = f"the scaling of leakages of '{self.name}'"
        return self.scaling.leakage.at(nm, what) / self.scaling.leakage.at(source_nm, what)
