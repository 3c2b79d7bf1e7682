"""Transposed convolutions: TRCONV over the input with zeros between its elements, or one convolution for each phase."""

from __future__ import annotations

from itertools import product

from ....ir import Workload, operator_workload
from .calls import Call, Made, Part, Unstated
from .convolutions import Slide, check_kernel, per_axis, windowed

_PLANES = 2
_MOST = 3


def transposed_convolution(call: Call) -> Made:
    """ConvTranspose: every product of an input and a tap, also those that `pads` cuts off afterwards."""
    data, weight, output = call.input(0), call.input(1), call.output()
    check_kernel(call, weight.shape)
    for name in ("output_padding", "output_shape", "pads"):
        call.integers(name)
    call.text("auto_pad", "NOTSET")
    group, rank = call.integer("group", 1), len(data.shape) - 2
    if not 1 <= rank <= _MOST or len(weight.shape) != len(data.shape):
        raise Unstated("input and filter have not as many axes, or not 1 to 3 that a window slides along")
    if group < 1 or data.shape[1] % group or weight.shape[0] != data.shape[1]:
        raise Unstated(f"{weight.shape[0]} filter channels, {data.shape[1]} channels and {group} groups do not fit")
    strides, dilations = per_axis(call, "strides", rank), per_axis(call, "dilations", rank)
    reads = (("input", data.name), ("filter", weight.name))
    batch, channels, filters = data.shape[0], data.shape[1] // group, weight.shape[1]
    if group == 1 and rank <= _PLANES:
        whole = _inserted(batch, filters, channels, data.shape[2:], weight.shape[2:], strides, dilations)
        return (Part("", whole, reads, output.name),)
    if any(item != 1 for item in dilations):
        raise Unstated("a dilated transposed convolution of groups or volumes")
    axes = [_phases(*item) for item in zip(data.shape[2:], weight.shape[2:], strides, strict=True)]
    return tuple(
        Part(f"phase{number}", windowed(batch, group, filters, channels, found), reads, output.name)
        for number, found in enumerate(product(*axes))
    )


def _inserted(
    batch: int,
    filters: int,
    channels: int,
    data: tuple[int, ...],
    taps: tuple[int, ...],
    strides: tuple[int, ...],
    dilations: tuple[int, ...],
) -> Workload:
    ahead = (1,) * (_PLANES - len(data))
    data, taps, strides, dilations = (ahead + item for item in (data, taps, strides, dilations))
    # Every input is the place of a window of the outputs.
    found = map(Slide, data, data, taps, strides, dilations)
    extents = {"N": batch, "K": filters, "C": channels}
    extents |= dict(zip(("Y'", "X'", "R", "S"), (*(slide.span for slide in found), *taps), strict=True))
    stride, dilation = (dict(zip("YX", item, strict=True)) for item in (strides, dilations))
    return operator_workload("TRCONV", extents, stride=stride, dilation=dilation)


def _phases(inputs: int, taps: int, stride: int) -> list[Slide]:
    """The windows of the outputs that are equal modulo the stride: each such phase has taps of its own."""
    own = [len(range(phase, taps, stride)) for phase in range(stride)]
    return [Slide(inputs, inputs + count - 1, count, before=count - 1) for count in own if count]
