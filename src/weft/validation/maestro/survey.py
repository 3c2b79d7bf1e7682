"""All layers that MAESTRO ships, and all its published rows, beside Weft."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ...frontends.maestro import read_maestro
from ...ir import Layer, Schedule
from ..comparison import published_rows
from .attribution import Attribution, attribute
from .reference import shipped_files
from .restated import Machine
from .source import ReadLayer, read_layers
from .weft_side import WeftFigures, weft_figures, weft_schedule

MACHINES = {
    "acc1": Machine(256, 1000, 1, 50),
    "pe256_bw32": Machine(256, 32),
    "pe64_bw16": Machine(64, 16),
    "pe168_bw14_lat1": Machine(168, 14, 1),
}
"""The machines of the published runtimes."""

SURVEY_MACHINE = "pe256_bw32"


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A shipped layer, and its multiply-accumulates by its extents; Weft evaluates it, or refuses it for a reason."""

    file: str
    layer: str
    macs: int
    refusal: str
    weft: WeftFigures | None
    attribution: Attribution


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """A published row: MAESTRO's runtime, MACs and average number of PEs at work, and the layer as surveyed here."""

    machine: str
    levels: int
    cycles: int
    macs: int
    active: float
    layer: Surveyed


Pair = tuple[ReadLayer, Layer]


def layers_of(path: Path) -> tuple[Pair, ...]:
    """The layers of a file, as MAESTRO reads them and as Weft does."""
    ours = [layer for network in read_maestro(path) for layer in network.layers]
    return tuple(zip(read_layers(path), ours, strict=True))


def survey(folder: Path) -> tuple[Surveyed, ...]:
    """Every layer of the shipped files on one machine."""
    surveyor = _Surveyor()
    machine = MACHINES[SURVEY_MACHINE]
    return tuple(surveyor.layer(path.name, pair, machine) for path in shipped_files(folder) for pair in layers_of(path))


def published(folder: Path) -> tuple[PublishedRow, ...]:
    """Every published row."""
    return tuple(_published(folder))


def _published(folder: Path) -> Iterator[PublishedRow]:
    surveyor = _Surveyor()
    layers: dict[str, dict[str, Pair]] = {}
    for row in published_rows("maestro_runtime"):
        path = folder / "maestro" / row["file"]
        if path.name not in layers:
            layers[path.name] = {pair[0].name: pair for pair in layers_of(path)}
        pair = layers[path.name][row["layer"]]
        found = surveyor.layer(path.name, pair, MACHINES[row["machine"]])
        numbers = int(row["cycles"]), int(row["macs"]), float(row["active_pes"])
        yield PublishedRow(row["machine"], len(pair[0].levels), *numbers, found)


class _Surveyor:
    """Equal layers on one machine are analysed once."""

    def __init__(self) -> None:
        self.known: dict[tuple[object, Machine], tuple[str, WeftFigures | None, Attribution]] = {}

    def layer(self, file: str, pair: Pair, machine: Machine) -> Surveyed:
        read, ours = pair
        key = read.key, machine
        if key not in self.known:
            schedule = weft_schedule(ours, machine)
            if isinstance(schedule, Schedule):
                weft = weft_figures(schedule)
                self.known[key] = "", weft, attribute(read, machine, weft)
            else:
                self.known[key] = schedule, None, attribute(read, machine, None)
        assert ours.workload is not None
        return Surveyed(file, read.name, ours.workload.macs, *self.known[key])
