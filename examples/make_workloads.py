"""Writes `networks/`: networks without dataflows, for the mapper to find them.

The shapes of VGG16, ResNet-50 (stride in the first 1x1 of a stage, as in its paper) and MobileNetV2, and their sources,
stand in `weft.validation.paper.shapes`. Those of the transformers are from their papers:

    bert_base       Devlin et al., 2018: 12 layers, hidden size 768, 12 heads, inner size 3072; 512 tokens
    transformer_24  the same, BERT-large: 24 layers, hidden size 1024, 16 heads, inner size 4096; 512 tokens
    llama_7b        Touvron et al., 2023 (LLaMA): dimension 4096, 32 heads, SwiGLU of 2/3 4 d, which the released model
                    rounds up to 11008; one of the 32 equal layers, all 2048 tokens of the context at once

The products of all heads are one layer with the dimension B; masked scores are multiplied as well. What only adds,
pools, scales or looks up (shortcuts, normalization, softmax, embeddings) is no layer, and edges pass through it; those
of a transformer leave out what earlier layers add to the same sum.

    python examples/make_workloads.py
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

from weft.frontends.workloads import batched_gemm
from weft.validation.paper.shapes import Layers, Shape, mobilenet_v2, resnet50, vgg16

Edges = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Transformer:
    """Equal layers of self-attention and a feed-forward part, which has two products, or three with a gate."""

    layers: int
    hidden: int
    heads: int
    inner: int
    tokens: int
    gated: bool = False

    def products(self) -> list[tuple[str, str]]:
        """Names and blocks of one layer's products, in order."""
        width, depth = self.hidden, self.hidden // self.heads
        scores = str(batched_gemm(self.heads, self.tokens, self.tokens, depth))
        context = str(batched_gemm(self.heads, self.tokens, depth, self.tokens))
        up = [(name, self._gemm(self.inner, width)) for name in (("GATE", "UP") if self.gated else ("UP",))]
        return [
            *((name, self._gemm(width, width)) for name in ("QUERY", "KEY", "VALUE")),
            *(("SCORES", scores), ("CONTEXT", context), ("PROJECTION", self._gemm(width, width))),
            *up,
            ("DOWN", self._gemm(width, self.inner)),
        ]

    def _gemm(self, outputs: int, inputs: int) -> str:
        return str(batched_gemm(1, self.tokens, outputs, inputs))

    def text(self, name: str) -> str:
        """The network as a file."""
        lines: list[str] = []
        edges: Edges = []
        trunk: list[int] = []
        for number in range(1, self.layers + 1):
            first = len(lines)
            lines += [_layer(f"L{number}_{product}", blocks) for product, blocks in self.products()]
            projection, ups, down = first + 5, range(first + 6, len(lines) - 1), len(lines) - 1
            edges += [(source, first + part) for source in trunk for part in range(3)]
            edges += [(first, first + 3), (first + 1, first + 3), (first + 2, first + 4), (first + 3, first + 4)]
            edges += [(first + 4, projection)]
            edges += [(source, up) for source in (*trunk, projection) for up in ups] + [(up, down) for up in ups]
            # Of a sum only this layer's part: with what it is added to, each layer would hang on all before it.
            trunk = [projection, down]
        return _network(name, lines, edges)


def _network(name: str, layers: Sequence[str], edges: Edges) -> str:
    body = [*layers]
    if edges != list(pairwise(range(len(layers)))):
        body.append(f"Edges {{ {', '.join(f'{producer}->{consumer}' for producer, consumer in edges)} }}")
    return "\n".join([f"Network {name} {{", *(f"  {line}" for line in body), "}", ""])


def _layer(name: str, blocks: str) -> str:
    return f"Layer {name} {{ {' '.join(blocks.splitlines())} }}"


def _blocks(shape: Shape) -> str:
    stride = f"Stride {{ Y: {shape.stride}, X: {shape.stride} }} " if shape.stride > 1 else ""
    filters = "" if shape.operator == "DSCONV" else f"K: {shape.filters}, "
    sizes = f"{filters}C: {shape.channels}, R: {shape.window}, S: {shape.window}, Y: {shape.extent}, X: {shape.extent}"
    return f"Type: {shape.operator} {stride}Dimensions {{ {sizes} }}"


def _edges(layers: Layers) -> Edges:
    """Who feeds whom: the path through each block, beside it its shortcut, and what they are added to after it."""
    edges: Edges = []
    trunk: list[int] = []
    for block, members in groupby(enumerate(layers), lambda member: member[1][0].rpartition("_")[0]):
        numbers = {number: name for number, (name, _) in members}
        shortcuts = [number for number, name in numbers.items() if name.endswith("_SHORTCUT")]
        path = [number for number in numbers if number not in shortcuts]
        edges += [(source, number) for source in trunk for number in (path[0], *shortcuts)] + list(pairwise(path))
        kept = trunk if block and _keeps_shape([layers[number][1] for number in path]) else []
        trunk = [path[-1], *(shortcuts or kept)]
    return edges


def _keeps_shape(path: Sequence[Shape]) -> bool:
    return path[0].channels == path[-1].filters and all(shape.stride == 1 for shape in path)


CONVOLUTIONS = {"vgg16": vgg16, "resnet50": resnet50, "mobilenetv2": mobilenet_v2}
TRANSFORMERS = {
    "bert_base": Transformer(12, 768, 12, 3072, 512),
    "transformer_24": Transformer(24, 1024, 16, 4096, 512),
    "llama_7b": Transformer(1, 4096, 32, 11008, 2048, gated=True),
}


def texts() -> dict[str, str]:
    """The files by name."""
    found = {}
    for name, layers in CONVOLUTIONS.items():
        lines = [_layer(layer, _blocks(shape)) for layer, shape in layers()]
        found[name] = _network(name, lines, _edges(layers()))
    return found | {name: transformer.text(name) for name, transformer in TRANSFORMERS.items()}


def main() -> None:
    """Write the files."""
    folder = Path(__file__).parent / "networks"
    folder.mkdir(exist_ok=True)
    for name, text in texts().items():
        (folder / f"{name}.m").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
