"""What the operators of PyTorch are in the vocabulary of the graph, whole ones and those of its core alike."""

from __future__ import annotations

from ...models.refusals import BY_DATA, CONTROL, ORDERED
from ..making import Rule
from . import elementwise, movement, normalizations, products, recurrent

ATEN: dict[str, Rule] = {
    **elementwise.RULES,
    **movement.RULES,
    **normalizations.RULES,
    **products.RULES,
    **recurrent.RULES,
}
"""By their names without overload; one that ends in `_`, which changes its first argument, is that without it."""

OTHERS: dict[str, Rule] = {
    "transformers.grouped_mm_fallback": products.RULES["_grouped_mm"],
}
"""Operators of other libraries."""

REFUSED: dict[str, str] = {
    **dict.fromkeys(("topk", "sort", "argsort", "msort", "kthvalue", "median", "searchsorted", "bucketize"), ORDERED),
    **dict.fromkeys(("nonzero", "unique", "_unique2", "masked_select", "histc", "bincount", "nms"), BY_DATA),
    **dict.fromkeys(("cond", "while_loop", "scan", "map_impl", "associative_scan"), CONTROL),
    **dict.fromkeys(("grid_sampler", "grid_sampler_2d", "roi_align", "deform_conv2d"), BY_DATA),
}
"""Why operators that no workload states are left out."""


def rule_of(operator: str) -> Rule | None:
    """The rule of an operator such as `aten.relu_`; None if there is none."""
    library, _, name = operator.partition(".")
    if library != "aten":
        return OTHERS.get(operator)
    return ATEN.get(name) or ATEN.get(name.removesuffix("_"))


def reason(operator: str) -> str:
    """Why an operator without a rule is left out."""
    name = operator.rpartition(".")[2]
    return REFUSED.get(name) or REFUSED.get(name.removesuffix("_")) or "Weft does not know the operator"
