"""Normalizations: sums over a group of elements, their spread, and what is left of each element."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from .building import Shape, pointwise
from .calls import Call, Made, Part, Unstated, View
from .pooling import channel_sums
from .reductions import kept, reduction


def batch_normalization(call: Call) -> Made:
    """BatchNormalization of trained numbers: a factor and a shift per channel, made before if all are constants."""
    if call.integer("training_mode", 0):
        raise Unstated("statistics that are trained (training_mode)")
    call.number("momentum", 0.9)
    if call.integer("spatial", 1) != 1:
        raise Unstated("attribute 'spatial' is 0")
    epsilon = call.number("epsilon", 1e-5)
    data, output = call.input(0), call.output()
    scale, shift, mean, spread = (call.input(number) for number in range(1, 5))
    parts: list[Part] = []
    factor, rest = call.inner("factor"), call.inner("shift")
    channel = scale.shape
    if not all(item.constant for item in (scale, shift, mean, spread)):
        one = pointwise(channel, {"a": channel, "b": channel}, f"output = a * rsqrt(b + {epsilon!r})")
        other = pointwise(channel, dict.fromkeys("abc", channel), "output = a - b * c")
        parts = [
            Part("factor", one, (("a", scale.name), ("b", spread.name)), factor),
            Part("shift", other, (("a", shift.name), ("b", mean.name), ("c", factor)), rest),
        ]
    wide = channel + (1,) * (len(data.shape) - 2)
    last = pointwise(data.shape, {"a": data.shape, "b": wide, "c": wide}, "output = a * b + c")
    reads = (("a", data.name), ("b", factor), ("c", rest))
    return (*parts, Part("", last, reads, output.name))


def layer_normalization(call: Call) -> Made:
    """LayerNormalization over the axes from `axis` on, as the operator's own definition has it."""
    data, output = call.input(0), call.output()
    call.integer("stash_type", 1)
    axis = call.axis(call.integer("axis", -1), len(data.shape))
    axes = range(axis, len(data.shape))
    epsilon = call.number("epsilon", 1e-5)
    scale = _optional(call, 1), _optional(call, 2)
    mean = call.output(1).name if call.makes(1) else ""
    parts = centred_parts(call, data.name, data.shape, axes, epsilon, scale, output.name, mean)
    if call.makes(2):
        parts += (View(call.output(2).name, call.inner("root")),)
    return parts


def instance_normalization(call: Call) -> Made:
    """InstanceNormalization: every channel of every image by itself."""
    data, output = call.input(0), call.output()
    ones = (1,) * (len(data.shape) - 2)
    scale = tuple((call.input(number).name, call.input(number).shape + ones) for number in (1, 2))
    axes = range(2, len(data.shape))
    epsilon = call.number("epsilon", 1e-5)
    return centred_parts(call, data.name, data.shape, axes, epsilon, (scale[0], scale[1]), output.name)


def group_normalization(call: Call) -> Made:
    """GroupNormalization: groups of channels of every image, with a factor and a shift per channel."""
    data, output = call.input(0), call.output()
    call.integer("stash_type", 1)
    groups = call.integer("num_groups", 1)
    if groups < 1 or data.shape[1] % groups:
        raise Unstated(f"{data.shape[1]} channels in {groups} groups")
    own = data.shape[1] // groups
    shape = (data.shape[0], groups, own, prod(data.shape[2:]))
    scales: list[tuple[str, Shape]] = []
    for number in (1, 2):
        given = call.input(number)
        # Before operator set 21 there was one number per group.
        scales.append((given.name, (groups, own, 1) if prod(given.shape) == data.shape[1] else (groups, 1, 1)))
    epsilon = call.number("epsilon", 1e-5)
    return centred_parts(call, data.name, shape, (2, 3), epsilon, (scales[0], scales[1]), output.name)


def rms_normalization(call: Call) -> Made:
    """RMSNormalization: like a layer's, without taking the mean off."""
    data, output = call.input(0), call.output()
    call.integer("stash_type", 1)
    axes = range(call.axis(call.integer("axis", -1), len(data.shape)), len(data.shape))
    scale = _optional(call, 1), None
    return spread_parts(call, data.name, data.shape, axes, call.number("epsilon", 1e-5), scale, output.name)


_Scale = tuple[str, Shape] | None


def _optional(call: Call, position: int) -> _Scale:
    return (call.input(position).name, call.input(position).shape) if call.has(position) else None


