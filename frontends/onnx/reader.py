"""ONNX models as networks: the graph with its shapes, without its weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from google.protobuf.message import DecodeError
from onnx import GraphProto, ModelProto, NodeProto, TensorProto

from ...ir import Diagnostic, Network, Severity, WeftError
from ...ir.files import map_bytes
from ..models import Attribute, GraphNode, GraphTensor, ModelGraph, in_order, network_of
from ..models.operators import FURTHER
from ..models.refusals import CONTROL
from ..sizes import Sizes
from .branches import reads, taken_branch
from .elements import attributes_of, default_domain, element_name, operator_name, shape_of, size_problem, values_of
from .functions import TooManyNodesError, inlined
from .inference import Inference
from .loops import ALWAYS, AXIS, MAX_NODES, MAX_TRIPS, Loop, results
from .scans import FIRST, Scan
from .symbols import bind_declared, bind_inputs
from .wire import WireError, without_weights

OLDEST = 7
"""The first operator set that is read."""
_SHOWN = 200


def read_onnx(path: str, sizes: Sizes) -> tuple[Network]:
    """The network of an ONNX file; its weights, and files that hold them, are not read.

    Raises WeftError for what is no model or a broken one (W801), and for open extents without a size (W005). A node
    that cannot be stated is a layer without a workload (W802).
    """
    return (network_of(read_graph(path, sizes)),)


def read_graph(path: str, sizes: Sizes) -> ModelGraph:
    """The graph of an ONNX file with the shapes of all tensors; raises WeftError as `read_onnx`."""
    model = _model(path)
    inference = Inference(list(model.opset_import), model.ir_version)
    _check_version(path, inference.versions)
    problems = _constants(model.graph, inference)
    if problems:
        raise _wrong(path, *problems)
    findings = bind_inputs(model.graph, inference.constants, sizes)
    if findings:
        raise WeftError(findings)
    inference.declared = bind_declared([*model.graph.value_info, *model.graph.output], sizes)
    for item in model.graph.input:
        inference.types.setdefault(item.name, item.type)
    nodes = tuple(_nodes(model.graph.node, inference))
    notes = _conflicts(inference.conflicts)
    return ModelGraph(Path(path).stem, nodes, _tensors(inference), notes)


def _model(path: str) -> ModelProto:
    """The model of a file, without weights and functions."""
    data = map_bytes(path)
    try:
        model = ModelProto.FromString(without_weights(data))
        if not model.HasField("graph"):
            raise _wrong(path, "it has no graph")
        if wrong := next((text for text in _names(model) if not isinstance(text, str)), None):
            raise _wrong(path, f"the name {wrong!r} is no UTF-8 text")
        return inlined(model)
    except WireError as error:
        raise _wrong(path, str(error)) from error
    except DecodeError as error:
        raise _wrong(path, "its parts are not those of a model, or stand too deep inside of each other") from error
    except TooManyNodesError as error:
        raise _wrong(path, str(error)) from error
    finally:
        data.close()


def _names(model: ModelProto) -> Iterator[object]:
    """Every name that is used; those that are no text are bytes."""
    nodes = [*model.graph.node, *(node for function in model.functions for node in function.node)]
    for node in nodes:
        yield from (node.op_type, node.domain, node.name, *node.input, *node.output)
        yield from (item.name for item in node.attribute)
    graph = model.graph
    for item in (*graph.input, *graph.output, *graph.value_info):
        yield item.name
        yield from (dim.dim_param for dim in item.type.tensor_type.shape.dim)
    yield from (item.name for item in graph.initializer)
    yield from (item.domain for item in model.opset_import)
    for function in model.functions:
        yield from (function.name, function.domain, *function.input, *function.output)


def _wrong(path: str, *reasons: str) -> WeftError:
    what = f"'{path[:_SHOWN]}' is no ONNX model that can be read"
    return WeftError([Diagnostic("W801", f"{what}: {why}") for why in reasons])


def _check_version(path: str, versions: dict[str, int]) -> None:
    version = versions.get("", 0)
    if version < OLDEST and ("" in versions or not versions):
        said = f"it is of operator set {version}" if version else "it names no operator set"
        raise _wrong(path, f"{said}; {OLDEST} and newer are read")


def _constants(graph: GraphProto, inference: Inference) -> list[str]:
    """Notes the tensors that the file holds; gives what is wrong with them."""
    for sparse in graph.sparse_initializer:
        inference.constant(sparse.values.name, sparse.values.data_type, tuple(sparse.dims), None)
    return [problem for item in graph.initializer if (problem := _constant(item, inference))]


def _constant(item: TensorProto, inference: Inference) -> str:
    """Notes a tensor that the file holds; gives what is wrong with it, or ""."""
    problem = size_problem(item)
    if not problem:
        try:
            values = values_of(item)
        except (ValueError, TypeError) as error:
            problem = str(error)
        else:
            inference.constant(item.name, item.data_type, tuple(item.dims), values)
    return f"tensor '{item.name}': {problem}" if problem else ""


def _nodes(found: Sequence[NodeProto], inference: Inference) -> Iterator[GraphNode]:
    """The nodes in the order of the data, whose outputs become known on the way."""
    plain = [_node(number, item, inference.versions) for number, item in enumerate(found)]
    for number in in_order(plain):
        node, item = plain[number], found[number]
        if node.operator in _REPEATED:
            yield from _repeated(node, item, inference)
            continue
        condition = inference.values.get(item.input[0]) if node.operator == "If" and item.input else None
        problem = ""
        if condition is not None and condition.size == 1:
            try:
                nodes, constants = taken_branch(item, bool(condition.reshape(-1)[0]))
            except ValueError as error:
                problem = str(error)
            else:
                for tensor in constants:
                    # One that is wrong stays without a shape, which refuses the nodes that read it.
                    _constant(tensor, inference)
                yield from _nodes(nodes, inference)
                continue
        problem = problem or inference.node(item) or _foreign(item)
        yield replace(node, refusal=problem)


def _repeated(node: GraphNode, item: NodeProto, inference: Inference) -> list[GraphNode]:
    """The nodes of all trips of a loop; the loop itself, with the reason, where they are not known to be so many."""
    try:
        return list(_REPEATED[node.operator](item, inference))
    except ValueError as error:
        return [replace(node, refusal=inference.node(item) or str(error))]


def _trip(
    nodes: Sequence[NodeProto], constants: Sequence[TensorProto], count: int, inference: Inference
) -> Iterator[GraphNode]:
    """The nodes of one trip after `count` of them; ValueError for too many."""
    for tensor in constants:
        _constant(tensor, inference)
    for number, made in enumerate(_nodes(nodes, inference)):
        if (count + 1) * number > MAX_NODES:
            raise ValueError(f"its trips make more than {MAX_NODES:,} nodes")
        yield made


def _results(
    item: NodeProto, carried: list[str], scanned: list[list[str]], axes: list[int], inference: Inference
) -> Iterator[GraphNode]:
    for axis in axes:
        inference.constant(AXIS.format(axis), TensorProto.INT64, (1,), np.array([axis]))
    yield from _nodes(results(item, carried, scanned, axes, inference.versions.get("", OLDEST)), inference)


def _scan(item: NodeProto, inference: Inference) -> Iterator[GraphNode]:
    if inference.versions.get("", OLDEST) < FIRST:
        raise ValueError(f"before operator set {FIRST}, it has a batch of its own, which is not read")
    scan = Scan(item)
    trips = scan.trips([shape_of(inference.types.get(name)) for name in item.input])
    states, rows = list(item.input[: scan.states]), [list[str]() for _ in range(scan.made)]
    for number in range(trips):
        nodes, constants, made = scan.trip(number, trips, states)
        yield from _trip(nodes, constants, number, inference)
        states = made[: scan.states]
        for names, name in zip(rows, made[scan.states :], strict=True):
            names.append(name)
    stacked = list(scan.stacked(rows))
    yield from _results(item, states, [names for names, _ in stacked], [axis for _, axis in stacked], inference)


def _loop(item: NodeProto, inference: Inference) -> Iterator[GraphNode]:
    loop = Loop(item)
    most, first, *carried = (*loop.node.input, "", "")[: max(2, len(loop.node.input))]
    condition = first or ALWAYS
    inference.constant(ALWAYS, TensorProto.BOOL, (), np.array(True))
    scanned: list[list[str]] = [[] for _ in range(len(loop.node.output) - len(carried))]
    count, trips = 0, _number(most, MAX_TRIPS + 1, inference)
    while count < trips and _number(condition, 1, inference):
        if count == MAX_TRIPS:
            raise ValueError(f"it runs more than {MAX_TRIPS:,} times")
        trip = loop.trip(count, condition, carried)
        inference.constant(trip.counter, TensorProto.INT64, (), np.array(count))
        yield from _trip(trip.nodes, trip.constants, count, inference)
        condition, carried, count = trip.condition if first else ALWAYS, trip.carried, count + 1
        for rows, name in zip(scanned, trip.scanned, strict=True):
            rows.append(name)
    if not count and any(loop.node.output[len(carried) :]):
        raise ValueError("it never runs, and what it stacks is empty")
    yield from _results(item, carried, scanned, [0] * len(scanned), inference)


_REPEATED = {"Loop": _loop, "Scan": _scan}
"""The operators that run their body several times."""


def _number(name: str, otherwise: int, inference: Inference) -> int:
    """A number that a loop depends on, which may be left out. Raises ValueError where it is not known."""
    found = inference.values.get(name)
    if name and (found is None or found.size != 1):
        raise ValueError(CONTROL)
    if found is not None and found.dtype.kind not in "biu":
        raise ValueError(f"how often it runs depends on '{name}', which is of type {found.dtype}, no whole number")
    return otherwise if found is None else int(found.reshape(-1)[0])


def _foreign(node: NodeProto) -> str:
    """What is wrong with a node whose operator the graph has from other formats, or ""."""
    return "ONNX has no such operator" if default_domain(node.domain) and node.op_type in FURTHER else ""


def _node(number: int, node: NodeProto, versions: dict[str, int]) -> GraphNode:
    attributes = attributes_of(node)
    if default_domain(node.domain):
        attributes |= _of_old_versions(node, versions.get("", OLDEST))
    name = node.name or f"{node.op_type}_{number}"
    return GraphNode(name, operator_name(node), reads(node), tuple(node.output), attributes)


def _of_old_versions(node: NodeProto, version: int) -> dict[str, Attribute]:
    """What older operator sets mean without saying it."""
    if version < 13 and node.op_type in ("Softmax", "LogSoftmax", "Hardmax"):
        return {"flattened": 1}
    if version < 14 and node.op_type == "BatchNormalization" and len([name for name in node.output if name]) > 1:
        return {"training_mode": 1}
    return {}


def _conflicts(found: Sequence[tuple[str, tuple[int, ...], tuple[int, ...]]]) -> tuple[Diagnostic, ...]:
    """One finding for all tensors whose declared shape is not the one that their node makes."""
    if not found:
        return ()
    (name, declared, made), *others = found
    message = f"tensor '{name}' is declared as {_text(declared)}, and its node makes {_text(made)}"
    notes = (f"so are {len(others)} more tensors",) if others else ()
    hint = "the shapes that nodes make are counted"
    return (Diagnostic("W805", message, Severity.WARNING, notes=notes, hint=hint),)


def _text(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or "one element"


def _tensors(inference: Inference) -> dict[str, GraphTensor]:
    found = {}
    for name, kind in inference.types.items():
        shape = shape_of(kind)
        if shape is not None:
            numbers = inference.values.get(name)
            plain = numbers is not None and numbers.dtype.kind in "iufb"
            values = tuple(numbers.reshape(-1).tolist()) if numbers is not None and plain else None
            element = element_name(kind.tensor_type.elem_type)
            found[name] = GraphTensor(name, shape, element, name in inference.constants, values)
    return found
