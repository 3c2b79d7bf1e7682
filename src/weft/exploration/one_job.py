"""A job with programs: every layer by itself, its programs alternatives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from ..ir import Accelerator, Diagnostic, Job, Layer, MachineSpace, WeftError, with_values
from ..ir.nearest import did_you_mean
from .clouds import Run
from .explored import Exploration
from .one_answer import OneAnswer
from .one_dataflow import OneDataflow
from .open_programs import OpenProgram, check_tiles, open_program
from .questions import Question

Written = tuple[str, str, Layer]
"""A layer with its program, behind the file and the network that it is from."""


def explore_programs(job: Job, written: Sequence[Written]) -> Exploration:
    """Account for every design of every layer; see `layer_runs`."""
    found = layer_runs(job, written)
    for _, _, run in found:
        run.run()
    return answered(job, found)


def answered(job: Job, runs: Sequence[Run]) -> Exploration:
    """The result of runs that are over."""
    return Exploration(job, tuple(OneAnswer(run, network, layer) for network, layer, run in runs))


def layer_runs(job: Job, written: Sequence[Written]) -> list[Run]:
    """A run for every layer, not yet begun, behind the names of its network and layer.

    WeftError for layers without programs, and for what no program has.
    """
    chosen = _chosen(job, written)
    machines = list(_sizes_of(job.space))
    tiles = dict(job.tiles)
    groups: dict[tuple[str, str], list[OpenProgram]] = {}
    for file, network, layer in chosen:
        assert layer.workload is not None
        assert layer.dataflow is not None
        program = open_program(file, layer.workload, layer.dataflow, machines, tiles)
        groups.setdefault((network, layer.name), []).append(program)
    for (_, name), programs in groups.items():
        _check_same(name, programs)
    check_tiles(tiles, [program for programs in groups.values() for program in programs])
    question = Question(job.objectives, job.front, job.limits, job.time)
    return [(network, name, OneDataflow(job.space, programs, question)) for (network, name), programs in groups.items()]


def _sizes_of(space: MachineSpace) -> Iterator[Accelerator]:
    """A machine for every number of processing elements that there is."""
    variables = [variable for variable in space.variables if variable.key in ("pes", "shape")]
    for values in product(*(variable.values for variable in variables)):
        yield with_values(space.base, zip(variables, values, strict=True))


def _chosen(job: Job, written: Sequence[Written]) -> list[Written]:
    """The layers that are meant, each with a workload and a program."""
    names = list(dict.fromkeys(layer.name for _, _, layer in written))
    findings = []
    for name in job.layers:
        if name not in names:
            findings.append(Diagnostic("W002", f"no layer '{name}'", hint=did_you_mean(name, names, "layers")))
    chosen = [item for item in written if not job.layers or item[2].name in job.layers]
    for _, _, layer in chosen:
        findings += [item for item in layer.diagnostics if item.is_error]
        if layer.dataflow is None and layer.workload is not None:
            findings.append(Diagnostic("W009", f"layer '{layer.name}' has no dataflow", span=layer.span))
    if findings:
        raise WeftError(findings)
    if not chosen:
        raise WeftError(Diagnostic("W009", "the job has no programs"))
    return chosen


def _check_same(layer: str, programs: Sequence[OpenProgram]) -> None:
    """Alternatives compute the same."""
    first = programs[0]
    for program in programs[1:]:
        if program.workload != first.workload:
            message = f"{first.name} and {program.name} have different layers '{layer}': they are no alternatives"
            raise WeftError(Diagnostic("W731", message, hint="give them the same dimensions, or other names"))
