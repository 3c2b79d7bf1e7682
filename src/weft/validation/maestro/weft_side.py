"""Weft's figures of a layer, for the interface that MAESTRO reports: from L2 to the units of the outermost level."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from ...analysis.nest import Grouping, Nest
from ...analysis.occupancy import loop_steps, occupancy
from ...api import map_layer
from ...backends.cost import Cost, evaluate_schedule
from ...ir import Accelerator, InputTraffic, Interconnect, Layer, Memory, OutputTraffic, Schedule
from ...passes import analyse
from .clocks import OneWay, Restarting, SameStep
from .restated import Figures, Machine


@dataclass(frozen=True, slots=True)
class WeftFigures:
    """Weft's figures, and its cycles with more and more of what MAESTRO simplifies: without the last drain, with steps
    that overlap with themselves, without partial sums that come back, and with lower levels that start anew.
    """

    figures: Figures
    undrained: int
    same_step: int
    one_way: int
    restarting: int
    cost: Cost


def accelerator(machine: Machine) -> Accelerator:
    """The machine with a buffer at every cluster, as MAESTRO's analysis of the outermost level takes it."""
    network = Interconnect(machine.bandwidth, machine.latency)
    memories = (Memory("L2", networks=(network,)), Memory("L1", None))
    return Accelerator("maestro", machine.pes, memories, lanes=machine.lanes, cluster_buffers=True)


def weft_schedule(layer: Layer, machine: Machine) -> Schedule | str:
    """The layer's schedule, or the message of its first error; WeftError when the layer itself is wrong."""
    program = analyse(map_layer(layer, accelerator(machine)))
    errors = [item for item in program.diagnostics if item.is_error]
    if errors or program.schedule is None:
        return f"{errors[0].code}: {errors[0].message}"
    return program.schedule


def weft_figures(schedule: Schedule) -> WeftFigures:
    """Weft's figures of a legal schedule."""
    cost, nest = evaluate_schedule(schedule), Nest(schedule)
    reads, writes = _traffic(cost)
    found = Figures(cost.counts.points, cost.cycles_stepwise, reads, writes, _l2(nest), _l1(schedule))
    drain = sum(cycles for name, cycles in cost.stepwise if name.startswith("last drain"))
    clocks = SameStep(nest).cycles(), OneWay(nest).cycles(), Restarting(nest).cycles()
    return WeftFigures(found, cost.cycles_stepwise - drain, *clocks, cost)


def _traffic(cost: Cost) -> tuple[dict[str, int], int]:
    traffic = dict(cost.counts.interfaces[0].tensors)
    reads, writes = {}, 0
    for name, tensor in zip(("input", "filter", "output"), cost.schedule.mapping.workload.tensors, strict=True):
        found = traffic[tensor.name]
        if isinstance(found, InputTraffic):
            reads[name] = found.reads
        else:
            assert isinstance(found, OutputTraffic)
            reads[name], writes = found.readbacks, found.updates
    return reads, writes


def _l2(nest: Nest) -> dict[str, int]:
    """What all units of the outermost level hold together in the first step, twice if they go on to others."""
    schedule = nest.schedule
    copies = 2 if any(loop_steps(schedule, 0, loop) > 1 for loop in schedule.levels[0].loops) else 1
    first = nest.moves(1)[0]
    return {
        name: copies * prod(volumes.need for volumes in nest.volumes(tensor, first, Grouping(frozenset({0}))))
        for name, tensor in zip(("input", "filter", "output"), schedule.mapping.workload.tensors, strict=True)
    }


def _l1(schedule: Schedule) -> dict[str, int]:
    last = occupancy(schedule)[-1]
    return dict(zip(("input", "filter", "output"), (last.buffers * count for _, count in last.elements), strict=True))
