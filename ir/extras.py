"""The finding where what an extra of the package brings is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .diagnostic import Diagnostic, WeftError


@contextmanager
def need(module: str, what: str, hint: str) -> Iterator[None]:
    """Turns the absence of a module into a finding (W008): `what` is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != module:
            raise
        raise WeftError(Diagnostic("W008", f"{what}, which is not installed", hint=hint)) from error
