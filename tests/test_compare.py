"""`weft compare` shows what differs between two results, all of it, the greatest first."""

import json
from html import unescape
from pathlib import Path

import pytest
from commands import command
from pages_in_browser import BROWSER, open_page

import weft
from weft.pictures.comparisons import compare, differences
from weft.pictures.documents import document_of

ROOT = Path(__file__).parents[1]


def results(file, *overrides):
    network = weft.read(ROOT / file)[0]
    return document_of(weft.evaluate_network(network, overrides=overrides)).results()


def test_the_differences_of_energy_add_up_to_that_of_the_sums():
    one, other = results("examples/vgg16_kcp.m"), results("examples/vgg16_yrp.m")
    found = compare(one, other)
    for metric, total in (
        ("energy_pj", lambda x: x["energy_pj"]["total"]),
        ("cycles", lambda x: x["cycles"]["stepwise"]),
    ):
        change = sum(map(total, other.good)) - sum(map(total, one.good))
        assert sum(item.change for item in found if item.metric == metric) == pytest.approx(change, rel=1e-9)


def test_they_are_ranked_by_their_part_of_all_changes_of_their_metric():
    found = compare(results("examples/vgg16_kcp.m"), results("examples/vgg16_kcp.m", "L2.bandwidth=4"))
    assert found
    assert {item.metric for item in found} == {"cycles"}
    assert [abs(item.change) for item in found] == sorted((abs(item.change) for item in found), reverse=True)
    assert all(item.after > item.before for item in found)


def test_equal_results_do_not_differ(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert command("compare", "examples/vgg16_kcp.m", "examples/vgg16_kcp.m") == 0
    assert "Nothing differs." in capsys.readouterr().out


def test_a_file_is_compared_with_a_result(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    command("evaluate", "examples/vgg16_kcp.m", "--set", "L2.bandwidth=4", "--json")
    (tmp_path / "slow.json").write_text(capsys.readouterr().out, "utf-8")
    assert command("compare", "examples/vgg16_kcp.m", tmp_path / "slow.json", "--top", "2", "--layer", "CONV1") == 0
    shown = capsys.readouterr().out
    assert "CONV1" in shown
    assert "CONV2" not in shown


def test_layers_of_one_side_alone_are_named(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    command("evaluate", "examples/vgg16_kcp.m", "--json")
    document = json.loads(capsys.readouterr().out)
    (tmp_path / "less.json").write_text(json.dumps(document | {"layers": document["layers"][:3]}), "utf-8")
    assert command("compare", "examples/vgg16_yrp.m", tmp_path / "less.json") == 0
    assert "only in A: CONV4, CONV5, CONV6, CONV7, CONV8, …" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["examples/figure6.m", "examples/vgg16_kcp.m"], 1, "no layer is in both"),
        (["examples/vgg16_kcp.m", "missing.json"], 1, "W008"),
        (["examples/vgg16_kcp.m"], 2, "Missing argument"),
        (["one.json", "two.json", "-a", "eyeriss"], 2, "both are results"),
    ],
)
def test_what_is_wrong_is_said(arguments, code, said, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert command("compare", *arguments) == code
    assert said in capsys.readouterr().err


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """The page of two programs of VGG16."""
    pytest.importorskip("vl_convert", reason="vl-convert draws (extra 'plot')")
    file = tmp_path_factory.mktemp("compared") / "compared.html"
    arguments = [ROOT / "examples" / name for name in ("vgg16_kcp.m", "vgg16_xp.m")]
    assert command("compare", *arguments, "--top", "4", "-o", file) == 0
    return file


def test_a_page_has_the_ranked_differences(compared):
    found = compare(results("examples/vgg16_kcp.m"), results("examples/vgg16_xp.m"))
    text = unescape(compared.read_text("utf-8"))
    places = [text.index("".join(f"<td{kind}" for kind in _cells(item))) for item in found[:4]]
    assert places == sorted(places)
    assert f"{len(found) - 4:,} smaller ones are not listed." in text
    assert "Programs that differ" in text


def _cells(item):
    """A row of the table as HTML, without the beginnings of its cells."""
    numbers = (f' class="number">{text}</td>' for text in item.texts)
    return (f">{item.layer}</td>", f">{item.what}</td>", *numbers)


def test_both_bars_of_a_layer_are_the_numbers_of_the_results():
    one, other = results("examples/vgg16_kcp.m"), results("examples/vgg16_xp.m")
    every = differences(one, other)
    for side, own in ((lambda item: item.before, one), (lambda item: item.after, other)):
        for label, layer in own.named:
            mine = [item for item in every if item.layer == label]
            energy = sum(side(item) for item in mine if item.metric == "energy_pj")
            assert energy == pytest.approx(layer["energy_pj"]["total"], rel=1e-12)
            assert [side(item) for item in mine if item.metric == "cycles"] == [layer["cycles"]["stepwise"]]


@pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (400, "dark")])
def test_a_page_is_drawn_without_an_error(compared, width, scheme, tmp_path):
    shown = open_page(compared, tmp_path, width=width, scheme=scheme)
    assert shown.console == []
    body = shown.dom[shown.dom.index("<body") :].split(">")[0]
    assert 'data-drawn="3"' in body
    assert f'data-wide="{width}"' in body


def test_a_page_from_python_and_what_is_wrong(tmp_path, capsys, monkeypatch):
    pytest.importorskip("vl_convert", reason="vl-convert draws (extra 'plot')")
    monkeypatch.chdir(ROOT)
    mappings = weft.load("examples/figure5.m", overrides=["pes=6"])
    assert "Nothing differs." in weft.report(mappings, beside=mappings)
    with pytest.raises(weft.WeftError, match="no layer is in both"):
        weft.report(mappings[0], beside=mappings[1])
    out = tmp_path / "page.svg"
    assert command("compare", "examples/vgg16_kcp.m", "examples/vgg16_xp.m", "-o", out) == 1
    assert "W008" in capsys.readouterr().err
    assert command("compare", "examples/vgg16_kcp.m", "examples/resnet50_kcp.m", "-o", tmp_path / "page.html") in (0, 1)
    assert not out.exists()
