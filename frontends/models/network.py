"""From the graph of a model to a network: layers in the order of the data, and who makes their inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from ...ir import WORKLOAD_RULES, Diagnostic, Edge, Layer, Network, Problem, Severity, WeftError, Workload
from .graph import GraphNode, GraphTensor, ModelGraph
from .operators import REFUSED, RULES, Call, Part, Unstated, View

_SHOWN = 6
_PRODUCTS = ("Conv", "Einsum", "Gemm", "MatMul")


def network_of(graph: ModelGraph) -> Network:
    """The network of a model.

    Every node is one or several layers, or another name for a tensor, or depends on constants alone, or makes no
    elements; what cannot be stated is a layer without a workload, whose finding (W802) says why. Raises WeftError
    (W801) for a graph with a circle or with a tensor that two nodes make.
    """
    builder = _Builder(graph)
    for number in in_order(graph.nodes):
        builder.add(graph.nodes[number])
    return builder.network()


def in_order(nodes: Sequence[GraphNode]) -> tuple[int, ...]:
    """The positions of the nodes, each behind those whose tensors it reads, as they stand where that is such an order.

    Raises WeftError (W801) where there is none.
    """
    makers: dict[str, int] = {}
    for number, node in enumerate(nodes):
        for name in node.outputs:
            if name and makers.setdefault(name, number) != number:
                message = f"tensor '{name}' is made twice, by '{nodes[makers[name]].name}' and by '{node.name}'"
                raise WeftError(Diagnostic("W801", message, span=node.span))
    if all(makers.get(name, -1) < number for number, node in enumerate(nodes) for name in node.inputs):
        return tuple(range(len(nodes)))
    before = {number: {makers[name] for name in node.inputs if name in makers} for number, node in enumerate(nodes)}
    try:
        return tuple(TopologicalSorter(before).static_order())
    except CycleError as error:
        names = [f"'{nodes[number].name}'" for number in error.args[1][::-1]]
        shown = " -> ".join(names if len(names) <= _SHOWN else [*names[:_SHOWN], "…"])
        raise WeftError(Diagnostic("W801", f"the graph runs in a circle: {shown}")) from None


@dataclass
class _Builder:
    """Collects layers and edges, node after node."""

    graph: ModelGraph
    layers: list[Layer] = field(default_factory=list)
    edges: dict[Edge, None] = field(default_factory=dict)
    makers: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """The layers that make a tensor; none for those from outside."""
    moved: Counter[str] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)
    empty: Counter[str] = field(default_factory=Counter)
    macs_before: int = 0
    known: dict[Workload, tuple[Workload, tuple[Problem, ...]]] = field(default_factory=dict)
    refused: list[GraphNode] = field(default_factory=list)
    roots: dict[str, GraphNode] = field(default_factory=dict)
    """The node that is left out first before a tensor whose shape is not known for this."""
    tensors: dict[str, GraphTensor] = field(init=False)

    def __post_init__(self) -> None:
        self.tensors = dict(self.graph.tensors)

    def add(self, node: GraphNode) -> None:
        """The layers of one node."""
        if self._is_constant(node):
            self.before[node.operator] += 1
            self.macs_before += self._macs(node)
            self.tensors |= {
                name: replace(self.tensors[name], constant=True) for name in node.outputs if name in self.tensors
            }
            return
        if self._is_empty(node):
            self.empty[node.operator] += 1
            return
        try:
            made = self._made(node)
        except Unstated as reason:
            self._refuse(node, str(reason))
            return
        parts = [item for item in made if isinstance(item, Part)]
        if not parts:
            self.moved[node.operator] += 1
        for part in parts:
            self._layer(node, part)
        for item in made:
            if isinstance(item, View):
                sources = (*self.makers.get(item.output, ()), *self.makers.get(item.source, ()))
                self.makers[item.output] = tuple(dict.fromkeys(sources))

    def _macs(self, node: GraphNode) -> int:
        """The multiply-accumulates of a product that is made before the model runs."""
        if node.operator not in _PRODUCTS:
            return 0
        try:
            made = self._made(node)
        except Unstated:
            return 0
        return sum(item.workload.macs for item in made if isinstance(item, Part))

    def _is_constant(self, node: GraphNode) -> bool:
        names = [name for name in node.inputs if name]
        known = all(name in self.tensors and self.tensors[name].constant for name in names)
        outputs = [self.tensors[name] for name in node.outputs if name in self.tensors]
        return (known and bool(names)) or (bool(outputs) and all(item.constant for item in outputs))

    def _is_empty(self, node: GraphNode) -> bool:
        """Whether all that a node makes has no elements."""
        outputs = [name for name in node.outputs if name]
        return bool(outputs) and all(name in self.tensors and not self.tensors[name].elements for name in outputs)

    def _is_weight(self, name: str) -> bool:
        return name in self.tensors and self.tensors[name].constant

    def _made(self, node: GraphNode) -> tuple[Part | View, ...]:
        rule = RULES.get(node.operator)
        if node.refusal:
            raise Unstated(node.refusal)
        if rule is None:
            raise Unstated(REFUSED.get(node.operator, "Weft does not know the operator"))
        call = Call(node, self.tensors)
        try:
            made = rule(call)
        except ZeroDivisionError:
            # Such as the mean of no elements.
            raise Unstated("it divides by an extent or an attribute that is 0") from None
        except (IndexError, ValueError, OverflowError):
            # Rules take tensors to have the axes that the operator's have; a file may say anything.
            raise Unstated("its tensors are not of the shapes that it takes") from None
        if any(isinstance(item, Part) and 0 in item.workload.extents.values() for item in made):
            raise Unstated("it reads a tensor of no elements")
        for name, value in node.attributes.items():
            if name not in call.asked:
                raise Unstated(f"attribute '{name}' is {value!r:.40}, which Weft does not read")
        return made

    def _layer(self, node: GraphNode, part: Part) -> None:
        name = f"{node.name}/{part.name}" if part.name else node.name
        workload, problems = self._checked(part.workload)
        found = [
            Diagnostic(problem.code, f"{_title(node)}: {problem.message}", span=node.span, hint=problem.hint)
            for problem in problems
        ]
        if part.note:
            message = f"{_title(node)}: {part.note}"
            found.append(Diagnostic("W803", message, Severity.NOTE, node.span))
        position = len(self.layers)
        stated = None if problems else workload
        inputs = {tensor.name for tensor in workload.inputs} if stated else set()
        weights = tuple(own for own, source in part.reads if own in inputs and self._is_weight(source))
        self.layers.append(Layer(name, stated, None, node.operator, tuple(found), node.span, weights))
        for own, source in part.reads:
            for producer in self.makers.get(source, ()):
                self.edges[Edge(producer, position, own if own in inputs else "")] = None
        self.makers[part.makes] = (*self.makers.get(part.makes, ()), position)

    def _checked(self, workload: Workload) -> tuple[Workload, tuple[Problem, ...]]:
        """The workload, or an equal one of before, and what is wrong with it: networks repeat layers."""
        found = self.known.get(workload)
        if found is None:
            found = workload, tuple(problem for rule in WORKLOAD_RULES for problem in rule(workload))
            self.known[workload] = found
        return found

    def _refuse(self, node: GraphNode, reason: str) -> None:
        position = len(self.layers)
        self.refused.append(node)
        root = next((self.roots[name] for name in node.inputs if name in self.roots), None)
        if root is not None:
            reason = f"how large its inputs are depends on {_title(root)}"
        for name in node.outputs:
            if name and name not in self.tensors:
                self.roots[name] = root or node
        message = f"{_title(node)} is left out: {reason}"
        own = self._elements(node)
        found = Diagnostic("W802", message, span=node.span, notes=(self._share(own),))
        share = None if own is None else own / self._all
        self.layers.append(Layer(node.name, None, None, node.operator, (found,), node.span, share=share))
        for source in dict.fromkeys(node.inputs):
            for producer in self.makers.get(source, ()):
                self.edges[Edge(producer, position)] = None
        for name in node.outputs:
            if name:
                self.makers[name] = (position,)

    def _elements(self, node: GraphNode) -> int | None:
        """How many elements a node makes, where that is known."""
        names = [name for name in node.outputs if name]
        known = all(name in self.tensors for name in names)
        return sum(self.tensors[name].elements for name in names) if known else None

    def _share(self, own: int | None) -> str:
        """Which part of the elements that all nodes make is a node's."""
        if own is None:
            return "how many elements it makes is not known"
        return f"it makes {own:,} of the {self._all:,} elements that the model's nodes make ({own / self._all:.2%})"

    def _left_out(self) -> Iterable[Diagnostic]:
        """All nodes that are left out, with their share of the elements that are known."""
        if self.refused:
            names = (name for node in self.refused for name in node.outputs)
            own = sum(self.tensors[name].elements for name in names if name in self.tensors)
            what = f"that are left out, which make {own / self._all:.2%} of the elements that are known"
            yield from _note(what, Counter(node.operator for node in self.refused))

    @cached_property
    def _all(self) -> int:
        """The elements that all nodes of the graph make, as far as they are known."""
        names = (name for node in self.graph.nodes for name in node.outputs)
        return max(1, sum(self.tensors[name].elements for name in names if name in self.tensors))

    def network(self) -> Network:
        """What was collected."""
        macs = f" ({self.macs_before:,} multiply-accumulates)" if self.macs_before else ""
        notes = [
            *self._left_out(),
            *_note("that move nothing", self.moved),
            *_note("that make no elements", self.empty),
            *_note(f"of constants alone, made before{macs}", self.before),
        ]
        found = (*self.graph.diagnostics, *notes)
        return Network(self.graph.name, tuple(self.layers), tuple(self.edges), found)


def _title(node: GraphNode) -> str:
    return f"{node.operator} '{node.name}'"


def _note(what: str, counted: Counter[str]) -> Iterable[Diagnostic]:
    if counted:
        operators = ", ".join(f"{times} {name}" for name, times in sorted(counted.items()))
        yield Diagnostic("W804", f"nodes {what}: {operators}", Severity.NOTE)
