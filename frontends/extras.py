"""What an extra of the package brings, and the finding where it is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from ..ir import Diagnostic, WeftError


def need_xdsl(purpose: str) -> AbstractContextManager[None]:
    """Turns the absence of xDSL into a finding."""
    return need("xdsl", "xDSL", "mlir", purpose)


@contextmanager
def need(module: str, called: str, extra: str, purpose: str) -> Iterator[None]:
    """Turns the absence of a module, which the `extra` brings and people know as `called`, into a finding (W008)."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != module:
            raise
        message = f"{purpose} needs {called}, which is not installed"
        raise WeftError(Diagnostic("W008", message, hint=f"pip install 'weft-ir[{extra}]'")) from error
