"""Results show themselves in notebooks: as tables, and as figures."""

import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import weft
from weft.ir import Mapping

ROOT = Path(__file__).parents[1]
HOSTILE = '<script>alert(1)</script>&"'


class Table(HTMLParser):
    """The cells of a table, row by row, and its tags."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.tags = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def shown(result):
    table = Table(result._repr_html_())
    assert table.tags == {"table", "caption", "thead", "tbody", "tr", "td", "th"}
    return table.rows


def test_a_cost_is_a_table():
    cost = weft.evaluate(weft.load(ROOT / "examples/figure5.m", overrides=["pes=6"])[5])
    assert dict(shown(cost)[1:])["stepwise cycles"] == f"{cost.cycles_stepwise:,}"
    assert dict(shown(cost)[1:])["utilization"] == f"{cost.utilization():.1%}"


def test_names_are_escaped():
    mapping = weft.load(ROOT / "examples/figure5.m", overrides=["pes=6"])[0]
    named = Mapping(mapping.workload, mapping.dataflow, mapping.accelerator, HOSTILE)
    assert "<script>" not in weft.evaluate(named)._repr_html_()
    shown(weft.evaluate(named))


def test_a_network_has_a_row_per_layer_and_one_of_all():
    network = weft.evaluate_network(weft.read(ROOT / "examples/vgg16_kcp.m")[0])
    rows = shown(network)
    assert len(rows) == 1 + len(network.layers) + 1
    assert [row[0] for row in rows[1:-1]] == [layer.name for layer, _ in network.layers]
    assert rows[-1][2:4] == [f"{network.macs:,}", f"{network.cycles():,}"]


def test_what_the_mapper_finds_says_what_is_proved():
    found = weft.map("gemm:M=8,N=8,K=8", "bench_256")
    (row,) = shown(found)[1:]
    assert row[-2:] == ["optimal", "0.00%"]
    assert row[2] == f"{found.layers[0].cost.cycles_stepwise:,}"


def test_a_figure_shows_itself():
    pytest.importorskip("altair", reason="Altair draws (extra 'plot')")
    figure = weft.plot("energy", weft.load(ROOT / "examples/figure5.m", overrides=["pes=6"]))
    bundle = figure._repr_mimebundle_()
    bundle = bundle[0] if isinstance(bundle, tuple) else bundle
    assert any(name.startswith("application/vnd.vegalite") or name == "text/html" for name in bundle)


def test_a_data_frame_needs_pandas(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    figure = weft.plot("energy", weft.load(ROOT / "examples/figure5.m", overrides=["pes=6"]))
    with pytest.raises(weft.WeftError, match="needs pandas"):
        figure.to_pandas()


def test_a_data_frame_has_the_rows():
    pandas = pytest.importorskip("pandas", reason="pandas is no requirement")
    figure = weft.plot("energy", weft.load(ROOT / "examples/figure5.m", overrides=["pes=6"]))
    assert isinstance(figure.to_pandas(), pandas.DataFrame)
    assert figure.to_pandas().to_dict("records") == list(figure.rows)
