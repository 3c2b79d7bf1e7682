"""Pooling: the largest element, the mean or the norm of every window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod

from ....ir import Workload, operator_workload
from .building import PLACES, Shape, over, pointwise, statement
from .calls import Call, Made, Part, Unstated, View
from .convolutions import Slide, padding, slides, window_axes

_PLANES = 2
_FEWER = "windows that reach over the border are divided by fewer elements: counted as a product with one number"


def window(call: Call) -> tuple[int, ...]:
    """The extents of the windows of a node that pools."""
    rank, taps = len(call.input(0).shape), call.integers("kernel_shape")
    if taps is None or len(taps) != rank - 2 or len(call.output().shape) != rank:
        raise Unstated(f"attribute 'kernel_shape' is {taps}: it has a number for each axis that a window slides along")
    return taps


def pooling(call: Call) -> Made:
    """MaxPool, AveragePool and LpPool."""
    data, output = call.input(0), call.output()
    taps = window(call)
    call.integer("ceil_mode", 0)
    call.integer("storage_order", 0)
    call.integer("count_include_pad", 0)
    found = slides(call, data.shape[2:], output.shape[2:], taps)
    parts = _pooled(call, data.name, data.shape, found, output.name)
    if call.makes(1):
        parts = (
            *(replace(item, note=PLACES) for item in parts if isinstance(item, Part)),
            View(call.output(1).name, output.name),
        )
    return parts


def global_pooling(call: Call) -> Made:
    """GlobalMaxPool, GlobalAveragePool and GlobalLpPool: one window for each channel."""
    data, output = call.input(0), call.output()
    found = [Slide(extent, 1, extent) for extent in data.shape[2:]]
    return _pooled(call, data.name, data.shape, found, output.name)


def _pooled(call: Call, source: str, data: Shape, found: Sequence[Slide], target: str) -> Made:
    kind = call.node.operator.removeprefix("Global")
    shape = (*data[:2], *(slide.outputs for slide in found))
    divisor, note = _divisor(call, found) if kind == "AveragePool" else (1, "")
    if kind in ("MaxPool", "AveragePool") and divisor == 1 and all(slide.is_one for slide in found):
        return (View(target, source),)
    if kind == "MaxPool":
        return (Part("", windows(data[:2], found, "output = max(output, input)"), (("input", source),), target),)
    text, last = "output += input", f"output = a * {1 / divisor!r}"
    if kind == "LpPool":
        order = call.integer("p", 2)
        powers = {1: "abs(input)", 2: "input * input"}.get(order, f"pow(abs(input), {order})")
        text, last = f"output += {powers}", f"output = {'sqrt(a)' if order == 2 else f'pow(a, {1 / order!r})'}"
        if order == 1:
            return (Part("", windows(data[:2], found, text), (("input", source),), target),)
    inner = call.inner("sum")
    return (
        Part("", windows(data[:2], found, text), (("input", source),), inner),
        Part("scale", pointwise(shape, {"a": shape}, last), (("a", inner),), target, note),
    )


def _divisor(call: Call, found: Sequence[Slide]) -> tuple[int, str]:
    """By what the sums of windows are divided, and a note where not all of them are."""
    given = call.integer("divisor_override", 0)
    if given:
        return given, ""
    pads = call.integers("pads") or (0,) * (2 * len(found))
    same = call.text("auto_pad", "NOTSET") != "NOTSET"
    # Windows of `ceil_mode` may reach beyond the padding, where nothing counts.
    beyond = not same and any(slide.after > after for slide, after in zip(found, pads[len(found) :], strict=True))
    border = any(slide.before or slide.after for slide in found) and not call.integer("count_include_pad", 0)
    return prod(slide.taps for slide in found), _FEWER if beyond or border else ""


def windows(outer: Shape, found: Sequence[Slide], text: str) -> Workload:
    """A statement over windows of every channel: POOL in the plane, AFFINE in space."""
    batch, channels = outer
    if len(found) > _PLANES:
        extents, indices, zeros = window_axes(found)
        outputs = [index.output for index in indices.values()]
        sizes = {"N": batch, "C": channels} | extents
        axes = {"input": ["N", "C", *indices]}
        return over(sizes, axes, ["N", "C", *outputs], text, indices=indices, padding=zeros)
    rows, columns = (*(Slide(1, 1, 1),) * (_PLANES - len(found)), *found)
    extents = {"N": batch, "C": channels, "Y'": rows.outputs, "X'": columns.outputs, "R": rows.taps, "S": columns.taps}
    stride = {"Y": rows.stride, "X": columns.stride}
    dilation = {"Y": rows.dilation, "X": columns.dilation}
    found_workload = operator_workload("POOL", extents, stride=stride, dilation=dilation)
    return replace(found_workload, padding=padding({"Y": rows, "X": columns}), statement=statement(text))


def channel_sums(data: Shape, size: int) -> Workload:
    """Sums over `size` neighbouring channels of images."""
    slide = Slide(data[1], data[1], size, before=(size - 1) // 2)
    extents, indices, zeros = window_axes([slide])
    inner = prod(data[2:])
    sizes = {"N": data[0], "I": inner} | extents
    return over(sizes, {"input": ["N", "X", "I"]}, ["N", "X'", "I"], "output += input", indices=indices, padding=zeros)
