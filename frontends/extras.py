"""What an extra of the package brings, and the finding where it is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..ir import Diagnostic, WeftError


@contextmanager
def need_xdsl(purpose: str) -> Iterator[None]:
    """Turns the absence of xDSL, an extra, into a finding."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "xdsl":
            raise
        message = f"{purpose} needs xDSL, which is not installed"
        raise WeftError(Diagnostic("W008", message, hint="pip install 'weft-ir[mlir]'")) from error
