"""A slice of the fuzzer's campaign: whatever comes in, there is an answer or a finding, in time, without controls.

`python tests/fuzz_run.py 100000` is the whole campaign.
"""

from random import Random

import pytest
from fuzz_guard import fault, forget_peak, peak
from fuzz_surfaces import SURFACES, warm

INPUTS = 1_000
"""Inputs of all surfaces together."""

MEGABYTES = 400


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.__name__)
def test_every_input_has_an_answer_or_a_finding(surface, tmp_path):
    warm()
    forget_peak()
    before = peak()
    for number in range(max(5, round(INPUTS * SURFACES[surface] / sum(SURFACES.values())))):
        given, run = surface(Random(f"slice/{number}"), tmp_path)
        assert (given, fault(run)) == (given, None)
    assert peak() - before < MEGABYTES


@pytest.mark.parametrize(
    ("run", "kind"),
    [
        (lambda: {}["key"], "traceback KeyError"),
        (lambda: int("text"), "traceback ValueError"),
        (lambda: "a\x1bb", "control character"),
        (lambda: [sum(range(1000)) for _ in iter(int, 1)], "hang"),
    ],
)
def test_the_fuzzer_sees_faults(run, kind, monkeypatch):
    monkeypatch.setattr("fuzz_guard.SECONDS", 0.05)
    assert fault(run).startswith(kind)
