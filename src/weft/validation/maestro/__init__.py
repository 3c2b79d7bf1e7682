"""Weft beside MAESTRO: every figure of every layer that it ships, each difference traced to its cause."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..comparison import Check, Comparison, about
from .attribution import FIGURES
from .reference import reference_folder
from .small import Small, small_layers
from .survey import PublishedRow, Surveyed, published, survey
from .tables import (
    CYCLES,
    cycles_of,
    files_table,
    is_trusted,
    published_table,
    quirks_table,
    refused_table,
    small_table,
    trusted_table,
    within,
)

TITLE = "MAESTRO"


def comparison() -> Comparison:
    """The comparison; without MAESTRO's files only that of the small layers."""
    small = small_layers()
    folder = reference_folder()
    if folder is None:
        text = about("maestro").format(reproduced="not here, without MAESTRO's files") + "\n" + about("maestro_absent")
        return Comparison(
            "maestro",
            f"{TITLE} (small layers only: its files are not here)",
            text,
            (small_table(small),),
            (_small_check(small),),
        )
    return _whole(small, folder)


def _whole(small: Sequence[Small], folder: Path) -> Comparison:
    layers, rows = survey(folder), published(folder)
    tables = (
        quirks_table(layers),
        small_table(small),
        files_table(layers),
        refused_table(layers),
        published_table(rows),
        trusted_table(rows),
    )
    checks = (*_row_checks(rows), *_layer_checks(layers), _small_check(small))
    return Comparison("maestro", TITLE, _about(layers, rows), tables, checks)


def _about(layers: Sequence[Surveyed], rows: Sequence[PublishedRow]) -> str:
    files = {item.file for item in layers}
    refused = [item for item in layers if item.weft is None]
    wrong = [item for item in refused if item.attribution.maestro is not None]
    reading = about("maestro_files").format(
        stopped=len({item.file for item in layers if item.attribution.refusal}),
        files=len(files),
        refused=len(refused),
        also=len(refused) - len(wrong),
        wrong=len(wrong),
    )
    same = sum(map(_is_reproduced, rows))
    reproduced = f"of {len(rows)} rows they give {same}, MACs and runtime, to the cycle"
    source = about("maestro").format(reproduced=reproduced)
    return f"{source}\n{reading}"


def _is_reproduced(row: PublishedRow) -> bool:
    found = row.layer.attribution.maestro
    return found is not None and (found[0], found[CYCLES]) == (row.macs, row.cycles)


def _row_checks(rows: Sequence[PublishedRow]) -> tuple[Check, ...]:
    trusted = [row for row in rows if is_trusted(row)]
    explained = all(row.layer.attribution.explained[CYCLES] for row in rows)
    near = all(within(cycles_of(row), row.cycles, 0.01) for row in trusted)
    return (
        Check(f"the formulas give runtime and MACs of all {len(rows)} published rows", all(map(_is_reproduced, rows))),
        Check(
            f"Weft's MACs are those of all {len(rows)} published rows", all(row.layer.macs == row.macs for row in rows)
        ),
        Check(f"the quirks explain the cycles of all {len(rows)} published rows to the cycle", explained),
        Check(
            f"in the {len(trusted)} rows in which no quirk can bind, the cycles are within 1 %", bool(trusted) and near
        ),
    )


def _layer_checks(layers: Sequence[Surveyed]) -> tuple[Check, ...]:
    evaluated = [item for item in layers if item.weft is not None]
    refused = [item for item in layers if item.weft is None]
    explained = [all(item.attribution.explained[number] for item in evaluated) for number in range(len(FIGURES))]
    wrong = all(item.attribution.maestro is None or item.attribution.maestro[0] != item.macs for item in refused)
    return (
        *(
            Check(f"{name}: the quirks explain every difference in all {len(evaluated):,} layers, to the unit", holds)
            for name, holds in zip(FIGURES, explained, strict=True)
        ),
        Check(f"MAESTRO has no result or wrong MACs in all {len(refused)} layers that Weft refuses", wrong),
    )


def _small_check(small: Sequence[Small]) -> Check:
    holds = all(item.agrees and all(item.attribution.explained) for item in small)
    return Check(f"on {len(small)} small layers both oracles have Weft's numbers, and the quirks lead to them", holds)
