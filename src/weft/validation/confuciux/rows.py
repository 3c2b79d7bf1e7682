"""The tables of costs, row by row: MAESTRO's analysis as formulas, and from it to Weft's figures by named rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from ...backends.area import area
from ...frontends.maestro import parse_maestro
from ...frontends.tables import read_options
from ...ir import Cell, Row, Schedule
from ..maestro.attribution import attribute
from ..maestro.restated import Figures, Machine, analyse
from ..maestro.source import parse_layers
from ..maestro.weft_side import accelerator, weft_figures, weft_schedule
from .places import DATAFLOWS, NETWORK, layer_text, rows_of, table_of

BANDWIDTH = 81_920_000
"""Elements per cycle of the tool's networks; the latency is one cycle."""

LOOKED_AT = ((1, 12, 128), (1, 5, 12))
"""Processing elements and tile sizes of the rows that are followed to Weft's figures."""

DIGITS = 6
"""Digits that the tables have of an area and a power."""


@dataclass
class Compared:
    """What the rows of a dataflow's table are beside the formulas, and some of them beside Weft."""

    dataflow: str
    rows: int = 0
    restated: int = 0
    areas: int = 0
    looked: int = 0
    refused: int = 0
    explained: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    ratios: list[float] = field(default_factory=list)
    """Weft's cycles by those of the tool."""


def compared_rows(place: Path) -> tuple[Compared, ...]:
    """The rows of all layers of the network, equal layers once."""
    layers = list({tuple(row.values()): row for row in rows_of(place / NETWORK)}.values())
    return tuple(compared_layers(place, dataflow, layers) for dataflow in DATAFLOWS)


def compared_layers(place: Path, dataflow: str, layers: list[dict[str, str]]) -> Compared:
    """The rows of some layers of the network."""
    found = Compared(dataflow)
    table = read_options(table_of(place, dataflow), place / NETWORK)
    options = {tuple(str(rows[0][name]) for name in "KCYXRST"): rows for rows in table.layers}
    for layer in layers:
        for row in options[tuple(layer[name] for name in "KCYXRST")]:
            pes, tile = _whole(row["pe"]), _whole(row["tile"])
            text = layer_text(layer, place, dataflow, {"KTileSz": tile, "ClusterSz": pes})
            _compare(found, text, pes, row, pes in LOOKED_AT[0] and tile in LOOKED_AT[1])
    return found


def _compare(found: Compared, text: str, pes: int, row: Row, look: bool) -> None:
    machine = Machine(pes, BANDWIDTH, 1, BANDWIDTH)
    (read,) = parse_layers(text)
    theirs = analyse(read, machine)
    found.rows += 1
    figures = theirs.cycles, sum(theirs.l1.values()), sum(theirs.l2.values())
    found.restated += figures == (_whole(row["runtime"]), _whole(row["l1_B"]), _whole(row["l2_B"]))
    found.areas += _has_area(machine, theirs, row)
    if not look:
        return
    found.looked += 1
    ((layer,),) = (network.layers for network in parse_maestro(text))
    schedule = weft_schedule(layer, machine)
    if not isinstance(schedule, Schedule):
        found.refused += 1
        return
    weft = weft_figures(schedule)
    steps = attribute(read, machine, weft)
    found.explained += all(steps.explained)
    found.rules.update(name for name, _ in steps.steps)
    found.ratios.append(weft.figures.cycles / theirs.cycles)


def _has_area(machine: Machine, figures: Figures, row: Row) -> bool:
    """Whether area and power are those of the table `maestro_2021`, to the digits that are there."""
    sizes = {"L1": sum(figures.l1.values()), "L2": sum(figures.l2.values())}
    found = area(replace(accelerator(machine), area_table="maestro_2021"), sizes)
    pairs = (found.area_um2, row["area_um2"]), (found.power_mw, row["power_mW"])
    return all(f"{ours:.{DIGITS}g}" == f"{float(theirs):.{DIGITS}g}" for ours, theirs in pairs)


def _whole(cell: Cell) -> int:
    assert isinstance(cell, Decimal)
    return int(cell)
