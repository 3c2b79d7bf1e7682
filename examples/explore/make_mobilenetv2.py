"""Writes the layers of MobileNet-V2 as ConfuciuX has them, with its dataflows: mobilenetv2_dla.m and mobilenetv2_shi.m.

    python examples/explore/make_mobilenetv2.py FOLDER

Extents are those of its model file: the input of every layer without padding and with stride 1, and of a block that is
repeated every repetition. KTileSz is open, and ClusterSz is meant to be the number of processing elements.
"""

from __future__ import annotations

BLOCKS = (
    (16, 32, 112, 1),
    (24, 96, 56, 1),
)
