"""MAESTRO's analysis as formulas: by hand, against its published rows, and each quirk as a switch."""

from __future__ import annotations

import csv
import random

import pytest

from weft.frontends.maestro import read_maestro
from weft.ir import Schedule
from weft.validation.comparison import DATA
from weft.validation.maestro.attribution import FIGURES, attribute
from weft.validation.maestro.kept import compared
from weft.validation.maestro.levels import RefusedError
from weft.validation.maestro.places import EDGE, INIT, STEADY, places
from weft.validation.maestro.quirks import QUIRKS
from weft.validation.maestro.reference import reference_folder
from weft.validation.maestro.restated import Machine, analyse
from weft.validation.maestro.small import small_layers
from weft.validation.maestro.source import Map, parse_layers, read_layers
from weft.validation.maestro.survey import MACHINES, layers_of
from weft.validation.maestro.weft_side import weft_figures, weft_schedule

REFERENCE = reference_folder()
needs_reference = pytest.mark.skipif(REFERENCE is None, reason="MAESTRO's own files are not beside this checkout")


def layer(dims, program, operator="CONV", stride=""):
    block = f"Stride {{ {stride} }}" if stride else ""
    text = f"Layer L {{ Type: {operator} {block} Dimensions {{ {dims} }} Dataflow {{ {program} }} }}"
    [found] = parse_layers(text.replace("{", " { ").replace("}", " } "))
    return found


# Reading


def test_separators_comments_and_sizes_are_read_as_maestro_does():
    text = """
    Constant T 2;
    Network n {
      Layer Conv2d-1 { // the name is what follows the dash
        Type: GEMM
        Dimensions { M 4, K->6, N: T }
        Dataflow { TemporalMap(T,T) N; // K->1
          SpatialMap (1,1) M; Cluster(Sz(K), P); SpatialMap(1,1) K; }
      }
    }"""
    [found] = parse_layers(text)
    assert (found.name, found.operator, found.dims) == ("1", "GEMM", (("M", 4), ("K", 6), ("N", 2)))
    assert found.levels == ((Map(False, 2, 2, "N"), Map(True, 1, 1, "M")), (Map(True, 1, 1, "K"),))
    assert found.clusters == (6,)


def test_the_first_layer_of_an_operator_decides_about_batches():
    one = "Layer A { Type: CONV Dimensions { N: 2, K: 1, C: 1, R: 1, S: 1, Y: 1, X: 1 } }"
    two = "Layer B { Type: CONV Dimensions { K: 1, C: 1, R: 1, S: 1, Y: 1, X: 1 } }"
    assert [found.batched for found in parse_layers(f"{one}\n{two}")] == [True, True]
    assert [found.batched for found in parse_layers(f"{two}\n{one}")] == [False, False]


# By hand


def test_places_of_a_ragged_map():
    # Tiles of 4 over 10: [0,4), [4,8), and [8,10) at the edge.
    assert [(place.kind, place.times) for place in places(Map(False, 4, 4, "C"), 10, 1, ())] == [
        (INIT, 1),
        (STEADY, 1),
        (EDGE, 1),
    ]
    # 7 filters on 3 units: three folds, the last with one unit at work.
    found = places(Map(True, 1, 1, "K"), 7, 3, ())
    assert [(place.kind, place.edge, place.partial) for place in found] == [
        (INIT, False, False),
        (STEADY, False, False),
        (EDGE, True, False),
    ]


def test_what_units_still_hold():
    first, *_, last = places(Map(False, 3, 2, "Y"), 7, 1, ())
    # Windows of 3 that advance by 2 overlap in one element; from [4,7) back to [0,3) nothing is left.
    assert compared(Map(False, 3, 2, "Y"), last, 7, 1, "advances") == (3, 1, 3)
    assert compared(Map(False, 3, 2, "Y"), first, 7, 1, "restarts") == (3, 0, 3)
    # Three filters on two units: unit 1 was idle in the second fold and still has its filter.
    spread = Map(True, 1, 1, "K")
    assert compared(spread, places(spread, 3, 2, ())[0], 3, 2, "restarts") == (2, 1, 2)


def test_thirteen_tiles_instead_of_sixteen():
    # K outside of C, 4 each: the input tile of C = 0 is taken to be still there when K advances. 4 + 3 · 3 tiles.
    found = layer("K: 4, C: 4, R: 1, S: 1, Y: 1, X: 1", "TemporalMap(1,1) K; TemporalMap(1,1) C; SpatialMap(1,1) Y;")
    assert analyse(found, Machine(1, 8)).reads["input"] == 13
    assert analyse(found, Machine(1, 8), {"Q15"}).reads["input"] == 16


