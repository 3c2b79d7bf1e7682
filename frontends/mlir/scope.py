"""What is known of the values of a function while it is read from top to bottom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from xdsl.ir import BlockArgument, Operation, OpResult, SSAValue

from ...ir import Access, Affine, Array, Choice, Diagnostic, Literal, NestLoop, Statement, Unreadable, Value, accesses
from ..sizes import Sizes
from .affine import Bound, Index, Reason
from .names import Names, identifier
from .operations import name_of, text
from .places import Places

Nodes: TypeAlias = tuple[NestLoop | Statement | Unreadable, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something cannot be read."""

    diagnostics: tuple[Diagnostic, ...]


class RefusedError(Exception):
    """Something that cannot be read."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__(*diagnostics)
        self.diagnostics = diagnostics


@dataclass(frozen=True, slots=True)
class ArrayInfo:
    """An array; a size that is not known is the finding that says so. `sizes` is None for an unknown rank."""

    name: str
    sizes: tuple[int | Diagnostic, ...] | None
    element: str
    local: bool

    @property
    def array(self) -> Array:
        """The array of the nest."""
        known = tuple(size for size in self.sizes or () if isinstance(size, int))
        whole = self.sizes is not None and len(known) == len(self.sizes)
        return Array(self.name, known if whole else None, self.element, self.local)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value as data and as an index; it has no data where it depends on iterators.

    `loads` are the arrays that it was read from, each with its version then. `size` and `depth` are those of the
    expression: a chain of operations on themselves doubles with every one.
    """

    value: Value | Refusal | None
    index: Index
    loads: frozenset[tuple[str, int]] = frozenset()
    size: int = 1
    depth: int = 1

    @staticmethod
    def number(value: int) -> Scalar:
        """A number that is known."""
        return Scalar(Literal(value), Bound.of(value))


@dataclass(frozen=True, slots=True)
class Padded:
    """A tensor of which no array is made: that of `source`, `low` elements further along every axis, and a number
    around it. `sizes` are those of the source, `version` is what it held when it was padded.
    """

    source: str
    low: tuple[int, ...]
    sizes: tuple[int, ...]
    number: Literal
    version: int

    def element(self, access: Access) -> Value:
        """The element that an access to the padded tensor reads."""
        own = tuple(item - low for item, low in zip(access.subscripts, self.low, strict=True))
        inside = tuple(
            bound for item, size in zip(own, self.sizes, strict=True) for bound in (item, item * -1 + (size - 1))
        )
        return Choice(inside, Access(self.source, own, access.span), self.number)


@dataclass(frozen=True, slots=True)
class Reshaped:
    """A tensor of which no array is made: that of `source` under other axes. `axes` says of each axis of the source
    which axes of this one make it up, with how far one step along them goes.
    """

    source: str
    axes: tuple[tuple[tuple[int, int], ...], ...]
    version: int

    def element(self, access: Access) -> Access:
        """The element that an access to the reshaped tensor reads."""
        own = []
        for parts in self.axes:
            found = Affine.of(0)
            for axis, step in parts:
                found = found + access.subscripts[axis] * step
            own.append(found)
        return Access(self.source, tuple(own), access.span)


def axis_name(number: int) -> str:
    """What stands for a subscript of a view where it is defined; no iterator is called so."""
    return f"axis {number}"


@dataclass(frozen=True, slots=True)
class View:
    """A memref or a tensor whose elements are those of `source` at subscripts that are affine in its own.

    `version` is what the source of a tensor held when that was taken from it.
    """

    source: str
    subscripts: tuple[Affine, ...]
    version: int = 0

    def element(self, access: Access) -> Access:
        """The element that an access to the view means."""
        own = {axis_name(number): item for number, item in enumerate(access.subscripts)}
        return Access(self.source, tuple(item.substitute(own) for item in self.subscripts), access.span)


