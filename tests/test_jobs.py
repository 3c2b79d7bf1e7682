"""Job files of explorations: their keys, where they are wrong, and options that replace keys."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from weft.backends.cost import TIMES
from weft.frontends.accelerator import load_accelerator, machine_space
from weft.frontends.exploration import exploration_schema, is_job_file, load_job, make_job, parse_job
from weft.frontends.exploration.model import JobModel
from weft.ir import Job, WeftError
from weft.ir.job import TimeModel

ROOT = Path(__file__).parents[1]

WHOLE = """\
accelerator: bench_256
set: {L2.latency: 1, L1.capacity_bytes: null}
vary:
  pes: 8..240:8
  L2.bandwidth: [8, 16, 32..128:32]
  L2.capacity_bytes: needed
programs: [kc.m, sub/yr.m]
networks: [net.m, "gemm:M=4,N=4,K=4"]
layers: CONV2
tiles: {c: 1..63, k: [1, 2, 4]}
limits: {area_mm2: 16, cycles: 2e6}
objective: cycles
front: [cycles, area]
time: stepwise
"""


def findings(text, changes=None, file="job.yaml"):
    with pytest.raises(WeftError) as caught:
        parse_job(text, file, changes or {})
    return caught.value.diagnostics


def test_everything_in_a_file_reaches_the_job():
    job = parse_job(WHOLE, "folder/job.yaml")
    base = load_accelerator("bench_256", ["L2.latency=1", "L1.capacity_bytes=unlimited"])
    vary = ["pes=8..240:8", "L2.bandwidth=8|16|32..128:32", "L2.capacity_bytes=needed"]
    assert job == Job(
        machine_space(base, vary),
        ("folder/kc.m", "folder/sub/yr.m"),
        ("folder/net.m", "gemm:M=4,N=4,K=4"),
        ("CONV2",),
        (("c", tuple(range(1, 64))), ("k", (1, 2, 4))),
        (("area_mm2", 16.0), ("cycles", 2e6)),
        ("cycles",),
        ("cycles", "area"),
        "stepwise",
    )


def test_a_job_needs_a_machine_alone():
    job = parse_job("accelerator: eyeriss\n")
    assert job == Job(machine_space(load_accelerator("eyeriss"), {}))
    assert job.space.size == 1


def test_files_are_beside_the_job(tmp_path):
    (tmp_path / "chip.yaml").write_text(str(load_accelerator("bench_256")), "utf-8")
    table = (ROOT / "backends/energy/tables/eyeriss.yaml").read_text("utf-8")
    (tmp_path / "pj.yaml").write_text(table, "utf-8")
    (tmp_path / "job.yaml").write_text("accelerator: chip.yaml\nset: {energy_table: pj.yaml}\n", "utf-8")
    assert load_job(tmp_path / "job.yaml").space.base.energy_table == str(tmp_path / "pj.yaml")
    vary = "accelerator: chip.yaml\nvary: {energy_table: pj.yaml|eyeriss}\n"
    (variable,) = parse_job(vary, str(tmp_path / "job.yaml")).space.variables
    assert variable.values == (str(tmp_path / "pj.yaml"), "eyeriss")
    listed = vary.replace("pj.yaml|eyeriss", "[pj.yaml, eyeriss]")
    assert parse_job(listed, str(tmp_path / "job.yaml")).space.variables == (variable,)


def test_a_whole_machine_may_stand_inside():
    machine = load_accelerator("eyeriss")
    text = yaml.safe_dump({"accelerator": machine.to_dict(), "vary": {"pes": "4|8"}}, sort_keys=False)
    assert parse_job(text).space == machine_space(machine, {"pes": "4|8"})


def test_changes_replace_single_settings_and_whole_keys():
    changes = {"vary": {"pes": "1|2"}, "limits": {"cycles": 5, "edp": 1}, "programs": ["x.m"], "layers": ["a", "b"]}
    job = parse_job(WHOLE, "folder/job.yaml", changes)
    assert [(variable.key, len(variable.values)) for variable in job.space.variables] == [
        ("pes", 2),
        ("L2.bandwidth", 6),
    ]
    assert job.limits == (("area_mm2", 16.0), ("cycles", 5.0), ("edp", 1.0))
    assert (job.programs, job.layers, job.time) == (("x.m",), ("a", "b"), "stepwise")


def test_what_is_wrong_with_a_change_has_no_place_in_the_file():
    found = findings(WHOLE, {"vary": {"pes": "8..1"}, "limits": {"cycles": 1}, "time": "stepwise"})
    assert [(item.span, item.code) for item in found] == [(None, "W205")]
    (found,) = findings(WHOLE, {"time": "stepwize"})
    assert (found.span, found.hint) == (None, "The time model.")
    (found,) = findings(WHOLE.replace("8..240:8", "8..1"), {"vary": {"L2.bandwidth": "1"}})
    assert found.span.line == 4


def test_a_wrong_mapping_is_found_under_a_change():
    (found,) = findings("accelerator: eyeriss\nvary: 3\n", {"vary": {"pes": "1|2"}})
    assert "vary must be a mapping" in found.message


def test_a_machine_may_be_a_value():
    machine = load_accelerator("eyeriss")
    assert make_job({"accelerator": machine, "vary": {"pes": [4, 8]}}).space == machine_space(machine, {"pes": "4|8"})


@pytest.mark.parametrize(
    ("old", "new", "place", "code", "words"),
    [
        ("vary:", "vari:", (3, 1), "W731", "unknown key 'vari' | did you mean 'vary'?"),
        ("pes: 8..240:8", "pez: 8..240:8", (4, 3), "W205", "unknown key 'pez' | did you mean 'pes'?"),
        ("8..240:8", "240..8:8", (4, 8), "W205", "descends"),
        ("[8, 16,", "[8, 0,", (5, 21), "W205", "must be at least 1, not 0"),
        ("[8, 16,", "[8, 8,", (5, 21), "W006", "8 is given twice"),
        ("needed", "needed|64K", (6, 22), "W205", "'needed' stands alone"),
        ("L2.bandwidth: [8", "L2.bandwidth: [needed", (5, 18), "W205", "'needed' stands alone"),
        ("bench_256", "bench_265", (1, 14), "W008|W002", "bench_265"),
        ("bench_256", "[]", (1, 14), "W731", "accelerator must be text"),
        ("bench_256", "{name: m, pes: 0, memories: [{name: L2}]}", (1, 29), "W731", "must be at least 1, not 0"),
        ("L2.latency: 1,", "L2.latenzy: 1,", (2, 7), "W205", "did you mean 'L2.latency'?"),
        ("L2.latency: 1,", "L2.latency: -1,", (2, 19), "W205", "must be at least 0, not -1"),
        ("[kc.m,", "[3,", (7, 12), "W731", "programs[0] must be text, not 3"),
        ("[kc.m,", "[kc.m, kc.m,", (7, 18), "W006", "given twice in programs"),
        ("CONV2", "[A, A]", (9, 13), "W006", "'A' is given twice in layers"),
        ("1..63", "0..63", (10, 12), "W731", "tiles.c: the value must be at least 1"),
        ("[1, 2, 4]", "[1, 1]", (10, 26), "W006", "tiles.k: 1 is given twice"),
        ("[1, 2, 4]", "true", (10, 22), "W731", "must be an integer, not true"),
        ("area_mm2: 16", "area: 16", (11, 10), "W731", "unknown metric 'area' | did you mean 'area_mm2'?"),
        ("area_mm2: 16", "area_mm2: -1", (11, 20), "W731", "must be at least 0, not -1"),
        ("area_mm2: 16", "area_mm2: .inf", (11, 20), "W731", "finite"),
        ("objective: cycles", "objective: cycle", (12, 12), "W731", "did you mean 'cycles'?"),
        ("objective: cycles", "objective: []", (12, 12), "W731", "must not be empty"),
        ("[cycles, area]", "[cycles, aera]", (13, 17), "W731", "did you mean 'area'?"),
        ("[cycles, area]", "[area, area]", (13, 15), "W006", "given twice in front"),
        ("time: stepwise", "time: stepwize", (14, 7), "W731", "must be one of"),
    ],
)
def test_what_is_wrong_has_its_place(old, new, place, code, words):
    assert old in WHOLE
    (found,) = findings(WHOLE.replace(old, new, 1))
    assert found.code in code.split("|")
    assert (found.span.line, found.span.column) == place
    assert words in f"{found.message} | {found.hint}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file describes no job"),
        ("- 1\n", "a job is a mapping"),
        ("accelerator: [\n", "not YAML"),
        ("vary: {pes: 1, pes: 2}\n", "given twice"),
        ("1: 2\n", "unknown key '1'"),
    ],
)
def test_what_is_no_job_is_said(text, words):
    (found,) = findings(text)
    assert words in found.message


def test_machines_and_jobs_are_not_taken_for_each_other(tmp_path):
    (found,) = findings(str(load_accelerator("eyeriss")))
    assert (found.code, found.hint) == ("W731", "name it under `accelerator` of a job")
    (tmp_path / "job.yaml").write_text(WHOLE, "utf-8")
    with pytest.raises(WeftError, match="job of an exploration"):
        load_accelerator(tmp_path / "job.yaml")


def test_job_files_are_told_by_their_content(tmp_path):
    texts = {"job": WHOLE, "typo": "acelerator: x\nvary: {}\n", "machine": str(load_accelerator("eyeriss"))}
    for name, text in texts.items():
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    (tmp_path / "job.m").write_text(WHOLE, "utf-8")
    found = {
        name: is_job_file(str(tmp_path / name)) for name in ("job.yaml", "typo.yaml", "machine.yaml", "job.m", "x.yaml")
    }
    assert found == {"job.yaml": True, "typo.yaml": True, "machine.yaml": False, "job.m": False, "x.yaml": False}


def test_the_schema_and_the_table_of_keys_are_current():
    published = json.loads((ROOT / "docs/exploration.schema.json").read_text("utf-8"))
    assert published == exploration_schema()
    document = (ROOT / "docs/explore.md").read_text("utf-8").replace("\\|", "|")
    for name, field in JobModel.model_fields.items():
        assert any(line.startswith(f"| `{name}` |") and field.description in line for line in document.splitlines())


def test_the_schema_takes_jobs_and_refuses_typos():
    jsonschema.validate(yaml.safe_load(WHOLE.replace("2e6", "2000000")), exploration_schema())
    inline = {"accelerator": load_accelerator("eyeriss").to_dict()}
    jsonschema.validate(inline, exploration_schema())
    for wrong in (
        {"accelerator": "x", "vari": {}},
        {"limits": {"area": 3}},
        {"accelerator": {"pes": 3}},
        {"tiles": {"c": 1.5}},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, exploration_schema())


def test_time_models_are_those_of_the_cost():
    assert set(TimeModel.__args__) == set(TIMES)
