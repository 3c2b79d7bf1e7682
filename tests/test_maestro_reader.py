"""What MAESTRO's files mean: extents, strides, constants, inherited programs, and the real files."""

import pytest

from weft.frontends.maestro import (
    parse_dataflow,
    parse_layer,
    parse_maestro,
    parse_workload,
    read_maestro,
)
from weft.ir import (
    Cluster,
    Dataflow,
    Placement,
    Severity,
    SpatialMap,
    TemporalMap,
    chain,
    operator_workload,
    size_of,
)


def layer(body, name="L"):
    return parse_layer(f"Layer {name} {{ {body} }}")


def conv(dataflow, dimensions="K: 64, C: 3, R: 3, S: 3, Y: 224, X: 224", extra=""):
    return layer(f"Type: CONV {extra} Dimensions {{ {dimensions} }} Dataflow {{ {dataflow} }}")


def only_map(dataflow):
    (directive,) = dataflow.levels[0]
    return directive.size, directive.offset


@pytest.mark.parametrize(
    "dimensions",
    ["K: 4, C: 2", "K 4 C 2", "K->4 C->2", "K, 4; C, 2;", "K:4,C:2,", "C: 2\nK: 4 // twice: K: 5"],
)
def test_separators_are_decoration(dimensions):
    text = f"Type: CONV\nDimensions {{ {dimensions}\n R: 1, S: 1, Y: 1, X: 1 }}"
    assert parse_workload(text).extents == {"N": 1, "K": 4, "C": 2, "Y'": 1, "X'": 1, "R": 1, "S": 1}


def test_blocks_come_in_any_order():
    text = "Dataflow { TemporalMap(Sz(K),1) K; } Dimensions { M: 2, N: 3, K: 4 } Type: GEMM"
    read = layer(text)
    assert read.workload == operator_workload("GEMM", {"M": 2, "N": 3, "K": 4})
    assert only_map(read.dataflow) == (4, 1)


@pytest.mark.parametrize(
    "name", ["Conv2d-1", "Linear-23", "torchvision.models.vgg", "1x1", "/conv1/Conv", "onnx::Conv_3"]
)
def test_names_are_kept_whole(name):
    assert parse_layer(f"Layer {name} {{ Type: GEMM Dimensions {{ M: 1 N: 1 K: 1 }} }}").name == name


def test_several_networks_and_an_accelerator_in_one_file():
    gemm = "Type: GEMM Dimensions { M: 1 N: 1 K: 1 }"
    first, second = parse_maestro(
        f"Network A {{ Layer X {{ {gemm} }} Layer X {{ {gemm} }} }}\n"
        f"Accelerator {{ PE {{ NumPEs: 4 }} }}\nNetwork {{ Layer Y {{ {gemm} }} }}"
    )
    assert [len(first.layers), len(second.layers)] == [2, 1]
    assert (first.name, second.name, first.edges) == ("A", "", chain(2))
    (note,) = first.diagnostics
    assert (note.code, note.severity, note.span.line) == ("W108", Severity.NOTE, 2)


def test_windows_line_ends_and_a_byte_order_mark(tmp_path):
    file = tmp_path / "a.m"
    file.write_bytes("\ufeffNetwork N {\r\nLayer A {\r\nType: GEMM\r\nDimensions { M: 1 N: 2 K: 3 }\r\n}\r\n}".encode())
    (network,) = read_maestro(file)
    assert network.layers[0].workload.macs == 6
    assert (network.layers[0].span.line, network.layers[0].span.column) == (2, 1)


def test_spans_of_directives():
    text = "Network N {\n\tLayer A {\n\t\tType: GEMM\n\t\tDimensions { M: 4 N: 4 K: 4 }\n\t\tDataflow {\n"
    text += "\t\t\tSpatialMap(1, 1) M; // outer\n\t\t\tCluster(2, P);\n\t\t\tTemporalMap(1,1) K\n\t\t}\n\t}\n}"
    (network,) = parse_maestro(text, "file.m")
    program = network.layers[0].dataflow
    spans = [
        program.levels[0][0].span,
        program.clusters[0].span,
        program.levels[1][0].span,
        network.layers[0].span,
    ]
    assert [(s.file, s.line, s.column, s.length) for s in spans] == [
        ("file.m", 6, 4, 18),
        ("file.m", 7, 4, 13),
        ("file.m", 8, 4, 18),
        ("file.m", 2, 2, 7),
    ]
    assert spans[0].text == "\t\t\tSpatialMap(1, 1) M; // outer"


# Constants and sizes


