"""What the names of a file and of a function are declared to be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ...ir import Array, holds_integers
from .context import CONDITIONAL, Context, Data, Foreign, Integer, Symbol
from .declared import Declared, declared
from .expressions import Expressions, Purpose
from .extremes import Extreme
from .moving import Steppings
from .records import Records
from .syntax import c_ast
from .usage import changed, is_allocation, parameters_of


@dataclass(slots=True)
class File:
    """The declarations outside of functions."""

    typedefs: dict[str, Declared]
    declarations: dict[str, Any] = field(default_factory=dict)
    enumerators: dict[str, tuple[Any, int]] = field(default_factory=dict)
    """The expression of each constant of an enumeration, or None for 0, and what is added to it."""
    functions: list[Any] = field(default_factory=list)
    records: Records = field(default_factory=Records)
    changed: set[str] = field(default_factory=set)
    """The names that some function changes."""


def read_file(tree: Any, typedefs: dict[str, Declared]) -> File:
    """The declarations of a syntax tree; `typedefs` are the types that headers define."""
    file = File(typedefs)
    for node in tree.ext:
        if not isinstance(node, c_ast.FuncDef):
            file.records.add(node)
        if isinstance(node, c_ast.FuncDef) and isinstance(node.decl.type, c_ast.FuncDecl):
            file.functions.append(node)
            file.changed |= changed(node.body) - {item.name for item in parameters_of(node)}
        elif isinstance(node, c_ast.Typedef):
            file.typedefs[node.name] = declared(node.type, file.typedefs)
            file.enumerators |= enumerators(node)
        elif isinstance(node, c_ast.Decl):
            file.enumerators |= enumerators(node)
            if node.name and (node.init is not None or node.name not in file.declarations):
                file.declarations[node.name] = node
    return file


def enumerators(node: Any) -> dict[str, tuple[Any, int]]:
    """The constants that a declaration enumerates."""
    while node is not None and not isinstance(node, c_ast.Enum):
        node = getattr(node, "type", None)
    found: dict[str, tuple[Any, int]] = {}
    base, added = None, 0
    for item in node.values.enumerators if node is not None and node.values is not None else ():
        if isinstance(item, c_ast.Enumerator):
            base, added = (item.value, 0) if item.value is not None else (base, added)
            found[item.name] = base, added
            added += 1
    return found


class Names:
    """Makes symbols of declarations."""

    def __init__(
        self,
        context: Context,
        expressions: Expressions,
        data: frozenset[str],
        moved: frozenset[str],
        stepped: frozenset[str],
        steppings: Steppings,
    ) -> None:
        self.context = context
        self.expressions = expressions
        self.data = data
        """The integers of the function that hold data."""
        self.moved = moved
        """The pointers of the function that do not stay where they are."""
        self.stepped = stepped
        """Those of them that are not only set."""
        self.counting, self.conditional = steppings.counting, steppings.conditional
        """What the text calls the integers that count steps."""

    def of_file(self, file: File, name: str) -> Symbol | None:
        """What a name stands for outside of functions."""
        if name in file.enumerators:
            node, added = file.enumerators[name]
            return self.enumerator(name, node, added)
        node = file.declarations.get(name)
        if node is None:
            return None
        symbol = self.symbol(node)
        if isinstance(symbol, Integer):
            symbol.size = True
            if node.init is not None and name not in file.changed:
                number = self.expressions.constant(node.init)
                symbol.value = None if number is None else Extreme.of(number)
        return symbol

    def enumerator(self, name: str, node: Any, added: int) -> Symbol:
        """A constant of an enumeration."""
        number = self.expressions.constant(node) if node is not None else 0
        if number is None:
            return Foreign("a constant without a value")
        return Integer(name, value=Extreme.of(number + added))

    def parameters(self, declarations: list[Any]) -> list[Symbol]:
        """Declare the parameters of a function, the sizes first since the arrays may name them."""
        symbols = self.context.scope.blocks[-1]
        for node in declarations:
            if self._is_integer(node):
                given = self.context.sizes.get(node.name) if node.name in self.counting else None
                first = None if given is None else Extreme.of(given)
                symbols[node.name] = Integer(node.name, self._type(node).element, first, size=given is None)
        for node in declarations:
            if not self._is_integer(node):
                symbols[node.name] = symbol = self.symbol(node)
                if isinstance(symbol, Data):
                    symbol.used, symbol.whole = True, False
        return [symbols[node.name] for node in declarations]

    def symbol(self, node: Any, local: bool = False) -> Symbol:
        """What a declaration declares."""
        kind = self._type(node)
        if self._is_integer(node):
            return Integer(self.counting.get(node.name, node.name), kind.element)
        if not kind.element:
            return Foreign(kind.what)
        data = self.context.add(Array(node.name, self._shape(kind.dims), kind.element, local), len(kind.dims))
        data.whole = None not in kind.dims
        if len(kind.dims) > 1 and kind.dims[0] is None and not local:
            data.rows = self._shape(kind.dims[1:]) or ()
        follows = local and (node.name in self.moved or (node.init is not None and not is_allocation(node.init)))
        if follows and isinstance(node.type, c_ast.PtrDecl) and node.name not in self.stepped:
            data.follows = kind
        elif kind.dims and node.name in self.moved:
            data.obstacle = (
                CONDITIONAL if node.name in self.conditional else "is a pointer that does not stay at one array"
            )
        return data

    def check_extents(self, node: Any) -> None:
        """Record why the extents of an array are not known."""
        purpose = Purpose("W402", f"extent of '{node.name}'")
        for extent in self._type(node).dims:
            if extent is not None and self.expressions.extreme(extent, purpose).constant is None:
                self.context.refuse("W402", f"{purpose.subject} is no constant", extent)

    def _type(self, node: Any) -> Declared:
        return declared(node.type, self.context.typedefs)

    def _is_integer(self, node: Any) -> bool:
        kind = self._type(node)
        return holds_integers(kind.element) and not kind.dims and node.name not in self.data

    def _shape(self, dims: tuple[Any, ...]) -> tuple[int, ...] | None:
        """The extents, if all are known."""
        extents = [None if node is None else self.expressions.constant(node) for node in dims]
        known = tuple(extent for extent in extents if extent is not None and extent > 0)
        return known if len(known) == len(extents) else None
