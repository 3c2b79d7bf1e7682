"""Operators that move elements, that only name them anew, or that set them."""

from __future__ import annotations

from math import prod

from ...models import Attribute, GraphTensor
from ..making import Making, Refused, Rule


def _view(operator: str) -> Rule:
    """Another name for the first argument; whatever else is given changes shapes and types alone."""

    def rule(making: Making) -> None:
        making.unread(*making.call.arguments)
        making.node(operator, [making.tensor("self", "input", "x")])

    return rule


def _permuted(making: Making) -> None:
    data = making.tensor("self", "input")
    making.node("Transpose", [data], perm=_order(making, len(data.shape)))


def _order(making: Making, rank: int) -> tuple[int, ...]:
    """Which axes of the first argument those of the result are."""
    operator = making.call.operator.removeprefix("aten.").removesuffix("_")
    order = list(range(rank))
    if operator == "permute":
        return tuple(making.axis(item, rank) for item in making.integers("dims") or ())
    if operator in ("movedim", "moveaxis"):
        sources, targets = (
            [making.axis(item, rank) for item in making.integers(name) or ()] for name in ("source", "destination")
        )
        order = [axis for axis in order if axis not in sources]
        for target, source in sorted(zip(targets, sources, strict=True)):
            order.insert(target, source)
    elif operator in ("t", "numpy_T"):
        order.reverse()
    else:
        names = _SWAPPED.get(operator)
        first, second = (making.axis(making.integer(name, 0), rank) for name in names) if names else (-2, -1)
        if rank > 1:
            order[first], order[second] = order[second], order[first]
    return tuple(order)


_SWAPPED = {
    **dict.fromkeys(("transpose", "swapdims"), ("dim0", "dim1")),
    "swapaxes": ("axis0", "axis1"),
}
"""The arguments that name two axes that change their places."""
_PERMUTED = (
    *("permute", "movedim", "moveaxis", "t", "numpy_T", *_SWAPPED),
    # These turn matrices, whatever axes are before.
    *("adjoint", "mT", "mH", "matrix_H"),
)


def _concatenated(making: Making) -> None:
    making.unread("axis")
    making.node("Concat", list(making.tensors("tensors")), axis=making.integer("dim", 0))


def _stacked(making: Making) -> None:
    output = making.output
    axis = making.axis(making.integer("dim", 0), len(output.shape))
    shape = (*output.shape[:axis], 1, *output.shape[axis + 1 :])
    sides: list[GraphTensor | None] = []
    for item in making.tensors("tensors"):
        sides.append(making.node("Unsqueeze", [item], making.new("slice", shape, item.element)))
    making.node("Concat", sides, axis=axis)


def _split(making: Making) -> None:
    making.unread("split_size", "split_sizes", "chunks", "sections", "indices")
    data = making.tensor("self")
    making.add(making.call.name, "Split", [data], making.call.outputs, {"axis": making.integer("dim", 0)})


def _slice(making: Making) -> None:
    making.unread("dim", "start", "end", "step", "length")
    making.node("Slice", [making.tensor("self")])


def _parts(making: Making) -> None:
    """Parts of a tensor that may lie over each other: every element of the result is a copy of one."""
    making.unread(*making.call.arguments)
    making.node("Slice", [making.tensor("self")])


def _strided(making: Making) -> None:
    """Elements at steps through the storage: those of a tensor in their order, or a copy of each."""
    data, output = making.tensor("self"), making.output
    strides, offset = making.integers("stride") or (), making.integer("storage_offset", 0)
    making.unread("size")
    steps = tuple(prod(output.shape[axis + 1 :]) for axis in range(len(output.shape)))
    if strides == steps and not offset and output.elements == data.elements:
        making.node("Reshape", [data])
    else:
        making.node("GatherND", [data, making.constant((), (0,))])


def _select(making: Making) -> None:
    data = making.tensor("self")
    place = making.constant((making.integer("index", 0),), ())
    making.node("Gather", [data, place], axis=making.integer("dim", 0))


def _expand(making: Making) -> None:
    making.unread("size", "implicit", "other")
    making.node("Expand", [making.tensor("self")])


def _tile(making: Making) -> None:
    data, output = making.tensor("self"), making.output
    making.unread("repeats", "dims")
    shape = (1,) * (len(output.shape) - len(data.shape)) + data.shape
    whole = making.node("Reshape", [data], making.new("axes", shape, data.element))
    making.node("Tile", [whole])


def _rearranged(operator: str) -> Rule:
    def rule(making: Making) -> None:
        making.unread(*making.call.arguments)
        making.node(operator, [making.tensor("self")])

    return rule


