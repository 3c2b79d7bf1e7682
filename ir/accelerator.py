"""The machine: memories from the outermost, the networks below them, and the arithmetic."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

MAX_PES = 1 << 20
"""Processing elements that a machine can have."""

_RESERVED = {"mac": "the arithmetic", "network": "what carries the data", "total": "the sum in reports"}


def reserved_for(name: str) -> str:
    """What a memory's name already means; empty if it is free."""
    if name in ("P", "L"):
        return f"MAESTRO's cluster kind {name}"
    if re.fullmatch(r"cluster[0-9]+", name):
        return "the automatic buffer at a cluster"
    return _RESERVED.get(name.lower(), "")


@dataclass(frozen=True, slots=True)
class Interconnect:
    """The network that carries data from one side of a level to its units.

    `bandwidth` is in elements per cycle and direction (None: unlimited), `latency` in cycles. With `channels`, each
    named tensor has a bandwidth of its own and only the others share `bandwidth`.
    """

    bandwidth: int | None = None
    latency: int = 0
    multicast: bool = True
    reduction: bool = True
    forwarding: bool = False
    channels: tuple[tuple[str, int], ...] = ()

    def transfer_cycles(self, elements: dict[str, int]) -> int:
        """Cycles to move `elements` per tensor: latency + ⌈data / bandwidth⌉, 0 for nothing."""
        channels = dict(self.channels)
        shared = sum(count for tensor, count in elements.items() if tensor not in channels)
        times = [_cycles(self.latency, shared, self.bandwidth)]
        times += [_cycles(self.latency, elements.get(tensor, 0), width) for tensor, width in self.channels]
        return max(times)


def _cycles(latency: int, elements: int, bandwidth: int | None) -> int:
    if elements <= 0:
        return 0
    return latency + (0 if bandwidth is None else -(-elements // bandwidth))


@dataclass(frozen=True, slots=True)
class Memory:
    """A memory with `instances` copies (None: one per processing element) and the networks below it.

    `capacity_bytes` is per instance (None: unlimited). `networks` serve the levels below this memory, outermost first;
    the last one serves all further levels.
    """

    name: str
    instances: int | None = 1
    capacity_bytes: int | None = None
    double_buffered: bool = True
    networks: tuple[Interconnect, ...] = (Interconnect(),)

    def network(self, depth: int) -> Interconnect:
        """The network of the level that lies `depth` levels below this memory."""
        return self.networks[min(depth, len(self.networks) - 1)]


@dataclass(frozen=True, slots=True)
class Accelerator:
    """A machine of `pes` processing elements with `lanes` multiply-accumulates a cycle each.

    `memories` run from the outermost to the innermost; only the last may have one instance per element. `word_bits`
    gives the width of a tensor's elements (default `default_word_bits`). `energy_table` names the table of
    per-access energies.
    """

    name: str
    pes: int
    memories: tuple[Memory, ...]
    lanes: int = 1
    word_bits: tuple[tuple[str, int], ...] = ()
    default_word_bits: int = 8
    cluster_buffers: bool = False
    energy_table: str = "eyeriss"
    source: str = ""

    def bits(self, tensor: str) -> int:
        """Bits of one element of `tensor`."""
        return dict(self.word_bits).get(tensor, self.default_word_bits)

    def to_dict(self) -> dict[str, Any]:
        """The machine as plain data, in the layout of the YAML files."""
        data: dict[str, Any] = _plain(self)
        return data

    def __str__(self) -> str:
        import yaml

        return yaml.safe_dump(self.to_dict(), sort_keys=False, allow_unicode=True)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        plain = {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
        for pairs in ("word_bits", "channels"):
            if pairs in plain:
                plain[pairs] = dict(getattr(value, pairs))
        if isinstance(value, Memory):
            plain["instances"] = "per_pe" if value.instances is None else value.instances
        return plain
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
