"""Both times of what has been counted: the busiest resource's total, and the steps one after another."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection

TIMES = ("stepwise", "throughput")
"""The time models."""

Cycles = tuple[tuple[str, int], ...]
"""Cycles by name."""


class Timed(ABC):
    """Times by the cycles of every resource, and by parts that follow each other."""

    @property
    @abstractmethod
    def bottlenecks(self) -> Cycles:
        """The cycles of every resource behind the throughput time."""

    @property
    @abstractmethod
    def stepwise(self) -> Cycles:
        """The parts of the stepwise time, one after the other."""

    @property
    def cycles_stepwise(self) -> int:
        """Cycles when every step waits for the slowest of its transfers and its work."""
        return sum(cycles for _, cycles in self.stepwise)

    @property
    def cycles_throughput(self) -> int:
        """Cycles of the busiest resource."""
        return max(cycles for _, cycles in self.bottlenecks)

    def cycles(self, time: str = "stepwise") -> int:
        """Cycles of the time model `stepwise` or `throughput`; ValueError for any other."""
        if time not in TIMES:
            raise ValueError(f"unknown time model {time!r}; the time models are {' and '.join(map(repr, TIMES))}")
        return self.cycles_stepwise if time == "stepwise" else self.cycles_throughput


def with_wait(terms: Cycles, bottlenecks: Cycles, ports: Collection[str]) -> Cycles:
    """The parts of a stepwise time, and what the busiest of these ports of memories needs beyond (A20)."""
    busy = [item for item in bottlenecks if item[0] in ports]
    name, cycles = max(busy, key=lambda item: item[1], default=("", 0))
    missing = cycles - sum(part for _, part in terms)
    return (*terms, (f"wait for {name}", missing)) if missing > 0 else terms
