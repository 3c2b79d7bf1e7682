"""Figures show the numbers of `weft evaluate --json`, are valid Vega-Lite, and are written in every form."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

import weft
from weft.cli import main

alt = pytest.importorskip("altair", reason="Altair draws (extra 'plot')")

ROOT = Path(__file__).parents[1]
KINDS = ("roofline", "energy", "traffic", "utilization")
FILES = ["examples/vgg16_kcp.m"]


def run(*arguments):
    """The exit code of a command line."""
    with pytest.raises(SystemExit) as left:
        main([str(item) for item in arguments])
    return left.value.code or 0


def printed(capsys, *arguments):
    run(*arguments)
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def evaluated(capsys, monkeypatch):
    """VGG16 as `weft evaluate --json` has it."""
    monkeypatch.chdir(ROOT)
    return printed(capsys, "evaluate", *FILES, "--json")


def total(rows, layer, value):
    return sum(row[value] for row in rows if row["layer"] == layer)


def test_energy_is_that_of_the_document(evaluated):
    figure = weft.plot("energy", evaluated)
    for layer in evaluated["layers"]:
        assert total(figure.rows, layer["layer"], "picojoules") == pytest.approx(layer["energy_pj"]["total"], rel=1e-12)
        of_memory = {}
        for row in figure.rows:
            if row["layer"] == layer["layer"]:
                name = "MAC" if row["memory"] == "arithmetic" else row["memory"]
                of_memory[name] = of_memory.get(name, 0) + row["picojoules"]
        stated = {name: value for name, value in layer["energy_pj"].items() if name != "total" and value}
        assert of_memory == pytest.approx(stated, rel=1e-12)


def test_traffic_is_that_of_the_document(evaluated):
    figure = weft.plot("traffic", evaluated)
    shown = {(r["layer"], r["parent"], r["child"], r["tensor"], r["operation"]): r["elements"] for r in figure.rows}
    stated = {
        (layer["layer"], item["parent"], item["child"], tensor, count): elements
        for layer in evaluated["layers"]
        for item in layer["interfaces"]
        for tensor, counts in item["tensors"].items()
        for count, elements in counts.items()
        if elements
    }
    assert shown == stated


def test_cycles_and_utilization_are_those_of_both_time_models(evaluated, capsys):
    rows = {(row["layer"], row["time"]): row for row in weft.plot("utilization", evaluated).rows}
    other = printed(capsys, "evaluate", *FILES, "--json", "--time", "throughput")
    for document in (evaluated, other):
        for layer in document["layers"]:
            row = rows[layer["layer"], document["time"]]
            assert row["cycles"] == layer["cycles"][document["time"]]
            assert row["utilization"] == pytest.approx(layer["utilization"], rel=1e-12)


def test_no_layer_is_above_its_roof_and_its_busiest_resource_is_its_time(evaluated, capsys):
    document = printed(capsys, "evaluate", *FILES, "--json", "--time", "throughput", "--set", "L2.bandwidth=4")
    rows = weft.plot("roofline", document).rows
    for layer in document["layers"]:
        own = [row for row in rows if row["layer"] == layer["layer"]]
        assert own
        for row in own:
            assert row["reached"] <= row["attainable"] * (1 + 1e-9)
            assert row["reached"] / row["peak"] == pytest.approx(layer["utilization"], rel=1e-12)
        busy = [
            -(-row["elements"] // row["elements_per_cycle"]) for row in own if row["elements_per_cycle"] != "unlimited"
        ]
        compute = layer["bottlenecks"]["compute"]
        assert max([*busy, compute]) == layer["cycles"]["throughput"]
    assert any(row["attainable"] < row["peak"] for row in rows)


@pytest.mark.parametrize("kind", KINDS)
def test_a_figure_is_valid_vega_lite_and_is_described(evaluated, kind):
    figure = weft.plot(kind, evaluated)
    specification = figure.specification()
    alt.Chart.from_dict(specification, validate=True)
    assert specification["description"] == figure.description
    assert figure.title in figure.description
    assert "54" in figure.description or "vgg16" in figure.description


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_command_writes_every_form(kind, theme, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    source = ("examples/figure5.m", "--set", "pes=6", "--layer", "A", "--layer", "B")
    starts = {".svg": b"<svg", ".png": b"\x89PNG", ".pdf": b"%PDF", ".json": b"{"}
    for ending, start in starts.items():
        file = tmp_path / f"figure{ending}"
        assert run("plot", kind, *source, "-o", file, "--theme", theme) == 0
        assert file.read_bytes().startswith(start)
    picture = ElementTree.parse(tmp_path / "figure.svg").getroot()
    assert picture.get("role") == "img"
    assert picture.get("aria-label").endswith(".")
    assert run("plot", kind, *source, "-o", tmp_path / "rows.csv") == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "rows.csv").read_text("utf-8"))))
    assert {row["layer"] for row in rows} == {"A", "B"}


def test_results_in_memory_and_their_documents_give_the_same_figure(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    mappings = weft.load("examples/figure5.m", overrides=["pes=6"])
    document = printed(capsys, "evaluate", "examples/figure5.m", "--set", "pes=6", "--json")
    for kind in KINDS:
        wanted = weft.plot(kind, document).rows
        assert weft.plot(kind, [weft.evaluate(mapping) for mapping in mappings]).rows == wanted
        assert weft.plot(kind, mappings).rows == wanted
        (network,) = weft.read("examples/figure5.m")
        assert weft.plot(kind, weft.evaluate_network(network, overrides=["pes=6"])).rows == wanted


def test_what_the_mapper_finds_is_drawn_with_its_program(tmp_path):
    found = weft.map("gemm:M=8,N=8,K=8", "bench_256")
    (layer,) = found.layers
    rows = weft.plot("roofline", found).rows
    assert {row["layer"] for row in rows} == {"gemm:M=8,N=8,K=8"}
    assert all(row["reached"] == 512 / layer.cost.cycles("throughput") for row in rows)
    assert sum(row["picojoules"] for row in weft.plot("energy", found).rows) == pytest.approx(layer.cost.energy_pj)


def test_equal_names_of_layers_are_told_apart(evaluated):
    twice = evaluated | {"layers": [evaluated["layers"][0], evaluated["layers"][0]]}
    names = {row["layer"] for row in weft.plot("energy", twice).rows}
    assert len(names) == 2


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["energy", "examples/figure5.m", "-o", "e.jpg"], 1, "W008"),
        (["energy", "missing.json", "-o", "e.svg"], 1, "W008"),
        (["energy", "docs/map.schema.json", "-o", "e.svg"], 1, "W001"),
        (["roofline", "examples/figure5.m", "--memory", "L3", "-o", "e.svg"], 1, "W002"),
        (["energy", "examples/figure5.m", "--memory", "L2", "-o", "e.svg"], 2, "--memory is of roofline and traffic"),
        (["energy", "examples/figure5.m", "--theme", "dark", "-o", "e.csv"], 2, "--theme does not go with .csv"),
        (["energy", "examples/figure5.m", "--set", "pes=6"], 2, "--output"),
        (["energie", "examples/figure5.m", "-o", "e.svg"], 2, "roofline"),
        (["energy", "examples/networks/resnet50.m", "-o", "e.svg"], 1, "W009"),
    ],
)
def test_what_is_wrong_is_said(arguments, code, said, monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(ROOT)
    arguments = [str(tmp_path / item) if item.startswith("e.") else item for item in arguments]
    assert run("plot", *arguments) == code
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_result_has_a_machine_of_its_own(evaluated, tmp_path, capsys):
    file = tmp_path / "vgg.json"
    file.write_text(json.dumps(evaluated), "utf-8")
    assert run("plot", "energy", file, "-a", "eyeriss", "-o", tmp_path / "e.svg") == 2
    assert "its machine" in capsys.readouterr().err
    assert run("plot", "energy", file, "--layer", "CONV1", "-o", tmp_path / "e.csv") == 0
    assert "CONV2" not in (tmp_path / "e.csv").read_text("utf-8")
    assert run("plot", "energy", file, "--layer", "vgg16/CONV2", "--layer", "CONV1#1", "-o", tmp_path / "e.csv") == 0
    lines = (tmp_path / "e.csv").read_text("utf-8").splitlines()
    assert {"CONV1", "CONV2"} == {row["layer"] for row in csv.DictReader(lines)}
    assert run("plot", "energy", file, "--layer", "CONV99", "-o", tmp_path / "f.csv") == 1


def paths(node, path=()):
    """The places of all fields."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield (*path, key)
        yield from paths(value, (*path, key))


