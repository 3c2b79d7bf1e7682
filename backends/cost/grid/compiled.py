"""The compiler of the kernels of this package."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """A function on integers and integer arrays as machine code, kept on disk between runs."""
    return cast(F, numba.njit(cache=True, error_model="numpy")(function))
