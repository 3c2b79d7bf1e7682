"""What is known of smaller machines from larger ones: a best program that still fits is still the best."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from ..backends.energy import leaks
from ..search.objective import Objective
from ..search.request import Settings
from ..search.spaces.request import SpaceRequest
from .boxes import Box, Boxes, Stem
from .limits import MachineLimits
from .optima import Optimum, same_energies
from .sufficient import sufficient
from .together import Share

CLOSE = 1e-9
"""A part by which sums of floats in another order may differ."""


@dataclass(frozen=True, slots=True)
class _Step:
    """The best program of the machine at `high` needs no more than `needed`: it is the best of all machines between.

    Where a program may take so much power and no more, less leaks in smaller machines, and slower ones take longer:
    then only those from `low` on, of whose programs the search left out none for its power.
    """

    low: tuple[int, ...]
    high: tuple[int, ...]
    needed: tuple[int, ...]
    optimum: Optimum


class Staircase:
    """Steps by stem and layer.

    Where energies count and follow the capacities, a machine with less has other energies, and nothing is known of it.
    """

    def __init__(
        self, boxes: Boxes, layers: Sequence[Share], settings: Settings, request: SpaceRequest, limits: MachineLimits
    ) -> None:
        self._boxes, self._layers, self._settings, self._request = boxes, layers, settings, request
        self._limits = limits
        self._steps: dict[tuple[Stem, int], list[_Step]] = defaultdict(list)
        self._needs: dict[tuple[Stem, tuple[int, ...], int, Optimum], tuple[int, ...]] = {}
        self._level: dict[Stem, bool] = {}

    def known(self, layer: int, box: Box) -> Optimum | None:
        """The optimum of a box, if that of a larger one is it."""
        for step in self._steps[box.stem, layer]:
            between = _ordered(step.needed, box.high) and _ordered(box.high, step.high)
            if between and self._powered(step, box):
                return step.optimum
        return None

    def _powered(self, step: _Step, box: Box) -> bool:
        """Whether no limit on power makes the answer of a box another one than that of a step."""
        machine = self._boxes.machine(box.stem, box.low)
        most = self._limits.program_mw(machine, self._boxes.machine(box.stem, box.high))
        if most == inf:
            return True
        assert step.optimum.metrics is not None
        keeps = Objective().with_power(most).ceiling(machine).keeps(step.optimum.metrics)
        return keeps and _ordered(step.low, box.low)

    def enter(self, layer: int, box: Box, optimum: Optimum) -> None:
        """Note what was found at the largest machine of a box."""
        if optimum.dataflow is not None and optimum.proved and self.level(box.stem):
            self._steps[box.stem, layer].append(_Step(box.low, box.high, self._needed(layer, box, optimum), optimum))

    def keep_proved(self) -> None:
        """Forget steps whose program was only proved to be above a cutoff: another search has other ones."""
        for steps in self._steps.values():
            steps[:] = [step for step in steps if self._is_best(step.optimum)]

    def _is_best(self, optimum: Optimum) -> bool:
        assert optimum.metrics is not None
        value = self._settings.objective.value(optimum.metrics)
        return value <= optimum.bound * (1 + self._settings.gap) * (1 + CLOSE)

    def level(self, stem: Stem) -> bool:
        """Whether a program's value is the same wherever its cycles are."""
        if stem not in self._level:
            whole = self._boxes.whole(stem)
            ends = self._boxes.machine(stem, whole.high), self._boxes.machine(stem, whole.low)
            objective, workloads = self._settings.objective, [layer.workload for layer in self._layers]
            powered = self._limits.program_mw(*reversed(ends)) < inf
            plain = objective.exponents == (0, 1) and not objective.limits and not powered
            # What leaks costs energy over the stepwise time, which widths change wherever they are.
            still = not any(leaks(machine) for machine in ends)
            same = still and all(same_energies(item, *ends, self._request) for item in workloads)
            self._level[stem] = plain or same
        return self._level[stem]

    def needs(self, box: Box, optima: Sequence[Optimum]) -> tuple[int, ...]:
        """The least machine of a box on which every layer's program costs the same cycles as on the largest."""
        found = [self._needed(number, box, optimum) for number, optimum in enumerate(optima)]
        return tuple(map(max, zip(box.low, *found, strict=True)))

    def _needed(self, layer: int, box: Box, optimum: Optimum) -> tuple[int, ...]:
        assert optimum.dataflow is not None
        assert optimum.metrics is not None
        key = box.stem, box.high, layer, optimum
        if key not in self._needs:
            workload = self._layers[layer].workload
            self._needs[key] = sufficient(
                self._boxes, box.stem, box.high, workload, optimum.dataflow, optimum.metrics.cycles, self._settings.time
            )
        return self._needs[key]


def _ordered(less: Sequence[int], more: Sequence[int]) -> bool:
    return all(a <= b for a, b in zip(less, more, strict=True))
