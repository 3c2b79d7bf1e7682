"""Read a mapping back from the text that it prints: a layer, then its machine in YAML."""

from __future__ import annotations

from ..ir import Diagnostic, Mapping, WeftError
from ..ir.arguments import checked
from .accelerator import parse_accelerator
from .maestro import parse_layer

SEPARATOR = "\n--- # accelerator\n"


@checked
def parse_mapping(text: str) -> Mapping:
    """The mapping of which `text` is the printed form; WeftError for anything else."""
    layer_text, separator, machine_text = text.partition(SEPARATOR)
    if not separator:
        hint = "a mapping prints as a layer, a line '--- # accelerator' and the machine in YAML"
        raise WeftError(Diagnostic("W001", "the machine is missing", hint=hint))
    layer = parse_layer(layer_text)
    if layer.workload is None or layer.dataflow is None:
        raise WeftError(
            layer.diagnostics or Diagnostic("W009", f"layer '{layer.name}' has no dataflow", span=layer.span)
        )
    return Mapping(layer.workload, layer.dataflow, parse_accelerator(machine_text), layer.name, layer.span)
