"""The table of counts per interface and tensor."""

from __future__ import annotations

from dataclasses import asdict

from ..ir import Counts
from .tables import Table


def traffic_table(counts: Counts) -> Table:
    """One row per interface and tensor; elements."""
    found = Table(
        "Traffic in elements",
        [
            ("parent", "left"),
            ("child", "left"),
            ("units", "right"),
            ("tensor", "left"),
            *((name, "right") for name in ("fills", "reads", "forwards", "updates", "readbacks")),
        ],
        names=4,
    )
    for interface in counts.interfaces:
        for name, traffic in interface.tensors:
            data = asdict(traffic)
            cells = (
                f"{data[key]:,}" if key in data else ""
                for key in ("fills", "reads", "forwards", "updates", "readbacks")
            )
            found.add_row(interface.parent, interface.child, str(interface.units), name, *cells)
    return found
