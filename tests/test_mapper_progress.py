"""The progress line of a search: what it says, and where it stays silent."""

import io
import re

import pytest
from rich.console import Console

from weft.cli.progress import Progress


class Clock:
    """A clock that the test sets."""

    now = 100.0

    def __call__(self):
        return self.now


def shown(*updates, budget=None, seconds=4.0, terminal=True):
    """The last line after some updates, so many seconds after the start."""
    clock = Clock()
    out = Console(file=io.StringIO(), force_terminal=terminal, width=120, color_system=None, legacy_windows=False)
    with Progress(budget, out, clock) as progress:
        clock.now += seconds
        for update in updates:
            progress.update(*update)
    lines = [line.strip() for line in re.split(r"\n|\r|\x1b\[\d*[A-Z]", out.file.getvalue())]
    return [line for line in lines if "layers" in line][-1] if terminal else out.file.getvalue()


def test_the_line_has_layers_rate_gap_and_time():
    line = shown(("CONV1", 3, 16, 200_000_000, 0.0123))
    assert line.startswith("CONV1 ━")
    assert line.split("3/16 layers")[1].split() == ["50", "M/s", "gap", "1.23%", "0:04"]


def test_the_last_update_counts():
    line = shown(("CONV1", 3, 16, 10, 0.5), ("CONV2", 4, 16, 20, 0.25))
    assert "CONV1" not in line
    assert line.startswith("CONV2 ━")
    assert "4/16 layers  5/s  gap 25.00%" in line


@pytest.mark.parametrize(
    ("budget", "seconds", "time"),
    [(10, 4, "0:06 left"), (90, 4.5, "1:25 left"), (3, 4, "0:00 left"), (None, 61, "1:01")],
)
def test_a_budget_shows_what_is_left_of_it(budget, seconds, time):
    assert shown(("CONV1", 3, 16, 10, None), budget=budget, seconds=seconds).endswith(f"gap unknown {time}")


@pytest.mark.parametrize(
    ("evaluated", "rate"), [(0, "0/s"), (3996, "999/s"), (4000, "1 k/s"), (6_170_000, "1.54 M/s"), (10**11, "25 G/s")]
)
def test_rates_are_short(evaluated, rate):
    assert f"  {rate}  " in shown(("CONV1", 3, 16, evaluated, float("inf")))


def test_the_first_moment_has_a_rate():
    assert "0/s  gap unknown" in shown(("CONV1", 0, 16, 0, None), seconds=0)


def test_a_name_is_no_markup():
    assert shown(("[bold]x[/] {y}", 0, 1, 0, None)).startswith("[bold]x[/] {y}")


def test_a_pipe_gets_nothing():
    assert shown(("CONV1", 3, 16, 10, 0.5), terminal=False) == ""