def centred_parts(
    call: Call,
    source: str,
    data: Shape,
    axes: Sequence[int],
    epsilon: float,
    scale: tuple[_Scale, _Scale],
    target: str,
    mean: str = "",
) -> Made:
    """The layers of a normalization around the mean: sum, mean, distances, and what `spread_parts` makes of these.

    `mean` is the tensor of the means, where they are an output too.
    """
    total, middle, apart = call.inner("sum"), mean or call.inner("mean"), call.inner("centre")
    row, count = kept(data, axes), prod(data[axis] for axis in axes)
    return (
        Part("sum", reduction(data, axes, "output += a"), (("a", source),), total),
        Part("mean", pointwise(row, {"a": row}, f"output = a * {1 / count!r}"), (("a", total),), middle),
        Part("centre", pointwise(data, {"a": data, "m": row}, "output = a - m"), (("a", source), ("m", middle)), apart),
        *spread_parts(call, apart, data, axes, epsilon, scale, target),
    )


def spread_parts(
    call: Call,
    source: str,
    data: Shape,
    axes: Sequence[int],
    epsilon: float,
    scale: tuple[_Scale, _Scale],
    target: str,
) -> Made:
    """The layers of dividing elements by their root mean square: squares, their sum, its root, and the elements."""
    squares, total, root = call.inner("square"), call.inner("spread"), call.inner("root")
    row, count = kept(data, axes), prod(data[axis] for axis in axes)
    operands, reads, text = {"a": data, "r": row}, [("a", source), ("r", root)], "a * r"
    for side, sign, given in zip("gb", "*+", scale, strict=True):
        if given is not None:
            operands[side] = given[1]
            reads.append((side, given[0]))
            text += f" {sign} {side}"
    return (
        Part("square", pointwise(data, {"a": data}, "output = a * a"), (("a", source),), squares),
        Part("spread", reduction(data, axes, "output += a"), (("a", squares),), total),
        Part(
            "root",
            pointwise(row, {"a": row}, f"output = rsqrt(a * {1 / count!r} + {epsilon!r})"),
            (("a", total),),
            root,
        ),
        Part("", pointwise(data, operands, f"output = {text}"), tuple(reads), target),
    )


def mean_variance_normalization(call: Call) -> Made:
    """MeanVarianceNormalization."""
    data, output = call.input(0), call.output()
    given = call.integers("axes") or (0, 2, 3)
    axes = tuple(sorted(call.axis(item, len(data.shape)) for item in given))
    return centred_parts(call, data.name, data.shape, axes, 1e-9, (None, None), output.name)


def lp_normalization(call: Call) -> Made:
    """LpNormalization: elements over the sum of their sizes, or over the root of that of their squares."""
    data, output = call.input(0), call.output()
    axis, order = call.axis(call.integer("axis", -1), len(data.shape)), call.integer("p", 2)
    if order not in (1, 2):
        raise Unstated(f"attribute 'p' is {order}")
    total, row = call.inner("sum"), kept(data.shape, (axis,))
    sums = reduction(data.shape, (axis,), "output += abs(a)" if order == 1 else "output += a * a")
    quotient = pointwise(data.shape, {"a": data.shape, "s": row}, "output = a / s")
    parts, size = [Part("sum", sums, (("a", data.name),), total)], total
    if order == 2:
        size = call.inner("root")
        parts.append(Part("root", pointwise(row, {"a": row}, "output = sqrt(a)"), (("a", total),), size))
    return (*parts, Part("", quotient, (("a", data.name), ("s", size)), output.name))


def local_response_normalization(call: Call) -> Made:
    """LRN: squares, their sums over neighbouring channels, and the elements over a power of these."""
    data, output = call.input(0), call.output()
    size, alpha = call.integer("size", 1), call.number("alpha", 1e-4)
    beta, bias = call.number("beta", 0.75), call.number("bias", 1.0)
    shape = data.shape
    squares, sums = call.inner("square"), call.inner("sum")
    last = f"output = a / pow(s * {alpha / size!r} + {bias!r}, {beta!r})"
    return (
        Part("square", pointwise(shape, {"a": shape}, "output = a * a"), (("a", data.name),), squares),
        Part("sum", channel_sums(shape, size), (("input", squares),), sums),
        Part("", pointwise(shape, {"a": shape, "s": shape}, last), (("a", data.name), ("s", sums)), output.name),
    )
