"""A job with programs: every layer by itself, its programs alternatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..ir import Diagnostic, Job, WeftError
from .clouds import Run
from .explored import Exploration
from .machines import sizes_of
from .meant import Meant, Written, meant_layers, not_alike
from .one_answer import OneAnswer
from .one_dataflow import OneDataflow
from .open_programs import OpenProgram, check_tiles, open_program
from .questions import Question


def run_all(runs: Sequence[Run]) -> None:
    """Explore all layers."""
    for _, _, run in runs:
        run.run()


def explore_programs(
    job: Job, written: Sequence[Written], go: Callable[[Sequence[Run]], None] = run_all
) -> Exploration:
    """Account for every design of every layer (see `layer_runs`); `go` goes through the designs of all."""
    runs = layer_runs(job, written)
    go(runs)
    return Exploration(job, tuple(OneAnswer(run, network, layer) for network, layer, run in runs))


def layer_runs(job: Job, written: Sequence[Written]) -> list[Run]:
    """A run for every layer, not yet begun, behind the names of its network and layer.

    WeftError for layers without programs, for what no program has, and for sizes that are tied to the machine.
    """
    chosen = chosen_layers(job, written)
    for symbol, key in job.ties:
        message = f"'{symbol}' is tied to {key}, which only pipelined designs can have"
        raise WeftError(Diagnostic("W731", message, hint="give it values, or ask for --pipelined"))
    machines = list(sizes_of(job.space))
    tiles = dict(job.tiles)
    groups: dict[str, list[OpenProgram]] = {}
    networks: dict[str, str] = {}
    for label, (file, network, layer) in chosen:
        assert layer.workload is not None
        assert layer.dataflow is not None
        program = open_program(file, layer.workload, layer.dataflow, machines, tiles)
        groups.setdefault(label, []).append(program)
        networks.setdefault(label, network)
    for name, programs in groups.items():
        check_same(name, programs)
    check_tiles(tiles, [program for programs in groups.values() for program in programs])
    question = Question(job.objectives, job.front, job.limits, job.time)
    return [(networks[name], name, OneDataflow(job.space, programs, question)) for name, programs in groups.items()]


def chosen_layers(job: Job, written: Sequence[Written]) -> list[Meant]:
    """The layers that are meant, each with a workload and a program; of equal labels are alternatives."""
    if job.networks:
        message = "networks are searched for programs, and the job has programs: one of them has no effect"
        raise WeftError(Diagnostic("W731", message, hint="leave out networks or programs"))
    chosen = meant_layers(job, written)
    layers = [item.written.layer for item in chosen]
    lacking = [layer for layer in layers if layer.dataflow is None and layer.workload is not None]
    if lacking:
        hint = "give all layers a dataflow, or none: then each gets its best program; --layer names what is meant"
        texts = ((layer.span, f"layer '{layer.name}' has no dataflow") for layer in lacking)
        raise WeftError([Diagnostic("W009", text, span=span, hint=hint) for span, text in texts])
    if not chosen:
        raise WeftError(Diagnostic("W009", "the job has no programs"))
    return chosen


def check_same(layer: str, programs: Sequence[OpenProgram]) -> None:
    """Alternatives compute the same."""
    first = programs[0]
    for program in programs[1:]:
        if program.workload != first.workload:
            raise not_alike(layer, f"{first.name} and {program.name} give it different dimensions")
