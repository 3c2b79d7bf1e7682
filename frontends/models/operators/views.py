"""Operators that move nothing: shapes, names and types change, the elements stay where they are."""

from __future__ import annotations

from .building import pointwise
from .calls import Call, Made, Part, View

_TRAINING = "elements are dropped at random, as in training; the random numbers are not counted"


def view(call: Call) -> Made:
    """Another name for the first input: Reshape, Flatten, Squeeze, Unsqueeze, Identity, Cast, …"""
    for name in call.node.attributes:
        call.attribute(name)
    return (View(call.output().name, call.input(0).name),)


def dropout(call: Call) -> Made:
    """Dropout, which lets everything through unless it is training; then every element is kept or dropped."""
    call.number("ratio", 0.5)
    call.integer("seed", 0)
    data, output = call.input(0), call.output()
    trains = call.input(2).values if call.has(2) else (0,)
    mask = (View(call.node.outputs[1], ""),) if call.makes(1) else ()
    if trains is not None and not any(trains):
        return (View(output.name, data.name), *mask)
    workload = pointwise(data.shape, {"a": data.shape}, "output = where(kept, a * scale, 0)")
    return (Part("", workload, (("a", data.name),), output.name, _TRAINING), *mask)


def known(call: Call) -> Made:
    """Numbers that are known beforehand: Constant, Shape, Size."""
    for name in call.node.attributes:
        call.attribute(name)
    return (View(call.output().name, ""),)
