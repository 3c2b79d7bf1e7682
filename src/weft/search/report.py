"""Results of the mapper as plain data, version 1 (`docs/json.md`, `docs/map.schema.json`)."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import Any

from ..backends.cost import TIMES
from ..backends.report import (
    LAYER_COLUMNS,
    SCHEMA_VERSION,
    Sheet,
    cost_data,
    failed_layer_data,
    layer_data,
    layer_row,
    sheet_of,
)
from ..ir import share_of
from .choice import DataflowChoice, Totals
from .request import Request
from .results import Candidate, LayerResult, MappedLayer, Total
from .store.content import content_key

Data = dict[str, Any]


def map_data(
    layers: Sequence[LayerResult], request: Request, choice: DataflowChoice | None = None, interrupted: bool = False
) -> Data:
    """The whole document; `question` has all that a check of the certificates needs."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "accelerator": request.accelerator.name,
        "question": question_data(request),
        "interrupted": interrupted,
        "layers": [map_layer_data(layer) for layer in layers],
        "total": total_data(layers),
        **({"choice": choice_data(choice)} if choice else {}),
    }
    return document | {"digest": digest_of(document)}


def digest_of(document: Data) -> dict[str, str]:
    """A SHA-256 of each field of the question, of each layer, of `interrupted` and `choice`, by their names.

    It tells what was changed, not who made the document: what follows from nothing else is told by it alone.
    """
    parts = {name: document.get(name) for name in ("interrupted", "choice")}
    parts |= {f"question.{name}": item for name, item in document["question"].items()}
    parts |= {f"layers[{number}]": layer for number, layer in enumerate(document["layers"])}
    return {name: content_key(_whole(item)) for name, item in parts.items()}


def _whole(value: Any) -> Any:
    """The value with whole floats as integers: JSON tools do not tell these apart."""
    if isinstance(value, dict):
        return {name: _whole(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def question_data(request: Request) -> Data:
    """What was asked, as data and texts."""
    space, settings = request.space, request.settings
    return {
        "accelerator": request.accelerator.to_dict(),
        "template": None if space.template is None else str(space.template),
        "constraints": list(space.constraints),
        "shape": None if space.shape is None else list(space.shape),
        "split": space.split,
        "flexibility": space.flexibility,
        "objective": str(settings.objective),
        "limits": dict(settings.objective.limits),
        "time": settings.time,
        "gap": settings.gap,
        "budget": settings.budget,
        "top": settings.top,
        "within": settings.within,
    }


def map_layer_data(layer: LayerResult) -> Data:
    """A layer with its program, costs and certificate, or why it has none."""
    if not isinstance(layer, MappedLayer):
        return layer_data(layer.network, layer.name, layer.operator) | failed_layer_data(layer.diagnostics)
    return {
        "network": layer.network,
        "layer": layer.name,
        "workload": str(layer.workload),
        "objective": str(layer.settings.objective),
        "value": layer.value,
        "seconds": layer.seconds,
        "dataflow": str(layer.dataflow),
        "result": _result(layer),
        "pareto": [_candidate(item) for item in layer.pareto],
        "near": [{"value": layer.settings.objective.value(item.metrics)} | _candidate(item) for item in layer.near],
        "certificate": layer.certificate.to_dict() | {"space": layer.coverage},
        **({"history": [item.to_dict() for item in layer.history]} if layer.history else {}),
    }


def _result(layer: MappedLayer) -> Data:
    head = layer_data(layer.network, layer.name, layer.operator)
    return head | cost_data(layer.cost, layer.settings.time, layer.diagnostics, layer.sparse)


PROOF_COLUMNS = ("objective", "value", "lower_bound", "gap", "status", "programs_log10", "search_seconds")
"""What a search says of a layer, beside what its program costs."""


def map_sheet(layers: Sequence[LayerResult]) -> Sheet:
    """A row per layer. One without a program says why in `error`, and has nothing of the proof."""
    return sheet_of([_map_row(layer) for layer in layers], (*LAYER_COLUMNS, *PROOF_COLUMNS))


def _map_row(layer: LayerResult) -> Data:
    data = map_layer_data(layer)
    if not isinstance(layer, MappedLayer):
        return layer_row(data)
    proof = layer.certificate
    size = log10(proof.space_size)
    values = (data["objective"], layer.value, proof.lower_bound, proof.gap, proof.status, size, layer.seconds)
    row = layer_row(data["result"] | {name: data[name] for name in ("workload", "dataflow")})
    return row | dict(zip(PROOF_COLUMNS, values, strict=True))


def _candidate(item: Candidate) -> Data:
    return {"energy_pj": item.metrics.energy_pj, "cycles": item.metrics.cycles, "dataflow": str(item.dataflow)}


def total_data(layers: Sequence[LayerResult]) -> Data:
    """The layers that have a program, one after the other, how far their sum is proved, and what has no program."""
    mapped = [layer for layer in layers if isinstance(layer, MappedLayer)]
    rest = [layer for layer in layers if not isinstance(layer, MappedLayer)]
    total = Total.of(mapped)
    return {
        "layers": len(mapped),
        "value": total.value,
        "lower_bound": total.lower_bound,
        "gap": total.gap,
        "cycles": {time: sum(layer.cost.cycles(time) for layer in mapped) for time in TIMES},
        "energy_pj": sum(layer.cost.energy_pj for layer in mapped),
        "left_out": [{"network": item.network, "layer": item.name, "operator": item.operator} for item in rest],
        "left_out_share": share_of(item.layer for item in rest) if len({item.network for item in layers}) < 2 else None,
    }


def choice_data(choice: DataflowChoice) -> Data:
    """One dataflow for several layers, and what it costs."""
    return {
        "dataflow": choice.scope,
        "groups": [
            {
                "name": group.name,
                "dataflow": str(group.dataflow),
                "layers": [
                    {
                        "layer": fitted.layer.name,
                        "dataflow": str(fitted.dataflow),
                        "energy_pj": fitted.metrics.energy_pj,
                        "cycles": fitted.metrics.cycles,
                    }
                    for fitted in group.layers
                ],
            }
            for group in choice.groups
        ],
        "totals": {"layer": _totals(choice.each), choice.scope: _totals(choice.common)},
    }


def _totals(totals: Totals) -> Data:
    return {"energy_pj": totals.energy_pj, "cycles": totals.cycles, "edp": totals.edp}
