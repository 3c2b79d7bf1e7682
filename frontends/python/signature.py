"""The names that a function begins with: constants of its file, sizes and arrays."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

from ...ir import Affine, Array, Literal
from .affine import affine
from .arrays import annotated_array
from .module import FunctionNode, names_in, needed, sizes_in, spec_of
from .names import Names, names_of
from .scope import VALUE, Scope
from .source import is_outsized
from .values import value

Shapes: TypeAlias = Mapping[str, tuple[int, ...]]
Definitions: TypeAlias = list[tuple[str, ast.expr]]


def function_scope(node: FunctionNode, outside: Scope, defined: Definitions, shapes: Shapes) -> Scope:
    """What is known where the body of a function begins, with findings about its parameters."""
    names = names_of(node, outside.imports)
    used = {name for item in node.body for name in names_in(item)} - names.local
    in_annotations = {size for item in names.parameters for size in sizes_in(item.annotation)}
    constants = _constants(needed(used | names_in(node.args) | in_annotations, defined), outside)
    inherited = {name: number for name, number in constants.bindings.items() if name not in names.local}
    numbers = {name: number for name, number in constants.numbers.items() if name not in names.local}
    scope = Scope(outside.source, outside.imports, outside.sizes, names, numbers, bindings=inherited)
    _check_parameters(node, scope)
    defaults = _defaults(node)
    arrays = [item for item in names.parameters if not _is_size(item, names, shapes, defaults)]
    for name in [item.arg for item in names.parameters if item not in arrays]:
        _bind_size(name, defaults.get(name), scope, constants)
    # An annotation stands outside of the body: names that the body sets mean something else there.
    signature = replace(scope, bindings=constants.bindings | scope.bindings)
    scope.arrays.update({item.arg: _array(item, signature, shapes) for item in arrays})
    _declare_local(scope)
    return scope


def _declare_local(scope: Scope) -> None:
    """The arrays that the body makes, of unknown shape until it does, and its scalars."""
    names = scope.names
    for name in names.assigned:
        if name not in scope.arrays and name in names.made.keys() | names.scalars:
            shape = None if name in names.made else ()
            scope.arrays[name] = Array(name, shape, local=name not in names.returned)


def _constants(defined: Definitions, outside: Scope) -> Scope:
    """The values of the file's constants; given sizes win."""
    numbers: dict[str, float] = {}
    scope = Scope(outside.source, outside.imports, outside.sizes, numbers=numbers)
    for name, node in defined:
        given = scope.sizes.get(name)
        trial = scope.fresh()
        size = Affine.of(given) if given is not None else None if is_outsized(node) else affine(node, trial, VALUE)
        number = None if size or is_outsized(node) else value(node, trial)
        scope.bindings[name] = size
        numbers.pop(name, None)
        if isinstance(number, Literal):
            numbers[name] = number.value
    return scope


def _check_parameters(node: FunctionNode, scope: Scope) -> None:
    for item in (node.args.vararg, node.args.kwarg):
        if item is not None:
            scope.refuse("W411", f"parameter '{item.arg}' stands for any number of arguments", item, "name each array")
    seen: set[str] = set()
    for item in scope.names.parameters:
        if item.arg in seen:
            scope.refuse("W006", f"parameter '{item.arg}' is defined twice", item)
        seen.add(item.arg)


def _defaults(node: FunctionNode) -> dict[str, ast.expr]:
    """The default values of parameters."""
    positional = [*node.args.posonlyargs, *node.args.args]
    behind = len(positional) - len(node.args.defaults)
    pairs = [*zip(positional[behind:], node.args.defaults, strict=True)]
    named = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    return {item.arg: default for item, default in [*pairs, *named] if default is not None}


def _is_size(parameter: ast.arg, names: Names, shapes: Shapes, defaults: Mapping[str, ast.expr]) -> bool:
    """Whether a parameter is an integer that is known at reading, and no array or scalar."""
    name = parameter.arg
    if name in shapes or spec_of(parameter.annotation) or name in names.subscripted | names.made.keys() | names.scalars:
        return False
    return name in names.indexing or (name in defaults and name not in names.loaded)


def _bind_size(name: str, default: ast.expr | None, scope: Scope, constants: Scope) -> None:
    given = scope.sizes.get(name)
    found = Affine.of(given) if given is not None else None
    if found is None and default is not None and not is_outsized(default):
        found = affine(default, constants.fresh(), VALUE)
    if found is not None:
        scope.bindings[name] = found


def _array(parameter: ast.arg, scope: Scope, shapes: Shapes) -> Array:
    name, names = parameter.arg, scope.names
    spec = spec_of(parameter.annotation)
    if name in shapes:
        return Array(name, tuple(shapes[name]), spec[0] if spec else "f64")
    if spec:
        return annotated_array(parameter, scope) or Array(name)
    is_scalar = name in names.loaded | names.scalars and name not in names.subscripted | names.made.keys()
    return Array(name, () if is_scalar else None)
