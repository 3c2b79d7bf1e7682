"""Which layer feeds which: a chain, unless an Edges block says otherwise."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

from ...ir import Findings
from .sections import Section

Edges = tuple[tuple[int, int], ...]


def chain(layers: int) -> Edges:
    """Each layer feeds the next."""
    return tuple((number, number + 1) for number in range(layers - 1))


def read_edges(section: Section, layers: int, findings: Findings) -> Edges:
    """The edges of an Edges block over `layers` layers, counted from 0."""
    edges: list[tuple[int, int]] = []
    for node in section.items:
        wrong = [number for number in (node.producer, node.consumer) if number >= layers]
        if wrong:
            message = f"there is no layer {wrong[0]}: the network's layers are 0 to {layers - 1}"
            findings.add("W002", message, section.span(node))
        else:
            edges.append((node.producer, node.consumer))
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for producer, consumer in edges:
        sorter.add(consumer, producer)
    try:
        sorter.prepare()
    except CycleError as error:
        cycle = " -> ".join(str(number) for number in error.args[1])
        findings.add("W001", f"the edges run in a circle: {cycle}", section.span(section.items[0]))
        return chain(layers)
    return tuple(edges)
