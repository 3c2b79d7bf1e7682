"""Which layers a job means, and which of them are alternatives of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ..ir import Diagnostic, Job, Layer, WeftError, layer_names, machine_for
from ..ir.nearest import did_you_mean

SHOWN = 5


class Written(NamedTuple):
    """A layer behind the file and the network that it is from."""

    file: str
    network: str
    layer: Layer


class Meant(NamedTuple):
    """A layer that is meant, and what it is called in its file: its name, the second of one name NAME#2."""

    label: str
    written: Written


def meant_layers(job: Job, written: Sequence[Written]) -> list[Meant]:
    """The layers of `job.layers`, by the names that `--layer` takes; all without.

    WeftError for a name that no layer has, for layers that cannot be read, and for those that run on a vector unit:
    explorations compare the elements of machines.
    """
    in_file: Counter[tuple[str, str]] = Counter()
    in_network: Counter[tuple[str, str, str]] = Counter()
    found: list[Meant] = []
    known: dict[str, None] = {}
    for item in written:
        name = item.layer.name
        in_file[item.file, name] += 1
        in_network[item.file, item.network, name] += 1
        label = name if in_file[item.file, name] == 1 else f"{name}#{in_file[item.file, name]}"
        names = layer_names(item.network, name, in_network[item.file, item.network, name])
        known |= dict.fromkeys(names)
        if not job.layers or set(names) & set(job.layers):
            found.append(Meant(label, item))
    first = ", ".join(dict.fromkeys(item.layer.name for item in written[:SHOWN]))
    findings = [
        Diagnostic("W002", f"no layer '{name}'", hint=did_you_mean(name, known, otherwise=f"the first are {first}"))
        for name in job.layers
        if name not in known
    ]
    findings += [error for item in found for error in item.written.layer.diagnostics if error.is_error]
    findings += [_beside(item, job) for item in found if _is_beside(item, job)]
    if findings:
        raise WeftError(findings)
    return found


def _is_beside(item: Meant, job: Job) -> bool:
    """Whether a layer runs on the vector unit of a job's machine."""
    workload, program = item.written.layer.workload, item.written.layer.dataflow if job.programs else None
    return workload is not None and machine_for(workload, job.space.base, program).part_of is not None


def _beside(item: Meant, job: Job) -> Diagnostic:
    unit = job.space.base.vector_unit
    message = f"layer '{item.label}' runs on the vector unit '{unit and unit.name}', which is not explored"
    hint = "name the other layers, or do without the unit (--set vector_unit=null); weft sweep has both"
    return Diagnostic("W731", message, span=item.written.layer.span, hint=hint)


def not_alike(layer: str, details: str) -> WeftError:
    """That the programs of a layer are no alternatives of each other."""
    message = f"the programs of layer '{layer}' are no alternatives: {details}"
    return WeftError(Diagnostic("W731", message, hint="give them the same dimensions, or other names"))
