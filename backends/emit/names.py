"""Every name of a loop nest as an identifier of the language that is emitted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ...ir import Access, Affine, LoopNest, NestLoop, Node, Statement, Value, mapped
from ...ir.free_names import free_name


def renamed(nest: LoopNest, reserved: frozenset[str], *, ascii_only: bool = False) -> LoopNest:
    """The same nest with identifiers for names, none of them reserved and no two things called the same.

    Names that are fine stay. Loops inside each other get iterators of their own.
    """
    arrays = _distinct((array.name for array in nest.arrays), reserved, ascii_only)
    reserved_here = reserved | set(arrays.values())
    iterators = _distinct((loop.iterator for loop in _loops(nest.body)), reserved_here, ascii_only)
    names = _Names(arrays, iterators, reserved_here | set(iterators.values()))
    return replace(
        nest,
        name=_distinct((nest.name,), reserved, ascii_only)[nest.name],
        arrays=tuple(replace(array, name=arrays[array.name]) for array in nest.arrays),
        body=tuple(names.node(node, {}) for node in nest.body),
        placements=tuple(
            replace(item, tensors=tuple(arrays.get(name, name) for name in item.tensors)) for item in nest.placements
        ),
    )


def _distinct(names: Iterable[str], reserved: frozenset[str], ascii_only: bool) -> dict[str, str]:
    """An identifier for each name; the names that are identifiers keep them."""
    found: dict[str, str] = {}
    pending = []
    for name in dict.fromkeys(names):
        if name.isidentifier() and name not in reserved and (name.isascii() or not ascii_only):
            found[name] = name
        else:
            pending.append(name)
    taken = reserved | found.keys()
    for name in pending:
        word = re.sub(r"\W", "_", name, flags=re.ASCII)
        word = free_name(word if word[:1].isalpha() else f"v{word}", taken)
        found[name] = word
        taken |= {word}
    return found


def _loops(body: tuple[Node, ...]) -> Iterator[NestLoop]:
    for node in body:
        if isinstance(node, NestLoop):
            yield node
            yield from _loops(node.body)


@dataclass(frozen=True, slots=True)
class _Names:
    """New names by old name, and all names that are taken."""

    arrays: Mapping[str, str]
    iterators: Mapping[str, str]
    taken: frozenset[str]

    def node(self, node: Node, scope: Mapping[str, Affine]) -> Node:
        if isinstance(node, NestLoop):
            return self._loop(node, scope)
        if isinstance(node, Statement):
            return replace(node, target=self._access(node.target, scope), value=self._value(node.value, scope))
        return node

    def _loop(self, loop: NestLoop, scope: Mapping[str, Affine]) -> NestLoop:
        name = self.iterators[loop.iterator]
        around = {str(item) for item in scope.values()}
        if name in around:
            name = free_name(name, self.taken | around)
        inside = {**scope, loop.iterator: Affine.of(name)}
        return replace(
            loop,
            iterator=name,
            lower=tuple(item.substitute(scope) for item in loop.lower),
            upper=tuple(item.substitute(scope) for item in loop.upper),
            body=tuple(self.node(item, inside) for item in loop.body),
        )

    def _value(self, value: Value, scope: Mapping[str, Affine]) -> Value:
        return mapped(value, lambda access: self._access(access, scope), lambda item: item.substitute(scope))

    def _access(self, access: Access, scope: Mapping[str, Affine]) -> Access:
        subscripts = tuple(item.substitute(scope) for item in access.subscripts)
        return replace(access, array=self.arrays[access.array], subscripts=subscripts)
