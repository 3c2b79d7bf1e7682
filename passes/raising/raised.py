"""Raise a loop nest: every conforming statement becomes a workload with a dataflow, every other one is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import ClassVar, Literal

from ...ir import (
    OPERATORS,
    WORKLOAD_RULES,
    Access,
    Dataflow,
    Diagnostic,
    Findings,
    Layer,
    LoopNest,
    Network,
    Placement,
    Severity,
    Span,
    Statement,
    Workload,
    chain,
)
from ...ir.arguments import checked
from .bounds import bounds_remarks
from .counters import Point
from .dimensions import find_dimensions
from .divisions import read_point, unpacked
from .guards import narrowed
from .isl_text import Loops
from .levels import Level, check_schedule, dataflow_of, find_levels
from .operation import renamed_statement, with_statement
from .padding import of_operator, padding_of
from .radix import apart
from .remarks import split_remarks, tensor_remarks
from .roles import indices_of, recognise
from .shape import Shape
from .split import Placed, prepare, split_nest
from .windows import whole_windows


@dataclass(frozen=True, slots=True)
class Raised:
    """A statement as a workload with the dataflow of its loops; neither if it was refused.

    `kind` names the operator that was recognised, or is `general`. `units` are those of the nest's parallel loops, one
    number a level: on a machine of `pes` elements the program runs every point where and when the nest does.
    `shape` is the statement over its dimensions, and `own` tells how an operator calls them. `inside` are the statement
    and its loops with the conditions that these cannot say.
    """

    name: str
    workload: Workload | None = None
    dataflow: Dataflow | None = None
    units: tuple[int, ...] = ()
    kind: str = "general"
    diagnostics: tuple[Diagnostic, ...] = field(default=(), compare=False)
    span: Span | None = field(default=None, compare=False)
    shape: Shape | None = field(default=None, compare=False, repr=False)
    own: tuple[tuple[str, str], ...] = field(default=(), compare=False, repr=False)
    inside: tuple[Statement, Loops] | None = field(default=None, compare=False, repr=False)

    @property
    def pes(self) -> int:
        """Processing elements of the nest's own machine."""
        return prod(self.units)

    @property
    def layer(self) -> Layer:
        """The result as a layer of a network."""
        known = self.kind if self.kind in OPERATORS else ""
        return Layer(self.name, self.workload, self.dataflow, known, self.diagnostics, self.span)


@dataclass(frozen=True, slots=True)
class RaisePass:
    """Loop nest to programs. `recognize=no` keeps the nest's own names for dimensions and tensors."""

    name: ClassVar[str] = "raise"
    recognize: Literal["yes", "no"] = "yes"

    def apply(self, nest: LoopNest) -> tuple[Raised, ...]:
        """What each statement of the nest raises to."""
        return raise_nest(nest, recognize=self.recognize == "yes")

    def network(self, nest: LoopNest) -> Network:
        """The results as the layers of a network."""
        layers = tuple(item.layer for item in self.apply(nest))
        return Network(nest.name, layers, chain(len(layers)))


@checked
def raise_nest(nest: LoopNest, recognize: bool = True) -> tuple[Raised, ...]:
    """One result per statement that operates on elements or is refused, in the order of the text.

    Fills, copies into and out of local arrays and what chooses by place raise to nothing; a note on the first result
    says so. Without `recognize` dimensions and tensors keep the names of loops and arrays.
    """
    return raise_prepared(prepare(nest), nest, recognize)


def raise_prepared(nest: LoopNest, source: LoopNest, recognize: bool = True) -> tuple[Raised, ...]:
    """`raise_nest` of a nest that was prepared, and of which `source` is the text."""
    placed = split_nest(nest)
    found: list[Raised] = []
    notes: list[Diagnostic] = []
    several = sum(not item.is_left_out for item in placed)
    for item in placed:
        if item.is_left_out:
            notes.append(_left_out(item))
            continue
        name = nest.name if several == 1 else f"{nest.name}_{len(found) + 1}"
        found.append(_with_remarks(_raise(item, name, nest, recognize), item, placed, nest, source))
    if not found:
        missing = Diagnostic("W409", f"'{nest.name}' has no statement that is raised", span=nest.span)
        return (Raised(nest.name, diagnostics=(missing, *notes), span=nest.span),)
    return (replace(found[0], diagnostics=(*notes, *found[0].diagnostics)), *found[1:])


def _with_remarks(result: Raised, item: Placed, placed: Sequence[Placed], nest: LoopNest, source: LoopNest) -> Raised:
    """A result with what its counts do not tell."""
    if result.workload is None:
        return result
    ranks = {array.name: len(array.shape or ()) for array in source.arrays}
    earlier = [other for other in placed[: placed.index(item)] if other.conforms and not other.diagnostics]
    remarks = (*tensor_remarks(item, nest, ranks), *split_remarks(item, earlier, nest))
    return replace(result, diagnostics=(*result.diagnostics, *remarks))


def _left_out(item: Placed) -> Diagnostic:
    assert isinstance(item.statement, Statement)
    message = f"'{item.statement}' is not raised: {_why(item, item.statement)}"
    return Diagnostic("W410", message, Severity.NOTE, item.statement.span)


def _why(item: Placed, statement: Statement) -> str:
    if not any(access.subscripts for access in statement.reads):
        return "it reads no element of an array"
    if item.moves:
        return "it copies into or out of a local array"
    if statement.choices:
        return "it chooses by where a point lies"
    return "one of its operations is not known" if item.loops else "it stands in no loop"


