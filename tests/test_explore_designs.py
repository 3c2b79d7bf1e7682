"""Designs of the paper's job, sampled: each costs what `weft.evaluate` says, to the last digit."""

from pathlib import Path
from random import Random

import numpy as np
import pytest

import weft
from weft.exploration.machines import with_capacities
from weft.exploration.one_job import layer_runs
from weft.explorations import written_layers
from weft.frontends.exploration import load_job
from weft.ir import Mapping

JOBS = Path(__file__).parents[1] / "examples" / "explore"


def check_sample(seed):
    """Two numbers of PEs, two bandwidths and two by three tiles of both dataflows on a layer, by both time models.

    Returns how many designs.
    """
    random = Random(seed)
    name, most = random.choice([("maestro_conv2", 63), ("maestro_conv11", 511)])
    sizes = range(8, 241, 8)
    varied = {"pes": sorted(random.sample(sizes, 2)), "L2.bandwidth": sorted(random.sample(sizes, 2))}
    tiles = {"k": _sizes(random, most, 2), "c": _sizes(random, most, 3)}
    limits = {"area_mm2": 1e9, "power_mw": 1e9}
    options = {"vary": varied, "tiles": tiles, "limits": limits}
    runs = []
    for time in ("stepwise", "throughput"):
        job = load_job(str(JOBS / f"{name}.yaml"), options | {"time": time})
        ((_, _, run),) = layer_runs(job, written_layers(job))
        runs.append(run)
    checked = 0
    for block, other in zip(runs[0].designs(), runs[1].designs(), strict=True):
        for n, p in np.ndindex(block.valid.shape):
            machine = block.family.structure.rows[p].accelerator
            machine = with_capacities(machine, {key: int(found[n]) for key, found in block.tiles.capacities.items()})
            program = block.family.program
            cost = weft.evaluate(Mapping(program.workload, program.bound(int(block.tiles.numbers[n])), machine))
            assert block.places[n, p] == other.places[n, p]
            for measured, time in ((block.measured, "stepwise"), (other.measured, "throughput")):
                said = [float(each[n, p]) for each in measured.at(...)]
                area, power = cost.area.area_um2 / 1e6, cost.power.power_mw
                assert said == [cost.cycles(time), cost.energy_pj, area, power, cost.seconds(time)]
            checked += 1
    return checked


def _sizes(random, most, number):
    """Small sizes are as likely as large ones."""
    return sorted({min(most, int(2 ** random.uniform(0, 9.1))) for _ in range(number)})


def test_sampled_designs_of_the_paper_cost_what_evaluation_says():
    assert sum(check_sample(seed) for seed in range(10)) >= 300


@pytest.mark.campaign
def test_a_hundred_thousand_sampled_designs():
    checked, seed = 0, 10
    while checked < 100_000:
        checked, seed = checked + check_sample(seed), seed + 1
