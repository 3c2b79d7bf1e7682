"""Functions of a model in the place of the nodes that call them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from onnx import ModelProto, NodeProto, inliner

MAX_NODES = 100_000
"""Nodes that a model may have after its functions have been put in."""

_Key = tuple[str, str]


class TooManyNodesError(Exception):
    """Functions that call each other, or that make too many nodes; the text says which."""


def inlined(model: ModelProto) -> ModelProto:
    """The model without functions of its own. Raises TooManyNodesError before anything is put in."""
    if not model.functions:
        return model
    bodies = {(item.domain, item.name): Counter(_keys(item.node)) for item in model.functions}
    sizes: dict[_Key, int] = {}
    for key in bodies:
        _measure(key, bodies, sizes, ())
    total = sum(sizes.get(key, 1) for key in _keys(model.graph.node))
    if total > MAX_NODES:
        raise TooManyNodesError(f"its functions make {total:,} nodes; up to {MAX_NODES:,} are read")
    return inliner.inline_local_functions(model)


def _keys(nodes: Iterable[NodeProto]) -> Iterable[_Key]:
    """The operators of nodes and of the graphs inside of them."""
    for node in nodes:
        yield node.domain, node.op_type
        for item in node.attribute:
            yield from _keys(item.g.node)
            for graph in item.graphs:
                yield from _keys(graph.node)


_MOST_CALLS = 200


def _measure(key: _Key, bodies: dict[_Key, Counter[_Key]], sizes: dict[_Key, int], above: tuple[_Key, ...]) -> int:
    """How many nodes a function makes."""
    if key not in bodies:
        return 1
    if key in above or len(above) > _MOST_CALLS:
        raise TooManyNodesError(f"its function '{key[1]}' calls itself, or calls stand too deep inside of each other")
    if key not in sizes:
        sizes[key] = sum(n * _measure(called, bodies, sizes, (*above, key)) for called, n in bodies[key].items())
    return sizes[key]
