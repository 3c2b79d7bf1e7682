"""Many programs timed together have the stepwise cycles of each one by itself (docs/model.md, A20)."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from generated import KINDS, sample

import weft
from weft.backends.cost import evaluate_schedule
from weft.ir import Accelerator, Interconnect, Mapping, Memory
from weft.passes import schedule
from weft.search.steps import StepwiseBatch, supports


def other_widths(machine, random):
    """The machine with other widths and latencies."""

    def network(old):
        if old == Interconnect():
            return old  # below a memory at the elements there may be no other
        return replace(
            old,
            bandwidth=random.choice((None, 1, 2, 3, 7)),
            channels=tuple((name, random.choice((None, 1, 2, 5))) for name, _ in old.channels),
            latency=random.randrange(4),
            hop_latency=random.randrange(3),
            adder_latency=random.randrange(3),
        )

    def memory(old):
        ports = (random.choice((None, None, 1, 2, 6)) for _ in range(3))
        widths = dict(zip(("shared_bandwidth", "read_bandwidth", "write_bandwidth"), ports, strict=True))
        return replace(old, networks=tuple(map(network, old.networks)), **widths)

    return replace(machine, memories=tuple(map(memory, machine.memories)))


def same_cycles(programs, seed):
    random = Random(seed)
    for mapping in programs:
        machines = [mapping.accelerator, *(other_widths(mapping.accelerator, random) for _ in range(2))]
        program = schedule(mapping)
        assert supports(program)
        batch = StepwiseBatch(program, machines)
        sizes, units = batch.rows_of(program)
        alone = [weft.evaluate(replace(mapping, accelerator=machine)).cycles_stepwise for machine in machines]
        assert batch.cycles(sizes[None], units[None]).tolist() == [alone], (mapping, machines)


@pytest.mark.parametrize("kind", KINDS)
def test_programs_timed_together_have_the_cycles_of_the_clock(kind):
    same_cycles(sample(kind, 120, 25, *range(300, 302)), 0)


@pytest.mark.campaign
@pytest.mark.parametrize("draw_seed", range(400, 470))
@pytest.mark.parametrize("kind", KINDS)
def test_programs_timed_together_have_the_cycles_of_the_clock_in_the_campaign_of_5000(kind, draw_seed):
    same_cycles(sample(kind, 200, 25, draw_seed), draw_seed)


KC = (
    "SpatialMap(k,k) K; TemporalMap(c,c) C; TemporalMap(Sz(R),Sz(R)) R; TemporalMap(Sz(S),Sz(S)) S; "
    "TemporalMap(Sz(R),1) Y; TemporalMap(Sz(S),1) X;"
)
YR = (
    "TemporalMap(c,c) C; TemporalMap(k,k) K; SpatialMap(Sz(R),1) Y; TemporalMap(Sz(S),1) X; "
    "TemporalMap(Sz(R),Sz(R)) R; TemporalMap(Sz(S),Sz(S)) S; Cluster(Sz(R)); SpatialMap(1,1) Y; SpatialMap(1,1) R;"
)
LEVELS = {
    KC: ([["K", "C", "Y'", "X'"]], ["K"]),
    YR: ([["C", "K", "Y'", "X'"], ["R"]], ["Y'", "R"]),
}
LAYERS = ("conv:K=64,C=64,Y'=224,X'=224,R=3,S=3", "conv:K=512,C=512,Y'=14,X'=14,R=3,S=3")


def two_buffers(pes, bandwidth):
    network = Interconnect(bandwidth=bandwidth, latency=1)
    return Accelerator("two buffers", pes, (Memory("L2", networks=(network,)), Memory("L1", None)))


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("flow", LEVELS, ids=["KC", "YR"])
def test_tile_sizes_and_units_are_rows_of_one_batch(flow, layer):
    workload, random = weft.parse_workload(layer), Random(1)
    extents = workload.extents

    def program(k, c, pes, bandwidth):
        dataflow = weft.parse_dataflow(flow).bind(extents, {"k": k, "c": c})
        return schedule(Mapping(workload, dataflow, two_buffers(pes, bandwidth)), "warning")

    batch = StepwiseBatch(program(2, 2, 96, 8), [two_buffers(96, width) for width in (8, 40, 240)], *LEVELS[flow])
    drawn = [
        (random.randrange(1, extents["K"]), random.randrange(1, extents["C"]), 8 * random.randrange(1, 31))
        for _ in range(6)
    ]
    rows = [batch.rows_of(program(*one, 8)) for one in drawn]
    together = batch.cycles(np.stack([sizes for sizes, _ in rows]), np.stack([units for _, units in rows]))
    alone = [[evaluate_schedule(program(*one, width)).cycles_stepwise for width in (8, 40, 240)] for one in drawn]
    assert together.tolist() == alone


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_known_of_other_programs_changes_no_cycles(kind):
    """Programs that differ in the chunks of some dimensions or in units, one after the other, and each by itself."""
    random = Random(7)
    for mapping in sample(kind, 120, 12, 500):
        program = schedule(mapping)
        batch = StepwiseBatch(program)
        sizes, units = batch.rows_of(program)
        drawn = []
        for _ in range(8):
            changed = np.array([random.random() < 0.4 for _ in sizes])
            others = np.where(sizes > 0, np.array([[random.randint(1, 1 + size) for size in row] for row in sizes]), 0)
            sizes = np.where(changed[:, None], np.minimum.accumulate(np.where(others, others, 1 << 30), axis=1), sizes)
            sizes = np.where(others, sizes, 0)
            if random.random() < 0.3:
                units = np.array([random.randint(1, 5) for _ in units])
            drawn.append((sizes, units))
        together = batch.cycles(np.stack([one for one, _ in drawn]), np.stack([one for _, one in drawn]))
        alone = [StepwiseBatch(program).cycles(one[None], own[None])[0].tolist() for one, own in drawn]
        assert together.tolist() == alone, mapping


def test_machines_of_other_structures_are_refused():
    mapping = sample("any", 120, 25, 300)[0]
    machine = replace(mapping.accelerator, lanes=mapping.accelerator.lanes + 1)
    with pytest.raises(ValueError, match="in more than prices"):
        StepwiseBatch(schedule(mapping), [machine])
