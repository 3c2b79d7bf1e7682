"""Operators of ONNX Runtime (`com.microsoft`), as its optimizer and its quantizer write them."""

from __future__ import annotations

from math import sqrt

from ..graph import GraphTensor
from .attention import CAUSAL, attention_parts
from .attention_runtime import group_query_attention, heads_of, is_lengths, multi_head_attention, padding_of
from .building import Shape, pointwise
from .calls import Call, Made, Part, Rule, Unstated, View
from .convolutions import Slide, convolution
from .elementwise import GELU, GELU_BY_TANH, with_operand
from .movement import copied
from .normalizations import centred_parts, spread_parts
from .pooling import windows
from .products import gemm, product_workload
from .quantized import clipped, shifted, zero_point

_ACTIVATIONS = {
    "Relu": "max(a, 0)",
    "Tanh": "tanh(a)",
    "Sigmoid": "sigmoid(a)",
    "HardSigmoid": "max(0, min(1, 0.2 * a + 0.5))",
    "LeakyRelu": "where(less(a, 0), 0.01 * a, a)",
    "Clip": "max(low, min(high, a))",
}


def _activated(rule: Rule) -> Rule:
    """The rule of an operator with an activation behind it."""

    def both(call: Call) -> Made:
        name = call.text("activation", "")
        for other in ("activation_params", "activation_alpha", "activation_beta", "activation_gamma"):
            call.attribute(other)
        text = _ACTIVATIONS.get(name)
        if text is None:
            raise Unstated(f"attribute 'activation' is '{name}'")
        *first, last = (item for item in rule(call) if isinstance(item, Part))
        output, inner = call.output(), call.inner("activated")
        workload = pointwise(output.shape, {"a": output.shape}, f"output = {text}")
        made = Part(last.name, last.workload, last.reads, inner, last.note)
        return (*first, made, Part("activation", workload, (("a", inner),), output.name))

    return both


def fused_matmul(call: Call) -> Made:
    """FusedMatMul: a product of matrices that may be turned, times a factor."""
    left, right, output = call.input(0), call.input(1), call.output()
    if call.integer("transBatchA", 0) or call.integer("transBatchB", 0):
        raise Unstated("batches that are turned")
    shapes = [_turned(left.shape, call.integer("transA", 0)), _turned(right.shape, call.integer("transB", 0))]
    product, alpha = product_workload(*shapes), call.number("alpha", 1.0)
    reads = (("input", left.name), ("filter", right.name))
    if alpha == 1:
        return (Part("", product, reads, output.name),)
    inner = call.inner("product")
    scaled = pointwise(output.shape, {"a": output.shape}, f"output = {alpha!r} * a")
    return (Part("", product, reads, inner), Part("scale", scaled, (("a", inner),), output.name))


def _turned(shape: Shape, turns: int) -> Shape:
    return (*shape[:-2], shape[-1], shape[-2]) if turns else shape


def matmul_of_bits(call: Call) -> Made:
    """MatMulNBits: a product with weights of few bits, which are unpacked on the way."""
    data, weight, output = call.input(0), call.input(1), call.output()
    for name in ("bits", "block_size", "accuracy_level"):
        call.integer(name, 0)
    columns, rows = call.integer("N", 0), call.integer("K", 0)
    product = product_workload(data.shape, (rows, columns))
    note = "the weights are unpacked on the way, which is not counted"
    return (Part("", product, (("input", data.name), ("filter", weight.name)), output.name, note),)


def biased_gelu(call: Call) -> Made:
    """BiasGelu and FastGelu: Gelu of a sum, exact or by tanh."""
    text = GELU_BY_TANH if call.node.operator.endswith("FastGelu") else GELU
    data, output = call.input(0), call.output()
    operands, reads = {"a": data.shape}, [("a", data.name)]
    if call.has(1):
        text = with_operand(text, "a", "(a + b)")
        operands["b"] = call.input(1).shape
        reads.append(("b", call.input(1).name))
    return (Part("", pointwise(output.shape, operands, f"output = {text}"), tuple(reads), output.name),)


