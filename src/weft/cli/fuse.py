"""`weft fuse`: what fused programs cost, and which layers of a network are best fused."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from math import inf
from pathlib import Path
from typing import Any

import click

from ..api import DEFAULT_ACCELERATOR, machine_of, read_file
from ..backends.fused import FusedCost
from ..backends.report import SCHEMA_VERSION
from ..frontends.maestro import read_maestro
from ..fused import evaluate_fused, read_fused, verify_fused
from ..fusion.measures import MEASURES, TRAFFIC
from ..fusion.plan import GAP as GROUP_GAP
from ..fusion.plan import MOST_STAGES, Planned, Planner, room_of
from ..fusion.report import plan_data
from ..ir import Accelerator, Diagnostic, FusedProgram, Layer, Network, Severity, WeftError
from ..passes import OverCapacity, RaisePass
from ..verification import VERIFY_LIMIT
from .command import Command
from .findings import show_diagnostics
from .fused_tables import fused_data, fused_tables
from .fusion_tables import curve_data, curve_table, plan_tables
from .given import FILE, Given, capacity_option, collected, machine_only, sizes_option
from .map_options import GAP
from .output import console, progress
from .pairs import parse_sizes


@click.command(cls=Command)
@FILE
@machine_only
@sizes_option
@capacity_option
@collected
@click.option(
    "--room", type=click.IntRange(min=1), metavar="BYTES", help="Plans: what of the boundary memory may be used."
)
@click.option(
    "--most-stages",
    type=click.IntRange(min=1),
    help=f"Plans: the most layers that one program may have. [default: {MOST_STAGES}]",
)
@click.option(
    "--most-work",
    type=click.FloatRange(min=1),
    metavar="FACTOR",
    help="Plans: how many times the points of its layers a program may execute; 1: nothing is computed again.",
)
@click.option(
    "--objective",
    type=click.Choice(MEASURES),
    help=f"Plans: what is minimised; for energy the programs of all stages are searched too. [default: {TRAFFIC}]",
)
@click.option(
    "--gap",
    type=GAP,
    help=f"Plans by energy: how far above its best loops a group may be: 1% or 0.01. [default: {GROUP_GAP:.0%}]",
)
@click.option(
    "--curve", "curves", is_flag=True, help="Plans: the least for rooms of 2^n bytes up to that of the memory."
)
@click.option("--emit", "emits", is_flag=True, help="Print the programs as text that reads back, and nothing else.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--verify", "verifies", is_flag=True, help="Fused programs: also run both oracles.")
@click.option(
    "--verify-limit",
    type=click.IntRange(min=1),
    default=VERIFY_LIMIT,
    help="Executed points up to which --verify checks a program.",
)
def fuse(
    file: str,
    given: Given,
    room: int | None,
    most_stages: int | None,
    most_work: float | None,
    objective: str | None,
    gap: float | None,
    curves: bool,
    emits: bool,
    as_json: bool,
    verifies: bool,
    verify_limit: int,
) -> None:
    """Layers that run as one program, with what lies between them kept on the chip.

    A mapping file with Fuse blocks: what each fused program costs. Anything else with layers: which neighbours run as
    one program so that the least data pass to and from the outermost memory, or the least energy is used, and with
    which outer loops.
    """
    if emits + as_json > 1 or emits + curves > 1:
        raise click.UsageError("--emit excludes --json and --curve")
    if gap is not None and objective in (None, TRAFFIC):
        raise click.UsageError("--gap is of plans by energy: those by traffic are exact")
    machine = machine_of(given.accelerator or DEFAULT_ACCELERATOR, given.overrides)
    programs = read_fused(file) if Path(file).is_file() and file.endswith(".m") else ()
    if programs:
        show_diagnostics(_networks_beside(file))
        of_plans = (room, most_stages, most_work, objective, gap, curves or None, given.sizes or None)
        if any(item is not None for item in of_plans):
            options = "--room, --most-stages, --most-work, --objective, --gap, --curve and --sizes"
            raise click.UsageError(f"{options} are of plans: the file has fused programs")
        _evaluate(programs, machine, given.over_capacity, emits, as_json, verify_limit if verifies else 0)
        return
    if verifies or given.over_capacity != "error":
        raise click.UsageError("--verify and --over-capacity are of fused programs: the file has none")
    networks = _networks(file, given)
    how = most_stages or MOST_STAGES, most_work or inf, objective or TRAFFIC, GROUP_GAP if gap is None else gap
    # A planner each: how much was looked at is said of every network.
    planned = [(item, Planner(machine, *how)) for item in networks]
    if curves:
        _show_curves(planned, machine, room, as_json)
    else:
        _show_plans(planned, machine, room, emits, as_json)
    findings = [item for network in networks for layer in network.layers for item in layer.diagnostics]
    findings += _without_effect(layer for network in networks for layer in network.layers)
    show_diagnostics(findings)
    if any(item.is_error for item in findings):
        sys.exit(1)


def _document(machine: Accelerator, name: str, data: list[dict[str, Any]]) -> dict[str, Any]:
    return {"schema_version": SCHEMA_VERSION, "accelerator": machine.name, "machine": machine.to_dict(), name: data}


def _networks_beside(file: str) -> list[Diagnostic]:
    """A note for the networks of a file with fused programs."""
    try:
        networks = read_maestro(file)
    except WeftError:
        return []
    hint = "weft evaluate reads them; weft fuse plans them in a file of their own"
    return [
        Diagnostic("W108", f"network '{item.name}' stands beside fused programs", Severity.NOTE, hint=hint)
        for item in networks
    ]


def _without_effect(layers: Iterable[Layer]) -> list[Diagnostic]:
    """A note for densities, which fused programs do not look at."""
    names = [layer.name for layer in layers if layer.workload is not None and layer.workload.densities]
    message = f"densities of {', '.join(names)} change nothing here: fused programs count every element"
    return [Diagnostic("W602", message, Severity.NOTE)] if names else []


def _networks(file: str, given: Given) -> tuple[Network, ...]:
    asked = parse_sizes(given.sizes)
    networks = read_file(file, asked, RaisePass())
    if problems := [*asked.unused(), *(item for network in networks for item in network.diagnostics if item.is_error)]:
        raise WeftError(problems)
    return networks


def _show_plans(
    planners: Sequence[tuple[Network, Planner]], machine: Accelerator, room: int | None, emits: bool, as_json: bool
) -> None:
    found = [(network, _plan(network, planner, room)) for network, planner in planners]
    if emits:
        click.echo("\n".join(str(piece.program) for _, planned in found for piece in planned.plan.pieces))
    elif as_json:
        data = [plan_data(planned) for _, planned in found]
        click.echo(json.dumps(_document(machine, "plans", data), indent=2))
    else:
        for network, planned in found:
            plan_tables(console(), network, machine, planned)


def _plan(network: Network, planner: Planner, room: int | None) -> Planned:
    limit = room_of(planner.accelerator, room)
    with progress() as bar:
        task = bar.add_task("plan", total=None)
        return planner.plan(network, limit, progress=lambda done, total: bar.update(task, completed=done, total=total))


def _show_curves(
    planners: Sequence[tuple[Network, Planner]], machine: Accelerator, room: int | None, as_json: bool
) -> None:
    data = []
    for network, planner in planners:
        with progress() as bar:
            bar.add_task(f"rooms of {network.name or 'network'}", total=None)
            curve = list(planner.curve(network, room_of(machine, room)))
        data.append(curve_data(network, curve))
        if not as_json:
            curve_table(console(), network, machine, curve)
    if as_json:
        click.echo(json.dumps(_document(machine, "curves", data), indent=2))


def _evaluate(
    programs: tuple[FusedProgram, ...],
    machine: Accelerator,
    over_capacity: OverCapacity,
    emits: bool,
    as_json: bool,
    verify_limit: int,
) -> None:
    found: list[tuple[FusedProgram, FusedCost | None]] = []
    findings = _without_effect(stage.layer for program in programs for stage in program.stages)
    for program in programs:
        try:
            cost = evaluate_fused(program, machine, over_capacity=over_capacity)
        except WeftError as error:
            findings += error.diagnostics
            found.append((program, None))
            continue
        found.append((program, cost))
        findings += verify_fused(cost, limit=verify_limit) if verify_limit else ()
    if emits:
        click.echo("\n".join(map(str, programs)))
    elif as_json:
        data: list[dict[str, Any]] = [fused_data(program, cost) for program, cost in found]
        click.echo(json.dumps(_document(machine, "programs", data), indent=2))
    else:
        for _, priced in found:
            if priced is not None:
                fused_tables(console(), machine, priced)
    show_diagnostics(findings)
    if any(item.is_error for item in findings):
        sys.exit(1)
