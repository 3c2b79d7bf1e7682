"""A causal convolution that begins where the one before has ended."""

from __future__ import annotations

from .building import pointwise
from .calls import Call, Made, Part, Unstated
from .convolutions import Slide, windowed
from .movement import copied

_ACTIVATIONS = {"none": "", "silu": "a * sigmoid(a)", "swish": "a * sigmoid(a)"}


def causal_convolution(call: Call) -> Made:
    """CausalConvWithState: each channel over its own past, which is zeros where none is given."""
    data, weight, output = call.input(0), call.input(1), call.output()
    text = _ACTIVATIONS.get(call.text("activation", "none"))
    if text is None:
        raise Unstated(f"attribute 'activation' is '{call.text('activation', '')}'")
    if len(data.shape) != 3 or len(weight.shape) != 3 or weight.shape[:2] != (data.shape[1], 1):
        raise Unstated("input and filter are not of three axes, a filter for each channel")
    batch, channels, length = data.shape
    taps = weight.shape[2]
    parts: list[Part] = []
    source, behind = data.name, taps - 1
    if call.has(3) and behind:
        past, source = call.input(3), call.inner("joined")
        parts = [copied(item.name, item.shape, source, name) for name, item in (("past", past), ("new", data))]
    slide = Slide(length + (behind if parts else 0), length, taps, before=0 if parts else behind)
    made = call.inner("activated") if text else output.name
    reads = (("input", source), ("filter", weight.name))
    parts.append(Part("", windowed(batch, channels, 1, 1, [slide]), reads, made))
    if text:
        workload = pointwise(output.shape, {"a": output.shape}, f"output = {text}")
        parts.append(Part("activation", workload, (("a", made),), output.name))
    if call.makes(1) and behind:
        parts.append(copied(source, (batch, channels, behind), call.output(1).name, "state"))
    return tuple(parts)
