"""Plans on the graph of their network, and schedules of fused programs: their numbers are those of plans and boxes."""

import json
import re
from copy import deepcopy
from pathlib import Path

import pytest
from commands import command

import weft

pytest.importorskip("vl_convert", reason="vl-convert draws (extra 'plot')")

import altair as alt
from pages_in_browser import BROWSER, open_page

ROOT = Path(__file__).parents[1]
NETWORK = """
Network fork {
  Layer A { Type: GEMM Dimensions { M: 48, N: 40, K: 16 } }
  Layer B { Type: GEMM Dimensions { M: 48, N: 24, K: 40 } }
  Layer C { Type: GEMM Dimensions { M: 48, N: 16, K: 40 } }
  Edges { 0->1[input], 0->2[input] }
}
"""


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    path = tmp_path_factory.mktemp("fork") / "fork.m"
    path.write_text(NETWORK, "utf-8")
    return weft.plan_fusion(weft.read(path)[0], "bench_256", ["L2.capacity_bytes=4K"])


@pytest.fixture(scope="module")
def document(planned):
    from weft.pictures.documents import document_of

    return json.loads(json.dumps(document_of(planned).data))


@pytest.fixture(scope="module")
def pair():
    (program,) = weft.read_fused(ROOT / "examples/fusion/pair.m")
    return weft.evaluate_fused(program, "bench_256")


def test_what_passes_the_outermost_memory_adds_up(planned, document):
    rows = weft.plot("plan", planned).rows
    assert sum(row["bytes"] for row in rows) * 8 == planned.plan.traffic_bits
    for item in document["plans"][0]["programs"]:
        assert sum(moved["bytes"] for moved in item["outside"]) == item["bytes"]
    assert weft.plot("plan", document).rows == rows


def test_every_edge_stays_or_passes(planned):
    figure = weft.plot("plan", planned)
    assert any(len(piece.group.layers) > 1 for piece in planned.plan.pieces)
    inner = sum(len(piece.program.edges) for piece in planned.plan.pieces)
    assert sum(row["way"] == "inside" for row in figure.rows) == inner
    svg = figure.svg("light")
    assert len(re.findall('class="arc memory"', svg)) == inner
    assert len(re.findall('class="arc space"', svg)) == len(planned.network.edges) - inner


def test_a_schedule_has_what_the_boxes_compute(pair):
    figure = weft.plot("schedule", pair)
    boxes = pair.boxes
    for number, stage in enumerate(pair.schedule.program.stages):
        rows = [row for row in figure.rows if row["stage"] == stage.name]
        assert sum(row["state"] != "idle" for row in rows) == boxes[number].runs
        for row in rows:
            position = tuple(map(int, row["position"].split(".")))
            for part in row["makes"].split(", ") if row["makes"] else ():
                name, low, high = re.fullmatch(r"(\S+) (\d+)–(\d+)", part).groups()
                track = boxes[number].outer[name]
                at = track.at(position[track.loop] if track.loop >= 0 else 0)
                assert (int(low), int(high) + 1) == at
    first = {row["step"]: row for row in figure.rows if row["stage"] == "FIRST"}
    assert [first[step]["state"] for step in (0, 1, 3)] == ["new", "partly again", "beside what is kept"]
    assert (first[3]["kept"], first[1]["again"]) == ("2 of Y'", "2 of X'")


def test_a_window_of_a_schedule_is_said(pair):
    figure = weft.plot("schedule", pair, first=3, steps=2)
    assert sorted({row["step"] for row in figure.rows}) == [3, 4]
    assert "2 of 9 steps, from step 3 on" in figure.description
    alt.Chart.from_dict(figure.specification(), validate=True)
    for wrong in ({"first": 9}, {"steps": 0}):
        with pytest.raises(ValueError, match="cannot be shown"):
            weft.plot("schedule", pair, **wrong)


def test_a_report_has_plans_and_schedules(document, pair):
    text = weft.report(document)
    assert "each layer by itself" in text
    assert "The plan on the network" in text
    assert "Schedule of A.." in text
    assert "Schedule of pair" in weft.report(pair)


def test_damaged_plans_are_findings(document):
    def changes():
        for path in (("first",), ("layers",), ("program",), ("outside",), ("bytes",)):
            for value in (None, "x", -1, [], 10**6, ["B"]):
                changed = deepcopy(document)
                changed["plans"][0]["programs"][0][path[0]] = value
                yield changed
        for value in (None, [], {}, [{"from": 9, "to": 0, "tensor": ""}], [{"from": 0, "to": 99, "tensor": "x"}]):
            changed = deepcopy(document)
            changed["plans"][0]["edges"] = value
            yield changed
            yield changed | {"machine": value}

    for changed in changes():
        for kind in ("plan", "schedule"):
            try:
                weft.plot(kind, changed).csv()
            except weft.WeftError:
                continue


def test_what_is_wrong_is_said(tmp_path, capsys, monkeypatch, document):
    monkeypatch.chdir(ROOT)
    out = tmp_path / "p.svg"
    for arguments, code, said in (
        (("plan", "examples/fusion/pair.m", "-a", "bench_256"), 1, "W009"),
        (("plan", "examples/fusion/mlp.m"), 1, "W203"),
        (("schedule", "examples/fusion/pair.m", "-a", "bench_256", "--first", "9"), 2, "cannot be shown"),
        (("schedule", "examples/fusion/pair.m", "-a", "bench_256", "--layer", "none"), 1, "W002"),
        (("schedule", "examples/fusion/pair.m", "-a", "bench_256", "--time", "stepwise"), 2, "--time"),
        (("plan", "missing.m", "-a", "bench_256"), 1, "W008"),
        (("energy", "examples/fusion/pair.m"), 1, "error"),
    ):
        assert command("plot", *arguments, "-o", out) == code, arguments
        assert said in capsys.readouterr().err
        assert not out.exists()
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(document), "utf-8")
    assert command("plot", "energy", file, "-o", out) == 1
    assert "W009" in capsys.readouterr().err


@pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")
@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (400, "light")])
def test_a_page_marks_both_ends_of_an_edge(document, width, scheme, tmp_path):
    file = tmp_path / "plan.html"
    file.write_text(weft.report(document), "utf-8")
    done = """
      const option = [...document.querySelectorAll("[role=option]")].find(
        item => item.querySelector("text").textContent.includes("stays"));
      option.dispatchEvent(new PointerEvent("pointerenter"));
      document.body.setAttribute("data-marked", document.querySelectorAll("[role=option][aria-selected=true]").length);
    """
    shown = open_page(file, tmp_path, width=width, scheme=scheme, then=done)
    assert shown.console == []
    body = shown.dom[shown.dom.index("<body") :].split(">")[0]
    assert int(re.search(r'data-marked="(\d+)"', body)[1]) >= 2
    assert f'data-wide="{width}"' in body
