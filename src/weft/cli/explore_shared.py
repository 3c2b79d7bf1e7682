"""`weft explore` of networks: the machine that all their layers share, each with its best program."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from ..explorations import explore_networks
from ..frontends.maestro import write_maestro
from ..ir import Job, Layer, Network, Variable
from ..search.spaces.chain_sets import SPLITS
from .explore_files import write_files
from .explore_tables import setting_text_of
from .findings import show_diagnostics
from .inputs import Command
from .map_command import NOT_PROVED, workers_of
from .map_options import GAP, SECONDS
from .output import console, energy_text
from .tables import Table, numbers, texts

if TYPE_CHECKING:
    from ..exploration.results import Design
    from ..exploration.shared_job import SharedAnswer, SharedExploration

_OPTIONS = (
    click.option("--network", "networks", multiple=True, metavar="FILE", help="In place of the networks of a job."),
    click.option("--across", type=click.Choice(("sum", "worst")), default="sum", help="What of the layers counts."),
    click.option("--constraint", "-c", "constraints", multiple=True, metavar="TEXT", help="As of weft map."),
    click.option("--split", type=click.Choice(SPLITS), default="even", help="Which chunk sizes there are."),
    click.option("--budget", type=SECONDS, help="Time for all objectives: 10s, 2m; without it until all is proved."),
    click.option("--gap", type=GAP, default="0", help="How far above the best one suffices: 5% or 0.05."),
    click.option("--workers", type=click.IntRange(min=1), default=1, help="Processes of this machine."),
    click.option("--dask", "address", metavar="ADDRESS", help="Search on a Dask cluster, by its scheduler's address."),
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


def explore_shared(job: Job, emit: str | None, as_json: bool, **asked: Any) -> int:
    """Search, and show what was found; the exit code."""
    from ..exploration.shared_job import How
    from ..search.spaces.request import SpaceRequest

    if asked["address"] and asked["workers"] > 1:
        raise click.UsageError("--workers and --dask exclude each other")
    workers = workers_of(asked["workers"], asked["address"])
    request = SpaceRequest(constraints=asked["constraints"], split=asked["split"])
    how = How(request, asked["across"], asked["gap"], asked["budget"])
    found = explore_networks(job, how, workers, asked["store"])
    if emit is not None:
        write_files(emit, _files(found))
    if as_json:
        click.echo(json.dumps(found.to_dict(), indent=1))
    else:
        _show(found)
    show_diagnostics(found.notes)
    if any(answer.design is None for answer in found.answers):
        return 1
    return 0 if found.proved else NOT_PROVED


def _show(found: SharedExploration) -> None:
    out = console()
    keys = [item.key for item in found.job.space.variables]
    keys += [f"{name}.capacity_bytes" for name in found.job.space.needed]
    titles = ("cycles", "energy µJ", "area mm²", "power mW")
    table = Table("best machines", [*texts("best"), *numbers(*keys), *numbers(*titles)])
    variables = {item.key: item for item in found.job.space.variables}
    for answer in found.answers:
        table.add_row(answer.objective, *(_row(answer.design, variables) if answer.design else ["none"]))
    out.print(table)
    for answer in found.answers:
        out.print(f"{answer.objective}: {_verdict(answer)}")


def _row(design: Design, variables: dict[str, Variable]) -> list[str]:
    metrics = design.metrics
    settings = [setting_text_of(variables.get(key), value) for key, value in design.settings]
    return [
        *settings,
        f"{metrics.cycles:,}",
        energy_text(metrics.energy_pj),
        f"{metrics.area_mm2:.4f}",
        f"{metrics.power_mw:,.1f}",
    ]


def _verdict(answer: SharedAnswer) -> str:
    """What is proved, in words."""
    data = answer.certificate
    space = f"{data['machines']:,} machines, 10^{data['state_space_log10']:.1f} designs"
    work = f"{data['boxes']} boxes of machines, {data['searches']} searches"
    said = {
        "optimal": "proved optimal",
        "within": f"proved within {answer.gap or 0:.2%} of the best",
        "budget": "not proved" if answer.gap is None else f"stopped early, within {answer.gap:.2%} of the best",
    }[answer.status]
    bound = "" if data["lower_bound"] is None else f": no design is below {data['lower_bound']:.6g}"
    binds = f"; {' and '.join(data['binding'])} binds" if data["binding"] else ""
    busiest = ", ".join(f"{name} in {count} layers" for name, count in answer.busiest.items())
    return f"{said}{bound} ({space}; {work}){binds}; busiest: {busiest or 'nothing'}"


def _files(found: SharedExploration) -> Iterator[tuple[str, str]]:
    """The best designs as machines and mapping files, by name."""
    for answer in found.answers:
        design, stem = answer.design, answer.objective
        if design is None:
            continue
        workloads = {pair: layer.workload for layer in answer.search.layers for pair in layer.names}
        layers = tuple(Layer(p.layer, workloads[p.network, p.layer], p.dataflow) for p in design.programs)
        links = tuple((n, n + 1) for n in range(len(layers) - 1))
        command = f"weft evaluate {stem}.m -a {stem}.yaml"
        yield f"{stem}.yaml", f"# The machine of the best design by {stem}: {command}\n{design.accelerator}"
        yield f"{stem}.m", f"// {command}\n{write_maestro(Network('best', layers, links))}"
