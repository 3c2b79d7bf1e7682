"""Operators that move elements: each output element, or each that is taken over, is a copy."""

from __future__ import annotations

from ....ir import Index
from .building import Shape, axis_names, over, pointwise
from .calls import Call, Made, Part, Unstated, View

_NO_MULTIPLE = "the size is no multiple: an element is read for every output"
_MET = "elements of one place are added up one after the other"
_BY_DATA = "which elements are read depends on the data: counted as one for every output"


def transpose(call: Call) -> Made:
    """Transpose, which moves nothing where only axes of one element change their places."""
    data, output = call.input(0), call.output()
    order = call.integers("perm") or tuple(reversed(range(len(data.shape))))
    if sorted(order) != list(range(len(data.shape))):
        raise Unstated(f"attribute 'perm' is {order}")
    large = [axis for axis in order if data.shape[axis] > 1]
    if large == sorted(large):
        return (View(output.name, data.name),)
    return (copied(data.name, data.shape, output.name),)


def copied(source: str, shape: Shape, target: str, name: str = "", note: str = "") -> Part:
    """A copy of every element of a tensor."""
    return Part(name, pointwise(shape, {"input": shape}, "output = input"), (("input", source),), target, note)


def concat(call: Call) -> Made:
    """Concat: a copy of every input to its place in the output."""
    operands, output = call.inputs(), call.output()
    call.integer("axis", 0)
    whole = [item for item in operands if item.elements]
    if len(whole) == 1:
        return (View(output.name, whole[0].name),)
    return tuple(copied(item.name, item.shape, output.name, str(number)) for number, item in enumerate(whole))


def split(call: Call) -> Made:
    """Split: a copy for every output that has elements."""
    data = call.input(0)
    call.integers("split")
    call.integer("axis", 0)
    call.integer("num_outputs", 0)
    found = [call.output(number) for number in range(len(call.node.outputs)) if call.makes(number)]
    made = [item for item in found if item.elements]
    if len(made) == 1 and made[0].shape == data.shape:
        return (View(made[0].name, data.name),)
    return tuple(
        copied(data.name, item.shape, item.name, "" if len(made) == 1 else str(number))
        for number, item in enumerate(made)
    )


def slice_(call: Call) -> Made:
    """Slice: a copy of every output element."""
    for name in ("starts", "ends", "axes"):
        call.integers(name)
    data, output = call.input(0), call.output()
    steps = call.input(4).values if call.has(4) else ()
    # Steps backwards move every element; others that leave out none are 1.
    if output.shape == data.shape and steps is not None and min(steps, default=1) > 0:
        return (View(output.name, data.name),)
    return (copied(data.name, output.shape, output.name),)


def rearranged(call: Call) -> Made:
    """DepthToSpace, SpaceToDepth and ReverseSequence: every element to another place."""
    call.integer("blocksize", 1)
    call.text("mode", "DCR")
    call.integer("batch_axis", 1)
    call.integer("time_axis", 0)
    return (copied(call.input(0).name, call.input(0).shape, call.output().name),)


def cropped(call: Call) -> Made:
    """CenterCropPad: the elements of the middle, and those that are set around them."""
    call.integers("axes")
    data, output = call.input(0), call.output()
    if output.shape == data.shape:
        return (View(output.name, data.name),)
    return (copied(data.name, output.shape, output.name),)


def placed(call: Call) -> Made:
    """Col2Im and MaxUnpool: every element to its place, where the former adds what meets; the others are set."""
    for name in ("dilations", "kernel_shape", "pads", "strides"):
        call.integers(name)
    data, output = call.input(0), call.output()
    first = Part("set", pointwise(output.shape, {"value": ()}, "output = value"), (("value", ""),), output.name)
    if call.node.operator == "MaxUnpool":
        return (first, copied(data.name, data.shape, output.name, note=_BY_DATA))
    added = pointwise(data.shape, {"a": data.shape, "b": data.shape}, "output = a + b")
    return (first, Part("", added, (("a", data.name), ("b", output.name)), output.name, _MET))


def tensor_scatter(call: Call) -> Made:
    """TensorScatter: rows of a cache are set, and the others copied: the cache of before is a tensor of its own."""
    call.text("mode", "linear")
    call.integer("axis", -2)
    data, updates, output = call.input(0), call.input(1), call.output()
    first = copied(data.name, data.shape, output.name)
    return (first, copied(updates.name, updates.shape, output.name, "updates", _BY_DATA if call.has(2) else ""))


