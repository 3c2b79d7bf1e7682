"""What an area table holds: blocks as their sources give them, and what grows with what.

The classes are the layout of the YAML files: a field is a key, and a field without a default is required.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ...ir import MAX_SETTING
from ...ir.printable import make_printable
from .nodes import Curve

NM = {"above": 0.0}
"""A node must be more than 0."""

SIGNED = {"least": -MAX_SETTING}
"""A coefficient may be negative."""

WHOLE = {"least": 1}
"""An integer of at least 1."""


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of hardware: square micrometres, and milliwatts that it leaks.

    `power_mw` is a power of its own, whatever runs, of tables that say so. A block of the node `nm` goes to a machine's
    node by the table's `scaling`; without one it stays as it is.
    """

    area_um2: float
    source: str
    leakage_mw: float = 0.0
    power_mw: float = 0.0
    nm: float | None = field(default=None, metadata=NM)

    def __post_init__(self) -> None:
        make_printable(self, "source")


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A multiplier of operands of `width_bits` bits, which grows with the square of the width, and an adder."""

    multiplier: Block
    adder: Block
    width_bits: int = field(metadata=WHOLE)


@dataclass(frozen=True, slots=True)
class Macs:
    """Multiply-accumulate units by width: those of integers, and those of floating-point numbers."""

    integer: Arithmetic
    floating: Arithmetic


@dataclass(frozen=True, slots=True)
class Asked:
    """An entry that an installed estimator answers, for a `technology` (empty: the machine's node)."""

    estimator: str
    technology: str = ""


@dataclass(frozen=True, slots=True)
class Units:
    """A memory made of equal units of `unit_bytes`, whole ones, and never fewer than `at_least`."""

    unit_bytes: int = field(metadata=WHOLE)
    area_um2: float
    source: str
    leakage_mw: float = 0.0
    power_mw: float = 0.0
    at_least: int = 0

    def __post_init__(self) -> None:
        make_printable(self, "source")


@dataclass(frozen=True, slots=True)
class AreaPoint:
    """What a source says of a memory of one size."""

    capacity_bytes: int = field(metadata=WHOLE)
    area_um2: float
    leakage_mw: float = 0.0


@dataclass(frozen=True, slots=True)
class Points:
    """The banks of a memory by capacity, of the node `nm`; between two points straight lines in logarithms."""

    points: tuple[AreaPoint, ...]
    source: str
    nm: float | None = field(default=None, metadata=NM)

    def __post_init__(self) -> None:
        make_printable(self, "source")


@dataclass(frozen=True, slots=True)
class Sram:
    """Banks of SRAM, or of registers where those are smaller.

    A bank is as large as `cells_per_bit` cells for each bit, times (1 + `port_growth` (ports - 1))² for a cell with
    several ports, and `cells_per_port_bit` for each bit that its ports move at once; it has `least_bytes` or more.
    `register` is a bit of a register file, `address` a bit of the counter of a port, which goes over the bank's bytes.
    """

    cell_um2: Curve
    cells_per_bit: float
    cells_per_port_bit: float
    port_growth: float
    least_bytes: int
    leakage_nw_per_bit: Curve
    register: Block
    address: Block
    source: str

    def __post_init__(self) -> None:
        make_printable(self, "source")


@dataclass(frozen=True, slots=True)
class Regression:
    """A network by the processing elements P: `constant` + `pes` P + `pes_squared` P² pieces of so much area and power.

    `bandwidth` says that the pieces count for each element a cycle; there are no fewer than `least_area_um2` and
    `least_power_mw`.
    """

    name: str
    area_um2: float
    source: str
    power_mw: float = 0.0
    constant: float = field(default=0.0, metadata=SIGNED)
    pes: float = field(default=0.0, metadata=SIGNED)
    pes_squared: float = field(default=0.0, metadata=SIGNED)
    bandwidth: bool = False
    least_area_um2: float = 0.0
    least_power_mw: float = 0.0

    def __post_init__(self) -> None:
        make_printable(self, "name", "source")


@dataclass(frozen=True, slots=True)
class Links:
    """Networks by topology: wires of a pitch, and what stands at the units.

    `arbiter` is one per unit of a shared bus, `merge` one per unit and bit of a sum that goes up it, `switch` one per
    bit of a switch of a tree, `router` one per bit of the links of a mesh.
    """

    pitch_um: Curve
    arbiter: Block
    merge: Block
    switch: Block
    router: Block
    source: str

    def __post_init__(self) -> None:
        make_printable(self, "source")


@dataclass(frozen=True, slots=True)
class Scaling:
    """Areas and leakages of a block by node, in any unit: only their quotients count."""

    area: Curve
    leakage: Curve
    source: str


@dataclass(frozen=True, slots=True)
class Share:
    """A part of something, with its source."""

    value: float = field(metadata={"above": 0.0, "most": 1.0})
    source: str


MacEntry = Block | Macs | Asked
MemoryEntry = Units | Points | Sram | Asked
NetworkEntry = Regression | Links

MACS: dict[str, type] = {"estimator": Asked, "integer": Macs, "floating": Macs, "": Block}
MEMORIES: dict[str, type] = {"estimator": Asked, "points": Points, "unit_bytes": Units, "": Sram}
NETWORKS: dict[str, type] = {"pitch_um": Links, "": Regression}
"""The kinds of an entry, by a key that only they have; the last one is meant where there is none of these."""
