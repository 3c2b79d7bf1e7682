"""Convolutions as the house states them: CONV, DSCONV and NGCONV of images, AFFINE of volumes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ....ir import Index, Workload, operator_workload
from .building import Shape, over
from .calls import Call, Made, Part, Unstated

_OUTPUTS, _TAPS, _INPUTS = ("Z'", "Y'", "X'"), ("T", "R", "S"), ("Z", "Y", "X")
_MOST = 3
"""Axes that a window slides along."""


@dataclass(frozen=True, slots=True)
class Slide:
    """A window along one axis: how many inputs and outputs, the taps, their distances, and the zeros around."""

    inputs: int
    outputs: int
    taps: int
    stride: int = 1
    dilation: int = 1
    before: int = 0

    @property
    def is_one(self) -> bool:
        """Whether every output is an input."""
        return self.taps == self.stride == 1 and not self.before and self.outputs == self.inputs

    @property
    def after(self) -> int:
        """Zeros behind the inputs that windows meet."""
        return max(0, self.span - self.before - self.inputs)

    @property
    def span(self) -> int:
        """Coordinates that the windows stretch over."""
        return Index("", "", "", self.stride, self.dilation).span(self.outputs, self.taps)


def slides(call: Call, data: Shape, outputs: Shape, taps: Shape) -> tuple[Slide, ...]:
    """The windows of a node along the axes of `data`, from its attributes; shapes are those of these axes alone."""
    rank = len(data)
    if not 1 <= rank <= _MOST:
        raise Unstated(f"windows along {rank} axes: there are 1 to {_MOST}")
    strides = per_axis(call, "strides", rank)
    dilations = per_axis(call, "dilations", rank)
    before = _padding_before(call, data, outputs, taps, strides, dilations)
    found = tuple(map(Slide, data, outputs, taps, strides, dilations, before))
    for slide in found:
        if slide.span <= slide.before or min(slide.outputs, slide.taps, slide.inputs) < 1:
            raise Unstated("no window meets a stored element")
    return found


def per_axis(call: Call, name: str, rank: int) -> tuple[int, ...]:
    """Positive integers, one for each axis; all 1 if they are not given."""
    found = call.integers(name) or (1,) * rank
    if len(found) != rank or min(found) < 1:
        raise Unstated(f"attribute '{name}' is {found}: it has a positive number for each of {rank} axes")
    return found


def _padding_before(
    call: Call, data: Shape, outputs: Shape, taps: Shape, strides: Shape, dilations: Shape
) -> tuple[int, ...]:
    rank, mode = len(data), call.text("auto_pad", "NOTSET")
    pads = call.integers("pads") or (0,) * (2 * rank)
    if mode == "NOTSET":
        if len(pads) != 2 * rank:
            raise Unstated(f"attribute 'pads' is {pads}: it has two numbers for each of {rank} axes")
        if min(pads) < 0:
            raise Unstated("padding that cuts elements off")
        return pads[:rank]
    if mode == "VALID":
        return (0,) * rank
    if mode not in ("SAME_UPPER", "SAME_LOWER"):
        raise Unstated(f"attribute 'auto_pad' is '{mode}'")
    bare = map(Slide, data, outputs, taps, strides, dilations)
    total = [slide.after for slide in bare]
    return tuple((item + (mode == "SAME_LOWER")) // 2 for item in total)


def convolution(call: Call) -> Made:
    """Conv: the product, its bias being where the sums start."""
    data, weight, output = call.input(0), call.input(1), call.output()
    workload = convolution_workload(call, data.shape, weight.shape, output.shape)
    return (Part("", workload, (("input", data.name), ("filter", weight.name)), output.name),)


def convolution_workload(call: Call, data: Shape, weight: Shape, output: Shape) -> Workload:
    """The workload of a convolution with the attributes of a node: group, strides, dilations, pads, auto_pad."""
    group = call.integer("group", 1)
    check_kernel(call, weight)
    if len({len(data), len(weight), len(output)}) != 1 or len(data) < 3:
        raise Unstated("input, filter and output have not as many axes")
    if group < 1 or data[1] != weight[1] * group or weight[0] % group or output[1] != weight[0]:
        raise Unstated(f"{data[1]} channels, {weight[0]} filters of {weight[1]} channels and {group} groups do not fit")
    found = slides(call, data[2:], output[2:], weight[2:])
    return windowed(data[0], group, weight[0] // group, weight[1], found)


def check_kernel(call: Call, weight: Shape) -> None:
    """Unstated where `kernel_shape` is given and is not that of the weight."""
    taps = call.integers("kernel_shape")
    if taps and taps != weight[2:]:
        raise Unstated(f"attribute 'kernel_shape' is {taps}, and the filters are of {weight[2:]}")


def windowed(batch: int, groups: int, filters: int, channels: int, found: Sequence[Slide]) -> Workload:
    """A convolution of `groups` groups of `filters` filters over `channels` channels each."""
    sizes = {"N": batch, "G": groups, "K": filters, "C": channels}
    if groups == 1:
        operator, names = "CONV", "NKC"
    elif channels == 1:
        operator, names = "DSCONV", "NKC"
        sizes["C"] = groups
    else:
        operator, names = "NGCONV", "NGKC"
    extents = {name: sizes[name] for name in names}
    if len(found) == _MOST:
        return _volume(extents, operator, found)
    planes = (*(Slide(1, 1, 1),) * (2 - len(found)), *found)
    for output, taps, slide in zip(_OUTPUTS[1:], _TAPS[1:], planes, strict=True):
        extents |= {output: slide.outputs, taps: slide.taps}
    stride = {name: slide.stride for name, slide in zip(_INPUTS[1:], planes, strict=True)}
    dilation = {name: slide.dilation for name, slide in zip(_INPUTS[1:], planes, strict=True)}
    workload = operator_workload(operator, extents, stride=stride, dilation=dilation)
    return replace(workload, padding=padding(dict(zip(_INPUTS[1:], planes, strict=True))))


def padding(found: dict[str, Slide]) -> tuple[tuple[str, int, int], ...]:
    """The zeros around the stored elements, of indices that have some."""
    return tuple((name, item.before, item.after) for name, item in found.items() if item.before or item.after)


def window_axes(found: Sequence[Slide]) -> tuple[dict[str, int], dict[str, Index], tuple[tuple[str, int, int], ...]]:
    """The dimensions of windows along 1 to 3 axes (X, then Y, then Z), their indices, and the padding."""
    start = _MOST - len(found)
    names = list(zip(_INPUTS[start:], _OUTPUTS[start:], _TAPS[start:], found, strict=True))
    extents = {output: slide.outputs for _, output, _, slide in names}
    extents |= {taps: slide.taps for _, _, taps, slide in names}
    indices = {name: Index(name, output, taps, s.stride, s.dilation) for name, output, taps, s in names}
    return extents, indices, padding({name: slide for name, _, _, slide in names})


def _volume(extents: dict[str, int], operator: str, found: Sequence[Slide]) -> Workload:
    extents = {name: size for name, size in extents.items() if size != 1 or name != "N"}
    sizes, indices, zeros = window_axes(found)
    shared = {"DSCONV": "C", "NGCONV": "G"}.get(operator, "")
    # The channels of a group are summed; those of a depthwise convolution are its groups.
    summed = [] if operator == "DSCONV" else ["C"]
    outer = ["N", *shared]
    return over(
        extents | sizes,
        {"input": [*outer, *summed, *indices], "filter": [*shared, "K", *summed, *_TAPS]},
        [*outer, "K", *_OUTPUTS],
        None,
        indices=indices,
        padding=zeros,
    )