def expand(call: Call) -> Made:
    """Expand: every output element is a copy of an element that is stretched."""
    data, output = call.input(0), call.output()
    if output.elements == data.elements:
        return (View(output.name, data.name),)
    workload = pointwise(output.shape, {"input": data.shape}, "output = input")
    return (Part("", workload, (("input", data.name),), output.name),)


def tile(call: Call) -> Made:
    """Tile: every axis is one over the repeats and one over the input."""
    data, output = call.input(0), call.output()
    if output.elements == data.elements:
        return (View(output.name, data.name),)
    names = axis_names(len(data.shape))
    extents = dict(zip(names, data.shape, strict=True))
    repeats = {f"{name}r": whole // extents[name] for name, whole in zip(names, output.shape, strict=True)}
    workload = over(repeats | extents, {"input": names}, [*repeats, *names], "output = input")
    return (Part("", workload, (("input", data.name),), output.name),)


def pad(call: Call) -> Made:
    """Pad: a copy of every stored element; a constant around it is set, elements of the edge are read again."""
    data, output = call.input(0), call.output()
    mode = call.text("mode", "constant")
    call.number("value", 0.0)
    pads = call.integers("pads") or (call.integers("paddings") or (call.whole_numbers(1) if call.has(1) else ()))
    if not any(pads) and output.shape == data.shape:
        return (View(output.name, data.name),)
    rank = len(data.shape)
    if call.has(3) and len(pads) != 2 * rank:
        axes = [call.axis(item, rank) for item in call.whole_numbers(3)]
        every = [0] * (2 * rank)
        for number, axis in enumerate(axes):
            every[axis], every[axis + rank] = pads[number], pads[number + len(axes)]
        pads = tuple(every)
    if len(pads) != 2 * rank:
        raise Unstated(f"{len(pads)} numbers of padding for {rank} axes")
    if mode != "constant" or min(pads) < 0:
        return (copied(data.name, output.shape, output.name),)
    names = axis_names(rank)
    extents, axes_of = dict(zip(names, output.shape, strict=True)), list(names)
    indices, zeros, taps = {}, [], list[str]()
    for axis, name in enumerate(names):
        before, after = pads[axis], pads[axis + rank]
        if before or after:
            # A window of one tap: the input lies inside of what the window slides over.
            tap, index = f"{name}t", f"{name}i"
            extents[tap], axes_of[axis] = 1, index
            taps.append(tap)
            indices[index] = Index(index, name, tap)
            zeros.append((index, before, after))
    output_axes = [*names, *taps]
    workload = over(extents, {"input": axes_of}, output_axes, "output = input", indices=indices, padding=zeros)
    return (Part("", workload, (("input", data.name),), output.name),)


def gather(call: Call) -> Made:
    """Gather, GatherElements and GatherND: a copy for every output element, and the places that are read."""
    call.integer("axis", 0)
    call.integer("batch_dims", 0)
    data, places, output = call.input(0), call.input(1), call.output()
    if places.constant and places.values is not None and len(places.values) == 1 and output.elements == data.elements:
        return (View(output.name, data.name),)
    note = "" if places.constant else _BY_DATA
    return (copied(data.name, output.shape, output.name, note=note),)


def scatter(call: Call) -> Made:
    """ScatterElements and ScatterND: a copy of the data, and one of every update to its place."""
    call.integer("axis", 0)
    reduction = call.text("reduction", "none")
    data, updates, output = call.input(0), call.input(2), call.output()
    first = copied(data.name, data.shape, output.name)
    if reduction == "none":
        return (first, copied(updates.name, updates.shape, output.name, "updates", _BY_DATA))
    value = {"add": "a + b", "mul": "a * b", "max": "max(a, b)", "min": "min(a, b)"}.get(reduction)
    if value is None:
        raise Unstated(f"attribute 'reduction' is '{reduction}'")
    update = pointwise(updates.shape, {"a": updates.shape, "b": updates.shape}, f"output = {value}")
    return (first, Part("updates", update, (("a", updates.name), ("b", data.name)), output.name, _BY_DATA))


def resize(call: Call) -> Made:
    """Resize and Upsample: a copy for every output element, or the mean of its neighbours by their distances."""
    mode = call.text("mode", "nearest")
    for name in ("coordinate_transformation_mode", "nearest_mode", "keep_aspect_ratio_policy"):
        call.text(name, "")
    for name in ("cubic_coeff_a", "extrapolation_value"):
        call.number(name, 0.0)
    call.integer("exclude_outside", 0)
    call.integer("antialias", 0)
    data, output = call.input(0), call.output()
    changed = _changed_axes(call, data.shape, output.shape)
    if not changed:
        return (View(output.name, data.name),)
    if mode == "nearest":
        return (_near(data.name, data.shape, output.name, output.shape),)
    step = {"linear": _between, "bilinear": _between, "cubic": _blended}.get(mode)
    if step is None:
        raise Unstated(f"attribute 'mode' is '{mode}'")
    parts: list[Part] = []
    shape, source = data.shape, data.name
    for axis in changed:
        last = axis == changed[-1]
        target = output.name if last else call.inner(f"axis{axis}")
        parts.append(step(source, shape, axis, output.shape[axis], target, "" if last else f"axis{axis}"))
        shape, source = (*shape[:axis], output.shape[axis], *shape[axis + 1 :]), target
    return tuple(parts)


def _changed_axes(call: Call, data: Shape, output: Shape) -> list[int]:
    """The axes along which elements are not those of the input; a scale that is not 1 may leave the extent as it is."""
    scales, axes = call.attribute("scales") or (), call.integers("axes")
    changed = [axis for axis, size in enumerate(output) if size != data[axis]]
    if changed:
        return changed
    place = 1 if len(call.node.inputs) == 2 else 2
    if call.has(place):
        scales = call.numbers(place)
    if call.text("coordinate_transformation_mode", "") == "tf_crop_and_resize":
        return list(range(2, len(data)))
    if not isinstance(scales, tuple):
        raise Unstated(f"attribute 'scales' is {scales!r}")
    places = range(-len(scales), 0) if axes is None else axes
    numbers = zip(scales, places, strict=False)
    return sorted({call.axis(axis, len(data)) for scale, axis in numbers if scale != 1})


def _near(source: str, data: Shape, target: str, output: Shape) -> Part:
    """A copy; along an axis that is stretched by a whole number each element is read once for all of its copies."""
    names = axis_names(len(data))
    extents: dict[str, int] = {}
    axes: list[str] = []
    for name, old, new in zip(names, data, output, strict=True):
        if new > old and new % old == 0:
            extents |= {name: old, f"{name}r": new // old}
        else:
            extents[name] = new
        axes.append(name)
    workload = over(extents, {"input": axes}, list(extents), "output = input")
    return Part("", workload, (("input", source),), target)


def _between(source: str, old: Shape, axis: int, new: int, target: str, name: str) -> Part:
    """Linear interpolation along one axis: elements between two neighbours, by weights that repeat."""
    names = axis_names(len(old))
    extents = dict(zip(names, old, strict=True))
    own, note, weights = names[axis], "", names[axis]
    if new > old[axis] and new % old[axis] == 0:
        weights = f"{own}r"
        extents[weights] = new // old[axis]
    else:
        extents[own], note = new, _NO_MULTIPLE
    inputs = {"a": names, "b": names, "w": [weights]}
    workload = over(extents, inputs, list(extents), "output = a + w * (b - a)")
    return Part(name, workload, (("a", source), ("b", source), ("w", "")), target, note)


def _blended(source: str, old: Shape, axis: int, new: int, target: str, name: str) -> Part:
    """Cubic interpolation along one axis: a weight for each of the four neighbours of an output."""
    names = axis_names(len(old))
    extents = dict(zip(names, old, strict=True)) | {names[axis]: new, "taps": 4}
    inputs = {"input": list(names), "weight": [names[axis], "taps"]}
    workload = over(extents, inputs, names, "output += input * weight")
    return Part(name, workload, (("input", source), ("weight", "")), target, _NO_MULTIPLE)


def constant_of_shape(call: Call) -> Made:
    """Elements that are set without reading any but one: ConstantOfShape, Range, EyeLike, random numbers."""
    output = call.output()
    for name in list(call.node.attributes):
        call.attribute(name)
    workload = pointwise(output.shape, {"value": ()}, "output = value")
    return (Part("", workload, (("value", ""),), output.name),)
