"""`weft sweep` and what it writes: the same table in every form, whole or not at all."""

import csv
import io
import json
import os
import signal
import stat
from pathlib import Path

import jsonschema
import numpy as np
import pytest

import weft as library
from weft.backends.report import writers
from weft.exploration import best_programs
from weft.exploration.best_programs import BestPrograms
from weft.exploration.sweep import Sweep, SweptLayer
from weft.ir import WeftError
from weft.ir.whole_files import whole_file
from weft.search.network import MapResult

ROOT = Path(__file__).parents[1]
FIGURE_5 = str(ROOT / "examples/figure5.m")
VARY = ("--vary", "pes=2|4", "--vary", "L2.bandwidth=1|unlimited", "--vary", "L2.capacity_bytes=needed")
SCHEMA = json.loads((ROOT / "docs/sweep.schema.json").read_text("utf-8"))

OPEN = """Network open { Layer A { Type: GEMM Dimensions { M: 8, N: 4, K: 4 }
  Dataflow { SpatialMap(T,T) M; TemporalMap(1,1) K; } } }
"""


def good(result):
    code, output, errors = result
    assert (code, errors) == (0, "")
    return output


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_the_table_is_the_same_in_every_form(weft, tmp_path):
    arguments = ("sweep", FIGURE_5, *VARY, "--total")
    printed = good(weft(*arguments, "--csv", "-"))
    file = str(tmp_path / "x.csv")
    assert good(weft(*arguments, "--csv", file)) == f"4 machines, 6 layers: 28 rows: {file}\n"
    assert Path(file).read_text("utf-8") == printed
    document = json.loads(good(weft(*arguments, "--json")))
    jsonschema.validate(document, SCHEMA)
    rows = rows_of(printed)
    assert (document["machines"], len(rows), len(document["rows"])) == (4, 28, 28)
    assert list(rows[0]) == document["columns"] == list(document["rows"][0])
    texts = {None: {"", "unlimited"}, True: {"true"}, False: {"false"}}
    for row, data in zip(rows, document["rows"], strict=True):
        for name, text in row.items():
            value = data[name]
            assert text in texts[value] if value is None or isinstance(value, bool) else type(value)(text) == value


