"""VAESA's table: proved optima of Simba-like designs beside CoSA's cycles, and pairs in which more costs cycles."""

import pytest

from weft.validation import vaesa
from weft.validation.references import VARIABLE
from weft.validation.vaesa import LAYERS, Design, Published, comparison, floor, optimum, read_table, sample, workload

DATA = vaesa.folder()
needs_data = pytest.mark.skipif(DATA is None, reason="VAESA's table is not beside this checkout")

SMALL = Design(256, 32, 8192, 512, 32768)


def test_a_design_has_all_of_another_if_nothing_is_less():
    assert SMALL._replace(weights=16384).has_all_of(SMALL)
    assert not SMALL.has_all_of(SMALL)
    assert not SMALL._replace(weights=16384, inputs=256).has_all_of(SMALL)


def test_pairs_that_cost_cycles_are_counted_within_a_mesh():
    more, most = SMALL._replace(inputs=1024), SMALL._replace(inputs=2048)
    # Of three pairs of mesh 4 two rise: to 110 from 100 and from 105. The one of mesh 16 falls.
    cycles = {(4, SMALL): 100, (4, more): 105, (4, most): 103, (16, SMALL): 9, (16, most): 8}
    assert Published(cycles).broken == (4, 2, 1.05)


def test_a_floor_by_hand():
    # fc8: 4096 inputs and 4 096 000 weights, 10 words a cycle; the arithmetic would need 1 000.
    assert floor("fc8", 4096) == 410_010
    # conv5: 9 · 169 · 256 · 256 multiply-accumulates on 256 elements.
    assert floor("conv5", 256) == 9 * 169 * 256
    assert sum(workload(name).macs for name in LAYERS) == 714_188_480


def test_proved_optima_of_a_small_design():
    assert optimum("conv5", SMALL) == (floor("conv5", 256), True)
    assert optimum("conv5", SMALL._replace(elements=4096)) == (floor("conv5", 4096), True)
    # 55 rows in 28 and 27, 55 columns in 28 and 27, each on 64 of the 256 elements: 363 taps of 28 · 28 outputs.
    assert optimum("conv1", SMALL) == (363 * 28 * 28, True)


def test_a_buffer_that_holds_too_little_costs_cycles():
    starved = SMALL._replace(elements=4096, weights=64)
    assert optimum("conv5", starved).cycles > floor("conv5", 4096)
    assert optimum("conv5", Design(4096, 1, 1, 1, 1)).cycles >= optimum("conv5", starved).cycles


def test_without_the_table_the_comparison_says_where_it_comes_from(monkeypatch, tmp_path):
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    found = comparison()
    assert (found.tables, found.checks) == ((), ())
    assert f"`{VARIABLE}=DIR`" in found.about


@needs_data
def test_the_table_is_not_monotone():
    published = read_table(DATA / "simba_alexnet.csv")
    assert len(published.designs) == 768
    assert published.broken[:2] == (177_696, 10_464)
    assert published.any_mesh


@needs_data
def test_the_ends_of_every_array_are_in_the_sample():
    designs = read_table(DATA / "simba_alexnet.csv").designs
    chosen = sample(designs, 2)
    assert chosen == sample(designs, 2)
    for size in (256, 1024, 4096):
        own = [design for design in designs if design.elements == size]
        assert all(other == min(own) or other.has_all_of(min(own)) for other in own)
        assert {min(own), max(own)} <= set(chosen)


@pytest.mark.campaign
@needs_data
def test_every_statement_holds_with_a_hundred_designs():
    assert [check.text for check in comparison(94).checks if not check.holds] == []
