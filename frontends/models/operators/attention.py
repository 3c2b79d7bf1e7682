"""Attention: queries by keys, their softmax, and the sums of the values by it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

from ..graph import GraphTensor
from .building import Shape, pointwise
from .calls import Call, Made, Part, Unstated, View
from .movement import copied
from .products import product_workload
from .reductions import softmax_parts

_BEHIND = 3
CAUSAL = "causal: scores above the diagonal are counted like the others"
WINDOW = "scores outside of the window, or behind the rows that are not padding, are counted like the others"


@dataclass(frozen=True, slots=True)
class Heads:
    """The sizes of an attention: images, heads of queries and of keys, rows of both, elements of keys and values."""

    batch: int
    heads: int
    kv_heads: int
    queries: int
    keys: int
    depth: int
    value_depth: int

    def __post_init__(self) -> None:
        if self.kv_heads < 1 or self.heads % self.kv_heads:
            raise Unstated(f"{self.heads} heads of queries over {self.kv_heads} of keys")


def attention(call: Call) -> Made:
    """Attention of operator set 23, of three or four axes, with groups of queries over one head of keys."""
    query, key, value, output = call.input(0), call.input(1), call.input(2), call.output()
    call.integer("softmax_precision", 0)
    # The last output has the scores as they are before the softmax, or behind it.
    shown = call.inner("softmax" if call.integer("qk_matmul_output_mode", 0) == _BEHIND else "scale")
    scores = (View(call.node.outputs[3], shown),) if call.makes(3) else ()
    sizes = _heads(call, query, key, value)
    joined: list[Part | View] = []
    names = [query.name, key.name, value.name]
    for place, (item, past) in enumerate(((key, 4), (value, 5)), 1):
        if call.has(past):
            target = call.output(place).name if call.makes(place) else call.inner(f"all{place}")
            joined += [
                copied(part.name, part.shape, target, f"{name}{place}")
                for name, part in (("past", call.input(past)), ("new", item))
            ]
            names[place] = target
        elif call.makes(place):
            joined.append(View(call.output(place).name, item.name))
    if call.has(4):
        sizes = replace(sizes, keys=sizes.keys + call.input(4).shape[2])
    mask = call.input(3) if call.has(3) else None
    scale = call.number("scale", 1 / sqrt(sizes.depth))
    softcap = call.number("softcap", 0.0)
    note = CAUSAL if call.integer("is_causal", 0) else ""
    if max(call.integer(f"{side}_window_size", -1) for side in ("left", "right")) >= 0 or call.has(6):
        note = WINDOW
    sources = names[0], names[1], names[2]
    parts = attention_parts(call, sizes, sources, output.name, scale=scale, mask=mask, softcap=softcap, note=note)
    return (*joined, *parts, *scores)


def _heads(call: Call, query: GraphTensor, key: GraphTensor, value: GraphTensor) -> Heads:
    own, other = call.integer("q_num_heads", 0), call.integer("kv_num_heads", 0)
    if not len(query.shape) == len(key.shape) == len(value.shape):
        raise Unstated("queries, keys and values have not as many axes")
    if len(query.shape) == 4:
        batch, heads, rows, depth = query.shape
        return Heads(batch, heads, key.shape[1], rows, key.shape[2], depth, value.shape[3])
    if len(query.shape) != 3 or own < 1 or other < 1:
        raise Unstated("queries of neither four axes nor three with the numbers of heads")
    batch, rows, width = query.shape
    return Heads(batch, own, other, rows, key.shape[1], width // own, value.shape[2] // other)


HIDDEN = -10000.0
"""What is added to the scores of keys that are masked out, unless a model says otherwise: it changes no count."""


def attention_parts(
    call: Call,
    sizes: Heads,
    sources: tuple[str, str, str],
    target: str,
    *,
    scale: float,
    mask: GraphTensor | None = None,
    padding: GraphTensor | None = None,
    softcap: float = 0.0,
    note: str = "",
) -> tuple[Part, ...]:
    """The layers of an attention: scores, their scale and mask, softmax, and the values by it; `note` is of the scores.

    A mask of fewer keys than there are is as if it had all: the others are masked out. A `padding` has a number for
    every key, for each query or for all: keys with 0 are masked out by what is added to their scores.
    """
    groups = sizes.heads // sizes.kv_heads
    front, shared = (sizes.batch, sizes.kv_heads, groups), (sizes.batch, sizes.kv_heads, 1)
    scores = product_workload((*front, sizes.queries, sizes.depth), (*shared, sizes.depth, sizes.keys))
    context = product_workload((*front, sizes.queries, sizes.keys), (*shared, sizes.keys, sizes.value_depth))
    shape = (sizes.batch, sizes.heads, sizes.queries, sizes.keys)
    raw, scaled, weights = call.inner("scores"), call.inner("scale"), call.inner("softmax")
    text, reads = f"a * {scale!r}", [("a", raw)]
    operands: dict[str, Shape] = {"a": shape}
    if softcap:
        text = f"{softcap!r} * tanh({text} / {softcap!r})"
    if mask is not None:
        width = mask.shape[-1:] if mask.shape[-1:] == (1,) else (sizes.keys,)
        text, operands["m"] = f"{text} + m", (*mask.shape[:-1], *width)
        reads.append(("m", mask.name))
    hidden: tuple[Part, ...] = ()
    if padding is not None:
        hides = pointwise(padding.shape, {"k": padding.shape}, f"output = where(equal(k, 0), {HIDDEN!r}, 0)")
        hidden = (Part("padding", hides, (("k", padding.name),), call.inner("padding")),)
        text, operands["p"] = f"{text} + p", (sizes.batch, 1, *([1] * (3 - len(padding.shape))), *padding.shape[1:])
        reads.append(("p", call.inner("padding")))
    return (
        *hidden,
        Part("scores", scores, (("input", sources[0]), ("filter", sources[1])), raw, note),
        Part("scale", pointwise(shape, operands, f"output = {text}"), tuple(reads), scaled),
        *softmax_parts(call, scaled, shape, (3,), weights),
        Part("context", context, (("input", weights), ("filter", sources[2])), target),
    )


def rotary_embedding(call: Call) -> Made:
    """RotaryEmbedding: every element times a cosine, and its partner times a sine."""
    data, cosine, sine, output = call.input(0), call.input(1), call.input(2), call.output()
    for name in ("interleaved", "rotary_embedding_dim", "num_heads"):
        call.integer(name, 0)
    if len(data.shape) not in (3, 4):
        raise Unstated(f"a tensor of {len(data.shape)} axes")
    tables = cosine.name, sine.name
    return (rotated("", data.elements, data.name, tables, output.name),)


def rotated(name: str, elements: int, source: str, tables: tuple[str, str], target: str) -> Part:
    """Every element times a cosine, and its partner times a sine."""
    shape = (elements,)
    workload = pointwise(shape, {"a": shape, "b": shape, "c": shape, "s": shape}, "output = a * c + b * s")
    reads = (("a", source), ("b", source), ("c", tables[0]), ("s", tables[1]))
    return Part(name, workload, reads, target, "the partner of every element is read a second time")
