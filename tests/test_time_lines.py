"""Time lines end with the stepwise time, and no engine does two things at once."""

import json
from itertools import groupby, pairwise
from pathlib import Path

import pytest
from generated import KINDS, sample

import weft
from weft.backends.plots import timeline
from weft.backends.simulate import play

ROOT = Path(__file__).parents[1]


def work(spans):
    return [span for span in spans if span.doing.engine == "work"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_spans_of_any_program_end_with_its_stepwise_time(kind):
    for mapping in sample(kind, 60, 25, 17):
        cost = weft.evaluate(mapping)
        spans = play(cost.schedule)
        assert max(span.end for span in spans) == cost.cycles_stepwise, mapping
        assert min(span.begin for span in spans) == 0
        for unit, own in groupby(
            sorted(work(spans), key=lambda span: span.doing.unit), key=lambda span: span.doing.unit
        ):
            assert all(one.end <= other.begin for one, other in pairwise(sorted(own))), (unit, mapping)
        steps = {(span.doing.unit, span.doing.time) for span in work(spans)}
        assert len(steps) == len(work(spans)) == cost.counts.active_total


def test_the_last_schedule_of_figure_5_by_hand():
    # 12 steps on 6 units in two clusters: a cycle of first fill at each level, then one of work in each step.
    mapping = weft.load(ROOT / "examples/figure5.m", overrides=["pes=6"])[5]
    spans = play(weft.evaluate(mapping).schedule)
    first = [span for span in spans if span.doing.engine == "fill"]
    assert [(span.begin, span.end, span.doing.level) for span in first] == [(0, 1, 0), (1, 2, 1), (1, 2, 1)]
    assert {span.end - span.begin for span in work(spans)} == {1}
    assert sum(span.end - span.begin for span in work(spans)) == mapping.workload.points


def test_a_trace_has_every_span_on_a_track_that_is_named():
    mapping = weft.load(ROOT / "examples/figure6.m", overrides=["pes=6"])[0]
    cost = weft.evaluate(mapping)
    trace = json.loads(timeline(cost.schedule, "generic_256").forms[".trace.json"]())
    spans, events = play(cost.schedule), trace["traceEvents"]
    done = [event for event in events if event["ph"] == "X"]
    assert len(done) == len(spans)
    assert sum(event["dur"] for event in done) == sum(span.end - span.begin for span in spans)
    assert max(event["ts"] + event["dur"] for event in done) == cost.cycles_stepwise
    named = {(event["pid"], event["tid"]) for event in events if event["name"] == "thread_name"}
    assert {(event["pid"], event["tid"]) for event in done} == named


def test_a_long_time_line_says_that_it_is_cut():
    mapping = weft.load(ROOT / "examples/figure6.m", overrides=["pes=6"])[0]
    figure = timeline(weft.evaluate(mapping).schedule, "generic_256")
    shown = max(row["end"] for row in figure.rows)
    cycles = weft.evaluate(mapping).cycles_stepwise
    assert shown < cycles
    assert f"the first {shown:,} of {cycles:,} cycles" in figure.description


def test_a_large_layer_is_refused():
    mapping = weft.load(ROOT / "examples/vgg16_kcp.m")[0]
    with pytest.raises(weft.WeftError, match="W302"):
        timeline(weft.evaluate(mapping).schedule, "generic_256")
