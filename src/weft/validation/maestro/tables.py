"""The tables of the comparison."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import median

from ..comparison import Cell, Table
from .attribution import FIGURES
from .quirks import QUIRKS
from .small import Small
from .survey import SURVEY_MACHINE, PublishedRow, Surveyed

CYCLES = FIGURES.index("cycles")


def files_table(layers: Sequence[Surveyed]) -> Table:
    """Per file: how far MAESTRO's figures are from Weft's, and by which quirks."""
    ratios = tuple(f"{name}: MAESTRO / Weft" for name in FIGURES[2:])
    columns = (
        "file",
        "layers",
        "refused: Weft",
        "refused: MAESTRO",
        "MACs equal",
        "cycles within 1 %",
        "cycles: MAESTRO / Weft",
    )
    rows = [_file_row(file, found) for file, found in _by_file(layers).items()]
    title = f"All shipped files on {SURVEY_MACHINE}; ratios of sums over the layers that both evaluate"
    return Table(title, (*columns, *ratios, "quirks: layers"), tuple(rows))


def _by_file(layers: Iterable[Surveyed]) -> dict[str, list[Surveyed]]:
    files: dict[str, list[Surveyed]] = defaultdict(list)
    for layer in layers:
        files[layer.file].append(layer)
    return files


def _file_row(file: str, layers: list[Surveyed]) -> tuple[Cell, ...]:
    both = [
        (item.attribution.maestro, item.attribution.weft)
        for item in layers
        if item.attribution.maestro is not None and item.attribution.weft is not None
    ]
    refused = sum(item.weft is None for item in layers), sum(bool(item.attribution.refusal) for item in layers)
    equal = sum(theirs[0] == ours[0] for theirs, ours in both)
    near = sum(within(theirs[CYCLES], ours[CYCLES], 0.01) for theirs, ours in both)
    sums = [
        _ratio(sum(theirs[number] for theirs, _ in both), sum(ours[number] for _, ours in both))
        for number in range(CYCLES, len(FIGURES))
    ]
    return (file, len(layers), *refused, _of(equal, both), _of(near, both), *sums, _classes(layers))


def within(theirs: int, ours: int, share: float) -> bool:
    """Whether two numbers differ by at most a share of the second."""
    return abs(theirs - ours) <= share * ours


def _of(count: int, found: Sequence[object]) -> str:
    return f"{count} of {len(found)}"


def _ratio(theirs: int, ours: int) -> str:
    if ours == 0:
        return "1" if theirs == 0 else f"{theirs:,} / 0"
    return f"{theirs / ours:.4g}"


def _classes(layers: Iterable[Surveyed]) -> str:
    evaluated = [item for item in layers if item.weft is not None]
    count = Counter(name for item in evaluated for name in _quirks(item))
    shown = (f"{name} {'all' if count[name] == len(evaluated) else count[name]}" for name in QUIRKS if count[name])
    return ", ".join(shown)


def _quirks(layer: Surveyed) -> set[str]:
    found = layer.attribution
    refused = {name for name in QUIRKS if found.weft is not None and found.refusal.endswith(f"({name})")}
    return refused | {name for number in range(len(FIGURES)) for name, _, _ in found.changes(number)}


def quirks_table(layers: Sequence[Surveyed]) -> Table:
    """Per quirk: in how many layers it moves each figure, and where it moves one the most."""
    rows: list[tuple[Cell, ...]] = []
    for quirk, text in QUIRKS.items():
        counts = [sum(_changed(item, number, quirk) for item in layers) for number in range(len(FIGURES))]
        rows.append((quirk, text, *counts, _largest(layers, quirk)))
    columns = ("quirk", "what MAESTRO does", *FIGURES, "where it matters most")
    return Table(
        f"Quirks: layers of all shipped files in which each moves a figure ({SURVEY_MACHINE})", columns, tuple(rows)
    )


def _changed(layer: Surveyed, figure: int, quirk: str) -> bool:
    return any(name == quirk for name, _, _ in layer.attribution.changes(figure))


def _largest(layers: Iterable[Surveyed], quirk: str) -> str:
    changes = [
        (max(before, after) / max(min(before, after), 1), FIGURES[number], before, after, item)
        for item in layers
        for number in range(len(FIGURES))
        for name, before, after in item.attribution.changes(number)
        if name == quirk
    ]
    if changes:
        _, figure, before, after, item = max(changes, key=lambda change: change[0])
        return f"{item.file}, {item.layer}: {figure} {before:,}, corrected {after:,}"
    stopped = [item for item in layers if item.weft and quirk in _quirks(item)]
    return f"{stopped[0].file}: no result for {len(stopped)} layers" if stopped else "nowhere"


def small_table(found: Iterable[Small]) -> Table:
    """Per quirk: a small layer, and that the oracles enumerate Weft's number."""
    columns = ("quirk", "figure", "MAESTRO", "corrections, one after the other", "Weft", "enumerated", "both oracles")
    rows = [_small_row(item) for item in found]
    title = "One small layer per quirk (src/weft/validation/data/maestro_quirks.m), enumerated by the oracles"
    return Table(title, columns, tuple(rows))


