"""Whole models have the multiply-accumulates that torchvision publishes for them."""

import csv
from pathlib import Path

import pytest
from onnx_models import MODELS, saved

import weft
from weft.ir import Severity

PUBLISHED = {"AlexNet": "0.714", "VGG16": "15.47", "ResNet50": "4.089", "MobileNet_V2": "0.301", "ViT_B_16": "17.564"}
"""GMACs of torchvision's tables (`_ops` of the weights IMAGENET1K_V1), to their last digit."""


@pytest.mark.parametrize("name", PUBLISHED)
def test_products_are_as_many_as_torchvision_says(name, tmp_path):
    (network,) = weft.read(saved(MODELS[name](), tmp_path))
    assert all(layer.workload for layer in network.layers)
    macs = sum(layer.workload.macs for layer in network.layers)
    digits = len(PUBLISHED[name].partition(".")[2])
    assert f"{macs / 1e9:.{digits}f}" == PUBLISHED[name]
    products = [layer for layer in network.layers if layer.operator in ("Conv", "Gemm", "MatMul")]
    assert sum(layer.workload.macs for layer in products) == macs


def test_the_published_figures_are_those_of_the_reference():
    table = Path(__file__).parents[2] / "shared/reference/anchors/torchvision_ops.csv"
    if not table.exists():
        pytest.skip("the reference data are not here")
    rows = list(csv.DictReader(table.read_text("utf-8").splitlines()))
    last = {row["model"]: row["GOPs_as_published_(=GMACs)"] for row in rows if row["weights"] == "IMAGENET1K_V1"}
    assert {name: last[name] for name in PUBLISHED} == PUBLISHED


def test_every_node_of_a_residual_network_is_there(tmp_path):
    (network,) = weft.read(saved(MODELS["ResNet50"](), tmp_path))
    adds = [layer for layer in network.layers if layer.operator == "Add"]
    assert len(adds) == 16
    assert [layer.workload.operator for layer in network.layers[:3]] == ["CONV", "AFFINE", "POOL"]
    (note,) = network.diagnostics
    assert (note.severity, note.message) == (Severity.NOTE, "nodes that move nothing: 1 Flatten")
    # Both operands of a residual addition come from layers, each by its name.
    graph = network.graph()
    position = network.layers.index(adds[0])
    found = sorted(tensor for _, _, data in graph.in_edges(position, data=True) for tensor in data["tensors"])
    assert found == ["a", "b"]
