"""Fusion plans and fused programs: figures, and the page that reports on them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ..backends.plots import Drawing, Figure, PlannedMember, PlannedProgram, PlannedTensor, plan, stages
from ..backends.plots.page import Part, page
from ..backends.plots.words import ENERGIES, in_words
from ..frontends.accelerator import parse_accelerator
from ..frontends.maestro.fused import parse_fused
from ..ir import Accelerator, Diagnostic, FusedProgram, WeftError
from ..passes.fuse import checked_boxes
from .documents import Data, Document


def _machine(document: Document) -> Accelerator:
    if document.kind != "fuse":
        hint = "weft fuse … --json > FILE writes one"
        raise WeftError(Diagnostic("W009", "this picture is of fused programs or their plans", hint=hint))
    machine = parse_accelerator(json.dumps(document.machine))
    if len(machine.memories) < 2:
        raise WeftError(Diagnostic("W203", f"{machine.name} has no memory below the outermost one"))
    return machine


def plan_of(document: Document) -> Drawing:
    """The plan of a network on its graph. WeftError (W009) where there is not one."""
    machine = _machine(document)
    plans = document.data.get("plans", ())
    if len(plans) != 1:
        message = f"this picture is of one plan, and there are {len(plans)}"
        raise WeftError(Diagnostic("W009", message, hint="weft fuse NETWORK --json has one for each network"))
    return _drawn(plans[0], machine)


def _drawn(found: Data, machine: Accelerator) -> Drawing:
    edges = [(edge["from"], edge["to"]) for edge in found["edges"]]
    programs = [_program(item, found["edges"]) for item in found["programs"]]
    memories = machine.memories[0].name, machine.memories[1].name
    return plan(programs, edges, found["network"], memories, machine.name, found["not_counted"])


def _program(item: Data, edges: Sequence[Data]) -> PlannedProgram:
    program = parse_fused(item["program"])
    if [stage.name for stage in program.stages] != item["layers"]:
        raise WeftError(Diagnostic("W001", f"the program of {', '.join(item['layers'])} has other stages"))
    loops = ", ".join(f"{loop.dimension} by {loop.size}" for loop in program.loops)
    inside = _inside(program, item["first"], edges)
    members = tuple(_member(item, number, program, edges, inside) for number in range(len(program.stages)))
    return PlannedProgram(program.name, loops, members, item["room_bytes"])


def _inside(program: FusedProgram, first: int, edges: Sequence[Data]) -> dict[int, str]:
    """The numbers of the network's edges that are those of a program, with the inputs that they feed."""
    found: dict[int, str] = {}
    for own in program.edges:
        for number, edge in enumerate(edges):
            ends = edge["from"] - first, edge["to"] - first
            if number not in found and ends == (own.producer, own.consumer) and edge["tensor"] in ("", own.tensor):
                found[number] = own.tensor
                break
    return found


def _member(
    item: Data, number: int, program: FusedProgram, edges: Sequence[Data], inside: dict[int, str]
) -> PlannedMember:
    """A layer with what comes in, what goes out and what stays."""
    stage, place = program.stages[number], item["first"] + number
    into = [n for n, edge in enumerate(edges) if edge["to"] == place]
    leaving = [n for n, edge in enumerate(edges) if edge["from"] == place]
    tensors = [PlannedTensor(inside[n], "inside", edges=(n,)) for n in into if n in inside]
    waiting = [n for n in into if n not in inside]
    for moved in item["outside"]:
        if moved["layer"] != stage.name:
            continue
        own = tuple(n for n in leaving if n not in inside)
        if moved["way"] == "in":
            weight = moved["tensor"] in stage.layer.weights
            own = tuple(n for n in waiting if edges[n]["tensor"] == moved["tensor"])
            own = (own or tuple(n for n in waiting if not edges[n]["tensor"] and not weight))[:1]
            waiting = [n for n in waiting if n not in own]
        tensors.append(PlannedTensor(moved["tensor"], moved["way"], moved["bytes"], own))
    if kept := tuple(n for n in leaving if n in inside):
        workload = stage.layer.workload
        assert workload is not None
        tensors.append(PlannedTensor(workload.output.name, "stays", edges=kept, again=stage.recomputed))
    return PlannedMember(stage.name, tuple(tensors))


def _texts(document: Document) -> Iterator[str]:
    yield from (item["program"] for item in document.data.get("programs", ()))
    yield from (item["program"] for found in document.data.get("plans", ()) for item in found["programs"])


def schedule_of(document: Document, first: int = 0, steps: int | None = None) -> Figure:
    """Which stage runs what in which step of the outer loops, of one fused program. WeftError (W002) for several."""
    machine = _machine(document)
    programs = [parse_fused(text) for text in _texts(document)]
    if len(programs) > 1:
        programs = [program for program in programs if program.loops] or programs
    if len(programs) != 1:
        names = ", ".join(program.name for program in programs[:5])
        hint = f"choose one with --layer: {names}, …" if programs else ""
        raise WeftError(Diagnostic("W002", f"this picture is of one program, and there are {len(programs)}", hint=hint))
    return _schedule(programs[0], machine, first, steps)


def _schedule(program: FusedProgram, machine: Accelerator, first: int, steps: int | None) -> Figure:
    return stages(program, checked_boxes(program, machine), machine.name, first, steps)


def fusion_page(document: Document, title: str) -> str:
    """The page of fused programs or of plans: totals, the plan on the graph, the schedules of programs with loops."""
    machine = _machine(document)
    parts = [part for found in document.data.get("plans", ()) for part in _plan_parts(found, machine)]
    for text in _texts(document):
        program = parse_fused(text)
        own = [Part("Text", text=text, folded=True)]
        if len(program.stages) > 1:
            parts.append(Part(f"Schedule of {program.name}", figure=_schedule(program, machine, 0, None), parts=own))
        else:
            parts += [Part(program.name, text=text, folded=True)]
    if not parts:
        raise WeftError(Diagnostic("W009", "there is no fused program to show"))
    return page(title or f"Fused programs on {machine.name}", parts, [("machine", machine.name)])


def _plan_parts(found: Data, machine: Accelerator) -> Iterator[Part]:
    by_energy = found["objective"] == "energy"
    head = ("plan", "programs", f"KB through {machine.memories[0].name}", "points", *(["energy"] if by_energy else []))
    rows = [
        (
            item["name"],
            f"{item['programs']:,}",
            f"{item['bytes'] / 1000:,.1f}",
            f"{item['points']:,}",
            *([in_words(item["energy_pj"] or 0.0, ENERGIES)] if by_energy else []),
        )
        for item in found["plans"]
    ]
    within = f"within {found['gap']:.2%} of " if found["gap"] else ""
    proof = f"{within}the least {found['objective']} of all plans in the space"
    yield Part(f"Plans of {found['network'] or 'network'}", f"Fused: {proof}.", table=[head, *rows])
    yield Part("The plan on the network", drawing=_drawn(found, machine))
