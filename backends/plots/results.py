"""What figures are drawn of: evaluated layers as data (docs/json.md), with names that are told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Data = dict[str, Any]


@dataclass(frozen=True)
class Results:
    """Layers as `weft evaluate --json` has them, wrong ones included, on the `machine` of that name, and the time
    model that was asked for."""

    machine: str
    time: str
    layers: Sequence[Data]

    @cached_property
    def good(self) -> tuple[Data, ...]:
        """The layers that have costs."""
        return tuple(layer for layer in self.layers if not layer.get("error"))

    @property
    def named(self) -> Iterator[tuple[str, Data]]:
        """The layers that have costs, with a label of each's own."""
        return zip(self.labels, self.good, strict=True)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Names of layers; with those of their networks and with numbers where they would be the same."""
        names = [layer["layer"] for layer in self.good]
        if len(set(names)) < len(names):
            names = ["/".join(filter(None, (layer["network"], layer["layer"]))) for layer in self.good]
        seen: Counter[str] = Counter()
        found = []
        for name in names:
            seen[name] += 1
            found.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
        return tuple(found)

    @property
    def subject(self) -> str:
        """What the layers are, in a few words."""
        networks = list(dict.fromkeys(filter(None, (layer["network"] for layer in self.good))))
        if len(self.labels) == 1:
            return self.labels[0]
        return ", ".join(networks[:3]) + ", …" * (len(networks) > 3) or f"{len(self.labels)} layers"
