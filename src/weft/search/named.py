"""Programs by name for layers without one: the paper's five dataflows, and one that fits the machine."""

from __future__ import annotations

from ..ir import Accelerator, Dataflow, Diagnostic, Layer, WeftError, Workload, machine_for
from ..passes.styles import STYLES, streamed, styled

FIT = "fit"
"""The name of a program that fits the machine, found without a search."""

NAMES = (*STYLES, FIT)


def dataflow_named(name: str, layer: Layer, workload: Workload, accelerator: Accelerator) -> Dataflow:
    """The dataflow of that name for a layer on a machine; on its vector unit all are one, a stream through the lanes.

    ValueError for another name than those of `NAMES`; WeftError (W704) where nothing is found that fits.
    """
    machine = machine_for(workload, accelerator)
    if machine.part_of is not None and name in NAMES:
        return streamed(workload, machine)
    if name in STYLES:
        return styled(name, workload, accelerator)
    if name != FIT:
        raise ValueError(f"unknown dataflow {name!r}; the dataflows are {', '.join(NAMES)}")
    from .first import fitting_program  # the search takes long to load

    found = fitting_program(workload, accelerator)
    if isinstance(found, Dataflow):
        return found
    message = f"no program was found that fits '{layer.name}' on {accelerator.name}"
    hint = "weft map looks at all of them"
    raise WeftError(Diagnostic("W704", message, span=layer.span, notes=found, hint=hint))
