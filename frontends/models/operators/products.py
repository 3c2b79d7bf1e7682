"""Products of matrices and of tensors: GEMM, and AFFINE where there are batches or more axes."""

from __future__ import annotations

from itertools import zip_longest
from math import prod

from ....ir import Workload, operator_workload
from .building import Shape, over, pointwise
from .calls import Call, Made, Part, Unstated


def matmul(call: Call) -> Made:
    """MatMul, as NumPy's."""
    left, right, output = call.input(0), call.input(1), call.output()
    workload = product_workload(left.shape, right.shape)
    return (Part("", workload, (("input", left.name), ("filter", right.name)), output.name),)


def product_workload(left: Shape, right: Shape) -> Workload:
    """The product of (…, m, k) by (…, k, n): rows of all batches are one M where the right side has none."""
    left = left if len(left) > 1 else (1, *left)
    right = right if len(right) > 1 else (*right, 1)
    if not left[-1:] or not right[-2:] or left[-1] != right[-2]:
        raise Unstated(f"rows of {left[-1:]} and columns of {right[-2:-1]} elements do not fit")
    front, back = left[:-2], right[:-2]
    if prod(back) == 1:
        return operator_workload("GEMM", {"M": prod(left[:-1]), "N": right[-1], "K": left[-1]})
    batches = _batches(front, back)
    sizes = {"M": left[-2], "N": right[-1], "K": left[-1]}
    extents = {name: size for name, size, _, _ in batches} | sizes
    first, second = ([name for name, _, *sides in batches if sides[side]] for side in (0, 1))
    return over(
        extents,
        {"input": [*first, "M", "K"], "filter": [*second, "K", "N"]},
        [*(name for name, *_ in batches), "M", "N"],
        None,
    )


def _batches(front: Shape, back: Shape) -> list[tuple[str, int, bool, bool]]:
    """The batch dimensions with their extents and which side has them; neighbours with the same sides are one."""
    found: list[tuple[int, bool, bool]] = []
    for own, other in reversed(list(zip_longest(reversed(front), reversed(back), fillvalue=1))):
        if own != other and 1 not in (own, other):
            raise Unstated(f"batches of {own} and of {other} do not fit")
        sides = own != 1, other != 1
        if not any(sides):
            continue
        if found and found[-1][1:] == sides:
            found[-1] = found[-1][0] * max(own, other), *sides
        else:
            found.append((max(own, other), *sides))
    names = ["B"] if len(found) == 1 else [f"B{number}" for number in range(len(found))]
    return [(name, *item) for name, item in zip(names, found, strict=True)]


def gemm(call: Call) -> Made:
    """Gemm: a product; a row that is added is where its sums start, anything else is a layer of its own."""
    left, right, output = call.input(0), call.input(1), call.output()
    rows, columns = left.shape, right.shape
    if len(rows) != 2 or len(columns) != 2:
        raise Unstated("Gemm of what are no matrices")
    rows = rows[::-1] if call.integer("transA", 0) else rows
    columns = columns[::-1] if call.integer("transB", 0) else columns
    alpha, beta = call.number("alpha", 1.0), call.number("beta", 1.0)
    reads = (("input", left.name), ("filter", right.name))
    product = product_workload(rows, columns)
    added = call.input(2) if call.has(2) and beta else None
    is_bias = added is None or (bool(added.shape) and (beta == 1 and added.elements == added.shape[-1]))
    if alpha == 1 and is_bias:
        return (Part("", product, reads, output.name),)
    value = "a" if alpha == 1 else f"{alpha!r} * a"
    operands, sources = {"a": output.shape}, [("a", call.inner("product"))]
    if added is not None:
        value += " + b" if beta == 1 else f" + {beta!r} * b"
        operands["b"] = added.shape
        sources.append(("b", added.name))
    last = pointwise(output.shape, operands, f"output = {value}")
    return (
        Part("", product, reads, call.inner("product")),
        Part("sum", last, tuple(sources), output.name),
    )
