"""Structures taken apart: arrays that are members are arrays of their own, and so are the members of local ones.

`void f(Matrix A)` with `A.data[i]` gets a parameter `A_data`; `Dims d = {8, 6};` becomes `int d_M = 8, d_K = 6;`.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from .declared import Declared, declared
from .syntax import c_ast, nodes, replace_nodes
from .usage import parameters_of


@dataclass
class Records:
    """The members of the structures of a file, by their tags and by the names of their types."""

    tags: dict[str, list[Any]] = field(default_factory=dict)
    types: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, node: Any) -> None:
        """Note the structure that a declaration outside of functions defines."""
        for item in nodes(node):
            if isinstance(item, c_ast.Struct) and item.decls and item.name:
                self.tags[item.name] = [part for part in item.decls if isinstance(part, c_ast.Decl)]
        if isinstance(node, c_ast.Typedef) and (found := self.members(node.type)):
            self.types[node.name] = found

    def element(self, path: str, declarations: Mapping[str, Any], typedefs: Mapping[str, Declared]) -> str:
        """The element type of a member that is a number, as `d.in.scale`; i32 where it is not known."""
        owner, *names = path.split(".")
        kind = declarations[owner].type if owner in declarations else None
        for name in names:
            kind = next((item.type for item in self.members(kind) if item.name == name), None)
        found = Declared("") if kind is None else declared(kind, typedefs)
        return found.element if found.element and not found.dims else "i32"

    def members(self, kind: Any) -> list[Any]:
        """The members of a type that is a structure, or a pointer to one; none of anything else."""
        kind = kind.type if isinstance(kind, c_ast.PtrDecl) else kind
        inner = kind.type if isinstance(kind, c_ast.TypeDecl) else None
        if isinstance(inner, c_ast.Struct):
            own = [part for part in inner.decls or () if isinstance(part, c_ast.Decl)]
            return own or self.tags.get(inner.name, [])
        names = inner.names if isinstance(inner, c_ast.IdentifierType) else []
        return self.types.get(names[-1], []) if names else []


def take_apart(function: Any, records: Records) -> None:
    """Replace structures in a function, in place; those that are used as a whole stay."""
    used = _Used(function)
    arrays = [_arrays(item, records, used) for item in parameters_of(function)]
    if function.decl.type.args is not None and any(arrays):
        function.decl.type.args.params += [item for found in arrays for item in found]
    _blocks(function.body, records, used)
    replace_nodes(function.body, used.replaced)


class _Used:
    """How a function uses its structures: names that never stand alone, and what stands for their members."""

    def __init__(self, function: Any) -> None:
        found = list(nodes(function.body))
        owners = [id(item.name) for item in found if isinstance(item, c_ast.StructRef)]
        whole = [item.name for item in found if isinstance(item, c_ast.ID) and id(item) not in owners]
        self.whole = frozenset(whole)
        declared = [item.name for item in nodes(function) if isinstance(item, c_ast.Decl) and item.name]
        self.once = frozenset(name for name in declared if declared.count(name) == 1)
        self.names = {*whole, *declared}
        self.new: dict[tuple[str, str], str] = {}

    def name(self, owner: str, member: str) -> str:
        """A new name for a member."""
        found = f"{owner}_{member}"
        while found in self.names:
            found += "_"
        self.names.add(found)
        self.new[owner, member] = found
        return found

    def replaced(self, node: Any) -> Any:
        """What stands in the place of a member; None for any other node."""
        owner = node.name if isinstance(node, c_ast.StructRef) else None
        new = self.new.get((owner.name, node.field.name)) if isinstance(owner, c_ast.ID) else None
        return None if new is None else c_ast.ID(new, node.coord)


def _arrays(parameter: Any, records: Records, used: _Used) -> list[Any]:
    """Parameters for the members of a parameter that are arrays or pointers to numbers."""
    if parameter.name in used.whole or parameter.name not in used.once:
        return []
    members = [item for item in records.members(parameter.type) if not isinstance(item.type, c_ast.TypeDecl)]
    return [_declared(item, used.name(parameter.name, item.name)) for item in members if not records.members(item.type)]


def _blocks(body: Any, records: Records, used: _Used) -> None:
    """Declare the members of local structures in their places."""
    for block in (node for node in nodes(body) if isinstance(node, c_ast.Compound)):
        block.block_items = [new for item in block.block_items or () for new in _local(item, records, used)]


def _local(item: Any, records: Records, used: _Used) -> list[Any]:
    members = records.members(item.type) if isinstance(item, c_ast.Decl) and item.name else []
    pointer = members and isinstance(item.type, c_ast.PtrDecl)
    if not members or pointer or item.name in used.whole or item.name not in used.once:
        return [item]
    if item.init is not None and not isinstance(item.init, c_ast.InitList):
        return [item]
    values = _values(item.init, [part.name for part in members])
    if values is None:
        return [item]
    return [_declared(part, used.name(item.name, part.name), values.get(part.name)) for part in members]


def _values(initial: Any, names: list[str]) -> dict[str, Any] | None:
    """The initial values by member, in order or as `.M = 8`; None for other forms."""
    found: dict[str, Any] = {}
    for number, item in enumerate(initial.exprs if initial is not None else ()):
        if isinstance(item, c_ast.NamedInitializer):
            if len(item.name) != 1 or not isinstance(item.name[0], c_ast.ID):
                return None
            found[item.name[0].name] = item.expr
        elif number < len(names) and not isinstance(item, c_ast.InitList):
            found[names[number]] = item
        else:
            return None
    return found


def _declared(member: Any, name: str, value: Any = None) -> Any:
    """A declaration of a member on its own."""
    found = deepcopy(member)
    for node in nodes(found):
        if isinstance(node, c_ast.TypeDecl):
            node.declname = name
    found.name, found.init = name, value
    return found
