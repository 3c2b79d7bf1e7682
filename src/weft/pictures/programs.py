"""The programs of a page: directives, the loop nest that they stand for, a picture, and what it moves."""

from __future__ import annotations

from collections.abc import Iterator

from ..api import explain, lower
from ..backends.plots import Drawing, Results, program
from ..backends.plots.page import Part
from ..ir import Mapping, WeftError
from ..ir.yaml_core import dump
from ..passes.lower import iterator_names
from .documents import Data, Document, mapping_of

_COUNTS = ("fills", "reads", "forwards", "updates", "readbacks")


def picture_of(mapping: Mapping, machine: str) -> Drawing:
    """The program of a mapping as a picture. WeftError where it is illegal or has no loop nest."""
    explanation = explain(mapping, "warning")
    nest, stems = lower(mapping, "warning"), iterator_names(mapping.workload)
    return program(explanation.cost.schedule, nest, stems, explanation.counts, machine)


def programs(document: Document, results: Results) -> Iterator[Part]:
    """The programs, each with all layers that are equal to the first that has it; none where they are not said."""
    equal: dict[tuple[str, str], list[tuple[str, Data]]] = {}
    shown = document.data["layers"] if document.kind != "explore" else []
    good = [layer for layer in shown if not layer.get("error")]
    for (name, result), layer in zip(results.named, good, strict=True):
        if {"workload", "dataflow"} <= set(layer):
            equal.setdefault((layer["workload"], layer["dataflow"]), []).append((name, layer | result))
    found = [_program(layers, document) for layers in equal.values()]
    if len(found) == 1:
        found = [Part(part.title, parts=part.parts) for part in found]
    if found:
        yield Part("Programs", parts=found)


def _program(layers: list[tuple[str, Data]], document: Document) -> Part:
    names = [name for name, _ in layers]
    title = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
    layer = layers[0][1]
    parts = [Part("Workload", text=layer["workload"]), Part("Directives", text=layer["dataflow"])]
    try:
        mapping = mapping_of(layer, document)
        parts.append(Part("Loop nest", text=str(lower(mapping, "warning"))))
        parts.append(Part("Picture", drawing=picture_of(mapping, document.accelerator)))
    except WeftError as error:
        parts.append(Part("Loop nest", note=f"It cannot be written: {error.diagnostics[0].message}"))
    return Part(title, folded=True, parts=[*parts, Part("Counts, in elements", table=_traffic(layer))])


def _traffic(layer: Data) -> list[tuple[str, ...]]:
    rows = [
        (
            interface["parent"],
            interface["child"],
            f"{interface['units']:,}",
            tensor,
            *(f"{counts[name]:,}" if name in counts else "" for name in _COUNTS),
        )
        for interface in layer["interfaces"]
        for tensor, counts in interface["tensors"].items()
    ]
    return [("parent", "child", "units", "tensor", *_COUNTS), *rows]


def machine_part(document: Document) -> Iterator[Part]:
    """The machine as its YAML file."""
    if document.machine is not None:
        yield Part("Machine", parts=[Part(document.accelerator, text=dump(document.machine), folded=True)])
