"""Reductions over axes, and what is made of them: softmax and its logarithm."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from ....ir import Workload
from .building import PLACES, Shape, axis_names, over, pointwise
from .calls import Call, Made, Part, Rule, View


def reduction(data: Shape, axes: Sequence[int], text: str, **row_operands: str) -> Workload:
    """`text` over a tensor `a`, where `axes` are reduced; row operands (`m="m"`) have the axes that are left."""
    names = axis_names(len(data))
    left = [name for axis, name in enumerate(names) if axis not in axes]
    operands = {"a": names} | dict.fromkeys(row_operands, left)
    return over(dict(zip(names, data, strict=True)), operands, left, text)


def kept(data: Shape, axes: Sequence[int]) -> Shape:
    """The shape with 1 in the place of the axes."""
    return tuple(1 if axis in axes else extent for axis, extent in enumerate(data))


def reduced_axes(call: Call, rank: int) -> tuple[int, ...]:
    """The axes of a Reduce operator: an attribute, or since operator set 13 and 18 an input; all of them without."""
    given = call.integers("axes")
    if given is None and call.has(1):
        given = call.whole_numbers(1)
    none = call.integer("noop_with_empty_axes", 0)
    if not given and none:
        return ()
    return tuple(sorted({call.axis(item, rank) for item in given})) if given else tuple(range(rank))


def reducing(text: str, last: str = "") -> Rule:
    """The rule of a Reduce operator: `text` over all elements, then `last` on each result `a`; `{share}` is 1 by n."""

    def rule(call: Call) -> Made:
        data, output = call.input(0), call.output()
        call.integer("keepdims", 1)
        axes = reduced_axes(call, len(data.shape))
        if not axes and not last and text.split()[-1] == "a":
            return (View(output.name, data.name),)
        taken = prod(data.shape[axis] for axis in axes)
        sums = reduction(data.shape, axes, text)
        if not last:
            return (Part("", sums, (("a", data.name),), output.name),)
        inner = call.inner("sum")
        scaled = pointwise(output.shape, {"a": output.shape}, f"output = {last.replace('{share}', repr(1 / taken))}")
        return (
            Part("", sums, (("a", data.name),), inner),
            Part("scale", scaled, (("a", inner),), output.name),
        )

    return rule


def log_sum_exp(call: Call) -> Made:
    """ReduceLogSumExp, with the maximum taken off before."""
    data, output = call.input(0), call.output()
    call.integer("keepdims", 1)
    axes = reduced_axes(call, len(data.shape))
    top, total = call.inner("max"), call.inner("sum")
    row = kept(data.shape, axes)
    return (
        Part("max", reduction(data.shape, axes, "output = max(output, a)"), (("a", data.name),), top),
        Part(
            "exp",
            reduction(data.shape, axes, "output += exp(a - m)", m="m"),
            (("a", data.name), ("m", top)),
            total,
        ),
        Part("", pointwise(row, {"a": row, "m": row}, "output = m + log(a)"), (("a", total), ("m", top)), output.name),
    )


def arg_extreme(call: Call) -> Made:
    """ArgMax and ArgMin: a comparison for every element, whose place is kept beside it."""
    data, output = call.input(0), call.output()
    call.integer("keepdims", 1)
    call.integer("select_last_index", 0)
    axis = call.axis(call.integer("axis", 0), len(data.shape))
    function = "max" if call.node.operator == "ArgMax" else "min"
    workload = reduction(data.shape, (axis,), f"output = {function}(output, a)")
    return (Part("", workload, (("a", data.name),), output.name, PLACES),)


def softmax_axes(call: Call, rank: int) -> tuple[int, ...]:
    """The axes that a softmax runs over: one, or before operator set 13 (`flattened`) all from it on."""
    flattened = call.integer("flattened", 0)
    axis = call.axis(call.integer("axis", 1 if flattened else -1), rank)
    return tuple(range(axis, rank)) if flattened else (axis,)


def softmax(call: Call) -> Made:
    """Softmax: the largest element, exp of the distances from it, their sum, and the quotients."""
    data, output = call.input(0), call.output()
    axes = softmax_axes(call, len(data.shape))
    return softmax_parts(call, data.name, data.shape, axes, output.name)


def softmax_parts(call: Call, source: str, data: Shape, axes: Sequence[int], target: str) -> tuple[Part, ...]:
    """The layers of a softmax of a tensor inside of a node."""
    top, powers, total = call.inner("max"), call.inner("exp"), call.inner("sum")
    row = kept(data, axes)
    return (
        Part("max", reduction(data, axes, "output = max(output, a)"), (("a", source),), top),
        Part("exp", pointwise(data, {"a": data, "m": row}, "output = exp(a - m)"), (("a", source), ("m", top)), powers),
        Part("sum", reduction(data, axes, "output += a"), (("a", powers),), total),
        Part("div", pointwise(data, {"a": data, "s": row}, "output = a / s"), (("a", powers), ("s", total)), target),
    )


def log_softmax(call: Call) -> Made:
    """LogSoftmax: the distances from the largest element, less the logarithm of the sum of their exp."""
    data, output = call.input(0), call.output()
    axes = softmax_axes(call, len(data.shape))
    shape, row = data.shape, kept(data.shape, axes)
    top, apart, total, level = (call.inner(name) for name in ("max", "sub", "sum", "log"))
    first = pointwise(shape, {"a": shape, "m": row}, "output = a - m")
    return (
        Part("max", reduction(shape, axes, "output = max(output, a)"), (("a", data.name),), top),
        Part("sub", first, (("a", data.name), ("m", top)), apart),
        Part("sum", reduction(shape, axes, "output += exp(a)"), (("a", apart),), total),
        Part("log", pointwise(row, {"a": row}, "output = log(a)"), (("a", total),), level),
        Part("", first, (("a", apart), ("m", level)), output.name),
    )


def hardmax(call: Call) -> Made:
    """Hardmax: the largest element, and which one equals it."""
    data, output = call.input(0), call.output()
    axes = softmax_axes(call, len(data.shape))
    top, row = call.inner("max"), kept(data.shape, axes)
    equal = pointwise(data.shape, {"a": data.shape, "m": row}, "output = equal(a, m)")
    return (
        Part("max", reduction(data.shape, axes, "output = max(output, a)"), (("a", data.name),), top),
        Part("", equal, (("a", data.name), ("m", top)), output.name),
    )


def cumulative(call: Call) -> Made:
    """CumSum and CumProd: an addition or a product for every element."""
    call.integer("exclusive", 0)
    call.integer("reverse", 0)
    data, output = call.input(0), call.output()
    step = "+" if call.node.operator == "CumSum" else "*"
    workload = pointwise(output.shape, {"a": data.shape}, f"output = a {step} before")
    return (Part("", workload, (("a", data.name),), output.name),)
