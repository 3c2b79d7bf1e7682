"""How a proof came about: recorded by every search, the same in every run but for its times, and drawn."""

import json
from copy import deepcopy
from itertools import pairwise
from pathlib import Path

import pytest
from commands import command

import weft
from weft.certificates import Trial, check_document
from weft.search.history import MOST, History
from weft.search.report import digest_of

alt = pytest.importorskip("altair", reason="Altair draws (extra 'plot')")

ROOT = Path(__file__).parents[1]
ASKED = "gemm:M=16,N=24,K=32", "eyeriss"


@pytest.fixture(scope="module")
def document():
    return json.loads(json.dumps(weft.map(*ASKED).to_dict()))


def untimed(history):
    return [(item["boxes"], item["programs"], item["value"], item["lower_bound"]) for item in history]


def test_it_ends_with_the_certificate_and_never_goes_back(document):
    (layer,) = document["layers"]
    history = layer["history"]
    assert history[-1]["value"] == layer["value"]
    assert history[-1]["lower_bound"] == pytest.approx(layer["certificate"]["lower_bound"], rel=1e-12)
    assert history[-1]["boxes"] == layer["certificate"]["boxes"]
    assert history[-1]["programs"] == layer["certificate"]["evaluated"]["programs"]
    assert history[-1]["seconds"] <= layer["seconds"]
    for before, after in pairwise(history):
        assert after["value"] <= before["value"]
        assert all(after[name] >= before[name] for name in ("boxes", "programs", "seconds", "lower_bound"))
    assert all(item["lower_bound"] <= layer["value"] for item in history)
    assert history[0]["lower_bound"] < history[-1]["lower_bound"]


def test_it_is_the_same_in_every_run(document):
    again = weft.map(*ASKED).to_dict()["layers"][0]
    assert untimed(again["history"]) == untimed(document["layers"][0]["history"])


def test_equal_layers_share_one_and_kept_answers_and_fronts_have_none(tmp_path):
    store = tmp_path / "answers"
    layers = " ".join(f"Layer {name} {{ Type: GEMM Dimensions {{ M: 4, N: 4, K: 4 }} }}" for name in "AB")
    (tmp_path / "two.m").write_text(f"Network two {{ {layers} }}", "utf-8")
    first = weft.map(tmp_path / "two.m", "bench_256", store=store)
    assert first.layers[0].history == first.layers[1].history != ()
    assert weft.map("gemm:M=4,N=4,K=4", "bench_256", store=store).layers[0].history == ()
    front = weft.map("gemm:M=4,N=4,K=4", "bench_256", ["energy", "cycles"])
    assert "history" not in front.to_dict()["layers"][0]
    with pytest.raises(weft.WeftError, match="does not tell how") as raised:
        weft.plot("proof", front)
    assert "--store" in raised.value.diagnostics[0].hint


def test_a_long_one_keeps_its_first_and_last_moments():
    history = History()
    for number in range(10_000):
        history.note(number, number, float(number), 20_000.0 - number, float(number))
    moments = history.moments
    assert MOST / 2 <= len(moments) <= MOST + 1
    assert (moments[0].boxes, moments[-1].boxes) == (0, 9_999)
    assert all(after.boxes > before.boxes for before, after in pairwise(moments))


def test_what_changes_nothing_is_no_moment_but_the_last():
    history = History()
    for number in range(5):
        history.note(number, 0, 0.1 * number, 7.0, 3.0 - number)
    assert [(item.boxes, item.value, item.lower_bound) for item in history.moments] == [(0, 7.0, 3.0), (4, 7.0, 3.0)]


@pytest.mark.parametrize(
    "forge",
    [
        lambda history: history.clear(),
        lambda history: history.reverse(),
        lambda history: history[-1].update(value=1.0),
        lambda history: history[-1].update(lower_bound=1.0),
        lambda history: history[0].update(lower_bound=1e300),
        lambda history: history[0].update(boxes=-1),
        lambda history: history[0].update(boxes=10**9),
        lambda history: history[0].update(seconds=True),
        lambda history: history[0].pop("programs"),
        lambda history: history.extend(history * 200),
    ],
)
def test_one_that_cannot_be_is_told(document, forge):
    forged = deepcopy(document)
    forge(forged["layers"][0]["history"])
    forged["digest"] = digest_of(forged)
    said = [line for item in check_document(forged, Trial(0, 0)) for line in item.failures]
    assert any("history" in line for line in said)


@pytest.mark.parametrize("over", ["seconds", "boxes", "programs"])
def test_the_figure_shows_its_moments(document, over):
    figure = weft.plot("proof", document, over=over)
    (layer,) = document["layers"]
    assert [{name: row[name] for name in layer["history"][0]} for row in figure.rows] == layer["history"]
    assert figure.rows[-1]["gap"] == pytest.approx(layer["certificate"]["gap"], abs=1e-12)
    specification = figure.specification()
    alt.Chart.from_dict(specification, validate=True)
    assert over in json.dumps(specification["layer"][0]["encoding"]["x"])


def test_a_report_has_it_and_pictures_are_written(document, tmp_path):
    file = tmp_path / "mapped.json"
    file.write_text(json.dumps(document), "utf-8")
    for ending, start in ((".svg", b"<svg"), (".png", b"\x89PNG"), (".csv", b"layer,moment,boxes")):
        assert command("plot", "proof", file, "-o", tmp_path / f"p{ending}") == 0
        assert (tmp_path / f"p{ending}").read_bytes().startswith(start)
    assert "The way to the proof" in weft.report(document)
    older = deepcopy(document)
    del older["layers"][0]["history"]
    assert "The way to the proof" not in weft.report(older)


def test_what_is_wrong_is_said(document, tmp_path, capsys):
    out = tmp_path / "p.svg"
    assert command("plot", "proof", ROOT / "examples/vgg16_kcp.m", "-o", out) == 1
    assert "W009" in capsys.readouterr().err
    assert command("plot", "energy", ROOT / "examples/vgg16_kcp.m", "--over", "boxes", "-o", out) == 2
    assert "--over is of proof" in capsys.readouterr().err
    with pytest.raises(ValueError, match="not over 'weeks'"):
        weft.plot("proof", document, over="weeks")
    assert not out.exists()
