"""`weft explore` of networks: the machine that all their layers share, each with its best program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from ..frontends.maestro import write_maestro
from ..ir import Layer, Network, chain
from ..search.request import SCOPES
from ..search.spaces.chain_sets import SPLITS
from .given import Command
from .map_command import workers_of
from .map_options import GAP, SECONDS

if TYPE_CHECKING:
    from ..exploration.shared_job import How, SharedExploration
    from ..search.workers.executors import Workers

_OPTIONS = (
    click.option("--network", "networks", multiple=True, metavar="FILE", help="In place of the networks of a job."),
    click.option("--across", type=click.Choice(("sum", "worst")), default="sum", help="What of the layers counts."),
    click.option(
        "--share",
        type=click.Choice(SCOPES),
        default="layer",
        help="Whether every layer spreads what it likes, or all of an operator class, or all, spread the same.",
    ),
    click.option("--constraint", "-c", "constraints", multiple=True, metavar="TEXT", help="As of weft map."),
    click.option("--split", type=click.Choice(SPLITS), default="even", help="Which chunk sizes there are."),
    click.option("--budget", type=SECONDS, help="Time for all objectives: 10s, 2m; without it until all is proved."),
    click.option("--gap", type=GAP, default="0", help="How far above the best one suffices: 5% or 0.05."),
    click.option("--workers", type=click.IntRange(min=1), default=1, help="Processes of this machine."),
    click.option("--dask", "address", metavar="ADDRESS", help="Search on a Dask cluster, by its scheduler's address."),
    click.option("--sensitivity/--no-sensitivity", default=True, help="Whether what is next to the best is searched."),
    click.option("--store", type=click.Path(), metavar="FILE", help="Keep and take results in this file."),
)


def shared_options(command: Command) -> Command:
    """The options of networks."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def given_options(names: Iterable[str]) -> list[str]:
    """Those of the parameters that were given on the command line, as they are written there."""
    context = click.get_current_context()
    written = {item.name: item.opts[-1] for item in context.command.params}
    return [written[name] for name in names if context.get_parameter_source(name) != ParameterSource.DEFAULT]


def how_of(asked: dict[str, Any]) -> How:
    """How layers are searched, by the options."""
    from ..exploration.shared_job import How
    from ..search.spaces.request import SpaceRequest

    request = SpaceRequest(constraints=asked["constraints"], split=asked["split"])
    return How(request, asked["across"], asked["gap"], asked["budget"], asked["sensitivity"], asked["share"])


def means_of(asked: dict[str, Any]) -> Workers:
    """What searches run on."""
    if asked["address"] and asked["workers"] > 1:
        raise click.UsageError("--workers and --dask exclude each other")
    return workers_of(asked["workers"], asked["address"])


def shared_files(found: SharedExploration) -> Iterator[tuple[str, str]]:
    """The best designs as machines and mapping files, by name."""
    for answer in found.answers:
        design, stem = answer.design, answer.objective
        if design is None:
            continue
        workloads = {pair: layer.workload for layer in answer.search.layers for pair in layer.names}
        layers = tuple(Layer(p.layer, workloads[p.network, p.layer], p.dataflow) for p in design.programs)
        command = f"weft evaluate {stem}.m -a {stem}.yaml"
        yield f"{stem}.yaml", f"# The machine of the best design by {stem}: {command}\n{design.accelerator}"
        yield f"{stem}.m", f"// {command}\n{write_maestro(Network('best', layers, chain(len(layers))))}"
