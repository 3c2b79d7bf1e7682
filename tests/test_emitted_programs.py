"""Programs of many operators and dataflows, lowered and emitted as Python and C, run and equal numpy."""

import numpy as np
import pytest
from emitted import compiled, run_c, run_python
from numpy.lib.stride_tricks import sliding_window_view

import weft
from weft.backends.emit import emit_c, emit_python
from weft.backends.simulate.data import random_data, scatter
from weft.backends.simulate.elements import Elements
from weft.frontends.c import read_c
from weft.frontends.python import read_python
from weft.ir import Mapping
from weft.passes import lower, schedule

# --- workloads, with what numpy makes of their inputs --------------------------------------------------------------


def einsum(formula):
    return lambda *inputs: np.einsum(formula, *inputs)


def windows(values, taps, stride, dilation):
    """The windows over the last axes, as further axes: every `stride`-th, and in it every `dilation`-th element."""
    axes = tuple(range(values.ndim - len(taps), values.ndim))
    spans = tuple((count - 1) * step + 1 for count, step in zip(taps, dilation, strict=True))
    found = sliding_window_view(values, spans, axis=axes)
    outer = tuple(slice(None, None, step) for step in stride)
    return found[(..., *outer, *(slice(None, None, step) for step in dilation))]


def convolution(formula, stride=(1, 1), dilation=(1, 1)):
    def run(inputs, filters):
        taps = filters.shape[filters.ndim - len(stride) :]
        return np.einsum(formula, windows(inputs, taps, stride, dilation), filters)

    return run


def affine(dimensions, tensors, index=""):
    block = f"Index {{ {index} }}" if index else ""
    return f"Type: AFFINE Dimensions {{ {dimensions} }} {block} Tensors {{ {tensors} }}"


BOX = "Dimensions { N: 2, K: 4, C: 3, Y': 5, X': 4, R: 3, S: 2 }"
GROUPS = "Dimensions { N: 1, G: 3, K: 2, C: 2, Y': 4, X': 3, R: 2, S: 2 }"
CONV, DEPTHWISE, GROUPED = "nchwrs,kcrs->nkhw", "nchwrs,kcrs->nkchw", "ngchwrs,gkcrs->ngkhw"

WORKLOADS = {
    "conv": (f"Type: CONV {BOX}", convolution(CONV)),
    "strided": (f"Type: CONV Stride {{ Y: 2, X: 2 }} {BOX}", convolution(CONV, stride=(2, 2))),
    "strided apart": (f"Type: CONV Stride {{ Y: 3, X: 1 }} {BOX}", convolution(CONV, stride=(3, 1))),
    "dilated": (f"Type: CONV Dilation {{ Y: 2, X: 3 }} {BOX}", convolution(CONV, dilation=(2, 3))),
    "strided and dilated": (
        f"Type: CONV Stride {{ Y: 2, X: 3 }} Dilation {{ Y: 3, X: 2 }} {BOX}",
        convolution(CONV, stride=(2, 3), dilation=(3, 2)),
    ),
    "depthwise": (
        "Type: DSCONV Dimensions { N: 2, K: 1, C: 5, Y': 4, X': 4, R: 3, S: 3 }",
        convolution(DEPTHWISE),
    ),
    "depthwise with multiplier": (
        "Type: DSCONV Stride { Y: 2, X: 2 } Dimensions { N: 1, K: 3, C: 4, Y': 3, X': 4, R: 3, S: 2 }",
        convolution(DEPTHWISE, stride=(2, 2)),
    ),
    "grouped": (f"Type: NGCONV {GROUPS}", convolution(GROUPED)),
    "pointwise": (
        "Type: CONV Dimensions { N: 2, K: 6, C: 5, Y': 3, X': 4, R: 1, S: 1 }",
        lambda inputs, filters: np.einsum("nchw,kc->nkhw", inputs, filters[:, :, 0, 0]),
    ),
    "fc": (
        "Type: FC Dimensions { N: 3, K: 7, C: 9 }",
        lambda inputs, filters: np.einsum("nchw,kchw->nk", inputs, filters)[..., None, None],
    ),
    "transposed": ("Type: TRCONV Dimensions { N: 1, K: 2, C: 3, Y': 7, X': 6, R: 3, S: 3 }", None),
    "transposed by 3 and 1": (
        "Type: TRCONV Stride { Y: 3, X: 1 } Dimensions { N: 1, K: 2, C: 2, Y': 8, X': 4, R: 3, S: 2 }",
        None,
    ),
    "gemm": ("Type: GEMM Dimensions { M: 7, N: 5, K: 9 }", np.matmul),
    "gemv": (affine("M: 7, K: 10", "matrix[M, K]; vector[K]; out[M]"), np.matmul),
    "outer product": (affine("M: 5, N: 7", "left[M]; right[N]; out[M, N]"), np.outer),
    "batched gemm": (affine("B: 3, M: 4, N: 5, K: 6", "left[B, M, K]; right[B, K, N]; out[B, M, N]"), np.matmul),
    "attention scores": (
        affine("B: 2, H: 3, Q: 4, T: 5, D: 6", "query[B, H, Q, D]; key[B, H, T, D]; score[B, H, Q, T]"),
        einsum("bhqd,bhtd->bhqt"),
    ),
    "attention values": (
        affine("B: 2, H: 3, Q: 4, T: 5, D: 6", "weight[B, H, Q, T]; value[B, H, T, D]; out[B, H, Q, D]"),
        einsum("bhqt,bhtd->bhqd"),
    ),
    "conv 1-D": (
        affine("K: 3, C: 2, O: 8, T: 4", "signal[C, P]; taps[K, C, T]; out[K, O]", "P = O + T"),
        lambda inputs, taps: np.einsum("cot,kct->ko", windows(inputs, (4,), (1,), (1,)), taps),
    ),
    "conv 3-D": (
        affine(
            "K: 2, C: 2, D': 3, Y': 4, X': 3, Q: 2, R: 2, S: 3",
            "volume[C, D, Y, X]; filter[K, C, Q, R, S]; out[K, D', Y', X']",
            "D = D' + Q; Y = 2*Y' + R; X = X' + 2*S",
        ),
        convolution("cdhwqrs,kcqrs->kdhw", stride=(1, 2, 1), dilation=(1, 1, 2)),
    ),
    "scaled rows": (affine("M: 4, N: 6, K: 3", "a[M, K]; d[K]; b[K, N]; out[M, N]"), einsum("mk,k,kn->mn")),
}

