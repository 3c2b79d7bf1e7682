"""What the layers of a network compute, point by point with NumPy, to be held against ONNX's own reference.

A tensor of a layer is the tensor of the model read row by row: only for layers whose axes stand in the model's order.
"""

import math

import numpy as np

from weft.frontends.models.network import _Builder, in_order
from weft.ir import Access, Compute, Literal

_erf = np.vectorize(math.erf, otypes=[float])
FUNCTIONS = {
    **{name: getattr(np, name) for name in ("exp", "log", "sqrt", "tanh", "abs", "floor", "ceil", "sign")},
    **{name: getattr(np, name) for name in ("sin", "cos", "less", "greater", "equal", "hypot", "logical_and", "fmod")},
    **{name: getattr(np, name) for name in ("where", "logical_or", "logical_not", "not_equal", "less_equal")},
    "+": np.add,
    "*": np.multiply,
    "/": np.divide,
    "erf": _erf,
    "greater_equal": np.greater_equal,
    "pow": np.power,
    "round": np.rint,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
}
REDUCE = {"+": np.sum, "*": np.prod, "max": np.max, "min": np.min}


def value_of(value, tensors):
    """A value over all points."""
    match value:
        case Access(name, ()):
            return tensors[name]
        case Literal(number):
            return np.float64(number)
        case Compute("-", (only,)):
            return -value_of(only, tensors)
        case Compute("-", (left, right)):
            return value_of(left, tensors) - value_of(right, tensors)
        case Compute("max" | "min" as function, operands):
            found = [value_of(item, tensors) for item in operands]
            made = found[0]
            for item in found[1:]:
                made = {"max": np.maximum, "min": np.minimum}[function](made, item)
            return made
        case Compute(function, operands):
            return FUNCTIONS[function](*(value_of(item, tensors) for item in operands))
    raise AssertionError(value)


def computed(workload, sources):
    """The output of a workload with these numbers for its inputs and scalars."""
    names = list(workload.extents)
    grid = dict(zip(names, np.indices(list(workload.extents.values())), strict=True))
    outside = np.zeros(list(workload.extents.values()), bool)
    tensors = {name: np.asarray(numbers, np.float64).reshape(-1)[0] for name, numbers in sources.items()}
    for tensor in workload.inputs:
        shape, places = [], []
        for subscript in tensor.subscripts:
            place = sum(term.coefficient * grid[term.dimension] for term in subscript.terms)
            index = next((i for i in workload.indices if i.subscript == subscript), None)
            stored = workload.stored.get(index.name) if index else None
            first = stored.start if stored is not None else 0
            outside |= stored is not None and ~np.isin(place, stored)
            shape.append(len(stored) if stored is not None else int(place.max()) + 1)
            places.append(np.clip(place - first, 0, shape[-1] - 1))
        numbers = np.asarray(sources[tensor.name], np.float64)
        # Windows may leave the last elements of an axis out; a tensor of the model then has more of them.
        if numbers.size != math.prod(shape):
            large = [extent for extent in numbers.shape if extent > 1]
            own = [extent for extent in shape if extent > 1]
            assert len(large) == len(own)
            assert all(extent >= least for extent, least in zip(large, own, strict=True))
            numbers = numbers.reshape(large)[tuple(slice(extent) for extent in own)]
        tensors[tensor.name] = numbers.reshape(shape)[tuple(places)]
    statement = workload.statement
    if statement is None:
        found, reduction = math.prod([tensors[tensor.name] for tensor in workload.inputs]), "+"
    else:
        found, reduction = value_of(statement.value, tensors), statement.reduction
    found = np.broadcast_to(found, outside.shape)
    if reduction:
        neutral = {"+": 0, "*": 1, "max": -np.inf, "min": np.inf}[reduction]
        reduced = tuple(names.index(name) for name in names if name in workload.reduction_dimensions)
        found = REDUCE[reduction](np.where(outside, neutral, found), axis=reduced)
    else:
        found = np.where(outside, 0, found)
    left = [name for name in names if name in workload.output.dimensions]
    order = [left.index(subscript.terms[0].dimension) for subscript in workload.output.subscripts]
    return np.transpose(found, order)


class _Recorder(_Builder):
    """Keeps the parts of all nodes beside their layers."""

    def _layer(self, node, part):
        self.__dict__.setdefault("parts", []).append(part)
        super()._layer(node, part)


def run(graph, feeds):
    """The tensors that the layers of a graph make of others, with the names of the graph."""
    recorder = _Recorder(graph)
    known = dict(feeds)
    views = {}
    for number in in_order(graph.nodes):
        node = graph.nodes[number]
        before = len(recorder.__dict__.get("parts", []))
        recorder.add(node)
        for part in recorder.__dict__.get("parts", [])[before:]:
            sources = {own: known[views.get(source, source)] for own, source in part.reads if source}
            made = computed(part.workload, sources)
            shape = graph.tensors[part.makes].shape if part.makes in graph.tensors else None
            known[part.makes] = made if shape is None else made.reshape(shape)
    refused = [layer for layer in recorder.layers if layer.workload is None]
    assert not refused, refused[0].diagnostics
    return known
