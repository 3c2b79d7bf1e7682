"""`weft explore --pipelined` and `weft choose`: what they print and write, and their exit codes."""

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from test_pipelined import JOB, PROGRAM

import weft
from weft.cli.choose import choose
from weft.cli.explore import explore
from weft.frontends.exploration import make_job

TABLE = "layer,cycles,area,note\na,900,1.5,x\na,400,2.5,y\nb,70,0.1,\nb,40,0.3,\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    found = tmp_path_factory.mktemp("cli")
    (found / "net.m").write_text(PROGRAM, "utf-8")
    job = JOB | {"programs": "net.m", "limits": {"area_mm2": 0.0018}, "objective": "cycles"}
    (found / "job.yaml").write_text(yaml.safe_dump(job), "utf-8")
    (found / "options.csv").write_text(TABLE, "utf-8")
    return found


def run(command, *arguments):
    return CliRunner().invoke(command, list(map(str, arguments)))


def told(done):
    """What is wrong, as usage or as findings."""
    return done.stderr + str(done.exception)


def test_the_option_is_the_key_of_a_job(folder):
    done = run(explore, folder / "job.yaml", "--json", "--pipelined")
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert found["question"]["pipelined"] == "latency"
    expected = weft.explore(**JOB | {"objective": "cycles"}, programs=[str(folder / "net.m")],
                            limits={"area_mm2": 0.0018}, pipelined="latency")  # fmt: skip
    assert found["best"]["cycles"]["metrics"]["cycles"] == expected.best["cycles"].metrics.cycles
    pace = json.loads(
        run(explore, folder / "job.yaml", "--json", "--pipelined", "pace", "--limit", "area_mm2=1").stdout
    )
    slowest = max(layer["metrics"]["cycles"] for layer in pace["best"]["cycles"]["layers"])
    assert pace["best"]["cycles"]["metrics"]["cycles"] == slowest


def test_the_report_has_every_layer_and_what_the_limit_costs(folder):
    text = run(explore, folder / "job.yaml", "--pipelined").stdout
    assert "3 layers, each with a machine for itself: 729 designs" in text
    assert all(name in text for name in ("wide", "deep", "again", "together", "Proved optimal"))
    assert "with area_mm2 <= 0.00162 the best cycles is" in text
    assert "% of 0.0018 taken" in text


def test_the_files_of_the_best_design_are_evaluated_to_its_metrics(folder, tmp_path):
    found = json.loads(run(explore, folder / "job.yaml", "--pipelined", "--json", "--emit", tmp_path).stdout)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        f"{layer}.cycles.{end}" for layer in ("wide", "deep", "again") for end in ("m", "yaml")
    )
    for layer in found["best"]["cycles"]["layers"]:
        stem = Path(tmp_path) / f"{layer['programs'][0]['layer']}.cycles"
        (mapping,) = weft.load(f"{stem}.m", f"{stem}.yaml")
        assert weft.evaluate(mapping).cycles("throughput") == layer["metrics"]["cycles"]


def test_limits_that_nothing_keeps_are_exit_code_1(folder):
    done = run(explore, folder / "job.yaml", "--pipelined", "--limit", "area_mm2=0.0001")
    assert done.exit_code == 1
    assert "no pipelined design keeps area_mm2 <= 0.0001" in told(done)
    assert run(explore, folder / "job.yaml", "--pipelined", "--cloud", "x.csv").exit_code == 2


def test_sizes_that_are_tied_need_a_pipelined_design(folder):
    done = run(explore, folder / "job.yaml")
    assert done.exit_code == 1
    assert "'group' is tied to pes, which only pipelined designs can have" in told(done)


def test_choose_prints_and_gives_data(folder):
    text = run(choose, folder / "options.csv", "--objective", "cycles", "--limit", "area=2.6").stdout
    assert "cycles: 470" in text
    assert "Proved optimal" in text
    found = json.loads(run(choose, folder / "options.csv", "--objective", "cycles*area", "--json").stdout)
    assert found["value"] == 440 * 2.8 if 440 * 2.8 < 470 * 2.6 else 470 * 2.6
    assert found["certificate"]["status"] == "optimal"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--objective", "cycle"], 1, "did you mean 'cycles'?"),
        (["--objective", "cycles", "--limit", "area"], 2, "is not a column and what it is to be"),
        (["--objective", "cycles", "--limit", "area=3", "--limit", "area=4"], 2, "--limit area is given twice"),
        (["--objective", "cycles", "--limit", "area=1"], 1, "area is 1.6 or more"),
        ([], 2, "--objective"),
    ],
)
def test_what_is_wrong_is_said(folder, arguments, code, message):
    done = run(choose, folder / "options.csv", *arguments)
    assert done.exit_code == code
    assert message in told(done)


def test_a_job_has_its_ties_apart_from_values():
    job = make_job(JOB | {"programs": ["net.m"]})
    assert job.ties == (("group", "pes"),)
    assert dict(job.tiles) == {"tile": (1, 2, 3)}
