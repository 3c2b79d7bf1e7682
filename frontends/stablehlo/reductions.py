"""Reductions over axes and over windows."""

from __future__ import annotations

import re
from math import prod

from .attributes import integers, repeated
from .making import Making, Refused, Rule
from .module import Operation

_REDUCED = {"add": "Sum", "maximum": "Max", "minimum": "Min", "multiply": "Prod", "or": "Max", "and": "Min"}


def _kind(making: Making) -> str:
    """What a reduction takes in, as its region or its short form says."""
    found = re.search(r"\bapplies\s+(?:stablehlo|mhlo)\.(\w+)", making.text)
    if found is not None:
        return _of_name(found[1])
    regions = [_operations(region) for region in making.operation.regions]
    if len(regions) != 1 or len(regions[0]) != 1:
        raise Refused("it reduces by more than one operation")
    return _of_name(regions[0][0])


def _operations(region: tuple[Operation, ...]) -> list[str]:
    names = [item.name.rpartition(".")[2] for item in region]
    return [name for name in names if name not in ("return", "convert")]


def _of_name(name: str) -> str:
    if name not in _REDUCED:
        raise Refused(f"it reduces by '{name}'")
    return _REDUCED[name]


def _reduce(making: Making) -> None:
    axes = integers(making.text, "dimensions") or ()
    if len(making.results) == 2:
        _place_of_extreme(making, axes)
        return
    if len(making.results) != 1:
        raise Refused("it reduces several tensors")
    making.node(f"Reduce{_kind(making)}", [making.operand(0)], axes=axes, keepdims=0)


def _place_of_extreme(making: Making, axes: tuple[int, ...]) -> None:
    """The largest or smallest element and its place: comparisons of elements, and of places that are counted up."""
    data, places = making.operand(0), {*making.operands} & making.graph.counted
    region = [item for region in making.operation.regions for item in region]
    texts = " ".join(item.text for item in region if item.name.endswith(".compare"))
    test = re.search(r"\b(G|L)[TE]\b", texts)
    kind = {"G": "Max", "L": "Min"}[test[1]] if test else ""
    if not places or not kind or len(axes) != 1:
        raise Refused("it reduces several tensors")
    if making.results[1] in making.used:
        making.node(f"Arg{kind}", [data], making.result(1), axis=axes[0], keepdims=0)
    if making.results[0] in making.used:
        making.node(f"Reduce{kind}", [data], axes=axes, keepdims=0)


def _window(making: Making) -> None:
    """Pooling: the axes along which windows slide stand behind the others, of which the last are the channels."""
    data, target = making.operand(0), making.result()
    rank = len(data.shape)
    sizes = repeated(integers(making.text, "window_dimensions"), rank, 1)
    strides = repeated(integers(making.text, "window_strides"), rank, 1)
    dilations = repeated(integers(making.text, "window_dilations"), rank, 1)
    pads = repeated(integers(making.text, "padding"), 2 * rank, 0)
    if any(item != 1 for item in integers(making.text, "base_dilations") or ()) or len(making.results) != 1:
        raise Refused("windows over zeros between elements, or over several tensors")
    if not len(sizes) == len(strides) == len(dilations) == rank or len(pads) != 2 * rank:
        raise Refused("its windows do not fit its operand")
    kind = _kind(making)
    slid = [
        axis for axis in range(rank) if sizes[axis] != 1 or strides[axis] != 1 or any(pads[2 * axis : 2 * axis + 2])
    ]
    if kind == "Sum" and _is_running(slid, data.shape, sizes, pads):
        making.node("CumSum", [data])
        return
    outer = [axis for axis in range(rank) if axis not in slid]
    front = (prod(data.shape[axis] for axis in outer[:-1]), data.shape[outer[-1]] if outer else 1)
    first, made = ((*front, *(tensor.shape[axis] for axis in slid)) for tensor in (data, target))
    source, output = making.graph.view(data, first, "axes"), making.arranged(target, made)
    making.node(
        f"{kind}Pool",
        [source],
        output,
        kernel_shape=tuple(sizes[axis] for axis in slid),
        strides=tuple(strides[axis] for axis in slid),
        dilations=tuple(dilations[axis] for axis in slid),
        pads=(*(pads[2 * axis] for axis in slid), *(pads[2 * axis + 1] for axis in slid)),
    )
    making.named(output, target)


def _is_running(slid: list[int], shape: tuple[int, ...], sizes: tuple[int, ...], pads: tuple[int, ...]) -> bool:
    """Whether every window holds all elements up to its own, or from it on."""
    if len(slid) != 1 or sizes[slid[0]] != shape[slid[0]]:
        return False
    before, after = pads[2 * slid[0] : 2 * slid[0] + 2]
    return sorted((before, after)) == [0, sizes[slid[0]] - 1]


RULES: dict[str, Rule] = {"reduce": _reduce, "reduce_window": _window}
"""By name, without the dialect."""
