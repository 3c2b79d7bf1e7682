"""Timeloop YAML that Weft writes reads back as a mapping with equal counts, or is refused with the reason."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from strategies import mappings

import weft
import weft.api
from weft.backends.emit import emit_timeloop
from weft.frontends.timeloop import parse_timeloop
from weft.ir import Interconnect, WeftError
from weft.passes import schedule

SETTINGS = settings(
    deadline=None,
    derandomize=True,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


def plain(mapping):
    """The mapping on the machine that Timeloop has: networks that multicast and reduce, one lane, free ports."""
    memories = tuple(
        replace(
            memory,
            networks=(Interconnect(),),
            capacities=(),
            shared_bandwidth=None,
            read_bandwidth=None,
            write_bandwidth=None,
            buffering="rolling" if memory.buffering == "single" else memory.buffering,
        )
        for memory in mapping.accelerator.memories
    )
    machine = replace(mapping.accelerator, memories=memories, lanes=1, vector_width=1, pipeline_depth=1)
    return replace(mapping, accelerator=machine, workload=replace(mapping.workload, zero_insertion=()))


def traffic(cost):
    def plain_name(name):
        return name.removesuffix("_buffer")

    return {
        (plain_name(interface.parent), plain_name(interface.child), name): counts
        for interface in cost.counts.interfaces
        for name, counts in interface.tensors
    }


def emitted(mapping):
    """Timeloop's text, or none where its chunks cannot be those of the mapping."""
    try:
        return emit_timeloop(schedule(mapping, "warning"))
    except WeftError as error:
        reasons = {(item.code, "multiples" in item.message) for item in error.diagnostics}
    assert reasons == {("W505", True)}
    return ""


@SETTINGS
@given(mappings(max_points=500))
def test_a_mapping_that_timeloop_can_say_keeps_its_counts(mapping):
    assume(mapping.workload.statement is None)
    mapping = plain(mapping)
    before = weft.evaluate(mapping, "warning")
    text = emitted(mapping)
    assume(text)
    assert "Left out" not in text
    again, _ = parse_timeloop([("mapping.yaml", text)])
    after = weft.evaluate(again, "warning")
    assert after.counts.points == before.counts.points
    assert after.counts.active_peak == before.counts.active_peak
    assert traffic(after) == traffic(before)
    assert after.cycles_stepwise == before.cycles_stepwise


def program(text, dimensions="M: 12, N: 4, K: 4", **machine):
    workload = weft.parse_workload(f"Type: GEMM\nDimensions {{ {dimensions} }}")
    settings = [f"{key.replace('__', '.')}={value}" for key, value in machine.items()]
    accelerator = weft.load_accelerator("generic_256", settings)
    return weft.Mapping(workload, weft.parse_dataflow(text), accelerator, "gemm")


@pytest.mark.parametrize(
    ("text", "machine", "reason"),
    [
        ("SpatialMap(1,1) N;", {"pes": 4, "lanes": 2}, "no lanes, here 2"),
        ("SpatialMap(1,1) N;", {"pes": 4, "vector_width": 2}, "no vector_width, here 2"),
        ("SpatialMap(1,1) N;", {"pes": 4, "L2__multicast": "false"}, "level 0 has no multicast"),
        ("SpatialMap(1,1) K;", {"pes": 4, "L2__reduction": "false"}, "level 0 has no reduction"),
        ("SpatialMap(1,1) N;", {"pes": 4, "L2__forwarding": "true"}, "level 0 has forwarding"),
        ("TemporalMap(6,6) M; Cluster(4); TemporalMap(4,4) M;", {"pes": 4}, "chunks of 4 of 'M' inside of chunks of 6"),
    ],
)
def test_what_timeloop_counts_otherwise_is_refused(text, machine, reason):
    with pytest.raises(WeftError) as raised:
        weft.api.write_timeloop(program(text, **machine))
    (found,) = raised.value.diagnostics
    assert found.code == "W505"
    assert reason in found.message


def test_what_only_costs_cycles_is_left_out_and_said():
    text = weft.api.write_timeloop(program("SpatialMap(1,1) N;", pes=4, L2__latency=3, pipeline_depth=4))
    comments = [line for line in text.splitlines() if line.startswith("#")]
    left_out = ["pipeline_depth", "bandwidth of level 0's network", "latency of level 0's network"]
    assert comments[1:] == [f"#   {item}" for item in left_out]


def test_folds_and_ragged_edges_are_last_bounds():
    # Eleven rows on four units: three folds, the last of three.
    text = weft.api.write_timeloop(program("SpatialMap(1,1) M;", "M: 11, N: 2, K: 3", pes=4))
    assert '{target: units0, type: spatial, factors: "M=4,3 N=1 K=1", permutation: [M, N, K]}' in text
    assert '{target: L2, type: temporal, factors: "M=3 N=1 K=1", permutation: [M, N, K]}' in text


def test_names_that_timeloop_cannot_read_become_letters():
    text = weft.api.write_timeloop(next(iter(weft.load("examples/figure5.m", overrides=["pes=3"]))))
    assert "dimensions: [N, K, C, P, Q, R, S]" in text
