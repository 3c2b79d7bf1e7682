"""The headers of loops: `range`, the markers `parallel` and `chunk`, `prange`, `ndindex` and `product`."""

from __future__ import annotations

import ast

from ...ir import Affine, LoopKind, NestLoop
from ...ir.nearest import did_you_mean
from .affine import affine, constant, extent_nodes
from .module import plain_text
from .scope import Role, Scope, bound_of
from .source import MAX_DEPTH

_KINDS = {
    "range": LoopKind.SEQUENTIAL,
    "parallel": LoopKind.PARALLEL,
    "prange": LoopKind.PARALLEL,
    "chunk": LoopKind.CHUNK,
}
_HINTS = {
    "enumerate": "write for i in range(n), and the element with its subscript",
    "zip": "write for i in range(n), and the elements with their subscripts",
    "reversed": "write it as range(n - 1, -1, -1)",
}


def read_headers(loop: ast.For, scope: Scope) -> tuple[NestLoop, ...] | None:
    """The loops, outermost first and without bodies, that one `for` is; None with findings."""
    if loop.orelse:
        scope.refuse("W411", "a loop with an else", loop.orelse[0], "write what follows the loop behind it")
    targets, ranges = _ranges(loop, scope)
    for target in targets:
        _check_iterator(target, scope)
    names = [item.id if isinstance(item, ast.Name) else "" for item in targets]
    around = [*scope.iterators, *names]
    if len(set(around)) < len(around):
        scope.refuse("W411", "two loops around each other have the same iterator", loop.target, "rename one of them")
    if len(around) > MAX_DEPTH:
        scope.refuse("W411", f"loops are nested deeper than {MAX_DEPTH}", loop, last=loop.iter)
    found = [_header(name, call, loop, scope) for name, call in zip(names, ranges, strict=False)]
    return None if scope.findings.items else tuple(header for header in found if header)


def _ranges(loop: ast.For, scope: Scope) -> tuple[list[ast.expr], list[ast.expr]]:
    """The iterators and their ranges."""
    function, call = scope.called(loop.iter), loop.iter
    if not isinstance(call, ast.Call) or function not in ("ndindex", "product"):
        return ([loop.target], [call]) if _is_range(call, scope) else ([], [])
    targets = loop.target.elts if isinstance(loop.target, ast.Tuple | ast.List) else [loop.target]
    ranges = call.args if function == "product" else _extent_ranges(call, scope)
    if call.keywords or len(targets) != len(ranges):
        scope.refuse("W411", f"'{function}' needs one iterator for each of its ranges", loop, last=call)
    return targets, ranges


def _extent_ranges(call: ast.Call, scope: Scope) -> list[ast.expr]:
    """`range(n)`, `range(m)`, … for `ndindex(n, m)`."""
    shape = call.args[0] if len(call.args) == 1 else ast.copy_location(ast.Tuple(call.args, ast.Load()), call)
    nodes = extent_nodes(shape, scope, Role("W402", "extent of a loop")) or []
    ranges = [(node, ast.Name("range", ast.Load())) for node in nodes]
    return [ast.copy_location(ast.Call(ast.copy_location(name, node), [node], []), node) for node, name in ranges]


def _check_iterator(target: ast.expr, scope: Scope) -> None:
    if not isinstance(target, ast.Name):
        hint = "a loop over range has one iterator, over ndindex or product one for each range"
        scope.refuse("W411", f"iterator that is no name: '{scope.source.excerpt(target)}'", target, hint)
    elif target.id in scope.arrays or any(item.arg == target.id for item in scope.names.parameters):
        scope.refuse("W411", f"iterator '{target.id}' also holds data or is a parameter", target, "rename the iterator")


def _is_range(call: ast.expr, scope: Scope) -> bool:
    function = scope.called(call) or ""
    if function in _KINDS:
        return True
    hint = _HINTS.get(function, "write it as for i in range(...)")
    scope.refuse("W411", f"a loop over what is no range: '{scope.source.excerpt(call)}'", call, hint)
    return False