def _gather(operator: str) -> Rule:
    def rule(making: Making) -> None:
        making.unread("sparse_grad")
        making.node(operator, [making.tensor("self"), making.tensor("index")], axis=making.integer("dim", 0))

    return rule


def _index(making: Making) -> None:
    """Elements at places that are tensors, one for each of some axes."""
    places = making.tensors("indices")
    if not places:
        raise Refused("no places")
    making.node("GatherND", [making.tensor("self"), places[0]])


def _index_put(making: Making) -> None:
    places = making.tensors("indices")
    making.unread("unsafe")
    if not places:
        raise Refused("no places")
    reduction = "add" if making.integer("accumulate", 0) else "none"
    making.node("ScatterND", [making.tensor("self"), places[0], making.tensor("values")], reduction=reduction)


_JOINS = {"": "none", "add": "add", "multiply": "mul"}
"""What `reduce` says of updates, as ONNX calls it."""


def _scattered(making: Making) -> None:
    """Elements of one tensor at places of another: a copy of both, or what `reduce` makes of them."""
    data, source = making.tensor("self", "input"), making.tensor("src", "source", "value", "values")
    reduce = making.text("reduce", "add" if "add" in making.call.operator else "")
    if reduce not in _JOINS:
        raise Refused(f"argument 'reduce' is '{reduce}'")
    if making.number("alpha", 1) != 1:
        raise Refused("argument 'alpha' is not 1")
    attributes: dict[str, Attribute] = {"reduction": _JOINS[reduce]}
    making.unread("dim", "start", "end", "step")
    place = making.optional("index") or making.constant((0,), ())
    making.add(making.call.name, "ScatterElements", [data, place, source], (making.output.name,), attributes)


def _copied(making: Making) -> None:
    """`copy_` into a tensor, or a part of one: every element of it is set."""
    making.unread("self", "non_blocking")
    source, target = making.tensor("src", "source"), making.output
    making.add(making.call.name, "Copy", [source], (target.name,), {})


def _filled(making: Making) -> None:
    """`zero_` and `fill_`: every element is set, none is read."""
    making.unread(*making.call.arguments)
    making.node("ConstantOfShape", [])


def _drawn(making: Making) -> None:
    """Elements that are drawn at random: set, without reading any."""
    making.unread(*making.call.arguments)
    making.node("RandomUniform", [])


def _pad(making: Making) -> None:
    """Padding is said from the last axis on; without a batch there may be fewer axes."""
    data = making.tensor("self", "input")
    mode = making.text("mode", "constant")
    for name, own in (("reflection", "reflect"), ("replication", "edge")):
        mode = own if name in making.call.operator else mode
    given = making.integers("pad") or making.integers("padding") or ()
    making.unread("value", "padding")
    if len(given) % 2 or len(given) > 2 * len(data.shape):
        raise Refused(f"padding {given} of {len(data.shape)} axes")
    pairs = [(given[at], given[at + 1]) for at in range(0, len(given), 2)]
    pairs = [(0, 0)] * (len(data.shape) - len(pairs)) + pairs[::-1]
    pads = tuple(pair[0] for pair in pairs) + tuple(pair[1] for pair in pairs)
    names = {"replicate": "edge", "circular": "wrap"}
    making.node("Pad", [data], pads=pads, mode=names.get(mode, mode))


def _resized(making: Making) -> None:
    kind = making.call.operator.removeprefix("aten.").removeprefix("_")
    mode = next(
        (own for name, own in (("nearest", "nearest"), ("linear", "linear"), ("cubic", "cubic")) if name in kind)
    )
    making.unread(*making.call.arguments)
    given = making.call.arguments
    factors = given.get("scale_factors") or tuple(given.get(f"scales{axis}") for axis in ("", "_d", "_h", "_w"))
    listed = factors if isinstance(factors, tuple) else ()
    scales = tuple(float(item) for item in listed if isinstance(item, int | float))
    making.node("Resize", [making.tensor("self", "input")], mode=mode, scales=scales or None)


def _shuffled(operator: str, factor: str) -> Rule:
    def rule(making: Making) -> None:
        making.node(operator, [making.tensor("self")], blocksize=making.integer(factor, 1))

    return rule


def _constant(making: Making) -> None:
    """Elements that are set before anything runs."""
    making.unread(*making.call.arguments)
    for name in making.call.outputs:
        if name:
            found = making.known(name)
            making.made.tensors[name] = GraphTensor(name, found.shape, found.element, constant=True)


def _nothing(making: Making) -> None:
    """Checks, which make nothing."""


