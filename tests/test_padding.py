"""Padding of a workload: its text, what is useful, and what is refused."""

from dataclasses import replace
from itertools import product

import pytest

import weft
from weft.backends.emit.timeloop import emit_timeloop
from weft.backends.simulate import simulate
from weft.frontends.maestro import parse_maestro, write_maestro
from weft.ir import Dataflow, Layer, Mapping, Network, TemporalMap, WeftError, operator_workload
from weft.passes import schedule


def conv(padding, stride=1, dilation=1):
    extents = {"N": 1, "K": 2, "C": 2, "Y'": 4, "X'": 5, "R": 3, "S": 2}
    workload = operator_workload("CONV", extents, stride={"Y": stride}, dilation={"Y": dilation})
    return replace(workload, padding=padding)


CASES = [(("Y", 1, 1),), (("Y", 0, 2),), (("Y", 2, 1), ("X", 1, 0)), (("X", 2, 3),)]


@pytest.mark.parametrize("padding", CASES)
@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 1), (3, 2)])
def test_useful_are_the_points_with_stored_inputs(padding, stride, dilation):
    workload = conv(padding, stride, dilation)
    ends = {name: (before, after) for name, before, after in padding}
    held = 0
    for y, x, r, s in product(range(4), range(5), range(3), range(2)):
        inside = True
        for name, place, span in (
            ("Y", stride * y + dilation * r, 3 * stride + 2 * dilation + 1),
            ("X", x + s, 6),
        ):
            before, after = ends.get(name, (0, 0))
            inside &= before <= place < span - after
        held += inside
    assert workload.useful_macs == 4 * held


def on_one_unit(workload):
    machine = weft.load_accelerator("generic_256", ["pes=1"])
    return Mapping(workload, Dataflow(((TemporalMap(1, 1, "Y'"), TemporalMap(1, 1, "R")),)), machine, "a")


@pytest.mark.parametrize("padding", CASES)
def test_the_text_reads_back(padding):
    workload = conv(padding, 2)
    assert weft.parse_workload(str(workload)) == workload
    general = replace(workload, operator="AFFINE")
    assert weft.parse_workload(str(general)) == general


@pytest.mark.parametrize("padding", CASES)
def test_what_is_written_for_maestro_reads_back(padding):
    mapping = on_one_unit(conv(padding, 2))
    layer = Layer("a", mapping.workload, mapping.dataflow, "CONV")
    ((again,),) = (network.layers for network in parse_maestro(write_maestro(Network("n", (layer,)))))
    assert again.workload == mapping.workload


@pytest.mark.parametrize("padding", CASES)
def test_the_dialect_of_mlir_holds_it(padding):
    pytest.importorskip("xdsl", reason="MLIR is read with xDSL")
    from test_dialect import generic, read_back

    mapping = on_one_unit(conv(padding, 2))
    for print_module in (str, generic):
        assert read_back(mapping.workload, mapping.dataflow, print_module)[0] == mapping.workload


@pytest.mark.parametrize("padding", CASES)
def test_padding_takes_time_and_is_zero(padding):
    padded, plain = on_one_unit(conv(padding)), on_one_unit(conv(()))
    cost, other = weft.evaluate(padded), weft.evaluate(plain)
    assert (cost.counts, cost.cycles_stepwise) == (other.counts, other.cycles_stepwise)
    assert cost.macs + cost.zero_macs == other.macs == 4 * 20 * 6
    assert 0 < cost.macs < other.macs
    assert simulate(schedule(padded)).matches_numpy


def test_extents_of_inputs_are_the_stored_ones():
    padding = "Padding { Y: 1, X: 0 } PaddingAfter { Y: 1, X: 2 }"
    workload = weft.parse_workload(f"Type: CONV Dimensions {{ K: 1, C: 1, Y: 8, X: 9, R: 3, S: 3 }} {padding}")
    assert (workload.extents["Y'"], workload.extents["X'"]) == (8, 9)
    assert workload.padding == (("Y", 1, 1), ("X", 0, 2))


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("Padding { Z: 1 }", "W002"),
        ("Padding { Y: -1 }", "W004"),
        ("Padding { Y: 9, X: 9 } Dilation { Y: 9 }", "W004"),
        ("Padding { Y: 1 } Padding { X: 1 }", "W006"),
    ],
)
def test_padding_that_cannot_be(block, message):
    text = f"Type: CONV Dimensions {{ K: 1, C: 1, Y': 2, X': 2, R: 2, S: 2 }} {block}"
    with pytest.raises(WeftError) as refused:
        weft.parse_workload(text)
    assert message in {item.code for item in refused.value.diagnostics}


