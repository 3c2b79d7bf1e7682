"""Where the tool's tables are, which this repository does not hold."""

from __future__ import annotations

import csv
from pathlib import Path

from ..references import folder_with

AREA = {"area_pe_buf": "pe*282 + (l1_B*pe + l2_B)*8*0.086"}
"""DiGamma's rule, in square micrometres, as a column of the tables."""

DATAFLOWS = ("dla", "shi", "eye")
NETWORK = "mobilenet_v2.csv"


def folder() -> Path | None:
    """The folder of the tables, or None."""
    place = folder_with("anchors", "confuciux")
    return place if place is not None and (place / NETWORK).is_file() else None


def table_of(place: Path, dataflow: str) -> Path:
    """The table of costs of a dataflow."""
    return place / f"maestro_table_{dataflow}.csv.gz"


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def layer_text(row: dict[str, str], place: Path, dataflow: str, sizes: dict[str, int] | None = None) -> str:
    """A layer of the network as a mapping file; without sizes they stay open."""
    depthwise = row["T"] == "2"
    program = (place / ("dpt.m" if depthwise else f"{dataflow}.m")).read_text("utf-8").replace("CTileSz", "1")
    extents = ", ".join(f"{name}: {row[name]}" for name in "KCYXRS")
    constants = "".join(f"Constant {name} {size};\n" for name, size in (sizes or {}).items())
    kind = "DSCONV" if depthwise else "CONV"
    return f"{constants}Network N {{\nLayer L {{\nType: {kind}\nDimensions {{ {extents} }}\n{program}\n}}\n}}\n"