def quick_gelu(call: Call) -> Made:
    """QuickGelu."""
    data, alpha = call.input(0), call.number("alpha", 1.702)
    workload = pointwise(data.shape, {"a": data.shape}, f"output = a * sigmoid({alpha!r} * a)")
    return (Part("", workload, (("a", data.name),), call.output().name),)


def skip_normalization(call: Call) -> Made:
    """SkipLayerNormalization and SkipSimplifiedLayerNormalization: of a sum, which may be an output too."""
    simple = call.node.operator.endswith("SkipSimplifiedLayerNormalization")
    data, skip, output = call.input(0), call.input(1), call.output()
    if call.makes(1) or call.makes(2):
        raise Unstated("the mean and the deviation as outputs")
    shape = data.shape
    total = call.output(3).name if call.makes(3) else call.inner("sum of both")
    operands, reads, text = {"a": shape, "b": skip.shape}, [("a", data.name), ("b", skip.name)], "a + b"
    # Behind the factors stand the shifts, which a simple one has not, and a bias of the sum.
    place = 3 if simple else 4
    if call.has(place):
        operands["c"] = call.input(place).shape
        reads.append(("c", call.input(place).name))
        text += " + c"
    scale = call.input(2).name, call.input(2).shape
    shift = (call.input(3).name, call.input(3).shape) if not simple and call.has(3) else None
    epsilon, axes = call.number("epsilon", 1e-12), (len(shape) - 1,)
    rest = spread_parts if simple else centred_parts
    return (
        Part("add", pointwise(shape, operands, f"output = {text}"), tuple(reads), total),
        *rest(call, total, shape, axes, epsilon, (scale, shift), output.name),
    )


def packed_attention(call: Call) -> Made:
    """Attention: queries, keys and values by one product, then the attention of its heads."""
    data, weight, output = call.input(0), call.input(1), call.output()
    heads, causal = call.integer("num_heads", 1), bool(call.integer("unidirectional", 0))
    for name in ("mask_filter_value", "scale"):
        call.number(name, 0.0)
    if call.integers("qkv_hidden_sizes") or call.integer("do_rotary", 0) or call.has(4) or call.makes(1):
        raise Unstated("keys of the past, heads of several sizes, or positions that are turned in")
    width = weight.shape[1] // 3
    batch, rows = data.shape[:2]
    inner = call.inner("projected")
    product = product_workload(data.shape, weight.shape)
    sizes = heads_of((batch, rows, width), (batch, rows, width), (batch, rows, width), heads, heads)
    mask, note = call.input(5) if call.has(5) else None, CAUSAL if causal else ""
    sources = inner, inner, inner
    scale, padding = 1 / sqrt(sizes.depth), None if is_lengths(call, 3) else padding_of(call, 3, sizes)
    parts = attention_parts(call, sizes, sources, output.name, scale=scale, mask=mask, padding=padding, note=note)
    return (Part("project", product, (("input", data.name), ("filter", weight.name)), inner), *parts)


def quantized_pair(call: Call) -> Made:
    """QLinearAdd and QLinearMul: of both operands less their zero points, quantized anew."""
    left, right, output = call.input(0), call.input(3), call.output()
    sign = "+" if call.node.operator.endswith("Add") else "*"
    value = f"(a - a_zero) * a_scale {sign} (b - b_zero) * b_scale"
    text = clipped(f"round(({value}) / scale) + zero", output.element)
    workload = pointwise(output.shape, {"a": left.shape, "b": right.shape}, f"output = {text}")
    return (Part("", workload, (("a", left.name), ("b", right.name)), output.name),)


def quantized_mean(call: Call) -> Made:
    """QLinearGlobalAveragePool: sums of channels, quantized anew."""
    data, output = call.input(0), call.output()
    if call.integer("channels_last", 0):
        raise Unstated("attribute 'channels_last' is 1")
    inner, found = call.inner("sum"), [Slide(extent, 1, extent) for extent in data.shape[2:]]
    text = clipped("round(a * scale) + zero", output.element)
    return (
        Part("", windows(data.shape[:2], found, "output += input"), (("input", data.name),), inner),
        Part(
            "quantize", pointwise(output.shape, {"a": output.shape}, f"output = {text}"), (("a", inner),), output.name
        ),
    )


