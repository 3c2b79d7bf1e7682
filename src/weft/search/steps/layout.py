"""What a schedule says of the time of its steps but for sizes, units and prices, as one flat array of integers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from ...analysis.chains import Ints
from ...analysis.sharing import held_at_pe
from ...backends.cost.ports import level_ends, operand_memories
from ...ir import TOPOLOGIES, Schedule, Tensor
from ..structure.flat import fields, join

_FIELDS = (
    "about", "shape", "order", "spread", "reduces", "axes", "factor_start", "factors", "moving", "network", "tensors",
    "hops", "wire_start", "wires", "end_start", "ends", "operands", "arithmetic",
)  # fmt: skip

S = fields("S", _FIELDS)
"""Where compiled code finds a field.

* `about`: see `work`; it comes first, so it stands at `HEADER`;
* `shape`: dimensions, levels, tensors (the output is the last one);
* `order` [L, D]: the dimensions that a level may divide, outermost first, then -1; `spread` [L]: the one over its
  units, or -1; `reduces` [D]: whether the output does not depend on it;
* `axes` [A, 4]: outputs, stride, taps, dilation of a window; `factors` [X, 2]: what the elements of a tensor are a
  product of, a dimension and -1 or -1 and an axis, from `factor_start` [T + 1]; `moving` [T]: mask of its dimensions;
* `network` [L, 9]: see `MULTICAST`; `tensors` [L, 3]: masks, see `STREAMED`; `hops` [L, T]: cycles in which a tensor
  that is stored walks past a unit;
* `wires` [X, 2]: mask of tensors, row of prices, from `wire_start` [L + 1]; `ends` [X, 3]: mask, whether it is the
  parent's, first row of prices, from `end_start` [L + 1]; `operands` [X, 2]: mask and first row of the memories that
  serve the arithmetic;
* `arithmetic`: lanes, points of a vector, stages of the pipeline, whether a memory at the PEs holds the output,
  cycles of a lane for a point.
