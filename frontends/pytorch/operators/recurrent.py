"""Recurrent layers: one node of the graph for each, both directions in it."""

from __future__ import annotations

from ...models import Attribute, GraphTensor
from ..making import Making, Refused, Rule

_GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}


def _recurrent(operator: str, activation: str = "Tanh") -> Rule:
    def rule(making: Making) -> None:
        if making.integer("train", 0) and making.number("dropout", 0.0) > 0:
            raise Refused("elements that are dropped at random (training)")
        making.unread("dropout", "train", "hx")
        layers, twice = making.integer("num_layers", 1), making.integer("bidirectional", 0)
        first, biases = making.integer("batch_first", 0), making.integer("has_biases", 1)
        parameters, data = making.tensors("params"), making.tensor("input")
        each = len(parameters) // (layers * (1 + twice))
        if len(data.shape) != 3 or each * layers * (1 + twice) != len(parameters) or each != 2 + 2 * biases:
            raise Refused("projections, packed sequences or an input without a batch")
        lasts: list[GraphTensor | None] = []
        for layer in range(layers):
            at = layer * (1 + twice) * each
            own = [parameters[at + side * each : at + (side + 1) * each] for side in range(1 + twice)]
            data, last = _layer(making, operator, activation, data, own, layer, first)
            lasts.append(last)
        _finish(making, data, lasts)

    return rule


def _layer(
    making: Making,
    operator: str,
    activation: str,
    data: GraphTensor,
    parameters: list[list[GraphTensor]],
    layer: int,
    first: int,
) -> tuple[GraphTensor, GraphTensor]:
    """One layer: what it makes, the directions behind each other, and its last elements."""
    sides, hidden = len(parameters), parameters[0][1].shape[1]
    rows = _GATES[operator] * hidden
    inputs: list[GraphTensor | None] = [
        data,
        making.new("weights", (sides, rows, data.shape[2]), constant=True),
        making.new("states", (sides, rows, hidden), constant=True),
        making.new("biases", (sides, 2 * rows), constant=True) if len(parameters[0]) > 2 else None,
    ]
    steps, batch = data.shape[:2] if not first else data.shape[1::-1]
    shape = (batch, steps, sides, hidden) if first else (steps, sides, batch, hidden)
    made, last = making.new("layer", shape), making.new("last", (sides, batch, hidden))
    attributes: dict[str, Attribute] = {
        "hidden_size": hidden,
        "layout": first,
        "direction": "bidirectional" if sides > 1 else "forward",
    }
    if operator == "GRU":
        attributes["linear_before_reset"] = 1
    if activation != "Tanh":
        attributes["activations"] = (activation,) * sides
    outputs = (made.name, last.name)
    making.add(f"{making.call.name}.{layer}", operator, inputs, outputs, attributes)
    whole = making.new("rows", (*data.shape[:2], sides * hidden))
    return making.node("Reshape", [made], whole), last


def _finish(making: Making, data: GraphTensor, lasts: list[GraphTensor | None]) -> None:
    making.node("Identity", [data], making.output)
    for place, name in enumerate(making.call.outputs[1:]):
        if name:
            making.add(f"{making.call.name}.last{place}", "Concat", lasts, (name,), {"axis": 0})


RULES: dict[str, Rule] = {
    "lstm": _recurrent("LSTM"),
    "gru": _recurrent("GRU"),
    "rnn_tanh": _recurrent("RNN"),
    "rnn_relu": _recurrent("RNN", "Relu"),
}
"""By the names of `torch.ops.aten`."""