def test_constants_hold_in_the_whole_file():
    text = "Network N { Layer A { Type: GEMM Dimensions { M: Rows N: Cols K: 2 }"
    text += " Dataflow { SpatialMap(Rows,Rows) M } } }"
    (network,) = parse_maestro("Constant Rows 2*3;\n" + text + "\nConstant Cols Rows-1")
    assert network.layers[0].workload.extents == {"M": 6, "N": 5, "K": 2}
    assert only_map(network.layers[0].dataflow) == (6, 6)


@pytest.mark.parametrize(
    ("size", "value"),
    [
        ("8+Sz(S)-1", 10),
        ("Sz(R)*Sz(S)", 9),
        ("(2+3)*2", 10),
        ("7/2", 3),
        ("Sz(Y)", 224),
        ("Sz(Y')", 222),
        ("2*-3+10", 4),
        ("Sz(K)/Sz(R)/2", 10),
        ("floor(7/2)+ceiling(7/2)", 7),
        ("2**5", 32),
    ],
)
def test_arithmetic_in_sizes(size, value):
    assert only_map(conv(f"TemporalMap({size}, 1) K;").dataflow) == (value, 1)


def test_unknown_names_in_sizes_stay_free():
    import sympy

    tile = sympy.Symbol("T", integer=True, positive=True)
    program = conv("TemporalMap(2*T, T+Sz(R)) K; Cluster(T);").dataflow
    assert only_map(program) == (2 * tile, tile + 3)
    assert program.free_symbols == {"T"}
    assert program.bind({}, {"T": 4}) == conv("TemporalMap(8, 7) K; Cluster(4);").dataflow


def test_a_program_alone_keeps_sz():
    program = parse_dataflow("Dataflow { TemporalMap(Sz(R)+T,1) Y; Cluster(8, L2); SpatialMap(1 1) K Hold(L2: a, b) }")
    assert program.levels[0][0].size == size_of("R") + parse_dataflow("TemporalMap(T,1) K").levels[0][0].size
    assert program.clusters == (Cluster(8, "L2"),)
    assert program.levels[1] == (SpatialMap(1, 1, "K"),)
    assert program.placements == (Placement("L2", ("a", "b")),)


def test_the_letters_of_a_cluster_mean_nothing():
    assert parse_dataflow("Cluster(4, P)") == parse_dataflow("Cluster(4 L);") == parse_dataflow("Cluster(4)")
    assert parse_dataflow("") == Dataflow(((),))


def test_input_extents_become_output_extents():
    read = conv("", "K: 1 C: 1 R: 7 S: 3 Y: 224 X: 223", "Stride { X: 2 Y: 2 } Dilation { X: 2 }")
    extents = {"N": 1, "K": 1, "C": 1, "R": 7, "S": 3, "Y'": 109, "X'": 110}
    assert read.workload == operator_workload("CONV", extents, stride={"Y": 2, "X": 2}, dilation={"X": 2})


def test_missing_dimensions_that_default_to_one():
    assert parse_workload("Type: CONV Dimensions { K: 1 C: 8 R: 3 S: 3 Y': 5 X: 5 }").extents["N"] == 1
    assert parse_workload("Type: DSCONV Dimensions { C: 8 R: 3 S: 3 Y: 5 X: 5 }").extents["K"] == 1
    assert parse_workload("Type: NGCONV Dimensions { K: 8 C: 8 R: 3 S: 3 Y: 5 X: 5 }").extents["G"] == 1


@pytest.mark.parametrize(
    ("dimensions", "expected"),
    [
        ("K: 10 C: 20", (1, 1, 1, 1)),
        ("K: 10 C: 20 Y: 7 X: 5", (1, 1, 7, 5)),
        ("K: 10 C: 20 R: 7 S: 5", (1, 1, 7, 5)),
        ("K: 10 C: 20 Y: 7 X: 5 R: 3 S: 5", (5, 1, 3, 5)),
        ("K: 10 C: 20 Y': 7", (7, 1, 1, 1)),
    ],
)
def test_fully_connected_layers_cover_their_input(dimensions, expected):
    extents = parse_workload(f"Type: FC Dimensions {{ {dimensions} }}").extents
    assert tuple(extents[name] for name in ("Y'", "X'", "R", "S")) == expected


def test_foreign_dimensions_of_extent_one_are_dropped():
    read = conv("TemporalMap(1,1) G; TemporalMap(2,2) K;", "G: 1, K: 4, C: 3, R: 3, S: 3, Y: 9, X: 9")
    assert "G" not in read.workload.extents
    assert read.dataflow.levels == ((TemporalMap(2, 2, "K"),),)
    assert [item.code for item in read.diagnostics] == ["W108"]


# Transposed convolutions


