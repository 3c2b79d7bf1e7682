"""The page of `weft report` holds all that it needs, escapes what it is given, and works in a browser."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from commands import command

import weft

pytest.importorskip("vl_convert", reason="vl-convert draws (extra 'plot')")

from pages_in_browser import BROWSER, open_page

ROOT = Path(__file__).parents[1]
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>&\"'"

in_a_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")


class Page(HTMLParser):
    """The elements of a page with their attributes, and the text outside of scripts and styles."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.text, self._inside = [], "", ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag):
        self._inside = ""

    def handle_data(self, data):
        if self._inside not in ("script", "style"):
            self.text += data

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]


@pytest.fixture(scope="module")
def vgg16(tmp_path_factory):
    """The file of a report of VGG16."""
    file = tmp_path_factory.mktemp("pages") / "vgg16.html"
    assert command("report", ROOT / "examples/vgg16_kcp.m", "-o", file) == 0
    return file


def evaluated(**changes):
    """A small document with a layer that may be changed."""
    mapping = weft.load(ROOT / "examples/figure5.m", overrides=["pes=6"])[0]
    from weft.pictures.documents import document_of

    data = json.loads(json.dumps(document_of(mapping).data))
    data["layers"][0] |= changes
    return data


def test_a_page_loads_nothing(vgg16):
    page = Page(vgg16.read_text("utf-8"))
    loading = [
        (tag, name, value)
        for tag, attrs in page.elements
        for name, value in attrs.items()
        if name in ("src", "href", "srcset", "data", "action", "poster") and not value.startswith(("data:", "#"))
    ]
    assert loading == []
    assert page.all("link") == []
    (policy,) = [m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "http" not in policy
    styles = re.findall(r"<style>.*?</style>", vgg16.read_text("utf-8"), re.DOTALL)
    assert not any("@import" in style or "url(" in style for style in styles)


def test_a_page_of_a_whole_model_is_small(tmp_path):
    file = tmp_path / "resnet50.html"
    assert command("report", ROOT / "examples/resnet50_kcp.m", "-o", file) == 0
    assert file.stat().st_size < 3_000_000


def test_a_page_has_totals_tables_programs_and_the_machine(vgg16):
    page = Page(vgg16.read_text("utf-8"))
    cost = weft.evaluate_network(weft.read(ROOT / "examples/vgg16_kcp.m")[0])
    for shown in (f"{cost.macs:,}", f"{cost.cycles():,}", f"{cost.utilization():.1%}", "generic_256", "SpatialMap"):
        assert shown in page.text
    for layer, one in cost.layers:
        assert layer.name in page.text
        assert f"{one.cycles_stepwise:,}" in page.text
        traffic = one.counts.interfaces[0].tensors[0][1]
        assert f"{traffic.reads:,}" in page.text
    assert "for k" in page.text
    assert "memories:" in page.text


def test_figures_and_tables_are_named_for_those_who_do_not_see_them(vgg16):
    page = Page(vgg16.read_text("utf-8"))
    names = {attrs.get("id") for _, attrs in page.elements}
    charts = [attrs for attrs in page.all("figure") if "aria-labelledby" in attrs]
    assert len(charts) == 4
    assert all(attrs["aria-labelledby"] in names for attrs in charts)
    drawings = [attrs for attrs in page.all("figure") if attrs not in charts]
    assert len(drawings) == 12
    assert all(attrs["aria-label"].startswith("Program of ") for attrs in drawings)
    assert all(attrs.get("scope") == "col" for attrs in page.all("th"))
    regions = [attrs for _, attrs in page.elements if attrs.get("role") == "region"]
    assert regions
    assert all(attrs["tabindex"] == "0" and attrs["aria-label"] for attrs in regions)
    assert page.all("html")[0]["lang"] == "en"


@pytest.mark.parametrize("field", ["layer", "network", "type", "workload", "dataflow"])
def test_hostile_names_stay_text(field):
    data = evaluated(**{field: HOSTILE})
    if field in ("workload", "dataflow"):
        data["layers"].append(evaluated()["layers"][0])
    text = weft.report(data, title=HOSTILE)
    page = Page(text)
    assert HOSTILE in page.text
    assert page.all("img") == []
    assert len(page.all("script")) == len(re.findall("<script", weft.report(evaluated())))
    assert "onerror" not in {name for _, attrs in page.elements for name in attrs}


def test_a_wrong_layer_is_reported_and_the_others_are_shown(tmp_path, capsys):
    file = tmp_path / "wrong.m"
    layer = "Layer %s { Type: GEMM Dimensions { M: 4, N: 4, K: 4 } Dataflow { %s } }"
    layers = (layer % ("RIGHT", "SpatialMap(1,1) M;"), layer % ("WRONG", "TemporalMap(1,2) K;"))
    file.write_text(f"Network two {{ {' '.join(layers)} }}", "utf-8")
    assert command("report", file, "-o", tmp_path / "two.html") == 1
    assert "W104" in capsys.readouterr().err
    page = Page((tmp_path / "two.html").read_text("utf-8"))
    assert "1, and 1 without a cost" in page.text
    assert "W104" in page.text


def test_a_result_of_the_mapper_says_what_is_proved():
    found = weft.map("gemm:M=8,N=8,K=8", "bench_256")
    page = Page(weft.report(found))
    assert "1 of 1 layers" in page.text
    assert "optimal" in page.text
    assert found.layers[0].coverage in page.text


def test_an_empty_report_is_refused(capsys, tmp_path):
    assert command("report", ROOT / "examples/networks/resnet50.m", "-o", tmp_path / "r.html") == 1
    assert "W009" in capsys.readouterr().err
    assert not (tmp_path / "r.html").exists()


def exploration():
    """A small exploration with a front."""
    return weft.explore(
        programs=[str(ROOT / "examples/explore/kc.m")],
        layers=["CONV2"],
        set={"area_table": "maestro_2019"},
        vary={"pes": "32|64", "L2.bandwidth": "8..32:8", "L1.capacity_bytes": "needed", "L2.capacity_bytes": "needed"},
        tiles={"k": "1|2", "c": "1|4"},
        limits={"area_mm2": 6},
        objective=["cycles", "energy"],
        front=["cycles", "energy"],
    )


def test_an_exploration_shows_its_front_and_its_best_designs():
    found = exploration()
    (run,) = found.runs
    page = Page(weft.report(found))
    assert len(page.all("figure")) == 1
    assert f"{len(run.front)} points" in page.text
    for design in run.best.values():
        assert f"{design.metrics.cycles:,}" in page.text
        assert str(design.programs[0].dataflow) in page.text


@in_a_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_all_figures_are_drawn_without_an_error(vgg16, scheme, width, tmp_path):
    shown = open_page(vgg16, tmp_path, width=width, scheme=scheme)
    assert shown.console == []
    page = Page(shown.dom)
    assert page.all("body")[0]["data-drawn"] == "4"
    pictures = [attrs for attrs in page.all("svg") if attrs.get("class") == "marks"]
    assert len(pictures) == 4
    described = [attrs for _, attrs in page.elements if attrs.get("aria-roledescription") == "visualization"]
    assert len(described) == 4
    assert all(attrs["aria-label"] for attrs in described)
    # Nothing is wider than the window but what scrolls by itself.
    assert int(page.all("body")[0]["data-wide"]) == width


@in_a_browser
def test_a_choice_redraws_its_figure(vgg16, tmp_path):
    chosen = """
      const select = document.querySelector("#controls-2 select");
      const before = document.querySelector("#figure-2 svg").outerHTML;
      select.value = "tensor"; select.dispatchEvent(new Event("input")); select.dispatchEvent(new Event("change"));
      setTimeout(() => document.body.setAttribute("data-changed",
        document.querySelector("#figure-2 svg").outerHTML !== before), 500);
    """
    shown = open_page(vgg16, tmp_path, then=chosen)
    assert shown.console == []
    assert Page(shown.dom).all("body")[0]["data-changed"] == "true"
    assert "filter" in shown.dom


@in_a_browser
def test_a_slider_shows_other_steps(tmp_path):
    file = tmp_path / "steps.html"
    command("plot", "space-time", ROOT / "examples/figure5.m", "--set", "pes=6", "--layer", "A", "-o", file)
    moved = """
      const slider = document.querySelector("input[type=range]");
      const frames = () => [...document.querySelectorAll("#figure-0 path[stroke='#D55E00']")].map(
        path => path.parentElement.innerHTML + path.getAttribute("transform")).join();
      const before = frames();
      slider.value = 7; slider.dispatchEvent(new Event("input"));
      setTimeout(() => document.body.setAttribute("data-moved", before !== frames()), 200);
      document.body.setAttribute("data-label", slider.closest("label").textContent);
    """
    shown = open_page(file, tmp_path, then=moved)
    assert shown.console == []
    body = Page(shown.dom).all("body")[0]
    assert body["data-label"].startswith("step")
    assert body["data-moved"] == "true"


@in_a_browser
def test_hostile_names_do_nothing_in_a_browser(tmp_path):
    file = tmp_path / "hostile.html"
    file.write_text(weft.report(evaluated(layer=HOSTILE, network=HOSTILE), title=HOSTILE), "utf-8")
    shown = open_page(file, tmp_path)
    assert shown.console == []
    assert Page(shown.dom).all("img") == []
    assert Page(shown.dom).all("body")[0]["data-drawn"] == "6"
