"""A function in plainer words: names of conditions are these, and `x -= 1` after `int x = …;` is `x = x - 1`."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from .syntax import c_ast, nodes, replace_nodes
from .usage import changed, parameters_of, reads_data

_TESTS = frozenset(["<", "<=", ">", ">=", "==", "!=", "&&", "||"])
_UPDATES = {"+=": "+", "-=": "-", "*=": "*"}


def make_plainer(function: Any) -> None:
    """Rewrite a function, in place."""
    own = frozenset(item.name for item in parameters_of(function))
    for block in [node for node in nodes(function.body) if isinstance(node, c_ast.Compound)]:
        _update(block, own if block is function.body else frozenset())
        _name_conditions(block)


def _update(block: Any, own: frozenset[str]) -> None:
    """Updates of a block's own variables, outside of all loops in it, are values of their own."""
    known = set(own)
    for place, item in enumerate(block.block_items or ()):
        if isinstance(item, c_ast.Decl) and item.name:
            known.add(item.name)
        target = item.lvalue if isinstance(item, c_ast.Assignment) and item.op in _UPDATES else None
        if isinstance(target, c_ast.ID) and target.name in known:
            value = c_ast.BinaryOp(_UPDATES[item.op], deepcopy(target), item.rvalue, item.coord)
            block.block_items[place] = c_ast.Assignment("=", target, value, item.coord)


def _name_conditions(block: Any) -> None:
    """`bool inside = y >= 0 && y < 8;` is put where `inside` stands, if it means the same there."""
    items = list(block.block_items or ())
    kept: list[Any] = []
    while items:
        item = items.pop(0)
        names = _condition_names(item)
        later = [name for other in items for name in changed(other)]
        if names and not {item.name, *names} & set(later):
            for other in items:
                _put(other, item)
        else:
            kept.append(item)
    block.block_items = kept


def _condition_names(item: Any) -> set[str]:
    """The names in a condition on numbers that a declaration names; none for anything else."""
    value = item.init if isinstance(item, c_ast.Decl) and item.name else None
    test = isinstance(value, c_ast.BinaryOp) and value.op in _TESTS
    if not test and not (isinstance(value, c_ast.UnaryOp) and value.op == "!"):
        return set()
    if reads_data(value) or not isinstance(item.type, c_ast.TypeDecl):
        return set()
    return {node.name for node in nodes(value) if isinstance(node, c_ast.ID)}


def _put(root: Any, item: Any) -> None:
    """Put the condition that a declaration names where the name stands."""

    def new(node: Any) -> Any:
        if not isinstance(node, c_ast.ID) or node.name != item.name:
            return None
        value = deepcopy(item.init)
        for inner in nodes(value):
            inner.coord = node.coord
        return value

    replace_nodes(root, new)
