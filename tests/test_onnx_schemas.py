"""Every operator of the installed ONNX is read or refused by name: its schemas, and its own examples of each."""

from collections import Counter

import numpy as np
import pytest
from onnx import ModelProto, defs, helper, numpy_helper
from onnx.backend.test.case.node import collect_testcases
from onnx_models import one_node, saved

import weft
from weft.frontends.models.operators import FURTHER, REFUSED, RULES
from weft.ir import WeftError

NEWEST = 28
"""The last operator set whose operators are all known."""


@pytest.fixture(scope="module")
def examples():
    """ONNX's examples, of which small whole numbers that are inputs become constants, as exporters write them."""
    found = []
    with np.errstate(all="ignore"):
        cases = [case for case in collect_testcases(None) if case.data_sets]
    for case in cases:
        model = ModelProto()
        model.CopyFrom(case.model)
        given = [value for value in case.data_sets[0][0] if isinstance(value, np.ndarray)]
        for item, value in zip(list(model.graph.input), given, strict=False):
            if len(given) > 1 and value.dtype.kind in "iu" and value.ndim < 2 and value.size <= 16:
                model.graph.initializer.append(numpy_helper.from_array(value, item.name))
        found.append((case.name, model))
    return found


def test_every_operator_is_known():
    schemas = [item for item in defs.get_all_schemas() if not item.domain and item.since_version <= NEWEST]
    names = {item.name for item in schemas if not item.deprecated}
    assert names - {*RULES, *REFUSED} == set()
    known = {name for name in {*RULES, *REFUSED} - set(FURTHER) if "." not in name}
    assert known - {item.name for item in schemas} <= {"Scatter", "Upsample", "SimplifiedLayerNormalization"}


def test_every_example_is_read_or_refused_by_name(examples, tmp_path):
    """No traceback, whatever the operator: what is left out says which operator it is, and why."""
    read, codes = Counter(), set()
    for _, model in examples:
        try:
            (network,) = weft.read(saved(model, tmp_path))
        except WeftError as error:
            codes |= {item.code for item in error.diagnostics}
            continue
        for layer in network.layers:
            if layer.workload is None:
                (found,) = layer.diagnostics
                assert (found.code, found.message.startswith(f"{layer.operator} ")) == ("W802", True)
                assert len(found.message.partition("is left out: ")[2]) > 3
            read[layer.workload is not None] += 1
    assert codes == {"W005", "W801"}  # sequences of open extents, and models of operator set 1
    assert len(examples) > 1000
    assert read[True] > 4 * read[False]


def test_what_is_refused_has_a_reason_of_its_own(examples, tmp_path):
    unknown = Counter()
    for name, model in examples:
        if name.endswith("_expanded") or any(item.domain not in ("", "ai.onnx") for item in model.graph.node):
            continue
        try:
            (network,) = weft.read(saved(model, tmp_path))
        except WeftError:
            continue
        for layer in network.layers:
            text = "" if layer.workload else layer.diagnostics[0].message
            if "does not know" in text or "does not read" in text or "not of the shapes" in text:
                unknown[text] += 1
    assert unknown == {}


SHAPES = {
    "Attention": [(2, 4, 8, 8)] * 3,
    "BatchNormalization": [(2, 4, 6, 5), (4,), (4,), (4,), (4,)],
    "Conv": [(1, 4, 8, 8), (4, 4, 3, 3)],
    "ConvTranspose": [(1, 4, 8, 8), (4, 4, 3, 3)],
    "GRU": [(5, 3, 4), (1, 18, 4), (1, 18, 6)],
    "Gemm": [(4, 8), (8, 4)],
    "GroupNormalization": [(2, 4, 6, 5), (4,), (4,)],
    "InstanceNormalization": [(2, 4, 6, 5), (4,), (4,)],
    "LSTM": [(5, 3, 4), (1, 24, 4), (1, 24, 6)],
    "LayerNormalization": [(2, 4, 6), (6,)],
    "RMSNormalization": [(2, 4, 6), (6,)],
    "RNN": [(5, 3, 4), (1, 6, 4), (1, 6, 6)],
}
GIVEN = {
    "AveragePool": {"kernel_shape": [3, 3]},
    "Cast": {"to": 10},
    "Concat": {"axis": 1},
    "DepthToSpace": {"blocksize": 2},
    "GroupNormalization": {"num_groups": 2},
    "LRN": {"size": 3},
    "LpPool": {"kernel_shape": [3, 3]},
    "MaxPool": {"kernel_shape": [3, 3]},
    "SpaceToDepth": {"blocksize": 1},
}
KNOWN = [item for item in defs.get_all_schemas() if not item.domain and item.name in RULES and not item.deprecated]


def test_defaults_that_are_written_out_change_nothing(tmp_path):
    """An attribute with the value that it has without is read, where its operator is."""
    compared = 0
    for schema in KNOWN:
        own = SHAPES.get(schema.name, [(2, 4, 6, 6)] * max(1, schema.min_input))
        options = {
            "opset": defs.onnx_opset_version(),
            "outputs": max(1, schema.min_output),
            **GIVEN.get(schema.name, {}),
        }
        plain = read(one_node(schema.name, *own, **options), tmp_path)
        names = [name for name, item in schema.attributes.items() if item.default_value.name and name not in options]
        for name in names if plain is not None else ():
            given = {name: helper.get_attribute_value(schema.attributes[name].default_value)}
            assert read(one_node(schema.name, *own, **options, **given), tmp_path) == plain, (schema.name, name)
            compared += 1
    assert compared > 40


def read(model, folder):
    """The workloads of the layers; None where one is left out."""
    try:
        (network,) = weft.read(saved(model, folder))
    except WeftError:
        return None
    found = [layer.workload for layer in network.layers]
    return None if None in found else found
