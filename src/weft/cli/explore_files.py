"""What `weft explore` writes to files: best designs, and all valid ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..exploration.explored import Exploration
from ..exploration.shared_job import SharedExploration
from ..frontends.maestro import write_maestro
from ..ir import Layer, Network, Workload
from ..ir.whole_files import whole_file
from .explore_shared import shared_files

if TYPE_CHECKING:
    from ..exploration.clouds import Run
    from ..exploration.results import Design
    from ..explorations import Found


def write_cloud(runs: Sequence[Run], file: str) -> None:
    """Run explorations, and write all valid designs as CSV or Parquet, by the ending of the file."""
    from ..backends.report.writers import save_csv, save_parquet
    from ..exploration.clouds import cloud, cloud_names

    save = save_csv if file.endswith(".csv") else save_parquet
    save(file, cloud_names(runs), cloud(runs))


def write_best(found: Found, folder: str) -> None:
    """Write every best design as `LAYER.OBJECTIVE.yaml` and `.m`, which `weft evaluate` reads; of a pipelined one every
    layer's, and of a machine that layers share one file for all of them.
    """
    write_files(folder, _files(found))


def write_files(folder: str, files: Iterable[tuple[str, str]]) -> None:
    """Write files, given by their names and texts, into a folder."""
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"--emit {folder}: {error.strerror}") from error
    for name, text in files:
        with whole_file(place / name) as part:
            part.write_text(text, "utf-8")


def _files(found: Found) -> Iterator[tuple[str, str]]:
    if isinstance(found, SharedExploration):
        yield from shared_files(found)
        return
    if isinstance(found, Exploration):
        for answer in found.runs:
            for objective, design in answer.best.items():
                if design is not None:
                    yield from _texts(objective, design, answer.run.programs[0].workload)
        return
    for objective, chosen in found.best.items():
        if chosen is not None:
            for share, design in zip(found.shares, chosen.layers, strict=True):
                yield from _texts(objective, design, share.workload)


def _texts(objective: str, design: Design, workload: Workload) -> Iterator[tuple[str, str]]:
    """The machine and the program of a layer."""
    program = design.programs[0]
    stem = f"{program.layer.replace('/', '_')}.{objective}"
    layer = Layer(program.layer.partition("#")[0], workload, program.dataflow, operator=workload.operator)
    command = f"weft evaluate {stem}.m -a {stem}.yaml"
    yield f"{stem}.yaml", f"# The machine of the best design by {objective}: {command}\n{design.accelerator}"
    yield f"{stem}.m", f"// {command}\n{write_maestro(Network(program.network, (layer,)))}"