def test_damaged_documents_are_findings(evaluated, capsys):
    document = evaluated | {"layers": evaluated["layers"][:1]}
    document = json.loads(json.dumps(document))
    for path in list(paths(document))[::41]:
        for value in (None, "x", -1, [], {}):
            changed = json.loads(json.dumps(document))
            place = changed
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = value
            for kind in KINDS:
                try:
                    weft.plot(kind, changed).specification()
                except weft.WeftError:
                    continue


def test_documents_without_programs_lack_figures_of_these_alone(evaluated):
    older = json.loads(json.dumps(evaluated))
    del older["machine"]
    for layer in older["layers"]:
        for name in ("workload", "dataflow", "roofline"):
            del layer[name]
    assert weft.plot("energy", older).rows == weft.plot("energy", evaluated).rows
    assert "Energy" in weft.report(older)
    one = older | {"layers": older["layers"][:1]}
    assert "Energy" in weft.report(one)
    for kind in ("roofline", "space-time", "time-line"):
        with pytest.raises(weft.WeftError, match="does not say"):
            weft.plot(kind, one)


@pytest.mark.parametrize("missing", ["altair", "vl_convert", "jinja2"])
def test_without_the_extra_a_finding_names_it(evaluated, missing, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(weft.WeftError, match="not installed") as raised:
        weft.plot("energy", evaluated).save(tmp_path / "e.html")
    assert raised.value.diagnostics[0].code == "W008"
    assert "weft-ir[plot]" in raised.value.diagnostics[0].hint


def test_data_are_written_without_the_extra(evaluated, tmp_path):
    file = tmp_path / "vgg.json"
    file.write_text(json.dumps(evaluated), "utf-8")
    program = (
        "import sys; sys.modules.update(dict.fromkeys(('altair', 'vl_convert', 'jinja2')))\n"
        f"import weft; weft.plot('energy', {str(file)!r}).save({str(tmp_path / 'e.csv')!r})"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    assert (tmp_path / "e.csv").read_text("utf-8").startswith("layer,memory,tensor,operation,accesses,picojoules\n")


def test_a_theme_that_there_is_not_is_refused(evaluated, tmp_path):
    with pytest.raises(ValueError, match="the themes are light and dark"):
        weft.plot("energy", evaluated).save(tmp_path / "e.svg", theme="grey")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "options", "said"),
    [
        ("energie", {}, "no figure"),
        ("energy", {"memory": "L2"}, "no option"),
        ("energy", {"by": "colour"}, "by is one of"),
    ],
)
def test_wrong_arguments_are_refused(evaluated, kind, options, said):
    with pytest.raises(ValueError, match=said):
        weft.plot(kind, evaluated, **options)
