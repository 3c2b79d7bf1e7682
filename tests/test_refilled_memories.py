"""How large an outermost memory is that is refilled from outside (A31): as the program unrolled step by step needs."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from strategies import mappings

import weft
from weft.analysis.occupancy import occupancy
from weft.backends.simulate.elements import Elements
from weft.backends.simulate.program import RunProgram
from weft.passes.pipeline import schedule

KC = """Network n {{ Layer L {{ Type: CONV Dimensions {{ K: 64, C: 64, R: 3, S: 3, Y: 226, X: 226 }}
  Dataflow {{ SpatialMap({k},{k}) K; TemporalMap({c},{c}) C; TemporalMap(Sz(R),1) Y; TemporalMap(Sz(S),1) X; }} }} }}"""


def refilled(mapping, buffering="double"):
    outermost, *others = mapping.accelerator.memories
    outermost = replace(outermost, refilled=True, capacity_bytes=None, capacities=(), buffering=buffering)
    return replace(mapping, accelerator=replace(mapping.accelerator, memories=(outermost, *others)))


@pytest.mark.parametrize(
    ("c", "k", "pes", "bytes_needed"),
    [
        (8, 2, 24, 2 * (8 * 9 + 24 * 2 * 8 * 9 + 24 * 2)),  # the public MAESTRO says 7152
        (64, 32, 2, 2 * (64 * 9 + 64 * 64 * 9 + 64)),  # two units hold all filters
        (64, 48, 4, 2 * (64 * 9 + 64 * 64 * 9 + 64)),  # no more than there are
    ],
)
def test_two_copies_of_what_all_units_hold_together_in_a_step(tmp_path, c, k, pes, bytes_needed):
    (tmp_path / "kc.m").write_text(KC.format(c=c, k=k))
    (mapping,) = weft.load(tmp_path / "kc.m", overrides=[f"pes={pes}", "L2.refilled=true"])
    assert occupancy(schedule(mapping))[0].bytes_needed == bytes_needed


@settings(max_examples=150, deadline=None)
@given(mappings(max_points=400))
def test_a_step_needs_what_its_units_touch_together(mapping):
    found = schedule(refilled(mapping), "warning")
    need = occupancy(found)[0]
    steps = RunProgram.of(found).steps(1)
    assert need.buffers == (2 if len(steps) > 1 else 1)
    for tensor in mapping.workload.tensors:
        elements = Elements(mapping.workload, tensor)
        together = []
        for _, chunks in steps:
            touched = 0
            for chunk in chunks.values():
                touched |= elements.touched(chunk)
            together.append(touched.bit_count())
        assert dict(need.elements)[tensor.name] == max(together)


@settings(max_examples=20, deadline=None)
@given(mappings(max_points=200))
def test_only_double_buffers_have_a_second_copy(mapping):
    assert occupancy(schedule(refilled(mapping, "single"), "warning"))[0].buffers == 1


def test_only_the_outermost_memory_is_refilled():
    with pytest.raises(weft.WeftError, match="only the outermost memory can"):
        weft.load_accelerator("generic_256", ["L1.refilled=true"])


def test_a_program_that_needs_more_does_not_fit(tmp_path):
    (tmp_path / "kc.m").write_text(KC.format(c=8, k=2))
    settings_of = ["pes=24", "L2.refilled=true"]
    (mapping,) = weft.load(tmp_path / "kc.m", overrides=[*settings_of, "L2.capacity_bytes=7152"])
    assert weft.evaluate(mapping).occupancy[0].fits
    (mapping,) = weft.load(tmp_path / "kc.m", overrides=[*settings_of, "L2.capacity_bytes=7151"])
    with pytest.raises(weft.WeftError, match="needs 7152 B per instance, holds 7151 B"):
        weft.evaluate(mapping)