# --- programs ------------------------------------------------------------------------------------------------------

OUTPUT_STATIONARY = """
    TemporalMap(1,1) N; TemporalMap(1,1) K; SpatialMap(1,1) Y'; TemporalMap(1,1) X';
    TemporalMap(1,1) C; TemporalMap(1,1) R; TemporalMap(1,1) S;"""
WEIGHT_STATIONARY = """
    SpatialMap(1,1) K; TemporalMap(1,1) C; TemporalMap(1,1) R; TemporalMap(1,1) S;
    TemporalMap(1,1) N; TemporalMap(1,1) Y'; TemporalMap(1,1) X';"""
INPUT_STATIONARY = """
    SpatialMap(1,1) C; TemporalMap(Sz(R),1) Y; TemporalMap(Sz(S),1) X; TemporalMap(1,1) N; TemporalMap(1,1) K;"""
ROW_STATIONARY = """
    TemporalMap(1,1) N; TemporalMap(2,2) C; TemporalMap(2,2) K; SpatialMap(Sz(R),1) Y; TemporalMap(Sz(S),1) X;
    Cluster(3); TemporalMap(1,1) C; TemporalMap(1,1) K; SpatialMap(1,1) Y; SpatialMap(1,1) R;"""
RAGGED = """
    TemporalMap(3,3) K; TemporalMap(2,2) C; SpatialMap(2,2) Y'; TemporalMap(3,3) X';
    Cluster(2); SpatialMap(2,2) K; TemporalMap(1,1) X'; TemporalMap(2,2) R;"""
THREE_LEVELS = """
    TemporalMap(3,3) K; SpatialMap(3,3) Y'; Cluster(6); TemporalMap(2,2) K; SpatialMap(1,1) C; TemporalMap(2,2) X';
    Cluster(2); SpatialMap(1,1) K; TemporalMap(1,1) R; TemporalMap(1,1) X';"""
IDLE = "SpatialMap(1,1) C; TemporalMap(1,1) N; Cluster(4); SpatialMap(2,2) K; TemporalMap(2,2) Y';"
MACHINE = "TemporalMap(3,3) K; TemporalMap(2,2) Y'; Cluster(12); SpatialMap(1,1) X'; TemporalMap(1,1) K;"

