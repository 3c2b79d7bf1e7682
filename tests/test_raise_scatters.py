"""Outputs that loops scatter to are refused with the sum that each output gathers: the same numbers."""

import re

import numpy as np
import pytest

import weft

SOURCE = """\
def scatter(x: "f64[60]", w: "f64[20]", out: "f64[90]"):
    for y in range({low}, {high}):
        for r in range({taps}):
            out[{place}] += x[{image}] * w[{tap}]
"""
HINT = re.compile(
    r"let each output gather its terms: '(?P<output>.*) \+= (?P<image>.*) \* (?P<tap>.*)' for o below (?P<size>\d+),"
    r" where '(?P<padded>.0)' holds '(?P<held>.*)' for (?P<wide>[yr]) below (?P<count>\d+),"
    r" with (?:(?P<between>\d+) zeros? between its elements and )?(?P<around>\d+) zeros? before and behind along"
)


def refused(tmp_path, **parts):
    path = tmp_path / "scatter.py"
    path.write_text(SOURCE.format(**{"low": 0, "high": 7, "taps": 3, "image": "y", "tap": "r"} | parts))
    (nest,) = weft.read_nests(str(path))
    (found,) = weft.raise_nest(nest)
    (finding,) = found.diagnostics
    return nest, finding


def scattered(nest, x, w):
    (outer,) = nest.body
    (inner,) = outer.body
    (statement,) = inner.body
    out = np.zeros(90, np.int64)
    for y in range(outer.lower[0].constant, outer.upper[0].constant):
        for r in range(inner.upper[0].constant):
            place, image, tap = (
                axis.substitute({"y": weft.ir.Affine.of(y), "r": weft.ir.Affine.of(r)}).constant
                for access in (statement.target, *statement.reads)
                for axis in access.subscripts
            )
            out[place] += x[image] * w[tap]
    return out


def gathered(hint, x, w, counts):
    """What the hint says to compute; its names are those of the loops, counted from 0."""
    said = HINT.match(hint)
    assert said is not None, hint
    step, around = 1 + int(said["between"] or 0), int(said["around"])
    size, count = int(said["size"]), int(said["count"])
    padded = np.zeros(size + around, np.int64)
    for number in range(count):
        padded[around + step * number] = eval(said["held"], {"x": x, "w": w, said["wide"]: number})
    out = np.zeros(90, np.int64)
    narrow = "r" if said["wide"] == "y" else "y"
    for o in range(size):
        for number in range(counts[narrow]):
            names = {"o": o, narrow: number, said["padded"]: padded, "w": w, "x": x}
            place = eval(said["output"].removeprefix("out"), names)[0]
            out[place] += eval(said["image"], names) * eval(said["tap"], names)
    return out


@pytest.mark.parametrize(
    "parts",
    [
        {"place": "2*y + r"},
        {"place": "y + r"},
        {"place": "3*y + 2*r"},
        {"place": "2*y + r", "low": 2, "high": 9, "image": "y + 3"},
        {"place": "2*y + r - 1", "low": 1},
        {"place": "2*y + 2 - r"},
        {"place": "y + 2 - r"},
        {"place": "y + 4 - 2*r", "high": 12},
        {"place": "40 - 2*y - r"},
        {"place": "20 + r - 2*y"},
        {"place": "2*y + r", "tap": "2 - r"},
        {"place": "2*y + r", "image": "9 - y", "tap": "r + 4"},
    ],
    ids=lambda parts: ", ".join(f"{name} {value}" for name, value in parts.items()),
)
def test_the_hint_computes_the_same(tmp_path, parts):
    nest, finding = refused(tmp_path, **parts)
    assert finding.code == "W404"
    generator = np.random.default_rng(0)
    x, w = generator.integers(1, 100, 60), generator.integers(1, 100, 20)
    counts = {"y": parts.get("high", 7) - parts.get("low", 0), "r": 3}
    np.testing.assert_array_equal(gathered(finding.hint, x, w, counts), scattered(nest, x, w))


@pytest.mark.parametrize("place", ["2*y + 3 - r", "2*y + 2*r"])
def test_operands_that_both_loops_move_have_no_hint_in_numbers(tmp_path, place):
    _, finding = refused(tmp_path, place=place, image="2*y + r")
    assert finding.code == "W404"
    assert "gather each output's terms instead of scattering them" in finding.hint


def test_tiles_that_run_backwards_are_no_scatter(tmp_path):
    _, finding = refused(tmp_path, place="3*y + 2 - r", image="3*y + 2 - r", tap="0")
    assert (finding.code, "runs against loop 'r'" in finding.message) == ("W408", True)
