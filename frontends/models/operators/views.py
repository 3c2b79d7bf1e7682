"""Operators that move nothing: shapes, names and types change, the elements stay where they are."""

from __future__ import annotations

from .calls import Call, Made, Unstated, View


def view(call: Call) -> Made:
    """Another name for the first input: Reshape, Flatten, Squeeze, Unsqueeze, Identity, Cast, …"""
    for name in call.node.attributes:
        call.attribute(name)
    return (View(call.output().name, call.input(0).name),)


def dropout(call: Call) -> Made:
    """Dropout, which lets everything through unless it is training."""
    call.number("ratio", 0.5)
    call.integer("seed", 0)
    trains = call.input(2).values if call.has(2) else (0,)
    if trains is None or any(trains):
        raise Unstated("elements that are dropped at random (training)")
    # Without training the mask is a constant.
    mask = (View(call.node.outputs[1], ""),) if call.makes(1) else ()
    return (*view(call), *mask)


def known(call: Call) -> Made:
    """Numbers that are known beforehand: Constant, Shape, Size."""
    for name in call.node.attributes:
        call.attribute(name)
    return (View(call.output().name, ""),)
