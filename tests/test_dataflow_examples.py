"""The published dataflows: each evaluates on its preset, and scaled down agrees with both oracles."""

import random
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from weft.api import evaluate, load, map_layer, read, verify
from weft.frontends.accelerator import list_presets, load_accelerator
from weft.ir import SpatialMap

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "examples/dataflows").glob("*.m"))
SCALED = [path for path in FILES if not path.stem.startswith("eyeriss_")]
"""Files that are scaled down here; test_eyeriss_chip.py has its own."""

ELSEWHERE = {"generic_256", "sparse_tensor_core"}
"""Presets with examples of their own."""

TILES = {"tpu_v1": 258, "simba": 290}
"""Extents that need more than one tile in time or fold, where 67 do not."""


def command(path):
    """The command that stands in the first line of a file."""
    head = path.read_text("utf-8").splitlines()[0]
    assert head.startswith("// weft evaluate examples/dataflows/")
    return shlex.split(head.removeprefix("// weft "))


def options(path):
    words = command(path)
    bindings = dict(words[k + 1].split("=") for k, word in enumerate(words) if word == "--bind")
    return words[words.index("--accelerator") + 1], {name: int(value) for name, value in bindings.items()}


def scaled_down(workload, dataflow, largest):
    """The workload with one tiled or spatial extent near its own size and the others tiny, and two of mixed sizes.

    Tiny is two; beside hundreds it is one or two by chance, as the oracles go through every point.
    """
    draw = random.Random(4)
    tiled = {
        item.dimension for level in dataflow.levels for item in level if item.size != 1 or isinstance(item, SpatialMap)
    }
    for name, extent in workload.dimensions:
        if name in tiled and extent > 1:
            tiny = (1, 2) if min(extent, largest) > 100 else (2,)
            yield {d: min(e, largest if d == name else draw.choice(tiny)) for d, e in workload.dimensions}
    for _ in range(2):
        yield {d: min(e, draw.randint(1, 5)) for d, e in workload.dimensions}


def test_every_published_machine_has_a_dataflow():
    assert {options(path)[0] for path in FILES} == set(list_presets()) - ELSEWHERE


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_evaluates_as_its_first_line_says(path, weft, monkeypatch):
    monkeypatch.chdir(ROOT)
    code, output, errors = weft(*command(path))
    assert code == 0
    assert "warning[" not in errors
    machine, bindings = options(path)
    for mapping in load(path, machine, bindings=bindings):
        assert mapping.name in output
        assert evaluate(mapping).counts.points == mapping.workload.macs


@pytest.mark.parametrize("path", SCALED, ids=lambda path: path.stem)
def test_scaled_down_layers_agree_with_the_oracles(path):
    name, bindings = options(path)
    machine = load_accelerator(name)
    seen = set()
    for layer in (layer for network in read(path) for layer in network.layers):
        for extents in scaled_down(layer.workload, layer.dataflow, TILES.get(path.stem, 67)):
            workload = replace(layer.workload, dimensions=tuple(extents.items()))
            mapping = replace(map_layer(replace(layer, workload=workload), machine, bindings), name="")
            if mapping not in seen:
                assert verify(evaluate(mapping)) == (), (layer.name, extents)
            seen.add(mapping)
