"""The JSON layout of results, version 1 (`docs/json.md`, `docs/evaluate.schema.json`)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from ...ir import Counts, Diagnostic, Interface, Workload
from ..cost import Cost
from ..simulate import Simulation
from ..sparse import SparseCost
from .sparse import sparse_data

SCHEMA_VERSION = 1

Data = dict[str, Any]


def document(**fields: Any) -> str:
    """A document with these fields, as text."""
    return json.dumps({"schema_version": SCHEMA_VERSION, **fields}, indent=1)


def layer_data(network: str, layer: str, operator: str) -> Data:
    """What every layer has, wrong or not."""
    return {"network": network, "layer": layer, "type": operator}


def failed_layer_data(diagnostics: Iterable[Diagnostic]) -> Data:
    """The rest of a layer that is wrong."""
    return {"error": True, "diagnostics": [diagnostic_data(item) for item in diagnostics]}


def cost_data(cost: Cost, time: str, diagnostics: Iterable[Diagnostic], sparse: SparseCost | None = None) -> Data:
    """The rest of an evaluated layer; `time` is the model that utilization refers to."""
    sites = {need.site.memory.name: need for need in cost.occupancy}
    compressed = {need.site.memory.name: need.fits for need in sparse.occupancy} if sparse else {}
    return {
        "feasible": all(need.fits or compressed.get(name) for name, need in sites.items()),
        "unit": cost.schedule.mapping.accelerator.unit,
        "macs": cost.macs,
        "zero_macs": cost.zero_macs,
        "operations": cost.operations,
        "cycles": {"stepwise": cost.cycles_stepwise, "throughput": cost.cycles_throughput},
        "bottlenecks": dict(cost.bottlenecks),
        "utilization": cost.utilization(time),
        **_activity(cost.counts),
        "energy_pj": {"total": cost.energy_pj, **energy_by_component(cost)},
        "energy_terms": [asdict(term) for term in cost.energy],
        "seconds": {"stepwise": cost.seconds("stepwise"), "throughput": cost.seconds("throughput")},
        "joules": cost.joules,
        "watts": cost.watts,
        "area_um2": cost.area.area_um2,
        "area_terms": [asdict(term) for term in cost.area.terms],
        "power_mw": cost.power_mw,
        "power_terms": [asdict(term) for term in cost.power.terms],
        "interfaces": [_interface(item) for item in cost.counts.interfaces],
        "reuse": _reuse(cost),
        "requires": {name: need.required_elements for name, need in sites.items()},
        "requires_bytes": {name: need.bytes_needed for name, need in sites.items()},
        "capacity": {name: _capacity_elements(cost, name) for name in sites},
        "capacity_bytes": {name: need.site.memory.capacity_bytes for name, need in sites.items()},
        "diagnostics": [diagnostic_data(item) for item in diagnostics],
        **({"sparse": sparse_data(sparse)} if sparse else {}),
    }


def program_data(cost: Cost) -> Data:
    """What an evaluated layer was, as texts that parse, and what each resource of the machine has to do for it."""
    mapping = cost.schedule.mapping
    return {
        "workload": str(mapping.workload),
        "dataflow": str(mapping.dataflow),
        "roofline": {
            "points": mapping.workload.useful_points,
            "points_per_cycle": mapping.accelerator.peak_macs / mapping.interval,
            "resources": [
                {
                    "name": load.resource.name,
                    "memory": load.resource.memory,
                    "elements": load.elements,
                    "elements_per_cycle": load.width or None,
                }
                for load in cost.loads
            ],
        },
    }


def simulation_data(simulation: Simulation, workload: Workload, diagnostics: Iterable[Diagnostic]) -> Data:
    """The rest of a simulated layer."""
    counts = simulation.counts
    return {
        "macs": workload.useful_macs,
        "zero_macs": workload.macs - workload.useful_macs,
        "cycles": {"stepwise": simulation.cycles_stepwise},
        "matches_numpy": simulation.matches_numpy,
        **_activity(counts),
        "interfaces": [_interface(item) for item in counts.interfaces],
        "diagnostics": [diagnostic_data(item) for item in diagnostics],
    }


def diagnostic_data(item: Diagnostic) -> Data:
    """A diagnostic as plain data; place fields are null where there is no source."""
    span = item.span
    return {
        "code": item.code,
        "severity": str(item.severity),
        "message": item.message,
        "file": span.file if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "notes": list(item.notes),
        "hint": item.hint,
    }


def _activity(counts: Counts) -> Data:
    average = counts.active_total / counts.steps
    return {"steps": counts.steps, "active_units": {"peak": counts.active_peak, "average": average}}


def _interface(item: Interface) -> Data:
    tensors = {name: asdict(traffic) for name, traffic in item.tensors}
    return {"parent": item.parent, "child": item.child, "units": item.units, "tensors": tensors}


def energy_by_component(cost: Cost) -> dict[str, float]:
    """Picojoules of a cost by component."""
    found: dict[str, float] = {}
    for term in cost.energy:
        found[term.component] = found.get(term.component, 0.0) + term.picojoules
    return found


def _reuse(cost: Cost) -> Data:
    """Points per element that the innermost memory of a tensor was filled with, and the algorithm's maximum."""
    workload, schedule = cost.schedule.mapping.workload, cost.schedule
    found = {}
    for tensor in workload.tensors:
        chain = schedule.holders(tensor.name)
        factor = None
        if len(chain) > 1:
            traffic = cost.counts.traffic(chain[-2].memory.name, chain[-1].memory.name, tensor.name)
            factor = cost.counts.points / traffic.fills
        found[tensor.name] = {"factor": factor, "maximum": cost.counts.points / workload.footprint(tensor)}
    return found


def _capacity_elements(cost: Cost, name: str) -> int | None:
    accelerator = cost.schedule.mapping.accelerator
    capacity = next(need.site.memory.capacity_bytes for need in cost.occupancy if need.site.memory.name == name)
    return None if capacity is None else capacity * 8 // accelerator.default_word_bits
