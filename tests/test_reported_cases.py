"""Inputs that once gave wrong answers give the right ones; the files are reference data beside the project."""

from pathlib import Path

import pytest
from nest_checks import long_extents

import weft
from weft.api import evaluate_sparse

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the reference data is not beside the project")


def only(name, **options):
    (mapping,) = weft.load(str(CASES / name), **options)
    return mapping


@pytest.mark.parametrize(
    ("name", "macs", "elements"),
    [("tmp_load.c", 336, {"input": 48, "filter": 42, "output": 56}), ("tmp_load_shift.c", 54, {"input": 20})],
)
def test_temporaries_are_no_tensors(name, macs, elements):
    mapping = only(name, accelerator="generic_256")
    cost, workload = weft.evaluate(mapping), mapping.workload
    assert cost.macs == macs
    assert elements.items() <= {tensor.name: workload.footprint(tensor) for tensor in workload.tensors}.items()
    assert len(workload.tensors) == 3


def test_a_spread_sum_is_no_parallel_loop_of_mlir():
    text = weft.emit(weft.lower(only("race.m", accelerator="generic_256", overrides=["pes=4"])), "mlir")
    assert "affine.parallel" not in text
    assert "weft.parallel" in text


def test_one_unit_takes_just_the_work_that_zeros_leave():
    found = evaluate_sparse(only("tl118.m", accelerator=str(CASES / "sp118.yaml")))
    assert (found.cycles, found.work.imbalance, found.speedup) == (72, 1, 8)


def test_a_scatter_is_refused_with_its_gather_form():
    with pytest.raises(weft.WeftError) as refused:
        only("scatter.py:scatter", accelerator="generic_256")
    (finding,) = refused.value.diagnostics
    assert finding.code == "W404"
    assert "out[o] += x0[c, o + r] * w[c, -r + 2]" in finding.hint


def test_useful_macs_of_a_transposed_convolution_are_its_headline():
    path = Path(__file__).resolve().parents[1] / "examples" / "unet_kcp.m"
    found = {mapping.name: weft.evaluate(mapping) for mapping in weft.load(str(path), accelerator="generic_256")}
    cost = found["UP1"]
    assert (cost.macs, cost.macs + cost.zero_macs) == (1_644_167_168, 6_576_668_672)
    assert cost.utilization("stepwise") == pytest.approx(cost.macs / (256 * cost.cycles_stepwise))


def test_transfers_overlap_the_step_before():
    found = weft.load(str(CASES / "pingpong.m"), accelerator=str(CASES / "pingpong.yaml"))
    assert [weft.evaluate(mapping).cycles_stepwise for mapping in found] == [138, 8713, 113]


def test_the_fill_and_the_drain_of_one_step_are_exposed():
    # DRAM's port brings 8192 elements at 16 a cycle; L2's 64 a cycle serve 512 first, then each step in 8 cycles
    # beside 256 of work, and take 4096 outputs at the end: 64; they leave for DRAM in 256.
    cost = weft.evaluate(only("one_step.m", accelerator="bench_256"))
    assert cost.cycles_stepwise == 512 + 8 + 16 * 256 + 64 + 256


def test_networks_between_stacked_memories_count_in_both_tables():
    settings = ["DRAM.bandwidth=1", "DRAM.shared_bandwidth=unlimited", "L2.shared_bandwidth=unlimited"]
    mapping = only(
        "stacked.m", accelerator="bench_256", overrides=[*settings, "pes=16", "shape=[4,4]"], densities={"input": "1.0"}
    )
    # 256 inputs and 256 filters over one element a cycle, also with zeros nowhere.
    assert weft.evaluate(mapping).cycles_throughput == 512
    assert evaluate_sparse(mapping).cycles == 512


def test_a_product_of_tensors_is_lowered_to_loops_over_slices():
    from mlir_modules import after

    text = after((CASES / "tensor_matmul.mlir").read_text("utf-8"), "weft-raise,weft-lower")
    assert "weft.refused" not in text
    assert "scf.for" in text
    assert "tensor.insert_slice" in text


def raised(name, function=None, **sizes):
    """What the one statement of a case raises to, and its notes."""
    (nest,) = weft.read_nests(f"{CASES / name}:{function}" if function else str(CASES / name), sizes)
    (found,) = weft.raise_nest(nest)
    assert found.workload is not None, found.diagnostics
    return found


def test_an_unknown_operation_refuses_no_other_function():
    found = raised("vecprint.mlir", "mm")
    assert (found.kind, long_extents(found)) == ("GEMM", {"M": 4, "N": 8, "K": 16})


def test_a_loop_of_one_iteration_couples_no_axis():
    found = raised("flat_conv.c", K=4, C=3, H=8, W=3, R=3, S=3)
    workload = found.workload
    assert (found.kind, workload.macs) == ("CONV", 4 * 3 * 6 * 1 * 9)
    sizes = {tensor.name: workload.footprint(tensor) for tensor in workload.tensors}
    assert sizes == {"input": 3 * 8 * 3, "filter": 4 * 3 * 3 * 3, "output": 4 * 6 * 1}


def test_two_iterators_of_one_loop_advance_together():
    found = raised("two_iter.c")
    assert (found.kind, long_extents(found)) == ("CONV", {"X'": 8, "S": 5})


def test_a_product_on_flat_arrays_is_lowered_to_c():
    mapping = only("flat_out.c", accelerator="generic_256")
    assert (mapping.workload.operator, mapping.workload.macs) == ("GEMM", 8 * 7 * 6)
    (nest,) = weft.read_nests(str(CASES / "flat_out.c"))
    text = weft.emit(weft.reschedule(nest, [mapping]), "c")
    assert "void f(float A[48], float B[42], float C[56])" in text


def test_members_of_a_structure_are_sizes():
    found = raised("struct_dims.c", **{"d.M": 8, "d.N": 7, "d.K": 6})
    assert (found.kind, long_extents(found)) == ("GEMM", {"M": 8, "N": 7, "K": 6})


def test_zero_points_leave_a_product_and_are_operations_of_it():
    found = raised("zp.c")
    assert (found.kind, long_extents(found)) == ("GEMM", {"M": 8, "N": 7, "K": 6})
    assert found.diagnostics == ()
    assert str(found.workload.statement) == "output += (input - za) * (filter - zb)"
    assert found.workload.operations == {"mac": 1}


def test_row_pointers_are_places_in_their_arrays():
    found = raised("ptr_row.c", M=8, N=7, K=6)
    assert (found.kind, long_extents(found)) == ("GEMM", {"M": 8, "N": 7, "K": 6})
    assert [item.code for item in found.diagnostics] == []


def test_a_choice_after_the_sum_is_an_epilogue():
    (nest,) = weft.read_nests(str(CASES / "relu_if.c"))
    product, epilogue = weft.raise_nest(nest)
    assert (product.kind, long_extents(product)) == ("GEMM", {"M": 8, "K": 6})
    assert (str(epilogue.workload.statement), epilogue.workload.points) == ("C = max(s, 0)", 8)


def test_a_condition_that_keeps_a_window_inside_is_padding():
    found = raised("pad_if.c")
    assert (found.kind, long_extents(found)) == ("CONV", {"Y'": 8, "X'": 9, "R": 3, "S": 3})
    assert found.workload.padding == (("Y", 1, 1), ("X", 1, 1))
    cost = weft.evaluate(only("pad_if.c", accelerator="generic_256"))
    assert (cost.macs, cost.macs + cost.zero_macs) == ((8 * 3 - 2) * (9 * 3 - 2), 648)
