"""What an extra of the package brings, and the finding where it is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from ..ir import Diagnostic, WeftError


def need_xdsl(purpose: str) -> AbstractContextManager[None]:
    """Turns the absence of xDSL, an extra, into a finding."""
    return need("xdsl", f"{purpose} needs xDSL", "pip install 'weft-ir[mlir]'")


def need_onnx(purpose: str) -> AbstractContextManager[None]:
    """Turns the absence of the package onnx, an extra, into a finding."""
    return need("onnx", f"{purpose} needs the package onnx", "pip install 'weft-ir[onnx]'")


def need_torch(purpose: str) -> AbstractContextManager[None]:
    """Turns the absence of PyTorch, an extra, into a finding."""
    return need("torch", f"{purpose} needs PyTorch", "pip install 'weft-ir[torch]'")


@contextmanager
def need(module: str, what: str, hint: str) -> Iterator[None]:
    """Turns the absence of a module into a finding (W008): `what` is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != module:
            raise
        raise WeftError(Diagnostic("W008", f"{what}, which is not installed", hint=hint)) from error