def test_parquet_has_the_same_rows(weft, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    arguments = ("sweep", FIGURE_5, *VARY, "--total")
    file = str(tmp_path / "x.parquet")
    good(weft(*arguments, "--parquet", file))
    rows = json.loads(good(weft(*arguments, "--json")))["rows"]
    assert parquet.read_table(file).to_pylist() == rows
    assert str(parquet.read_schema(file).field("cycles").type) == "int64"


def test_parquet_without_pyarrow_is_a_finding(weft, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    code, _, errors = weft("sweep", FIGURE_5, *VARY, "--parquet", str(tmp_path / "x.parquet"))
    assert code == 1
    assert "W008" in errors
    assert "pip install 'weft-ir[parquet]'" in errors
    assert not list(tmp_path.iterdir())


def test_without_a_file_the_first_rows_are_shown(weft):
    output = good(weft("sweep", FIGURE_5, "--vary", "pes=2..9", "--layer", "F"))
    assert "W106: cluster needs 3 PEs, have 2" in output
    assert output.endswith("8 machines, 1 layer: 8 rows; 7 fit\n")
    many = good(weft("sweep", FIGURE_5, "--vary", "pes=2..9"))
    assert "8 machines, 6 layers: 48 rows, of which the first 20 are shown; 47 fit" in many


def test_a_job_and_options_that_change_it(weft, tmp_path):
    (tmp_path / "open.m").write_text(OPEN)
    job = tmp_path / "job.yaml"
    job.write_text("accelerator: bench_256\nvary: {pes: 4..16:4, bandwidth: 1|2}\nprograms: open.m\ntiles: {T: 2}\n")
    rows = rows_of(good(weft("sweep", str(job), "--csv", "-", "--vary", "pes=8", "--set", "lanes=2")))
    machine = library.load_accelerator("bench_256", ["pes=8", "lanes=2", "bandwidth=2"])
    (mapping,) = library.load(tmp_path / "open.m", machine, bindings={"T": 2})
    assert [(row["pes"], row["bandwidth"]) for row in rows] == [("8", "1"), ("8", "2")]
    assert int(rows[1]["cycles"]) == library.evaluate(mapping).cycles_throughput
    stepwise = rows_of(good(weft("sweep", str(job), "--csv", "-", "--vary", "pes=8", "--time", "stepwise")))
    machine = library.load_accelerator("bench_256", ["pes=8", "bandwidth=2"])
    (mapping,) = library.load(tmp_path / "open.m", machine, bindings={"T": 2})
    assert int(stepwise[1]["cycles"]) == library.evaluate(mapping).cycles_stepwise


def test_the_best_programs_are_those_of_map(weft, tmp_path):
    store = str(tmp_path / "store")
    arguments = (
        "sweep",
        "gemm:M=8,N=6,K=4",
        "-a",
        "bench_256",
        "--vary",
        "pes=4|8",
        "--vary",
        "DRAM.shared_bandwidth=1|8",
    )
    output = good(weft(*arguments, "--map", "--objective", "cycles", "--store", store, "--csv", "-"))
    for row in rows_of(output):
        machine = library.load_accelerator(
            "bench_256", [f"{key}={row[key]}" for key in ("pes", "DRAM.shared_bandwidth")]
        )
        (found,) = library.map("gemm:M=8,N=6,K=4", machine, "cycles").layers
        assert int(row["cycles"]) == found.cost.cycles_throughput
        assert row["fits"] == "true"
    assert good(weft(*arguments, "--map", "--objective", "cycles", "--store", store, "--csv", "-")) == output
    assert Path(store).exists()


SHAPES = ("sweep", "gemm:M=8,N=6,K=4", "-a", "bench_256", "--vary", "bandwidth=1|2", "--vary", "shape=1x2|2x2|2x4")


@pytest.fixture
def interrupted(monkeypatch):
    """Interrupts that come while the programs of the second structure are searched."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    original, calls = BestPrograms._search_together, []

    def after(times, expected=2):
        def search(self, mapping, machine):
            calls.append(machine)
            for _ in range(times if len(calls) == expected else 0):
                signal.raise_signal(signal.SIGINT)
            return original(self, mapping, machine)

        monkeypatch.setattr(BestPrograms, "_search_together", search)

    yield after
    signal.signal(signal.SIGINT, before)


def test_an_interrupt_of_searches_keeps_the_rows_that_are_there(weft, tmp_path, interrupted):
    whole = rows_of(good(weft(*SHAPES, "--map", "--csv", "-")))
    interrupted(1)
    file = tmp_path / "x.csv"
    code, output, errors = weft(*SHAPES, "--map", "--csv", str(file))
    assert (code, output) == (1, f"6 machines, 1 layer: 2 rows: {file}\n")
    assert errors == "interrupted: 4 rows are missing, those of 4 machines\n"
    assert rows_of(file.read_text("utf-8")) == [row for row in whole if row["shape"] == "1x2"]


def test_an_interrupt_is_in_the_document(weft, interrupted):
    interrupted(1, 1)
    code, output, errors = weft(*SHAPES, "--map", "--json")
    document = json.loads(output)
    jsonschema.validate(document, SCHEMA)
    assert (code, document["rows"], document["interrupted"]) == (1, [], True)
    assert "6 rows are missing" in errors


def test_a_second_interrupt_ends_everything(weft, tmp_path, interrupted):
    interrupted(2)
    code, _, _ = weft(*SHAPES, "--map", "--csv", str(tmp_path / "x.csv"))
    assert (code, list(tmp_path.iterdir())) == (1, [])


def test_python_hears_interrupts_of_searches(tmp_path, monkeypatch):
    def map_layers(*given, **named):
        return MapResult((), given[1], None, True)

    monkeypatch.setattr(best_programs, "map_layers", map_layers)
    space = library.machine_space("bench_256", {"bandwidth": "1|2"})
    table = library.sweep("gemm:M=8,N=6,K=4", space, objective="edp", store=tmp_path / "store")
    with pytest.raises(KeyboardInterrupt):
        table.columns()


def test_machines_that_differ_in_prices_are_searched_together_as_map_searches_them(weft):
    varied = {"DRAM.shared_bandwidth": "1|4", "L2.capacity_bytes": "64|256", "L1.capacity_bytes": "2|16", "pes": "4|8"}
    options = [part for key, values in varied.items() for part in ("--vary", f"{key}={values}")]
    rows = rows_of(good(weft("sweep", "gemm:M=8,N=6,K=4", "-a", "bench_256", *options, "--map", "--csv", "-")))
    assert len(rows) == 16
    for row in rows:
        machine = library.load_accelerator("bench_256", [f"{key}={row[key]}" for key in varied])
        (found,) = library.map("gemm:M=8,N=6,K=4", machine).layers
        if hasattr(found, "cost"):
            assert float(row["edp"]) == pytest.approx(found.cost.energy_pj * found.cost.cycles_throughput, rel=1e-9)
        else:
            assert row["reason"].startswith("W704")
    assert len({row["edp"] for row in rows}) > 4


def test_searches_without_a_proof_have_their_exit_code(weft):
    code, output, errors = weft(
        "sweep",
        "gemm:M=512,N=512,K=512",
        "-a",
        "bench_256",
        "--vary",
        "pes=256",
        "--map",
        "--budget",
        "1ms",
        "--csv",
        "-",
    )
    (row,) = rows_of(output)
    if row["fits"] == "true":  # found in time, and not proved
        assert (code, "without a proof" in errors) == (4, True)
    else:
        assert "W705" in row["reason"]


def test_wrong_layers_are_told_and_the_others_are_swept(weft, tmp_path):
    file = tmp_path / "two.m"
    layer = "Layer {} {{ Type: GEMM Dimensions {{ M: 4, N: 4, K: 4 }} Dataflow {{ {} }} }}"
    file.write_text(f"Network two {{ {layer.format('A', 'SpatialMap(T,T) M;')} {layer.format('B', '')} }}")
    code, output, errors = weft("sweep", str(file), "--vary", "pes=1|2", "--csv", "-")
    assert code == 1
    assert "W005" in errors
    assert [row["layer"] for row in rows_of(output)] == ["B", "B"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nix.m",), 1, "W008"),
        ((FIGURE_5, "--vary", "pez=1..3"), 1, "did you mean 'pes'?"),
        ((FIGURE_5, "--vary", "pes=3..1"), 1, "descends"),
        ((FIGURE_5, "--vary", "pes"), 1, "a setting is key=value"),
        ((FIGURE_5, "--vary", "pes=1", "--vary", "pes=2"), 1, "W006"),
        ((FIGURE_5, "--vary", "energy_table=eyeriss|eyeris"), 1, "did you mean 'eyeriss'?"),
        ((FIGURE_5, "--layer", "Z"), 1, "no layer 'Z'"),
        ((FIGURE_5, "--bind", "T=3"), 1, "no size depends on 'T'"),
        ((FIGURE_5, "--csv", "-", "--json"), 2, "exclude each other"),
        ((FIGURE_5, "--objective", "edp"), 2, "about the programs that --map finds"),
        ((FIGURE_5, "--map", "--objective", "area"), 1, "unknown objective 'area'"),
        ((FIGURE_5, "--time", "fast"), 2, "--time"),
        ((FIGURE_5, "--csv", "/nowhere/x.csv"), 1, "cannot write '/nowhere/x.csv'"),
        ((FIGURE_5, "--csv", "/tmp"), 1, "it is a folder"),
        ((FIGURE_5, "job.yaml"), 2, "no other file goes with it"),
        (("job.yaml",), 1, "the job names no programs"),
        (("networks.yaml",), 1, "--map finds the best programs"),
        (("tiles.yaml",), 1, "the size 'T' has several values"),
        (("machine.yaml",), 2, "neither a job nor a mapping file"),
        ((FIGURE_5, "-a", "job.yaml"), 1, "job of an exploration"),
        (("typo.yaml",), 2, "a job has accelerator or vary"),
    ],
)
def test_wrong_usage_and_wrong_input(arguments, code, words, weft, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("job.yaml").write_text("accelerator: eyeriss\n")
    Path("networks.yaml").write_text("accelerator: eyeriss\nnetworks: net.m\n")
    Path("tiles.yaml").write_text("accelerator: eyeriss\nprograms: open.m\ntiles: {T: 1..2}\n")
    Path("typo.yaml").write_text("acelerator: eyeriss\n")
    Path("machine.yaml").write_text(str(library.load_accelerator("eyeriss")))
    found, _, errors = weft("sweep", *arguments)
    assert found == code
    assert words in errors


def test_what_fails_half_way_leaves_what_was_there(tmp_path):
    def blocks():
        yield {"a": np.arange(3)}
        raise RuntimeError

    file = tmp_path / "x.csv"
    file.write_text("before")
    with pytest.raises(RuntimeError):
        writers.save_csv(file, ["a"], blocks())
    assert (file.read_text(), os.listdir(tmp_path)) == ("before", ["x.csv"])
    pytest.importorskip("pyarrow")
    with pytest.raises(RuntimeError):
        writers.save_parquet(file, ["a"], blocks())
    assert (file.read_text(), os.listdir(tmp_path)) == ("before", ["x.csv"])


def test_files_keep_their_rights_and_links_their_target(tmp_path):
    file, link = tmp_path / "x.csv", tmp_path / "link.csv"
    file.write_text("before")
    file.chmod(0o640)
    link.symlink_to(file)
    with whole_file(link) as part:
        part.write_text("after")
    assert (link.is_symlink(), file.read_text(), stat.S_IMODE(file.stat().st_mode)) == (True, "after", 0o640)
    with whole_file(tmp_path / "new") as part:
        part.write_text("new")
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o666 & ~mask


def test_devices_are_written_to_and_stay(tmp_path):
    writers.save_csv("/dev/null", ["a"], [{"a": np.arange(3)}])
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    for wrong in ("\0", tmp_path, tmp_path / "no" / "x.csv"):
        with pytest.raises(WeftError, match="W008"), whole_file(wrong):
            pass


def test_texts_of_csv_are_quoted_and_numbers_read_back():
    out = io.StringIO()
    texts = ["plain", 'a "b", c', "two\nlines", ""]
    numbers = [0.1, 1e300, -0.0, 12345678901234.5]
    block = {"text": np.array(texts, object), "x": np.array(numbers), "ok": np.array([True, False] * 2)}
    writers.write_csv(out, list(block), [block, block])
    rows = rows_of(out.getvalue())
    assert [row["text"] for row in rows] == texts * 2
    assert [float(row["x"]) for row in rows] == numbers * 2
    assert [row["ok"] for row in rows] == ["true", "false"] * 4


def test_rows_are_made_while_they_are_written():
    """The first rows are there before the last are made: a table is never held."""
    made = []

    def blocks():
        for number in range(5):
            made.append(number)
            yield {"a": np.arange(4)}

    class Out(io.StringIO):
        def write(self, text):
            seen.append(len(made))
            return super().write(text)

    seen = []
    writers.write_csv(Out(), ["a"], blocks())
    assert seen == [0, 1, 2, 3, 4, 5]
    sizes = [len(block["a"]) for block in writers._joined(({"a": np.arange(50_000)} for _ in range(7)), ["a"])]
    assert sizes == [150_000, 150_000, 50_000]


def test_python_has_the_same_table(weft, tmp_path):
    space = library.machine_space("generic_256", ["pes=2|4", "L2.bandwidth=1|unlimited", "L2.capacity_bytes=needed"])
    table = library.sweep(FIGURE_5, space, total=True)
    columns = table.columns()
    assert (table.size, len(columns["cycles"])) == (28, 28)
    table.to_csv(tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text() == good(weft("sweep", FIGURE_5, *VARY, "--total", "--csv", "-"))
    mappings = library.load(FIGURE_5)
    again = library.sweep(mappings, space, total=True).columns()
    for name in columns:
        if name != "network":
            np.testing.assert_array_equal(columns[name], again[name])
    one = library.sweep(mappings[0], space)
    assert isinstance(one, Sweep)
    assert one.layers == (SweptLayer("", mappings[0]),)
    best = library.sweep(library.parse_workload("gemm:M=4,N=4,K=4"), space, objective="cycles")
    assert best.columns()["fits"].all()
    with pytest.raises(TypeError, match="sweep: space"):
        library.sweep(FIGURE_5, "generic_256")
    with pytest.raises(ValueError, match="sweep: time"):
        library.sweep(FIGURE_5, space, time="fast")


def test_zeros_are_counted_and_this_is_said(weft, tmp_path):
    file = tmp_path / "sparse.m"
    file.write_text(
        "Network n { Layer A { Type: GEMM Dimensions { M: 4, N: 4, K: 4 } Density { filter: 0.5 } "
        "Dataflow { SpatialMap(1,1) M; } } }"
    )
    code, output, errors = weft("sweep", str(file), "--vary", "pes=4", "--csv", "-")
    assert (code, len(rows_of(output))) == (0, 1)
    assert "W604" in errors
    assert "the table counts every element of filter" in errors


@pytest.mark.parametrize("options", [("--gap", "5%"), ("--budget", "1s")])
def test_options_of_searches_need_map(weft, options):
    code, _, errors = weft("sweep", FIGURE_5, "-l", "D", "--set", "pes=3", *options, "--csv", "-")
    assert (code, "is about the programs that --map finds" in errors) == (2, True)


def test_sizes_cannot_be_bound_where_programs_are_found(weft):
    code, _, errors = weft("sweep", "gemm:M=4,N=4,K=4", "-a", "bench_256", "--map", "--bind", "T=3", "--csv", "-")
    assert (code, "--bind gives sizes of programs" in errors) == (2, True)