def _header(name: str, call: ast.expr, loop: ast.For, scope: Scope) -> NestLoop | None:
    if not isinstance(call, ast.Call) or not _is_range(call, scope):
        return None
    units, memory = _options(name, call, scope)
    if not 1 <= len(call.args) <= 3:
        scope.refuse("W411", f"a range has 1 to 3 arguments, this one {len(call.args)}", call)
        return None
    start, stop = call.args[:2] if len(call.args) > 1 else (None, call.args[0])
    step = _step(name, call.args[2], scope) if len(call.args) > 2 else 1
    first, last = ("max", "min") if step is None or step > 0 else ("min", "max")
    lower = _extremes(start, first, scope, bound_of(name)) if start else (Affine.of(0),)
    upper = _extremes(stop, last, scope, bound_of(name))
    if lower is None or upper is None or step is None:
        return None
    units = None if units == _iterations(lower, upper, step) else units
    kind = _KINDS[scope.called(call) or ""]
    return NestLoop(name, lower, upper, (), step, kind, units, memory, scope.source.span(loop, loop.iter))


def _step(name: str, node: ast.expr, scope: Scope) -> int | None:
    step = constant(node, scope, Role("W402", f"step of '{name}'", "a step is a number that is not 0"))
    if step == 0:
        scope.refuse("W402", f"step of '{name}' is 0", node, "a step is a number that is not 0")
        return None
    return step


def _extremes(node: ast.expr, function: str, scope: Scope, role: Role) -> tuple[Affine, ...] | None:
    """A bound, as the expressions whose maximum or minimum it is."""
    if isinstance(node, ast.Call) and scope.called(node) in ("min", "max", "minimum", "maximum"):
        if not (scope.called(node) or "").startswith(function) or len(node.args) < 2 or node.keywords:
            scope.refuse_in(role, f"is no {function} of expressions", node)
            return None
        found = [_extremes(item, function, scope, role) for item in node.args]
        known = [item for item in found if item is not None]
        return None if len(known) < len(found) else tuple(part for item in known for part in item)
    expression = affine(node, scope, role)
    return None if expression is None else (expression,)


def _iterations(lower: tuple[Affine, ...], upper: tuple[Affine, ...], step: int) -> int | None:
    """How many iterations a loop has, where its bounds are numbers."""
    if not all(item.is_constant for item in (*lower, *upper)):
        return None
    starts, stops = [item.constant for item in lower], [item.constant for item in upper]
    return len(range(max(starts), min(stops), step) if step > 0 else range(min(starts), max(stops), step))


def _options(name: str, call: ast.Call, scope: Scope) -> tuple[int | None, str | None]:
    """The `units` and the `memory` of a parallel loop."""
    units, memory = None, None
    for keyword in call.keywords:
        if scope.called(call) != "parallel" or keyword.arg not in ("units", "memory"):
            _refuse_option(keyword, call, scope)
        elif keyword.arg == "units":
            units = constant(keyword.value, scope, Role("W402", f"units of '{name}'", "the units are a number"))
            if units is not None and units < 1:
                scope.refuse("W010", f"'{name}' runs on {units} units", keyword, "it needs at least 1")
        else:
            memory = plain_text(keyword.value)
            if memory is None:
                scope.refuse("W411", f"memory of '{name}' is no plain text", keyword, 'write it as memory="L1"')
    return units, memory


def _refuse_option(keyword: ast.keyword, call: ast.Call, scope: Scope) -> None:
    function = scope.called(call)
    known = ("units", "memory") if function == "parallel" else ()
    hint = did_you_mean(keyword.arg or "", known, otherwise="only parallel(...) has options, units= and memory=")
    scope.refuse("W002", f"'{function}' has no option '{keyword.arg or '**'}'", keyword, hint)
