"""Split a function into perfect nests: each statement with its own loops, where the dependences allow it.

Before:  for i, for j { C[i][j] = 0; for k C[i][j] += A[i][k] * B[k][j]; }
After:   for i, for j C[i][j] = 0;      for i, for j, for k C[i][j] += A[i][k] * B[k][j];
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from ...ir import (
    Diagnostic,
    Findings,
    LoopNest,
    NestLoop,
    Node,
    Span,
    Statement,
    Unreadable,
    leaves,
)
from .begun import with_begun_sums
from .conforming import conforms, moves, operates, summands
from .dependences import depends, depends_on_itself
from .elements import common
from .expand import expand_locals
from .forward import forward_temporaries
from .peeled import without_edges
from .upwards import with_upward_loops

MOST_STATEMENTS = 48
"""Statements in one nest; each pair of them is compared."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A statement in its loops; with diagnostics if it cannot stand alone or cannot be read."""

    statement: Statement | Unreadable
    loops: tuple[NestLoop, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    moves: bool = False
    """Whether the statement copies into or out of a local array."""

    @property
    def span(self) -> Span | None:
        """Where the statement stands."""
        if isinstance(self.statement, Statement):
            return self.statement.span
        return self.statement.diagnostics[0].span if self.statement.diagnostics else None

    @property
    def conforms(self) -> bool:
        """Whether the statement is raised: it accumulates, is a product, or operates on elements in a loop."""
        if isinstance(self.statement, Unreadable) or self.moves:
            return False
        return conforms(self.statement) or (bool(self.loops) and operates(self.statement))

    @property
    def accumulates(self) -> bool:
        """Whether it is raised, and accumulates or is a product."""
        return self.conforms and isinstance(self.statement, Statement) and conforms(self.statement)

    @property
    def is_left_out(self) -> bool:
        """Whether there is nothing to raise and nothing wrong."""
        return not self.conforms and not self.diagnostics


def prepare(nest: LoopNest) -> LoopNest:
    """The nest with temporaries forwarded, and every iteration with its own copy of the locals that are left.

    What a single iteration does stands outside of its loop, as what it begins a sum with; values of temporaries may
    tell more of that.
    """
    return expand_locals(_outside(forward_temporaries(_outside(with_upward_loops(nest)))))


def _outside(nest: LoopNest) -> LoopNest:
    return without_edges(with_begun_sums(nest))


def split_nest(nest: LoopNest) -> tuple[Placed, ...]:
    """Every statement of a prepared nest in the order of the text, refused where it cannot be separated from others."""
    local = frozenset(array.name for array in nest.arrays if array.local)
    return tuple(item for node in nest.body for item in _split(node, local))


def _split(node: Node, local: frozenset[str]) -> Iterator[Placed]:
    """The statements under one node of the function's body."""
    found = [Placed(part, loops, (), moves(part, local)) for loops, leaf in leaves((node,)) for part in _parts(leaf)]
    unread = [item for item in found if isinstance(item.statement, Unreadable)]
    if unread:
        yield from (_refused(item, unread[0]) for item in found if item.conforms or item in unread)
        return
    if len(found) > MOST_STATEMENTS:
        yield from (replace(item, diagnostics=(_too_many(item, len(found)),)) for item in found)
        return
    tied = _tied(found)
    for number, item in enumerate(found):
        partners = [found[other] for group in tied if number in group for other in sorted(group - {number})]
        yield replace(item, diagnostics=tuple(_dependence(item, partners)))


def _parts(leaf: Statement | Unreadable) -> list[Statement | Unreadable]:
    """A statement for each summand of one."""
    return [replace(leaf, value=value) for value in summands(leaf)] if isinstance(leaf, Statement) else [leaf]


def _refused(item: Placed, unread: Placed) -> Placed:
    if isinstance(item.statement, Unreadable):
        return replace(item, diagnostics=item.statement.diagnostics)
    message = f"'{item.statement}' shares a loop with what cannot be read"
    notes = (f"see {unread.span}",) if unread.span else ()
    finding = Diagnostic("W405", message, span=item.span, notes=notes, hint="move it to a loop of its own")
    return replace(item, diagnostics=(finding,))


def _too_many(item: Placed, count: int) -> Diagnostic:
    message = f"{count} statements share a loop; at most {MOST_STATEMENTS} can be separated"
    return Diagnostic("W405", message, span=item.span, hint="give each its own loops")


def _tied(found: list[Placed]) -> list[set[int]]:
    """Groups of statements that depend on each other in a circle."""
    if not any(needs_later(*pair) for pair in combinations(found, 2)):
        return []
    import networkx

    graph: networkx.DiGraph[int] = networkx.DiGraph()
    graph.add_nodes_from(range(len(found)))
    for (a, first), (b, second) in combinations(enumerate(found), 2):
        if needs_later(first, second):
            graph.add_edge(b, a)
        if depends(first.statement, first.loops, second.statement, second.loops, _shared(first, second)):
            graph.add_edge(a, b)
    return [group for group in networkx.strongly_connected_components(graph) if len(group) > 1]


def needs_later(first: Placed, second: Placed) -> bool:
    """Whether the statement that stands first needs an earlier iteration of the second."""
    shared = _shared(first, second)
    return shared > 0 and depends(second.statement, second.loops, first.statement, first.loops, shared, strictly=True)


def _shared(first: Placed, second: Placed) -> int:
    """How many loops stand around both."""
    return len(common([first.loops, second.loops]))


def _dependence(item: Placed, partners: list[Placed]) -> Iterator[Diagnostic]:
    """Why a statement cannot be raised on its own; those that are raised speak for the others of a group."""
    assert isinstance(item.statement, Statement)
    findings = Findings()
    around = [item, *partners]
    if partners and item.conforms and any(other.accumulates for other in around):
        message = f"'{item.statement}' cannot be split from the statements around it"
        notes = [f"it depends on '{other.statement}'{_at(other)} and that on it" for other in partners]
        hint = "give each its own loops, or its own storage: a value that is used again is overwritten too early"
        findings.add("W405", message, item.span, notes=notes, hint=hint)
    elif partners and (item.conforms or not any(other.conforms for other in partners)):
        message = f"'{item.statement}' depends on earlier iterations, and is no reduction"
        notes = [f"through '{other.statement}'{_at(other)}" for other in partners]
        findings.add("W406", message, item.span, notes=notes, hint=_FREE_ORDER)
    elif not partners and (array := depends_on_itself(item.statement, item.loops)):
        message = f"an iteration uses '{array}' where another one writes it, and this is no reduction"
        findings.add("W406", message, item.span, hint=_FREE_ORDER)
    yield from findings.items


_FREE_ORDER = "directives run points in any order but for sums; write the results to another array if that is meant"


def _at(item: Placed) -> str:
    return f" ({item.span})" if item.span else ""