PROGRAMS = {
    ("conv", "output stationary"): OUTPUT_STATIONARY,
    ("conv", "weight stationary"): WEIGHT_STATIONARY,
    ("conv", "input stationary"): INPUT_STATIONARY,
    ("conv", "row stationary"): ROW_STATIONARY,
    ("conv", "ragged tiles"): RAGGED,
    ("conv", "three levels"): THREE_LEVELS,
    ("conv", "clusters with idle units"): IDLE,
    ("conv", "a tile for the whole machine"): MACHINE,
    ("conv", "inputs pass the PEs by"): OUTPUT_STATIONARY + "Hold(L1: filter, output);",
    ("conv", "all at once"): "",
    ("strided", "output stationary"): OUTPUT_STATIONARY,
    ("strided", "windows of the input"): "TemporalMap(1,1) K; SpatialMap(Sz(R),2) Y; TemporalMap(Sz(S)+2,4) X;",
    ("strided apart", "three levels"): THREE_LEVELS,
    ("dilated", "weight stationary"): WEIGHT_STATIONARY,
    ("dilated", "row stationary"): """
        TemporalMap(1,1) N; SpatialMap(5,1) Y; TemporalMap(1,1) K;
        Cluster(3); SpatialMap(1,2) Y; SpatialMap(1,1) R; TemporalMap(2,2) X';""",
    ("strided and dilated", "ragged tiles"): RAGGED,
    ("depthwise", "channels on units"): "SpatialMap(1,1) C; TemporalMap(1,1) Y'; TemporalMap(3,3) X';",
    ("depthwise", "row stationary"): """
        SpatialMap(3,1) Y; TemporalMap(2,2) C; Cluster(3); SpatialMap(1,1) Y; SpatialMap(1,1) R;""",
    ("depthwise with multiplier", "clusters with idle units"): IDLE,
    ("depthwise with multiplier", "ragged tiles"): """
        TemporalMap(3,3) C; SpatialMap(2,2) Y'; Cluster(5); SpatialMap(1,1) K;""",
    ("grouped", "groups on clusters"): "SpatialMap(1,1) G; Cluster(4); SpatialMap(1,1) C; TemporalMap(1,1) K;",
    ("grouped", "weight stationary"): "TemporalMap(2,2) G; SpatialMap(1,1) K; TemporalMap(1,1) C; TemporalMap(3,3) Y';",
    ("pointwise", "reduced on units"): "TemporalMap(4,4) K; SpatialMap(2,2) C; TemporalMap(1,1) Y';",
    ("pointwise", "three levels"): "SpatialMap(2,2) K; Cluster(4); SpatialMap(2,2) C; Cluster(2); SpatialMap(1,1) X';",
    ("fc", "weight stationary"): "SpatialMap(1,1) K; TemporalMap(4,4) C; TemporalMap(1,1) N;",
    ("fc", "reduced on units"): "TemporalMap(2,2) K; SpatialMap(1,1) C;",
    ("transposed", "output stationary"): """
        SpatialMap(2,2) Y'; TemporalMap(4,4) X'; TemporalMap(1,1) K; TemporalMap(2,2) C;""",
    ("transposed", "taps on units"): "TemporalMap(1,1) K; SpatialMap(1,1) R; Cluster(3); SpatialMap(1,1) S;",
    ("transposed by 3 and 1", "row stationary"): "SpatialMap(3,1) Y; Cluster(3); SpatialMap(1,1) Y; SpatialMap(1,1) R;",
    ("gemm", "output stationary"): "SpatialMap(1,1) M; TemporalMap(1,1) N; TemporalMap(1,1) K;",
    ("gemm", "weight stationary"): "SpatialMap(1,1) K; TemporalMap(1,1) N; Cluster(1); TemporalMap(2,2) M;",
    ("gemm", "systolic"): "SpatialMap(2,2) M; TemporalMap(4,4) K; Cluster(4); SpatialMap(1,1) N; TemporalMap(1,1) K;",
    ("gemm", "three ragged levels"): """
        TemporalMap(5,5) M; SpatialMap(4,4) K; Cluster(6); SpatialMap(2,2) M; TemporalMap(3,3) N;
        Cluster(2); SpatialMap(1,1) N; TemporalMap(3,3) K;""",
    ("gemv", "rows on units"): "SpatialMap(1,1) M; TemporalMap(3,3) K;",
    ("gemv", "columns on units"): "TemporalMap(2,2) M; SpatialMap(1,1) K;",
    ("outer product", "output stationary"): "SpatialMap(1,1) M; Cluster(3); SpatialMap(2,2) N;",
    ("batched gemm", "a batch for each cluster"): """
        SpatialMap(1,1) B; Cluster(4); SpatialMap(1,1) M; TemporalMap(4,4) K;""",
    ("attention scores", "queries on units"): """
        TemporalMap(1,1) B; SpatialMap(1,1) H; TemporalMap(2,2) T;
        Cluster(4); SpatialMap(1,1) Q; TemporalMap(4,4) D;""",
    ("attention values", "positions on units"): """
        TemporalMap(1,1) H; SpatialMap(2,2) T; TemporalMap(3,3) Q;
        Cluster(6); SpatialMap(1,1) D; TemporalMap(1,1) Q;""",
    ("conv 1-D", "output stationary"): "TemporalMap(1,1) K; SpatialMap(1,1) O; TemporalMap(1,1) T;",
    ("conv 1-D", "windows and taps on units"): "TemporalMap(2,2) T; SpatialMap(1,1) O; Cluster(2); SpatialMap(1,1) T;",
    ("conv 3-D", "output stationary"): """
        TemporalMap(1,1) K; SpatialMap(1,1) Y'; TemporalMap(2,2) D'; TemporalMap(1,1) C;""",
    ("conv 3-D", "planes on clusters"): """
        SpatialMap(2,1) D; TemporalMap(3,3) Y'; Cluster(2); SpatialMap(1,1) C; Cluster(3); SpatialMap(1,1) S;""",
    ("scaled rows", "reduced on units"): "SpatialMap(2,2) K; TemporalMap(4,4) N; Cluster(6); SpatialMap(1,1) M;",
}  # fmt: skip
ACCELERATOR = weft.load_accelerator("generic_256", ["pes=12"])


