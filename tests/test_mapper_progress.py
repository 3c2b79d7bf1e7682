"""The progress line of a search: what it says, and where it stays silent."""

import io
import re
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from rich.console import Console

from weft.cli import weft
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
    line = shown(("CONV1", 3, 16, 200_000_000, 0.0123, None))
    assert line.startswith("CONV1 ━")
    assert line.split("3/16 layers")[1].split() == ["50", "M/s", "gap", "1.23%", "0:04"]


def test_the_last_update_counts():
    line = shown(("CONV1", 3, 16, 10, 0.5, None), ("CONV2", 4, 16, 20, 0.25, 1.5e9))
    assert "CONV1" not in line
    assert line.startswith("CONV2 ━")
    assert "4/16 layers  5/s  best 1.5e+09  gap 25.00%" in line


@pytest.mark.parametrize(
    ("budget", "seconds", "time"),
    [(10, 4, "0:06 left"), (90, 4.5, "1:25 left"), (3, 4, "0:00 left"), (None, 61, "1:01")],
)
def test_a_budget_shows_what_is_left_of_it(budget, seconds, time):
    assert shown(("CONV1", 3, 16, 10, None, None), budget=budget, seconds=seconds).endswith(f"gap unknown {time}")


@pytest.mark.parametrize(
    ("evaluated", "rate"), [(0, "0/s"), (3996, "999/s"), (4000, "1 k/s"), (6_170_000, "1.54 M/s"), (10**11, "25 G/s")]
)
def test_rates_are_short(evaluated, rate):
    assert f"  {rate}  " in shown(("CONV1", 3, 16, evaluated, float("inf"), None))


def test_the_first_moment_has_a_rate():
    assert "0/s  gap unknown" in shown(("CONV1", 0, 16, 0, None, None), seconds=0)


def test_a_name_is_no_markup():
    assert shown(("[bold]x[/] {y}", 0, 1, 0, None, None)).startswith("[bold]x[/] {y}")


@pytest.mark.parametrize(
    ("value", "bound", "said"),
    [(120.0, 100.0, "best 120  gap 20.00%"), (120.0, 0.0, "best 120  gap unknown"), (None, 0.0, "no machine yet")],
)
def test_a_search_of_machines_says_boxes_rate_best_gap_and_time_left(value, bound, said):
    clock = Clock()
    out = Console(file=io.StringIO(), force_terminal=True, width=120, color_system=None, legacy_windows=False)
    best = None if value is None else SimpleNamespace(value=value)
    question = SimpleNamespace(objective="energy")
    search = SimpleNamespace(looked_at=8400, open=12, best=best, lower_bound=bound, question=question, finished=False)
    with Progress(60, out, clock) as progress:
        clock.now += 4
        progress.update_boxes(search)
    assert f"8,400 boxes done, 12 open  2.1 k/s  {said} 0:56 left" in out.file.getvalue()


def test_a_quiet_search_draws_nothing_on_a_terminal(monkeypatch):
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    words = ["map", "gemm:M=4,N=2,K=2", "-a", "bench_256", "--set", "pes=4", "--shape", "2x2"]
    shown = {flags: CliRunner().invoke(weft, [*words, *flags]).stderr for flags in ((), ("-q",))}
    assert "layers" in shown[()]
    assert shown[("-q",)] == ""


def test_a_pipe_gets_nothing():
    assert shown(("CONV1", 3, 16, 10, 0.5, None), terminal=False) == ""
