"""`attention:H=32,H_kv=8,L=512,D=64,causal=128`: its products, and its softmax where that is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from ..ir import MAX_EXTENT, Edge, Layer, Network, Subscript, Tensor, Term, Workload
from .batched import batched_gemm
from .sized_line import SizedLine
from .statements import parse_statement

_NAMES = ("B", "H", "H_kv", "L", "L_q", "L_k", "D", "causal", "softmax")
_MAX_BLOCKS = 256


def attention(line: SizedLine) -> Network:
    """The products of H heads of queries, of which H / H_kv share the keys and values of one; with `softmax=1` also
    the scale of the scores and the four steps of their softmax, as in models.

    Batch and heads of keys are one dimension B, and the rows of the heads that share keys stand below each other, as
    they meet the same columns. With `causal=R` the queries, which are the last L_q of the L_k positions, are computed R
    rows at a time against the keys up to their last row: two products for each such block. Raises WeftError.
    """
    written = line.numbers(_NAMES, line.behind_head, zero=("softmax",))
    given = {name: value for name, (value, _) in written.items()}
    queries, keys = (given.get(name, given.get("L")) for name in ("L_q", "L_k"))
    lacks = [name for name, value in (("L", queries and keys), ("D", given.get("D"))) if value is None]
    if lacks and "L" in lacks and (queries or keys):
        lacks[0] = "L_q" if queries is None else "L_k"
    if lacks:
        line.findings.add("W003", f"attention does not give {' and '.join(lacks)}", line.head.span)
    batch, heads = given.get("B", 1), given.get("H", 1)
    shared = given.get("H_kv", heads)
    _check_heads(line, batch, heads, shared, queries or 1)
    rows = given.get("causal")
    if rows is not None and queries and keys:
        _check_blocks(line, rows, queries, keys)
    line.findings.raise_errors()
    assert queries is not None
    assert keys is not None
    whole = given.get("softmax", 0)
    if whole > 1:
        line.findings.add("W004", f"softmax is {whole}; it is 0 or 1", written["softmax"][1])
    line.findings.raise_errors()
    blocks = [(min(rows or queries, queries - start), start) for start in range(0, queries, rows or queries)]
    layers: list[Layer] = []
    edges: list[Edge] = []
    for number, (count, start) in enumerate(blocks):
        seen = keys if rows is None else keys - queries + start + count
        stem = f"/{number}" if rows is not None else ""
        sizes = batch * shared, heads // shared * count
        layers.append(line.layer(f"{line.name}/scores{stem}", batched_gemm(*sizes, seen, given["D"])))
        if whole:
            steps = softmax_steps({"B": sizes[0], "M": sizes[1], "N": seen})
            layers += [line.layer(f"{line.name}/{name}{stem}", workload) for name, workload in steps]
            edges += [Edge(len(layers) + one - 6, len(layers) + other - 6, tensor) for one, other, tensor in _STEPS]
        edges.append(Edge(len(layers) - 1, len(layers), "input"))
        layers.append(line.layer(f"{line.name}/context{stem}", batched_gemm(*sizes, given["D"], seen)))
    return Network(line.name, tuple(layers), tuple(edges))


_STEPS = ((0, 1, "a"), (1, 2, "a"), (1, 3, "a"), (2, 3, "m"), (3, 4, "a"), (3, 5, "a"), (4, 5, "s"))
"""Who reads what of the scores, at place 0, and of the five steps behind them."""


def softmax_steps(extents: dict[str, int]) -> list[tuple[str, Workload]]:
    """The scale of scores, and the softmax of their rows: all dimensions but the last one are rows."""
    every = {name: extent for name, extent in extents.items() if extent > 1 or name != "B"}
    *rows, _ = every

    def step(text: str, output: Iterable[str], **inputs: Iterable[str]) -> Workload:
        tensors = [
            Tensor(name, tuple(Subscript((Term(axis),)) for axis in axes))
            for name, axes in (*inputs.items(), ("output", output))
        ]
        statement = parse_statement(f"output {text}")
        return Workload("AFFINE", tuple(every.items()), tuple(tensors[:-1]), tensors[-1], statement=statement)

    return [
        ("scale", step("= a * scale", every, a=every)),
        ("max", step("= max(output, a)", rows, a=every)),
        ("exp", step("= exp(a - m)", every, a=every, m=rows)),
        ("sum", step("+= a", rows, a=every)),
        ("div", step("= a / s", every, a=every, s=rows)),
    ]


def _check_heads(line: SizedLine, batch: int, heads: int, shared: int, queries: int) -> None:
    for what, size in (("B times H", batch * heads), ("H times L_q", heads * queries)):
        if size > MAX_EXTENT:
            message = f"{what} is {size}; the limit is {MAX_EXTENT} (2**31-1)"
            line.findings.add("W010", message, line.head.span)
    if heads % shared:
        message = f"H is {heads}, which is no multiple of H_kv, {shared}"
        line.findings.add("W004", message, line.head.span, hint="each head of keys serves as many heads of queries")


def _check_blocks(line: SizedLine, rows: int, queries: int, keys: int) -> None:
    if queries > keys:
        message = f"L_q is {queries}, but only {keys} keys are there: causal queries are the last of the positions"
        line.findings.add("W004", message, line.head.span)
    elif queries > rows * _MAX_BLOCKS:
        message = f"causal={rows} makes {-(-queries // rows)} blocks of queries; the limit is {_MAX_BLOCKS}"
        hint = "causal says how many rows of queries are computed at a time"
        line.findings.add("W010", message, line.head.span, hint=hint)