def _raise(item: Placed, name: str, nest: LoopNest, recognize: bool) -> Raised:
    if item.diagnostics or not isinstance(item.statement, Statement):
        return Raised(name, diagnostics=item.diagnostics, span=item.span)
    written = item.statement, item.loops
    found = _narrowed(whole := whole_windows(*written), item, name, nest, recognize)
    # Where a cut window is none, the loops are refused as they are written.
    return found if found.workload or whole == written else _narrowed(written, item, name, nest, recognize)


def _narrowed(within: tuple[Statement, Loops], item: Placed, name: str, nest: LoopNest, recognize: bool) -> Raised:
    findings = Findings()
    inside = narrowed(*within, findings)
    result = None if inside is None else _program(inside, item, nest, recognize, findings)
    if inside is None or result is None or findings.has_errors:
        return Raised(name, diagnostics=tuple(findings.items), span=item.span)
    notes = (*findings.items, *bounds_remarks(*inside, nest))
    return replace(result, name=name, diagnostics=notes, span=item.span, inside=inside)


def _program(
    inside: tuple[Statement, Loops], item: Placed, nest: LoopNest, recognize: bool, findings: Findings
) -> Raised | None:
    """What a narrowed statement raises to: as it is written, or else with the axes of flattened arrays apart."""
    assert isinstance(item.statement, Statement)
    point = read_point(*inside, findings)
    if point is None:
        return None
    written = Findings()
    found = _attempt(point, item.statement, nest, recognize, written)
    if found is None or (recognize and not _is_certain(found)):
        split, others = apart(point), Findings()
        better = None if split == unpacked(point) else _attempt(split, item.statement, nest, recognize, others)
        if better is not None and (found is None or better.kind != "general"):
            findings.items += others.items
            return better
    findings.items += written.items
    return found


def _is_certain(found: Raised) -> bool:
    """Whether an operator was recognised that no flattened product looks like: windows of a convolution share taps."""
    assert found.workload is not None
    extents = found.workload.extents
    apart = [
        item
        for item in found.workload.indices
        if item.stride >= item.dilation * extents[item.window] > 1
        or item.dilation >= item.stride * extents[item.output] > 1
    ]
    return found.kind != "general" and not apart


def _attempt(point: Point, statement: Statement, nest: LoopNest, recognize: bool, findings: Findings) -> Raised | None:
    shape = find_dimensions(point, findings)
    if shape is None:
        return None
    workload = with_statement(_workload(shape), shape)
    _check_workload(workload, point, findings)
    padding = padding_of(shape, workload, nest, findings)
    levels = None if findings.has_errors else find_levels(shape, findings)
    if levels is None:
        return None
    check_schedule(levels, shape, findings)
    if findings.has_errors:
        return None
    _check_innermost(levels, findings)
    _note_operation(statement, findings)
    dataflow = dataflow_of(levels, shape, _placements(nest, shape, findings))
    units = tuple(level.units for level in levels)
    known = recognise(workload) if recognize else None
    if known is None:
        return Raised("", replace(workload, padding=padding), dataflow, units, shape=shape)
    own = tuple(known.dimensions.items())
    padded = replace(
        known.workload,
        padding=of_operator(padding, workload, known.workload, known.dimensions),
        statement=renamed_statement(workload.statement, known.tensors),
    )
    return Raised("", padded, known.rename(dataflow), units, known.kind, shape=shape, own=own)


def _check_innermost(levels: tuple[Level, ...], findings: Findings) -> None:
    """The memory inside of the last units is that of the PEs, which stands there without a name."""
    last = levels[-1].across
    if last is not None and last.memory is not None:
        message = f"memory '{last.memory}' of the innermost parallel loop '{last.loop}' stands at no cluster"
        findings.add("W203", message, last.span, hint="the memory at the PEs needs no name: leave it out")


def _placements(nest: LoopNest, shape: Shape, findings: Findings) -> tuple[Placement, ...]:
    """What the memories hold of this statement's tensors: all that stand for an array."""
    arrays = [array.name for array in nest.arrays]
    found = []
    for item in nest.placements:
        for name in item.tensors:
            if name not in arrays:
                findings.add("W002", f"memory '{item.memory}' holds '{name}', which is no array", item.span)
        held = tuple(
            tensor.name
            for name in item.tensors
            for tensor in (*shape.inputs, shape.output)
            if shape.array_of(tensor.name) == name
        )
        found.append(replace(item, tensors=held))
    return tuple(found)


def _workload(shape: Shape) -> Workload:
    extents = tuple((item.name, item.extent) for item in shape.dimensions)
    tensors = [*shape.inputs, shape.output]
    return Workload("AFFINE", extents, shape.inputs, shape.output, indices_of(tensors, {name for name, _ in extents}))


def _check_workload(workload: Workload, point: Point, findings: Findings) -> None:
    for code, message, hint in (problem for rule in WORKLOAD_RULES for problem in rule(workload)):
        findings.add(code, message, point.statement.span, hint=hint)


def _note_operation(statement: Statement, findings: Findings) -> None:
    """What the counts take apart: an array that is read in several places."""
    reads: dict[str, set[Access]] = {}
    for item in statement.operands:
        reads.setdefault(item.array, set()).add(item)
    for name, places in reads.items():
        if len(places) > 1:
            message = f"array '{name}' is read in {len(places)} places, which are counted as that many tensors"
            findings.add("W412", message, statement.span, severity=Severity.NOTE)
