"""Normalizations, pooling, reductions and softmax."""

from __future__ import annotations

from math import prod

from ...models import Attribute, GraphTensor
from ..making import Making, Refused, Rule


def _batch_norm(making: Making) -> None:
    if making.integer("training", 0):
        raise Refused("statistics that are trained")
    making.unread("momentum", "cudnn_enabled")
    data = making.tensor("input")
    names = (("weight", 1), ("bias", 0), ("running_mean", 0), ("running_var", 1))
    scale = [_given(making, name, value, data.shape[1:2]) for name, value in names]
    making.node("BatchNormalization", [data, *scale], epsilon=float(making.number("eps", 1e-5)))


def _given(making: Making, name: str, value: int, shape: tuple[int, ...]) -> GraphTensor:
    """A tensor that may be missing, and is a constant then."""
    return making.optional(name) or making.new(name, shape, constant=True, values=(value,) * prod(shape))


def _layer_norm(operator: str) -> Rule:
    def rule(making: Making) -> None:
        shape = making.integers("normalized_shape") or (1,)
        making.unread("cudnn_enable")
        inputs = [making.tensor("input"), making.optional("weight"), making.optional("bias")]
        if operator == "RMSNormalization":
            inputs = inputs[:2]
        making.node(operator, list(inputs), axis=-len(shape), epsilon=float(making.number("eps", 1e-5)))

    return rule


def _group_norm(making: Making) -> None:
    making.unread("cudnn_enabled", "N", "C", "HxW")
    data = making.tensor("input")
    groups = making.integer("num_groups", 0) or making.integer("group", 1)
    scale = [_given(making, name, value, data.shape[1:2]) for name, value in (("weight", 1), ("bias", 0))]
    epsilon = float(making.number("eps", 1e-5))
    making.node("GroupNormalization", [data, *scale], num_groups=groups, epsilon=epsilon)


def _instance_norm(making: Making) -> None:
    making.unread("running_mean", "running_var", "momentum", "cudnn_enabled", "use_input_stats")
    data = making.tensor("input")
    scale = [_given(making, name, value, data.shape[1:2]) for name, value in (("weight", 1), ("bias", 0))]
    making.node("InstanceNormalization", [data, *scale], epsilon=float(making.number("eps", 1e-5)))


def _softmax(operator: str) -> Rule:
    def rule(making: Making) -> None:
        making.unread("half_to_float", "dtype")
        making.node(operator, [making.tensor("self", "input")], axis=making.integer("dim", -1))

    return rule


def _pool(operator: str) -> Rule:
    """Windows along the axes behind the channels; what has no batch gets one."""

    def rule(making: Making) -> None:
        data, output = making.tensor("self", "input"), making.output
        rank = int(making.call.operator.split("pool")[1][0])
        taps = making.integers("kernel_size", rank) or ()
        pads = making.integers("padding", rank, 0) or ()
        attributes: dict[str, Attribute] = {
            "kernel_shape": taps,
            "strides": making.integers("stride", rank) or taps,
            "pads": (*pads, *pads),
            "ceil_mode": making.integer("ceil_mode", 0),
        }
        if operator == "MaxPool":
            attributes["dilations"] = making.integers("dilation", rank, 1)
        else:
            attributes["count_include_pad"] = making.integer("count_include_pad", 1)
            attributes["divisor_override"] = making.integer("divisor_override", 0)
        _with_batch(making, operator, data, output, rank, attributes)

    return rule


def _with_batch(
    making: Making,
    operator: str,
    data: GraphTensor,
    output: GraphTensor,
    rank: int,
    attributes: dict[str, Attribute],
) -> None:
    name = making.call.name
    if len(data.shape) == rank + 2:
        making.add(name, operator, [data], (output.name,), attributes)
        return
    inner = making.node("Unsqueeze", [data], making.new("batch", (1, *data.shape), data.element))
    made = making.new("batches", (1, *output.shape), output.element)
    making.add(name, operator, [inner], (made.name,), attributes)
    making.add(f"{name}.squeezed", "Squeeze", [made], (output.name,), {})


