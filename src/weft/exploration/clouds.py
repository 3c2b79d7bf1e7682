"""All valid designs as a table, in blocks of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..backends.report.blocks import Block as Columns
from ..ir import capacity_key
from .one_dataflow import Block, OneDataflow
from .results import METRICS
from .sweep import setting_column

Run = tuple[str, str, OneDataflow]
"""A run that has not begun, behind the names of its network and layer."""


def cloud_names(runs: Sequence[Run]) -> list[str]:
    """The columns: settings, needed capacities, layer, program, tile sizes, metrics."""
    first = runs[0][2]
    symbols = dict.fromkeys(name for _, _, run in runs for program in run.programs for name, _ in program.symbols)
    return [*first.space.keys, "network", "layer", "program", *symbols, *METRICS]


def cloud(runs: Sequence[Run]) -> Iterator[Columns]:
    """Runs the explorations; the rows of every block of designs that they find valid."""
    names = cloud_names(runs)
    for network, layer, run in runs:
        for block in run.designs():
            if block.valid.any():
                columns = _columns(block, run) | {"network": network, "layer": layer}
                rows = int(block.valid.sum())
                yield {name: _whole(columns.get(name, np.nan), rows) for name in names}


def _whole(value: Any, rows: int) -> Any:
    if isinstance(value, np.ndarray):
        return value
    return np.full(rows, value, object if isinstance(value, str) else np.float64)


def _columns(block: Block, run: OneDataflow) -> dict[str, Any]:
    program, rows = block.family.program, block.family.structure.rows
    n, p = np.nonzero(block.valid)
    found: dict[str, Any] = {"program": program.name}
    for place, variable in enumerate(run.space.variables):
        found[variable.key] = setting_column(variable, [row.settings[place][1] for row in rows])[p]
    found |= {capacity_key(name): sizes[n] for name, sizes in block.tiles.capacities.items()}
    found |= {name: values[n] for name, values in program.values(block.tiles.numbers).items()}
    return found | {name: block.measured.metric(name)[block.valid] for name in METRICS}
