"""Attention as ONNX Runtime has it: queries, keys and values of three axes, positions that are turned in, a past."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

from ..graph import GraphTensor
from .attention import CAUSAL, WINDOW, Heads, attention_parts, rotated
from .building import Shape, pointwise
from .calls import Call, Made, Part, Unstated
from .movement import copied

_PAST = "keys that are not yet there in the buffer of the past are counted like the others"


def heads_of(query: Shape, key: Shape, value: Shape, heads: int, own: int) -> Heads:
    """The sizes of an attention of tensors of three axes, with `own` heads of keys."""
    if heads < 1 or own < 1 or query[2] % heads or value[2] % own:
        raise Unstated(f"{query[2]} elements in {heads} heads")
    return Heads(query[0], heads, own, query[1], key[1], query[2] // heads, value[2] // own)


def multi_head_attention(call: Call) -> Made:
    """MultiHeadAttention."""
    heads = call.integer("num_heads", 1)
    causal = bool(call.integer("unidirectional", 0))
    call.number("mask_filter_value", 0.0)
    if not call.has(1) or not call.has(2) or len(call.input(0).shape) != 3 or len(call.input(1).shape) != 3:
        raise Unstated("queries, keys and values that are packed or have not three axes")
    if any(call.has(number) for number in (6, 7)) or any(map(call.makes, range(1, len(call.node.outputs)))):
        raise Unstated("keys of the past")
    given = [call.input(number) for number in range(3)]
    names, added = [item.name for item in given], list[Part]()
    if call.has(3):
        for number, item in enumerate(given):
            names[number] = call.inner(f"bias{number}")
            sum_of = pointwise(item.shape, {"a": item.shape, "b": item.shape[-1:]}, "output = a + b")
            added.append(Part(f"bias{number}", sum_of, (("a", item.name), ("b", call.input(3).name)), names[number]))
    sizes = heads_of(given[0].shape, given[1].shape, given[2].shape, heads, heads)
    sources, padding = (names[0], names[1], names[2]), padding_of(call, 4, sizes)
    return (*added, *_attended(call, sizes, sources, 5, CAUSAL if causal else "", padding))


def is_lengths(call: Call, place: int) -> bool:
    """Whether an input has the lengths of rows, or where they begin and end: it hides keys that are worked on."""
    return call.has(place) and len(call.input(place).shape) == 1


def padding_of(call: Call, place: int, sizes: Heads) -> GraphTensor | None:
    """The input that says which keys there are, by a number for each; Unstated where it says so otherwise."""
    if not call.has(place):
        return None
    found = call.input(place)
    if found.shape not in ((sizes.batch, sizes.keys), (sizes.batch, sizes.queries, sizes.keys)):
        raise Unstated("a padding of the keys without a number for each of them")
    return found


def group_query_attention(call: Call) -> Made:
    """GroupQueryAttention, which is causal: the keys of now are turned, joined to those of the past, and attended."""
    heads, own = call.integer("num_heads", 1), call.integer("kv_num_heads", 1)
    call.integer("rotary_interleaved", 0)
    if call.integer("smooth_softmax", 0) > 0 or call.has(11):
        raise Unstated("a softmax with a sink")
    query = call.input(0)
    if len(query.shape) != 3 or call.has(1) != call.has(2):
        raise Unstated("queries, keys and values have not three axes")
    given = [call.input(number) if call.has(number) else query for number in range(3)]
    if call.has(1):
        sizes = heads_of(given[0].shape, given[1].shape, given[2].shape, heads, own)
    else:
        batch, rows, width = query.shape
        if heads < 1 or own < 1 or width % (heads + 2 * own):
            raise Unstated(f"{width} elements in {heads} heads of queries and twice {own} of keys")
        depth = width // (heads + 2 * own)
        sizes = Heads(batch, heads, own, rows, rows, depth, depth)
    names, parts = [item.name for item in given], list[Part]()
    if call.integer("do_rotary", 0):
        tables = call.input(7).name, call.input(8).name
        for number, count in enumerate((sizes.heads * sizes.queries, sizes.kv_heads * sizes.keys)):
            elements = sizes.batch * count * sizes.depth
            target = call.inner(f"rotary{number}")
            parts.append(rotated(f"rotary{number}", elements, names[number], tables, target))
            names[number] = target
    note, now = CAUSAL, sizes
    for place, depth in ((1, sizes.depth), (2, sizes.value_depth)):
        new = (sizes.batch, sizes.kv_heads, now.keys, depth)
        keys, names[place], joined = _joined(call, place, names[place], new)
        parts += joined
        sizes = replace(sizes, keys=keys)
    if call.has(3) and sizes.keys == call.input(3).shape[2]:
        note = _PAST
    if call.integer("local_window_size", -1) > 0:
        note = WINDOW
    return (*parts, *_attended(call, sizes, (names[0], names[1], names[2]), 10, note))


def _joined(call: Call, place: int, source: str, new: Shape) -> tuple[int, str, list[Part]]:
    """How many keys there are with those of the past, the tensor that holds them, and the copies that make it.

    Where the past is a buffer that is as large as what is made of it, only the new rows are copied.
    """
    past = call.input(2 + place) if call.has(2 + place) else None
    target = call.node.outputs[place] if call.makes(place) else call.inner(f"all{place}")
    if past is None:
        return new[2], *((target, [copied(source, new, target, f"new{place}")]) if call.makes(place) else (source, []))
    known = call.tensors.get(target)
    keys = known.shape[2] if known is not None and len(known.shape) == 4 else past.shape[2] + new[2]
    parts = [copied(source, new, target, f"new{place}")]
    if keys > past.shape[2]:
        parts.insert(0, copied(past.name, past.shape, target, f"past{place}"))
    return keys, target, parts


def _attended(
    call: Call,
    sizes: Heads,
    sources: tuple[str, str, str],
    bias: int,
    note: str,
    padding: GraphTensor | None = None,
) -> tuple[Part, ...]:
    mask = call.input(bias) if call.has(bias) else None
    scale, softcap = call.number("scale", 0.0) or 1 / sqrt(sizes.depth), call.number("softcap", 0.0)
    target = call.output().name
    return attention_parts(
        call, sizes, sources, target, scale=scale, mask=mask, padding=padding, softcap=softcap, note=note
    )
