"""The arrays of a function: from annotations such as "f64[64, K]", and made by `local` or numpy."""

from __future__ import annotations

import ast
from dataclasses import replace

from ...ir import Affine, Array
from .affine import extents
from .module import sizes_in, spec_of
from .scope import Role, Scope

_MAX_DIGITS = 18
_ELEMENTS = {
    "float": "f64",
    "double": "f64",
    "single": "f32",
    "int": "i64",
    "bool": "i1",
    "bool_": "i1",
    **{f"float{bits}": f"f{bits}" for bits in (16, 32, 64)},
    **{f"int{bits}": f"i{bits}" for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": f"ui{bits}" for bits in (8, 16, 32, 64)},
}


def annotated_array(parameter: ast.arg, scope: Scope) -> Array | None:
    """The array that an annotation such as "f64[64, K]" says; None without one, with findings if it is wrong."""
    return _specified(parameter.arg, parameter.annotation, scope) if parameter.annotation else None


def made_array(name: str, call: ast.Call, scope: Scope) -> Array | None:
    """The array that `local("f64[8]")`, `np.zeros((n, m))` or `np.empty_like(A)` makes, or None with findings."""
    function = scope.called(call) or ""
    local = name not in scope.names.returned
    if function == "local":
        return _declared(name, call, scope, local)
    if len(call.args) not in (1, 2) or any(item.arg != "dtype" for item in call.keywords):
        scope.refuse("W411", f"{function} with arguments that cannot be read", call, "write the shape, and dtype=")
        return None
    element = _element(call, scope)
    if function.endswith("_like"):
        return _like(name, call.args[0], element, scope, local)
    shape = extents(call.args[0], scope, Role("W402", f"shape of '{name}'"))
    return None if shape is None or element is None else Array(name, shape, element or "f64", local)


def is_zeroed(call: ast.Call, scope: Scope) -> bool:
    """Whether making the array also sets its elements."""
    return (scope.called(call) or "").startswith(("zeros", "ones"))


def _declared(name: str, call: ast.Call, scope: Scope, local: bool) -> Array | None:
    """`local("f64[8, 8]")`; without a text, an array of unknown shape."""
    if not call.args and not call.keywords:
        return Array(name, None, local=local)
    if len(call.args) != 1 or call.keywords or spec_of(call.args[0]) is None:
        scope.refuse("W411", f"'{name}' has a shape that cannot be read", call, 'write it as in local("f64[8, 8]")')
        return None
    return _specified(name, call.args[0], scope, local)


def _like(name: str, model: ast.expr, element: str | None, scope: Scope, local: bool) -> Array | None:
    like = scope.arrays.get(model.id) if isinstance(model, ast.Name) else None
    if like is None:
        scope.refuse("W411", f"'{name}' is made like what is no array: '{scope.source.excerpt(model)}'", model)
    return None if like is None or element is None else Array(name, like.shape, element or like.element, local)


def _element(call: ast.Call, scope: Scope) -> str | None:
    """The element type that is asked for, empty for none; None with findings if it is not known."""
    written = [*call.args[1:], *(item.value for item in call.keywords)]
    if not written:
        return ""
    match written[0]:
        case ast.Name(name) | ast.Attribute(_, name) | ast.Constant(str(name)) if name in _ELEMENTS:
            return _ELEMENTS[name]
        case ast.Attribute(ast.Name(name), "dtype") if name in scope.arrays:
            return scope.arrays[name].element
    scope.refuse("W411", f"unknown element type '{scope.source.excerpt(written[0])}'", written[0])
    return None


def _specified(name: str, node: ast.expr, scope: Scope, local: bool = False) -> Array | None:
    """The array of a text such as "f64[64, K]"; the findings of its sizes stand at the text."""
    spec = spec_of(node)
    if spec is None:
        return None
    written = [_size(text) for text in spec[1]]
    sizes = [ast.copy_location(size, node) for size in written if size is not None]
    if len(sizes) < len(written):
        message = f"shape of '{name}' with sizes that are no numbers and no names: '{scope.source.excerpt(node)}'"
        scope.refuse("W411", message, node, 'write it as in "f64[64, K]"')
        return None
    given = _given_sizes(node, scope)
    if given is None:
        return None
    here = replace(scope, bindings={**scope.bindings, **given})
    shape = extents(ast.Tuple(sizes, ast.Load()), here, Role("W402", f"shape of '{name}'"))
    return None if shape is None else Array(name, shape, spec[0], local)


def _size(text: str) -> ast.expr | None:
    if text.isidentifier():
        return ast.Name(text, ast.Load())
    return ast.Constant(int(text)) if text.isdecimal() and len(text) <= _MAX_DIGITS else None


def _given_sizes(node: ast.expr, scope: Scope) -> dict[str, Affine] | None:
    """The values of the sizes that only the text names, or None with findings."""
    given: dict[str, Affine] = {}
    unknown = sorted(sizes_in(node) - scope.bindings.keys())
    for name in unknown:
        size = scope.sizes.get(name)
        if size is None:
            scope.findings.items.append(scope.sizes.missing(name, scope.source.span(node)))
        else:
            given[name] = Affine.of(size)
    return given if len(given) == len(unknown) else None
