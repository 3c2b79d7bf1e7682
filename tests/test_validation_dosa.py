"""DOSA's tables: Timeloop's cycles and energies from Weft's counts and named rules, and ranks of RTL latencies."""

import random

import numpy as np
import pytest

from weft import api
from weft.validation.dosa import comparison, folder
from weft.validation.dosa.energy import charged, fit
from weft.validation.dosa.latencies import measured, spearman
from weft.validation.dosa.oracles import cut, differing
from weft.validation.dosa.rows import LATENCIES, TIMELOOP, Row, read_rows
from weft.validation.dosa.rules import RULES, Priced
from weft.validation.references import VARIABLE

DATA = folder()
needs_data = pytest.mark.skipif(DATA is None, reason="DOSA's tables are not beside this checkout")

MACHINE = {
    **{"pe": "16", "meshX": "4", "mem1_entries": "64", "mem1_depth": "64", "mem1_width": "32", "mem1_instances": "4"},
    **{"mem1_word-bits": "32", "mem1_shared_bandwidth": "2", "mem2_entries": "1024", "mem2_depth": "256"},
    **{"mem2_width": "32", "mem2_instances": "1", "mem2_word-bits": "8", "mem2_shared_bandwidth": "8"},
}
LAYER = {"shape": "cnn-layer", **dict(zip("NKCPQRS", "1448833", strict=True)), "Wstride": "1", "Hstride": "1"}


def priced(text, **sizes):
    """A row of a small machine: 4 × 4 elements, 8 words a cycle of DRAM and scratchpad, 2 an accumulator."""
    problem = LAYER | {key: str(value) for key, value in sizes.items()}
    row = Row(tuple(MACHINE.items()), tuple(problem.items()), text, 0, 0.0)
    return Priced(row, api.evaluate(row.mapping))


@pytest.fixture(scope="module")
def rows():
    return tuple(read_rows(DATA / TIMELOOP))


def test_partial_sums_that_leave_and_return_are_what_the_rule_of_ports_is_about():
    # One output of K at a time, C outside: 4 sums leave the accumulator twice and return once. Of 32 additions the
    # first to each of 4 outputs reads nothing.
    small = priced("L3[WIO] C2 K4 - L2[WI] N1 - L1[O] C4 - L0[W] N1", K=4, C=8, P=1, Q=1, R=1, S=1)
    assert small.accesses(())["Accumulator", "Outputs"] == (32 - 4 + 8, 32 + 4)
    assert small.accesses(("ports",))["Accumulator", "Outputs"] == (32 - 4, 32 + 8)
    assert (small.steps, small.cycles(()), small.cycles(("ports",))) == (32, 36, 34)


def test_a_window_that_slides_outside_of_another_loop_is_fetched_whole():
    # P slides over boxes of 3 inputs, 2 of which stay; K inside makes the step 0 and then 1.
    alone = priced("L3[WIO] P8 - L2[WI] N1 - L1[O] R3 - L0[W] N1", K=1, C=1, P=8, Q=1, R=3, S=1)
    assert alone.windows["Scratchpad"][1] == 3 + 7 == alone.accesses(())["Scratchpad", "Inputs"][1]
    with_k = priced("L3[WIO] P8 K4 - L2[WI] N1 - L1[O] R3 - L0[W] N1", K=4, C=1, P=8, Q=1, R=3, S=1)
    assert with_k.windows["Scratchpad"][1] == 8 * 3
    assert with_k.accesses(())["Scratchpad", "Inputs"][1] == 3 + 7


def test_a_window_goes_on_when_an_outer_loop_takes_the_same_step():
    # R's two taps and P's chunks of two outputs both move the box of two inputs by one or two: 2·p + r.
    even = priced("L3[WIO] P4 R2 - L2[WI] N1 - L1[O] P2 - L0[W] N1", K=1, C=1, P=8, Q=1, R=2, S=1)
    assert even.windows["Scratchpad"][1] == 2 + 7


def test_strides_longer_than_the_window_count_in_boxes():
    gaps = priced("L3[WIO] C2 - L2[WI] N1 - L1[O] P8 - L0[W] N1", K=1, C=2, P=8, Q=1, R=1, S=1, Wstride=2)
    assert gaps.windows["Scratchpad"][1] == 2 * 15
    assert gaps.accesses(())["Scratchpad", "Inputs"][1] == 2 * 8


def test_prices_are_found_again_and_wrong_counts_leave_a_residual():
    rng = np.random.default_rng(1)
    counts = rng.integers(1, 10**6, (40, 5))
    prices = np.array([1.0, 0.5, 3.0, 2.0, 100.0])
    energies = counts @ prices / 1e6
    found = fit([tuple(row) for row in counts], energies)
    assert np.allclose(found.prices, prices)
    assert found.errors.max() < 1e-9
    counts[::2, 2] *= 2
    assert fit([tuple(row) for row in counts], energies).errors.max() > 1e-3


def test_blocks_are_charged_whole():
    small = priced("L3[WIO] C4 K4 - L2[WI] N1 - L1[O] N1 - L0[W] N1", K=4, C=4, P=1, Q=1, R=1, S=1)
    # 16 weights and 4 inputs are read, 16 sums written and 12 read back: a block of 64 words each.
    assert charged(small, RULES)[4] == 4 * 64


def test_ranks():
    assert spearman([1, 2, 3, 4], [10, 20, 30, 40]) == pytest.approx(1)
    assert spearman([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1)
    # By hand: ranks 0 1.5 1.5 3 and 0 1 2 3.
    assert spearman([1, 2, 2, 4], [1, 2, 3, 4]) == pytest.approx(4.5 / (4.5 * 5) ** 0.5)


def test_without_the_tables_the_comparison_says_where_they_come_from(monkeypatch, tmp_path):
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    found = comparison()
    assert (found.tables, found.checks) == ((), ())
    assert f"`{VARIABLE}=DIR`" in found.about


@needs_data
def test_a_sample_of_rows_is_explained_by_the_rules(rows):
    chosen = random.Random(5).sample(rows, 150)
    found = [Priced(row, api.evaluate(row.mapping)) for row in chosen]
    assert [item.row.map for item in found if item.rules is None] == []
    assert {rule for item in found for rule in item.rules} == set(RULES)


@needs_data
def test_the_energies_of_a_machine_follow_from_five_prices(rows):
    own = [row for row in rows if row.machine == rows[0].machine][:60]
    found = [Priced(row, api.evaluate(row.mapping)) for row in own]
    good = fit([charged(item, RULES) for item in found], [item.row.energy_uj for item in found])
    assert good.errors.max() < 1e-5
    assert good.prices[4] == pytest.approx(100, rel=1e-5)


@needs_data
def test_maps_whose_windows_count_otherwise_have_weft_s_counts_by_the_oracles(rows):
    assert cut(rows[0]).map == "L3[WIO] K2 Q2 S2 P2 C2 - L2[WI] N1 - L1[O] K2 R2 C2 Q2 P2 - L0[W] P2"
    for item in differing(rows[:600], 3, seed=4):
        assert api.verify(item.cost) == ()


@needs_data
def test_a_latency_below_the_steps_of_its_map():
    row = next(row for row in read_rows(DATA / LATENCIES) if row.map.startswith("L3[WIO] K128 - L2[WI] N1 - L1[O] C8"))
    found = measured(row)
    assert (found.steps, row.cycles, found.side, found.filled, found.array) == (131_072, 15_591, 16, 16, 256)
    assert found.is_product
