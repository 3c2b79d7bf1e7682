"""The field's operators as workloads, with MAESTRO's tensor names and coupling."""

from __future__ import annotations

from collections.abc import Mapping

from .workload import LARGEST, Index, Subscript, Tensor, Term, Workload

OPERATORS: tuple[str, ...] = ("CONV", "DSCONV", "NGCONV", "TRCONV", "GEMM", "FC", "POOL")
"""Operators that `operator_workload` builds; any other workload is `AFFINE`."""

_CONVOLUTIONS: dict[str, tuple[str, str, str]] = {
    # operator: dimensions, then the axes of filter and output; the input follows from them
    "CONV": ("N K C", "K C", "N K"),
    "TRCONV": ("N K C", "K C", "N K"),
    "FC": ("N K C", "K C", "N K"),
    "DSCONV": ("N K C", "K C", "N K C"),
    "NGCONV": ("N G K C", "G K C", "N G K"),
    "POOL": ("N C", "", "N C"),
}
_INPUT_CHANNELS = {"CONV": "N C", "TRCONV": "N C", "FC": "N C", "DSCONV": "N C", "NGCONV": "N G C", "POOL": "N C"}


def operator_dimensions(operator: str) -> tuple[str, ...]:
    """The dimensions of an operator in Weft's order, reductions over a window last."""
    if operator == "GEMM":
        return ("M", "N", "K")
    return (*_CONVOLUTIONS[operator][0].split(), "Y'", "X'", "R", "S")


def operator_workload(
    operator: str,
    extents: Mapping[str, int],
    *,
    stride: Mapping[str, int] | None = None,
    dilation: Mapping[str, int] | None = None,
) -> Workload:
    """Build the workload of an operator.

    `extents` maps every dimension of `operator_dimensions(operator)` to its extent (Y' and X' count outputs); `stride`
    and `dilation` are given per index (`Y`, `X`). For TRCONV `stride` is the factor of zero insertion (default 2) and
    the windows then move by one over the zero-inserted input. Raises KeyError for a missing extent.
    """
    dimensions = tuple((name, extents[name]) for name in operator_dimensions(operator))
    if operator == "GEMM":
        return Workload(
            operator,
            dimensions,
            (_tensor("input", "M K"), _tensor("filter", "K N")),
            _tensor("output", "M N"),
        )
    stride, dilation = dict(stride or {}), dict(dilation or {})
    zero_insertion: tuple[tuple[str, int], ...] = ()
    if operator == "TRCONV":
        zero_insertion = tuple((name, stride.get(name, 2)) for name in ("Y", "X"))
        stride = {}
    y = Index("Y", "Y'", "R", stride.get("Y", 1), dilation.get("Y", 1))
    x = Index("X", "X'", "S", stride.get("X", 1), dilation.get("X", 1))
    _, filter_axes, output_axes = _CONVOLUTIONS[operator]
    channels = _tensor("input", _INPUT_CHANNELS[operator])
    data = Tensor("input", (*channels.subscripts, y.subscript, x.subscript))
    output = _tensor("output", output_axes + " Y' X'")
    if operator == "POOL":
        return Workload(operator, dimensions, (data,), output, (y, x), statement=LARGEST)
    inputs = (data, _tensor("filter", filter_axes + " R S"))
    return Workload(operator, dimensions, inputs, output, (y, x), zero_insertion)


def _tensor(name: str, axes: str) -> Tensor:
    return Tensor(name, tuple(Subscript((Term(axis),)) for axis in axes.split()))