def test_transposed_convolution_inserts_zeros():
    workload = parse_workload("Type: TRCONV Dimensions { K: 1 C: 1 R: 3 S: 2 Y: 4 X: 4 }")
    assert (workload.extents["Y'"], workload.extents["X'"]) == (3 * 2 + 3, 3 * 2 + 2)
    assert workload.zero_insertion == (("Y", 2), ("X", 2))
    assert [index.stride for index in workload.indices] == [1, 1]


def test_stride_of_a_transposed_convolution_is_the_factor():
    workload = parse_workload("Type: TRCONV Stride { Y: 3 X: 1 } Dimensions { K: 1 C: 1 R: 3 S: 3 Y: 4 X: 4 }")
    assert (workload.extents["Y'"], workload.extents["X'"]) == (12, 6)
    assert workload.zero_insertion == (("Y", 3), ("X", 1))


def test_maps_of_a_transposed_convolution_walk_over_the_inserted_zeros():
    read = layer("Type: TRCONV Dimensions { K: 1 C: 1 R: 3 S: 3 Y: 4 X: 4 } Dataflow { TemporalMap(Sz(Y),1) Y; }")
    (index, _) = read.workload.indices
    assert only_map(read.dataflow) == (index.span(9, 3), 1)


# Strided maps


@pytest.mark.parametrize(
    ("stride", "written", "meant"),
    [
        (2, (7, 1), 2),  # one window, moved by one output
        (2, (7, 2), 2),  # the same in inputs
        (2, (11, 3), 6),  # three windows, in outputs
        (2, (11, 6), 6),  # in inputs
        (2, (12, 3), 6),  # the twelfth column belongs to no window
        (2, (11, 4), 4),  # some other multiple of the stride
        (2, (5, 1), 1),  # no whole window
        (2, (223, 109), 109),  # one chunk holds all: its offset means nothing
        (4, (7, 1), 4),
        (1, (9, 3), 3),
    ],
)
def test_offsets_of_strided_maps(stride, written, meant):
    read = conv(
        f"TemporalMap({written[0]},{written[1]}) Y;",
        "K: 1 C: 1 R: 7 S: 7 Y: 224 X: 224",
        f"Stride {{ Y: {stride} }}",
    )
    assert only_map(read.dataflow) == (written[0], meant)


def test_dilated_windows_count_with_their_whole_span():
    dimensions = "K: 1 C: 1 R: 3 S: 3 Y: 50 X: 50"
    read = conv("TemporalMap(5,1) Y;", dimensions, "Stride { Y: 2 } Dilation { Y: 2 }")
    assert only_map(read.dataflow) == (5, 2)
    assert only_map(conv("TemporalMap(4,1) Y;", dimensions, "Stride { Y: 2 } Dilation { Y: 2 }").dataflow) == (4, 1)


# Inherited programs

TWO = """Network N {{
Layer A {{
  Type: CONV Dimensions {{ K: 8, C: 3, R: 3, S: 3, Y: 9, X: 9 }} Dataflow {{ TemporalMap(Sz(R),1) Y; }}
}}
Layer B {{ {} }}
}}"""


def test_a_layer_without_a_program_inherits_the_previous_one():
    (network,) = parse_maestro(TWO.format("Type: CONV Dimensions { K: 8, C: 3, R: 5, S: 5, Y: 9, X: 9 }"))
    assert [only_map(layer.dataflow) for layer in network.layers] == [(3, 1), (5, 1)]


def test_what_cannot_be_inherited_says_from_whom():
    (network,) = parse_maestro(TWO.format("Type: GEMM Dimensions { M: 8, N: 3, K: 3 }"))
    first, second = network.layers
    assert first.dataflow is not None
    assert second.workload is None
    assert {item.code for item in second.diagnostics} == {"W002"}
    assert second.diagnostics[0].notes == ("layer 'B' inherits this from layer 'A'",)


def test_model_files_have_no_programs():
    (network,) = parse_maestro("Network N { Layer A { Type: GEMM Dimensions { M: 8, N: 3, K: 3 } } }")
    assert network.layers[0].dataflow is None
    assert network.layers[0].diagnostics == ()


# The general form


def test_affine_layers():
    workload = parse_workload(
        "Type: AFFINE\nDimensions { I: 8, O: 6, T: 3 }\nIndex { Z = 2*O + T }\nTensors { a[I, Z]; b[T]; c[I, O] }"
    )
    assert workload.index_by_name["Z"].stride == 2
    assert str(workload.tensor("a")) == "a[I, 2*O + T]"
    assert workload.output.name == "c"
    assert workload.reduction_dimensions == {"T"}
