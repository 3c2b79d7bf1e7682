"""The machine: memories from the outermost, the networks below them, and the arithmetic."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from math import isqrt
from typing import Any, Literal, get_args

from .printable import make_printable
from .sparsity import Action, Format
from .unordered import TABLE, UNORDERED
from .vector_unit import ELEMENTS, VectorUnit

MAX_PES = 1 << 20
"""Processing elements that a machine can have."""

MAX_SETTING = 1 << 40
"""The largest number that a setting can be: beyond it, sums would leave what floats and 64-bit integers hold."""

MIN_CLOCK_MHZ = 1e-6
"""The slowest clock."""

_RESERVED = {
    "mac": "the arithmetic",
    "network": "what carries the data",
    "leakage": "what memories and elements lose",
    "idle": "elements without work",
    "total": "the sum in reports",
}


def reserved_for(name: str) -> str:
    """What a memory's name already means; empty if it is free."""
    if name in ("P", "L"):
        return f"MAESTRO's cluster kind {name}"
    if re.fullmatch(r"cluster[0-9]+", name):
        return "the automatic buffer at a cluster"
    return _RESERVED.get(name.lower(), "")


Topology = Literal["bus", "tree", "mesh"]
Adder = Literal["tree", "chain", "unit"]
Buffering = Literal["double", "rolling", "single"]
TOPOLOGIES: tuple[str, ...] = get_args(Topology)
ADDERS: tuple[str, ...] = get_args(Adder)
BUFFERINGS: tuple[str, ...] = get_args(Buffering)


