"""Mapping files as MAESTRO reads them: words between separators, sizes as written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

_SEPARATORS = re.compile(r"[ ,\->():\t;\r\n]+")


class Map(NamedTuple):
    """A directive with its sizes in elements of the dimension that it names."""

    spatial: bool
    size: int
    offset: int
    dim: str


@dataclass(frozen=True, slots=True)
class ReadLayer:
    """A layer's operator, extents, strides, and its program: the maps of each level and the clusters between them.

    `batched` says whether MAESTRO couples its tensors to N, which the first layer of that operator in the file decides.
    """

    name: str
    operator: str
    dims: tuple[tuple[str, int], ...]
    strides: tuple[tuple[str, int], ...]
    levels: tuple[tuple[Map, ...], ...]
    clusters: tuple[int, ...]
    batched: bool = False

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for layers that differ in their names only."""
        return (self.operator, self.dims, self.strides, self.levels, self.clusters, self.batched)


def read_layers(path: Path) -> tuple[ReadLayer, ...]:
    """The layers of a mapping file, in its order; those without a program have no levels."""
    return parse_layers(path.read_text(encoding="utf-8"))


def parse_layers(text: str) -> tuple[ReadLayer, ...]:
    """The layers of a text."""
    constants: dict[str, int] = {}
    batched: dict[str, bool] = {}
    layers: list[ReadLayer] = []
    words = list(_words(text))
    position = 0
    while position < len(words):
        word = words[position]
        if word == "Constant":
            constants[words[position + 1]] = int(words[position + 2])
            position += 3
        elif word == "Layer":
            stop = _closing(words, words.index("{", position))
            layers.append(_layer(words[position:stop], constants, batched))
            position = stop + 1
        else:
            position += 1
    return tuple(layers)


def _words(text: str) -> Iterator[str]:
    for line in text.splitlines():
        for word in _SEPARATORS.split(line):
            if word.startswith("//"):
                break
            if word:
                yield word


def _closing(words: list[str], opening: int) -> int:
    depth = 0
    for position in range(opening, len(words)):
        depth += (words[position] == "{") - (words[position] == "}")
        if depth == 0:
            return position
    return len(words)


def _layer(words: list[str], constants: dict[str, int], batched: dict[str, bool]) -> ReadLayer:
    opening = words.index("{")
    name = words[opening - 1] if opening > 1 else ""
    sections = {
        word: words[at + 2 : _closing(words, at + 1)]
        for at, word in enumerate(words)
        if word in ("Stride", "Dimensions", "Dataflow")
    }
    operator = words[words.index("Type") + 1]
    dims = _pairs(sections["Dimensions"], constants)
    declared = batched.setdefault(operator, any(dim == "N" for dim, _ in dims))
    levels, clusters = _program(sections.get("Dataflow", []), constants | {f"Sz {dim}": size for dim, size in dims})
    return ReadLayer(name, operator, dims, _pairs(sections.get("Stride", []), constants), levels, clusters, declared)


def _pairs(words: list[str], constants: dict[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((dim, _size([size], constants)) for dim, size in zip(words[::2], words[1::2], strict=True))


def _program(words: list[str], sizes: dict[str, int]) -> tuple[tuple[tuple[Map, ...], ...], tuple[int, ...]]:
    levels: list[list[Map]] = [[]]
    clusters: list[int] = []
    rest = words[::-1]
    while rest:
        word = rest.pop()
        if word == "Cluster":
            clusters.append(_size(rest, sizes))
            rest.pop()
            levels.append([])
        else:
            size, offset = _size(rest, sizes), _size(rest, sizes)
            levels[-1].append(Map(word == "SpatialMap", size, offset, rest.pop()))
    return tuple(map(tuple, levels)) if words else (), tuple(clusters)


def _size(rest: list[str], sizes: dict[str, int]) -> int:
    """The size that the last words say: a number, a constant, or `Sz` of a dimension."""
    word = rest.pop()
    if word == "Sz":
        return sizes[f"Sz {rest.pop()}"]
    return int(word) if word.isdigit() else sizes[word]
