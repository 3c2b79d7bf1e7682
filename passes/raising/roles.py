"""Recognise the operator of a general workload by which tensors share which dimensions, and name both by role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...ir import (
    Dataflow,
    Index,
    Subscript,
    Tensor,
    Term,
    Workload,
    operator_dimensions,
    operator_workload,
)

_SPATIAL = (("Y'", "R", "Y"), ("X'", "S", "X"))
_VOLUME = (("Z'", "T", "Z"), *_SPATIAL)


@dataclass(frozen=True, slots=True)
class Recognised:
    """A workload under the field's names; `dimensions` and `tensors` map the nest's names to them."""

    kind: str
    workload: Workload
    dimensions: dict[str, str]
    tensors: dict[str, str]

    def rename(self, dataflow: Dataflow) -> Dataflow:
        """The program on the operator's dimensions and tensors."""
        levels = tuple(tuple(replace(d, dimension=self.dimensions[d.dimension]) for d in lv) for lv in dataflow.levels)
        placements = tuple(
            replace(item, tensors=tuple(self.tensors.get(name, name) for name in item.tensors))
            for item in dataflow.placements
        )
        return replace(dataflow, levels=levels, placements=placements)


def recognise(workload: Workload) -> Recognised | None:
    """The operator that a general workload is, or None if it is none of the field's."""
    if len(workload.inputs) == 1:
        return _pooling(workload, workload.inputs[0])
    if len(workload.inputs) != 2 or not _multiplies(workload):
        return None
    for first, second in (workload.inputs, workload.inputs[::-1]):
        parts = _Parts.of(workload, first, second)
        found = parts.convolution() if parts.windows else None
        if found is None and not any(len(axis.terms) > 1 for tensor in workload.tensors for axis in tensor.subscripts):
            found = parts.product()
        if found is not None:
            return found
    return None


def _multiplies(workload: Workload) -> bool:
    """Whether the inputs are multiplied, perhaps shifted by scalars and with more of these as factors."""
    if workload.point_statement is None:
        return True
    found = workload.point_statement.factors
    return found is not None and {item.array for item in found} >= {tensor.name for tensor in workload.inputs}


@dataclass(frozen=True)
class _Parts:
    """The dimensions of input, filter and output, apart from windows, by the tensors that they move."""

    workload: Workload
    input: Tensor
    filter: Tensor
    windows: tuple[Index, ...]
    classes: dict[frozenset[str], tuple[str, ...]]

    @staticmethod
    def of(workload: Workload, first: Tensor, second: Tensor) -> _Parts:
        windows = tuple(_windows(workload, first, second.dimensions))
        inside = {name for index in windows for name in (index.output, index.window)}
        classes: dict[frozenset[str], tuple[str, ...]] = {}
        members = {"input": first, "filter": second, "output": workload.output}
        for name in workload.extents:
            if name not in inside:
                key = frozenset(role for role, tensor in members.items() if name in tensor.dimensions)
                classes[key] = (*classes.get(key, ()), name)
        return _Parts(workload, first, second, windows, classes)

    def _take(self, *roles: str) -> tuple[str, ...]:
        return self.classes.get(frozenset(roles), ())

    def _only(self, *kinds: tuple[str, ...]) -> bool:
        """Whether there are no dimensions but of these kinds, and in each of them one at most."""
        known = {frozenset(kind) for kind in kinds}
        return all(kind in known and len(names) <= 1 for kind, names in self.classes.items())

    @property
    def _tensors(self) -> dict[str, str]:
        return {self.input.name: "input", self.filter.name: "filter", self.workload.output.name: "output"}

    def convolution(self) -> Recognised | None:
        """CONV, DSCONV and NGCONV over one or two window axes; three are a general workload with the same names."""
        batch, channels = ("input", "output"), ("input", "filter")
        filters, groups = ("filter", "output"), ("input", "filter", "output")
        if len(self.windows) > 3 or not self._only(batch, channels, filters, groups):
            return None
        grouped, reduced = self._take(*groups), self._take(*channels)
        operator = "CONV" if not grouped else "NGCONV" if reduced else "DSCONV"
        names = dict(zip(self._take(*batch), "N", strict=False)) | dict(zip(self._take(*filters), "K", strict=False))
        names |= dict(zip(reduced, "C", strict=False))
        names |= dict(zip(grouped, "C" if operator == "DSCONV" else "G", strict=False))
        # A single window axis is X, as in the field's one-dimensional figures.
        axes = _VOLUME if len(self.windows) == 3 else _SPATIAL[-len(self.windows) :]
        for index, (output, window, _) in zip(self.windows, axes, strict=True):
            names |= {index.output: output, index.window: window}
        if len(self.windows) == 3:
            kind = {"CONV": "3-D convolution", "DSCONV": "depthwise 3-D convolution"}.get(operator)
            return Recognised(kind or "grouped 3-D convolution", self._general(names), names, self._tensors)
        return _operator(operator, self._ordered, self.windows, names, self._tensors)

    def product(self) -> Recognised | None:
        """GEMM, with one of M, N and K at most; over more batch dimensions it is a general workload."""
        rows, columns, inner = ("input", "output"), ("filter", "output"), ("input", "filter")
        batch = self._take("input", "filter", "output")
        single = {kind: names for kind, names in self.classes.items() if names != batch}
        known = {frozenset(kind) for kind in (rows, columns, inner)}
        if any(kind not in known or len(names) > 1 for kind, names in single.items()) or not single:
            return None
        names = dict(zip(self._take(*rows), "M", strict=False)) | dict(zip(self._take(*columns), "N", strict=False))
        names |= dict(zip(self._take(*inner), "K", strict=False))
        if not batch:
            extents = {"M": 1, "N": 1, "K": 1} | {names[name]: size for name, size in self.workload.dimensions}
            return Recognised("GEMM", operator_workload("GEMM", extents), names, self._tensors)
        wanted = ["B", "H"] if len(batch) <= 2 else [f"B{number}" for number in range(len(batch))]
        names |= dict(zip(batch, wanted, strict=False))
        return Recognised("batched GEMM", self._general(names), names, self._tensors)

    def _general(self, names: dict[str, str]) -> Workload:
        return renamed(self._ordered, names, self._tensors)

    @property
    def _ordered(self) -> Workload:
        return replace(self.workload, inputs=(self.input, self.filter))


