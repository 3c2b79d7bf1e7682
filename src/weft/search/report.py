"""Results of the mapper as plain data, version 1 (`docs/json.md`, `docs/map.schema.json`)."""

from __future__ import annotations

from typing import Any

from ..backends.report import SCHEMA_VERSION, cost_data, failed_layer_data, layer_data
from ..ir import Accelerator
from .choice import Choice, Totals
from .layer import Settings
from .network import Candidate, LayerQuestion, LayerResult, Mapped, MappedLayer
from .spaces.coverage import coverage
from .spaces.request import SpaceRequest
from .store.content import content_key

Data = dict[str, Any]


def map_data(
    mapped: Mapped, accelerator: Accelerator, request: SpaceRequest, settings: Settings, choice: Choice | None = None
) -> Data:
    """The whole document; `question` has all that a check of the certificates needs."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "accelerator": accelerator.name,
        "question": question_data(accelerator, request, settings),
        "interrupted": mapped.interrupted,
        "layers": [map_layer_data(layer) for layer in mapped.layers],
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


def question_data(accelerator: Accelerator, request: SpaceRequest, settings: Settings) -> Data:
    """What was asked, as data and texts."""
    return {
        "accelerator": accelerator.to_dict(),
        "template": None if request.template is None else str(request.template),
        "constraints": list(request.constraints),
        "shape": None if request.shape is None else list(request.shape),
        "split": request.split,
        "flexibility": request.flexibility,
        "objective": str(settings.objective),
        "time": settings.time,
        "gap": settings.gap,
        "budget": settings.budget,
    }


def map_layer_data(layer: LayerResult) -> Data:
    """A layer with its program, costs and certificate, or why it has none."""
    if not isinstance(layer, MappedLayer):
        return layer_data(layer.network, layer.name, layer.operator) | failed_layer_data(layer.diagnostics)
    return {
        "network": layer.question.network,
        "layer": layer.name,
        "workload": str(layer.question.workload),
        "objective": str(layer.settings.objective),
        "value": layer.value,
        "seconds": layer.seconds,
        "dataflow": str(layer.dataflow),
        "result": _result(layer.question, layer),
        "pareto": [_candidate(item) for item in layer.pareto],
        "certificate": layer.certificate.to_dict() | {"space": str(coverage(layer.space))},
    }


def _result(question: LayerQuestion, layer: MappedLayer) -> Data:
    head = layer_data(question.network, question.name, question.operator or question.workload.operator)
    return head | cost_data(layer.cost, layer.settings.time, layer.diagnostics, layer.sparse)


def _candidate(item: Candidate) -> Data:
    return {"energy_pj": item.metrics.energy_pj, "cycles": item.metrics.cycles, "dataflow": str(item.dataflow)}


def choice_data(choice: Choice) -> Data:
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
