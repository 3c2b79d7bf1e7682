"""What the names of a function stand for, as the whole function uses them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .module import (
    FunctionNode,
    assigned_pairs,
    axis_of,
    called_name,
    names_in,
    reach,
    root_name,
    shape_of,
    sizes_in,
)
from .source import is_outsized

CONSTRUCTORS = frozenset({"local", "zeros", "ones", "empty", "zeros_like", "ones_like", "empty_like"})
"""The functions that make an array."""

_AFFINE_NODES = (ast.Name, ast.Constant, ast.UnaryOp, ast.BinOp, ast.operator, ast.unaryop, ast.expr_context)


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a function by their use."""

    parameters: tuple[ast.arg, ...] = ()
    subscripted: frozenset[str] = frozenset()
    indexing: frozenset[str] = frozenset()
    """Used in a subscript or a bound, also by way of other names."""
    loaded: frozenset[str] = frozenset()
    assigned: tuple[str, ...] = ()
    """Every name that the body sets, in order."""
    scalars: frozenset[str] = frozenset()
    """Assigned names that hold values of the computation, not sizes or sums of iterators."""
    made: Mapping[str, ast.expr] = field(default_factory=dict)
    """Arrays that the body makes, with the expression that does."""
    returned: frozenset[str] = frozenset()
    local: frozenset[str] = frozenset()
    """Every name that belongs to the function."""
    axes: Mapping[tuple[str, int], str] = field(default_factory=dict)
    """What the body calls the extents of arrays, as in `M, K = A.shape`."""


def names_of(function: FunctionNode, imports: Mapping[str, str]) -> Names:
    """The names of a function."""
    uses = _Uses(imports)
    for node, in_loop in _nodes(function.body):
        uses.note(node, in_loop)
    arguments = function.args
    parameters = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    in_annotations = {size for item in parameters for size in sizes_in(item.annotation)}
    indexing = frozenset(reach(uses.indexing | in_annotations, uses.edges))
    # What is compared with iterators is none of the data.
    guarding = [names for names in uses.compared if names & (indexing | uses.iterators)]
    indexing = frozenset(reach(indexing.union(*guarding), uses.edges))
    return Names(
        parameters,
        frozenset(uses.subscripted),
        indexing,
        frozenset(uses.loaded),
        tuple(uses.assigned),
        uses.scalars({item.arg for item in parameters}, indexing),
        uses.made,
        frozenset(uses.returned),
        frozenset((*uses.assigned, *(item.arg for item in parameters))),
        _named_axes(function),
    )


def _named_axes(function: FunctionNode) -> dict[tuple[str, int], str]:
    assignments = (node for node in function.body if isinstance(node, ast.Assign | ast.AnnAssign))
    pairs = (pair for node in assignments for pair in assigned_pairs(node) or ())
    return {axis: target.id for target, value in pairs if isinstance(target, ast.Name) and (axis := axis_of(value))}


def _nodes(body: list[ast.stmt]) -> Iterator[tuple[ast.AST, bool]]:
    """Every node that computes, in the order of the text, and whether it stands in a loop."""
    waiting: list[tuple[ast.AST, bool]] = [(item, False) for item in reversed(body)]
    while waiting:
        node, in_loop = waiting.pop()
        yield node, in_loop
        if isinstance(node, ast.Assert | ast.Return):
            continue
        inside = in_loop or isinstance(node, ast.For | ast.AsyncFor | ast.While)
        waiting += [(child, inside) for child in reversed([*_children(node)])]


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node but its annotation; of an expression that is refused for its size, the names."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr) and not isinstance(node, ast.expr) and is_outsized(child):
            yield from (item for item in ast.walk(child) if isinstance(item, ast.Name))
        elif not isinstance(node, ast.AnnAssign) or child is not node.annotation:
            yield child


