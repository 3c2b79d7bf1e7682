"""The graphs inside of nodes: what they read, and the branch of an `If` that is known to be taken, in its place."""

from __future__ import annotations

from collections.abc import Iterable

from onnx import AttributeProto, GraphProto, NodeProto, TensorProto


def taken_branch(node: NodeProto, holds: bool) -> tuple[list[NodeProto], list[TensorProto]]:
    """The nodes and constants of a branch, under names of their own, and nodes that give its outputs the node's names.

    Names from outside of the branch stay. Raises ValueError for a node without such a branch.
    """
    wanted = "then_branch" if holds else "else_branch"
    graph = next((item.g for item in node.attribute if item.name == wanted), None)
    if graph is None or len(graph.output) != len(node.output):
        raise ValueError(f"it has no whole '{wanted}'")
    names = {name: f"{node.output[0]}/{name}" for name in made_by(graph)}
    constants = []
    for item in graph.initializer:
        constants.append(TensorProto())
        constants[-1].CopyFrom(item)
        constants[-1].name = names[item.name]
    nodes = [renamed(item, names) for item in graph.node]
    for inner, outer in zip(graph.output, node.output, strict=True):
        if outer:
            source = names.get(inner.name, inner.name)
            nodes.append(NodeProto(op_type="Identity", name=f"{node.name}/{outer}", input=[source], output=[outer]))
    return nodes, constants


def made_by(graph: GraphProto) -> Iterable[str]:
    """The names that a graph gives to tensors."""
    for node in graph.node:
        yield from filter(None, node.output)
    yield from (item.name for item in graph.initializer)


def reads(node: NodeProto) -> tuple[str, ...]:
    """What a node reads: its inputs in their order, and behind them what the graphs inside of it take from outside."""
    graphs = [graph for item in node.attribute for graph in (item.g, *item.graphs)]
    taken = dict.fromkeys(name for graph in graphs for name in _from_outside(graph))
    return (*node.input, *(name for name in taken if name not in node.input))


def _from_outside(graph: GraphProto) -> Iterable[str]:
    own = {"", *made_by(graph), *(item.name for item in graph.input)}
    names = [name for node in graph.node for name in reads(node)] + [item.name for item in graph.output]
    return (name for name in names if name not in own)


def renamed(node: NodeProto, names: dict[str, str]) -> NodeProto:
    """A copy of a node with other names of tensors, also in the graphs inside of it."""
    found = NodeProto()
    found.CopyFrom(node)
    found.input[:] = [names.get(name, name) for name in node.input]
    found.output[:] = [names.get(name, name) for name in node.output]
    for item in found.attribute:
        if item.type == AttributeProto.GRAPH:
            _rename_graph(item.g, names)
        for graph in item.graphs:
            _rename_graph(graph, names)
    return found


def _rename_graph(graph: GraphProto, names: dict[str, str]) -> None:
    """Changes the names that a graph takes from outside; its own hide them."""
    own = {*made_by(graph), *(item.name for item in graph.input)}
    outer = {name: new for name, new in names.items() if name not in own}
    nodes = [renamed(node, outer) for node in graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    for item in graph.output:
        item.name = outer.get(item.name, item.name)
