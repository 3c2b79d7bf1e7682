"""Layers without a program take one by name: the paper's five dataflows, or one that fits the machine."""

from dataclasses import replace

import pytest
from campaigns import first

import weft
from weft.passes.styles import STYLES, styled
from weft.search.named import NAMES
from weft.validation.paper.programs import TABLE_3, directives, mapping, paper_machine
from weft.validation.paper.shapes import Shape

SHAPES = {
    "early": Shape("CONV", 64, 32, 3, 1, 30),
    "strided": Shape("CONV", 64, 3, 7, 2, 30),
    "point-wise": Shape("CONV", 100, 100, 1, 1, 14),
    "fully connected": Shape("CONV", 100, 100, 1, 1, 1),
    "depth-wise": Shape("DSCONV", 1, 32, 3, 1, 30),
    "grouped": Shape("NGCONV", 8, 8, 3, 1, 30, 4),
    "transposed": Shape("TRCONV", 16, 8, 4, 2, 14),
}


def costs(given):
    cost = weft.evaluate(given)
    return cost.energy_pj, cost.cycles_stepwise, cost.cycles_throughput, cost.active_average


def test_the_styles_are_those_of_the_paper():
    assert list(STYLES) == list(TABLE_3)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("kind", SHAPES)
def test_a_style_of_a_convolution_is_what_the_paper_writes(kind, style):
    shape = SHAPES[kind]
    written = mapping(shape, directives(style, shape.operator), paper_machine())
    assert costs(replace(written, dataflow=styled(style, written.workload, written.accelerator))) == costs(written)


def program(text, style, machine="generic_256"):
    (network,) = weft.read(text)
    return weft.map_layer(network.layers[0], weft.load_accelerator(machine), dataflow=style)


def test_a_product_is_a_convolution_of_one_position():
    assert str(program("gemm:M=96,N=128,K=256", "KC-P").dataflow).split(";\n") == [
        "SpatialMap(1,1) N", "TemporalMap(64,64) K", "TemporalMap(1,1) M", "Cluster(64)", "SpatialMap(1,1) K;",
    ]  # fmt: skip
    assert str(program("gemm:M=96,N=128,K=256", "YX-P").dataflow).startswith("SpatialMap(1,1) M")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "text",
    first(
        3,
        [
            *("gemm:B=3,M=20,N=12,K=10", "attention:L=12,D=8,H=2", "conv:K=8,C=6,Y=10,X=10,R=3,S=3,stride=2"),
            "attention:L=24,D=8,H=2",
        ],
    ),
)
def test_every_style_is_a_program_of_every_layer_that_both_oracles_count(style, text):
    machine = weft.load_accelerator("generic_256", ["pes=16"])
    for layer in weft.read(text)[0].layers:
        cost = weft.evaluate(weft.map_layer(layer, machine, dataflow=style))
        assert not weft.verify(cost, limit=10**6)


def test_what_is_no_product_spreads_its_largest_dimension():
    workload = weft.parse_workload(
        "Type: AFFINE\nDimensions { A: 4, B: 50 }\nTensors { x[A, B]; z[A, B] }\nStatement { z = exp(x) }"
    )
    assert str(styled("KC-P", workload, paper_machine())) == "TemporalMap(1,1) A;\nSpatialMap(1,1) B;"


def test_a_program_that_fits_fits_where_the_paper_has_none():
    machine = weft.load_accelerator("eyeriss")
    layer = weft.read("conv:K=64,C=64,Y=58,X=58,R=3,S=3")[0].layers[0]
    with pytest.raises(weft.WeftError, match="L2"):
        weft.evaluate(weft.map_layer(layer, machine, dataflow="KC-P"))
    assert weft.evaluate(weft.map_layer(layer, machine, dataflow="fit")).counts.points == 64 * 64 * 56 * 56 * 9


def test_where_nothing_fits_it_is_said_what_is_too_large(weft):
    code, _, err = weft("evaluate", "conv:K=512,C=512,Y=58,X=58,R=3,S=3", "-a", "shidiannao_like", "--dataflow", "fit")
    assert code == 1
    assert "no program was found that fits" in err
    assert "SRAM's room for filter needs 4718592 B per instance, holds 131072 B" in err


def test_an_unknown_name_is_said_with_those_that_there_are():
    with pytest.raises(ValueError, match="unknown dataflow 'KP'; the dataflows are C-P, X-P, YX-P, YR-P, KC-P, fit"):
        program("gemm:M=4,N=4,K=4", "KP")


@pytest.mark.parametrize("name", NAMES)
def test_every_name_serves_the_command(weft, name):
    code, out, err = weft("evaluate", "gemm:M=64,N=64,K=64", "-a", "generic_256", "--dataflow", name.lower())
    assert (code, err) == (0, "")
    assert "262,144" in out


def test_a_layer_with_a_program_keeps_it(weft):
    plain = weft("evaluate", "examples/figure5.m", "-a", "generic_256", "--json")
    assert weft("evaluate", "examples/figure5.m", "-a", "generic_256", "--json", "--dataflow", "C-P") == plain


def test_without_a_program_the_command_names_the_ways_to_one(weft):
    code, _, err = weft("evaluate", "gemm:M=64,N=64,K=64", "-a", "generic_256")
    assert code == 1
    assert "find a program with weft map, take one by name (--dataflow KC-P)" in err


def test_opt_takes_it_too(weft):
    code, out, _ = weft("opt", "gemm:M=64,N=64,K=64", "--dataflow", "KC-P", "-a", "generic_256")
    assert code == 0
    assert "SpatialMap(1,1) N" in out


def test_opt_takes_the_names_of_layers_that_other_commands_take(weft, tmp_path):
    layer = "Layer P { Type: GEMM Dimensions { M: 8, N: 8, K: 8 } Dataflow { SpatialMap(1,1) M; } }"
    (tmp_path / "l.m").write_text(f"Network a {{ {layer} }} Network b {{ {layer} }}")
    code, out, _ = weft("opt", str(tmp_path / "l.m"), "-a", "generic_256", "-l", "b/P")
    assert (code, out.count("Layer P")) == (0, 1)
    assert out.index("Network b") < out.index("Layer P")
