"""The networks of `examples/networks` are those of their papers: layers, products, weights, and who feeds whom."""

import runpy
from pathlib import Path

import pytest

import weft
from weft.frontends.workloads import batched_gemm

EXAMPLES = Path(__file__).parents[1] / "examples"
NAMES = ("bert_base", "llama_7b", "mobilenetv2", "resnet50", "transformer_24", "vgg16")


def network(name):
    (found,) = weft.read(EXAMPLES / f"networks/{name}.m")
    return found


def weights(workload):
    """Elements of a stored filter; the products of attention have none."""
    return 0 if workload.operator == "AFFINE" else workload.footprint(workload.tensor("filter"))


def test_the_files_are_what_the_script_writes():
    made = runpy.run_path(str(EXAMPLES / "make_workloads.py"))["texts"]()
    texts = {path.stem: path.read_text("utf-8") for path in (EXAMPLES / "networks").glob("*.m")}
    assert texts == made
    assert tuple(sorted(texts)) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_layer_is_read_and_none_has_a_dataflow(name):
    found = network(name)
    assert (found.name, found.diagnostics) == (name, ())
    assert all(layer.workload and layer.dataflow is None and not layer.diagnostics for layer in found.layers)
    # One input, and everything is used: only the last layer feeds nothing.
    fed = {edge.consumer for edge in found.edges}
    feeding = {edge.producer for edge in found.edges}
    first = 3 if "QUERY" in found.layers[0].name else 1
    assert fed == set(range(first, len(found.layers)))
    assert feeding == set(range(len(found.layers) - 1))


# Weights: torchvision's parameters less those of biases and batch normalizations: 138 357 544 - 13 416,
# 25 557 032 - 54 120 and 3 504 872 - 35 112. ResNet-50 with the stride in the 3x3 has 4.09e9 products.
@pytest.mark.parametrize(
    ("name", "layers", "macs", "parameters"),
    [("vgg16", 16, 15.47e9, 138344128), ("resnet50", 54, 3.86e9, 25502912), ("mobilenetv2", 53, 0.301e9, 3469760)],
)
def test_convolutional_networks_have_their_products_and_weights(name, layers, macs, parameters):
    workloads = [layer.workload for layer in network(name).layers]
    assert len(workloads) == layers
    assert sum(workload.macs for workload in workloads) == pytest.approx(macs, rel=2e-3)
    assert sum(weights(workload) for workload in workloads) == parameters


@pytest.mark.parametrize(
    ("name", "layers", "hidden", "heads", "tokens", "per_layer"),
    [
        ("bert_base", 12, 768, 12, 512, 12 * 768**2),
        ("transformer_24", 24, 1024, 16, 512, 12 * 1024**2),
        ("llama_7b", 1, 4096, 32, 2048, 4 * 4096**2 + 3 * 4096 * 11008),
    ],
)
def test_transformers_have_their_products_and_weights(name, layers, hidden, heads, tokens, per_layer):
    workloads = [layer.workload for layer in network(name).layers]
    assert sum(weights(workload) for workload in workloads) == layers * per_layer
    # Every weight meets every token; each of the two products of attention meets every pair of tokens.
    assert sum(workload.macs for workload in workloads) == layers * (tokens * per_layer + 2 * tokens**2 * hidden)
    assert len(set(workloads)) == 5
    assert workloads.count(batched_gemm(heads, tokens, tokens, hidden // heads)) == layers


def test_llama_7b_has_the_parameters_of_its_model():
    # 32 such layers, embeddings and output over 32 000 tokens, and 65 norms of 4096: the released 6 738 415 616.
    layer = sum(weights(layer.workload) for layer in network("llama_7b").layers)
    assert 32 * layer + 2 * 32000 * 4096 + 65 * 4096 == 6_738_415_616


def test_edges_pass_through_sums():
    found = network("resnet50")
    names = [layer.name for layer in found.layers]
    feeds = {consumer: {names[e.producer] for e in found.edges if names[e.consumer] == consumer} for consumer in names}
    assert feeds["CONV2_1_SHORTCUT"] == feeds["CONV2_1_A"] == {"CONV1"}
    assert feeds["CONV2_2_A"] == {"CONV2_1_C", "CONV2_1_SHORTCUT"}
    assert feeds["CONV2_3_A"] == feeds["CONV2_2_A"] | {"CONV2_2_C"}
    assert feeds["CONV2_3_B"] == {"CONV2_3_A"}
