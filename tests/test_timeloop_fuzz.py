"""Damaged Timeloop files give findings, never a traceback."""

import random
from contextlib import suppress
from pathlib import Path

import pytest

import weft
from weft.frontends.timeloop import parse_timeloop
from weft.ir import WeftError

EXAMPLES = Path(__file__).parents[1] / "examples" / "timeloop"
DESIGNS = {
    "channels": ["conv1d/arch.yaml", "conv1d/problem.yaml", "conv1d/channels.yaml"],
    "eyeriss": ["eyeriss_like/arch.yaml", "eyeriss_like/problem.yaml", "eyeriss_like/map.txt"],
    "simba": ["simba_like/arch.yaml", "simba_like/problem.yaml", "simba_like/map.yaml"],
}
BITS = [
    "",
    " ",
    "0",
    "-1",
    "1.5",
    "x",
    "[",
    "]",
    "{",
    "}",
    ":",
    "null",
    "true",
    "[]",
    "{}",
    "&a",
    "*a",
    "<<",
    "999999999999",
]


def damaged(text, rng):
    """The text with one to three places replaced, doubled or taken out."""
    for _ in range(rng.randint(1, 3)):
        start = rng.randrange(len(text))
        end = min(len(text), start + rng.choice([0, 1, 1, 3, 10, 40]))
        middle = rng.choice([*BITS, text[start:end] * 2, str(rng.randint(0, 40))])
        text = text[:start] + middle + text[end:]
    return text


@pytest.mark.parametrize("design", DESIGNS)
def test_damaged_files_are_read_or_have_findings(design):
    texts = [(name, (EXAMPLES / name).read_text("utf-8")) for name in DESIGNS[design]]
    rng = random.Random(design)
    read = 0
    for _ in range(250):
        number = rng.randrange(3)
        changed = [(name, damaged(text, rng) if n == number else text) for n, (name, text) in enumerate(texts)]
        with suppress(WeftError):
            mapping, _ = parse_timeloop(changed)
            weft.check(mapping)
            read += 1
    assert 0 < read < 200
