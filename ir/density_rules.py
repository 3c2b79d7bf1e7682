"""What densities must be to suit the tensors of a workload."""

from __future__ import annotations

from collections.abc import Iterator

from .nearest import did_you_mean
from .sparsity import Block, Density, Measured, Structured
from .workload import Subscript, Tensor, Workload

BAD_DENSITY = "W601"


def density_problems(workload: Workload, name: str, density: Density) -> Iterator[tuple[str, str, str]]:
    """(code, message, hint) of everything that is wrong with a tensor's density."""
    names = [tensor.name for tensor in workload.tensors]
    if name not in names:
        yield "W002", f"no tensor '{name}'", did_you_mean(name, names, "tensors")
        return
    tensor = workload.tensor(name)
    if isinstance(density, Structured):
        problems = _structured(tensor, density)
    elif isinstance(density, Measured):
        problems = _measured(workload, tensor, density)
    else:
        problems = _probability(tensor, density.density)
    for message, hint in problems:
        yield BAD_DENSITY, message, hint
    if isinstance(density, Block):
        for message, hint in _block(tensor, density):
            yield BAD_DENSITY, message, hint


def own_axes(tensor: Tensor) -> list[str]:
    """The dimensions that are an axis by themselves, in the order of the axes."""
    return [subscript.dimensions[0] for subscript in tensor.subscripts if own_axis(subscript)]


def own_axis(subscript: Subscript) -> bool:
    """Whether an axis is a single dimension."""
    return len(subscript.terms) == 1 and subscript.terms[0].coefficient == 1


def data_shape(workload: Workload, tensor: Tensor) -> tuple[int, ...]:
    """The extents of the array that holds a tensor."""
    return tuple(
        sum(term.coefficient * (workload.extents[term.dimension] - 1) for term in subscript.terms) + 1
        for subscript in tensor.subscripts
    )


def _probability(tensor: Tensor, value: float) -> Iterator[tuple[str, str]]:
    if not 0 <= value <= 1:
        yield f"the density of {tensor.name} is {value:g}; it must be from 0 to 1", ""


def _structured(tensor: Tensor, density: Structured) -> Iterator[tuple[str, str]]:
    if not 0 <= density.nonzeros <= density.group or density.group < 1:
        yield f"{tensor.name} cannot have {density.nonzeros} nonzeros in groups of {density.group}", ""
    if density.dimension not in own_axes(tensor):
        axes = ", ".join(own_axes(tensor)) or "none"
        hint = f"axes of {tensor.name} over a single dimension: {axes}"
        yield f"groups of {tensor.name} cannot lie along '{density.dimension}', which is no axis by itself", hint


def _block(tensor: Tensor, density: Block) -> Iterator[tuple[str, str]]:
    if len(density.shape) != len(tensor.subscripts) or min(density.shape, default=1) < 1:
        wanted = "x".join(f"<{subscript}>" for subscript in tensor.subscripts)
        yield f"a block of {tensor.name} has {len(tensor.subscripts)} sides", f"as in {wanted}"
        return
    for side, subscript in zip(density.shape, tensor.subscripts, strict=True):
        if side > 1 and not own_axis(subscript):
            hint = "blocks lie along axes of a single dimension; give this one side 1"
            yield f"blocks of {tensor.name} cannot be longer than 1 along '{subscript}'", hint


def _measured(workload: Workload, tensor: Tensor, density: Measured) -> Iterator[tuple[str, str]]:
    shape = data_shape(workload, tensor)
    if density.shape != shape:
        text = " x ".join(map(str, density.shape)) or "a single number"
        yield f"the array for {tensor.name} is {text}", f"{tensor} has {' x '.join(map(str, shape))} elements"
