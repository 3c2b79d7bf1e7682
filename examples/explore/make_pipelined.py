"""Writes a network as a mapping file: layers from a CSV file, a dataflow for convolutions and one for depthwise ones.

    python examples/explore/make_pipelined.py mobilenet_v2.csv dla.m depthwise.m > mobilenetv2_dla.m

The CSV file is one of ConfuciuX and GAMMA: the columns K, C, Y, X, R, S, and T, 1 for a convolution and 2 for a
depthwise one, whose K is its 1. Dataflows are the text of a block `Dataflow { ... }`.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

TYPES = {"1": "CONV", "2": "DSCONV"}


def blocks(rows: list[dict[str, str]], dataflows: dict[str, str]) -> Iterator[str]:
    """The layers; one takes the dataflow of the layer before it if it has the same type."""
    before = ""
    for number, row in enumerate(rows, 1):
        extents = ", ".join(f"{name}: {row[name]}" for name in "KCYXRS")
        lines = [f"  Layer L{number} {{", f"    Type: {TYPES[row['T']]}", f"    Dimensions {{ {extents} }}"]
        if row["T"] != before:
            lines += [f"    {line.strip()}" for line in dataflows[row["T"]].strip().splitlines()]
        before = row["T"]
        yield "\n".join([*lines, "  }"])


def main(model: str, convolution: str, depthwise: str) -> None:
    """Print the mapping file."""
    with open(model, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    dataflows = {"1": Path(convolution).read_text("utf-8"), "2": Path(depthwise).read_text("utf-8")}
    print(f"Network {Path(model).stem} {{", *blocks(rows, dataflows), "}", sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
