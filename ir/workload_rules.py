"""What every workload must be, also one that no reader has checked; each rule yields what it finds wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .density_rules import density_problems
from .loop_nest import Compute, Value
from .nearest import SHORT, did_you_mean
from .operations import FUNCTIONS
from .workload import Tensor, Workload

MAX_EXTENT = 2**31 - 1
MAX_STATEMENT = 1 << 12
"""Characters of a statement."""
MAX_NAMES = 24
"""Dimensions, and tensors, that a workload can have."""


class Problem(NamedTuple):
    """What a rule finds wrong."""

    code: str
    message: str
    hint: str = ""


def check_extents(workload: Workload) -> Iterator[Problem]:
    """Every dimension has an extent from 1 to 2**31-1."""
    for name, extent in workload.dimensions:
        yield from _number(f"extent of {name}", extent, most=MAX_EXTENT)


def check_counts(workload: Workload) -> Iterator[Problem]:
    """No more dimensions and tensors than can be counted in seconds."""
    for what, found in (("dimensions", len(workload.dimensions)), ("tensors", len(workload.tensors))):
        if found > MAX_NAMES:
            yield Problem("W011", f"the workload has {found} {what}; Weft counts up to {MAX_NAMES}")


def check_names(workload: Workload) -> Iterator[Problem]:
    """A name means one dimension or one index, and every name can be printed."""
    names = [name for name, _ in workload.dimensions] + [index.name for index in workload.indices]
    for name in repeated(names):
        yield Problem("W006", f"'{name}' is defined twice")
    for name in (*names, *(tensor.name for tensor in workload.tensors)):
        if not name.isprintable():
            yield Problem("W011", f"the name '{name}' cannot be printed")


def check_tensor_names(workload: Workload) -> Iterator[Problem]:
    """A name means one tensor, also when one is the output."""
    for name in repeated(tensor.name for tensor in workload.tensors):
        hint = "give an input that is also the output a name of its own" if name == workload.output.name else ""
        yield Problem("W006", f"tensor '{name}' is defined twice", hint)


def check_terms(workload: Workload) -> Iterator[Problem]:
    """Every axis is a sum of one or two terms."""
    for tensor in workload.tensors:
        for subscript in tensor.subscripts:
            if not 1 <= len(subscript.terms) <= 2:
                message = f"an axis of tensor '{tensor.name}' has {len(subscript.terms)} terms; it must have 1 or 2"
                yield Problem("W011", message)


def check_coefficients(workload: Workload) -> Iterator[Problem]:
    """Every coefficient is from 1 to 2**31-1."""
    for tensor in workload.tensors:
        for term in (term for subscript in tensor.subscripts for term in subscript.terms):
            yield from _number(f"coefficient of {term.dimension} in {tensor.name}", term.coefficient, most=MAX_EXTENT)


def check_subscript_names(workload: Workload) -> Iterator[Problem]:
    """Every axis is over dimensions of the workload."""
    for tensor in workload.tensors:
        for name in dict.fromkeys(_occurrences(tensor)):
            yield from _known(f"tensor '{tensor.name}'", name, workload)


def check_disjoint_axes(workload: Workload) -> Iterator[Problem]:
    """A tensor uses each dimension once: the elements of its axes are counted apart and multiplied."""
    for tensor in workload.tensors:
        for name in repeated(_occurrences(tensor)):
            yield Problem(
                "W011",
                f"dimension '{name}' occurs twice in tensor '{tensor.name}'",
                "only tensors that use each dimension once can be counted",
            )


def check_output_axes(workload: Workload) -> Iterator[Problem]:
    """Every axis of the output is a single dimension."""
    for subscript in workload.output.subscripts:
        if len(subscript.terms) == 2 or any(term.coefficient > 1 for term in subscript.terms):
            message = f"axis '{subscript}' of the output '{workload.output.name}' is not a single dimension"
            yield Problem("W011", message)


def check_indices(workload: Workload) -> Iterator[Problem]:
    """Every index couples two different dimensions of the workload."""
    for index in workload.indices:
        for name in dict.fromkeys((index.output, index.window)):
            yield from _known(f"index '{index.name}'", name, workload)
        if index.output == index.window:
            yield Problem("W006", f"index '{index.name}' names '{index.output}' twice")
        yield from _number(f"stride of {index.name}", index.stride, most=MAX_EXTENT)
        yield from _number(f"dilation of {index.name}", index.dilation, most=MAX_EXTENT)


def check_zero_insertion(workload: Workload) -> Iterator[Problem]:
    """Zeros are inserted along indices, by a factor of at least 1, once along each."""
    for name in repeated(name for name, _ in workload.zero_insertion):
        yield Problem("W006", f"zeros are inserted twice along '{name}'")
    for name, factor in workload.zero_insertion:
        if name not in workload.index_by_name:
            known = ", ".join(workload.index_by_name) or "none"
            yield Problem("W002", f"zeros are inserted along an unknown index '{name}'; the indices are {known}")
        yield from _number(f"zero insertion along {name}", factor, most=MAX_EXTENT)


def check_padding(workload: Workload) -> Iterator[Problem]:
    """Padding stands along indices without inserted zeros, once along each, and leaves stored elements."""
    inserted = dict(workload.zero_insertion)
    for name in repeated(name for name, _, _ in workload.padding):
        yield Problem("W006", f"padding along '{name}' is given twice")
    for name, before, after in workload.padding:
        index = workload.index_by_name.get(name)
        if index is None:
            known = ", ".join(workload.index_by_name) or "none"
            yield Problem("W002", f"padding along an unknown index '{name}'; the indices are {known}")
        elif name in inserted:
            yield Problem("W004", f"'{name}' has inserted zeros, which have their own padding")
        elif not {index.output, index.window} <= workload.extents.keys():
            continue
        elif min(before, after) < 0:
            yield Problem("W004", f"padding along '{name}' is {min(before, after)}; it must be at least 0")
        elif before + after >= index.span(workload.extents[index.output], workload.extents[index.window]):
            yield Problem("W004", f"padding along '{name}' leaves no stored element")


def check_densities(workload: Workload) -> Iterator[Problem]:
    """Densities suit their tensors, one each."""
    for name in repeated(name for name, _ in workload.densities):
        yield Problem("W006", f"the density of '{name}' is given twice")
    for name, density in workload.densities:
        for code, message, hint in density_problems(workload, name, density):
            yield Problem(code, message, hint)


def check_statement(workload: Workload) -> Iterator[Problem]:
    """A statement uses every input and sets the output, which it takes in where points share one of its elements."""
    statement = workload.statement
    if statement is None:
        return
    names = {access.array for access in statement.reads}
    if statement.target.array != workload.output.name:
        yield Problem("W002", f"the statement sets '{statement.target.array}'; the output is '{workload.output.name}'")
    if workload.output.name in names:
        message = f"the statement reads the output '{workload.output.name}'"
        yield Problem("W011", message, f"write '{workload.output.name} += …', or give the input a name of its own")
    for tensor in workload.inputs:
        if tensor.name not in names:
            yield Problem("W011", f"the statement does not use the input '{tensor.name}'")
    if statement.choices:
        yield Problem("W011", "the statement chooses by where a point lies")
    if any(access.subscripts for access in (statement.target, *statement.reads)):
        yield Problem("W011", "the statement names tensors without subscripts: they stand in the tensors")
    shared = sorted(name for name in workload.reduction_dimensions if workload.extents[name] > 1)
    if not statement.reduction and shared:
        message = f"points that differ in {', '.join(shared)} set one element of '{workload.output.name}'"
        yield Problem("W011", message, "take it in with a reduction, such as '+=' or '= max(…)'")
    for call in _calls(statement.value):
        taken, operands = FUNCTIONS.get(call.function), len(call.operands)
        if taken is None:
            hint = did_you_mean(call.function, FUNCTIONS, otherwise="write it with functions that there are")
            yield Problem("W002", f"unknown function '{call.function}'", hint)
        elif operands not in taken:
            yield Problem("W011", f"'{call.function}' takes {taken[0]} operands, not {operands}")
    if workload.densities:
        yield Problem("W011", "densities are of multiply-accumulates: leave out the statement, or the densities")
    if len(str(statement)) > MAX_STATEMENT:
        yield Problem("W010", f"the statement has more than {MAX_STATEMENT} characters")


WORKLOAD_RULES = (
    check_extents,
    check_counts,
    check_names,
    check_tensor_names,
    check_terms,
    check_coefficients,
    check_subscript_names,
    check_disjoint_axes,
    check_output_axes,
    check_indices,
    check_zero_insertion,
    check_padding,
    check_densities,
    check_statement,
)
"""All rules, in the order in which their findings are told."""


# What the rules share


def _calls(value: Value) -> Iterator[Compute]:
    if isinstance(value, Compute):
        yield value
        for operand in value.operands:
            yield from _calls(operand)


def _number(what: str, value: object, most: int) -> Iterator[Problem]:
    if not isinstance(value, int):
        yield Problem("W004", f"{what} is {value!r}; it must be an int")
    elif value < 1:
        yield Problem("W004", f"{what} is {value}; it must be at least 1")
    elif value > most:
        yield Problem("W010", f"{what} is {value}; the limit is {most} (2**31-1)")


def _known(where: str, name: str, workload: Workload) -> Iterator[Problem]:
    if name not in workload.extents:
        hint = did_you_mean(name, workload.extents, likeness=SHORT)
        known = ", ".join(workload.extents)
        yield Problem("W002", f"{where} uses an unknown dimension '{name}'; there are {known}", hint)


def _occurrences(tensor: Tensor) -> Iterator[str]:
    return (name for subscript in tensor.subscripts for name in subscript.dimensions)


def repeated(names: Iterable[str]) -> list[str]:
    """The names that occur more than once."""
    return [name for name, times in Counter(names).items() if times > 1]
