"""Which layer feeds which: a chain, unless an Edges block says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter

from ...ir import Edge, Findings, Layer, chain
from ...ir.nearest import did_you_mean
from .nodes import Name
from .sections import Section


def read_edges(section: Section, layers: Sequence[Layer], findings: Findings) -> tuple[Edge, ...]:
    """The edges of an Edges block over layers counted from 0, each with the consumer's input if that is given."""
    edges: list[Edge] = []
    for node in section.items:
        wrong = [number for number in (node.producer, node.consumer) if number >= len(layers)]
        if wrong:
            message = f"there is no layer {wrong[0]}: the network's layers are 0 to {len(layers) - 1}"
            findings.add("W002", message, section.span(node))
        elif node.tensor is None or _has_input(layers[node.consumer], node.tensor, section, findings):
            edges.append(Edge(node.producer, node.consumer, node.tensor.text if node.tensor else ""))
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for edge in edges:
        sorter.add(edge.consumer, edge.producer)
    try:
        sorter.prepare()
    except CycleError as error:
        cycle = " -> ".join(str(number) for number in error.args[1])
        findings.add("W001", f"the edges run in a circle: {cycle}", section.span(section.items[0]))
        return chain(len(layers))
    return tuple(edges)


def _has_input(layer: Layer, tensor: Name, section: Section, findings: Findings) -> bool:
    """Whether a layer has the input; without a workload nothing is said."""
    if layer.workload is None:
        return True
    names = [item.name for item in layer.workload.inputs]
    if tensor.text in names:
        return True
    hint = did_you_mean(tensor.text, names, "inputs")
    findings.add("W002", f"layer '{layer.name}' has no input '{tensor.text}'", section.span(tensor), hint=hint)
    return False
