"""Weft beside DOSA's data: Timeloop's cycles and energies of Gemmini-like machines, and latencies of Gemmini's RTL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ... import api
from ..comparison import Cell, Check, Comparison, Table, about
from ..references import folder_with
from . import latencies
from .energy import CHARGES, Fit, fit
from .oracles import differing
from .rows import LATENCIES, TIMELOOP, Row, read_rows
from .rules import SETS
from .survey import Found, survey

TITLE = "DOSA: Timeloop's rows and Gemmini's RTL"
ENUMERATED = 20
"""Maps that are cut down and enumerated."""

PRINTED = 1e-5
"""The relative error of energies that are printed in millionths of a microjoule: the smallest are 0.06."""


def folder() -> Path | None:
    """The folder of the reference data, or None."""
    return folder_with("anchors", "dosa")


def comparison() -> Comparison:
    """The comparison; without the data it says where they come from."""
    found = folder()
    if found is None:
        return Comparison("dosa", f"{TITLE} (not here)", about("dosa") + "\n" + about("dosa_absent"), (), ())
    rows = tuple(read_rows(found / TIMELOOP))
    surveyed = tuple(survey(rows))
    fits = _fits(surveyed)
    measured = [latencies.measured(row) for row in read_rows(found / LATENCIES)]
    tables = (
        _rules_table(surveyed),
        _prices_table(fits),
        latencies.ranks_table(measured),
        latencies.machines_table(measured),
        latencies.outliers_table(measured),
    )
    checks = (*_cycle_checks(surveyed), *_energy_checks(surveyed, fits), _oracles(rows), *latencies.checks(measured))
    return Comparison("dosa", TITLE, about("dosa"), tables, checks)


def _machines(found: Sequence[Found]) -> list[list[Found]]:
    """The rows of each machine."""
    machines: dict[object, list[Found]] = {}
    for item in found:
        machines.setdefault(item.row.machine, []).append(item)
    return list(machines.values())


def _fits(found: Sequence[Found]) -> list[Fit]:
    return [fit([item.charges for item in own], [item.row.energy_uj for item in own]) for own in _machines(found)]


def _cycle_checks(found: Sequence[Found]) -> tuple[Check, ...]:
    number, machines = f"{len(found):,}", len(_machines(found))
    equal = sum(item.rules == () for item in found)
    explained = sum(item.rules is not None for item in found)
    return (
        Check(
            f"all {number} maps are legal programs that fit their {machines} machines, and their factors multiply to "
            "the multiply-accumulates",
            all(item.macs == item.product for item in found),
        ),
        Check(
            f"Weft's throughput time is Timeloop's in {equal:,} of {number} rows, and by the rules below in "
            f"{explained:,}; {len(found) - explained} are unexplained",
            explained == len(found),
        ),
    )


def _energy_checks(found: Sequence[Found], fits: Sequence[Fit]) -> tuple[Check, ...]:
    errors = np.concatenate([item.errors for item in fits])
    exact = [
        abs(float(np.dot(item.exact, prices.prices)) / (item.row.energy_uj * 1e6) - 1)
        for own, prices in zip(_machines(found), fits, strict=True)
        for item in own
    ]
    slides = [item.slides for own in _machines(found) for item in own]
    others = max(error for error, slide in zip(exact, slides, strict=True) if not slide)
    sliding = [error for error, slide in zip(exact, slides, strict=True) if slide]
    return (
        Check(
            f"five prices a machine give the energies of all {len(errors):,} rows from these counts: relative errors "
            f"of {np.median(errors):.1e} (median) and {errors.max():.1e} (largest), what the printed digits leave",
            bool(errors.max() <= PRINTED),
        ),
        Check(
            f"with Weft's own counts the same prices do so in the {len(exact) - len(sliding):,} rows whose windows "
            f"count alike; in the {len(sliding):,} others the energies differ by {np.median(sliding):.1%} (median) and "
            f"{max(sliding):.1%} (most)",
            others <= PRINTED and bool(sliding),
        ),
    )


def _oracles(rows: Sequence[Row]) -> Check:
    small = list(differing(rows, ENUMERATED))
    same = sum(not api.verify(item.cost) for item in small)
    text = f"where windows count otherwise, both oracles have Weft's counts: {same} of {len(small)} maps, cut down"
    return Check(text, same == len(small) == ENUMERATED)


def _rules_table(found: Sequence[Found]) -> Table:
    counted = Counter(item.rules for item in found)
    rows = [("none: equal" if not rules else " + ".join(rules), counted[rules]) for rules in SETS if counted[rules]]
    rows += [("unexplained", counted[None])] if counted[None] else []
    return Table("The fewest rules by which Weft's cycles become Timeloop's", ("rules", "rows"), tuple(rows))


def _prices_table(fits: Sequence[Fit]) -> Table:
    prices = np.array([item.prices for item in fits])
    rows: list[tuple[Cell, ...]] = [
        (name, *(float(pick(column)) for pick in (np.min, np.median, np.max)))
        for name, column in zip(CHARGES, prices.T, strict=True)
    ]
    columns = ("picojoules of a", "smallest", "median", "largest")
    return Table(f"Prices by least squares, of {len(fits)} machines", columns, tuple(rows))
