"""Which names a piece of a program changes, and which integers it treats as data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

from .context import Context
from .expressions import INTEGER_FUNCTIONS
from .size_of import bytes_of, width_of
from .syntax import c_ast, member, nodes

_STEPS = ("p++", "p--", "++", "--")
_ALLOCATORS = frozenset(["malloc", "calloc", "aligned_alloc", "alloca", "polybench_alloc_data"])


def changed(node: Any) -> frozenset[str]:
    """The names outside of a node whose values it may change."""
    if node is None:
        return frozenset()
    if isinstance(node, c_ast.Compound):
        return _sequence(node.block_items or ())
    if isinstance(node, c_ast.For):
        init = node.init.decls if isinstance(node.init, c_ast.DeclList) else [node.init]
        return _sequence([*init, node.cond, node.next, node.stmt])
    if isinstance(node, _BLOCKS):
        return frozenset().union(*(changed(child) for child in node))
    return frozenset(_changes(node))


_BLOCKS = (c_ast.If, c_ast.While, c_ast.DoWhile, c_ast.Switch, c_ast.Case, c_ast.Default, c_ast.Label)


def _sequence(items: Iterable[Any]) -> frozenset[str]:
    """What statements change of the names that they do not declare themselves."""
    found: set[str] = set()
    own: set[str] = set()
    for item in items:
        found |= changed(item) - own
        if isinstance(item, c_ast.Decl) and item.name:
            own.add(item.name)
    return frozenset(found)


def _changes(root: Any) -> set[str]:
    """The names that an expression changes, or whose address it takes."""
    return {name for node in nodes(root) if (name := _target(node))}


def _target(node: Any) -> str:
    """The name that a node itself changes, or empty."""
    target = None
    if isinstance(node, c_ast.Assignment):
        target = node.lvalue
    elif isinstance(node, c_ast.UnaryOp) and node.op in (*_STEPS, "&"):
        target = node.expr
    return str(target.name) if isinstance(target, c_ast.ID) else ""


def is_step(node: Any) -> bool:
    """Whether a node is `x++`, `--x` or another of these."""
    return isinstance(node, c_ast.UnaryOp) and node.op in _STEPS


def has_effect(root: Any) -> bool:
    """Whether an expression or a statement sets or steps anything."""
    return any(isinstance(node, c_ast.Assignment) or is_step(node) for node in nodes(root))


def changed_members(function: Any) -> frozenset[str]:
    """The members of structures, as `d.M`, that a function may change: set, stepped, or of one that is set as a whole.

    What is passed on, or whose address is taken, may be changed by whoever has it. What has elements of its own beside
    its members, a vector of C++, keeps these whatever its elements are set to.
    """
    used = [member(node) for node in nodes(function) if member(node)]
    found = {member(target) for node in nodes(function) for target in _targets(node)}
    owners = [node.name for node in nodes(function) if isinstance(node, c_ast.StructRef)]
    alone = {id(item.expr if isinstance(item, c_ast.UnaryOp) else item) for item in owners}
    alone |= {id(item) for item in _uses_of_elements(function)}
    loose = {node.name for node in nodes(function.body) if isinstance(node, c_ast.ID) and id(node) not in alone}
    loose |= {node.name for node in nodes(function.body) if isinstance(node, c_ast.Decl) and node.init is not None}
    parts = [tuple(name.split(".")) for name in used]
    return frozenset(
        name
        for name, path in zip(used, parts, strict=True)
        if path[0] in loose or any(".".join(path[:count]) in found for count in range(1, len(path) + 1))
    )


def _uses_of_elements(function: Any) -> list[Any]:
    """Where a vector of C++, a pointer or an array with members by a point, stands for its elements alone."""
    found = list(nodes(function))
    points = [node.name for node in found if isinstance(node, c_ast.StructRef) and node.type == "."]
    owners = {node.name for node in points if isinstance(node, c_ast.ID)}
    declarations = [node for node in found if isinstance(node, c_ast.Decl) and node.name in owners]
    others = {node.name for node in declarations if not isinstance(node.type, c_ast.PtrDecl | c_ast.ArrayDecl)}
    vectors = {node.name for node in declarations} - others
    fields = {c_ast.ArrayRef: "name", c_ast.Decl: "init", c_ast.Assignment: "rvalue"}
    uses = [getattr(node, fields[type(node)]) for node in found if type(node) in fields]
    return [item for item in uses if isinstance(item, c_ast.ID) and item.name in vectors]


def _targets(node: Any) -> list[Any]:
    if isinstance(node, c_ast.Assignment):
        return [node.lvalue]
    return [node.expr] if isinstance(node, c_ast.UnaryOp) and node.op in (*_STEPS, "&") else []


def data_integers(function: Any, counting: Iterable[str]) -> frozenset[str]:
    """The names of the integers that hold data: counted up in place, or given from data.

    A name that a loop steps is an iterator and none of them, nor is one that is `counting` steps.
    """
    steps = [item for node in nodes(function) if isinstance(node, c_ast.For) and node.next for item in nodes(node.next)]
    headers = {id(item) for item in steps}
    found: set[str] = set()
    users: dict[str, set[str]] = {}
    for node in nodes(function):
        name, value = _given(node)
        if not name or id(node) in headers:
            continue
        if value is None or reads_data(value):
            found.add(name)
        else:
            for item in nodes(value):
                if isinstance(item, c_ast.ID):
                    users.setdefault(item.name, set()).add(name)
    return _spread(found, users, {*counting, *(_target(item) for item in steps)})


def _given(node: Any) -> tuple[str, Any]:
    """The name that a node gives a value, and the value; None if that depends on the old one."""
    if isinstance(node, c_ast.Decl) and node.init is not None:
        return node.name or "", node.init
    if isinstance(node, c_ast.UnaryOp) and node.op == "&":
        return "", None
    plain = isinstance(node, c_ast.Assignment) and node.op == "="
    return _target(node), node.rvalue if plain else None


def _spread(first: set[str], users: dict[str, set[str]], iterators: set[str]) -> frozenset[str]:
    """The names that are no iterators, and all whose values come from them."""
    found = first - iterators
    waiting = list(found)
    while waiting:
        new = users.get(waiting.pop(), set()) - found - iterators
        found |= new
        waiting += new
    return frozenset(found)


def reads_data(root: Any) -> bool:
    """Whether an expression holds an element of an array, a number with a point or a call."""
    for node in nodes(root):
        if isinstance(node, c_ast.ArrayRef) or (isinstance(node, c_ast.StructRef) and not member(node)):
            return True
        if isinstance(node, c_ast.UnaryOp) and node.op == "*":
            return True
        if isinstance(node, c_ast.Constant) and node.type in ("float", "double", "long double", "string"):
            return True
        if isinstance(node, c_ast.FuncCall) and getattr(node.name, "name", "") not in INTEGER_FUNCTIONS:
            return True
    return False


def is_allocation(node: Any) -> bool:
    """Whether an expression is new memory."""
    while isinstance(node, c_ast.Cast):
        node = node.expr
    return isinstance(node, c_ast.FuncCall) and getattr(node.name, "name", "") in _ALLOCATORS


def allocated(sizes: Sequence[Any]) -> Any:
    """The number of elements of new memory, as in `malloc(N * sizeof(float))`; None if it does not say it so."""
    counts = counted(*sizes)
    return reduce(lambda one, two: c_ast.BinaryOp("*", one, two, one.coord), counts) if counts else None


def sizes_of(node: Any) -> list[Any]:
    """The factors of how much new memory there is."""
    while isinstance(node, c_ast.Cast):
        node = node.expr
    return list(node.args.exprs) if is_allocation(node) and node.args else []


def counted(*sizes: Any) -> list[Any]:
    """The factors that count elements in a product with one `sizeof`; none for anything else."""
    factors = _factors(sizes)
    counts = [item for item in factors if not _is_size(item)]
    return counts if len(counts) == len(factors) - 1 else []


def counts_elements(sizes: Sequence[Any], element: str, context: Context, known: bool) -> bool:
    """Whether each `sizeof` of a product is that of such an element: surely, or not `known`, perhaps."""
    measured = [item.expr for item in _factors(sizes) if _is_size(item)]
    allowed = {width_of(element), *(() if known else (None,))}
    return all(bytes_of(item, context) in allowed for item in measured)


def _is_size(node: Any) -> bool:
    return isinstance(node, c_ast.UnaryOp) and node.op == "sizeof"


def _factors(sizes: Iterable[Any]) -> list[Any]:
    found, waiting = [], [*sizes]
    while waiting:
        item = waiting.pop()
        if isinstance(item, c_ast.BinaryOp) and item.op == "*":
            waiting += [item.left, item.right]
        else:
            found.append(item)
    return found


def moved_pointers(function: Any) -> frozenset[str]:
    """The names that are set to anything but new memory, or stepped; of pointers these have no fixed array."""
    changes = ((node, _target(node)) for node in nodes(function))
    return frozenset(
        name
        for node, name in changes
        if name and not (isinstance(node, c_ast.UnaryOp) and node.op == "&") and not is_allocation(_given(node)[1])
    )


def stepped(function: Any) -> frozenset[str]:
    """The names that are changed by a part of their values, as `p++` or `p += n`."""
    changes = ((node, _target(node)) for node in nodes(function))
    return frozenset(name for node, name in changes if name and getattr(node, "op", "") not in ("=", "&"))


def parameters_of(function: Any) -> list[Any]:
    """The declarations of a function's parameters, in the old style too."""
    arguments = function.decl.type.args
    declarations = function.param_decls or (arguments.params if arguments else [])
    return [node for node in declarations if isinstance(node, c_ast.Decl) and node.name]


def holds_loop(function: Any) -> bool:
    """Whether a function has a loop."""
    return any(isinstance(node, c_ast.For | c_ast.While | c_ast.DoWhile) for node in nodes(function))
