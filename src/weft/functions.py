"""From a live Python function to its loop nest: the source is read, the function does not run."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from operator import index
from typing import Any

from .frontends.python import read_python
from .frontends.sizes import Sizes
from .ir import Diagnostic, LoopNest, WeftError
from .ir.nearest import did_you_mean


def nest_of(function: Callable[..., object], arguments: Mapping[str, Any]) -> LoopNest:
    """The nest of a function; integers among the arguments are sizes, what has a shape or is one tells a shape."""
    name = getattr(function, "__name__", str(function))
    if not inspect.isroutine(inspect.unwrap(function)):
        raise WeftError(Diagnostic("W008", f"'{name}' is no function of Python"))
    try:
        lines, first = inspect.getsourcelines(function)
        file = inspect.getsourcefile(function) or "<function>"
    except (OSError, TypeError) as error:
        hint = "define it in a file, or read its text with weft.frontends.python.read_python"
        raise WeftError(Diagnostic("W008", f"the source of '{name}' is not to be had", hint=hint)) from error
    unknown = [key for key in arguments if key not in inspect.signature(function).parameters]
    if unknown:
        hint = did_you_mean(unknown[0], inspect.signature(function).parameters, "parameters", "it has none")
        raise WeftError(Diagnostic("W002", f"'{name}' has no parameter '{unknown[0]}'", hint=hint))
    sizes, shapes = _outer_sizes(function), {}
    for key, value in arguments.items():
        if (size := _integer(value)) is not None:
            sizes[key] = size
        elif not isinstance(value, float):
            shapes[key] = _shape(key, value)
    return read_python("".join(lines), file, Sizes(sizes), name, shapes, first)[0]


def _integer(value: Any) -> int | None:
    """A whole number of any kind, of Python or of numpy; None for anything else."""
    try:
        return index(value)
    except TypeError:
        return None


def _shape(name: str, value: Any) -> tuple[int, ...]:
    """The shape of an array, or one that is given as such."""
    shape = getattr(value, "shape", value)
    sizes = [_integer(size) for size in shape] if isinstance(shape, tuple | list) else [None]
    if None in sizes:
        hint = "give an integer for a size, and an array or its shape, such as (64, 32), for an array"
        raise WeftError(
            Diagnostic("W004", f"argument '{name}' is neither a size nor a shape: {value!r:.60}", hint=hint)
        )
    return tuple(size for size in sizes if size is not None)


def _outer_sizes(function: Callable[..., object]) -> dict[str, int]:
    """The integers of the function's module and of the functions around it, which its source alone does not show."""
    seen = inspect.getclosurevars(inspect.unwrap(function))
    return {key: value for key, value in {**seen.globals, **seen.nonlocals}.items() if type(value) is int and value > 0}
