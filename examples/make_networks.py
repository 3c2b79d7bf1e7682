"""Writes the network files of this folder: the five networks of the MAESTRO paper under its dataflows.

VGG16 and ResNet-50 have a file for each of the five dataflows of Table 3 of Kwon et al. (MICRO-52, 2019), the others
one, under KC-P; `--all FOLDER` writes all 25 elsewhere. The shapes and their sources stand in
`weft.validation.paper.shapes`.

    python examples/make_networks.py
"""

from __future__ import annotations

import argparse
from pathlib import Path

from weft.validation.paper.programs import TABLE_3, network_text
from weft.validation.paper.shapes import NETWORKS

UNDER_ALL = ("ResNet50", "VGG16")


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="write every network under every dataflow there")
    everything: Path | None = parser.parse_args().all
    folder = everything or Path(__file__).parent
    for name, layers in NETWORKS.items():
        for dataflow in TABLE_3:
            if everything or name in UNDER_ALL or dataflow == "KC-P":
                short = dataflow.replace("-", "").lower()
                text = network_text(name.lower(), layers(), dataflow)
                (folder / f"{name.lower()}_{short}.m").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
