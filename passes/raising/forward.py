"""Put the values of temporaries where they are used, and leave out what nobody reads then.

Before:  for i, j, k { a = A[i][k]; b = B[k][j]; m = a * b; C[i][j] += m; }
After:   for i, j, k C[i][j] += A[i][k] * B[k][j];

A temporary is a scalar, or a local array that is filled and used inside of one loop. Its value is put in only where it
is known to be what the use reads: neither the temporary nor anything that its value is made of is written in between.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from ...ir import (
    CONVERSION,
    Access,
    Affine,
    Array,
    Choice,
    Compute,
    Literal,
    LoopNest,
    NestLoop,
    Node,
    Statement,
    Value,
    as_reduction,
    leaves,
    mapped,
)
from .begun import begun
from .conforming import conforms, is_factor, operates, summands, works
from .conversions import converts
from .isl_text import Loops
from .known import Known
from .unread import Unread

_Found = dict[Access, tuple[Known, Value]]


def forward_temporaries(nest: LoopNest) -> LoopNest:
    """The nest without the temporaries whose values can be put where they are used.

    What is raised without this stays raised: a value that would make a statement something that is not stays where it
    is, and so does one whose operations would not be counted any more, or counted twice.
    """
    set_here = {statement.target.array for _, statement in nest.statements() if isinstance(statement, Statement)}
    local = frozenset(array.name for array in nest.arrays if array.local)
    names = frozenset(array.name for array in nest.arrays if array.local or array.shape == ()) & set_here
    kept: frozenset[int] = frozenset()
    while names:
        walk = _Walk({array.name: array for array in nest.arrays}, names, kept)
        body = walk.nodes(nest.body, ())
        put = frozenset(walk.statements[number].target.array for number in walk.used)
        body = Unread(local & put, frozenset(walk.used), walk.numbers).without(body)
        stay = walk.refused() | (walk.counted & walk.numbers_in(body))
        if stay <= kept:
            return _without_idle(replace(nest, body=body), put)
        kept |= stay
    return nest


def _without_idle(nest: LoopNest, names: frozenset[str]) -> LoopNest:
    """The nest without those local arrays of `names` that nothing touches any more."""
    statements = [node for _, node in nest.statements() if isinstance(node, Statement)]
    touched = {access.array for node in statements for access in (node.target, *node.reads)}
    touched |= {name for placement in nest.placements for name in placement.tensors}
    gone = {array.name for array in nest.arrays if array.local and array.name in names - touched}
    return replace(nest, arrays=tuple(array for array in nest.arrays if array.name not in gone))


@dataclass
class _Walk:
    """One walk over a nest in the order of the text; statements whose number is in `kept` define nothing.

    `numbers` tells the numbers of the statements that it returns, `used` those whose values were put somewhere, and
    `counted` those of them that would be raised if they stayed; of these `told` stand in what is raised instead.
    `uses` says how often the operations of a statement are put, at least 2 for more than once, factors of sums apart.
    """

    arrays: dict[str, Array]
    temporaries: frozenset[str]
    kept: frozenset[int]
    known: list[Known] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)
    counted: set[int] = field(default_factory=set)
    told: set[int] = field(default_factory=set)
    hiding: set[int] = field(default_factory=set)
    uses: Counter[int] = field(default_factory=Counter)

    def refused(self) -> frozenset[int]:
        """The statements that must stay: nothing else counts what they do, or several count it, or they hide a sum."""
        several = {number for number, uses in self.uses.items() if uses > 1}
        return frozenset(self.hiding | (self.counted - self.told) | several)

    def numbers_in(self, body: tuple[Node, ...]) -> frozenset[int]:
        """The numbers of statements that are still there."""
        inner = [self.numbers_in(node.body) for node in body if isinstance(node, NestLoop)]
        return frozenset(self.numbers[id(node)] for node in body if isinstance(node, Statement)).union(*inner)

    def nodes(self, body: tuple[Node, ...], loops: Loops) -> tuple[Node, ...]:
        """The nodes with values in the place of temporaries."""
        found: list[Node] = []
        for node in body:
            if isinstance(node, NestLoop):
                found.append(self._loop(node, loops))
            elif isinstance(node, Statement):
                found.append(self._statement(node, loops))
            else:
                # What cannot be read may write anything.
                self.known = []
                found.append(node)
        return tuple(found)

    def _loop(self, loop: NestLoop, loops: Loops) -> Node:
        inside = (*loops, loop)
        found = list(leaves(loop.body, inside))
        writes = [(node.target, path) for path, node in found if isinstance(node, Statement)]
        if len(writes) < len(found):
            self.known = []
        for access, path in writes:
            self._written(access, path)
        before = list(self.known)
        body = self.nodes(loop.body, inside)
        new = [item for item in self.known if all(item is not other for other in before)]
        self.known = before + [item for item in new if item.after(loops, writes)]
        return replace(loop, body=body)

    def _written(self, access: Access, loops: Loops) -> None:
        self.known = [item for item in self.known if item.survives(access, loops)]

    def _statement(self, statement: Statement, loops: Loops) -> Statement:
        found = self._chosen(statement, self._matches(statement, loops), loops)
        result = as_reduction(_with(statement, found))
        number, conforming = len(self.statements), self._is_raised(result, loops)
        for access, (item, _) in found.items():
            if works(item.value) and not (is_factor(item.value) and self._accumulates(result)):
                times = statement.reads.count(access) * (1 if len(loops) <= len(item.loops) else 2)
                self.uses.update(dict.fromkeys(item.sources, times))
            self.used |= item.sources
            self.counted |= item.counted
            self.told |= item.counted if conforming else frozenset()
        own = frozenset([number])
        # What is not raised itself hands on what it was put together from.
        counted = own if conforming else frozenset[int]().union(*(item.counted for item, _ in found.values()))
        new = Known(result.target, result.value, loops, own, counted)
        before = next((item for item in self.known if item.stands_at(result.target, loops)), None)
        self._written(result.target, loops)
        if result.target.array in self.temporaries and number not in self.kept:
            self._define(new, result.reduction, before)
        self.statements.append(result)
        self.numbers[id(result)] = number
        return result

    def _define(self, known: Known, reduction: str, before: Known | None) -> None:
        """Note what a statement sets an element to; of a reduction only if it is known what it held."""
        if reduction:
            if before is None:
                return
            value = _combined(reduction, before.value, known.value)
            sources, counted = before.sources | known.sources, before.counted | known.counted
            known = replace(known, value=value, sources=sources, counted=counted)
        if converts(self.arrays[known.target.array], known.value, self.arrays):
            known = replace(known, value=Compute(CONVERSION, (known.value,)))
        if known.is_definite():
            self.known.append(known)

    def _matches(self, statement: Statement, loops: Loops) -> _Found:
        """What is known of the elements that a statement reads."""
        found: _Found = {}
        for access in dict.fromkeys(statement.reads):
            for item in self.known:
                value = item.at(access, loops)
                if value is not None:
                    found[access] = item, value
        return found

    def _chosen(self, statement: Statement, found: _Found, loops: Loops) -> _Found:
        """The values with which what is raised stays so; the others stay in their temporaries."""
        if not self._conforms(statement) or self._is_raised(_with(statement, found), loops):
            return found
        wrong = [key for key, item in found.items() if not self._conforms(_with(statement, {key: item}))]
        for key in wrong or found:
            self.hiding |= found[key][0].sources
        return {key: item for key, item in found.items() if wrong and key not in wrong}

    def _is_raised(self, statement: Statement, loops: Loops) -> bool:
        """Whether a statement is raised, or is a sum that its first iteration begins."""
        return self._conforms(statement) or bool(begun(statement, loops))

    def _conforms(self, statement: Statement) -> bool:
        """Whether a statement is raised, each temporary in it being an array of its own."""
        seen = replace(statement, value=self._as_array(statement.value))
        return all(conforms(part) or operates(part) for part in (replace(seen, value=item) for item in summands(seen)))

    def _accumulates(self, statement: Statement) -> bool:
        """Whether a statement is a sum of products."""
        seen = replace(statement, value=self._as_array(statement.value))
        return bool(seen.reduction) and all(conforms(replace(seen, value=part)) for part in summands(seen))

    def _as_array(self, value: Value) -> Value:
        def seen(access: Access) -> Access:
            is_temporary = not access.subscripts and access.array in self.temporaries
            return replace(access, subscripts=(Affine.of(0),)) if is_temporary else access

        return mapped(value, seen)


def _with(statement: Statement, found: _Found) -> Statement:
    """The statement with values in the place of what it reads."""
    return replace(statement, value=_replaced(statement.value, found))


def _replaced(value: Value, found: _Found) -> Value:
    put = mapped(value, lambda access: found[access][1] if access in found else access)
    return _under(put, frozenset()) if found else put


def _under(value: Value, held: frozenset[Affine]) -> Value:
    """A value where these conditions hold: a choice under the same ones again is what it chooses."""
    if isinstance(value, Compute):
        return replace(value, operands=tuple(_under(item, held) for item in value.operands))
    if not isinstance(value, Choice):
        return value
    if held.issuperset(value.conditions):
        return _under(value.value, held)
    inside = held.union(value.conditions)
    return Choice(value.conditions, _under(value.value, inside), _under(value.otherwise, held))


def _combined(reduction: str, before: Value, value: Value) -> Value:
    """What an element holds after a reduction; nothing is added to zero."""
    if reduction == "+" and isinstance(before, Literal) and before.value == 0:
        return value
    return Compute(reduction, (before, value))
