"""The Eyeriss chip: the comparison, its programs as files, and the oracles on a small chip of the same kind."""

import csv
from pathlib import Path

import pytest

import weft
from weft.ir import Mapping
from weft.validation import compare
from weft.validation.comparison import DATA
from weft.validation.eyeriss import ChipLayer, chip_layers

ROOT = Path(__file__).parents[1]
PUBLISHED = ROOT.parent / "shared/reference/published/eyeriss_alexnet.csv"


def test_every_statement_of_the_comparison_holds():
    found = compare("eyeriss")
    assert [check.text for check in found.checks if not check.holds] == []
    assert len(found.tables[0].rows) == 5
    assert len(found.tables[2].rows) == 13


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the reference data is not here")
def test_the_measurements_are_the_published_ones():
    with PUBLISHED.open(encoding="utf-8") as file:
        published = list(csv.DictReader(file))
    with (DATA / "eyeriss_alexnet.csv").open(encoding="utf-8") as file:
        ours = list(csv.DictReader(file))
    for theirs, row in zip(published, ours, strict=True):
        for name, other in {"n": "n", "e": "e", "p": "p", "q": "q", "r": "r", "t": "t", "E": "E", "R": "R"}.items():
            assert row[name] == theirs[other]
        assert row["active_pes"] == theirs["active_PEs"]
        assert float(row["latency_ms"]) == float(theirs["processing_latency_ms"])
    macs = [layer.groups * layer.workload.macs for layer in chip_layers("alexnet")]
    assert macs == [int(row["macs_computed"]) for row in published]


@pytest.mark.parametrize("network", ["alexnet", "vgg16"])
def test_the_files_hold_the_programs(network):
    (found,) = weft.read(ROOT / f"examples/dataflows/eyeriss_{network}.m")
    for layer, chip in zip(found.layers, chip_layers(network), strict=True):
        assert (layer.name, layer.workload, layer.dataflow) == (chip.name, chip.workload, chip.layer.dataflow)


def test_every_layer_fits_the_chip():
    machine = weft.load_accelerator("eyeriss")
    for layer in (*chip_layers("alexnet"), *chip_layers("vgg16")):
        dataflow = layer.layer.dataflow.bind(layer.workload.extents)
        assert all(not item.is_error for item in weft.check(Mapping(layer.workload, dataflow, machine)))


SMALL = "Type: CONV Stride {{ Y: {}, X: {} }} Dimensions {{ N: 2, K: 4, C: 3, R: 3, S: 3, Y': 5, X': 4 }}"


@pytest.mark.parametrize(
    ("stride", "n", "e", "p", "q", "r", "t"), [(1, 2, 3, 2, 1, 2, 2), (1, 1, 2, 1, 2, 1, 2), (2, 2, 2, 2, 1, 1, 1)]
)
def test_a_small_chip_agrees_with_both_oracles(stride, n, e, p, q, r, t):
    workload = weft.parse_workload(SMALL.format(stride, stride))
    layer = ChipLayer("small", workload, 1, n, e, p, q, r, t, 3 * e * r * t, 1.0)
    cost = layer.cost(weft.load_accelerator("eyeriss", [f"pes={layer.active_pes}"]))
    assert weft.verify(cost) == ()
    assert cost.counts.active_peak == layer.active_pes
