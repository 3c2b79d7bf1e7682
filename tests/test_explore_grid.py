"""The public MAESTRO's designs of its paper's hardware exploration are Weft's, but for named differences."""

import pytest

from weft.validation.comparison import DATA, compare
from weft.validation.explore import compared, layer_of, read_grid


def test_all_designs_of_the_tool_are_explained():
    found = compare("explore")
    assert [check.text for check in found.checks if not check.holds] == []
    assert {row[2] for row in found.tables[0].rows if row[0] == "VGG16-CONV2"} == {4312}


def test_a_wrong_number_of_the_tool_is_noticed():
    grid = read_grid(DATA / "grid_conv2.csv.gz")["VGG16-CONV2"][:64]
    right = compared("VGG16-CONV2", grid)
    wrong = compared("VGG16-CONV2", [grid[0] | {"runtime": "1", "l2_B": "7"}, *grid[1:]])
    assert wrong[0].weft == right[0].weft
    assert (wrong[0].tool.cycles, wrong[0].tool.l2) == (1, 7)
    assert wrong[1:] == right[1:]


def test_layers_go_by_their_names():
    assert layer_of("VGG16-CONV11").macs == 512 * 512 * 9 * 14 * 14
    with pytest.raises(KeyError):
        layer_of("AlexNet-CONV2b")
