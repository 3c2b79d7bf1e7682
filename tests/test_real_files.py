"""Every layer of the 43 files that the public MAESTRO ships: evaluated, or refused for the right reason and line."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from weft.api import map_layer
from weft.backends.cost import evaluate_schedule
from weft.frontends.accelerator import load_accelerator
from weft.frontends.maestro import read_maestro
from weft.ir import Layer, WeftError
from weft.passes import analyse
from weft.validation.maestro.reference import reference_folder, shipped_files

REFERENCE = reference_folder() or Path()
FILES = shipped_files(REFERENCE) if reference_folder() else ()

pytestmark = pytest.mark.skipif(not FILES, reason="the reference files are not beside this checkout")

REFUSED = {
    "vgg16_rs.m": ("W102", 13, "X tile 1 smaller than S tile 3"),
    "Resnet50_rs.m": ("W101", 18, "'S' is mapped twice in level 1"),
    "ResNeXt50_rs.m": ("W101", 17, "'S' is mapped twice in level 1"),
    "UNet_RS.m": ("W101", 4, "'S' is mapped twice in level 1"),
    "UNet_kcp_ws.m": ("W105", 1, "is executed twice"),
    "UNet_yxp_os.m": ("W105", 1, "is executed twice"),
    "ResNeXt50_yxp_os.m": ("W104", 1, "is never executed"),
    "Transformer_Layers.m": ("W105", 1, "is executed twice"),
}
"""Per file: code, number of layers refused, and what the message says (docs/validation.md)."""


def layers_of(path: Path) -> list[Layer]:
    return [layer for network in read_maestro(path) for layer in network.layers]


def test_the_files_hold_1835_layers():
    assert len(FILES) == 43
    assert sum(len(layers_of(path)) for path in FILES) == 1835


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_layer_is_evaluated_or_refused_for_its_reason(path):
    machine = load_accelerator("generic_256")
    refused: Counter[str] = Counter()
    source = path.read_text(encoding="utf-8").splitlines()
    seen = {}
    for layer in layers_of(path):
        program = analyse(map_layer(layer, machine))
        errors = [item for item in program.diagnostics if item.is_error]
        if not errors:
            key = (layer.workload, program.mapping.dataflow)
            if key not in seen:
                seen[key] = evaluate_schedule(program.schedule)
            assert seen[key].counts.points == layer.workload.macs
            continue
        code, _, words = REFUSED[path.name]
        refused[code] += 1
        assert errors[0].code == code
        assert words in errors[0].message
        # The error stands on the directive that is wrong.
        assert errors[0].span.file == str(path)
        assert "Map" in source[errors[0].span.line - 1]
    assert dict(refused) == ({REFUSED[path.name][0]: REFUSED[path.name][1]} if path.name in REFUSED else {})


def test_a_cluster_of_100_does_not_fit_64_pes():
    [layer] = layers_of(REFERENCE / "maestro" / "mapping" / "GEMM_Example.m")
    [error] = [
        item
        for item in analyse(map_layer(layer, load_accelerator("generic_256", ["pes=64"]))).diagnostics
        if item.is_error
    ]
    assert (error.code, error.message) == ("W106", "cluster needs 100 PEs, have 64")


def test_the_tile_larger_than_the_input_computes_all_of_fc1000():
    layer = layers_of(REFERENCE / "maestro" / "mapping" / "ResNeXt50_yxp_os.m")[-1]
    schedule = analyse(map_layer(layer, load_accelerator("generic_256"))).schedule
    assert evaluate_schedule(schedule).counts.points == 100_352_000


def test_a_model_file_without_dataflows_says_so():
    layer = layers_of(REFERENCE / "maestro" / "model" / "vgg16_model.m")[0]
    with pytest.raises(WeftError, match=r"W009.*has no dataflow"):
        map_layer(layer, load_accelerator("generic_256"))
