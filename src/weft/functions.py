"""From a live Python function to its loop nest: the source is read, the function does not run."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from .frontends.python import read_python
from .frontends.sizes import Sizes
from .ir import Diagnostic, LoopNest, WeftError


def nest_of(function: Callable[..., object], arguments: Mapping[str, Any]) -> LoopNest:
    """The nest of a function; integers among the arguments are sizes, what has a shape or is one tells a shape."""
    name = getattr(function, "__name__", str(function))
    try:
        lines, first = inspect.getsourcelines(function)
        file = inspect.getsourcefile(function) or "<function>"
    except (OSError, TypeError) as error:
        hint = "define it in a file, or read its text with weft.frontends.python.read_python"
        raise WeftError(Diagnostic("W008", f"the source of '{name}' is not to be had", hint=hint)) from error
    shapes = {key: _shape(value) for key, value in arguments.items() if not isinstance(value, int | float)}
    sizes = Sizes({**_outer_sizes(function), **{k: v for k, v in arguments.items() if isinstance(v, int)}})
    unknown = [key for key in arguments if key not in inspect.signature(function).parameters]
    if unknown:
        known = ", ".join(inspect.signature(function).parameters)
        raise WeftError(Diagnostic("W002", f"'{name}' has no parameter '{unknown[0]}'; it has {known}"))
    return read_python("".join(lines), file, sizes, name, shapes, first)[0]


def _shape(value: Any) -> tuple[int, ...]:
    return tuple(int(size) for size in getattr(value, "shape", value))


def _outer_sizes(function: Callable[..., object]) -> dict[str, int]:
    """The integers of the function's module and of the functions around it, which its source alone does not show."""
    seen = inspect.getclosurevars(inspect.unwrap(function))
    return {key: value for key, value in {**seen.globals, **seen.nonlocals}.items() if type(value) is int}
