"""The blocks `Operator` and `Weights`: what a layer of a model was made of, and which of its inputs are constants."""

from __future__ import annotations

from ...ir.nearest import did_you_mean
from .sections import LayerSyntax
from .workloads import LayerWorkload


def read_origin(layer: LayerSyntax, built: LayerWorkload | None) -> tuple[str, tuple[str, ...]]:
    """The operator as a model's file calls it, empty if that is not said, and the names of inputs that are constants.

    Findings for several operators, and for names that no input has.
    """
    operators = layer.sections["Operator"].items if "Operator" in layer.sections else ()
    if len(operators) > 1:
        span = layer.sections["Operator"].span(operators[1])
        layer.findings.add("W001", f"a layer is of one operator, not of {len(operators)}", span)
    weights = layer.sections.get("Weights")
    if weights is None or built is None:
        return (operators[0].text if operators else "", ())
    inputs = [tensor.name for tensor in built.workload.inputs]
    for name in weights.items:
        if name.text not in inputs:
            hint = did_you_mean(name.text, inputs, "inputs")
            layer.findings.add("W002", f"layer has no input '{name.text}'", weights.span(name), hint=hint)
    given = (name.text for name in weights.items if name.text in inputs)
    return (operators[0].text if operators else "", tuple(dict.fromkeys(given)))