def test_gaps_and_overlaps_pass_unnoticed():
    program = "SpatialMap(1,1) K; TemporalMap({}) C;"
    dims = "K: 1, C: 8, R: 1, S: 1, Y: 1, X: 1"
    # One of two channels: half of 8. Tiles of 3 that advance by 2, cut at 8: 3 + 3 + 3 + 2.
    assert analyse(layer(dims, program.format("1,2")), Machine(1, 8)).macs == 4
    assert analyse(layer(dims, program.format("3,2")), Machine(1, 8)).macs == 11


def test_cycles_of_a_single_level():
    # 4 steps on 2 units over 2 wires. First 1 input and 2 weights, ⌈3/2⌉ − 1 = 1 cycle, then 1 MAC. C advances: the
    # same transfer beside the MAC. Y advances: only the input is charged, ⌈1/2⌉ − 1 = 0. C again.
    found = layer("K: 2, C: 2, R: 1, S: 1, Y: 2, X: 1", "TemporalMap(1,1) Y; TemporalMap(1,1) C; SpatialMap(1,1) K;")
    figures = analyse(found, Machine(2, 2))
    assert (figures.macs, figures.reads["input"], figures.writes) == (8, 4, 8)
    assert figures.cycles == (1 + 1) + 1 + 1 + 1
    # Each transfer takes 3 cycles more; the 2 outputs of a step take 3.
    assert analyse(found, Machine(2, 2, latency=3)).cycles == (4 + 1) + 4 + 3 + 4


@needs_reference
def test_a_cluster_restarts_in_every_step():
    # docs/validation.md derives this: 27 cycles in each of 49 284 steps, and the first fill.
    found = read_layers(REFERENCE / "maestro" / "mapping" / "vgg16_ckp_ws.m")[0]
    assert analyse(found, Machine(256, 32)).cycles == 1_330_722


def test_where_maestro_ends_without_a_result():
    dims = "K: 4, C: 4, R: 3, S: 3, Y: 5, X: 5"
    for program, words in {
        "SpatialMap(1,1) K; Cluster(8, P); SpatialMap(1,1) C;": "need more PEs",
        "TemporalMap(1,1) K;": "0 spatial maps",
        "SpatialMap(1,1) K; SpatialMap(1,1) C; SpatialMap(3,1) Y;": "3 spatial maps",
        "SpatialMap(1,1) K; TemporalMap(1,1) R;": "Q2",
        "SpatialMap(1,1) K; TemporalMap(1,1) X';": "Q9",
        "SpatialMap(3,1) Y; TemporalMap(3,1) X; Cluster(3, P); SpatialMap(1,1) X; SpatialMap(1,1) R;": "Q25",
    }.items():
        with pytest.raises(RefusedError, match=words):
            analyse(layer(dims, program), Machine(6, 8))


# Published


