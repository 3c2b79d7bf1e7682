"""A program as a picture: its lines are those of the program, the nest and `weft explain`, and what belongs together
is marked when a line is hovered or focused."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from commands import command

import weft

pytest.importorskip("vl_convert", reason="vl-convert draws (extra 'plot')")

from pages_in_browser import BROWSER, open_page

ROOT = Path(__file__).parents[1]
in_a_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")


@pytest.fixture(scope="module")
def mapping():
    """Schedule F of the paper's Figure 5."""
    return next(item for item in weft.load(ROOT / "examples/figure5.m", overrides=["pes=6"]) if item.name == "F")


@pytest.fixture(scope="module")
def figure(mapping):
    return weft.plot("program", mapping)


@pytest.fixture(scope="module")
def file(figure, tmp_path_factory):
    """Its page."""
    path = tmp_path_factory.mktemp("program") / "f.html"
    figure.save(path)
    return path


def of(figure, part):
    return [row for row in figure.rows if row["part"] == part]


def test_its_formulas_are_those_of_explain(figure, mapping):
    explanation = weft.explain(mapping)
    told = [row["text"] for row in of(figure, "Formulas")]
    for item in explanation.counts:
        title = f"{item.count} of {item.tensor}, {item.parent} to {item.child} = {item.formula.elements:,}"
        place = told.index(title)
        moves = told[place + 1 : place + 1 + len(item.formula.moves)]
        assert moves == [f"{move.name}: {move.expression} = {move.elements:,}" for move in item.formula.moves]
    assert len(told) == sum(1 + len(item.formula.moves) for item in explanation.counts)


def test_its_loops_are_those_of_the_nest_and_link_to_their_directives(figure, mapping):
    nest = of(figure, "Loop nest")
    assert [row["text"] for row in nest] == [line.strip() for line in str(weft.lower(mapping)).splitlines()[1:]]
    directives = {row["text"]: row["links"] for row in of(figure, "Directives")}
    assert directives == {
        "TemporalMap(3,3) S;": "S in level 0",
        "SpatialMap(1,1) X';": "X' in level 0",
        "Cluster(3);": "level 1",
        "TemporalMap(1,1) X';  one step": "",
        "SpatialMap(1,1) S;": "S in level 1",
    }
    assert [row["links"] for row in nest[:5]] == [*directives.values()][:1] + ["X' in level 0"] * 2 + [
        "S in level 1",
        "chunk of N",
    ]


def test_a_move_belongs_to_the_loop_that_advances_and_to_those_around(figure):
    moves = {row["text"].split(":")[0]: row["links"] for row in of(figure, "Formulas") if "T_S_0" in row["text"]}
    assert "S in level 0" in moves["S advances in level 0"]
    assert {"S in level 0", "X' in level 0", "level 0"} <= set(moves["X' advances in level 0"].split("; "))


@pytest.mark.parametrize(
    ("source", "layer"), [("resnet50_kcp.m", "CONV2_1_B"), ("vgg16_yrp.m", "CONV3"), ("vgg16_xp.m", "FC1")]
)
def test_every_loop_has_a_box_a_line_of_the_nest_and_its_directive(source, layer):
    mapping = next(item for item in weft.load(ROOT / "examples" / source) if item.name == layer)
    figure = weft.plot("program", mapping)
    levels = weft.explain(mapping, "warning").cost.schedule.levels
    loops = {f"{loop.dimension} in level {number}": loop for number, level in enumerate(levels) for loop in level.loops}
    for part in ("Loop nest", "Memories and units"):
        assert {row["links"] for row in of(figure, part) if " in level " in row["links"]} == set(loops)
    written = {row["links"]: row["text"] for row in of(figure, "Directives") if row["links"]}
    for link, loop in loops.items():
        if loop.source is not None:
            assert written[link] == str(loop.source)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pictures_are_written_without_vega(figure, theme, tmp_path):
    for ending, start in ((".svg", b"<svg"), (".png", b"\x89PNG"), (".pdf", b"%PDF")):
        figure.save(tmp_path / f"f{ending}", theme)
        assert (tmp_path / f"f{ending}").read_bytes().startswith(start)
    root = ElementTree.parse(tmp_path / "f.svg").getroot()
    assert root.get("aria-label") == figure.description
    texts = {"".join(node.itertext()).strip() for node in root.iter() if node.tag.endswith("}text")}
    assert {row["text"] for row in figure.rows if row["part"] != "Formulas"} <= texts
    figure.save(tmp_path / "f.json")
    assert json.loads((tmp_path / "f.json").read_text("utf-8")) == figure.rows
    with pytest.raises(ValueError, match="the themes are"):
        figure.save(tmp_path / "g.svg", "grey")
    assert not (tmp_path / "g.svg").exists()


