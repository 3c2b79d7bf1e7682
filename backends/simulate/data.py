"""Runs the program on random data and compares the result with numpy."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable
from itertools import product
from math import prod
from typing import Any, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from ...ir import Index, Statement, Tensor, Workload
from .elements import Elements, Integers
from .program import Chunk, RunProgram
from .values import REDUCTIONS, compute, neutral, scalars_of

Floats: TypeAlias = NDArray[np.float64]


def computes_workload(program: RunProgram, elements: dict[str, Elements], seed: int) -> bool:
    """Whether the program leaves what numpy computes; for inserted zeros also what a scatter computes."""
    workload = program.workload
    if workload.statement is not None:
        return runs_statement(program, workload.statement, elements, seed)
    data = random_data(workload, elements, seed)
    result = execute(program, elements, data)
    same = np.array_equal(result, direct(workload, data))
    if workload.zero_insertion:
        same = same and np.array_equal(result, scatter(workload, data))
    return same


def random_data(workload: Workload, elements: dict[str, Elements], seed: int) -> dict[str, Integers]:
    """Integer arrays for the inputs; zero wherever the workload inserts zeros or pads."""
    generator = np.random.default_rng(seed)
    data = {}
    for tensor in workload.inputs:
        values = generator.integers(1, 100, elements[tensor.name].shape, dtype=np.int64)
        for axis, index, factor in _inserted(workload, tensor):
            stored = np.zeros(values.shape[axis], dtype=np.int64)
            stored[_stored(workload, index, factor)] = 1
            values *= stored.reshape([-1 if number == axis else 1 for number in range(values.ndim)])
        for axis, index, before, after in _padded(workload, tensor):
            places = np.arange(values.shape[axis])
            last = index.span(workload.extents[index.output], workload.extents[index.window]) - after
            stored = ((places >= before) & (places < last)).astype(np.int64)
            values *= stored.reshape([-1 if number == axis else 1 for number in range(values.ndim)])
        data[tensor.name] = values
    return data


def _padded(workload: Workload, tensor: Tensor) -> list[tuple[int, Index, int, int]]:
    """The axes of an input that are padded, with their index and the zeros before and behind."""
    axes = {subscript: axis for axis, subscript in enumerate(tensor.subscripts)}
    padded = [(workload.index_by_name[name], before, after) for name, before, after in workload.padding]
    return [(axes[index.subscript], index, front, back) for index, front, back in padded if index.subscript in axes]


def _inserted(workload: Workload, tensor: Tensor) -> list[tuple[int, Index, int]]:
    """The axes of an input that hold inserted zeros, with their index and the factor."""
    factors = dict(workload.zero_insertion)
    indices = {index.subscript: index for index in workload.indices if index.name in factors}
    return [
        (axis, indices[subscript], factors[indices[subscript].name])
        for axis, subscript in enumerate(tensor.subscripts)
        if subscript in indices
    ]


def _stored(workload: Workload, index: Index, factor: int) -> slice:
    """The coordinates between the full paddings that hold stored elements."""
    padding = index.dilation * (workload.extents[index.window] - 1)
    return slice(padding, max(padding, index.stride * (workload.extents[index.output] - 1) + 1), factor)


def execute(program: RunProgram, elements: dict[str, Elements], data: dict[str, Integers]) -> Integers:
    """Let every PE execute the multiply-accumulates of its chunk in every step."""
    workload = program.workload
    output = elements[workload.output.name]
    result = np.zeros(output.shape, dtype=np.int64)
    flat = {name: values.ravel() for name, values in data.items()}
    sums = result.reshape(-1)
    for _, busy in program.steps(len(program.levels)):
        for chunk in busy.values():
            factors = np.ones(1, dtype=np.int64)
            for name, values in flat.items():
                factors = factors * values[elements[name].numbers(chunk)]
            np.add.at(sums, output.numbers(chunk), factors)
    return result


def runs_statement(program: RunProgram, statement: Statement, elements: dict[str, Elements], seed: int) -> bool:
    """Whether the points of all chunks together compute what whole arrays do, on whatever numbers."""
    workload, generator = program.workload, np.random.default_rng(seed)
    inputs = {tensor.name: generator.uniform(0.5, 2.0, elements[tensor.name].shape) for tensor in workload.inputs}
    scalars: dict[str, Any] = {name: generator.uniform(0.5, 2.0) for name in scalars_of(statement, set(inputs))}
    output = elements[workload.output.name]

    def run(chunks: Iterable[Chunk], change: Callable[[Any], Any] = lambda values: values) -> Floats:
        found = np.full(prod(output.shape), neutral(statement))
        for chunk in chunks:
            own = {name: values.ravel()[elements[name].numbers(chunk)] for name, values in inputs.items()}
            _take_in(found, output.numbers(chunk), change(compute(statement.value, scalars | own)), statement)
        return found

    steps = (chunk for _, busy in program.steps(len(program.levels)) for chunk in busy.values())
    whole = [program.whole]
    # Outside of its domain a function is no number, the same one for both.
    with np.errstate(all="ignore"):
        found, expected = run(steps), run(whole)
        # What cancels in a sum leaves the rounding of its summands.
        rounding = 1e-9 * run(whole, np.abs) if statement.reduction == "+" else 0.0
        return bool(np.isclose(found, expected, rtol=1e-9, atol=rounding, equal_nan=True).all())


def _take_in(output: Floats, places: Integers, values: Any, statement: Statement) -> None:
    if statement.reduction:
        REDUCTIONS[statement.reduction].at(output, places, values)
    else:
        output[places] = values


def direct(workload: Workload, data: dict[str, Integers]) -> Integers:
    """The workload as one einsum over strided views of its inputs."""
    letter = dict(zip(workload.extents, string.ascii_letters, strict=False))
    views, names = [], []
    for tensor in workload.inputs:
        steps = dict.fromkeys((name for name in workload.extents if name in tensor.dimensions), 0)
        for stride, subscript in zip(data[tensor.name].strides, tensor.subscripts, strict=True):
            for term in subscript.terms:
                steps[term.dimension] += stride * term.coefficient
        shape = [workload.extents[name] for name in steps]
        views.append(as_strided(data[tensor.name], shape, list(steps.values()), writeable=False))
        names.append("".join(letter[name] for name in steps))
    absent = [name for name in workload.extents if not any(letter[name] in text for text in names)]
    for name in absent:
        views.append(np.ones(workload.extents[name], dtype=np.int64))
        names.append(letter[name])
    target = "".join(letter[subscript.dimensions[0]] for subscript in workload.output.subscripts)
    result: Integers = np.einsum(f"{','.join(names)}->{target}", *views)
    return result


def scatter(workload: Workload, data: dict[str, Integers]) -> Integers:
    """A transposed convolution that adds every stored input element, times the filter, to its outputs."""
    letter = dict(zip(workload.extents, string.ascii_letters, strict=False))
    factors = dict(workload.zero_insertion)
    indices = [index for index in workload.indices if index.name in factors]
    target = [subscript.dimensions[0] for subscript in workload.output.subscripts]
    result = np.zeros([workload.extents[name] for name in target], dtype=np.int64)
    letters = [_compact_letters(workload, tensor, letter) for tensor in workload.inputs]
    formula = f"{','.join(letters)}->{''.join(letter[name] for name in target)}"
    for taps in product(*(range(workload.extents[index.window]) for index in indices)):
        tap = {index.window: value for index, value in zip(indices, taps, strict=True)}
        part = np.einsum(formula, *(_compact(workload, tensor, data[tensor.name], tap) for tensor in workload.inputs))
        place = [slice(None)] * len(target)
        for index in indices:
            axis = target.index(index.output)
            # Output y' meets the stored element h under tap r where y' + dilation·r = padding + factor·h.
            start = index.dilation * (workload.extents[index.window] - 1 - tap[index.window])
            end = start + factors[index.name] * (part.shape[axis] - 1) + 1
            place[axis] = slice(start, max(start, end), factors[index.name])
        result[tuple(place)] += part
    return result


def _compact_letters(workload: Workload, tensor: Tensor, names: dict[str, str]) -> str:
    windows = {index.window for index in workload.indices if index.name in dict(workload.zero_insertion)}
    return "".join(
        names[subscript.dimensions[0]]
        for subscript in tensor.subscripts
        if len(subscript.terms) > 1 or subscript.dimensions[0] not in windows
    )


def _compact(workload: Workload, tensor: Tensor, values: Integers, tap: dict[str, int]) -> Integers:
    """Only the stored elements of an input, and of a filter only the given taps."""
    inserted = {axis: (index, factor) for axis, index, factor in _inserted(workload, tensor)}
    place: list[slice | int] = []
    for axis, subscript in enumerate(tensor.subscripts):
        if axis in inserted:
            place.append(_stored(workload, *inserted[axis]))
        elif len(subscript.terms) == 1 and subscript.dimensions[0] in tap:
            place.append(tap[subscript.dimensions[0]])
        else:
            place.append(slice(None))
    chosen: Integers = values[tuple(place)]
    return chosen
