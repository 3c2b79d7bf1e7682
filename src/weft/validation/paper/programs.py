"""The five dataflows of the paper's Table 3, for every kind of layer, as mapping files."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from ...api import map_layer
from ...frontends.accelerator import load_accelerator
from ...frontends.maestro import parse_maestro
from ...ir import Accelerator, Mapping
from .shapes import Layers, Shape

_WINDOW = ("TemporalMap(Sz(R),Sz(R)) R", "TemporalMap(Sz(S),Sz(S)) S")
_SLIDE = ("TemporalMap(Sz(R),1) Y", "TemporalMap(Sz(S),1) X")

TABLE_3: dict[str, tuple[str, ...]] = {
    "C-P": ("TemporalMap(1,1) K", *_SLIDE, *_WINDOW, "SpatialMap(1,1) C"),
    "X-P": ("TemporalMap(1,1) K", "TemporalMap(1,1) C", *_WINDOW, "TemporalMap(Sz(R),1) Y", "SpatialMap(Sz(S),1) X"),
    "YX-P": (
        *("TemporalMap(1,1) K", "SpatialMap(Sz(R),1) Y", "TemporalMap(8+Sz(S)-1,8) X", "TemporalMap(1,1) C", *_WINDOW),
        *("Cluster(8, P)", "SpatialMap(Sz(S),1) X"),
    ),
    "YR-P": (
        *("TemporalMap(2,2) C", "TemporalMap(2,2) K", "SpatialMap(Sz(R),1) Y", "TemporalMap(Sz(S),1) X", *_WINDOW),
        *("Cluster(Sz(R), P)", "SpatialMap(1,1) Y", "SpatialMap(1,1) R"),
    ),
    "KC-P": (
        *("SpatialMap(1,1) K", "TemporalMap(64,64) C", *_WINDOW, *_SLIDE),
        *("Cluster(64, P)", "SpatialMap(1,1) C"),
    ),
}
"""Kwon et al., MICRO-52, Table 3, outermost first."""


def directives(dataflow: str, operator: str) -> tuple[str, ...]:
    """A dataflow of Table 3 for a layer of the operator.

    Groups come one after another: none of the five maps them. A depth-wise layer has no filters to map; what KC-P has
    left is the channels, which then take all units (so do the mapping files that the public MAESTRO ships).
    """
    written = TABLE_3[dataflow]
    if operator == "NGCONV":
        return ("TemporalMap(1,1) G", *written)
    if operator != "DSCONV":
        return written
    if dataflow == "KC-P":
        return ("SpatialMap(1,1) C", *_WINDOW, *_SLIDE)
    return tuple(item for item in written if not item.endswith(" K"))


def network_text(name: str, layers: Layers, dataflow: str) -> str:
    """A mapping file of the layers. A layer whose program is that of the layer before inherits it."""
    lines = [f"Network {name} {{"]
    before: tuple[str, ...] = ()
    for layer, shape in layers:
        program = directives(dataflow, shape.operator)
        lines += _layer_lines(layer, shape, () if program == before else program)
        before = program
    return "\n".join([*lines, "}", ""])


def _layer_lines(name: str, shape: Shape, program: Sequence[str]) -> list[str]:
    groups = f"G: {shape.groups}, " if shape.operator == "NGCONV" else ""
    sizes = f"{groups}K: {shape.filters}, C: {shape.channels}, R: {shape.window}, S: {shape.window}"
    lines = [f"  Layer {name} {{", f"    Type: {shape.operator}"]
    lines.append(f"    Stride {{ X: {shape.stride}, Y: {shape.stride} }}")
    lines.append(f"    Dimensions {{ {sizes}, Y: {shape.extent}, X: {shape.extent} }}")
    if program:
        lines += ["    Dataflow {", *(f"      {directive};" for directive in program), "    }"]
    return [*lines, "  }"]


@cache
def paper_machine() -> Accelerator:
    """256 processing elements and a network of 32 elements a cycle."""
    return load_accelerator("generic_256")


def mapping(shape: Shape, program: Sequence[str], machine: Accelerator) -> Mapping:
    """A layer under a program, on a machine."""
    lines = ["Network one {", *_layer_lines("LAYER", shape, program), "}"]
    (network,) = parse_maestro("\n".join(lines))
    return map_layer(network.layers[0], machine)