@dataclass(frozen=True, slots=True)
class Interconnect:
    """The network that carries data from one side of a level to its units.

    `bandwidth` is in elements per cycle and direction (None: unlimited), `latency` in cycles. With `channels`, each
    named tensor has a bandwidth of its own (None: unlimited) and only the others share `bandwidth`.

    A transfer passes `hop_latency` cycles per link on the way to the farthest unit of a `bus` (one link), a `tree` of
    binary switches or a `mesh` that is fed at a corner. Partial sums that meet pass the adders of a `tree` or a
    `chain`, `adder_latency` cycles each; with `unit` the arithmetic of each processing element adds what it takes over
    from its neighbour. A tensor of `store_and_forward` walks from unit to unit instead, as in a systolic array, with
    the given cycles per step. With `queues` transfers run ahead of the steps that need them.
    """

    bandwidth: int | None = None
    latency: int = 0
    multicast: bool = True
    reduction: bool = True
    forwarding: bool = False
    channels: tuple[tuple[str, int | None], ...] = field(default=(), metadata=TABLE)
    topology: str = "bus"
    hop_latency: int = 0
    adder: str = "tree"
    adder_latency: int = 0
    store_and_forward: tuple[tuple[str, int], ...] = field(default=(), metadata=TABLE)
    queues: bool = False

    def transfer_cycles(
        self, elements: Mapping[str, int], units: int, stored: Container[str], summed: bool = False
    ) -> int:
        """Cycles to move so many elements per tensor between a parent and its `units` units; 0 for nothing.

        The latency, that of all links and, for sums that meet on the way (`summed`), of the adders; then the data at
        their bandwidth, and no sooner than they have walked past all units if the units store them (`stored`).
        """
        return max(
            (self._cycles(elements, names, width, units, stored, summed) for names, width in self._wires(elements)),
            default=0,
        )

    def _wires(self, elements: Mapping[str, int]) -> Iterator[tuple[list[str], int | None]]:
        """The tensors that share wires, with the bandwidth of these."""
        own = dict(self.channels)
        yield [name for name in elements if name not in own], self.bandwidth
        yield from (([name], width) for name, width in self.channels)

    def _cycles(
        self,
        elements: Mapping[str, int],
        names: list[str],
        width: int | None,
        units: int,
        stored: Container[str],
        summed: bool,
    ) -> int:
        moved = [name for name in names if elements.get(name, 0) > 0]
        if not moved:
            return 0
        flow = 0 if width is None else -(-sum(elements[name] for name in moved) // width)
        walks = (hops * units for name, hops in self.store_and_forward if name in moved and name in stored)
        adding = self.adder_latency * self.adders(units) if summed else 0
        return self.latency + self.hop_latency * self.farthest(units) + adding + max(flow, *walks, 0)

    def skew(self, units: int, streamed: Container[str]) -> int:
        """Cycles by which the last of `units` units lags behind the first, by tensors that walk through them."""
        return (units - 1) * max((hops for name, hops in self.store_and_forward if name in streamed), default=0)

    def farthest(self, units: int) -> int:
        """Links from the parent to the farthest of `units` units."""
        if self.topology == "tree":
            return max(1, (units - 1).bit_length())
        if self.topology == "mesh":
            rows, columns = _mesh(units)
            return rows + columns - 1
        return 1

    def average(self, units: int) -> float:
        """Links from the parent to a place for a unit, on average; a mesh may have more places than `units`."""
        if self.topology == "mesh":
            rows, columns = _mesh(units)
            return (rows + columns) / 2
        return self.farthest(units)

    def adders(self, units: int) -> int:
        """Adders on the longest way of the partial sums of `units` units."""
        return (units - 1).bit_length() if self.adder == "tree" else units - 1


def _mesh(units: int) -> tuple[int, int]:
    """Rows and columns of the most square mesh that holds so many units."""
    rows = isqrt(units)
    return rows, -(-units // rows)


@dataclass(frozen=True, slots=True)
class Memory:
    """A memory with `instances` copies (None: one per processing element) and the networks below it.

    `capacity_bytes` is per instance (None: unlimited), and of it each tensor of `capacities` has so many bytes to
    itself. `holds` names the tensors that the memory can hold (None: all).

    `buffering` says what happens to a chunk while its successor arrives: with `double` it has a second place, with
    `rolling` each element makes room as soon as it has been used, with `single` nothing comes or goes before the work
    on the chunk is done.

    `shared_bandwidth` counts elements per cycle of reads and writes together, `read_bandwidth` and `write_bandwidth`
    of each alone, all per bank (None: unlimited). One access moves `block_size` elements. `leakage_mw` is per
    instance. `networks` serve the levels below this memory, outermost first; the last one serves all further levels.
    `formats` names the tensors that the memory stores compressed, and how. A `refilled` memory, which only the
    outermost can be, does not hold the whole layer but what a step of level 0 needs, and is refilled from outside.
    """

    name: str
    instances: int | None = 1
    capacity_bytes: int | None = None
    buffering: str = "double"
    networks: tuple[Interconnect, ...] = (Interconnect(),)
    capacities: tuple[tuple[str, int], ...] = field(default=(), metadata=TABLE)
    holds: tuple[str, ...] | None = field(default=None, metadata=UNORDERED)
    shared_bandwidth: int | None = None
    read_bandwidth: int | None = None
    write_bandwidth: int | None = None
    banks: int = 1
    block_size: int = 1
    leakage_mw: float = 0.0
    formats: tuple[tuple[str, Format], ...] = field(default=(), metadata=TABLE)
    refilled: bool = False

    def __post_init__(self) -> None:
        make_printable(self, "name")

    @property
    def least_bytes(self) -> int:
        """The least capacity that it can have: a byte for each bank, and what tensors have to themselves."""
        return max(sum(size for _, size in self.capacities), self.banks, 1)

    def network(self, depth: int) -> Interconnect:
        """The network of the level that lies `depth` levels below this memory."""
        return self.networks[min(depth, len(self.networks) - 1)]


@dataclass(frozen=True, slots=True)
class Accelerator:
    """A machine of `pes` processing elements with `lanes` multiply-accumulates a cycle each.

    `memories` run from the outermost to the innermost; only the last ones may have one instance per element.
    `word_bits` gives the width of a tensor's elements (default `default_word_bits`). `energy_table` names the table of
    per-access energies.

    Each lane takes up to `vector_width` neighbours along the workload's last dimension at a time; a sum is done
    `pipeline_depth` cycles after its operands came. The clock runs at `clock_mhz`. A processing element leaks
    `pe_leakage_mw` all the time and spends `pe_idle_pj` in each cycle in which it has no work. `actions` say where zero
    operands save energy or time.

    `shape` is how the elements below the last memory with fewer instances than there are elements are wired, outermost
    first, such as (16, 16): the cluster sizes that a mapper may use (empty: any). It binds no program.

    `area_table` names the table of areas, `technology_nm` the node of the chip (None: that of the energy table, else
    28); neither changes a count, a time or an energy.

    A lane starts an operation every cycle, and one of `intervals` every so many cycles. Statements all of whose
    operations a `vector_unit` does run there: on a machine that is `part_of` this one (`for_operations`).
    """

    name: str
    pes: int
    memories: tuple[Memory, ...]
    lanes: int = 1
    word_bits: tuple[tuple[str, int], ...] = field(default=(), metadata=TABLE)
    default_word_bits: int = 8
    cluster_buffers: bool = False
    energy_table: str = "eyeriss"
    source: str = ""
    vector_width: int = 1
    pipeline_depth: int = 1
    clock_mhz: float = 1000.0
    pe_leakage_mw: float = 0.0
    pe_idle_pj: float = 0.0
    actions: tuple[Action, ...] = field(default=(), metadata=UNORDERED)
    shape: tuple[int, ...] = ()
    area_table: str = "blocks"
    technology_nm: float | None = None
    intervals: tuple[tuple[str, int], ...] = field(default=(), metadata=TABLE)
    vector_unit: VectorUnit | None = None
    part_of: Accelerator | None = None

    def __post_init__(self) -> None:
        make_printable(self, "name", "source")

    def bits(self, tensor: str) -> int:
        """Bits of one element of `tensor`."""
        return dict(self.word_bits).get(tensor, self.default_word_bits)

    def interval(self, operations: Mapping[str, int]) -> int:
        """Cycles that a lane is busy with a point that executes each operation so many times."""
        slow = dict(self.intervals)
        return sum(times * slow.get(name, 1) for name, times in operations.items())

    def for_operations(self, operations: Iterable[str]) -> Accelerator:
        """The machine on which a statement with some operations runs: this one, or its vector unit as a machine.

        That has one element with the unit's lanes, and the memories down to the one that the unit stands at; what the
        whole has of everything else is asked of `whole`.
        """
        unit, names = self.vector_unit, [memory.name for memory in self.memories]
        if unit is None or unit.at not in names or not unit.does(operations):
            return self
        memories = self.memories[: names.index(unit.at) + 1]
        return replace(
            self,
            name=f"{unit.name} of {self.name}",
            pes=1,
            memories=memories,
            lanes=unit.lanes,
            vector_width=1,
            pipeline_depth=1,
            actions=tuple(action for action in self.actions if action.at in names[: len(memories)]),
            shape=(),
            intervals=unit.intervals,
            vector_unit=None,
            part_of=self,
        )

    @property
    def whole(self) -> Accelerator:
        """The machine that this one is a part of, or itself."""
        return self.part_of or self

    @property
    def unit(self) -> str:
        """What works in it: its elements, or the vector unit of the whole."""
        unit = self.whole.vector_unit if self.part_of else None
        return unit.name if unit else ELEMENTS

    @property
    def peak_macs(self) -> int:
        """Multiply-accumulates per cycle of the whole machine."""
        return self.pes * self.lanes * self.vector_width

    @property
    def arrays(self) -> int:
        """Instances of the last memory that has fewer than there are elements: each has an array of elements."""
        counts = (memory.instances for memory in self.memories)
        return max((count for count in counts if count is not None and count < self.pes), default=1)

    def to_dict(self) -> dict[str, Any]:
        """The machine as plain data, in the layout of the YAML files."""
        data: dict[str, Any] = _plain(self)
        return data

    def __str__(self) -> str:
        from .yaml_core import dump

        return dump(_plain(self, brief=True))


def _plain(value: Any, brief: bool = False) -> Any:
    """A value as plain data; if `brief`, without what is as by default."""
    if is_dataclass(value):
        given = [item for item in fields(value) if item.name != "part_of"]
        shown = [item for item in given if not (brief and getattr(value, item.name) == item.default)]
        plain = {item.name: _plain(getattr(value, item.name), brief) for item in shown}
        tables = [item.name for item in shown if item.metadata.get("table")]
        plain |= {name: {key: _plain(part, brief) for key, part in getattr(value, name)} for name in tables}
        if isinstance(value, Memory) and "instances" in plain:
            plain["instances"] = "per_pe" if value.instances is None else value.instances
        return plain
    if isinstance(value, tuple):
        return [_plain(item, brief) for item in value]
    return value
