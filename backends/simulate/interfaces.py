"""The interfaces of a schedule, measured over the whole program (docs/model.md, A8 to A15)."""

from __future__ import annotations

from collections.abc import Iterable

from ...ir import InputTraffic, Interface, OutputTraffic, Schedule, Tensor, Traffic
from .arithmetic import LocalPorts, remote_reads, remote_updates
from .elements import Elements
from .program import RunProgram
from .traffic import InputMove, Link, OutputMove, input_moves, output_moves

ARITHMETIC = "MAC"
"""The name of the last child of every chain of memories."""


def interface_chains(schedule: Schedule) -> dict[tuple[int, int], list[Tensor]]:
    """Pairs of sites that follow each other, with the tensors for which they do.

    Sites are numbered as in `schedule.sites`; the arithmetic has the number after the last. The pairs are
    ordered by the parent, then by the child.
    """
    pairs: dict[tuple[int, int], list[Tensor]] = {}
    for tensor in schedule.mapping.workload.tensors:
        chain = [number for number, site in enumerate(schedule.sites) if tensor.name in site.tensors]
        for pair in zip(chain, [*chain[1:], len(schedule.sites)], strict=True):
            pairs.setdefault(pair, []).append(tensor)
    return {pair: pairs[pair] for pair in sorted(pairs)}


def measure(schedule: Schedule, program: RunProgram, elements: dict[str, Elements]) -> tuple[Interface, ...]:
    """All interfaces with their traffic in elements."""
    found = []
    for (parent, child), tensors in interface_chains(schedule).items():
        traffic = tuple(
            (tensor.name, _traffic(schedule, program, elements[tensor.name], parent, child)) for tensor in tensors
        )
        name, units = ARITHMETIC, schedule.pes_used
        if child < len(schedule.sites):
            name, units = schedule.sites[child].memory.name, schedule.sites[child].instances
        found.append(Interface(schedule.sites[parent].memory.name, name, units, traffic))
    return tuple(found)


def _traffic(schedule: Schedule, program: RunProgram, elements: Elements, parent: int, child: int) -> Traffic:
    above = schedule.sites[parent].boundary
    output = elements.tensor == schedule.mapping.workload.output
    if child < len(schedule.sites):
        below = schedule.sites[child].boundary
        link, steps = link_between(schedule, above, below), program.steps(below)
        if output:
            return _sum_outputs(output_moves(elements, link, steps))
        return _sum_inputs(input_moves(elements, link, steps))
    last = len(schedule.levels)
    steps = program.steps(last)
    if above == last:
        ports = LocalPorts(elements, schedule.mapping.accelerator.lanes)
        return ports.update(steps) if output else ports.read(steps)
    link = link_between(schedule, above, last)
    if output:
        return _sum_outputs(remote_updates(elements, link, steps))
    return _sum_inputs(remote_reads(elements, link, steps))


def link_between(schedule: Schedule, above: int, below: int) -> Link:
    """The link from one boundary to another."""
    return Link(above, below, tuple(level.network for level in schedule.levels[above:below]))


def _sum_inputs(moves: Iterable[InputMove]) -> InputTraffic:
    rows = [(move.traffic.fills, move.traffic.reads, move.traffic.forwards) for move in moves]
    fills, reads, forwards = map(sum, zip(*rows, strict=True))
    return InputTraffic(fills, reads, forwards)


def _sum_outputs(moves: Iterable[OutputMove]) -> OutputTraffic:
    rows = [(move.traffic.fills, move.traffic.updates, move.traffic.readbacks) for move in moves]
    fills, updates, readbacks = map(sum, zip(*rows, strict=True))
    return OutputTraffic(fills, updates, readbacks)
