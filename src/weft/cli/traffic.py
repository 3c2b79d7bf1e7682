"""The table of counts per interface and tensor."""

from __future__ import annotations

from dataclasses import asdict, fields

from ..ir import Counts, InputTraffic, OutputTraffic
from .tables import Table, numbers, texts

KINDS = tuple(dict.fromkeys(item.name for kind in (InputTraffic, OutputTraffic) for item in fields(kind)))
"""What is counted of a tensor, an input's and then the output's."""


def traffic_table(counts: Counts) -> Table:
    """One row per interface and tensor; elements."""
    found = Table(
        "Traffic in elements",
        [*texts("parent", "child"), *numbers("units"), *texts("tensor"), *numbers(*KINDS)],
        names=4,
    )
    for interface in counts.interfaces:
        for name, traffic in interface.tensors:
            data = asdict(traffic)
            cells = (f"{data[key]:,}" if key in data else "" for key in KINDS)
            found.add_row(interface.parent, interface.child, str(interface.units), name, *cells)
    return found
