"""`weft explore`: the best machine of a space with its programs."""

from __future__ import annotations

import json
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from ..backends.cost import TIMES
from ..exploration.explored import Exploration
from ..exploration.optima import Means
from ..exploration.shared_job import SharedExploration
from ..explorations import explore_job
from .command import Command
from .components import WIDE, check_wide
from .explore_files import write_best, write_cloud
from .explore_shared import given_options, how_of, means_of, shared_options
from .explore_tables import show_exploration
from .findings import show_diagnostics
from .given import Given, collected, layer_option, sizes_option
from .map_command import NOT_PROVED
from .map_options import LIMIT, limits_of
from .pipelined_tables import show_pipelined
from .progress import Progress
from .shared_tables import show_shared
from .space_options import read_job, settings_of, space_options
from .written import check_one, file_options, write_sheet

if TYPE_CHECKING:
    from ..explorations import Found
    from ..ir import Job


@click.command("explore", cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@space_options
@click.option(
    "--tiles",
    multiple=True,
    metavar="NAME=VALUES",
    help="Values of an open size of the programs: c=1..63, k=8|16|32; all up to the extent without; may be repeated.",
)
@sizes_option
@layer_option
@click.option(
    "--limit",
    "limits",
    type=LIMIT,
    multiple=True,
    help="The most that a design may have of a metric: area_mm2=16, power_mw=450, cycles=2e6, …; may be repeated.",
)
@click.option("--objective", metavar="NAME[,NAME]", help="cycles, energy, edp, ed2p, area, power; each gives a best.")
@click.option(
    "--front",
    metavar="NAME[,NAME]",
    help="The Pareto front of some objectives; of free programs, of area or power and one other.",
)
@click.option("--time", type=click.Choice(TIMES), help="Time model; throughput unless a job says otherwise.")
@click.option(
    "--pipelined",
    is_flag=False,
    flag_value="latency",
    type=click.Choice(["latency", "pace"]),
    help="Every layer has a machine for itself, within limits on the sums; cycles are those of all layers (latency, "
    "which is meant without a value) or of the slowest (pace).",
)
@shared_options
@click.option("--cloud", type=click.Path(), metavar="FILE", help="Write all valid designs to a .csv or .parquet file.")
@click.option("--emit", type=click.Path(), metavar="DIR", help="Write the best designs as machines and programs.")
@file_options
@WIDE
@click.option("--json", "as_json", is_flag=True, help="Print JSON (schema_version 1, docs/json.md).")
@collected
def explore(
    files: tuple[str, ...],
    given: Given,
    vary: tuple[str, ...],
    tiles: tuple[str, ...],
    limits: tuple[tuple[str, float], ...],
    objective: str | None,
    front: str | None,
    time: str | None,
    pipelined: str | None,
    cloud: str | None,
    emit: str | None,
    csv_file: str | None,
    parquet_file: str | None,
    wide: bool,
    as_json: bool,
    **shared: Any,
) -> None:
    """Find the best machine of a space with its programs, and prove it.

    FILE is a job in YAML (docs/explore.md), which options change, or mapping files whose programs are alternatives:
    their open sizes take all of their values, and every design is accounted for. The layers of networks (models, lines
    such as gemm:M=64,N=64,K=64, or `networks` of a job without programs) share a machine, each with its best program.
    The exit code is 1 if no design is valid, and 4 if one is not proved to be as good as was asked.
    """
    check_one(csv=csv_file, parquet=parquet_file, json=as_json)
    check_wide(wide, csv=csv_file, parquet=parquet_file, json=as_json)
    if cloud is not None and not cloud.endswith((".csv", ".parquet")):
        raise click.UsageError(f"--cloud {cloud}: the ending says what is written, .csv or .parquet")
    names = {
        "objective": _names(objective),
        "front": _names(front),
        "limits": limits_of(limits),
        "tiles": settings_of(tiles),
    }
    networks = list(shared.pop("networks"))
    job = read_job(files, given, vary, time=time, pipelined=pipelined, networks=networks, **names)
    if cloud is not None and job.pipelined != "no":
        raise click.UsageError("--cloud has the designs of one machine, not of a pipeline of them")
    found = _explored(job, cloud, shared)
    if emit is not None:
        write_best(found, emit)
    if as_json:
        click.echo(json.dumps(found.to_dict(), indent=1))
    elif csv_file or parquet_file:
        write_sheet(found.sheet(), csv_file, parquet_file)
    else:
        _show(found, wide)
    if isinstance(found, SharedExploration):
        if found.interrupted:
            click.echo("interrupted: the best designs so far", err=True)
        show_diagnostics(found.notes)
    if code := _code(found):
        sys.exit(code)


def _names(text: str | None) -> list[str]:
    return [name.strip() for name in text.split(",")] if text else []


def _explored(job: Job, cloud: str | None, asked: dict[str, Any]) -> Found:
    go = None if cloud is None else partial(write_cloud, file=cloud)
    with Progress(asked["budget"]) as bar:
        means = Means(means_of(asked), look=bar.update_boxes)
        return explore_job(job, how_of(asked), means, asked["store"], given_options(asked), go)


def _show(found: Found, wide: bool) -> None:
    if isinstance(found, Exploration):
        show_exploration(found, wide)
    elif isinstance(found, SharedExploration):
        show_shared(found, wide)
    else:
        show_pipelined(found, wide)


def _code(found: Found) -> int:
    """The exit code: whether anything is valid, and whether all is proved."""
    if isinstance(found, Exploration):
        return 0 if found.tally.valid else 1
    if isinstance(found, SharedExploration) and any(answer.design is None for answer in found.answers):
        return 1
    return 0 if found.proved else NOT_PROVED
