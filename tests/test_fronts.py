"""Fronts and clouds show what searches and explorations found."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from commands import command

import weft

alt = pytest.importorskip("altair", reason="Altair draws (extra 'plot')")

ROOT = Path(__file__).parents[1]
SPACE = [
    *("explore", "examples/explore/kc.m", "--layer", "CONV2", "--set", "area_table=maestro_2019"),
    *("--vary", "pes=32|64|128", "--vary", "L2.bandwidth=8..32:8", "--vary", "L1.capacity_bytes=needed"),
    *("--vary", "L2.capacity_bytes=needed", "--tiles", "k=1|2|4", "--tiles", "c=1..8", "--limit", "area_mm2=6"),
]


@pytest.fixture(scope="module")
def clouds(tmp_path_factory):
    """The same designs as CSV and as Parquet."""
    folder = tmp_path_factory.mktemp("clouds")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        for name in ("cloud.csv", "cloud.parquet"):
            assert command(*SPACE, "--cloud", folder / name) == 0
    return folder


def metrics(file):
    with file.open(encoding="utf-8") as text:
        return [{name: float(row[name]) for name in ("area_mm2", "cycles")} for row in csv.DictReader(text)]


def test_a_cloud_counts_every_design_and_has_their_front(clouds):
    rows = weft.plot("cloud", clouds / "cloud.csv").rows
    designs = metrics(clouds / "cloud.csv")
    fields = [row for row in rows if row["kind"] == "designs"]
    assert sum(row["designs"] for row in fields) == len(designs)
    for row in fields:
        inside = [
            one
            for one in designs
            if all(row[name] <= one[name] <= row[f"{name}_to"] for name in ("area_mm2", "cycles"))
        ]
        assert inside
    beaten = [
        one
        for one in designs
        if any(
            other["area_mm2"] <= one["area_mm2"] and other["cycles"] <= one["cycles"] and other != one
            for other in designs
        )
    ]
    wanted = {(one["area_mm2"], one["cycles"]) for one in designs if one not in beaten}
    assert {(row["area_mm2"], row["cycles"]) for row in rows if row["kind"] == "front"} == wanted


def test_both_forms_of_a_cloud_are_the_same(clouds):
    one, other = (
        weft.plot("cloud", clouds / f"cloud.{form}", x="power_mw", y="energy_pj") for form in ("csv", "parquet")
    )
    assert one.rows == other.rows


def test_a_large_cloud_is_a_small_figure(tmp_path):
    chance = np.random.default_rng(1)
    file = tmp_path / "large.csv"
    values = chance.lognormal(size=(100_000, 2))
    file.write_text("area_mm2,cycles\n" + "\n".join(f"{x!r},{y!r}" for x, y in values.tolist()), "utf-8")
    figure = weft.plot("cloud", file)
    assert sum(row.get("designs", 0) for row in figure.rows) == 100_000
    assert len(figure.rows) < 5000


def test_a_limit_is_a_line(clouds):
    figure = weft.plot("cloud", clouds / "cloud.csv", limits=["area_mm2=5.5"])
    text = json.dumps(figure.specification())
    alt.Chart.from_dict(figure.specification(), validate=True)
    assert '"limit": "limit 5.5"' in text


def test_the_front_of_an_exploration_is_that_of_its_document(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(ROOT)
    assert command(*SPACE, "--objective", "cycles,energy", "--front", "cycles,energy", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    rows = weft.plot("front", document).rows
    on = [row for row in rows if row["point"] == "front"]
    assert [(row["cycles"], row["energy_pj"]) for row in on] == [
        (design["metrics"]["cycles"], design["metrics"]["energy_pj"]) for design in document["front"]
    ]
    assert on[0]["settings"].startswith("pes=")
    assert "SpatialMap" in on[0]["program"]
    named = {row["point"]: row["cycles"] for row in rows if row["point"] != "front"}
    assert named["least cycles"] == document["best"]["cycles"]["metrics"]["cycles"]


def test_the_front_of_a_search_is_that_of_its_layers():
    found = weft.map("gemm:M=12,N=18,K=24", "eyeriss", ["energy", "cycles"], budget=20.0)
    rows = weft.plot("front", found).rows
    (layer,) = found.layers
    wanted = [(item.metrics.cycles, item.metrics.energy_pj) for item in layer.pareto]
    assert [(row["cycles"], row["energy_pj"]) for row in rows] == wanted


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["cloud", "{}/cloud.csv", "-a", "eyeriss"], 2, "takes no options"),
        (["cloud", "{}/cloud.csv", "--limit", "area=6"], 2, "a limit is METRIC=NUMBER"),
        (["cloud", "{}/cloud.csv", "--limit", "cycles=-1"], 2, "a limit is METRIC=NUMBER"),
        (["cloud", "examples/figure5.m"], 2, "is of one file"),
        (["cloud", "{}/missing.csv"], 1, "W008"),
        (["cloud", "{}/missing.parquet"], 1, "W008"),
        (["cloud", "examples/explore/resnet50.csv"], 1, "W001"),
        (["cloud", "{}/broken.parquet"], 1, "W001"),
        (["front", "examples/figure5.m", "--set", "pes=6"], 1, "W009"),
        (["space-time", "examples/figure5.m", "--set", "pes=6"], 1, "choose one with --layer"),
        (["space-time", "examples/figure5.m", "--layer", "A", "--first", "-1"], 2, "--first"),
        (["time-line", "examples/vgg16_kcp.m", "--layer", "CONV1"], 1, "W302"),
        (["energy", "examples/figure5.m", "--steps", "3"], 2, "--steps is of space-time"),
    ],
)
def test_what_is_wrong_is_said(arguments, code, said, clouds, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    (clouds / "broken.parquet").write_bytes(b"no parquet")
    arguments = [item.format(clouds) for item in arguments]
    assert command("plot", *arguments, "-o", tmp_path / "f.svg") == code
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