def _small_row(item: Small) -> tuple[Cell, ...]:
    attribution, figure = item.attribution, item.figure
    maestro = attribution.refusal if attribution.maestro is None else f"{attribution.maestro[figure]:,}"
    steps = [f"{name}: {after:,}" for name, _, after in attribution.changes(figure)]
    weft = attribution.weft[figure] if attribution.weft else ""
    agree = "agree" if item.agrees else "differ"
    return (item.quirk, FIGURES[figure], maestro, ", ".join(steps), weft, item.oracle[figure], agree)


def refused_table(layers: Iterable[Surveyed]) -> Table:
    """What Weft refuses, and what MAESTRO says about it."""
    groups: dict[tuple[str, str, str], list[Surveyed]] = defaultdict(list)
    for item in layers:
        if item.weft is None:
            groups[item.file, item.refusal, _outcome(item)].append(item)
    rows = [(file, _names(found), refusal, outcome) for (file, refusal, outcome), found in groups.items()]
    return Table("Layers that Weft refuses", ("file", "layers", "Weft", "MAESTRO"), tuple(rows))


def _names(layers: list[Surveyed]) -> str:
    return layers[0].layer if len(layers) == 1 else f"{len(layers)}, first {layers[0].layer}"


def _outcome(item: Surveyed) -> str:
    if item.attribution.maestro is None:
        return item.attribution.refusal
    return f"{item.attribution.maestro[0]:,} MACs of {item.macs:,}"


def published_table(rows: Iterable[PublishedRow]) -> Table:
    """Per file and machine: MAESTRO's published rows, the formulas' and Weft's."""
    groups: dict[tuple[str, str], list[PublishedRow]] = defaultdict(list)
    for row in rows:
        groups[row.layer.file, row.machine].append(row)
    columns = (
        "file",
        "machine",
        "rows",
        "MACs equal",
        "active PEs equal",
        "cycles within 1 %",
        "median Weft / MAESTRO",
        "quirks: rows",
    )
    return Table("Published rows", columns, tuple(_group_row(*key, found) for key, found in sorted(groups.items())))


def _group_row(file: str, machine: str, rows: list[PublishedRow]) -> tuple[Cell, ...]:
    ratios = [cycles_of(row) / row.cycles for row in rows]
    count = Counter(name for row in rows for name in {change[0] for change in row.layer.attribution.changes(CYCLES)})
    quirks = ", ".join(f"{name} {count[name]}" for name in QUIRKS if count[name])
    equal = sum(row.layer.macs == row.macs for row in rows), sum(map(active_equal, rows))
    near = sum(within(cycles_of(row), row.cycles, 0.01) for row in rows)
    return (file, machine, len(rows), *equal, near, f"{median(ratios):.3f}", quirks)


def cycles_of(row: PublishedRow) -> int:
    """Weft's cycles of a published row."""
    assert row.layer.weft is not None
    return row.layer.weft.figures.cycles


def active_equal(row: PublishedRow) -> bool:
    """Whether Weft has the average number of PEs at work, which is published to six digits."""
    assert row.layer.weft is not None
    return abs(row.layer.weft.cost.active_average - row.active) < 1e-3 * row.active


def is_trusted(row: PublishedRow) -> bool:
    """One level, no bound off the chip, and compute-bound in Weft: no quirk can bind."""
    assert row.layer.weft is not None
    compute = dict(row.layer.weft.cost.bottlenecks)["compute"]
    return row.levels == 1 and row.machine != "acc1" and cycles_of(row) <= 1.01 * compute


def trusted_table(rows: Iterable[PublishedRow]) -> Table:
    """The rows on which no quirk can bind."""
    found = [
        (
            row.machine,
            row.layer.file,
            row.layer.layer,
            row.cycles,
            cycles_of(row),
            f"{cycles_of(row) / row.cycles - 1:+.4%}",
        )
        for row in rows
        if is_trusted(row)
    ]
    columns = ("machine", "file", "layer", "MAESTRO", "Weft", "difference")
    return Table("Rows in which no quirk can bind: cycles", columns, tuple(found))
