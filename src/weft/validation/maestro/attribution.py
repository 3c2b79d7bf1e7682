"""From MAESTRO's figures to Weft's, one corrected quirk after the other."""

from __future__ import annotations

from dataclasses import dataclass

from .levels import RefusedError
from .quirks import candidates
from .restated import Figures, Machine, analyse
from .source import ReadLayer
from .weft_side import WeftFigures

FIGURES = ("MACs", "cycles", "input reads", "filter reads", "output reads", "output writes", "L1", "L2")
"""What is compared: reads and writes are those of L2, L1 and L2 the buffers that the program requires; in elements."""

Row = tuple[int, ...]
"""One number per figure."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """MAESTRO's figures (or how it ends), Weft's if it has any, and those after each correction that changes some."""

    maestro: Row | None
    refusal: str
    weft: Row | None
    steps: tuple[tuple[str, Row], ...]

    @property
    def explained(self) -> tuple[bool, ...]:
        """Per figure whether the corrections end at Weft's number."""
        last = self.steps[-1][1] if self.steps else self.maestro
        if last is None or self.weft is None:
            return (False,) * len(FIGURES)
        return tuple(ours == theirs for ours, theirs in zip(self.weft, last, strict=True))

    def changes(self, figure: int) -> tuple[tuple[str, int, int], ...]:
        """The corrections that change a figure, with the numbers before and after."""
        found = []
        before = self.maestro
        for name, row in self.steps:
            if before is not None and before[figure] != row[figure]:
                found.append((name, before[figure], row[figure]))
            before = row
        return tuple(found)


def row(figures: Figures, cycles: int | None = None) -> Row:
    """The figures in order, with other cycles if given."""
    reads = figures.reads
    time = figures.cycles if cycles is None else cycles
    traffic = (reads["input"], reads["filter"], reads["output"], figures.writes)
    return (figures.macs, time, *traffic, sum(figures.l1.values()), sum(figures.l2.values()))


def attribute(layer: ReadLayer, machine: Machine, weft: WeftFigures | None) -> Attribution:
    """Correct the quirks one by one, those of the formulas first, then what Weft's clock does differently.

    Without Weft's figures nothing is corrected.
    """
    found: list[tuple[str, Row]] = []
    first, refusal = _figures(layer, machine, ())
    if weft is None:
        return Attribution(first, refusal, None, ())
    names, last = candidates(layer), first
    for number, name in enumerate(names, 1):
        current, _ = _figures(layer, machine, names[:number])
        if current is not None and current != last:
            found.append((name, current))
        last = current
    if last is not None:
        found += _clock_steps(last, weft)
    return Attribution(first, refusal, row(weft.figures), tuple(found))


def _clock_steps(last: Row, weft: WeftFigures) -> list[tuple[str, Row]]:
    """What the clock keeps from chunk to chunk; only if the formulas have ended where it starts."""
    found: list[tuple[str, Row]] = []
    if last[1] != weft.restarting:
        return found
    clocks = (
        ("restart", weft.one_way),
        ("Q18", weft.same_step),
        ("overlap", weft.undrained),
        ("drain", weft.figures.cycles),
    )
    for name, cycles in clocks:
        current = (last[0], cycles, *last[2:])
        if current != last:
            found.append((name, current))
        last = current
    return found


def _figures(layer: ReadLayer, machine: Machine, fixed: tuple[str, ...]) -> tuple[Row | None, str]:
    try:
        return row(analyse(layer, machine, frozenset(fixed))), ""
    except RefusedError as error:
        return None, str(error)
