"""Writes networks as MAESTRO files, in MAESTRO's own words wherever it has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ...ir import Dataflow, Diagnostic, Directive, Layer, Network, WeftError, Workload, chain
from ...ir.arguments import checked
from .programs import counts_outputs

_INDENT = "\t"


@checked
def write_maestro(networks: Network | Iterable[Network]) -> str:
    """The text of a MAESTRO file with these networks; reading it gives equal networks.

    Names become single words. WeftError if a layer has no workload.
    """
    chosen = (networks,) if isinstance(networks, Network) else tuple(networks)
    return "\n".join(_network(network) for network in chosen)


def _network(network: Network) -> str:
    lines = [_heading("Network", network.name)]
    inheritable = False
    for layer in network.layers:
        lines += [_INDENT + line for line in _layer(layer, inheritable)]
        inheritable |= layer.dataflow is not None
    if network.edges != chain(len(network.layers)):
        lines.append(f"{_INDENT}Edges {{ {', '.join(map(str, network.edges))} }}")
    return "\n".join([*lines, "}", ""])


def _layer(layer: Layer, inheritable: bool) -> list[str]:
    if layer.workload is None:
        message = f"layer '{layer.name}' could not be read, so it cannot be written"
        raise WeftError([Diagnostic("W009", message, span=layer.span), *layer.diagnostics])
    lines = [_heading("Layer", layer.name)]
    lines += [_INDENT + line for line in (*_workload(layer.workload), *layer.origin_lines)]
    if layer.dataflow is not None:
        program = _dataflow(layer.dataflow, layer.workload)
        lines += [_INDENT + "Dataflow {", *(2 * _INDENT + line for line in program), _INDENT + "}"]
    elif inheritable:
        lines.append(_INDENT + "Dataflow;")
    return [*lines, "}"]


def _heading(keyword: str, name: str) -> str:
    word = re.sub(r"//+", "/", re.sub(r"[\s{}]+", "_", name)).strip(",:;")
    return f"{keyword} {word} {{" if word else f"{keyword} {{"


def _workload(workload: Workload) -> list[str]:
    if workload.operator == "AFFINE":
        return str(workload).splitlines()
    lines = [f"Type: {workload.operator}"]
    factors = dict(workload.zero_insertion)
    strides = {index.name: factors.get(index.name, index.stride) for index in workload.indices}
    default = 2 if workload.operator == "TRCONV" else 1
    if any(stride != default for stride in strides.values()):
        lines.append(_block("Stride", dict(reversed(strides.items()))))
    if any(index.dilation != 1 for index in workload.indices):
        lines.append(_block("Dilation", {index.name: index.dilation for index in workload.indices}))
    extents = dict(workload.extents)
    for index in workload.indices:
        # MAESTRO's files give the extents of the input.
        inputs = _inputs(workload, index.name)
        if inputs is not None:
            extents = {index.name if name == index.output else name: size for name, size in extents.items()}
            extents[index.name] = inputs
    lines.append(_block("Dimensions", extents))
    return lines + workload.further_lines


def _inputs(workload: Workload, name: str) -> int | None:
    index = workload.index_by_name[name]
    outputs, taps = workload.extents[index.output], workload.extents[index.window]
    factor = dict(workload.zero_insertion).get(name)
    if factor is None:
        return index.span(outputs, taps) - sum(before + after for own, before, after in workload.padding if own == name)
    stored, rest = divmod(outputs - index.span(1, taps), factor)
    return stored + 1 if rest == 0 and stored >= 0 else None


def _block(keyword: str, numbers: dict[str, int]) -> str:
    return f"{keyword} {{ {', '.join(f'{name}: {number}' for name, number in numbers.items())} }}"


def _dataflow(dataflow: Dataflow, workload: Workload) -> list[str]:
    lines: list[str] = []
    for number, level in enumerate(dataflow.levels):
        if number:
            cluster = dataflow.clusters[number - 1]
            lines.append(str(cluster) if cluster.memory else f"Cluster({cluster.size}, P);")
        lines += [str(_in_outputs(directive, workload, level)) for directive in level]
    return lines + [str(placement) for placement in dataflow.placements]


def _in_outputs(directive: Directive, workload: Workload, level: Sequence[Directive]) -> Directive:
    """The offset of a strided map in units of outputs, as MAESTRO's files have it."""
    index = workload.index_by_name.get(directive.dimension)
    size, offset = directive.size, directive.offset
    if index is None or index.stride == 1 or workload.operator == "AFFINE":
        return directive
    if not (isinstance(size, int) and isinstance(offset, int)) or offset % index.stride:
        return directive
    outputs = offset // index.stride
    written = counts_outputs(workload, index, size, outputs, level)
    return replace(directive, offset=outputs) if written else directive
