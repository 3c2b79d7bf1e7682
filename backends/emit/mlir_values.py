"""Values of statements as operations of `arith` and `math`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce

from xdsl.context import Context
from xdsl.dialects import arith, func, math
from xdsl.dialects.builtin import (
    AnyFloat,
    FloatAttr,
    FunctionType,
    IndexType,
    IntegerAttr,
    IntegerType,
    f32,
    i64,
)
from xdsl.ir import Attribute, Block, Operation, SSAValue
from xdsl.parser import Parser
from xdsl.utils.exceptions import VerifyException

from ...ir import INITIAL, Array, Diagnostic, Literal, Span, WeftError
from .checks import UNSAID, UNSAID_HINT

_FLOAT_BINARY: dict[str, type[Operation]] = {
    "+": arith.AddfOp,
    "-": arith.SubfOp,
    "*": arith.MulfOp,
    "/": arith.DivfOp,
    "max": arith.MaximumfOp,
    "min": arith.MinimumfOp,
    "pow": math.PowFOp,
    **{op.name[5:]: op for op in math.Math.operations if issubclass(op, math.FloatingPointLikeBinaryMathOperation)},
}
_INTEGER_BINARY: dict[str, type[Operation]] = {
    "+": arith.AddiOp,
    "-": arith.SubiOp,
    "*": arith.MuliOp,
    "/": arith.DivSIOp,
    "divsi": arith.DivSIOp,
    "remsi": arith.RemSIOp,
    "max": arith.MaxSIOp,
    "min": arith.MinSIOp,
    "pow": math.IPowIOp,
}
_FLOAT_UNARY: dict[str, type[Operation]] = {
    "-": arith.NegfOp,
    "abs": math.AbsFOp,
    "fabs": math.AbsFOp,
    **{op.name[5:]: op for op in math.Math.operations if issubclass(op, math.FloatingPointLikeUnaryMathOperation)},
}
_INTEGER_UNARY: dict[str, type[Operation]] = {"abs": math.AbsIOp}


def element_type(array: Array) -> Attribute:
    """The type that an array's elements have; WeftError if MLIR has no such type."""
    parser = None
    try:
        parser = Parser(Context(), array.element)
        found = parser.parse_optional_type()
    except Exception:
        # A type of another dialect, or no type at all: xDSL raises many kinds of errors.
        found = None
    if found is None or parser is None or parser.pos != len(array.element):
        message = f"'{array.element}', the element type of '{array.name}', is no type of MLIR"
        raise WeftError(Diagnostic("W411", message, hint="types are f64, f32, bf16, i32, i8, …"))
    return found


@dataclass(slots=True)
class Values:
    """Writes values into a block; functions that MLIR has no operation for are called and declared."""

    function: str
    called: dict[str, FunctionType] = field(default_factory=dict)

    def declarations(self) -> list[Operation]:
        """The functions that are called."""
        return [
            func.FuncOp.external(name, list(found.inputs.data), list(found.outputs.data))
            for name, found in self.called.items()
        ]

    def literal(self, block: Block, item: Literal, type_: Attribute, span: Span | None) -> SSAValue:
        """A number as a constant of a type."""
        try:
            constant = _constant(item.value, type_)
        except (OverflowError, ValueError, VerifyException) as error:
            message = f"the number {item.value} is no value of type '{type_}'"
            raise WeftError(Diagnostic("W411", message, span=span)) from error
        block.add_op(constant)
        return constant.result

    def compute(self, block: Block, function: str, operands: Sequence[SSAValue], span: Span | None) -> SSAValue:
        """A function of values that have all the same type."""
        if function == INITIAL:
            raise WeftError(Diagnostic("W411", UNSAID, span=span, hint=UNSAID_HINT))
        type_ = operands[0].type
        if not isinstance(type_, AnyFloat | IntegerType | IndexType):
            message = f"'{function}' of values of type '{type_}' has no form in MLIR"
            raise WeftError(Diagnostic("W411", message, span=span))
        real = isinstance(type_, AnyFloat)
        binary, unary = (_FLOAT_BINARY, _FLOAT_UNARY) if real else (_INTEGER_BINARY, _INTEGER_UNARY)
        if function in binary and len(operands) > 1:
            return reduce(lambda left, right: _add(block, binary[function], (left, right)), operands)
        if function in unary and len(operands) == 1:
            return _add(block, unary[function], operands)
        if function == "-":
            return _add(block, arith.SubiOp, (self.literal(block, Literal(0), type_, span), *operands))
        return self._call(block, function, operands, span)

    def _call(self, block: Block, function: str, operands: Sequence[SSAValue], span: Span | None) -> SSAValue:
        type_ = operands[0].type
        signature = FunctionType.from_lists([type_] * len(operands), [type_])
        if function == self.function or self.called.setdefault(function, signature) != signature:
            message = f"'{function}' stands for functions of several types"
            raise WeftError(Diagnostic("W411", message, span=span))
        call = func.CallOp(function, list(operands), [type_])
        block.add_op(call)
        return call.results[0]


def _constant(value: float, type_: Attribute) -> arith.ConstantOp:
    if isinstance(type_, AnyFloat):
        return arith.ConstantOp(FloatAttr(float(value), type_))
    if isinstance(type_, IntegerType | IndexType) and value == int(value):
        return arith.ConstantOp(IntegerAttr(int(value), type_))
    raise ValueError(value)


def _add(block: Block, operation: type[Operation], operands: Sequence[SSAValue]) -> SSAValue:
    added = operation.create(operands=operands, result_types=[operands[0].type])
    block.add_op(added)
    return added.results[0]


def cast(block: Block, value: SSAValue, type_: Attribute, span: Span | None) -> SSAValue:
    """A value as one of another type."""
    if value.type == type_:
        return value
    for operation, target in _casts(value.type, type_, span):
        added = operation.create(operands=[value], result_types=[target])
        block.add_op(added)
        value = added.results[0]
    return value


def _casts(old: Attribute, new: Attribute, span: Span | None) -> list[tuple[type[Operation], Attribute]]:
    """The operations that lead from one type to another, each with its result's type."""
    if isinstance(old, AnyFloat) and isinstance(new, AnyFloat):
        if old.bitwidth == new.bitwidth:
            return [(arith.ExtFOp, f32), (arith.TruncFOp, new)]
        return [(arith.ExtFOp if old.bitwidth < new.bitwidth else arith.TruncFOp, new)]
    if isinstance(old, IntegerType) and isinstance(new, IntegerType) and old.bitwidth != new.bitwidth:
        return [(arith.ExtSIOp if old.bitwidth < new.bitwidth else arith.TruncIOp, new)]
    if isinstance(old, IntegerType) and isinstance(new, AnyFloat):
        return [(arith.SIToFPOp, new)]
    if isinstance(old, AnyFloat) and isinstance(new, IntegerType):
        return [(arith.FPToSIOp, new)]
    if isinstance(old, IndexType) and isinstance(new, IntegerType):
        return [(arith.IndexCastOp, new)]
    if isinstance(old, IndexType) and isinstance(new, AnyFloat):
        return [(arith.IndexCastOp, i64), (arith.SIToFPOp, new)]
    if isinstance(old, IntegerType) and isinstance(new, IndexType):
        return [(arith.IndexCastOp, new)]
    if isinstance(old, AnyFloat) and isinstance(new, IndexType):
        return [(arith.FPToSIOp, i64), (arith.IndexCastOp, new)]
    raise WeftError(Diagnostic("W411", f"a value of type '{old}' is no value of type '{new}'", span=span))
