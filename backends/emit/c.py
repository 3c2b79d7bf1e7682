"""A loop nest as a translation unit of C99 with OpenMP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod

from ...ir import Access, Affine, Compute, Literal, LoopKind, LoopNest, NestLoop, Node, Placement, Statement
from .c_expressions import RESERVED, TYPES, Expressions, declaration
from .checks import MATH, check
from .names import renamed
from .ranges import Ranges, inside, magnitude
from .shapes import with_reached_extents
from .sharing import Path, Sharing, analyse_sharing, read_before_set

STACK_ELEMENTS = 2**13
"""Local arrays with more elements are kept off the stack."""

MAX_THREADS = 1024
"""Iterations up to which each gets a thread of its own; a system may refuse to make more."""

_WIDTH = 100
_PRELUDE = (
    (rf"\b({'|'.join(sorted(MATH))}|fmax|fmin)\(|\bINFINITY\b|\bNAN\b", "#include <math.h>"),
    (r"\bbool\b", "#include <stdbool.h>"),
    (r"\bint\d+_t\b", "#include <stdint.h>"),
    (r"\bllabs\(", "#include <stdlib.h>"),
    (r"\bMAX\(", "#define MAX(a, b) ((a) > (b) ? (a) : (b))"),
    (r"\bMIN\(", "#define MIN(a, b) ((a) < (b) ? (a) : (b))"),
)


def emit_c(nest: LoopNest, name: str | None = None) -> str:
    """One function, called as the nest or `name`, that runs with and without OpenMP.

    Parallel loops become OpenMP's, with a thread for each unit; other facts stand in `#pragma weft`. Numbers that the
    function sets are passed as arrays of one element. Names that C reserves are changed. Raises WeftError for a nest
    that is not readable throughout or has arrays of several axes and unknown shape.
    """
    nest = with_reached_extents(nest)
    check(nest, TYPES, nest.arrays)
    nest = renamed(_zeroed(replace(nest, name=name or nest.name)), RESERVED, ascii_only=True)
    arrays = {array.name: array for array in nest.arrays}
    targets = {node.target.array for _, node in nest.statements() if isinstance(node, Statement)}
    single = frozenset(array.name for array in nest.arrays if not (array.local or array.shape)) & targets
    counter = "int" if magnitude(nest) < 2**31 else "int64_t"
    writer = _Writer(Expressions(arrays, single), analyse_sharing(nest), counter)
    lines = [*_signature(nest, single), "{", *(f"    {line}" for line in _declarations(nest))]
    for position, node in enumerate(nest.body):
        lines += [f"    {line}" for line in writer.node(node, (position,), {})]
    text = "\n".join([*lines, "}"]) + "\n"
    prelude = "".join(f"{line}\n" for pattern, line in _PRELUDE if re.search(pattern, text))
    comment = f"/* The loop nest `{nest.name}`, written by Weft. With -fopenmp its units run at once. */\n"
    return f"{comment}{prelude}\n{text}"


def _zeroed(nest: LoopNest) -> LoopNest:
    """The nest with statements that set local arrays to zero where it depends on that."""
    found: list[Node] = []
    for array in read_before_set(nest):
        axes = array.shape or ()
        iterators = [f"i{axis}" for axis in range(len(axes))]
        node: Node = Statement(Access(array.name, tuple(map(Affine.of, iterators))), Literal(0))
        for iterator, size in zip(reversed(iterators), reversed(axes), strict=True):
            node = NestLoop(iterator, (Affine.of(0),), (Affine.of(size),), (node,))
        found.append(node)
    return replace(nest, body=(*found, *nest.body))


def _signature(nest: LoopNest, single: frozenset[str]) -> Iterator[str]:
    parameters = [
        declaration(replace(array, shape=(1,)) if array.name in single else array)
        for array in nest.arrays
        if not array.local
    ]
    line = f"void {nest.name}({', '.join(parameters) or 'void'})"
    if len(line) <= _WIDTH:
        yield line
        return
    yield f"void {nest.name}("
    yield from (f"    {item}," for item in parameters[:-1])
    yield f"    {parameters[-1]})"


def _declarations(nest: LoopNest) -> Iterator[str]:
    """Local arrays, a use of what would give a warning, and what the memories hold."""
    statements = [node for _, node in nest.statements() if isinstance(node, Statement)]
    read = {access.array for node in statements for access in node.reads}
    written = {node.target.array for node in statements}
    for array in nest.arrays:
        if array.local:
            yield f"{'static ' * (prod(array.shape or ()) > STACK_ELEMENTS)}{declaration(array)};"
    for array in nest.arrays:
        if array.name not in read and (array.local or array.name not in written):
            yield f"(void){array.name};"
    for placement in nest.placements:
        yield _hold(placement)


def _hold(placement: Placement) -> str:
    tensors = "".join(f" {name}," for name in placement.tensors).removesuffix(",")
    return f"#pragma weft hold({placement.memory}:{tensors})"


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes nodes, given their path and the ranges of the iterators around."""

    expressions: Expressions
    sharing: Sharing
    counter: str

    def node(self, node: Node, path: Path, ranges: Ranges) -> Iterator[str]:
        if isinstance(node, Statement):
            yield from self._statement(node, path, ranges)
        elif isinstance(node, NestLoop):
            yield from self._pragmas(node, path, ranges)
            yield self._header(node, ranges)
            within = inside(node, ranges)
            for position, inner in enumerate(node.body):
                yield from (f"    {line}" for line in self.node(inner, (*path, position), within))
            yield "}"

    def _pragmas(self, loop: NestLoop, path: Path, ranges: Ranges) -> Iterator[str]:
        if loop.memory is not None:
            yield f"#pragma weft memory({loop.memory})"
        if loop.kind is LoopKind.CHUNK:
            yield "#pragma weft chunk"
        if loop.kind is LoopKind.PARALLEL:
            units = loop.units or _iterations(loop)
            threads = f" num_threads({units})" if units else ""
            private = ", ".join(self.sharing.private_to(path))
            alone = " if(0)" if _iterations(loop) == 1 else ""
            shared = f" private({private})" if private else ""
            shared += self._reduction(path, ranges)
            yield f"#pragma omp parallel for{threads}{alone} schedule(static, 1){shared}"

    def _reduction(self, path: Path, ranges: Ranges) -> str:
        """The clause for a loop whose iterations all update one element."""
        found = self.sharing.reduced_by(path)
        return f" reduction({found.reduction}: {self.expressions.section(found.target, ranges)})" if found else ""

    def _header(self, loop: NestLoop, ranges: Ranges) -> str:
        first, last, sign, comparison = ("MAX", "MIN", "+", "<") if loop.step > 0 else ("MIN", "MAX", "-", ">")
        start = self.expressions.extreme(first, loop.lower, ranges)
        end = self.expressions.extreme(last, loop.upper, ranges)
        step = sign * 2 if abs(loop.step) == 1 else f" {sign}= {abs(loop.step)}"
        name = loop.iterator
        return f"for ({self.counter} {name} = {start}; {name} {comparison} {end}; {name}{step}) {{"

    def _statement(self, statement: Statement, path: Path, ranges: Ranges) -> Iterator[str]:
        target = self.expressions.access(statement.target, ranges)
        value, operator = statement.value, f"{statement.reduction}="
        is_extreme = statement.reduction in ("max", "min")
        if path in self.sharing.atomic:
            yield "#pragma omp critical" if is_extreme else "#pragma omp atomic"
        if operator == "+=" and isinstance(value, Compute) and value.function == "-" and len(value.operands) == 1:
            value, operator = value.operands[0], "-="
        text = self.expressions.value(value, ranges)
        if is_extreme:
            text = self.expressions.call(statement.reduction, (statement.target, value), (target, text))
            operator = "="
        yield f"{target} {operator} {text};"


def _iterations(loop: NestLoop) -> int | None:
    """How often a loop between numbers runs, if there may be as many threads."""
    if not all(bound.is_constant for bound in (*loop.lower, *loop.upper)):
        return None
    first, last = (max, min) if loop.step > 0 else (min, max)
    start = first(bound.constant for bound in loop.lower)
    count = len(range(start, last(bound.constant for bound in loop.upper), loop.step))
    return count if count <= MAX_THREADS else None
