"""Jobs with networks and no programs: from Python and from the command line, with any means, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import weft
from weft.cli import main
from weft.frontends.exploration import load_job
from weft.ir import WeftError

JOB = """
accelerator:
  name: small
  pes: 16
  energy_table: maestro_28nm
  area_table: digamma
  memories:
    - name: DRAM
      shared_bandwidth: 16
    - name: L2
      capacity_bytes: 4096
    - name: L1
      instances: per_pe
vary:
  pes: 4|8|16
  L1.capacity_bytes: needed
  DRAM.shared_bandwidth: 4|16
networks: ["gemm:M=12,N=8,K=16", "gemm:M=10,N=6,K=20"]
limits: {area_mm2: 0.012}
objective: [cycles, edp]
"""


@pytest.fixture
def job(tmp_path):
    path = tmp_path / "job.yaml"
    path.write_text(JOB, "utf-8")
    return str(path)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    path = tmp_path_factory.mktemp("job") / "job.yaml"
    path.write_text(JOB, "utf-8")
    return weft.explore(str(path))


def run(*arguments):
    """The exit code of a command."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    return caught.value.code or 0


def without_times(document):
    for certificate in document["certificate"].values():
        certificate["searches"] = 0
    return document | {"seconds": 0}


def test_the_answer_is_within_the_limit_and_its_metrics_are_those_of_its_programs(found):
    assert found.proved
    for answer in found.answers:
        design = answer.design
        assert design.metrics.area_mm2 <= 0.012
        costs = [
            weft.evaluate(weft.ir.Mapping(layer.workload, program.dataflow, design.accelerator))
            for layer, program in zip(answer.search.layers, design.programs, strict=True)
        ]
        assert design.metrics.cycles == sum(cost.cycles_throughput for cost in costs)
        assert design.metrics.energy_pj == pytest.approx(sum(cost.energy_pj for cost in costs))
    cycles, edp = (answer.design.metrics for answer in found.answers)
    assert cycles.cycles <= edp.cycles
    assert answer.certificate["value"] == pytest.approx(sum(c.energy_pj * c.cycles_throughput for c in costs))


def test_no_machine_that_is_mapped_by_itself_is_better(found):
    answer = found.answers[1]
    boxes, silicon = answer.search.boxes, answer.search.limits
    for stem in boxes.stems():
        for size in (8, 64, 512):
            machine = boxes.machine(stem, (1, size - 1))
            if silicon.over(machine):
                continue
            mapped = [weft.map(layer.workload, machine, "edp").mapped for layer in answer.search.layers]
            if all(mapped):
                assert sum(layer.value for (layer,) in mapped) >= answer.certificate["value"] * (1 - 1e-9)


@pytest.mark.parametrize("means", [{"workers": 2, "sensitivity": False}, {"store": "answers.db"}])
def test_workers_and_a_store_change_no_answer(found, job, tmp_path, means):
    if "store" in means:
        means = {"store": tmp_path / means["store"]}
        weft.explore(job, **means)
    again = weft.explore(job, **means)
    expected = without_times(found.to_dict())
    if "workers" in means:
        expected["sensitivity"] = {}
    assert without_times(again.to_dict()) == expected
    if "store" in means:
        assert [answer.certificate["searches"] for answer in again.answers] == [0, 0]


def test_without_time_there_is_no_proof_and_the_bound_is_honest(job, found):
    stopped = weft.explore(job, budget=0.0)
    assert not stopped.proved
    for answer, proved in zip(stopped.answers, found.answers, strict=True):
        assert answer.status == "budget"
        assert answer.search.lower_bound <= proved.certificate["value"]


def test_the_worst_layer_is_no_more_than_the_sum(job, found):
    (worst,) = weft.explore(job, across="worst", objective="cycles").answers
    assert worst.certificate["value"] == max(program.cycles for program in worst.design.programs)
    assert worst.certificate["value"] < found.answers[0].certificate["value"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"objective": "area"}, "W731"),
        ({"limits": {"cycles": 100}}, "W731"),
        ({"limits": {"edp": 100}}, "W731"),
        ({"layers": ["layr"]}, "W002"),
        ({"across": "worst"}, "W731"),
    ],
)
def test_what_it_cannot_have_is_refused(job, changes, code):
    with pytest.raises(WeftError) as caught:
        weft.explore(job, **changes)
    assert [item.code for item in caught.value.diagnostics] == [code]


def test_a_limit_of_a_single_layer_goes_to_its_search(job):
    one = {"networks": ["gemm:M=12,N=8,K=16"], "objective": "energy"}
    least = weft.explore(job, **one | {"objective": "cycles"}).best["cycles"].metrics.cycles
    assert weft.explore(job, **one, limits={"cycles": least}).best["energy"].metrics.cycles == least
    none = weft.explore(job, **one, limits={"cycles": least - 1})
    assert none.best["energy"] is None
    assert none.answers[0].status == "optimal"