@needs_reference
def test_all_published_rows_are_reproduced():
    layers = {}
    with (DATA / "maestro_runtime.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 305
    for row in rows:
        path = REFERENCE / "maestro" / row["file"]
        if path not in layers:
            layers[path] = {found.name: found for found in read_layers(path)}
        figures = analyse(layers[path][row["layer"]], MACHINES[row["machine"]])
        assert (figures.cycles, figures.macs) == (int(row["cycles"]), int(row["macs"]))


@needs_reference
@pytest.mark.parametrize("file", ["GEMM_Example.m", "UNet_kcp_ws.m", "vgg16_yxp_os.m", "alexnet_rs_validation.m"])
def test_the_quirks_explain_every_figure_of_a_shipped_file(file):
    [path] = REFERENCE.glob(f"maestro/*/{file}")
    machine = MACHINES["pe256_bw32"]
    for read, ours in layers_of(path)[:8]:
        schedule = weft_schedule(ours, machine)
        if isinstance(schedule, Schedule):
            assert all(attribute(read, machine, weft_figures(schedule)).explained), read.name


STOPPED = {
    "vgg16_rs.m": ("Q25", 13),
    "Resnet50_rs.m": ("Q25", 17),
    "ResNeXt50_rs.m": ("Q25", 17),
    "UNet_RS.m": ("Q25", 4),
    "UNet_kcp_ws.m": ("Q2", 1),
    "googlenet_ykp_os.m": ("Q2", 63),
    "mnasnet_ykp_os.m": ("Q2", 36),
    "squeezenet1_0_ykp_os.m": ("Q2", 25),
}
"""Files that MAESTRO cannot finish: the quirk, and how many layers meet it."""


@needs_reference
@pytest.mark.parametrize("file", list(STOPPED))
def test_the_formulas_stop_where_the_tool_does(file):
    [path] = REFERENCE.glob(f"maestro/*/{file}")
    reasons = []
    for found in read_layers(path):
        try:
            analyse(found, MACHINES["pe256_bw32"])
        except RefusedError as error:
            reasons.append(str(error))
    quirk, layers = STOPPED[file]
    assert len(reasons) == layers
    assert all(f"({quirk})" in reason for reason in reasons)


@needs_reference
def test_the_layer_of_which_the_tool_computes_nothing():
    # A tile of 8 on 7 columns becomes 6 columns, too few for 7 taps.
    found = read_layers(REFERENCE / "maestro" / "mapping" / "ResNeXt50_yxp_os.m")[-1]
    figures = analyse(found, MACHINES["pe256_bw32"])
    assert (figures.macs, figures.cycles) == (0, 0)


# Quirks

MOVED = {
    "Q5": (64, 576),
    "Q6": (64, 16),
    "Q7": (16, 48),
    "Q13": (504, 288),
    "Q14": (36, 18),
    "Q15": (26, 32),
    "Q16": (288, 216),
    "Q17": (69, 45),
    "Q18": (20, 4),
    "Q21": (54, 38),
    "Q22": (41, 42),
    "Q23": (160, 42),
    "Q26": (58, 46),
    "Q31": (63, 45),
    "Q35": (0, 392),
    "Q36": (9, 12),
    "keep": (9, 7),
    "double": (18, 9),
    "restart": (66, 59),
    "overlap": (58, 56),
    "drain": (11, 12),
}
"""Per quirk: the figure of its small layer before and after its correction."""


@pytest.fixture(scope="module")
def small():
    return {item.quirk: item for item in small_layers()}


def test_every_quirk_has_a_small_layer(small):
    assert set(small) == set(QUIRKS)


@pytest.mark.parametrize("quirk", list(MOVED))
def test_correcting_a_quirk_moves_its_figure(small, quirk):
    found = small[quirk]
    assert (quirk, *MOVED[quirk]) in found.attribution.changes(found.figure)


@pytest.mark.parametrize("quirk", ["Q2", "Q10"])
def test_correcting_a_quirk_gives_a_result(small, quirk):
    found = small[quirk].attribution
    assert found.maestro is None
    assert found.refusal.endswith(f"({quirk})")
    assert found.steps[0][0] == quirk


@pytest.mark.parametrize("quirk", list(QUIRKS))
def test_the_oracles_have_the_number_that_the_corrections_lead_to(small, quirk):
    found = small[quirk]
    assert found.agrees
    assert all(found.attribution.explained)
    assert found.oracle[found.figure] == found.attribution.weft[found.figure]


def random_layer(rng):
    """The text of a legal program of one or two levels with ragged tiles and strides."""
    stride = rng.choice([1, 1, 2, 3])
    dims = {"K": rng.randint(1, 7), "C": rng.randint(1, 7), "R": rng.randint(1, 3), "S": rng.randint(1, 3)}
    dims |= {"Y": dims["R"] + rng.randint(0, 5), "X": dims["S"] + rng.randint(0, 5)}
    maps = []
    for dim in rng.sample(["K", "C", "Y", "X"], 4):
        step = rng.randint(1, 3)
        size, offset = step, step
        if dim in "YX":
            # So many windows, and as many further on.
            size, offset = (step - 1) * stride + dims["R" if dim == "Y" else "S"], step * stride
        maps.append(f"TemporalMap({size},{offset}) {dim};")
    at = rng.randrange(4)
    maps[at] = maps[at].replace("Temporal", "Spatial")
    program = " ".join(maps)
    if rng.random() < 0.5:
        program += f" Cluster({rng.randint(1, 3)}, P); SpatialMap(1,1) {rng.choice('KC')};"
    sizes = ", ".join(f"{name}: {size}" for name, size in dims.items())
    blocks = f"Stride {{ Y: {stride}, X: {stride} }}\nDimensions {{ {sizes} }}\nDataflow {{ {program} }}"
    return f"Network n {{ Layer L {{ Type: CONV\n{blocks}\n}}\n}}\n"


@pytest.mark.parametrize("seed", range(60))
def test_corrected_formulas_are_weft_on_generated_programs(seed, tmp_path):
    rng = random.Random(seed)
    path = tmp_path / "generated.m"
    path.write_text(random_layer(rng), encoding="utf-8")
    machine = Machine(rng.choice([4, 6, 9]), rng.choice([1, 3, 64]), rng.randint(0, 2))
    [ours] = read_maestro(path)[0].layers
    [read] = read_layers(path)
    schedule = weft_schedule(ours, machine)
    assert isinstance(schedule, Schedule), schedule
    found = attribute(read, machine, weft_figures(schedule))
    assert dict(zip(FIGURES, found.explained, strict=True)) == dict.fromkeys(FIGURES, True), path.read_text()
