"""How far a search has come, on the terminal."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import isfinite
from types import TracebackType
from typing import TYPE_CHECKING

from rich import progress as bars
from rich.console import Console
from rich.text import Text

from .output import console

if TYPE_CHECKING:
    from ..exploration.shared import SharedSearch

_PREFIXES = ((1e9, " G"), (1e6, " M"), (1e3, " k"))


class Progress:
    """One line on the error stream while it is entered: layers, evaluations per second, gap, and time.

    Nothing is shown unless that stream is a terminal. `budget` is the time of the whole run in seconds; with it the
    time that is left is shown, without it the time that has passed.
    """

    def __init__(
        self, budget: float | None = None, out: Console | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        shown = out or console(stderr=True)
        self._clock = clock
        self._begin = clock()
        self._bar = bars.Progress(
            _text("{task.description}"),
            bars.BarColumn(20),
            _text("{task.fields[state]}"),
            _Clock(lambda: clock() - self._begin, budget),
            console=shown,
            transient=True,
            disable=not shown.is_terminal,
        )
        self._task = self._bar.add_task("", total=None, state="")

    def update(self, layer: str, done: int, total: int, evaluated: int, gap: float | None, best: float | None) -> None:
        """Show that `done` of `total` layers are mapped and `layer` is in work.

        `evaluated` counts the evaluations of the whole run so far; `best` is the least value of the layer, None while
        there is none or where a front is searched, and `gap` how far it may be above the best one, as a part of that,
        None or infinite while it is unknown.
        """
        rate = evaluated / max(self._clock() - self._begin, 1e-9)
        known = gap is not None and isfinite(gap)
        value = "" if best is None else f"  best {best:.6g}"
        state = f"{done}/{total} layers  {_short(rate)}/s{value}  gap {f'{gap:.2%}' if known else 'unknown'}"
        self._bar.update(self._task, description=layer, completed=done, total=total, state=state)

    def update_boxes(self, search: SharedSearch) -> None:
        """Show how far a search of machines has come: boxes done and open, their rate, the best value and its gap."""
        if self._bar.disable:
            return
        from ..exploration.proof import gap_of

        gap, best = gap_of(search), search.best
        known = f"best {best.value:.6g}  gap {'unknown' if gap is None else f'{gap:.2%}'}" if best else "no machine yet"
        rate = _short(search.looked_at / max(self._clock() - self._begin, 1e-9))
        state = f"{search.looked_at:,} boxes done, {search.open:,} open  {rate}/s  {known}"
        self._bar.update(self._task, description=search.question.objective, state=state)

    def __enter__(self) -> Progress:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()


class _Clock(bars.ProgressColumn):
    """The time that is left, or else that has passed; it goes on between two updates."""

    def __init__(self, elapsed: Callable[[], float], budget: float | None) -> None:
        super().__init__()
        self._elapsed = elapsed
        self._budget = budget

    def render(self, task: bars.Task) -> Text:
        if self._budget is None:
            return Text(_minutes(self._elapsed()))
        return Text(f"{_minutes(max(0.0, self._budget - self._elapsed()))} left")


def _text(template: str) -> bars.TextColumn:
    # Names of layers are no markup.
    return bars.TextColumn(template, markup=False)


def _short(number: float) -> str:
    """Three significant digits and a prefix: 52.3 M."""
    for size, prefix in _PREFIXES:
        if number >= size:
            return f"{number / size:.3g}{prefix}"
    return f"{number:.0f}"


def _minutes(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"