def test_the_command_shows_the_answer_and_writes_what_evaluate_reproduces(job, tmp_path, capsys):
    assert run("explore", job, "--objective", "cycles", "--emit", str(tmp_path / "out")) == 0
    assert "proved optimal: no design is below" in " ".join(capsys.readouterr().out.split())
    assert run("explore", job, "--objective", "cycles", "--json") == 0
    metrics = json.loads(capsys.readouterr().out)["best"]["cycles"]["metrics"]
    mappings = weft.load(tmp_path / "out" / "cycles.m", tmp_path / "out" / "cycles.yaml")
    costs = [weft.evaluate(mapping) for mapping in mappings]
    assert sum(cost.cycles_throughput for cost in costs) == metrics["cycles"]
    assert sum(cost.energy_pj for cost in costs) == pytest.approx(metrics["energy_pj"])


def test_a_design_that_is_not_there_and_wrong_usage_have_their_exit_codes(job, capsys):
    assert run("explore", job, "--limit", "area_mm2=0.0001") == 1
    assert run("explore", job, "--cloud", "x.csv") == 1
    assert "of free programs only the best are known" in capsys.readouterr().err
    assert run("explore", job, "--cloud", "x.txt") == 2


def test_the_shipped_jobs_are_read():
    folder = Path(__file__).parents[1] / "examples" / "explore"
    for name in ("edge_0.2mm2.yaml", "cloud_7mm2.yaml"):
        assert load_job(str(folder / name)).space.needed == ("L2", "L1")


def test_what_would_have_no_effect_is_refused(job):
    with pytest.raises(WeftError, match="without programs, tiles and pipelined have no effect"):
        weft.explore(job, pipelined="pace", tiles={"k": "1..2"})
    programs = Path(__file__).parents[1] / "examples" / "explore" / "kc.m"
    with pytest.raises(WeftError, match="with programs, gap and store have no effect"):
        weft.explore(accelerator="generic_256", programs=[str(programs)], gap=0.1, store="x")


def test_options_of_searches_are_refused_where_programs_are_given(capsys):
    programs = str(Path(__file__).parents[1] / "examples" / "explore" / "kc.m")
    with pytest.raises(SystemExit) as left:
        main(["explore", programs, "--layer", "CONV2", "--workers", "2", "--tiles", "k=1", "--tiles", "c=1"])
    assert left.value.code == 1
    assert "with programs, --workers has no effect" in capsys.readouterr().err


def test_what_a_search_leaves_out_at_a_cutoff_is_not_kept_as_its_answer(tmp_path):
    from weft.exploration.optima import Asked, Means, best_programs
    from weft.exploration.scenario import Scenario
    from weft.search.objective import read_objective
    from weft.search.quick.values import QuickCache
    from weft.search.request import Settings
    from weft.search.spaces.request import SpaceRequest
    from weft.search.store.store import Store

    machine, workload = weft.load_accelerator("bench_256"), weft.parse_workload("gemm:M=8,N=8,K=8")
    settings, kept = Settings(read_objective("edp")), str(tmp_path / "store")
    (alone,) = weft.map(workload, machine).layers
    with Store(kept) as store:
        asked = Asked("x", workload, (Scenario(machine, machine),), (alone.value / 2,))
        (found,) = best_programs(asked, SpaceRequest(), settings, Means(store=store), QuickCache(settings.objective))
        assert found.bound <= alone.value * (1 + 1e-9)
    (again,) = weft.map(workload, machine, store=kept).layers
    assert (again.value, again.certificate.status) == (alone.value, "optimal")


def test_a_needed_memory_with_banks_has_a_byte_for_each(tmp_path):
    path = tmp_path / "banks.yaml"
    path.write_text(
        JOB.replace("capacity_bytes: 4096", "banks: 512").replace("vary:", "vary:\n  L2.capacity_bytes: needed")
    )
    (answer, _) = weft.explore(path, limits={"area_mm2": 0.02}).answers
    assert dict(answer.design.settings)["L2.capacity_bytes"] >= 512


def test_networks_beside_programs_are_refused():
    programs = Path(__file__).parents[1] / "examples" / "explore" / "kc.m"
    with pytest.raises(WeftError, match="networks are searched"):
        weft.explore(
            accelerator="generic_256", programs=[str(programs)], networks=["gemm:M=4,N=4,K=4"], tiles={"k": "1"}
        )


def test_files_without_programs_are_networks(tmp_path, capsys):
    line, shapes = "gemm:M=8,N=8,K=8", "2x2|4x4"
    assert run("explore", line, "-a", "bench_256", "--vary", f"shape={shapes}", "--objective", "cycles", "--json") == 0
    found = json.loads(capsys.readouterr().out)["best"]["cycles"]["metrics"]
    job = {"accelerator": "bench_256", "networks": [line], "vary": {"shape": shapes}}
    assert found["cycles"] == weft.explore(**job, objective="cycles").best["cycles"].metrics.cycles
    assert run("explore", line, "-a", "bench_256", "--cloud", str(tmp_path / "c.csv")) == 1
    assert "of free programs only the best are known" in capsys.readouterr().err
    kc = Path(__file__).parents[1] / "examples" / "explore" / "kc.m"
    assert run("explore", line, str(kc), "-a", "bench_256") == 1
    assert "hint: give all layers a dataflow, or none: then each gets its best program" in capsys.readouterr().err
