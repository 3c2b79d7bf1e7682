"""What prints can be read again, and is equal."""

from pathlib import Path

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from weft.frontends.maestro import (
    parse_dataflow,
    parse_layer,
    parse_maestro,
    parse_workload,
    read_maestro,
    write_maestro,
)
from weft.ir import (
    OPERATORS,
    Cluster,
    Dataflow,
    Edge,
    Index,
    Layer,
    Network,
    Placement,
    SpatialMap,
    Subscript,
    TemporalMap,
    Tensor,
    Term,
    WeftError,
    Workload,
    chain,
    operator_dimensions,
    operator_workload,
    size_of,
)
from weft.validation.maestro.reference import reference_folder

MAESTRO = (reference_folder() or Path("nowhere")) / "maestro"

names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,8}", fullmatch=True)
extents = st.integers(1, 40)


@st.composite
def operator_workloads(draw):
    operator = draw(st.sampled_from(OPERATORS))
    sizes = {name: draw(extents) for name in operator_dimensions(operator)}
    if operator == "GEMM":
        return operator_workload(operator, sizes)
    stride = draw(st.fixed_dictionaries({}, optional={"Y": st.integers(1, 4), "X": st.integers(1, 4)}))
    dilation = draw(st.fixed_dictionaries({}, optional={"Y": st.integers(1, 4), "X": st.integers(1, 4)}))
    return operator_workload(operator, sizes, stride=stride, dilation=dilation)


@st.composite
def subscripts(draw, dimensions):
    """Axes over one or two dimensions each, none used twice."""
    left = draw(st.permutations(dimensions))
    found = []
    while left and draw(st.booleans()):
        taken = draw(st.integers(1, min(2, len(left))))
        found.append(Subscript(tuple(Term(name, draw(st.integers(1, 5))) for name in left[:taken])))
        left = left[taken:]
    return tuple(found)


@st.composite
def affine_workloads(draw):
    dimensions = ["i", "j", "k", "Y'", "r0"][: draw(st.integers(2, 5))]
    names = ("a", "w.b", "%2")[: draw(st.integers(1, 3))]
    inputs = tuple(Tensor(name, draw(subscripts(dimensions))) for name in names)
    outputs = draw(st.lists(st.sampled_from(dimensions), unique=True))
    output = Tensor("out", tuple(Subscript((Term(name),)) for name in outputs))
    indices = (Index("Z", "i", "j", draw(st.integers(1, 3)), draw(st.integers(1, 3))),)[: draw(st.integers(0, 1))]
    return Workload("AFFINE", tuple((name, draw(extents)) for name in dimensions), inputs, output, indices)


workloads = st.one_of(operator_workloads(), affine_workloads())


def symbols():
    leaves = st.one_of(
        st.sampled_from(["T", "tile_K", "N1"]).map(lambda name: sympy.Symbol(name, integer=True, positive=True)),
        st.sampled_from(["R", "K", "Y'"]).map(size_of),
        st.integers(1, 9).map(sympy.Integer),
    )
    pairs = [lambda a, b: a + b, lambda a, b: a * b, lambda a, b: 9 * a + b - 1]
    pairs += [lambda a, b: sympy.floor(a / b), lambda a, b: sympy.ceiling((a + 1) / b)]
    joined = st.recursive(
        leaves,
        lambda inner: st.builds(lambda f, a, b: f(a, b), st.sampled_from(pairs), inner, inner),
        max_leaves=5,
    )
    return joined.filter(lambda size: size.free_symbols and size.is_positive)


@st.composite
def dataflows(draw, dimensions, tensors, sizes):
    kinds = st.sampled_from([TemporalMap, SpatialMap])
    directive = st.builds(lambda kind, *rest: kind(*rest), kinds, sizes, sizes, st.sampled_from(dimensions))
    levels = draw(st.lists(st.lists(directive, max_size=4).map(tuple), min_size=1, max_size=3))
    memories = st.sampled_from([None, "L2", "PE_buffer", "spm-1"])
    clusters = tuple(Cluster(draw(sizes), draw(memories)) for _ in levels[1:])
    held = draw(st.lists(st.sampled_from(["L1", "L2", "reg-file"]), unique=True))
    chosen = st.lists(st.sampled_from(tensors), unique=True).map(tuple)
    placements = tuple(Placement(memory, draw(chosen)) for memory in held)
    return Dataflow(tuple(levels), clusters, placements)


@st.composite
def layers(draw):
    workload = draw(workloads)
    dimensions = list(workload.extents)
    if workload.operator == "AFFINE":
        dimensions += workload.index_by_name
    tensors = [tensor.name for tensor in workload.tensors]
    program = draw(st.none() | dataflows(dimensions, tensors, st.integers(1, 50)))
    return Layer(draw(names), workload, program)


