"""A constraint leaves exactly the points that it describes, and a wrong one says where and why."""

from contextlib import suppress
from random import Random

import pytest

from weft.ir import Accelerator, Memory, WeftError, operator_workload
from weft.search.spaces.constraints import constrain
from weft.search.spaces.default import machine_space

GEMM = operator_workload("GEMM", {"M": 2, "N": 1, "K": 5})
MACHINE = Accelerator("machine", 4, (Memory("DRAM"), Memory("L2"), Memory("L1", None, holds=("input",))))
SPACE = machine_space(GEMM, MACHINE, split="any", mixed=False)
EVEN = machine_space(GEMM, MACHINE, mixed=False)


def chunk(point, name, boundary):
    """What a unit below `boundary` levels holds of a dimension."""
    sizes = [size for level in point.levels[:boundary] for dimension, size in level if dimension == name]
    return sizes[-1] if sizes else GEMM.extents[name]


def taken(point, name, level):
    """How many steps a dimension takes in a level."""
    return -(-chunk(point, name, level) // chunk(point, name, level + 1))


def sizes(point, name):
    return [size for level in point.levels for dimension, size in level if dimension == name]


def stands(point, level, outer, inner):
    names = [name for name, _ in point.levels[level]]
    return not {outer, inner} <= set(names) or names.index(outer) < names.index(inner)


def divides(point):
    return all(big % small == 0 for big, small in steps(point).values())


def is_even(point, skip=None):
    found = ((place, big, small) for place, (big, small) in steps(point).items() if place != skip)
    return all(small in {-(-big // n) for n in range(1, big + 1)} for _, big, small in found)


def steps(point):
    """The chunk above and the chunk, by dimension and number among the levels that map it."""
    return {
        (name, number): pair
        for name, extent in GEMM.extents.items()
        for number, pair in enumerate(zip([extent, *sizes(point, name)], sizes(point, name), strict=False))
    }


KEPT = {
    "K: 2..4": lambda p: all(2 <= size <= 4 for size in sizes(p, "K")),
    "K: 1, 4..": lambda p: all(size in (1, 4, 5) for size in sizes(p, "K")),
    "M: ..1": lambda p: max(sizes(p, "M")) <= 1,
    "K@0: 3": lambda p: dict(p.levels[0])["K"] == 3,
    "K@L2: 2,3": lambda p: chunk(p, "K", 1) in (2, 3),
    "K@L1: 2,3": lambda p: chunk(p, "K", 3) in (2, 3),
    "M@2: 1": lambda p: dict(p.levels[2]).get("M", 1) == 1,
    "order: M outside K": lambda p: all(stands(p, level, "M", "K") for level in range(3)),
    "order@L2: K, N, M": lambda p: stands(p, 0, "K", "M"),
    "order@L1: K, M": lambda p: stands(p, 1, "K", "M") and stands(p, 2, "K", "M"),
    "order@1: M outside K": lambda p: stands(p, 1, "M", "K"),
    "spatial: K": lambda p: set(p.structure.spatial) <= {None, "K"},
    "spatial@2: M": lambda p: p.structure.spatial[2] in (None, "M"),
    "spatial@L1: K, N": lambda p: set(p.structure.spatial) <= {None, "K"},
    "units@1: 2, 4": lambda p: p.structure.units[1] in (2, 4),
    "shape: 2x2, 4x1": lambda p: p.structure.units in ((1, 2, 2), (1, 4, 1)),
    "hold L2: input, output": lambda p: set(dict(p.holds)["L2"]) == {"input", "output"},
    "hold L1:": lambda p: dict(p.holds)["L1"] == (),
    "keep L2: input": lambda p: "input" in dict(p.holds)["L2"],
    "keep L2: output, filter": lambda p: {"filter", "output"} <= set(dict(p.holds)["L2"]),
    "steps K@0: 2": lambda p: taken(p, "K", 0) == 2,
    "steps K@1: ..2": lambda p: taken(p, "K", 1) <= 2,
    "steps K@2: 2..": lambda p: taken(p, "K", 2) >= 2,
    "steps M@2: 1": lambda p: taken(p, "M", 2) == 1,
    "steps K@3: 2, 5": lambda p: chunk(p, "K", 3) in (2, 5),
    "steps M@3: 1": lambda p: chunk(p, "M", 3) == 1,
    "bypass L1: input": lambda p: "input" not in dict(p.holds)["L1"],
    "bypass L2: filter, output": lambda p: not {"filter", "output"} & set(dict(p.holds)["L2"]),
    "split: perfect": divides,
    "split: even": is_even,
    "split: any": lambda p: True,
}
POINTS = list(SPACE.points())


@pytest.mark.parametrize("text", KEPT)
def test_a_constraint_leaves_the_points_that_it_describes(text):
    kept = constrain(SPACE, [text])
    expected = {point for point in POINTS if KEPT[text](point)}
    found = list(kept.points())
    assert set(found) == expected
    assert kept.size == len(found)
    assert expected


def test_sizes_that_are_given_need_not_be_even_splits():
    points = {point for point in POINTS if is_even(point)}
    assert set(EVEN.points()) == points
    # 4 is no even split of 5, in a list, a range or a memory; what is below splits 4 evenly.
    for text, given in {"K@0: 4": (4,), "K@0: 3..4": (3, 4), "K@L2: 4": (4,)}.items():
        expected = {p for p in POINTS if dict(p.levels[0])["K"] in given and is_even(p, skip=("K", 0))}
        assert set(constrain(EVEN, [text]).points()) == expected
        assert any(dict(point.levels[0])["K"] == 4 for point in expected)
    # With perfect tiles they have to divide all the same.
    assert constrain(EVEN, ["split: perfect", "K@0: 4"]).size == 0


def test_steps_only_narrow_even_splits():
    points = {point for point in POINTS if is_even(point)}
    for text in ("steps K@0: 2..3", "steps K@1: ..4", "steps K@3: 1..4"):
        assert set(constrain(EVEN, [text]).points()) == {point for point in points if KEPT_STEPS[text](point)}


KEPT_STEPS = {
    "steps K@0: 2..3": lambda p: 2 <= taken(p, "K", 0) <= 3,
    "steps K@1: ..4": lambda p: taken(p, "K", 1) <= 4,
    "steps K@3: 1..4": lambda p: chunk(p, "K", 3) <= 4,
}


def test_the_split_is_the_last_one_given():
    for split in ("any", "even", "perfect"):
        assert constrain(EVEN, ["split: perfect", f"split: {split}"]) == constrain(SPACE, [f"split: {split}"])


def test_constraints_add_up():
    texts = ["K: 2..4", "order: M outside K", "shape: 2x2", "bypass L1: input", "K@L2: 2,3"]
    expected = {point for point in POINTS if all(KEPT.get(text, shaped)(point) for text in texts)}
    assert set(constrain(SPACE, texts).points()) == expected
    assert expected


def shaped(point):
    return point.structure.units == (1, 2, 2)


def test_constraints_that_contradict_each_other_leave_an_empty_space():
    for texts in (
        ["K: 2", "K: 3"],
        ["order: K outside M", "order: M outside K"],
        ["shape: 2x2", "units@1: 4"],
        ["hold L2: input", "bypass L2: input"],
        ["spatial: K", "spatial: M"],
        ["steps K@0: 2", "steps K@0: 3"],
        ["steps K@0: 1", "steps K@1: 1", "steps K@2: 1", "steps K@3: 1"],
        ["keep L2: input", "bypass L2: input"],
    ):
        space = constrain(SPACE, texts)
        assert space.size == 0
        assert list(space.points()) == []


WRONG = {
    "J: 4": ("W002", 1, "unknown constraint or dimension 'J'"),
    "ordr: K, M": ("W002", 1, "did you mean 'order'?"),
    "K: 8..4": ("W004", 4, "the range 8..4 is empty"),
    "K: 0": ("W004", 4, "a size is at least 1, not 0"),
    "K: 7..": ("W701", 4, "no size from 1 to 5 is in '7..'"),
    "K: four": ("W001", 4, "'four' is no size and no range"),
    "K:": ("W001", 3, "expected sizes"),
    "K 4": ("W001", 1, "this is no constraint"),
    "K L1: 4": ("W001", 3, "unexpected 'L1'"),
    "order L1: K, M": ("W001", 7, "unexpected 'L1'"),
    "K@L3: 4": ("W002", 3, "unknown memory or level 'L3', did you mean 'L2'?"),
    "K@7: 4": ("W701", 3, "there is no level 7; the levels are 0 to 2"),
    "N@0: 1": ("W701", 3, "level 0 has no map of N"),
    "K@DRAM: 4": ("W701", 3, "no level lies above DRAM"),
    "order: K outside J": ("W002", 18, "unknown dimension 'J'"),
    "order: K": ("W001", 8, "expected an order"),
    "order: K, M, K": ("W701", 14, "K cannot stand outside of itself"),
    "order: outside K": ("W001", 8, "expected an order"),
    "spatial: J": ("W002", 10, "unknown dimension 'J'"),
    "spatial:": ("W001", 9, "expected dimensions"),
    "spatial@0: K": ("W701", 12, "level 0 cannot spread K; it can spread nothing"),
    "units: 4": ("W001", 1, "units are those of a level"),
    "units@1: 3": ("W701", 10, "no 3 units there; there are 1, 2, 4"),
    "shape: 4": ("W701", 8, "'4' has 1 numbers, but 2 levels spread work"),
    "shape: 3x2": ("W701", 8, "no shape 3x2; there are 1x4, 2x2, 4x1"),
    "shape: axb": ("W001", 8, "'axb' is no shape"),
    "shape@1: 2x2": ("W001", 7, "'shape' concerns no single level"),
    "hold L2: inputs": ("W002", 10, "did you mean 'input'?"),
    "hold L2: input, input": ("W006", 17, "tensor 'input' is named twice"),
    "hold L1: output": ("W701", 10, "L1 cannot do so; it can hold input"),
    "hold L9: input": ("W002", 6, "unknown memory 'L9'"),
    "hold DRAM: input": ("W701", 6, "DRAM is the outermost memory"),
    "hold: input": ("W001", 1, "'hold' needs a memory"),
    "keep L1: output": ("W701", 10, "L1 cannot do so; it can hold input"),
    "keep: input": ("W001", 1, "'keep' needs a memory"),
    "steps: 4": ("W001", 1, "steps are those of a dimension in one level"),
    "steps K: 4": ("W001", 1, "steps are those of a dimension in one level"),
    "steps K@L2: 4": ("W001", 1, "steps are those of a dimension in one level"),
    "steps J@0: 4": ("W002", 7, "unknown dimension 'J'"),
    "steps K@4: 4": ("W701", 9, "there is no level 4; the levels are 0 to 2, and 3 an element"),
    "steps K@0: 1, 3": ("W001", 12, "steps are a number or one range"),
    "steps K@0: 6": ("W701", 12, "no size from 1 to 5 is in '6'"),
    "steps N@0: 2": ("W701", 12, "no size from 1 to 1 is in '2'"),
    "split: perfct": ("W002", 8, "did you mean 'perfect'?"),
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_constraint_says_where_and_why(text):
    code, column, message = WRONG[text]
    with pytest.raises(WeftError) as caught:
        constrain(SPACE, ["K: 1..", text])
    first = caught.value.diagnostics[0]
    assert (first.code, first.span.file, first.span.line, first.span.column) == (code, "constraint", 2, column), first
    assert message in first.message + first.hint
    assert first.span.text == text


def test_no_text_breaks_the_reader():
    random = Random(1)
    words = [
        "K",
        "M",
        "J",
        "@",
        "L1",
        "L2",
        ":",
        ",",
        "..",
        "x",
        "outside",
        "order",
        "spatial",
        "units",
        "shape",
        "hold",
    ]
    words += ["split", "perfect", "4", "16x16", "²", "9" * 5000, "0", "-1", "\n", "\t", "é", " ", "input"]
    for _ in range(3000):
        text = "".join(random.choice([word, word + " "]) for word in random.choices(words, k=random.randint(0, 7)))
        with suppress(WeftError):
            assert constrain(SPACE, [text]).size <= SPACE.size


def test_every_finding_is_reported():
    with pytest.raises(WeftError) as caught:
        constrain(SPACE, ["J: 4", "K: 2", "split: some"])
    assert [item.span.line for item in caught.value.diagnostics] == [1, 3]


def test_a_diagnostic_shows_the_text_with_a_caret():
    with pytest.raises(WeftError) as caught:
        constrain(SPACE, ["order: C outside K"])
    assert str(caught.value).splitlines()[:3] == [
        "constraint:1:8: error[W002]: unknown dimension 'C'",
        " 1 | order: C outside K",
        "   |        ^",
    ]
