"""Products of matrices, convolutions, attention and embeddings."""

from __future__ import annotations

from ...models import Attribute, GraphTensor
from ..making import Making, Refused, Rule


def _turned(making: Making, tensor: GraphTensor) -> GraphTensor:
    """A matrix with its axes exchanged, as a product reads it: nothing is moved."""
    shape = tensor.shape[::-1]
    return making.new("transposed", shape, tensor.element, constant=tensor.constant)


def _linear(making: Making) -> None:
    """A Gemm of matrices; a product, and a sum with the bias, of more axes."""
    data, weight, bias = making.tensor("input"), making.tensor("weight"), making.optional("bias")
    if len(weight.shape) != 2:
        raise Refused("a weight that is no matrix")
    if len(data.shape) == 2:
        making.node("Gemm", [data, weight, bias], transB=1)
        return
    turned = _transposed(making, weight)
    if bias is None:
        making.node("MatMul", [data, turned])
        return
    product = making.node("MatMul", [data, turned], making.new("product", making.output.shape))
    making.node("Add", [product, bias])


def _transposed(making: Making, weight: GraphTensor) -> GraphTensor:
    """A weight that is read by columns: a constant is stored so, anything else is only named anew."""
    turned = _turned(making, weight)
    if not weight.constant:
        making.node("Identity", [weight], turned)
    return turned


def _matmul(first: str, second: str) -> Rule:
    def rule(making: Making) -> None:
        making.node("MatMul", [making.tensor(first, "self", "input"), making.tensor(second, "other", "tensor")])

    return rule


def _addmm(making: Making) -> None:
    left, right = making.tensor("mat1", "batch1"), making.tensor("mat2", "batch2")
    alpha, beta = float(making.number("alpha", 1)), float(making.number("beta", 1))
    added = making.tensor("self", "input")
    if len(left.shape) == 2:
        making.node("Gemm", [left, right, added], alpha=alpha, beta=beta)
        return
    if (alpha, beta) != (1.0, 1.0):
        raise Refused("factors of a batched product and of what is added")
    product = making.node("MatMul", [left, right], making.new("product", making.output.shape))
    making.node("Add", [product, added])


def _einsum(making: Making) -> None:
    making.unread("path")
    making.node("Einsum", list(making.tensors("tensors")), equation=making.text("equation", ""))


def _convolution(making: Making) -> None:
    data, weight, bias = making.tensor("input"), making.tensor("weight"), making.optional("bias")
    rank = len(weight.shape) - 2
    if len(data.shape) != len(weight.shape):
        raise Refused("an input without a batch")
    attributes = _window(making, rank)
    if making.integer("transposed", 0) or "conv_transpose" in making.call.operator:
        attributes["output_padding"] = making.integers("output_padding", rank, 0)
        making.add(making.call.name, "ConvTranspose", [data, weight, bias], (making.output.name,), attributes)
        return
    making.unread("output_padding")
    making.add(making.call.name, "Conv", [data, weight, bias], (making.output.name,), attributes)


def _window(making: Making, rank: int) -> dict[str, Attribute]:
    found: dict[str, Attribute] = {
        "strides": making.integers("stride", rank, 1),
        "dilations": making.integers("dilation", rank, 1),
        "group": making.integer("groups", 1),
    }
    if isinstance(making.call.arguments.get("padding"), str):
        mode = making.text("padding", "valid")
        found["auto_pad"] = {"same": "SAME_UPPER", "valid": "VALID"}.get(mode, mode)
    else:
        pads = making.integers("padding", rank, 0) or ()
        found["pads"] = (*pads, *pads)
    return found


def _attention(making: Making) -> None:
    """Scaled products; three axes are one head."""
    tensors = [making.tensor(name) for name in ("query", "key", "value")]
    mask, output = making.optional("attn_mask"), making.output
    if making.number("dropout_p", 0.0) > 0:
        raise Refused("elements that are dropped at random (training)")
    making.unread("enable_gqa")
    scale = {"scale": float(making.number("scale", 1.0))} if making.has("scale") else {}
    causal = making.integer("is_causal", 0)
    rank = len(output.shape)
    if rank not in (3, 4):
        raise Refused(f"queries of {rank} axes")
    if rank == 3:
        tensors = [_with_head(making, tensor) for tensor in tensors]
    target = output if rank == 4 else making.new("heads", (output.shape[0], 1, *output.shape[1:]), output.element)
    making.add(making.call.name, "Attention", [*tensors, mask], (target.name,), {"is_causal": causal, **scale})
    if rank == 3:
        making.add(f"{making.call.name}.squeezed", "Squeeze", [target], (output.name,), {})


def _with_head(making: Making, tensor: GraphTensor) -> GraphTensor:
    shape = (tensor.shape[0], 1, *tensor.shape[1:])
    return making.node("Unsqueeze", [tensor], making.new("head", shape, tensor.element))


def _embedding(making: Making) -> None:
    making.unread("padding_idx", "scale_grad_by_freq", "sparse")
    making.node("Gather", [making.tensor("weight"), making.tensor("indices")])


def _grouped(making: Making) -> None:
    """Rows of which every group meets a matrix of its own: counted as groups of equal size."""
    rows, weights = making.tensor("self", "0", "input"), making.tensor("mat2", "1", "weight")
    making.unread(*making.call.arguments)
    groups = weights.shape[0]
    if len(rows.shape) != 2 or len(weights.shape) != 3 or rows.shape[0] % groups:
        raise Refused(f"{rows.shape[:1]} rows in {groups} groups of matrices")
    shape = (groups, rows.shape[0] // groups)
    split = making.node("Reshape", [rows], making.new("rows", (*shape, rows.shape[1]), rows.element))
    product = making.new("product", (*shape, weights.shape[2]), rows.element)
    making.add(making.call.name, "MatMul", [split, weights], (product.name,), {})
    making.add(f"{making.call.name}.rows", "Reshape", [product], (making.output.name,), {})


RULES: dict[str, Rule] = {
    "linear": _linear,
    **dict.fromkeys(("matmul", "mm", "bmm", "mv", "dot"), _matmul("self", "mat2")),
    **dict.fromkeys(("addmm", "baddbmm"), _addmm),
    "einsum": _einsum,
    **dict.fromkeys(("convolution", "_convolution", "conv1d", "conv2d", "conv3d"), _convolution),
    **dict.fromkeys(("conv_transpose1d", "conv_transpose2d", "conv_transpose3d"), _convolution),
    "scaled_dot_product_attention": _attention,
    "embedding": _embedding,
    **dict.fromkeys(("_grouped_mm", "grouped_mm"), _grouped),
}
"""By the names of `torch.ops.aten`."""