@pytest.fixture(scope="module")
def lowered():
    """The loop nest of every program."""
    return {key: lower(schedule(mapping(*key))) for key in PROGRAMS}


@pytest.fixture(scope="module")
def units(lowered):
    """The programs in C, as functions f0, f1, …, by key."""
    return {key: emit_c(nest, f"f{number}") for number, (key, nest) in enumerate(lowered.items())}


@pytest.fixture(scope="module")
def library(units, tmp_path_factory):
    """All programs in one library, with OpenMP."""
    return compiled(tmp_path_factory.mktemp("programs"), units.values(), "-fopenmp")


def mapping(workload, dataflow):
    found = weft.parse_workload(WORKLOADS[workload][0])
    program = weft.parse_dataflow(PROGRAMS[workload, dataflow]).bind(found.extents)
    return Mapping(found, program, ACCELERATOR, f"{workload}: {dataflow}")


def inputs_and_result(name):
    """Random integers for a workload, zeros for its output, and what numpy makes of them."""
    workload = weft.parse_workload(WORKLOADS[name][0])
    data = random_data(workload, {tensor.name: Elements(workload, tensor) for tensor in workload.tensors}, seed=1)
    reference = WORKLOADS[name][1]
    result = reference(*data.values()) if reference else scatter(workload, data)
    given = {key: values.astype(np.float64) for key, values in data.items()}
    return given | {workload.output.name: np.zeros(result.shape)}, workload.output.name, result


@pytest.mark.parametrize("key", PROGRAMS, ids=", ".join)
def test_a_program_runs_in_python_and_equals_numpy(key, lowered):
    data, output, result = inputs_and_result(key[0])
    assert result.any()
    text = emit_python(lowered[key])
    np.testing.assert_array_equal(run_python(text, data)[output], result, err_msg=text)


@pytest.mark.parametrize("key", PROGRAMS, ids=", ".join)
def test_a_program_runs_in_c_and_equals_numpy(key, lowered, units, library):
    data, output, result = inputs_and_result(key[0])
    for _ in range(2):
        found = run_c(library, f"f{list(units).index(key)}", lowered[key], data)
        np.testing.assert_array_equal(found[output], result, err_msg=units[key])


def test_the_programs_are_legal_and_some_share_their_outputs(units):
    assert [item for key in PROGRAMS for item in weft.check(mapping(*key)) if item.is_error] == []
    shared = [key for key, text in units.items() if "#pragma omp atomic" in text]
    assert ("gemv", "columns on units") in shared
    assert ("gemv", "rows on units") not in shared


@pytest.mark.parametrize("key", PROGRAMS, ids=", ".join)
def test_a_program_is_read_back_as_the_same_nest(key, lowered):
    nest = lowered[key]
    assert read_python(emit_python(nest), function=nest.name) == (nest,)
    (found,) = read_c(emit_c(nest))
    # A bound that never bites, as where a fold is the only one, is not read from C.
    assert found == nest or "0f + " in str(nest)
    assert read_c(emit_c(found)) == (found,)