"""

HEADER = len(S) * S[1]
"""Numbers before the first field."""

Layout = dict[str, Ints]
"""The fields by name."""

DIMENSIONS, LEVELS, TENSORS = range(3)
"""The numbers of `shape`."""

MULTICAST, REDUCTION, FORWARDING, QUEUES, TOPOLOGY, ADDER_TREE, IN_UNITS, LAG, LATENCY_ROW = range(9)
"""The numbers about a level's network; `LAG` are the longest hops of what its units do not store, `LATENCY_ROW` is the
first of three rows of prices: latency, latency of a hop, latency of an adder."""

STREAMED, LATE, ALL = range(3)
"""Masks of tensors: those whose operands the network brings, those in single buffers right below, and all of them."""

LANES, VECTOR, PIPELINE, OUTPUT_AT_PE, INTERVAL = range(5)
"""The numbers of `arithmetic`."""

PORTS = 3
"""Rows of prices of a memory: its reads, its writes, and both together."""


def layout(schedule: Schedule, orders: Sequence[Sequence[str]], spread: Sequence[str | None]) -> Layout:
    """The arrays of a schedule whose levels may divide the dimensions of `orders`, the outermost first."""
    workload, levels = schedule.mapping.workload, schedule.levels
    names, tensors = list(workload.extents), workload.tensors
    axes = list(dict.fromkeys(axis for tensor in tensors for axis in _windows(tensor)))
    factors = [_factors(tensor, names, axes) for tensor in tensors]
    order = np.full((len(levels), len(names)), -1)
    for level, own in enumerate(orders):
        order[level, : len(own)] = [names.index(name) for name in own]
    ends = [level_ends(schedule, level) for level in range(len(levels))]
    machine, price = schedule.mapping.accelerator, Rows(schedule)
    arrays = {
        "shape": [len(names), len(levels), len(tensors)],
        "order": order,
        "spread": [-1 if name is None else names.index(name) for name in spread],
        "reduces": [name in workload.reduction_dimensions for name in names],
        "axes": _rows(([names.index(y), a, names.index(r), b] for y, a, r, b in axes), 4),
        "factor_start": np.cumsum([0, *map(len, factors)]),
        "factors": _rows((row for own in factors for row in own), 2),
        "moving": [_mask(name in tensor.dimensions for name in names) for tensor in tensors],
        "network": _rows((_network(schedule, level, price) for level in range(len(levels))), 9),
        "tensors": _rows((_tensors(schedule, level) for level in range(len(levels))), 3),
        "hops": _rows((_hops(schedule, level) for level in range(len(levels))), len(tensors)),
        "wire_start": np.cumsum([0, *(1 + len(level.network.channels) for level in levels)]),
        "wires": _rows((row for level in range(len(levels)) for row in _wires(schedule, level, price)), 2),
        "end_start": np.cumsum([0, *map(len, ends)]),
        "ends": _rows(
            (
                [_mask(tensor.name in end.tensors for tensor in tensors), end.parent, price.port(end.memory.name)]
                for own in ends
                for end in own
            ),
            3,
        ),
        "operands": _rows(
            (
                [_mask(tensor in item.tensors for tensor in tensors), price.port(item.memory.name)]
                for item in operand_memories(schedule)
            ),
            2,
        ),
        "arithmetic": [
            machine.lanes, machine.vector_width, machine.pipeline_depth, held_at_pe(schedule, workload.output),
            schedule.mapping.interval,
        ],
    }  # fmt: skip
    return {name: np.asarray(numbers, np.int64) for name, numbers in arrays.items()}


def joined(layout: Layout, about: Ints) -> Ints:
    """A layout as one array."""
    return join([(layout | {"about": about})[name] for name in _FIELDS]).ints


class Rows:
    """Where prices stand: per level its latencies and the widths of its wires, per memory its ports."""

    def __init__(self, schedule: Schedule) -> None:
        self.latency, self.wires, self._ports = [], [], {}
        self.number = 0
        for level in schedule.levels:
            self.latency.append(self._take(3))
            self.wires.append(self._take(1 + len(level.network.channels)))
        for site in schedule.sites:
            self._ports[site.memory.name] = self._take(PORTS)

    def _take(self, number: int) -> int:
        self.number += number
        return self.number - number

    def named(self, port: str) -> int:
        """The row of a port by its name."""
        memory, name = port.rsplit(" ", 1)
        return self._ports[memory] + ("reads", "writes", "accesses").index(name)

    def port(self, memory: str) -> int:
        """The first row of a memory."""
        return self._ports[memory]


def _rows(rows: Iterable[Sequence[int]], width: int) -> Ints:
    found = list(rows)
    return np.array(found, np.int64).reshape(len(found), width)


def _mask(members: Iterable[bool]) -> int:
    return sum(1 << number for number, member in enumerate(members) if member)


def _windows(tensor: Tensor) -> list[tuple[str, int, str, int]]:
    """The windowed axes of a tensor."""
    pairs = (subscript.terms for subscript in tensor.subscripts if len(subscript.terms) == 2)
    return [(y.dimension, y.coefficient, r.dimension, r.coefficient) for y, r in pairs]


def _factors(tensor: Tensor, names: list[str], axes: list[tuple[str, int, str, int]]) -> list[tuple[int, int]]:
    windows = [(-1, axes.index(axis)) for axis in _windows(tensor)]
    single = [names.index(subscript.dimensions[0]) for subscript in tensor.subscripts if len(subscript.terms) == 1]
    return windows + [(number, -1) for number in single]


def _network(schedule: Schedule, level: int, price: Rows) -> list[int]:
    network = schedule.levels[level].network
    streamed = _lacking(schedule, level)
    lag = max((hops for name, hops in network.store_and_forward if name in streamed), default=0)
    kinds = TOPOLOGIES.index(network.topology), network.adder == "tree", network.adder == "unit"
    return [
        network.multicast, network.reduction, network.forwarding, network.queues, *kinds, lag, price.latency[level]
    ]  # fmt: skip


def _below(schedule: Schedule, tensor: str, level: int) -> list[str]:
    """How the memory right below a level buffers a tensor; nothing if there is none."""
    return [site.memory.buffering for site in schedule.holders(tensor) if site.boundary > level][:1]


def _lacking(schedule: Schedule, level: int) -> set[str]:
    """The tensors that no memory below a level holds."""
    tensors = schedule.mapping.workload.tensors
    return {tensor.name for tensor in tensors if not _below(schedule, tensor.name, level)}


def _tensors(schedule: Schedule, level: int) -> list[int]:
    tensors, last = schedule.mapping.workload.tensors, len(schedule.levels) - 1
    return [
        _mask(level == last and not held_at_pe(schedule, tensor) for tensor in tensors),
        _mask(_below(schedule, tensor.name, level) == ["single"] for tensor in tensors),
        (1 << len(tensors)) - 1,
    ]


def _hops(schedule: Schedule, level: int) -> list[int]:
    hops, lacking = dict(schedule.levels[level].network.store_and_forward), _lacking(schedule, level)
    tensors = (tensor.name for tensor in schedule.mapping.workload.tensors)
    return [0 if name in lacking else hops.get(name, 0) for name in tensors]


def _wires(schedule: Schedule, level: int, price: Rows) -> list[tuple[int, int]]:
    """The wires that tensors share, then those that are a tensor's own."""
    names = [tensor.name for tensor in schedule.mapping.workload.tensors]
    own = [name for name, _ in schedule.levels[level].network.channels]
    masks = [_mask(name not in own for name in names), *(_mask(name == item for name in names) for item in own)]
    return [(mask, price.wires[level] + number) for number, mask in enumerate(masks)]
