"""Published areas beside ours, and what the comparison says of them."""

import pytest

from weft.validation.area import comparison, eyeriss_mw, macros, parts


def test_chips_are_within_a_factor_of_two():
    found = {(part.chip, part.part): part for part in parts()}
    checked = [part for part in found.values() if part.checked]
    assert {part.chip for part in checked} == {part.chip for part in found.values()}
    for part in checked:
        assert 0.5 <= part.ratio <= 2, part
    # What is said of the rest is true: it is more than a factor of two for the one, hardly less for the other.
    assert found["Gemmini 16 x 16", "array"].ratio > 2
    assert found["TPU v1", "die"].ratio == pytest.approx(0.5, abs=0.01)


def test_the_parts_of_the_tpu_are_all_that_we_have_of_it():
    sizes = {part.part: part.ours_mm2 for part in parts() if part.chip == "TPU v1"}
    named = sizes["unified buffer"] + sizes["accumulators"] + sizes["matrix unit"]
    assert named == pytest.approx(sizes["the three together"])


def test_every_figure_says_whether_it_was_read():
    for part in parts():
        assert ("read" in part.figure) or ("recalled" in part.figure)
        assert part.leaves_out


def test_memories_are_near_those_of_cacti():
    assert len(macros()) == 32
    assert all(0.75 <= macro.ratio <= 1.55 for macro in macros())


def test_power_of_eyeriss():
    assert 0.5 * 278 < eyeriss_mw() < 2 * 278


def test_the_comparison_holds():
    assert [check.text for check in comparison().checks if not check.holds] == []