def quantized_gemm(call: Call) -> Made:
    """QGemm: a product of elements less their zero points, and its sums quantized anew."""
    left, right, output = call.input(0), call.input(3), call.output()
    call.number("alpha", 1.0)
    shapes = [_turned(left.shape, call.integer("transA", 0)), _turned(right.shape, call.integer("transB", 0))]
    product = shifted(product_workload(*shapes), zero_point(call, 2), zero_point(call, 5))
    inner, text = call.inner("sums"), clipped("round(a * scale) + zero", output.element)
    return (
        Part("", product, (("input", left.name), ("filter", right.name)), inner),
        Part(
            "quantize", pointwise(output.shape, {"a": output.shape}, f"output = {text}"), (("a", inner),), output.name
        ),
    )


def quantized_concat(call: Call) -> Made:
    """QLinearConcat: a copy of every input, to which the new scale is given."""
    call.integer("axis", 0)
    output, inputs = call.output(), call.inputs()[2::3]
    return tuple(_requantized(item, output, number) for number, item in enumerate(inputs))


def _requantized(item: GraphTensor, output: GraphTensor, number: int) -> Part:
    text = clipped("round((a - a_zero) * a_scale / scale) + zero", output.element)
    workload = pointwise(item.shape, {"a": item.shape}, f"output = {text}")
    return Part(str(number), workload, (("a", item.name),), output.name)


def embedded(call: Call) -> Made:
    """EmbedLayerNormalization: rows of words, places and segments, their sum, and its normalization."""
    ids, output = call.input(0), call.output()
    if call.makes(2):
        raise Unstated("the sum as an output")
    call.integer("mask_index_type", 0)
    shape = (*ids.shape, call.input(2).shape[1])
    parts, tables = list[Part](), [number for number in (2, 3, 4) if call.has(number)]
    note = "which rows are read depends on the data"
    for number in tables:
        table = call.input(number)
        parts.append(copied(table.name, shape, call.inner(f"rows{number}"), f"rows{number}", note))
    sides = "abc"[: len(tables)]
    text, operands = " + ".join(sides), dict.fromkeys(sides, shape)
    reads = tuple((side, call.inner(f"rows{number}")) for side, number in zip(sides, tables, strict=True))
    total = call.inner("embedding")
    parts.append(Part("add", pointwise(shape, operands, f"output = {text}"), reads, total))
    scale = tuple((call.input(number).name, call.input(number).shape) for number in (5, 6))
    epsilon = call.number("epsilon", 1e-12)
    rest = centred_parts(call, total, shape, (len(shape) - 1,), epsilon, (scale[0], scale[1]), output.name)
    mask = (View(call.node.outputs[1], ""),) if call.makes(1) else ()
    return (*parts, *rest, *mask)


_RULES: dict[str, Rule] = {
    "Attention": packed_attention,
    "BiasGelu": biased_gelu,
    "EmbedLayerNormalization": embedded,
    "FastGelu": biased_gelu,
    "FusedConv": _activated(convolution),
    "FusedGemm": _activated(gemm),
    "FusedMatMul": fused_matmul,
    "Gelu": biased_gelu,
    "GroupQueryAttention": group_query_attention,
    "MatMulNBits": matmul_of_bits,
    "MultiHeadAttention": multi_head_attention,
    "QGemm": quantized_gemm,
    "QLinearAdd": quantized_pair,
    "QLinearConcat": quantized_concat,
    "QLinearGlobalAveragePool": quantized_mean,
    "QLinearMul": quantized_pair,
    "QuickGelu": quick_gelu,
    "SkipLayerNormalization": skip_normalization,
    "SkipSimplifiedLayerNormalization": skip_normalization,
}

MICROSOFT = {f"com.microsoft.{name}": rule for name, rule in _RULES.items()}
"""The rules by the operators' names in a graph."""
