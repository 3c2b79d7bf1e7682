"""Calls of a file's own functions, replaced by what these do: statements with new names, or a value.

A parameter becomes a variable that is set to its argument; an array that is passed on keeps its name. What cannot be
replaced so stays a call.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from .declared import declared
from .returns import result_of
from .syntax import MAX_DEPTH, c_ast, depth, nodes, replace_child, replace_nodes
from .usage import changed, has_effect, is_step, parameters_of

_MAX_NODES = 50_000
"""Nodes that a file may get by replacing its calls."""
_MAX_CHAIN = 8


def inline_calls(functions: Sequence[Any], callers: Iterable[Any]) -> tuple[str, ...]:
    """Replace calls in functions, in place; the names of the functions that were put somewhere."""
    file = _File({node.decl.name: node for node in functions if _is_plain(node)})
    for caller in callers:
        if any(_name_called(node) in file.functions for node in nodes(caller.body)):
            _Caller(file, caller).block(caller.body, (caller.decl.name,))
    return tuple(file.called)


@dataclass
class _File:
    """The functions that can be put where they are called, those that were, and how many nodes may still come."""

    functions: dict[str, Any]
    called: dict[str, None] = field(default_factory=dict)
    left: int = _MAX_NODES


class _Caller:
    """Replaces the calls in one function; new names are none that it uses."""

    def __init__(self, file: _File, function: Any) -> None:
        self.file = file
        found = list(nodes(function))
        self.declared = {node.name for node in found if isinstance(node, c_ast.Decl) and node.name}
        self.used = self.declared | {node.name for node in found if isinstance(node, c_ast.ID)}

    def block(self, block: Any, chain: tuple[str, ...]) -> None:
        """Replace the calls in the items of a block."""
        block.block_items = [new for item in block.block_items or () for new in self._item(item, chain)]

    def _body(self, node: Any, chain: tuple[str, ...]) -> Any:
        """A statement that stands alone, in a block if it needs others before it."""
        if node is None:
            return None
        items = self._item(node, chain)
        return items[0] if len(items) == 1 else c_ast.Compound(items, node.coord)

    def _item(self, node: Any, chain: tuple[str, ...]) -> list[Any]:
        before: list[Any] = []
        match type(node):
            case c_ast.Compound:
                self.block(node, chain)
            case c_ast.For:
                node.stmt = self._body(node.stmt, chain)
            case c_ast.If:
                self._operands(node, ["cond"], before, chain)
                node.iftrue, node.iffalse = self._body(node.iftrue, chain), self._body(node.iffalse, chain)
            case c_ast.While | c_ast.DoWhile | c_ast.Label:
                node.stmt = self._body(node.stmt, chain)
            case c_ast.FuncCall:
                return self._statement(node, chain)
            case c_ast.Assignment:
                self._operands(node, ["lvalue", "rvalue"], before, chain)
            case c_ast.Decl:
                self._operands(node, ["init"], before, chain)
            case c_ast.Return:
                self._operands(node, ["expr"], before, chain)
        return [*before, node]

    def _operands(self, node: Any, names: Iterable[str], before: list[Any], chain: tuple[str, ...]) -> None:
        for name in names:
            if getattr(node, name) is not None and depth(getattr(node, name)) <= MAX_DEPTH:
                setattr(node, name, self._value(getattr(node, name), before, chain))

    def _value(self, node: Any, before: list[Any], chain: tuple[str, ...]) -> Any:
        """An expression without calls; what has to happen first is added to `before`."""
        for name, child in node.children():
            replace_child(node, name, self._value(child, before, chain))
        function = self._function(node, chain)
        if function is None or result_of(function) is None or not _is_pure(function):
            return node
        copy, bound = self._copy(function, node)
        found = result_of(copy)
        assert found is not None
        items, value = found
        inner = (*chain, function.decl.name)
        before += [*bound, *(new for item in items for new in self._item(item, inner))]
        value = self._value(value, before, inner)
        return _placed(deepcopy(value), node)

    def _statement(self, node: Any, chain: tuple[str, ...]) -> list[Any]:
        """What a call that stands alone does."""
        before: list[Any] = []
        if node.args is not None and depth(node.args) <= MAX_DEPTH:
            node.args = self._value(node.args, before, chain)
        function = self._function(node, chain)
        if function is None or any(isinstance(item, c_ast.Return) and item.expr for item in nodes(function.body)):
            return [*before, node]
        items = function.body.block_items or ()
        if any(isinstance(inner, c_ast.Return) for item in items[:-1] for inner in nodes(item)):
            return [*before, node]
        copy, bound = self._copy(function, node)
        block = copy.body
        block.block_items = [item for item in block.block_items or () if not isinstance(item, c_ast.Return)]
        self.block(block, (*chain, function.decl.name))
        block.block_items = [*bound, *block.block_items]
        return [*before, block]

    def _function(self, node: Any, chain: tuple[str, ...]) -> Any:
        """The function that a call names, if it can be put in its place."""
        name = _name_called(node)
        function = self.file.functions.get(name)
        if function is None or name in chain or len(chain) > _MAX_CHAIN:
            return None
        arguments = list(node.args.exprs) if node.args else []
        own = {item.name for item in nodes(function) if isinstance(item, c_ast.Decl)}
        free = {item.name for item in nodes(function.body) if isinstance(item, c_ast.ID)} - own
        count = sum(1 for _ in nodes(function))
        alike = len(arguments) == len(parameters_of(function)) and not any(map(has_effect, arguments))
        if not alike or free & self.declared or count > self.file.left:
            return None
        self.file.left -= count
        self.file.called[name] = None
        return function

    def _copy(self, function: Any, call: Any) -> tuple[Any, list[Any]]:
        """A function with names of its own, and the declarations that give its parameters their values."""
        copy = deepcopy(function)
        own = dict.fromkeys(item.name for item in nodes(copy) if isinstance(item, c_ast.Decl) and item.name)
        del own[function.decl.name]
        new: dict[str, Any] = {name: self._fresh(name) for name in own}
        set_inside = changed(function.body)
        bound: list[Any] = []
        for parameter, argument in zip(parameters_of(copy), call.args.exprs if call.args else (), strict=True):
            passed = _passed(parameter, argument) if parameter.name not in set_inside else None
            if passed is not None:
                new[parameter.name] = passed
            elif isinstance(argument, c_ast.Constant) and parameter.name not in set_inside:
                _put(copy, parameter, argument)
            else:
                bound.append(_bound(parameter, argument, call))
        for node in [*nodes(copy.body), *(inner for item in bound for inner in nodes(item.type))]:
            _rename(node, new)
        for item in bound:
            item.name = new[item.name]
        return copy, bound

    def _fresh(self, name: str) -> str:
        new, count = name, 1
        while new in self.used:
            count += 1
            new = f"{name}_{count}"
        self.used.add(new)
        self.declared.add(new)
        return new


def _is_plain(function: Any) -> bool:
    """Whether a function has nothing that cannot be said elsewhere: jumps, names of types, memory of its own, the size
    of a parameter, which is that of a pointer and not of the array that is given."""
    kinds = (c_ast.Goto, c_ast.Switch, c_ast.Typedef, c_ast.Struct, c_ast.Union, c_ast.Enum)
    body = list(nodes(function.body))
    static = any(isinstance(node, c_ast.Decl) and {"static", "extern"} & set(node.storage) for node in body)
    arguments = function.decl.type.args
    listed = all(isinstance(item, c_ast.Decl | c_ast.Typename) for item in (arguments.params if arguments else ()))
    types = [node for node in body if isinstance(node, kinds)]
    names = {item.name for item in (arguments.params if arguments else ())}
    sizes = [node.expr for node in body if isinstance(node, c_ast.UnaryOp) and node.op == "sizeof"]
    measured = any(isinstance(size, c_ast.ID) and size.name in names for size in sizes)
    return listed and not static and not types and not measured and function.param_decls is None


def called_names(function: Any) -> set[str]:
    """The names that a function calls."""
    return {_name_called(node) for node in nodes(function.body)}


def _name_called(node: Any) -> str:
    return str(node.name.name) if isinstance(node, c_ast.FuncCall) and isinstance(node.name, c_ast.ID) else ""


def _is_pure(function: Any) -> bool:
    """Whether a function sets nothing but variables of its own."""
    own = {node.name for node in nodes(function.body) if isinstance(node, c_ast.Decl)}
    own |= {item.name for item in parameters_of(function) if isinstance(item.type, c_ast.TypeDecl)}
    for node in nodes(function.body):
        target = node.lvalue if isinstance(node, c_ast.Assignment) else None
        if is_step(node):
            target = node.expr
        if target is not None and not (isinstance(target, c_ast.ID) and target.name in own):
            return False
    return True


def _passed(parameter: Any, argument: Any) -> Any:
    """The name or the address that stands for an array, a pointer or a structure; None for a number."""
    address = isinstance(argument, c_ast.UnaryOp) and argument.op == "&" and isinstance(argument.expr, c_ast.ID)
    inner = parameter.type
    while isinstance(inner, c_ast.PtrDecl | c_ast.ArrayDecl):
        inner = inner.type
    structure = isinstance(getattr(inner, "type", None), c_ast.Struct) or _is_opaque(inner)
    pointer = isinstance(parameter.type, c_ast.PtrDecl | c_ast.ArrayDecl)
    if isinstance(argument, c_ast.ID) and (pointer or structure):
        return argument.name
    return argument if address and pointer and structure else None


_NUMBERS = frozenset(["char", "short", "int", "long", "float", "double", "signed", "unsigned", "_Bool"])


def _is_opaque(declared: Any) -> bool:
    """Whether a type is one that only a name tells: it may be a structure."""
    names = getattr(getattr(declared, "type", None), "names", [])
    return bool(names) and not _NUMBERS & set(names) and not any(name.endswith("_t") for name in names)


def _bound(parameter: Any, argument: Any, call: Any) -> Any:
    """The declaration of a parameter as a variable with the value of its argument."""
    kind = parameter.type
    if isinstance(kind, c_ast.ArrayDecl):
        kind = c_ast.PtrDecl([], kind.type, kind.coord)
    return c_ast.Decl(parameter.name, [], [], [], [], kind, argument, None, call.coord)


def _put(function: Any, parameter: Any, number: Any) -> None:
    """Put a number in the place of a parameter."""
    kind = declared(parameter.type, {}).element
    if kind.startswith("f") and number.type.endswith("int"):
        number = c_ast.Constant("double", f"{number.value.rstrip('uUlL')}.0", number.coord)

    def new(node: Any) -> Any:
        named = isinstance(node, c_ast.ID) and node.name == parameter.name
        return c_ast.Constant(number.type, number.value, node.coord) if named else None

    replace_nodes(function.body, new)


def _rename(node: Any, new: dict[str, Any]) -> None:
    if isinstance(node, c_ast.StructRef) and isinstance(node.name, c_ast.ID):
        found = new.get(node.name.name)
        if found is not None and not isinstance(found, str):
            node.name, node.type = deepcopy(found.expr), "."
            return
    if isinstance(node, c_ast.ID | c_ast.Decl) and isinstance(new.get(node.name), str):
        node.name = new[node.name]
    elif isinstance(node, c_ast.TypeDecl) and isinstance(new.get(node.declname), str):
        node.declname = new[node.declname]


def _placed(value: Any, call: Any) -> Any:
    """A value that stands where the call did: from its name to its last argument."""
    last = max((node for node in nodes(call) if node.coord), key=lambda node: node.coord.line)
    for node in nodes(value):
        node.coord = call.coord
    value_nodes = list(nodes(value))
    value_nodes[-1].coord = last.coord
    return value
