"""A module is the same network from PyTorch and from the ONNX file that PyTorch writes, but for what it changes."""

from collections import Counter

import pytest
from torch_models import FOLDER

import weft

pytest.importorskip("onnx", reason="ONNX is read with the extra 'onnx'")


def networks(name):
    return [weft.read(FOLDER / f"{name}.{kind}")[0] for kind in ("pt2", "onnx")]


def products(network):
    return [layer.workload for layer in network.layers if layer.workload.macs]


def totals(network):
    """How often each operation is executed in all layers."""
    found = Counter()
    for layer in network.layers:
        for name, times in layer.workload.operations.items():
            found[name] += times * layer.workload.points
    return found


def more_in_onnx(name):
    torch, onnx = map(totals, networks(name))
    return {key: onnx[key] - torch[key] for key in {*onnx, *torch} if onnx[key] != torch[key]}


@pytest.mark.parametrize("name", ["images", "words", "steps"])
def test_products_are_the_same(name):
    torch, onnx = networks(name)
    assert products(torch) == products(onnx)


def test_a_normalization_of_batches_is_folded_into_the_weights():
    assert more_in_onnx("images") == {"add": -2 * 8 * 8 * 8, "mul": -2 * 8 * 8 * 8}


def test_queries_and_keys_are_scaled_and_masks_are_added():
    """In ONNX keys are transposed, queries and keys scaled instead of scores, and a mask is added to the scores."""
    heads, rows, depth = 2 * 3, 6, 4
    elements, scores = heads * rows * depth, heads * rows * rows
    assert more_in_onnx("words") == {"copy": elements, "mul": 2 * elements - scores, "add": scores}


def test_recurrent_layers_of_onnx_take_the_steps_first():
    """Their inputs and results are transposed, also between layers; the last elements are not stacked, as none reads
    them.
    """
    between = 2 * 3 * 8
    assert more_in_onnx("steps") == {"copy": 2 * 3 * 5 + 3 * between - 2 * 2 * 4 * 4}
