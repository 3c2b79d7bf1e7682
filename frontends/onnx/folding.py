"""The arithmetic of shapes: nodes whose few numbers are known before a model runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, helper, numpy_helper

from ..models.graph import MAX_VALUES, Attribute
from .elements import attributes_of, default_domain, values_of

Numbers: TypeAlias = NDArray[Any]
_Fold: TypeAlias = Callable[[Sequence[Numbers], dict[str, Attribute]], Numbers]


def fold(node: NodeProto, inputs: Sequence[Numbers | None]) -> list[Numbers] | None:
    """The numbers of a node's outputs; None where an input is not known, they are many, or it is no such operator.

    Raises Exception of NumPy's kinds where numbers do not fit the operator.
    """
    if not default_domain(node.domain) or any(item is None for item in inputs):
        return None
    known = [item for item in inputs if item is not None]
    attributes = attributes_of(node)
    if node.op_type == "Split":
        return _split(known, attributes, len(node.output))
    if node.op_type == "Constant":
        return _constant(node)
    if node.op_type == "ConstantOfShape":
        return _filled(node, known)
    if node.op_type == "Cast":
        to = attributes["to"]
        assert isinstance(to, int)
        return [known[0].astype(helper.tensor_dtype_to_np_dtype(to))]
    found = _FOLDS.get(node.op_type)
    if found is None or len(node.output) != 1 or not _is_small(node.op_type, known):
        return None
    with np.errstate(all="ignore"):
        made = np.asarray(found(known, attributes))
    return [made] if made.size <= MAX_VALUES else None


def _is_small(operator: str, inputs: Sequence[Numbers]) -> bool:
    """Whether what the operator makes is no more than what is kept."""
    if operator == "Expand":
        return len(inputs[1]) < _RANK and prod(map(int, inputs[1])) <= MAX_VALUES
    if operator == "Tile":
        return inputs[0].size * prod(map(int, inputs[1])) <= MAX_VALUES
    if operator == "Range":
        start, limit, step = (float(item.reshape(())) for item in inputs)
        return step != 0 and abs((limit - start) / step) <= MAX_VALUES
    return True


_RANK = 32


def _constant(node: NodeProto) -> list[Numbers] | None:
    for item in node.attribute:
        if item.name == "value":
            found = values_of(item.t)
            return None if found is None or found.size > MAX_VALUES else [found]
        if item.name in ("value_int", "value_ints"):
            return [np.array(item.i if item.name == "value_int" else item.ints, np.int64)]
        if item.name in ("value_float", "value_floats"):
            return [np.array(item.f if item.name == "value_float" else item.floats, np.float32)]
    return None


def _filled(node: NodeProto, inputs: Sequence[Numbers]) -> list[Numbers] | None:
    shape = [int(item) for item in inputs[0].reshape(-1)]
    if len(shape) >= _RANK or min(shape, default=0) < 0 or prod(shape) > MAX_VALUES:
        return None
    value = next((numpy_helper.to_array(item.t) for item in node.attribute if item.name == "value"), None)
    return [np.zeros(shape, np.float32) if value is None else np.full(shape, value.reshape(()), value.dtype)]


def _split(inputs: Sequence[Numbers], attributes: dict[str, Attribute], outputs: int) -> list[Numbers]:
    data, axis = inputs[0], _whole(attributes, "axis", 0)
    sizes = inputs[1] if len(inputs) > 1 else attributes.get("split")
    whole = np.full(outputs, -(-data.shape[axis] // outputs)) if sizes is None else np.asarray(sizes)
    return np.split(data, np.cumsum(whole.astype(np.int64))[: outputs - 1], axis)


def _range(inputs: Sequence[Numbers], attributes: dict[str, Attribute]) -> Numbers:
    start, limit, step = (item.reshape(()).item() for item in inputs)
    return np.arange(start, limit, step, dtype=inputs[0].dtype)


def _whole(attributes: dict[str, Attribute], name: str, default: int) -> int:
    found = attributes.get(name)
    return found if isinstance(found, int) else default


def _listed(attributes: dict[str, Attribute], name: str) -> tuple[int, ...] | None:
    found = attributes.get(name)
    return tuple(item for item in found if isinstance(item, int)) if isinstance(found, tuple) else None


def _axes(inputs: Sequence[Numbers], attributes: dict[str, Attribute]) -> tuple[int, ...] | None:
    return tuple(inputs[1].reshape(-1).tolist()) if len(inputs) > 1 else _listed(attributes, "axes")


def _unsqueeze(inputs: Sequence[Numbers], attributes: dict[str, Attribute]) -> Numbers:
    return np.expand_dims(inputs[0], _axes(inputs, attributes) or ())


def _squeeze(inputs: Sequence[Numbers], attributes: dict[str, Attribute]) -> Numbers:
    return np.squeeze(inputs[0], _axes(inputs, attributes))


def _slice(inputs: Sequence[Numbers], attributes: dict[str, Attribute]) -> Numbers:
    data = inputs[0]
    given = [inputs[1], inputs[2]] if len(inputs) > 2 else [attributes["starts"], attributes["ends"]]
    starts, ends = (np.asarray(item).reshape(-1).tolist() for item in given)
    axes = inputs[3] if len(inputs) > 3 else attributes.get("axes")
    places = range(len(starts)) if axes is None else np.asarray(axes).reshape(-1).tolist()
    steps = inputs[4].reshape(-1).tolist() if len(inputs) > 4 else [1] * len(starts)
    chosen = [slice(None)] * data.ndim
    for axis, start, end, step in zip(places, starts, ends, steps, strict=True):
        # The least integer stands for the place before the first.
        behind = None if step < 0 and end < -data.shape[axis] else end
        chosen[axis] = slice(start, behind, step)
    return data[tuple(chosen)]


def _gather(inputs: Sequence[Numbers], attributes: dict[str, Attribute]) -> Numbers:
    return np.take(inputs[0], inputs[1].astype(np.int64), _whole(attributes, "axis", 0))


def _gather_nd(inputs: Sequence[Numbers], attributes: dict[str, Attribute]) -> Numbers:
    if attributes.get("batch_dims"):
        raise ValueError("batch_dims is not 0")
    return np.asarray(inputs[0][tuple(np.moveaxis(inputs[1].astype(np.int64), -1, 0))])


def _reshape(inputs: Sequence[Numbers], attributes: dict[str, Attribute]) -> Numbers:
    data = inputs[0]
    zero = not attributes.get("allowzero")
    shape = [data.shape[n] if size == 0 and zero else size for n, size in enumerate(inputs[1].reshape(-1).tolist())]
    return data.reshape(shape)


def _concat(inputs: Sequence[Numbers], attributes: dict[str, Attribute]) -> Numbers:
    return np.concatenate(inputs, _whole(attributes, "axis", 0))


def _divide(inputs: Sequence[Numbers], attributes: dict[str, Attribute]) -> Numbers:
    left, right = inputs
    if not np.issubdtype(left.dtype, np.integer):
        return np.asarray(left / right)
    # Integers are cut off towards zero.
    quotient = np.abs(left) // np.where(right == 0, 1, np.abs(right))
    return np.asarray(np.sign(left) * np.sign(right) * quotient).astype(left.dtype)


def _modulo(inputs: Sequence[Numbers], attributes: dict[str, Attribute]) -> Numbers:
    left, right = inputs
    return np.asarray(np.fmod(left, right) if attributes.get("fmod") else np.mod(left, np.where(right == 0, 1, right)))


def _reduced(function: Callable[..., Any]) -> _Fold:
    def fold(inputs: Sequence[Numbers], attributes: dict[str, Attribute]) -> Numbers:
        keeps = bool(attributes.get("keepdims", 1))
        return np.asarray(function(inputs[0], axis=_axes(inputs, attributes) or None, keepdims=keeps), inputs[0].dtype)

    return fold


def _plain(function: Callable[..., Any]) -> _Fold:
    """An operator that is a function of NumPy."""
    return lambda inputs, attributes: np.asarray(function(*inputs))


def _chained(function: Callable[..., Any]) -> _Fold:
    """The same of any number of operands."""

    def fold(inputs: Sequence[Numbers], attributes: dict[str, Attribute]) -> Numbers:
        made = inputs[0]
        for item in inputs[1:]:
            made = function(made, item)
        return np.asarray(made)

    return fold


_FOLDS: dict[str, _Fold] = {
    **{name: _plain(getattr(np, name.lower())) for name in ("Abs", "Floor", "Ceil", "Sqrt", "Exp", "Log", "Sign")},
    "Add": _plain(np.add),
    "And": _plain(np.logical_and),
    "Concat": _concat,
    "CumSum": lambda inputs, attributes: np.cumsum(inputs[0], int(inputs[1].reshape(()))),
    "Div": _divide,
    "Equal": _plain(np.equal),
    "Expand": lambda inputs, attributes: inputs[0] * np.ones(inputs[1].reshape(-1).tolist(), inputs[0].dtype),
    "Flatten": lambda inputs, attributes: inputs[0].reshape(prod(inputs[0].shape[: _whole(attributes, "axis", 1)]), -1),
    "Gather": _gather,
    "GatherElements": lambda inputs, attributes: np.take_along_axis(
        inputs[0], inputs[1].astype(np.int64), _whole(attributes, "axis", 0)
    ),
    "GatherND": _gather_nd,
    "Greater": _plain(np.greater),
    "GreaterOrEqual": _plain(np.greater_equal),
    "Identity": _plain(np.asarray),
    "Less": _plain(np.less),
    "LessOrEqual": _plain(np.less_equal),
    "Max": _chained(np.maximum),
    "Min": _chained(np.minimum),
    "Mod": _modulo,
    "Mul": _plain(np.multiply),
    "Neg": _plain(np.negative),
    "NonZero": lambda inputs, attributes: np.stack(np.nonzero(inputs[0])).astype(np.int64),
    "Not": _plain(np.logical_not),
    "Or": _plain(np.logical_or),
    "Pow": lambda inputs, attributes: np.power(inputs[0], inputs[1]).astype(inputs[0].dtype),
    "Range": _range,
    "Reciprocal": _plain(np.reciprocal),
    "ReduceMax": _reduced(np.max),
    "ReduceMean": _reduced(np.mean),
    "ReduceMin": _reduced(np.min),
    "ReduceProd": _reduced(np.prod),
    "ReduceSum": _reduced(np.sum),
    "Reshape": _reshape,
    "Round": _plain(np.rint),
    "Slice": _slice,
    "Squeeze": _squeeze,
    "Sub": _plain(np.subtract),
    "Tile": lambda inputs, attributes: np.tile(inputs[0], inputs[1].reshape(-1).tolist()),
    "Transpose": lambda inputs, attributes: np.transpose(inputs[0], _listed(attributes, "perm")),
    "Unsqueeze": _unsqueeze,
    "Where": _plain(np.where),
    "Xor": _plain(np.logical_xor),
}
"""What an operator makes of numbers."""
