"""From a Dataflow block to a program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ...ir import (
    DIRECTIVES,
    MAX_EXTENT,
    Cluster,
    Dataflow,
    Directive,
    Findings,
    Index,
    Placement,
    Severity,
    Size,
    Span,
    Workload,
)
from .extents import has_errors_since
from .holes import name_holes
from .nodes import ClusterNode, Expression, HoldNode, MapNode
from .sections import Section
from .sizes import Scope, SizeError, evaluate, guess

_LETTERS = ("P", "L")


@dataclass
class ProgramReader:
    """Reads the statements of one Dataflow block.

    Without a workload the names of dimensions and tensors are taken as they are. `dropped` are names that
    the layer declared with extent 1 and that its operator does not have; maps of them do nothing.
    """

    section: Section
    scope: Scope
    findings: Findings
    workload: Workload | None = None
    dropped: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    _levels: list[list[Directive]] = field(default_factory=lambda: [[]])
    _clusters: list[Cluster] = field(default_factory=list)
    _placements: dict[str, Placement] = field(default_factory=dict)

    def read(self) -> Dataflow | None:
        """The program, or None with findings."""
        before = len(self.findings.items)
        for node in name_holes(self.section.items):
            if isinstance(node, MapNode):
                self._map(node)
            elif isinstance(node, ClusterNode):
                self._cluster(node)
            else:
                self._hold(node)
        if self.section.damaged or has_errors_since(self.findings, before):
            return None
        levels = tuple(tuple(self._in_inputs(item, level) for item in level) for level in self._levels)
        return Dataflow(levels, tuple(self._clusters), tuple(self._placements.values()))

    def _report(self, code: str, message: str, span: Span, hint: str = "") -> None:
        self.findings.add(code, message, span, notes=self.notes, hint=hint)

    def _map(self, node: MapNode) -> None:
        name = node.dimension.text
        size = self._size(node.size, f"size of {node.keyword} {name}")
        offset = self._size(node.offset, f"offset of {node.keyword} {name}")
        if name in self.dropped:
            message = f"{name} has extent 1 and is no dimension of {self._operator}: the map does nothing"
            span = self.section.span(node)
            self.findings.add("W108", message, span, severity=Severity.NOTE, notes=self.notes)
            return
        if not self._is_known(node) or size is None or offset is None:
            return
        self._levels[-1].append(DIRECTIVES[node.keyword](size, offset, name, self.section.span(node)))

    @property
    def _operator(self) -> str:
        return self.workload.operator if self.workload else ""

    def _is_known(self, node: MapNode) -> bool:
        if self.workload is None:
            return True
        names = {**self.workload.extents, **self.workload.index_by_name}
        if node.dimension.text in names:
            return True
        message = f"unknown dimension '{node.dimension.text}'{guess(node.dimension.text, names)}"
        hint = f"{self._operator} has {', '.join(names)}"
        self._report("W002", message, self.section.span(node.dimension), hint)
        return False

    def _in_inputs(self, directive: Directive, level: list[Directive]) -> Directive:
        """A strided map with its offset in input coordinates; MAESTRO's files may count it in outputs."""
        size, offset = directive.size, directive.offset
        if self.workload is None or self._operator == "AFFINE":
            return directive
        if not (isinstance(size, int) and isinstance(offset, int)):
            return directive
        index = self.workload.index_by_name.get(directive.dimension)
        if index is None or index.stride == 1 or not counts_outputs(self.workload, index, size, offset, level):
            return directive
        return replace(directive, offset=offset * index.stride)

    def _cluster(self, node: ClusterNode) -> None:
        size = self._size(node.size, "size of Cluster")
        memory = node.memory.text if node.memory and node.memory.text not in _LETTERS else None
        self._clusters.append(Cluster(1 if size is None else size, memory, self.section.span(node)))
        self._levels.append([])

    def _hold(self, node: HoldNode) -> None:
        memory, tensors = node.memory.text, [tensor.text for tensor in node.tensors]
        if memory in self._placements:
            self._report("W006", f"memory '{memory}' has a second Hold", self.section.span(node))
            return
        known = None if self.workload is None else tuple(tensor.name for tensor in self.workload.tensors)
        for tensor, earlier in zip(node.tensors, _prefixes(tensors), strict=True):
            if known is not None and tensor.text not in known:
                ending = guess(tensor.text, known)
                message = f"unknown tensor '{tensor.text}'{ending}"
                hint = f"the tensors are {', '.join(known)}"
                self._report("W002", message, self.section.span(tensor), hint)
            elif tensor.text in earlier:
                self._report("W006", f"tensor '{tensor.text}' is named twice", self.section.span(tensor))
        self._placements[memory] = Placement(memory, tuple(tensors), self.section.span(node))

    def _size(self, node: Expression, what: str) -> Size | None:
        try:
            size = evaluate(node, self.scope)
        except SizeError as error:
            self._report(error.code, error.message, self.section.span(error.node), error.hint)
            return None
        if isinstance(size, int):
            if 1 <= size <= MAX_EXTENT:
                return size
            if size < 1:
                self._report("W004", f"{what} is {size}; it must be at least 1", self.section.span(node))
            else:
                message = f"{what} is {size}; the limit is {MAX_EXTENT} (2**31-1)"
                self._report("W010", message, self.section.span(node))
            return None
        if size.is_nonpositive or size.is_number:
            self._report("W004", f"{what} is {size}; it must be at least 1", self.section.span(node))
            return None
        return size


def _prefixes(names: list[str]) -> Iterable[set[str]]:
    seen: set[str] = set()
    for name in names:
        yield set(seen)
        seen.add(name)


def counts_outputs(workload: Workload, index: Index, size: int, offset: int, level: Sequence[Directive]) -> bool:
    """Whether the offset of a map of a strided index is written in units of outputs.

    It is when the chunk holds whole windows, is not the only one, and the offset is their number; not on a diagonal,
    where it goes with the offset of the window.
    """
    taps = workload.extents[index.window]
    if size < index.span(1, taps) or size >= index.span(workload.extents[index.output], taps):
        return False
    spread = {item.dimension for item in level if item.spatial}
    return offset == index.windows(size, taps) and not {index.name, index.window} <= spread