@dataclass(slots=True)
class Scope:
    """The state of the reader within a function."""

    places: Places
    sizes: Sizes
    names: Names = field(default_factory=Names)
    arrays: dict[str, ArrayInfo] = field(default_factory=dict)
    array_of: dict[SSAValue, ArrayInfo] = field(default_factory=dict)
    scalars: dict[SSAValue, Scalar] = field(default_factory=dict)
    ranges: dict[str, tuple[int, int]] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    empty: set[str] = field(default_factory=set)
    """Arrays that only lend their shape, unless something uses them."""
    lent: dict[str, Padded | Reshaped | View] = field(default_factory=dict)
    """Arrays that stand for the elements of others, and for what is around them."""
    views: dict[str, View] = field(default_factory=dict)
    """Memrefs that are parts of others, or these under other axes."""
    strided: set[str] = field(default_factory=set)
    """Arrays whose rows do not follow one another in memory as their extents say."""
    globals: dict[str, ArrayInfo] = field(default_factory=dict)
    carried: set[str] = field(default_factory=set)
    """The scalars that stand for what loops carry from iteration to iteration."""
    done: set[Operation] = field(default_factory=set)
    calls: list[Operation] = field(default_factory=list)
    """The functions that are read in the place of calls, the outermost first."""
    calls_left: int = 200

    def refuse(self, code: str, message: str, operation: Operation, hint: str = "") -> RefusedError:
        """The finding at an operation, to be raised."""
        return RefusedError(Diagnostic(code, message, span=self.places.span(operation), hint=hint))

    def verify(self, operation: Operation) -> None:
        """RefusedError if an operation, without what is inside of it, breaks a rule of xDSL."""
        found = self.places.broken(operation)
        if found is not None:
            raise RefusedError(found)

    def label(self, value: SSAValue, otherwise: str) -> str:
        """What a value is to be called in the nest."""
        return identifier(self.places.name(value) or otherwise)

    def add_array(self, value: SSAValue, info: ArrayInfo) -> None:
        """A value is an array of the nest."""
        self.arrays.setdefault(info.name, info)
        self.array_of[value] = info

    def array(self, value: SSAValue) -> ArrayInfo:
        """The array that a memref or tensor is; RefusedError if it is none that is read."""
        found = self.array_of.get(value)
        if found is None:
            raise self._no_value(value, "is no array that can be read")
        return found

    def scalar(self, value: SSAValue) -> Scalar:
        """What is known of a scalar; RefusedError if nothing is."""
        found = self.scalars.get(value)
        if found is None:
            raise self._no_value(value, "is no value that can be read")
        return found

    def index(self, value: SSAValue) -> Index:
        """A scalar as an index."""
        try:
            return self.scalar(value).index
        except RefusedError as error:
            return Reason("is not read", error.diagnostics[0])

    def _no_value(self, value: SSAValue, what: str) -> RefusedError:
        name = f"'%{self.places.name(value)}'" if self.places.name(value) else "a value"
        if isinstance(value, OpResult):
            origin = f"it comes from '{name_of(value.op)}'"
            told = origin if value.op in self.done else "it is used before it is defined"
            return self.refuse("W411", f"{name} {what}: {told}", value.op)
        # xDSL's parser leaves values without an owner where a name is defined only in another region.
        around = value.block.parent_op() if isinstance(value, BlockArgument) else None
        span = self.places.definitions.get(value) or (self.places.span(around) if around else None)
        return RefusedError(Diagnostic("W411", f"{name} {what}: its type is '{value.type}'", span=span))

    def resolved(self, access: Access) -> Access:
        """The element of an array that an access means, also through a view."""
        return self.views[access.array].element(access) if access.array in self.views else access

    def touch(self, name: str) -> None:
        """An array is written: what was loaded from it before is no longer what it holds."""
        name = self.views[name].source if name in self.views else name
        self.versions[name] = self.versions.get(name, 0) + 1

    def load(self, access: Access) -> Scalar:
        """The element of an array as it is now."""
        access = self.resolved(access)
        if access.array in self.lent:
            found = self.lent[access.array]
            element = found.element(access)
            inner = [self.load(item) for item in accesses(element)]
            loads = frozenset({(found.source, found.version), *(load for item in inner for load in item.loads)})
            whole = element if found.source not in self.lent else _within(element, inner[0].value)
            return Scalar(whole, Reason(f"reads data: '{access}'"), loads)
        version = self.versions.get(access.array, 0)
        return Scalar(access, Reason(f"reads data: '{access}'"), frozenset({(access.array, version)}))

    def stale(self, loads: Iterable[tuple[str, int]]) -> list[str]:
        """The arrays that were written since they were loaded from."""
        return sorted(name for name, version in loads if self.versions.get(name, 0) != version)

    def iterator(self, argument: SSAValue, wanted: str, owner: Operation, values: tuple[int, int] | None) -> str:
        """Begin a loop: its name, which stands for its argument; `values` are the least and the greatest."""
        name = self.names.fresh(wanted, text(owner, "weft.name"))
        if values is not None:
            self.ranges[name] = values
        self.scalars[argument] = Scalar(None, Bound.of(name))
        return name


def _within(element: Value, inner: Value | Refusal | None) -> Value:
    """An element of a tensor that stands for another, which stands for a third one."""
    assert inner is not None
    assert not isinstance(inner, Refusal)
    return Choice(element.conditions, inner, element.otherwise) if isinstance(element, Choice) else inner


def unreadable(error: RefusedError) -> Nodes:
    """What stands in the nest for something that cannot be read."""
    return (Unreadable(tuple(dict.fromkeys(error.diagnostics))),)
