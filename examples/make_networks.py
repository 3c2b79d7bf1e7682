"""Writes the network files of this folder: VGG16 and ResNet-50 under the five dataflows of the MAESTRO paper.

Shapes are those of Simonyan and Zisserman (2014, configuration D) and He et al. (2015, with the stride in the first 1x1
convolution of a stage), input extents with padding. Dataflows are Table 3 of Kwon et al. (MICRO-52, 2019).

    python examples/make_networks.py
"""

from __future__ import annotations

from pathlib import Path

DATAFLOWS = {
    "cp": ["TemporalMap(1,1) K", "TemporalMap(Sz(R),1) Y", "TemporalMap(Sz(S),1) X", "TemporalMap(Sz(R),Sz(R)) R",
           "TemporalMap(Sz(S),Sz(S)) S", "SpatialMap(1,1) C"],
    "xp": ["TemporalMap(1,1) K", "TemporalMap(1,1) C", "TemporalMap(Sz(R),Sz(R)) R", "TemporalMap(Sz(S),Sz(S)) S",
           "TemporalMap(Sz(R),1) Y", "SpatialMap(Sz(S),1) X"],
    "yxp": ["TemporalMap(1,1) K", "SpatialMap(Sz(R),1) Y", "TemporalMap(8+Sz(S)-1,8) X", "TemporalMap(1,1) C",
            "TemporalMap(Sz(R),Sz(R)) R", "TemporalMap(Sz(S),Sz(S)) S", "Cluster(8, P)", "SpatialMap(Sz(S),1) X"],
    "yrp": ["TemporalMap(2,2) C", "TemporalMap(2,2) K", "SpatialMap(Sz(R),1) Y", "TemporalMap(Sz(S),1) X",
            "TemporalMap(Sz(R),Sz(R)) R", "TemporalMap(Sz(S),Sz(S)) S", "Cluster(Sz(R), P)", "SpatialMap(1,1) Y",
            "SpatialMap(1,1) R"],
    "kcp": ["SpatialMap(1,1) K", "TemporalMap(64,64) C", "TemporalMap(Sz(R),Sz(R)) R", "TemporalMap(Sz(S),Sz(S)) S",
            "TemporalMap(Sz(R),1) Y", "TemporalMap(Sz(S),1) X", "Cluster(64, P)", "SpatialMap(1,1) C"],
}  # fmt: skip

Layer = tuple[str, int, int, int, int, int]
"""Name, filters, channels, window, stride, padded input extent; windows and inputs are square."""


def vgg16() -> list[Layer]:
    """13 convolutions of 3x3 with padding 1, and the three fully connected layers as convolutions."""
    layers: list[Layer] = []
    channels, extent = 3, 224
    for filters, repeats in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(repeats):
            layers.append((f"CONV{len(layers) + 1}", filters, channels, 3, 1, extent + 2))
            channels = filters
        extent //= 2
    layers += [("FC1", 4096, 512, 7, 1, 7), ("FC2", 4096, 4096, 1, 1, 1), ("FC3", 1000, 4096, 1, 1, 1)]
    return layers


def resnet50() -> list[Layer]:
    """The 53 convolutions and the fully connected layer."""
    layers: list[Layer] = [("CONV1", 64, 3, 7, 2, 230)]
    channels, extent = 64, 56
    for stage, (width, blocks) in enumerate(((64, 3), (128, 4), (256, 6), (512, 3)), 2):
        for block in range(1, blocks + 1):
            stride = 2 if block == 1 and stage > 2 else 1
            name, after = f"CONV{stage}_{block}", extent // stride
            layers.append((f"{name}_A", width, channels, 1, stride, extent))
            layers.append((f"{name}_B", width, width, 3, 1, after + 2))
            layers.append((f"{name}_C", 4 * width, width, 1, 1, after))
            if block == 1:
                layers.append((f"{name}_SHORTCUT", 4 * width, channels, 1, stride, extent))
            channels, extent = 4 * width, after
    layers.append(("FC1000", 1000, 2048, 1, 1, 1))
    return layers


def network_text(name: str, layers: list[Layer], dataflow: list[str]) -> str:
    """A mapping file: the dataflow stands in the first layer, the others inherit it."""
    lines = [f"Network {name} {{"]
    for number, (layer, filters, channels, window, stride, extent) in enumerate(layers):
        shape = f"K: {filters}, C: {channels}, R: {window}, S: {window}, Y: {extent}, X: {extent}"
        lines += [f"  Layer {layer} {{", "    Type: CONV", f"    Stride {{ X: {stride}, Y: {stride} }}"]
        lines.append(f"    Dimensions {{ {shape} }}")
        if not number:
            lines += ["    Dataflow {", *(f"      {directive};" for directive in dataflow), "    }"]
        lines.append("  }")
    return "\n".join([*lines, "}", ""])


def main() -> None:
    """Write all files beside this one."""
    folder = Path(__file__).parent
    for name, layers in (("vgg16", vgg16()), ("resnet50", resnet50())):
        for short, dataflow in DATAFLOWS.items():
            (folder / f"{name}_{short}.m").write_text(network_text(name, layers, dataflow), encoding="utf-8")


if __name__ == "__main__":
    main()