def test_what_has_no_picture_is_said(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert command("plot", "program", "examples/vgg16_kcp.m", "-o", tmp_path / "p.svg") == 1
    assert "--layer" in capsys.readouterr().err
    assert command("plot", "program", "examples/figure5.m", "--by", "memory", "-o", tmp_path / "p.svg") == 2
    assert list(tmp_path.iterdir()) == []


def test_hostile_names_stay_text(mapping):
    hostile = "</text></svg><script>alert(1)</script>"
    document = json.loads(json.dumps(weft.pictures.documents.document_of(mapping).data))
    document["accelerator"] = hostile
    figure = weft.plot("program", document)
    assert "<script" not in figure.svg("light")
    assert "<script" not in figure.markup()
    ElementTree.fromstring(figure.svg("light"))


@in_a_browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (400, "dark")])
def test_hovering_and_keys_mark_what_belongs_together(file, width, scheme, tmp_path):
    done = """
      const option = (text) => [...document.querySelectorAll("[role=option]")].find(
        item => item.querySelector("text").textContent.trim().startsWith(text));
      const marked = () => [...document.querySelectorAll("[role=option][aria-selected=true]")].map(
        item => item.querySelector("text").textContent.trim()).join("|");
      const shown = () => [...document.querySelectorAll(".formulas > ul > li")].filter(item => !item.hidden).length;
      const say = (name, value) => document.body.setAttribute(name, value);
      say("data-all", shown());
      option("SpatialMap(1,1) X'").dispatchEvent(new PointerEvent("pointerenter"));
      say("data-hovered", marked());
      say("data-shown", shown());
      say("data-status", document.querySelector("[role=status]").textContent);
      option("SpatialMap(1,1) X'").dispatchEvent(new PointerEvent("pointerleave"));
      say("data-left", marked() + shown());
      option("for s_0").focus();
      say("data-focused", marked());
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
      say("data-moved", document.activeElement.querySelector("text").textContent.trim());
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
      say("data-escaped", marked() + shown());
      say("data-stops", document.querySelectorAll("[role=option][tabindex='0']").length);
    """
    shown = open_page(file, tmp_path, width=width, scheme=scheme, then=done)
    assert shown.console == []
    body = dict(re.findall(r'(data-\w+)="([^"]*)"', shown.dom[shown.dom.index("<body") :].split(">")[0]))
    loop = "X': chunks of 1, 2 at once, 6 steps"
    both = "for x_0f in range(0, 12, 2):|for x_0 in parallel(x_0f, x_0f + 2):"
    assert body["data-hovered"] == f"{loop}|SpatialMap(1,1) X';|{both}"
    assert 0 < int(body["data-shown"]) < int(body["data-all"])
    assert body["data-status"].endswith(f"{body['data-shown']} formulas")
    assert body["data-left"] == body["data-all"]
    assert body["data-focused"] == "S: chunks of 3, one by one, 2 steps|TemporalMap(3,3) S;|for s_0 in range(0, 6, 3):"
    assert body["data-moved"].startswith("for x_0f")
    assert body["data-escaped"] == body["data-all"]
    assert body["data-stops"] == "3"
    assert int(body["data-wide"]) == width