@given(workloads)
def test_workloads(workload):
    assert parse_workload(str(workload)) == workload


@given(dataflows(["K", "Y'", "Y", "i0"], ["input", "w.b"], st.integers(1, 50)))
def test_programs(program):
    assert parse_dataflow(str(program)) == program


@settings(deadline=None)
@given(dataflows(["K", "R"], ["input"], symbols() | st.integers(1, 50)))
def test_programs_with_free_sizes(program):
    assert parse_dataflow(str(program)) == program


@given(layers())
def test_layers(layer):
    assert parse_layer(str(layer)) == layer


@given(st.lists(layers(), max_size=4), names)
def test_networks(members, name):
    # A layer without a program would inherit that of the one before it.
    members.sort(key=lambda layer: layer.dataflow is not None)
    network = Network(name, tuple(members), chain(len(members)))
    assert parse_maestro(str(network)) == (network,)


@given(st.lists(layers(), max_size=4), names, st.data())
def test_written_networks_of_any_shape(members, name, data):
    inputs = [("", *(item.name for item in layer.workload.inputs)) for layer in members]
    found = [Edge(i, j, tensor) for j in range(len(members)) for i in range(j) for tensor in inputs[j]]
    edges = tuple(data.draw(st.lists(st.sampled_from(found), unique=True))) if found else ()
    network = Network(name, tuple(members), edges)
    assert parse_maestro(write_maestro([network, network])) == (network, network)


def test_free_sizes_in_layers_survive():
    text = "Layer A {\n  Type: GEMM\n  Dimensions { M: 4, N: 4, K: 4 }\n  Dataflow {\n"
    text += "    TemporalMap(T,2*T + 1) K;\n  }\n}"
    layer = parse_layer(text)
    assert str(layer) == text
    network = Network("N", (layer,))
    assert parse_maestro(write_maestro(network)) == (network,)


@pytest.mark.parametrize("written", ["TemporalMap(7,1) Y;", "TemporalMap(11,3) Y;", "TemporalMap(223,3) Y;"])
def test_strided_maps_are_written_in_outputs_and_read_back(written):
    text = f"Layer A {{ Type: CONV Stride {{ Y: 2 X: 2 }} Dimensions {{ K: 1 C: 1 R: 7 S: 7 Y: 224 X: 224 }}\
    Dataflow {{ {written} }} }}"
    network = Network("N", (parse_layer(text),))
    assert written in write_maestro(network)
    assert parse_maestro(write_maestro(network)) == (network,)
    assert parse_maestro(str(network)) == (network,)


def test_what_maestro_itself_reads():
    workload = operator_workload("CONV", {"N": 1, "K": 4, "C": 3, "Y'": 5, "X'": 5, "R": 3, "S": 3}, stride={"Y": 2})
    program = Dataflow(((SpatialMap(1, 1, "K"),), (TemporalMap(3, 3, "R"),)), (Cluster(4),))
    assert write_maestro(Network("Net", (Layer("CONV-1", workload, program),))) == (
        "Network Net {\n"
        "\tLayer CONV-1 {\n"
        "\t\tType: CONV\n"
        "\t\tStride { X: 1, Y: 2 }\n"
        "\t\tDimensions { N: 1, K: 4, C: 3, Y: 11, X: 7, R: 3, S: 3 }\n"
        "\t\tDataflow {\n"
        "\t\t\tSpatialMap(1,1) K;\n"
        "\t\t\tCluster(4, P);\n"
        "\t\t\tTemporalMap(3,3) R;\n"
        "\t\t}\n"
        "\t}\n"
        "}\n"
    )


def test_names_become_single_words():
    layer = parse_layer("Layer A { Type: GEMM Dimensions { M: 1 N: 1 K: 1 } }")
    odd = Network("my net {1}", (Layer("a//b c", layer.workload),))
    (network,) = parse_maestro(write_maestro(odd))
    assert (network.name, network.layers[0].name) == ("my_net_1_", "a/b_c")


def test_a_layer_that_could_not_be_read_cannot_be_written():
    (network,) = parse_maestro("Network N { Layer A { Type: LSTM } }")
    with pytest.raises(WeftError, match="'A' could not be read") as error:
        write_maestro(network)
    assert [item.code for item in error.value.diagnostics] == ["W009", "W007"]


@pytest.mark.skipif(not MAESTRO.is_dir(), reason="the reference files are not beside this repository")
def test_real_files():
    for file in sorted(MAESTRO.glob("*/*.m")):
        networks = read_maestro(file)
        assert parse_maestro(write_maestro(networks)) == networks, file.name
        assert parse_maestro("\n".join(map(str, networks))) == networks, file.name
