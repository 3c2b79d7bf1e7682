"""An exported program: calls of operators on tensors, as `torch.export` writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ...ir import Span
from ..models.graph import GraphTensor


@dataclass(frozen=True, slots=True)
class Reference:
    """An argument that is a tensor, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """An argument of which no operator makes use, such as a device; `what` says of which kind it is."""

    what: str


Argument: TypeAlias = int | float | str | Reference | Unknown | tuple["Argument", ...] | None
"""The value of an argument; booleans are integers."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of `target`, such as `aten.conv2d.default`: arguments by their names in its schema, and what it makes.

    `""` is an output that is no tensor.
    """

    name: str
    target: str
    arguments: Mapping[str, Argument]
    outputs: tuple[str, ...]
    span: Span | None = None

    @property
    def operator(self) -> str:
        """The target without its overload, such as `aten.conv2d`."""
        return ".".join(self.target.split(".")[:2])


@dataclass(frozen=True, slots=True)
class ExportedProgram:
    """The calls in their order, and every tensor that is read or made; weights and buffers are constants."""

    name: str
    calls: tuple[Call, ...]
    tensors: Mapping[str, GraphTensor]
    outputs: tuple[str, ...]
