"""Loop nests as MLIR, with xDSL: a function over memrefs with `affine` loops.

Reading the text with `weft.frontends.mlir` gives the nest again. MLIR has no words for some of it, which attributes
say: `weft.units` and `weft.memory` of a parallel loop, `weft.chunk` of a chunk, `weft.hold` of a function, and
`weft.name` where xDSL would change a name. A parallel loop whose iterations update the same elements is an `affine.for`
with `weft.parallel`: MLIR runs the iterations of an `affine.parallel` at once, and the updates would get lost. Local
arrays of which each unit needs one stand inside of its iteration. Not the same comes back for
* a loop that counts down: it counts up, and its subscripts count down;
* `x = x + e` as a plain assignment: it is a reduction;
* a number that the element type does not hold exactly;
* `0 - x` and `a / b` of integers: they are `-x`, which MLIR has for floats only, and `divsi(a, b)`;
* `fabs`, which is `abs`;
* a loop without statements: it is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from xdsl.dialects import affine, arith, func, memref, scf
from xdsl.dialects.builtin import (
    AffineMapAttr,
    ArrayAttr,
    DenseIntElementsAttr,
    DictionaryAttr,
    IndexType,
    IntegerAttr,
    MemRefType,
    ModuleOp,
    StringAttr,
    TensorType,
    UnitAttr,
    i32,
    i64,
)
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue
from xdsl.ir.affine import AffineExpr, AffineMap

from ...ir import (
    Access,
    Affine,
    Array,
    Choice,
    Diagnostic,
    Literal,
    LoopKind,
    LoopNest,
    NestLoop,
    Node,
    Statement,
    Value,
    WeftError,
)
from .mlir_values import Values, cast, element_type
from .shapes import UNKNOWN, with_reached_extents
from .sharing import Path, contested_loops


def emit_mlir(nest: LoopNest) -> str:
    """A module with the nest as a function, as text; WeftError if a part of the nest has no form in MLIR."""
    return str(nest_module(nest)) + "\n"


def nest_module(nest: LoopNest) -> ModuleOp:
    """A module with the nest as a function, and the functions that it calls declared."""
    nest = with_reached_extents(nest)
    problems = [*_unshaped(nest.arrays), *_unreadable(nest)]
    if problems:
        raise WeftError(problems)
    contested, homes = contested_loops(nest)
    writer = _Writer(Values(nest.name), contested, homes)
    function = writer.function(nest)
    return ModuleOp([*writer.values.declarations(), function])


def _unshaped(arrays: Iterable[Array]) -> Iterable[Diagnostic]:
    for array in arrays:
        if array.shape is None:
            yield Diagnostic("W005", f"the shape of array '{array.name}' is not known", hint=UNKNOWN)


def _unreadable(nest: LoopNest) -> Iterable[Diagnostic]:
    for _, node in nest.statements():
        if not isinstance(node, Statement):
            yield from node.diagnostics


@dataclass(frozen=True, slots=True)
class _Map:
    """An affine map with its operands."""

    map: AffineMapAttr
    operands: list[SSAValue]


@dataclass(slots=True)
class _Writer:
    """The function under construction; `iterators` are the values of the loops around, by name."""

    values: Values
    contested: frozenset[Path]
    """Parallel loops whose iterations disturb each other when they run at once."""
    homes: dict[str, Path]
    """The loops in whose iterations local arrays live."""
    types: dict[str, MemRefType] = field(default_factory=dict)
    arrays: dict[str, SSAValue] = field(default_factory=dict)
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    iterators: dict[str, SSAValue] = field(default_factory=dict)
    turned: dict[str, Affine] = field(default_factory=dict)
    """What stands for the iterator of a loop that counts down."""
    hints: Counter[str | None] = field(default_factory=Counter)

    def function(self, nest: LoopNest) -> func.FuncOp:
        """The whole function."""
        types = self.types = {array.name: MemRefType(element_type(array), array.shape or ()) for array in nest.arrays}
        self.shapes = {array.name: array.shape or () for array in nest.arrays}
        outer = [array.name for array in nest.arrays if not array.local]
        block = Block(arg_types=[types[name] for name in outer])
        attributes = [self._name(argument, name) for name, argument in zip(outer, block.args, strict=True)]
        self.arrays |= zip(outer, block.args, strict=True)
        for array in nest.arrays:
            if array.local and array.name not in self.homes:
                self._allocate(block, array.name)
        self._nodes(block, nest.body, ())
        block.add_op(func.ReturnOp())
        named = ArrayAttr([DictionaryAttr(item) for item in attributes]) if any(attributes) else None
        inputs = [types[name] for name in outer]
        function = func.FuncOp(nest.name, (inputs, ()), Region(block), arg_attrs=named)
        if nest.placements:
            rows = [[StringAttr(word) for word in (item.memory, *item.tensors)] for item in nest.placements]
            function.attributes["weft.hold"] = ArrayAttr([ArrayAttr(row) for row in rows])
        return function

    def _allocate(self, block: Block, name: str) -> None:
        allocation = memref.AllocOp((), (), self.types[name])
        allocation.attributes |= self._name(allocation.memref, name)
        self.arrays[name] = allocation.memref
        block.add_op(allocation)

    def _name(self, value: SSAValue, name: str) -> dict[str, Attribute]:
        """Call a value by its name; the attribute that says the name where xDSL would change it."""
        if name.isascii():
            value.name_hint = name
        # xDSL numbers the values that have the same hint.
        self.hints[value.name_hint] += 1
        kept = value.name_hint == name and self.hints[name] == 1
        return {} if kept else {"weft.name": StringAttr(name)}

    def _nodes(self, block: Block, nodes: Iterable[Node], path: Path) -> None:
        for position, node in enumerate(nodes):
            if isinstance(node, NestLoop):
                self._loop(block, node, (*path, position))
            elif isinstance(node, Statement):
                self._statement(block, node)

    def _loop(self, block: Block, loop: NestLoop, path: Path) -> None:
        """A loop; within it, its iterator is a value of MLIR."""
        loop = replace(loop, lower=self._bound(loop.lower), upper=self._bound(loop.upper))
        outer = dict(self.iterators), dict(self.turned)
        turned = None
        if loop.step < 0:
            loop, turned = _counting_up(loop)
        body = Block(arg_types=[IndexType()])
        attributes = self._name(body.args[0], loop.iterator)
        lower, upper = self._map(loop.lower), self._map(loop.upper)
        self.iterators[loop.iterator] = body.args[0]
        self.turned.pop(loop.iterator, None)
        if turned is not None:
            self.turned[loop.iterator] = turned
        own = [name for name, home in self.homes.items() if home == path]
        for name in own:
            self._allocate(body, name)
        self._nodes(body, loop.body, path)
        body.add_ops(memref.DeallocOp.get(self.arrays[name]) for name in own)
        body.add_op(affine.YieldOp.get())
        make = _parallel if loop.kind is LoopKind.PARALLEL and path not in self.contested else _for
        block.add_op(make(loop, lower, upper, body, attributes))
        self.iterators, self.turned = outer

    def _bound(self, parts: Iterable[Affine]) -> tuple[Affine, ...]:
        return tuple(part.substitute(self.turned) for part in parts)

    def _map(self, expressions: Sequence[Affine]) -> _Map:
        """Expressions as an affine map, with the iterators that they use."""
        names = list(dict.fromkeys(name for item in expressions for name in sorted(item.names)))
        dims = {name: AffineExpr.dimension(number) for number, name in enumerate(names)}
        results = tuple(affine_expression(item, dims) for item in expressions)
        return _Map(AffineMapAttr(AffineMap(len(names), 0, results)), [self.iterators[name] for name in names])

    def _statement(self, block: Block, statement: Statement) -> None:
        target = self._array(statement.target)
        type_ = target.type.get_element_type() if isinstance(target.type, MemRefType) else IndexType()
        value = self._value(block, statement.value, type_, statement)
        if statement.reduction:
            old = self._load(block, statement.target)
            value = self.values.compute(block, statement.reduction, (old, value), statement.span)
        found = self._map(self._bound(statement.target.subscripts))
        block.add_op(affine.StoreOp(value, target, found.operands, found.map))

    def _value(self, block: Block, value: Value, type_: Attribute, statement: Statement) -> SSAValue:
        if isinstance(value, Literal):
            return self.values.literal(block, value, type_, statement.span)
        if isinstance(value, Access):
            return cast(block, self._load(block, value), type_, statement.span)
        if isinstance(value, Choice):
            return self._choice(block, value, type_, statement)
        operands = [self._value(block, item, type_, statement) for item in value.operands]
        return self.values.compute(block, value.function, operands, statement.span)

    def _choice(self, block: Block, choice: Choice, type_: Attribute, statement: Statement) -> SSAValue:
        """One of two values; the other is not computed, since its elements may not exist."""
        holds: SSAValue | None = None
        for condition in choice.conditions:
            found = self._map(self._bound((condition,)))
            value = affine.ApplyOp(found.operands, found.map)
            zero = arith.ConstantOp(IntegerAttr(0, IndexType()))
            test = arith.CmpiOp(value.result, zero.result, "sge")
            block.add_ops([value, zero, test])
            both = None if holds is None else arith.AndIOp(holds, test.result)
            if both is not None:
                block.add_op(both)
            holds = test.result if both is None else both.result
        assert holds is not None
        sides = Block(), Block()
        for side, value_ in zip(sides, (choice.value, choice.otherwise), strict=True):
            side.add_op(scf.YieldOp(self._value(side, value_, type_, statement)))
        chosen = scf.IfOp(holds, [type_], Region(sides[0]), Region(sides[1]))
        block.add_op(chosen)
        return chosen.results[0]

    def _load(self, block: Block, access: Access) -> SSAValue:
        found = self._map(self._bound(access.subscripts))
        load = affine.LoadOp(self._array(access), found.operands, found.map)
        block.add_op(load)
        return load.result

    def _array(self, access: Access) -> SSAValue:
        if access.array not in self.arrays:
            raise WeftError(Diagnostic("W002", f"no array '{access.array}'", span=access.span))
        if len(access.subscripts) != len(self.shapes[access.array]):
            axes = len(self.shapes[access.array])
            message = f"'{access}' has {len(access.subscripts)} subscripts for {axes} axes"
            raise WeftError(Diagnostic("W001", message, span=access.span))
        return self.arrays[access.array]


def _counting_up(loop: NestLoop) -> tuple[NestLoop, Affine]:
    """The steps of a loop that counts down, from 0 on, and its iterator at a step."""
    if len(loop.lower) != 1:
        message = f"loop '{loop.iterator}' counts down from the least of several bounds"
        raise WeftError(Diagnostic("W411", message, span=loop.span))
    step, start = -loop.step, loop.lower[0]
    steps = tuple((start - upper + (step - 1)) // step for upper in loop.upper)
    return replace(loop, lower=(Affine.of(0),), upper=steps, step=1), start - Affine.of(loop.iterator) * step


def affine_expression(expression: Affine, dims: dict[str, AffineExpr]) -> AffineExpr:
    """An expression over dimensions of a map, by the names of their iterators."""
    total = AffineExpr.constant(0)
    for atom, factor in expression.terms:
        term = dims[atom] if isinstance(atom, str) else affine_expression(atom.numerator, dims) // atom.divisor
        total = term * factor + total if total == AffineExpr.constant(0) else total + term * factor
    return total + expression.constant


def _for(loop: NestLoop, lower: _Map, upper: _Map, body: Block, attributes: dict[str, Attribute]) -> Operation:
    operation = affine.ForOp.from_region(
        lower.operands, upper.operands, [], [], lower.map, upper.map, Region(body), loop.step
    )
    operation.attributes |= attributes
    operation.attributes |= _marks(loop)
    if loop.kind is LoopKind.PARALLEL:
        operation.attributes["weft.parallel"] = UnitAttr()
    return operation


def _marks(loop: NestLoop) -> dict[str, Attribute]:
    """What MLIR has no words for."""
    marks: dict[str, Attribute] = {}
    if loop.kind is LoopKind.CHUNK:
        marks["weft.chunk"] = UnitAttr()
    if loop.units is not None:
        marks["weft.units"] = IntegerAttr(loop.units, i64)
    if loop.memory is not None:
        marks["weft.memory"] = StringAttr(loop.memory)
    return marks


def _parallel(loop: NestLoop, lower: _Map, upper: _Map, body: Block, attributes: dict[str, Attribute]) -> Operation:
    return affine.ParallelOp.create(
        operands=[*lower.operands, *upper.operands],
        properties={
            "reductions": ArrayAttr([]),
            "lowerBoundsMap": lower.map,
            "lowerBoundsGroups": _group(len(loop.lower)),
            "upperBoundsMap": upper.map,
            "upperBoundsGroups": _group(len(loop.upper)),
            "steps": ArrayAttr([IntegerAttr(loop.step, i64)]),
        },
        attributes=attributes | _marks(loop),
        regions=[Region(body)],
    )


def _group(results: int) -> DenseIntElementsAttr:
    return DenseIntElementsAttr.from_list(TensorType(i32, [1]), [results])
