"""`--csv` and `--parquet` of evaluate, map and explore: what stands in the rows, and that files are whole or not."""

import csv
import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from test_explore_command import JOB, PROGRAM
from test_explore_networks import JOB as SHARED

import weft as package
from weft.backends.report import sheet_of

FIGURE_5 = str(Path(__file__).parents[1] / "examples/figure5.m")
GEMM = "gemm:M=8,N=6,K=4"
PIPELINED = ("--pipelined", "--objective", "cycles,energy")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with jobs in which commands run."""
    (tmp_path / "p.m").write_text(PROGRAM)
    (tmp_path / "job.yaml").write_text(JOB)
    (tmp_path / "lanes.yaml").write_text(JOB.replace("front: [cycles, energy, area, power]\n", "objective: cycles\n"))
    (tmp_path / "shared.yaml").write_text(SHARED)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


def rows(weft, *arguments):
    code, output, _ = weft(*arguments, "--csv", "-")
    assert code == 0
    return read(output)


def energies(row):
    """The energies of a row by component, without those that are empty."""
    components = {name: value for name, value in row.items() if name.endswith(".energy_pj") and value}
    return {name: float(value) for name, value in components.items() if not name.startswith("design.")}


def cost_of_row(row, machine):
    """The cost of the program in a row, read back from its texts."""
    workload, dataflow = package.parse_workload(row["workload"]), package.parse_dataflow(row["dataflow"])
    return package.evaluate(package.Mapping(workload, dataflow, machine, row["layer"]))


def check_costs(row, machine):
    cost = cost_of_row(row, machine)
    assert (int(row["cycles_stepwise"]), int(row["cycles_throughput"])) == (
        cost.cycles_stepwise,
        cost.cycles_throughput,
    )
    assert float(row["energy_pj"]) == pytest.approx(cost.energy_pj, rel=1e-12)
    assert sum(energies(row).values()) == pytest.approx(cost.energy_pj, rel=1e-12)
    assert {name.removesuffix(".energy_pj") for name in energies(row)} == {term.component for term in cost.energy}


def test_rows_of_evaluate_have_energies_and_programs_that_read_back(weft):
    found = rows(weft, "evaluate", FIGURE_5, "--set", "pes=6")
    assert [row["layer"] for row in found] == list("ABCDEF")
    machine = package.load_accelerator("generic_256", ["pes=6"])
    for row in found:
        check_costs(row, machine)
    assert {row["bottleneck"] for row in found} <= {"compute", "L0 in", "L0 out"}


def test_rows_of_map_have_the_proof_and_the_program(weft):
    (row,) = rows(weft, "map", GEMM, "-a", "bench_256", "-q")
    check_costs(row, package.load_accelerator("bench_256"))
    assert (row["objective"], row["status"], float(row["gap"]), row["error"]) == ("edp", "optimal", 0.0, "")
    assert float(row["value"]) == float(row["lower_bound"])
    assert float(row["value"]) == pytest.approx(float(row["energy_pj"]) * int(row["cycles_throughput"]))


def test_a_layer_without_a_program_has_a_row_with_the_reason(weft):
    code, output, _ = weft("map", GEMM, "-a", "bench_256", "-q", "-c", "K: 3..2", "--csv", "-")
    (row,) = read(output)
    assert code == 1
    assert row["error"].startswith("W")
    assert (row["value"], row["status"], row["macs"]) == ("", "", "")


def test_rows_of_explore_are_the_best_designs_and_the_front(weft, folder):
    found = rows(weft, "explore", "job.yaml", "--objective", "energy,cycles")
    answer = package.explore("job.yaml", objective=["energy", "cycles"]).runs[0]
    assert [row["best"] for row in found] == ["energy", "cycles", *["front"] * len(answer.front)]
    for row, design in zip(found, [*answer.best.values(), *answer.front], strict=True):
        check_costs(row, design.accelerator)
        assert int(row["design.cycles"]) == design.metrics.cycles
        assert {name: row[f"machine.{name}"] for name, _ in design.settings} == {
            name: str(value) for name, value in design.settings
        }
    assert [(row["status"], row["gap"]) for row in found[:3]] == [("optimal", "0"), ("optimal", "0"), ("", "")]


def test_rows_of_a_shared_machine_are_its_layers(weft):
    found = rows(weft, "explore", "shared.yaml", "--no-sensitivity")
    exploration = package.explore("shared.yaml", sensitivity=False)
    answers = exploration.answers
    assert [row["best"] for row in found if row["best"] != "front"] == [
        answer.objective for answer in answers for _ in answer.design.programs
    ]
    told = [(answer, program) for answer in answers for program in answer.design.programs]
    for row, (answer, program) in zip(found, told, strict=False):
        assert (row["best"], row["network"], row["layer"]) == (answer.objective, program.network, program.layer)
        check_costs(row, answer.design.accelerator)
        assert float(row["energy_pj"]) == pytest.approx(program.energy_pj)
        assert (row["status"], float(row["lower_bound"])) == (answer.status, answer.certificate["lower_bound"])
    own = [float(row["energy_pj"]) for row in found if row["best"] == answers[0].objective]
    assert sum(own) == pytest.approx(float(found[0]["design.energy_pj"]))


def test_rows_of_a_pipeline_have_the_machine_of_each_layer(weft):
    arguments = ("explore", "lanes.yaml", "--layer", "A", "--layer", "B", *PIPELINED)
    found = rows(weft, *arguments)
    assert [(row["best"], row["layer"]) for row in found] == [
        ("cycles", "A"), ("cycles", "B"), ("energy", "A"), ("energy", "B"),
    ]  # fmt: skip
    data = json.loads(weft(*arguments, "--json")[1])["best"]
    for row in found:
        design = data[row["best"]]["layers"]["AB".index(row["layer"])]
        assert int(row["machine.pes"]) == design["settings"]["pes"]
        assert float(row["energy_pj"]) == pytest.approx(design["programs"][0]["energy_pj"])
        assert sum(energies(row).values()) == pytest.approx(float(row["energy_pj"]))


@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluate", FIGURE_5, "--set", "pes=6"),
        ("explore", "job.yaml"),
        ("explore", "shared.yaml", "--no-sensitivity"),
    ],
    ids=["evaluate", "explore", "shared"],
)
def test_parquet_says_what_csv_says(arguments, weft, folder):
    parquet = pytest.importorskip("pyarrow.parquet")
    code, output, _ = weft(*arguments, "--parquet", "x.parquet")
    printed = rows(weft, *arguments)
    assert (code, output) == (0, f"{len(printed)} row{'s' * (len(printed) != 1)}: x.parquet\n")
    table = parquet.read_table("x.parquet")
    assert table.column_names == list(printed[0])
    for row, other in zip(table.to_pylist(), printed, strict=True):
        for name, value in row.items():
            shown = "" if value is None else value if isinstance(value, str) else f"{value!r}".removesuffix(".0")
            assert other[name] == shown
    assert str(table.schema.field("expected_cycles").type) == "double"
    assert str(table.schema.field("macs").type) == "int64"


def test_a_file_of_rows_is_what_is_printed(weft, folder):
    assert weft("evaluate", FIGURE_5, "--csv", "x.csv")[1] == "6 rows: x.csv\n"
    assert Path("x.csv").read_text("utf-8") == weft("evaluate", FIGURE_5, "--csv", "-")[1]


def test_what_cannot_be_written_leaves_nothing(weft, folder, monkeypatch):
    code, _, errors = weft("evaluate", FIGURE_5, "--csv", "none/x.csv")
    assert (code, "W008" in errors) == (1, True)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    Path("old.parquet").write_text("old")
    before = sorted(folder.iterdir())
    code, _, errors = weft("map", GEMM, "-a", "bench_256", "-q", "--parquet", "old.parquet")
    assert (code, "PyArrow, which is not installed" in errors) == (1, True)
    assert Path("old.parquet").read_text() == "old"
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("evaluate", "--csv", "p.m", FIGURE_5), "'p.m' has the ending of a file that Weft reads"),
        (("map", GEMM, "--parquet", "job.yaml"), "has the ending of a file that Weft reads"),
        (("evaluate", FIGURE_5, "--parquet", "-"), "Parquet is not printed"),
        (("evaluate", FIGURE_5, "--csv", "-", "--parquet", "x"), "--csv and --parquet exclude each other"),
        (("map", GEMM, "--csv", "-", "--emit", "c"), "--csv and --emit exclude each other"),
        (("explore", "job.yaml", "--csv", "-", "--json"), "--csv and --json exclude each other"),
        (("evaluate", FIGURE_5, "--wide", "--csv", "-"), "--wide is of tables: --csv has all of it"),
        (("map", GEMM, "--wide", "--json"), "--wide is of tables"),
        (("explore", "job.yaml", "--wide", "--json"), "--wide is of tables"),
    ],
)
def test_wrong_usage(arguments, message, weft, folder):
    before = {file.name: file.read_text() for file in folder.iterdir()}
    code, output, errors = weft(*arguments)
    assert (code, output) == (2, "")
    assert message in " ".join(errors.split())
    assert {file.name: file.read_text() for file in folder.iterdir()} == before


def test_results_in_python_have_the_same_rows(weft, folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(DataFrame=dict))
    (network,) = package.read(FIGURE_5)
    result = package.evaluate_network(network, overrides=["pes=6"])
    assert list(result.to_pandas()["layer"]) == [layer.name for layer in network.layers]
    result.to_csv("x.csv")
    printed = rows(weft, "evaluate", FIGURE_5, "--set", "pes=6")
    own = read(Path("x.csv").read_text("utf-8"))
    named = [{**row, "network": "figure5"} for row in own]
    assert named == printed
    found = package.map(GEMM, accelerator="bench_256")
    frame = found.to_pandas()
    assert frame["value"].tolist() == [found.mapped[0].value]
    assert package.explore("job.yaml").to_pandas()["best"][0] == "cycles"


def test_a_data_frame_of_rows_needs_pandas(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(package.WeftError, match="needs pandas"):
        package.map(GEMM, accelerator="bench_256").to_pandas()


def test_columns_keep_kinds_and_what_lacks():
    found = sheet_of(
        [
            {"a": 1, "b": "x", "c": 1.5, "d": True, "big": 2**80},
            {"b": "y, z", "c": None, "d": False, "big": 1, "late": 3},
        ],
        ("b", "never"),
    )
    (block,) = found.blocks
    assert found.names == ("b", "never", "a", "c", "d", "big", "late")
    assert block["a"].tolist() == [1, None]
    assert block["big"].tolist() == [2**80, 1]
    assert np.isnan(block["never"]).all()
    assert (block["d"].dtype, block["c"].dtype) == (bool, np.float64)


def test_wide_tables_have_the_energy_of_every_component(weft):
    code, output, _ = weft("evaluate", FIGURE_5, "--set", "pes=6", "-l", "A", "--wide")
    heading = next(line for line in output.splitlines() if line.startswith(" layer"))
    assert code == 0
    assert heading.split()[-9:] == ["L2", "µJ", "L1", "µJ", "MAC", "µJ", "power", "mW", "busiest"]
    assert "0.0004109   0.0001669   1.656e-05" in output
    code, output, _ = weft("map", GEMM, "-a", "bench_256", "-q", "--wide")
    assert all(name in output for name in ("bound", "gap", "DRAM µJ", "MAC µJ", "busiest"))
    plain = weft("map", GEMM, "-a", "bench_256", "-q")[1]
    assert "DRAM µJ" not in plain
    for arguments in (("job.yaml",), ("shared.yaml", "--no-sensitivity"), ("lanes.yaml", *PIPELINED)):
        assert "MAC µJ" in weft("explore", *arguments, "--wide")[1]
        assert "MAC µJ" not in weft("explore", *arguments)[1]
    assert "MAC µJ" in weft("evaluate", FIGURE_5, "--by", "operator", "--wide")[1]
