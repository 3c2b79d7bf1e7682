"""What the cost backend and its two oracles count, in elements; all three return equal values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InputTraffic:
    """An input tensor at an interface: into the children, out of the parent, between neighbours."""

    fills: int
    reads: int
    forwards: int


@dataclass(frozen=True, slots=True)
class OutputTraffic:
    """The output at an interface: entries into the children, writes to the parent, partial sums read back."""

    fills: int
    updates: int
    readbacks: int


Traffic = InputTraffic | OutputTraffic


@dataclass(frozen=True, slots=True)
class Interface:
    """Traffic between two memories that follow each other for the tensors named, or between a memory and `MAC`."""

    parent: str
    child: str
    units: int
    tensors: tuple[tuple[str, Traffic], ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """Everything that is counted exactly.

    `points` are the iteration points that are worked on, `steps` is the number of global time steps, `active_total`
    the sum over them of processing elements at work.
    """

    points: int
    steps: int
    active_peak: int
    active_total: int
    interfaces: tuple[Interface, ...]

    def traffic(self, parent: str, child: str, tensor: str) -> Traffic:
        """The traffic of one tensor at one interface; KeyError if there is none."""
        for interface in self.interfaces:
            if (interface.parent, interface.child) == (parent, child):
                return dict(interface.tensors)[tensor]
        raise KeyError((parent, child, tensor))
