"""`weft explore` and `weft.explore`: jobs to answers, files, findings."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

import weft
from weft.cli import weft as command

ROOT = Path(__file__).parents[1]
SCHEMA = json.loads((ROOT / "docs/explore.schema.json").read_text("utf-8"))
PROGRAM = """Network n {
  Layer A { Type: GEMM Dimensions { M: 8, N: 6, K: 4 } Dataflow { SpatialMap(m,m) M; TemporalMap(n,n) N; } }
  Layer B { Type: GEMM Dimensions { M: 4, N: 4, K: 4 } Dataflow { SpatialMap(m,m) M; TemporalMap(n,n) N; } }
}
"""
JOB = """accelerator: generic_256
set: {area_table: maestro_2019}
vary: {pes: 2..8:2, L2.bandwidth: "2|4", L1.capacity_bytes: needed, L2.capacity_bytes: needed}
programs: [p.m]
layers: [A]
limits: {area_mm2: 0.09, power_mw: 20}
front: [cycles, energy, area, power]
time: stepwise
"""


@pytest.fixture
def job(tmp_path):
    (tmp_path / "p.m").write_text(PROGRAM)
    (tmp_path / "job.yaml").write_text(JOB)
    return str(tmp_path / "job.yaml")


def run(*arguments):
    return CliRunner().invoke(command, ["explore", *map(str, arguments)])


def told(*arguments):
    with pytest.raises(weft.WeftError) as error:
        CliRunner().invoke(command, ["explore", *map(str, arguments)], catch_exceptions=False)
    return str(error.value)


def test_json_is_of_the_schema_and_accounts_for_every_design(job):
    done = run(job, "--json")
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)
    assert list(Draft202012Validator(SCHEMA).iter_errors(data)) == []
    over = data["over"]
    assert data["designs"] == 8 * 8 * 6
    assert data["designs"] == data["valid"] + data["illegal"] + over["area"] + over["power"] - over["both"]
    assert data["certificate"]["accounted"] == data["designs"]
    assert 0 < data["valid"] < data["designs"]


def test_several_layers_have_runs_and_sums(job):
    data = weft.explore(job, layers=[]).to_dict()
    assert list(Draft202012Validator(SCHEMA).iter_errors(data)) == []
    assert [item["layer"] for item in data["runs"]] == ["A", "B"]
    assert data["designs"] == sum(item["designs"] for item in data["runs"]) == 8 * (8 * 6 + 4 * 4)


def test_options_change_a_job_and_stand_alone(job, tmp_path):
    by_job = json.loads(run(job, "--limit", "area_mm2=0.05", "--objective", "area", "--json").stdout)
    alone = run(
        tmp_path / "p.m", "--set", "area_table=maestro_2019", "--vary", "pes=2..8:2", "--vary", "L2.bandwidth=2|4",
        "--vary", "L1.capacity_bytes=needed", "--vary", "L2.capacity_bytes=needed", "-l", "A", "--tiles", "m=1..8",
        "--limit", "area_mm2=0.05", "--limit", "power_mw=20", "--objective", "area", "--time", "stepwise",
        "--front", "cycles,energy,area,power", "--json",
    )  # fmt: skip
    other = json.loads(alone.stdout)
    assert {name: other[name] for name in ("designs", "valid", "over")} == {
        name: by_job[name] for name in ("designs", "valid", "over")
    }
    assert other["best"]["area"]["metrics"] == by_job["best"]["area"]["metrics"]


def test_the_best_design_is_reproduced_to_the_last_digit(job, tmp_path):
    found = json.loads(run(job, "--emit", tmp_path / "best", "--json").stdout)
    for objective in ("cycles", "energy", "edp"):
        machine, program = (str(tmp_path / "best" / f"A.{objective}.{ending}") for ending in ("yaml", "m"))
        (mapping,) = weft.load(program, machine)
        cost, told = weft.evaluate(mapping), found["best"][objective]["metrics"]
        assert cost.cycles_stepwise == told["cycles"]
        assert cost.energy_pj == told["energy_pj"]
        assert cost.area.area_um2 / 1e6 == told["area_mm2"]
        assert cost.power.power_mw == told["power_mw"]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_cloud_has_all_valid_designs(job, tmp_path, ending):
    if ending == "parquet":
        pytest.importorskip("pyarrow")
    done = run(job, "--cloud", tmp_path / f"cloud.{ending}", "--json")
    data = json.loads(done.stdout)
    if ending == "csv":
        rows = list(csv.DictReader((tmp_path / "cloud.csv").read_text("utf-8").splitlines()))
    else:
        import pyarrow.parquet

        rows = pyarrow.parquet.read_table(tmp_path / "cloud.parquet").to_pylist()
    assert len(rows) == data["valid"]
    best = data["best"]["cycles"]
    assert min(int(row["cycles"]) for row in rows) == best["metrics"]["cycles"]
    keys = (*best["settings"], *best["programs"][0]["tiles"])
    assert [*rows[0]][: len(best["settings"])] == [*best["settings"]]
    assert all(key in rows[0] for key in keys)


def test_the_report_says_what_binds_and_what_is_next(job):
    text = run(job).output
    parts = ("every design is accounted for", "what the best designs take of the limits", "busiest", "all else free")
    assert [part for part in parts if part not in text] == []


def test_no_valid_design_is_an_answer(job):
    done = run(job, "--limit", "area_mm2=0.0001")
    assert done.exit_code == 1
    assert "no design is valid" in done.output


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--tiles", "mm=1..3"], "no program has an open size 'mm'"),
        (["-l", "C"], "no layer 'C'"),
        (["--limit", "area=3"], "unknown metric 'area'"),
        (["--objective", "speed"], "speed"),
        (["--tiles", "m=0..3"], "m"),
    ],
)
def test_what_is_wrong_is_told(job, arguments, text):
    assert text in told(job, *arguments)


def test_a_cloud_of_another_kind_is_wrong_usage(job):
    assert run(job, "--cloud", "cloud.txt").exit_code == 2


def test_alternatives_compute_the_same(job, tmp_path):
    (tmp_path / "q.m").write_text(PROGRAM.replace("M: 8", "M: 9"))
    assert "are no alternatives" in told(tmp_path / "p.m", tmp_path / "q.m", "-l", "A")


def test_files_are_alternatives_whatever_their_networks_are_called(job, tmp_path):
    (tmp_path / "q.m").write_text(PROGRAM.replace("Network n", "Network other").replace("n,n", "n*2,n*2"))
    alone = json.loads(run(job, "--json").stdout)
    (tmp_path / "both.yaml").write_text(JOB.replace("[p.m]", "[p.m, q.m]"))
    (tmp_path / "other.yaml").write_text(JOB.replace("[p.m]", "[q.m]"))
    both, other = (json.loads(run(tmp_path / name, "--json").stdout) for name in ("both.yaml", "other.yaml"))
    assert both["designs"] == alone["designs"] + other["designs"]


def test_layers_of_one_name_in_a_file_are_two(job, tmp_path):
    (tmp_path / "two.m").write_text(PROGRAM.replace("Layer B", "Layer A"))
    (tmp_path / "job.yaml").write_text(JOB.replace("p.m", "two.m"))
    data = json.loads(run(job, "--json", "--emit", tmp_path / "out").stdout)
    assert [item["layer"] for item in data["runs"]] == ["A", "A#2"]
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert {"A.cycles.m", "A#2.cycles.m"} <= set(written)
    machine, program = tmp_path / "out" / "A#2.cycles.yaml", tmp_path / "out" / "A#2.cycles.m"
    (mapping,) = weft.load(program, str(machine))
    best = next(item for item in data["runs"] if item["layer"] == "A#2")["best"]["cycles"]
    assert weft.evaluate(mapping).cycles_stepwise == best["metrics"]["cycles"]
    only = json.loads(run(job, "--json", "-l", "A#2").stdout)
    assert only["best"]["cycles"]["metrics"] == best["metrics"]


def test_a_limit_that_is_given_twice_is_a_finding(job):
    assert "the limit of 'cycles' is given twice" in told(job, "--limit", "cycles=10", "--limit", "cycles=1000")