_VIEWS = {
    **dict.fromkeys(
        ("view", "reshape", "_unsafe_view", "_reshape_alias", "view_as", "unflatten", "reshape_as"), "Reshape"
    ),
    **dict.fromkeys(("alias", "contiguous", "clone", "detach", "lift_fresh_copy", "lift_fresh"), "Identity"),
    **dict.fromkeys(
        ("dropout", "feature_dropout", "alpha_dropout", "native_dropout", "real", "view_as_real"), "Identity"
    ),
    **dict.fromkeys(("to", "_to_copy", "type_as", "float", "half", "bfloat16", "_to_cpu"), "Cast"),
    **{"flatten": "Flatten", "squeeze": "Squeeze", "unsqueeze": "Unsqueeze", "atleast_1d": "Identity"},
}
_SET = (
    *("zeros", "ones", "full", "empty", "arange", "linspace", "eye", "scalar_tensor", "tril_indices", "triu_indices"),
    *("zeros_like", "ones_like", "full_like", "empty_like", "new_zeros", "new_ones", "new_full", "new_empty"),
    *("empty_strided", "new_empty_strided", "empty_permuted"),
)
_CHECKS = (
    *("_assert_tensor_metadata", "_assert_async", "_assert_scalar", "sym_size", "sym_constrain_range_for_size"),
    "sym_constrain_range",
)

ALIASES = frozenset(
    (
        *("view", "reshape", "_reshape_alias", "view_as", "unflatten", "reshape_as", "flatten", "squeeze", "unsqueeze"),
        *("alias", "contiguous", "detach", "lift_fresh", "real", "view_as_real", "to", "type_as", "atleast_1d"),
        *(*_PERMUTED, "slice", "narrow", "select"),
        *("split", "split_with_sizes", "chunk", "tensor_split", "unbind", "unfold", "diagonal", "as_strided"),
        *("expand", "expand_as", "broadcast_to", "_unsafe_view"),
    )
)
"""Operators of `aten` whose results are, or may be, other names for elements of their first argument."""
SETTING = frozenset(f"aten.{name}_" for name in ("copy", "fill", "zero", "uniform", "normal"))
"""Operators that set every element of their first argument and read none of it."""

RULES: dict[str, Rule] = {
    **{name: _view(operator) for name, operator in _VIEWS.items()},
    **dict.fromkeys(_PERMUTED, _permuted),
    **dict.fromkeys(("cat", "concat", "concatenate"), _concatenated),
    "stack": _stacked,
    **dict.fromkeys(
        ("split", "split_with_sizes", "chunk", "tensor_split", "unbind", "unsafe_split", "split_copy"), _split
    ),
    **dict.fromkeys(("slice", "narrow", "slice_copy"), _slice),
    **dict.fromkeys(("select", "select_copy"), _select),
    **dict.fromkeys(("unfold", "im2col", "diagonal", "diag_embed"), _parts),
    "as_strided": _strided,
    **dict.fromkeys(("expand", "expand_as", "broadcast_to"), _expand),
    **dict.fromkeys(("repeat", "tile"), _tile),
    **dict.fromkeys(("flip", "roll"), _rearranged("ReverseSequence")),
    **dict.fromkeys(("tril", "triu"), _rearranged("Trilu")),
    "index_select": _gather("Gather"),
    "gather": _gather("GatherElements"),
    "index": _index,
    **dict.fromkeys(("index_put", "_unsafe_index_put"), _index_put),
    **dict.fromkeys(
        ("scatter", "scatter_add", "index_add", "index_copy", "slice_scatter", "select_scatter"), _scattered
    ),
    "copy": _copied,
    **dict.fromkeys(("zero", "fill"), _filled),
    **dict.fromkeys(("rand", "randn", "rand_like", "randn_like", "randint", "randperm", "bernoulli"), _drawn),
    **dict.fromkeys(("multinomial", "normal", "uniform"), _drawn),
    **dict.fromkeys(("pad", "constant_pad_nd"), _pad),
    **{f"{kind}_pad{rank}d": _pad for kind in ("reflection", "replication") for rank in (1, 2, 3)},
    **{f"upsample_{kind}": _resized for kind in ("nearest1d", "nearest2d", "nearest3d", "linear1d")},
    **{f"upsample_{kind}": _resized for kind in ("bilinear2d", "bicubic2d", "trilinear3d")},
    **{f"_upsample_{kind}": _resized for kind in ("nearest_exact2d", "bilinear2d_aa", "bicubic2d_aa")},
    "pixel_shuffle": _shuffled("DepthToSpace", "upscale_factor"),
    "pixel_unshuffle": _shuffled("SpaceToDepth", "downscale_factor"),
    **dict.fromkeys(_SET, _constant),
    **dict.fromkeys(_CHECKS, _nothing),
}
"""By the names of `torch.ops.aten`."""
