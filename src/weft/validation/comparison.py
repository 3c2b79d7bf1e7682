"""What a comparison is: text, tables, and checks that hold or not."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

DATA = Path(__file__).parent / "data"
"""Published figures, one CSV file a source."""

Cell = str | int | float


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; every row has a cell per column."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Check:
    """A statement about the comparison and whether it holds."""

    text: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """One source of figures beside Weft's. `about` is Markdown: the source, the machine, why numbers differ."""

    name: str
    title: str
    about: str
    tables: tuple[Table, ...]
    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)


COMPARISONS: dict[str, bool] = {
    "eyeriss": True,
    "scalesim": True,
    "timeloop": True,
    "sparsity": True,
    "area": True,
    "maestro": False,
    "paper": False,
}
"""The comparisons by name, in the order of the document, and whether each is quick (some seconds)."""


def compare(name: str) -> Comparison:
    """Run the comparison of that name; KeyError if there is none."""
    if name not in COMPARISONS:
        raise KeyError(name)
    found: Comparison = import_module(f".{name}", __package__).comparison()
    return found


def published_rows(name: str) -> list[dict[str, str]]:
    """The rows of a file of published figures."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def about(name: str) -> str:
    """The text of a comparison, in Markdown."""
    return (Path(__file__).parent / "about" / f"{name}.md").read_text("utf-8")