def _adaptive(operator: str) -> Rule:
    """Windows as large as the input over the output; where that is no whole number they differ, and are refused."""

    def rule(making: Making) -> None:
        data, output = making.tensor("self", "input"), making.output
        rank = int(making.call.operator.split("pool")[1][0])
        making.unread("output_size")
        sizes, wanted = data.shape[-rank:], output.shape[-rank:]
        if all(size == 1 for size in wanted):
            _with_batch(making, f"Global{operator}", data, output, rank, {})
            return
        if any(size % other for size, other in zip(sizes, wanted, strict=True)):
            raise Refused(f"windows of different sizes, of {sizes} to {wanted}")
        taps = tuple(size // other for size, other in zip(sizes, wanted, strict=True))
        _with_batch(making, operator, data, output, rank, {"kernel_shape": taps, "strides": taps})

    return rule


def _reduce(operator: str) -> Rule:
    def rule(making: Making) -> None:
        making.unread("dtype")
        data = making.tensor("self", "input")
        if making.has("other"):
            making.node(operator.removeprefix("Reduce"), [data, making.tensor("other")])
            return
        found = making.axes("dim", len(data.shape))
        keep = making.integer("keepdim", 0)
        making.node(operator, [data], axes=found, keepdims=keep)
        if len(making.call.outputs) > 1 and making.call.outputs[1]:
            _places(making, operator, data, found[0], keep)

    return rule


def _places(making: Making, operator: str, data: GraphTensor, axis: int, keep: int) -> None:
    """The places of the extremes, which are another output."""
    name = {"ReduceMax": "ArgMax", "ReduceMin": "ArgMin"}[operator]
    making.add(f"{making.call.name}.places", name, [data], (making.call.outputs[1],), {"axis": axis, "keepdims": keep})


def _arg(operator: str) -> Rule:
    def rule(making: Making) -> None:
        data = making.tensor("self")
        keep = making.integer("keepdim", 0)
        if not making.has("dim"):
            flat = making.node("Reshape", [data], making.new("flat", (data.elements,), data.element))
            making.add(making.call.name, operator, [flat], (making.output.name,), {"axis": 0, "keepdims": keep})
            return
        making.node(operator, [data], axis=making.integer("dim", 0), keepdims=keep)

    return rule


def _norm(making: Making) -> None:
    data = making.tensor("self")
    order = making.number("p", making.number("ord", 2))
    operators = {1: "ReduceL1", 2: "ReduceL2"}
    if order not in operators:
        raise Refused(f"a norm of order {order}")
    making.unread("dtype")
    axes = making.axes("dim", len(data.shape))
    making.node(operators[int(order)], [data], axes=axes, keepdims=making.integer("keepdim", 0))


def _variance(last: str) -> Rule:
    """The squares of the distances from the mean, over as many as there are less the correction."""

    def rule(making: Making) -> None:
        data, output = making.tensor("self", "input"), making.output
        axes = making.axes("dim", len(data.shape))
        making.unread("keepdim")
        correction = making.number("correction", making.integer("unbiased", 1))
        row = tuple(1 if axis in axes else size for axis, size in enumerate(data.shape))
        mean = making.node("ReduceMean", [data], making.new("mean", row), axes=axes, keepdims=1)
        apart = making.node("Sub", [data, mean], making.new("centre", data.shape))
        total = making.node("ReduceSumSquare", [apart], making.new("spread", output.shape), axes=axes, keepdims=1)
        share = making.constant((1 / (data.elements / prod(row) - correction),), ())
        found = making.node("Mul", [total, share], making.new("variance", output.shape) if last else output)
        if last:
            making.node(last, [found])

    return rule


def _cumulative(making: Making) -> None:
    making.unread("dim", "dtype")
    making.node("CumSum", [making.tensor("self")])


_SUMS = {
    **{"sum": "ReduceSum", "mean": "ReduceMean", "prod": "ReduceProd", "logsumexp": "ReduceLogSumExp"},
    **{"amax": "ReduceMax", "amin": "ReduceMin", "max": "ReduceMax", "min": "ReduceMin"},
    **{"any": "ReduceMax", "all": "ReduceMin"},
}

RULES: dict[str, Rule] = {
    **dict.fromkeys(("batch_norm", "_native_batch_norm_legit_no_training"), _batch_norm),
    **dict.fromkeys(("layer_norm", "native_layer_norm"), _layer_norm("LayerNormalization")),
    **dict.fromkeys(("rms_norm", "_fused_rms_norm"), _layer_norm("RMSNormalization")),
    **dict.fromkeys(("group_norm", "native_group_norm"), _group_norm),
    "instance_norm": _instance_norm,
    **dict.fromkeys(("softmax", "_softmax"), _softmax("Softmax")),
    **dict.fromkeys(("log_softmax", "_log_softmax"), _softmax("LogSoftmax")),
    **{f"max_pool{rank}d{more}": _pool("MaxPool") for rank in (1, 2, 3) for more in ("", "_with_indices")},
    **{f"avg_pool{rank}d": _pool("AveragePool") for rank in (1, 2, 3)},
    **{f"{more}adaptive_avg_pool{rank}d": _adaptive("AveragePool") for rank in (1, 2, 3) for more in ("", "_")},
    **{f"adaptive_max_pool{rank}d": _adaptive("MaxPool") for rank in (1, 2, 3)},
    **{name: _reduce(operator) for name, operator in _SUMS.items()},
    "argmax": _arg("ArgMax"),
    "argmin": _arg("ArgMin"),
    **dict.fromkeys(("norm", "linalg_vector_norm"), _norm),
    "var": _variance(""),
    "std": _variance("Sqrt"),
    "cumsum": _cumulative,
}
"""By the names of `torch.ops.aten`."""
