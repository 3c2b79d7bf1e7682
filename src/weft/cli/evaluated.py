"""The layers of files evaluated, and what they cost as data: what `weft evaluate` prints and `weft plot` draws."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import Any

from ..backends.cost import Cost, evaluate_schedule
from ..backends.report import Whole, cost_data, diagnostic_data, failed_layer_data, program_data, whole
from ..backends.report import layer_data as layer_head
from ..ir import Diagnostic, Mapping, WeftError
from ..verification import verify
from .inputs import Inputs, Item
from .output import progress
from .sparse import sparse_cost

Result = tuple[Item, Cost | None, tuple[Diagnostic, ...]]


def good_cost(result: Result) -> Cost | None:
    """The cost of a layer that has nothing wrong."""
    _, cost, findings = result
    return None if any(item.is_error for item in findings) else cost


def evaluate_all(inputs: Inputs, verify_limit: int = 0) -> list[Result]:
    """Evaluate the chosen layers; those of up to `verify_limit` points are run by both oracles too."""
    # Networks repeat layers: equal mappings are computed once.
    known: dict[Mapping, Cost] = {}
    checked: dict[Mapping, tuple[Diagnostic, ...]] = {}
    results: list[Result] = []
    with progress() as bar:
        task = bar.add_task("evaluate", total=len(inputs))
        for item in inputs.items():
            cost, findings = None, item.diagnostics
            if item.program is not None and item.program.schedule is not None and not item.has_errors:
                key = item.program.mapping.unnamed
                try:
                    cost = known.get(key) or known.setdefault(key, evaluate_schedule(item.program.schedule))
                except WeftError as error:
                    findings += error.diagnostics
                sparse = sparse_cost(cost) if cost else None
                findings += (
                    tuple(replace(finding, span=item.layer.span) for finding in sparse.diagnostics) if sparse else ()
                )
                if cost and verify_limit:
                    if key not in checked:
                        checked[key] = verify(cost, limit=verify_limit)
                    findings += tuple(replace(finding, span=item.layer.span) for finding in checked[key])
            results.append((item, cost, findings))
            bar.advance(task)
    return results


def layer_data(result: Result, time: str) -> dict[str, Any]:
    """A layer as data; `time` is the model that utilization refers to."""
    (item, _, findings), cost = result, good_cost(result)
    head = layer_head(item.network, item.layer.name, item.operator)
    if cost is None:
        return head | failed_layer_data(findings)
    return head | cost_data(cost, time, findings, sparse_cost(cost)) | program_data(cost)


def evaluated_data(inputs: Inputs, results: list[Result], time: str) -> dict[str, Any]:
    """The fields of the document of `weft evaluate --json`."""
    return {
        "accelerator": inputs.accelerator.name,
        "machine": inputs.accelerator.to_dict(),
        "time": time,
        "layers": [layer_data(result, time) for result in results],
        "networks": [_network(list(group), time) for _, group in groupby(results, key=position)],
        "diagnostics": [diagnostic_data(item) for item in inputs.diagnostics],
    }


def position(result: Result) -> int:
    """The place of a layer's network among all networks."""
    return result[0].position


def whole_of(results: list[Result]) -> Whole | None:
    """The network of some layers, if one of them has a cost."""
    costs = [good_cost(result) for result in results]
    return whole([item.layer for item, _, _ in results], costs) if any(costs) else None


def _network(results: list[Result], time: str) -> dict[str, Any]:
    network = whole_of(results)
    return {"network": results[0][0].network, "result": network and network.to_dict(time)}