def _operator(
    operator: str, workload: Workload, windows: tuple[Index, ...], names: dict[str, str], tensors: dict[str, str]
) -> Recognised | None:
    """The operator on the extents of a workload, if its tensors have the operator's axes, in any order."""
    extents = dict.fromkeys(operator_dimensions(operator), 1)
    extents |= {names[name]: extent for name, extent in workload.dimensions}
    axes = [axis for _, _, axis in _SPATIAL[-len(windows) :]]
    stride = {axis: index.stride for index, axis in zip(windows, axes, strict=True)}
    dilation = {axis: index.dilation for index, axis in zip(windows, axes, strict=True)}
    found = operator_workload(operator, extents, stride=stride, dilation=dilation)
    alike = all(
        _axes(theirs, names) == {axis for axis in ours.subscripts if any(t.dimension in used for t in axis.terms)}
        for used in [set(names.values())]
        for ours, theirs in zip(found.tensors, workload.tensors, strict=True)
    )
    return Recognised(operator, found, names, tensors) if alike else None


def _pooling(workload: Workload, tensor: Tensor) -> Recognised | None:
    """POOL over one or two window axes, all else in both tensors; three are a general workload with the same names."""
    windows = tuple(_windows(workload, tensor, workload.reduction_dimensions))
    inside = {name for index in windows for name in (index.output, index.window)}
    plain = [t.dimension for axis in workload.output.subscripts for t in axis.terms if t.dimension not in inside]
    both = tensor.dimensions & workload.output.dimensions
    if not 1 <= len(windows) <= 3 or len(plain) > 2 or not set(workload.extents) - inside <= both:
        return None
    names = dict(zip(reversed(plain), "CN", strict=False))
    axes = _VOLUME if len(windows) == 3 else _SPATIAL[-len(windows) :]
    for index, (output, window, _) in zip(windows, axes, strict=True):
        names |= {index.output: output, index.window: window}
    tensors = {tensor.name: "input", workload.output.name: "output"}
    if len(windows) == 3:
        return Recognised("3-D pooling", renamed(workload, names, tensors), names, tensors)
    return _operator("POOL", workload, windows, names, tensors)


def _windows(workload: Workload, tensor: Tensor, taps: frozenset[str]) -> Iterator[Index]:
    """The window axes of a tensor: an output dimension and a reduction that also moves the filter."""
    for axis in tensor.subscripts:
        if len(axis.terms) != 2:
            continue
        moved = sorted(axis.terms, key=lambda term: term.dimension not in workload.output.dimensions)
        output, window = moved
        if output.dimension in taps or window.dimension in workload.output.dimensions:
            continue
        if output.dimension in workload.output.dimensions and window.dimension in taps:
            yield Index("", output.dimension, window.dimension, output.coefficient, window.coefficient)


def _axes(tensor: Tensor, names: dict[str, str]) -> set[Subscript]:
    return {
        Subscript(_in_order(tuple(Term(names[t.dimension], t.coefficient) for t in axis.terms)))
        for axis in tensor.subscripts
    }


def _in_order(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """The output's term first, as an index has it."""
    return tuple(sorted(terms, key=lambda term: not term.dimension.endswith("'")))


def renamed(workload: Workload, dimensions: dict[str, str], tensors: dict[str, str]) -> Workload:
    """A general workload under other names, with its windows as indices."""
    items = [
        Tensor(
            tensors[tensor.name],
            tuple(
                Subscript(_in_order(tuple(Term(dimensions[t.dimension], t.coefficient) for t in axis.terms)))
                for axis in tensor.subscripts
            ),
        )
        for tensor in workload.tensors
    ]
    extents = tuple((dimensions[name], extent) for name, extent in workload.dimensions)
    return replace(
        workload,
        dimensions=extents,
        inputs=tuple(items[:-1]),
        output=items[-1],
        indices=indices_of(items, {name for name, _ in extents}),
    )


def indices_of(tensors: list[Tensor], taken: set[str]) -> tuple[Index, ...]:
    """An index for each axis over two dimensions, named after its output dimension."""
    found: dict[Subscript, Index] = {}
    for axis in (axis for tensor in tensors for axis in tensor.subscripts if len(axis.terms) == 2):
        if axis in found:
            continue
        output, window = axis.terms
        name = output.dimension.removesuffix("'")
        while name in taken or name in {index.name for index in found.values()}:
            name += window.dimension
        found[axis] = Index(name, output.dimension, window.dimension, output.coefficient, window.coefficient)
    return tuple(found.values())
