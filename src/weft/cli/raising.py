"""`weft raise`: loop nests to programs."""

from __future__ import annotations

import sys
from io import StringIO
from typing import Any

import click

from ..api import write_maestro
from ..backends.report import diagnostic_data, document
from ..frontends.extras import need_xdsl
from ..frontends.registry import read_nests
from ..ir import Dataflow, Diagnostic, Layer, LoopNest, Network, Workload, chain
from ..passes import Raised, RaisePass, index_maps
from .command import Command
from .findings import show_findings
from .given import FILE, sizes_option
from .pairs import parse_sizes

Results = list[tuple[LoopNest, tuple[Raised, ...]]]


@click.command("raise", cls=Command)
@FILE
@sizes_option
@click.option(
    "--emit",
    type=click.Choice(["weft", "maestro", "mlir", "json"]),
    default="weft",
    help="Maps of dimensions, the maps of Y and X that MAESTRO's files have, the MLIR dialect, or data.",
)
@click.option(
    "--recognize",
    type=click.Choice(["yes", "no"]),
    default="yes",
    help="Name the field's operators and their dimensions; with 'no' the nest's own names stay.",
)
def raise_(file: str, sizes: tuple[str, ...], emit: str, recognize: Any) -> None:
    """Raise the loop nests of FILE, or of one FUNCTION of FILE:FUNCTION, to workloads and dataflows.

    FILE is Python, C or MLIR. Statements that cannot be raised are reported and the others are raised; the exit code
    is then 1.
    """
    given = parse_sizes(sizes)
    nests = read_nests(file, given)
    findings = tuple(given.unused())
    results = [(nest, RaisePass(recognize).apply(nest)) for nest in nests]
    if emit == "json":
        click.echo(_document(results, findings))
    elif emit == "mlir":
        click.echo(_mlir(results), nl=False)
    else:
        for nest, items in results:
            click.echo(_text(nest, items, emit), nl=False)
    show_findings([("", findings), *((item.name, item.diagnostics) for _, items in results for item in items)])
    if findings or any(item.workload is None for _, items in results for item in items):
        sys.exit(1)


def _text(nest: LoopNest, items: tuple[Raised, ...], emit: str) -> str:
    """The programs of a function as a network, each after a comment on what was recognised."""
    layers = []
    for item in items:
        if item.workload is not None and item.dataflow is not None:
            flow = index_maps(item.workload, item.dataflow) if emit == "maestro" else item.dataflow
            layers.append((item, Layer(item.name, item.workload, flow)))
    if not layers:
        return ""
    network = Network(nest.name, tuple(layer for _, layer in layers), chain(len(layers)))
    text = write_maestro(network) if emit == "maestro" else f"{network}\n"
    comments = [f"// {_summary(item)}" for item, _ in layers]
    return "\n".join([*comments, text])


def _summary(item: Raised) -> str:
    place = f" ({item.span})" if item.span else ""
    units = ", ".join(str(number) for number in item.units)
    return f"{item.name}{place}: {item.kind}; units per level: {units}"


def _mlir(results: Results) -> str:
    """The programs as operations of the dialect `weft`."""
    with need_xdsl("writing MLIR"):
        from xdsl.dialects.builtin import ModuleOp
        from xdsl.printer import Printer

        from ..frontends.mlir.convert import program_op

    found = [
        program_op(item.name, item.workload, item.dataflow, item.units)
        for _, items in results
        for item in items
        if item.workload is not None and item.dataflow is not None
    ]
    text = StringIO()
    Printer(text).print_op(ModuleOp([*found]))
    return f"{text.getvalue()}\n"


def _document(results: Results, findings: tuple[Diagnostic, ...]) -> str:
    return document(
        functions=[
            {"function": nest.name, "programs": [_raised_data(item) for item in items]} for nest, items in results
        ],
        diagnostics=[diagnostic_data(item) for item in findings],
    )


def _raised_data(item: Raised) -> dict[str, Any]:
    head: dict[str, Any] = {"name": item.name, "line": item.span.line if item.span else None}
    if item.workload is not None and item.dataflow is not None:
        head |= {
            "kind": item.kind,
            "workload": _workload_data(item.workload),
            "dataflow": str(item.dataflow),
            "levels": _levels_data(item.dataflow),
            "units": list(item.units),
            "pes": item.pes,
        }
    return head | {"diagnostics": [diagnostic_data(finding) for finding in item.diagnostics]}


def _workload_data(workload: Workload) -> dict[str, Any]:
    return {
        "type": workload.operator,
        "dimensions": dict(workload.dimensions),
        "indices": {index.name: str(index.subscript) for index in workload.indices},
        "inputs": {item.name: [str(axis) for axis in item.subscripts] for item in workload.inputs},
        "output": {workload.output.name: [str(axis) for axis in workload.output.subscripts]},
    }


def _levels_data(dataflow: Dataflow) -> list[list[dict[str, Any]]]:
    return [
        [{"spatial": d.spatial, "size": d.size, "offset": d.offset, "dimension": d.dimension} for d in level]
        for level in dataflow.levels
    ]
