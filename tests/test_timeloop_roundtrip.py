"""Timeloop YAML that Weft writes reads back as a mapping with equal counts, or is refused with the reason."""

from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings
from strategies import mappings

import weft
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
    mapping = plain(mapping)
    before = weft.evaluate(mapping, "warning")
    text = emitted(mapping)
    assume(text)
    assert "Left out" not in text
    again, _ = parse_timeloop([("mapping.yaml", text)])
    after = weft.evaluate(again, "warning")
    assert after.counts.macs == before.counts.macs
    assert after.counts.active_peak == before.counts.active_peak
    assert traffic(after) == traffic(before)
    assert after.cycles_stepwise == before.cycles_stepwise
