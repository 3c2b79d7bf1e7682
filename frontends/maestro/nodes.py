"""What the grammar builds. Positions count characters from the start of the parsed text."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class Name(NamedTuple):
    """A name as it stands in the text."""

    text: str
    start: int
    end: int


class Literal(NamedTuple):
    """A written integer."""

    value: int
    start: int
    end: int


class Symbol(NamedTuple):
    """A name inside a size: a constant, a free tile parameter, or `?`."""

    name: str
    start: int
    end: int


class Extent(NamedTuple):
    """`Sz(dimension)`."""

    dimension: str
    start: int
    end: int


class Operations(NamedTuple):
    """`first op node op node …`, evaluated from left to right."""

    first: Expression
    rest: tuple[tuple[str, Expression], ...]
    depth: int
    start: int
    end: int


class Rounded(NamedTuple):
    """`floor(inner)` or `ceiling(inner)`, inside which `/` is exact."""

    function: str
    inner: Expression
    depth: int
    start: int
    end: int


class Power(NamedTuple):
    """`base ** exponent`."""

    base: Expression
    exponent: int
    depth: int
    start: int
    end: int


Expression: TypeAlias = "Literal | Symbol | Extent | Operations | Rounded | Power"


class Pair(NamedTuple):
    """`name: value` of a constant, a stride, an extent or a dilation."""

    name: Name
    value: Expression
    start: int
    end: int


class MapNode(NamedTuple):
    """`SpatialMap(size, offset) dimension` or its temporal twin."""

    keyword: str
    size: Expression
    offset: Expression
    dimension: Name
    start: int
    end: int


class ClusterNode(NamedTuple):
    """`Cluster(size, memory)`."""

    size: Expression
    memory: Name | None
    start: int
    end: int


class HoldNode(NamedTuple):
    """`Hold(memory: tensors)`."""

    memory: Name
    tensors: tuple[Name, ...]
    start: int
    end: int


class TermNode(NamedTuple):
    """`coefficient*name`."""

    coefficient: int
    name: Name
    start: int
    end: int


class SubscriptNode(NamedTuple):
    """A sum of terms."""

    terms: tuple[TermNode, ...]
    start: int
    end: int


class IndexNode(NamedTuple):
    """`name = subscript`."""

    name: Name
    subscript: SubscriptNode
    start: int
    end: int


class TensorNode(NamedTuple):
    """`name[subscripts]`."""

    name: Name
    subscripts: tuple[SubscriptNode, ...]
    start: int
    end: int


class TypeNode(NamedTuple):
    """`Type: name`."""

    name: Name
    start: int
    end: int


class NoProgramNode(NamedTuple):
    """`Dataflow;`: the layer has no program, not even an inherited one."""

    start: int
    end: int


class SectionNode(NamedTuple):
    """The keyword that opens a block of a layer."""

    keyword: str
    start: int
    end: int


class DensityNode(NamedTuple):
    """`tensor: density`, the density as it is written."""

    tensor: Name
    text: str
    start: int
    end: int


class StatementNode(NamedTuple):
    """A statement as it is written."""

    text: str
    start: int
    end: int


class EdgeNode(NamedTuple):
    """`producer -> consumer[tensor]`."""

    producer: int
    consumer: int
    tensor: Name | None
    start: int
    end: int
