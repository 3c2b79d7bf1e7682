"""The statement of a workload: the one of the nest over its tensors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from ...ir import CONVERSION, Access, Choice, Compute, Statement, Tensor, Value, Workload, mapped
from ...ir.free_names import free_name
from .shape import Shape

_Key = TypeVar("_Key", str, Access)


def with_statement(workload: Workload, shape: Shape) -> Workload:
    """The workload with what its points do; nothing where that is the product of all inputs, added to the output.

    A sum of products starts from zero. Any other reduction with an output element for every point takes in what the
    output held before: that is an input then.
    """
    written = shape.point.statement
    names = dict(shape.names)
    taken = {tensor.name for tensor in workload.tensors}
    for item in written.reads:
        _name(item, item.array, names, taken)
    value = mapped(_bare(written.value), lambda item: Access(names[item]))
    target = Access(workload.output.name)
    if written.reduction and not workload.reduction_dimensions and len(written.operands) < 2:
        before = Tensor(free_name(f"{workload.output.name}_before", taken), workload.output.subscripts)
        value = Compute(written.reduction, (Access(before.name), value))
        return replace(workload, inputs=(before, *workload.inputs), statement=Statement(target, value))
    statement = Statement(target, value, written.reduction)
    return workload if _is_product(statement, workload) else replace(workload, statement=statement)


def renamed_statement(statement: Statement | None, tensors: Mapping[str, str]) -> Statement | None:
    """A statement with other names for its tensors; a scalar that is called like one of them gets another too."""
    if statement is None:
        return None
    names, taken = dict(tensors), set(tensors.values())
    for item in statement.reads:
        _name(item.array, item.array, names, taken)
    value = mapped(statement.value, lambda item: Access(names[item.array]))
    return replace(statement, target=Access(tensors[statement.target.array]), value=value)


def _bare(value: Value) -> Value:
    """A value without conversions and without the conditions that have become padding."""
    if isinstance(value, Compute):
        operands = tuple(map(_bare, value.operands))
        return operands[0] if value.function == CONVERSION else Compute(value.function, operands)
    return _bare(value.value) if isinstance(value, Choice) else value


def _name(item: _Key, name: str, names: dict[_Key, str], taken: set[str]) -> None:
    """Call what has no name yet by one that nothing else has."""
    if item not in names:
        names[item] = free_name(name, taken)
        taken.add(names[item])


def _is_product(statement: Statement, workload: Workload) -> bool:
    """Whether the inputs, each once, are multiplied and added up, and nothing else."""
    leaves: list[Value] = [statement.value]
    while any(isinstance(item, Compute) for item in leaves):
        leaves = [part for item in leaves for part in (item.operands if isinstance(item, Compute) else (item,))]
    names = sorted(item.array for item in leaves if isinstance(item, Access))
    whole = len(names) == len(leaves) > 1 and names == sorted(tensor.name for tensor in workload.inputs)
    return statement.reduction == "+" and whole and _functions(statement.value) <= {"*"}


def _functions(value: Value) -> set[str]:
    if not isinstance(value, Compute):
        return set()
    return {value.function}.union(*map(_functions, value.operands))
