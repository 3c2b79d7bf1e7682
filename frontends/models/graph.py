"""The graph of a model, whatever file it stands in: tensors with shapes, and nodes in ONNX's vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import TypeAlias

from ...ir import Diagnostic, Span

Attribute: TypeAlias = int | float | str | tuple[int, ...] | tuple[float, ...] | tuple[str, ...] | None
"""An attribute of a node; None is one of a kind that no operator reads, such as a graph."""

MAX_VALUES = 4096
"""Numbers of a constant that a graph carries; larger ones have a shape alone."""


@dataclass(frozen=True, slots=True)
class GraphTensor:
    """A tensor: its shape, its element type (`f32`, `i64`, `bool`, …), and whether the file holds it as a constant.

    `values` are a small constant's numbers in row-major order, None where they are not known.
    """

    name: str
    shape: tuple[int, ...]
    element: str = "f32"
    constant: bool = False
    values: tuple[int | float, ...] | None = None

    @property
    def elements(self) -> int:
        """How many elements it has."""
        return prod(self.shape)


@dataclass(frozen=True)
class GraphNode:
    """A node of ONNX's `operator` (that of the newest operator set that means the same), with names of tensors.

    What ONNX has not is one of `operators.further`, such as `Copy`.
    `""` stands for an input or output that is left out. An operator of another domain is written `domain.Name`.
    `refusal` says why a front end cannot say what the node does, with a code.
    """

    name: str
    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    span: Span | None = None
    refusal: str = ""


@dataclass(frozen=True)
class ModelGraph:
    """A model: `nodes` in any order, each tensor made by at most one of them.

    A tensor of unknown shape is not among `tensors`; the nodes that need it are refused by name.
    """

    name: str
    nodes: tuple[GraphNode, ...]
    tensors: Mapping[str, GraphTensor]
    diagnostics: tuple[Diagnostic, ...] = ()
