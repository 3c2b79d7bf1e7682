"""The layers that multiply in the paper's five networks, written from the networks' own papers.

Extents are those of the input with its padding. What only adds, pools or scales (residual links, pooling,
normalization) multiplies nothing here and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """A layer's shape; windows and inputs are square.

    `filters` and `channels` count within one of `groups` for NGCONV; for DSCONV `channels` alone counts. `extent` is
    the padded input extent, for TRCONV the stored one. FC is a convolution of one output.
    """

    operator: str
    filters: int
    channels: int
    window: int
    stride: int
    extent: int
    groups: int = 1

    @property
    def outputs(self) -> int:
        """Outputs along one axis; a transposed convolution spreads its input by `stride`."""
        if self.operator == "TRCONV":
            return (self.extent - 1) * self.stride + self.window
        return (self.extent - self.window) // self.stride + 1

    @property
    def macs(self) -> int:
        """Products of the algorithm; without those with the zeros that a transposed convolution inserts."""
        places = self.extent if self.operator == "TRCONV" else self.outputs
        return self.groups * self.filters * self.channels * self.window**2 * places**2

    @property
    def kind(self) -> str:
        """The kind of operator, after the paper's Table 4 (as this project reads it).

        A convolution is early while its input is wider than it has channels, and late after that.
        """
        if self.operator in KINDS:
            return KINDS[self.operator]
        if self.outputs == 1:
            return "fully connected"
        if self.window == 1:
            return "point-wise"
        return "early" if self.extent > self.channels else "late"


KINDS = {"NGCONV": "grouped", "DSCONV": "depth-wise", "TRCONV": "transposed"}
ALL_KINDS = ("early", "late", "point-wise", "grouped", "depth-wise", "transposed", "fully connected")

Layers = tuple[tuple[str, Shape], ...]
"""Names and shapes, in the order of the network."""


def _conv(filters: int, channels: int, window: int, stride: int, extent: int) -> Shape:
    return Shape("CONV", filters, channels, window, stride, extent)


def vgg16() -> Layers:
    """Simonyan and Zisserman, 2014, configuration D: 13 convolutions of 3x3 with padding 1, 3 dense layers."""
    layers: list[tuple[str, Shape]] = []
    channels, extent = 3, 224
    for filters, repeats in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(repeats):
            layers.append((f"CONV{len(layers) + 1}", _conv(filters, channels, 3, 1, extent + 2)))
            channels = filters
        extent //= 2
    sizes = ((4096, 512, 7), (4096, 4096, 1), (1000, 4096, 1))
    layers += [
        (f"FC{n}", _conv(filters, inputs, window, 1, window)) for n, (filters, inputs, window) in enumerate(sizes, 1)
    ]
    return tuple(layers)


def resnet50() -> Layers:
    """He et al., 2015: 53 convolutions, the stride in the first 1x1 of a stage, and a fully connected layer."""
    return (
        ("CONV1", _conv(64, 3, 7, 2, 230)),
        *_bottlenecks((64, 128, 256, 512), 1),
        ("FC1000", _conv(1000, 2048, 1, 1, 1)),
    )


def resnext50() -> Layers:
    """Xie et al., 2017, 32x4d: 32 groups in every 3x3, which has the stride of its stage."""
    layers = _bottlenecks((128, 256, 512, 1024), 32)
    return (("CONV1", _conv(64, 3, 7, 2, 230)), *layers, ("FC1000", _conv(1000, 2048, 1, 1, 1)))


def _bottlenecks(widths: tuple[int, ...], groups: int) -> Iterator[tuple[str, Shape]]:
    channels, extent = 64, 56
    for stage, (width, blocks) in enumerate(zip(widths, (3, 4, 6, 3), strict=True), 2):
        outputs = 256 * 2 ** (stage - 2)
        for block in range(1, blocks + 1):
            stride = 2 if block == 1 and stage > 2 else 1
            first, second = (stride, 1) if groups == 1 else (1, stride)
            name, after = f"CONV{stage}_{block}", extent // stride
            inner = extent // first + 2
            yield f"{name}_A", _conv(width, channels, 1, first, extent)
            if groups == 1:
                yield f"{name}_B", _conv(width, width, 3, second, inner)
            else:
                yield f"{name}_B", Shape("NGCONV", width // groups, width // groups, 3, second, inner, groups)
            yield f"{name}_C", _conv(outputs, width, 1, 1, after)
            if block == 1:
                yield f"{name}_SHORTCUT", _conv(outputs, channels, 1, stride, extent)
            channels, extent = outputs, after


def mobilenet_v2() -> Layers:
    """Sandler et al., 2018, Table 2 (width 1, input 224); no expansion where its factor is 1."""
    layers = [("CONV1", _conv(32, 3, 3, 2, 226))]
    channels, extent, number = 32, 112, 0
    settings = (
        (1, 16, 1, 1),
        (6, 24, 2, 2),
        (6, 32, 3, 2),
        (6, 64, 4, 2),
        (6, 96, 3, 1),
        (6, 160, 3, 2),
        (6, 320, 1, 1),
    )
    for factor, filters, repeats, first in settings:
        for repeat in range(repeats):
            number, stride = number + 1, first if repeat == 0 else 1
            inner, after = channels * factor, extent // stride
            if factor > 1:
                layers.append((f"B{number}_EXPAND", _conv(inner, channels, 1, 1, extent)))
            layers.append((f"B{number}_DEPTHWISE", Shape("DSCONV", 1, inner, 3, stride, extent + 2)))
            layers.append((f"B{number}_PROJECT", _conv(filters, inner, 1, 1, after)))
            channels, extent = filters, after
    return (*layers, ("CONV2", _conv(1280, 320, 1, 1, 7)), ("FC", _conv(1000, 1280, 1, 1, 1)))


def unet() -> Layers:
    """Ronneberger et al., 2015: 572x572 in, convolutions without padding, up-convolutions of 2x2 with stride 2."""
    layers: list[tuple[str, Shape]] = []

    def block(channels: int, filters: int, extent: int) -> int:
        for inputs in (channels, filters):
            name = f"CONV{sum(shape.operator == 'CONV' for _, shape in layers) + 1}"
            layers.append((name, _conv(filters, inputs, 3, 1, extent)))
            extent -= 2
        return extent

    extent = block(1, 64, 572)
    for filters in (128, 256, 512, 1024):
        extent = block(filters // 2, filters, extent // 2)
    for number, filters in enumerate((512, 256, 128, 64), 1):
        layers.append((f"UP{number}", Shape("TRCONV", filters, 2 * filters, 2, 2, extent)))
        extent = block(2 * filters, filters, 2 * extent)
    return (*layers, ("CONV_OUT", _conv(2, 64, 1, 1, extent)))


NETWORKS = {
    "ResNet50": resnet50,
    "VGG16": vgg16,
    "ResNeXt50": resnext50,
    "MobileNetV2": mobilenet_v2,
    "UNet": unet,
}
"""The five networks of Kwon et al., MICRO-52, Figure 10."""
