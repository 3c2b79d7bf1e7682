"""The best pipelined designs by Weft's own counts, needs and areas, under the published budgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...exploration.meant import Written
from ...exploration.pipeline_search import PipelinedDesign
from ...exploration.pipelined import Pipelined, explore_pipelined
from ...frontends.exploration import make_job
from ...frontends.maestro import parse_maestro
from .places import NETWORK, layer_text, rows_of

DATAFLOWS = ("dla", "shi")
"""Those with legal programs."""

OBJECTIVES = {"latency": "cycles", "energy": "energy"}


@dataclass(frozen=True, slots=True)
class OwnOptimum:
    """The best design within a budget of `area_pe_buf`, and the published optimum of the tool's table."""

    row: dict[str, str]
    design: PipelinedDesign
    pes: int


def own_optima(place: Path) -> tuple[OwnOptimum, ...]:
    """For every published budget of `area_pe_buf` that one of the dataflows has."""
    rows = [row for row in rows_of(place / "exact_optima_mobilenet_v2.csv") if row["constraint"] == "area_pe_buf"]
    found = []
    for dataflow in DATAFLOWS:
        first = explored(place, dataflow, max(float(row["budget"]) for row in rows) / 1e6)
        found += [_optimum(first, row) for row in rows if row["dataflow"] == dataflow]
    return tuple(found)


def explored(place: Path, dataflow: str, area_mm2: float) -> Pipelined:
    """The job on Weft's own counts."""
    machine = {
        "name": "share",
        "pes": 1,
        "memories": [{"name": "L2", "networks": [{"bandwidth": None, "latency": 1}]}, _per_pe("L1")],
        "cluster_buffers": True,
        "area_table": "digamma",
    }
    job = make_job(
        {
            "accelerator": machine,
            "vary": {
                "pes": [1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128],
                "L1.capacity_bytes": "needed",
                "L2.capacity_bytes": "needed",
            },
            "tiles": {"KTileSz": "1..12", "ClusterSz": "pes"},
            "limits": {"area_mm2": area_mm2},
            "objective": list(OBJECTIVES.values()),
            "pipelined": "latency",
        }
    )
    return explore_pipelined(job, list(_written(place, dataflow)))


def _per_pe(name: str) -> dict[str, str]:
    return {"name": name, "instances": "per_pe"}


def _written(place: Path, dataflow: str) -> Sequence[Written]:
    found = []
    for number, row in enumerate(rows_of(place / NETWORK), 1):
        ((layer,),) = (network.layers for network in parse_maestro(layer_text(row, place, dataflow)))
        found.append(Written(f"{dataflow}.m", f"{number}", layer))
    return found


def _optimum(first: Pipelined, row: dict[str, str]) -> OwnOptimum:
    name = OBJECTIVES[row["objective"]]
    design = first.within({"area_mm2": float(row["budget"]) / 1e6}).best[name]
    assert design is not None  # there is no time limit
    return OwnOptimum(row, design, sum(layer.accelerator.pes for layer in design.layers))