@pytest.mark.parametrize(
    ("padding", "code"),
    [
        ((("Z", 1, 1),), "W002"),
        ((("Y", 1, 1), ("Y", 1, 1)), "W006"),
        ((("Y", -1, 1),), "W004"),
        ((("Y", 3, 3),), "W004"),
    ],
)
def test_workloads_of_python_are_checked(padding, code):
    with pytest.raises(WeftError) as refused:
        weft.evaluate(on_one_unit(conv(padding)))
    assert [item.code for item in refused.value.diagnostics] == [code]


def test_a_transposed_convolution_has_its_own_padding():
    text = "Type: TRCONV Dimensions { K: 1, C: 1, Y: 4, X: 4, R: 2, S: 2 } Padding { Y: 1 }"
    with pytest.raises(WeftError, match="W004"):
        weft.parse_workload(text)


def test_timeloop_does_not_leave_padding_out():
    with pytest.raises(WeftError) as refused:
        emit_timeloop(schedule(on_one_unit(conv((("Y", 1, 1),)))))
    assert [item.code for item in refused.value.diagnostics] == ["W505"]


def test_zeros_of_a_measured_input_and_of_its_padding():
    workload = weft.parse_workload(f"{conv((('Y', 1, 1),))} Density {{ input: 0.5 }}".replace("\n", " "))
    found = weft.api.evaluate_sparse(on_one_unit(workload))
    assert found.effectual == pytest.approx(0.5 * workload.useful_macs)


@pytest.mark.parametrize(
    ("inputs", "taps", "stride", "before", "after"),
    [
        (224, 7, 2, 3, 3),
        (5, 3, 2, 2, 1),
        (6, 3, 2, 1, 1),
        (5, 2, 3, 0, 3),
        (4, 1, 4, 0, 3),
        (7, 3, 3, 2, 2),
        (5, 1, 4, 1, 2),
    ],
)
@pytest.mark.parametrize("dilation", [1, 2])
def test_windows_that_end_before_the_padding_take_no_stored_element_for_it(
    inputs, taps, stride, before, after, dilation
):
    text = f"""Network n {{ Layer a {{ Type: CONV
      Stride {{ Y: {stride} }} Dilation {{ Y: {dilation} }} Padding {{ Y: {before} }} PaddingAfter {{ Y: {after} }}
      Dimensions {{ K: 1, C: 1, R: {taps}, S: 1, Y: {inputs}, X: 1 }} Dataflow {{ SpatialMap(1,1) K; }} }} }}"""
    ((layer,),) = (network.layers for network in parse_maestro(text))
    outputs = (inputs + before + after - dilation * (taps - 1) - 1) // stride + 1
    places = [stride * y + dilation * r for y in range(outputs) for r in range(taps)]
    assert layer.workload.extents["Y'"] == outputs
    assert layer.workload.useful_macs == sum(before <= place < before + inputs for place in places)
    written = write_maestro(Network("n", (layer,)))
    ((again,),) = (network.layers for network in parse_maestro(written))
    assert again.workload == layer.workload


@pytest.mark.parametrize(
    ("statement", "outside", "said"),
    [
        ("output = max(output, input)", float("-inf"), "padding of -inf"),
        ("output = min(output, input)", float("inf"), "padding of inf"),
        ("output += input", 0, "padding"),
    ],
)
def test_padding_is_what_changes_nothing(statement, outside, said):
    pooled = "Type: POOL Dimensions { C: 2, Y: 4, X: 4, R: 3, S: 3 } Padding { Y: 1, X: 1 }"
    workload = weft.parse_workload(f"{pooled} Statement {{ {statement} }}")
    assert workload.outside == outside
    (found,) = weft.check(on_one_unit(workload))
    assert found.message == f"88 of 288 points work on {said}"


def test_a_mean_that_leaves_padding_out_and_one_that_counts_it_sum_the_same_elements(tmp_path):
    pytest.importorskip("onnx", reason="models are read with onnx")
    from onnx_models import one_node, saved

    for counts in (0, 1):
        model = one_node("AveragePool", (1, 2, 4, 4), kernel_shape=[3, 3], pads=[1] * 4, count_include_pad=counts)
        (network,) = weft.read(saved(model, tmp_path))
        total, mean = network.layers
        assert (total.workload.points, total.workload.useful_points, total.workload.outside) == (288, 200, 0)
        assert (mean.workload.points, mean.workload.operations) == (32, {"mul": 1})
        assert [item.code for item in mean.diagnostics] == ([] if counts else ["W803"])