class _Uses:
    """Gathers how names are used."""

    def __init__(self, imports: Mapping[str, str]) -> None:
        self.imports = imports
        self.subscripted: set[str] = set()
        self.indexing: set[str] = set()
        self.loaded: set[str] = set()
        self.returned: set[str] = set()
        self.assigned: dict[str, None] = {}
        self.made: dict[str, ast.expr] = {}
        self.edges: dict[str, set[str]] = {}
        """Assigned names, and those that their values use."""
        self.iterators: set[str] = set()
        self.compared: list[set[str]] = []
        """The names of each comparison of what may be sums of iterators and sizes."""
        self._data: set[str] = set()
        self._in_loop: set[str] = set()

    def note(self, node: ast.AST, in_loop: bool) -> None:
        """What one node says about names."""
        match node:
            case ast.Name(name, ast.Load()):
                self.loaded.add(name)
            case ast.Name(name):
                self.assigned.setdefault(name)
            case ast.Return(ast.expr() as value):
                self.returned |= names_in(value)
            case ast.Assign() | ast.AnnAssign():
                for target, value in assigned_pairs(node) or ():
                    self._assign(target, value, in_loop)
            case ast.AugAssign(target, _, value):
                self._assign(target, value, in_loop, is_update=True)
            case ast.For(target, iterable):
                self.indexing |= names_in(iterable)
                self.iterators |= names_in(target)
            case ast.Compare():
                sides = [_operands(item) for item in (node.left, *node.comparators)]
                if all(is_affine for _, is_affine in sides):
                    self.compared.append(set().union(*(names for names, _ in sides)))
            case ast.BinOp(_, ast.FloorDiv() | ast.Mod() | ast.LShift()):
                # Only sizes and iterators have these.
                self.indexing |= names_in(node)
            case ast.Subscript() | ast.Attribute() | ast.Call():
                self._use(node)

    def _use(self, node: ast.Subscript | ast.Attribute | ast.Call) -> None:
        axis = axis_of(node)
        name = axis[0] if axis else shape_of(node)
        if isinstance(node, ast.Subscript) and axis is None:
            name = root_name(node)
            self.indexing |= names_in(node.slice)
        if name is not None:
            self.subscripted.add(name)
        if isinstance(node, ast.Call) and called_name(node, self.imports) in CONSTRUCTORS:
            self._use_in_constructor(node)

    def _use_in_constructor(self, call: ast.Call) -> None:
        name = called_name(call, self.imports) or ""
        (self.subscripted if name.endswith("_like") else self.indexing).update(names_in(call))
        self.indexing.update(name for item in call.args for name in sizes_in(item))

    def _assign(self, target: ast.expr, value: ast.expr, in_loop: bool, is_update: bool = False) -> None:
        if not isinstance(target, ast.Name):
            return
        name = target.id
        if called_name(value, self.imports) in CONSTRUCTORS:
            self.made.setdefault(name, value)
            return
        used, is_affine = _operands(value)
        self.edges.setdefault(name, set()).update(used)
        if in_loop:
            self._in_loop.add(name)
        if not is_affine or (in_loop and (is_update or name in used)):
            self._data.add(name)

    def scalars(self, parameters: set[str], indexing: frozenset[str]) -> frozenset[str]:
        """The assigned names that hold data: a running total, a value, or what comes of such."""
        values = (self._in_loop & self.loaded) - indexing
        inputs = (parameters & self.loaded) - indexing - self.edges.keys()
        users: dict[str, set[str]] = {}
        for name, used in self.edges.items():
            for other in used:
                users.setdefault(other, set()).add(name)
        data = reach(self._data | values | inputs | self.subscripted | self.made.keys(), users)
        return frozenset(data & self.edges.keys() - self.made.keys())


def _operands(value: ast.expr) -> tuple[set[str], bool]:
    """The names in an expression, but for `A` in `A.shape[0]`, and whether it may be a sum of iterators and sizes."""
    names: set[str] = set()
    is_affine = True
    waiting: list[ast.AST] = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.expr) and axis_of(node):
            continue
        if isinstance(node, ast.Name):
            names.add(node.id)
        is_number = not isinstance(node, ast.Constant) or type(node.value) is int
        is_affine &= is_number and isinstance(node, _AFFINE_NODES) and not isinstance(node, ast.Div)
        waiting += ast.iter_child_nodes(node)
    return names, is_affine
