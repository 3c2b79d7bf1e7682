"""Limits of jobs with networks and no programs: on the power of every layer, on every layer, on sums; and on time."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

import weft
from weft import load_accelerator, parse_workload
from weft.exploration.boxes import Boxes
from weft.exploration.limits import MachineLimits
from weft.exploration.optima import Means
from weft.exploration.shared import SharedSearch
from weft.exploration.shared_question import Question
from weft.exploration.silicon import Silicon
from weft.exploration.together import shares
from weft.exploration.useful import most_useful
from weft.frontends.accelerator import machine_space
from weft.frontends.exploration import load_job
from weft.ir import WeftError

JOB = """
accelerator:
  name: small
  pes: 16
  energy_table: cacti_28nm
  clock_mhz: 200
  default_word_bits: 8
  memories:
    - name: DRAM
      shared_bandwidth: 16
    - name: L2
      capacity_bytes: 4096
    - name: L1
      instances: per_pe
      capacity_bytes: 64
vary:
  pes: 4|8|16
  L1.capacity_bytes: 16|64
  L2.capacity_bytes: 1K|4K
networks: ["gemm:M=8,N=8,K=8", "gemm:M=6,N=4,K=8"]
objective: cycles
"""


@pytest.fixture
def job(tmp_path):
    path = tmp_path / "job.yaml"
    path.write_text(JOB, "utf-8")
    return str(path)


def only(job, **changes):
    (answer,) = weft.explore(job, sensitivity=False, **changes).answers
    return answer


def powers(design):
    """Milliwatts of every layer: its energy over its time, and what leaks."""
    rate, leaks = design.accelerator.clock_mhz * 1e6, Silicon().leakage_mw(design.accelerator)
    return [item.energy_pj * 1e-9 / (item.cycles / rate) + leaks for item in design.programs]


def test_no_layer_takes_more_power_than_the_limit(job):
    free = only(job)
    most = 0.4 * max(powers(free.design))
    bound = only(job, limits={"power_mw": most})
    assert bound.status == "optimal"
    assert max(powers(bound.design)) <= most
    assert bound.design.metrics.cycles > free.design.metrics.cycles


def test_a_machine_that_leaks_more_than_the_limit_is_none(job):
    answer = only(job, limits={"power_mw": 0.001})
    assert (answer.design, answer.status) == (None, "optimal")


def test_a_limit_on_power_is_that_of_each_area_table_that_varies(tmp_path):
    path = tmp_path / "tables.yaml"
    path.write_text(JOB.replace("vary:", "vary:\n  area_table: maestro_2019|blocks"), "utf-8")
    answer = only(path, limits={"power_mw": 0.001})
    assert answer.design is None
    assert answer.certificate["ended"]["power"] == 3
    assert only(path, limits={"power_mw": 1000}).design is not None


@pytest.mark.parametrize(("objective", "metric"), [("cycles", "cycles"), ("energy", "energy_pj")])
def test_a_limit_on_the_sum_that_is_minimised_says_whether_there_is_an_answer(job, objective, metric):
    least = only(job, objective=objective).certificate["value"]
    met = only(job, objective=objective, limits={metric: least})
    assert met.certificate["value"] == least
    missed = only(job, objective=objective, limits={metric: least * 0.999})
    assert (missed.design, missed.status) == (None, "optimal")


def test_a_limit_on_seconds_is_one_on_cycles(job):
    least = only(job).design.metrics
    assert only(job, limits={"seconds": least.seconds}).design.metrics.cycles == least.cycles
    assert only(job, limits={"seconds": least.seconds * 0.999}).design is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"objective": "energy", "limits": {"cycles": 1000}}, "the sum of 'cycles' over the layers cannot be limited"),
        ({"objective": "edp", "limits": {"energy_pj": 1000}}, "'energy_pj' over the layers cannot .* edp is minimised"),
        ({"limits": {"edp": 1000}}, "'edp' of layers cannot be limited"),
        ({"limits": {"seconds": 1}, "vary": {"clock_mhz": "100|200"}}, "'seconds' over the layers cannot be limited"),
    ],
)
def test_a_limit_on_another_sum_is_refused_by_name(job, changes, words):
    with pytest.raises(WeftError, match=words):
        weft.explore(job, **changes)


def test_where_the_worst_layer_is_minimised_every_layer_keeps_the_limits(job):
    free = only(job, across="worst")
    most = 0.99 * max(item.energy_pj for item in free.design.programs)
    kept = only(job, across="worst", limits={"energy_pj": most})
    assert max(item.energy_pj for item in kept.design.programs) <= most


def test_what_leaks_least_between_two_machines_is_no_more_than_any_leaks():
    random, silicon = Random(1), Silicon()
    for _ in range(60):
        low, high = sorted(random.sample(range(1, 400), 2)), sorted(random.sample(range(1, 64), 2))
        between = random.randint(*low), random.randint(*high)

        def machine(size, width):
            return weft.load_accelerator("generic_256", [f"L1.capacity_bytes={size}", f"L2.bandwidth={width}"])

        least, largest = (machine(low[n], high[n]) for n in (0, 1))
        assert silicon.least_leakage_mw(least, largest) <= silicon.leakage_mw(machine(*between))
        assert silicon.least_leakage_mw(least, least) == silicon.leakage_mw(least)


def test_a_search_whose_time_is_over_at_once_has_proved_nothing():
    space = machine_space(weft.load_accelerator("generic_256"), {"pes": "1..256"})
    layers = shares([("net", "layer", weft.parse_workload("gemm:M=8,N=8,K=8"))])
    search = SharedSearch(Boxes(space), layers, Question("cycles"), MachineLimits(Silicon()), Means(deadline=0.0))
    search.run()
    assert not search.finished
    assert (search.best, search.lower_bound, search.looked_at) == (None, 0.0, 0)


def test_the_shipped_job_has_a_physical_power():
    folder = Path(__file__).parents[1] / "examples" / "explore"
    job = load_job(str(folder / "asic_16mm2_450mw.yaml"))
    assert dict(job.limits) == {"area_mm2": 16, "power_mw": 450}
    assert Silicon().power_mw(job.space.base) is None
    assert job.space.size == 1792


def test_what_is_next_to_an_answer_is_told_under_a_limit_on_the_sum(job, weft):
    code, output, errors = weft("explore", job, "--limit", "cycles=1000000", "--vary", "pes=4")
    assert (code, errors) == (0, "")
    assert "cycles" in output


def test_memories_are_sized_for_the_widest_words_and_the_least_rooms():
    workload = parse_workload("gemm:M=8,N=8,K=8")
    words = machine_space(load_accelerator("generic_256"), {"default_word_bits": "16|32"})
    assert most_useful(words, "L1", [workload]) == 2 * 3 * 64 * 4
    rooms = {"L1.capacities.filter": "64|1024", "L1.capacity_bytes": "512|2048"}
    boxes = Boxes(machine_space(load_accelerator("generic_256", ["L1.capacities.filter=1024"]), rooms))
    (grade,) = [item for item in boxes.grades if item.variable.key == "L1.capacity_bytes"]
    assert list(grade.values) == [512, 2048]
