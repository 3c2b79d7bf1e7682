"""What an extra of the package brings, and the finding where it is not installed."""

from __future__ import annotations

from contextlib import AbstractContextManager

from ..ir.extras import need


def need_xdsl(purpose: str) -> AbstractContextManager[None]:
    """Turns the absence of xDSL, an extra, into a finding."""
    return need("xdsl", f"{purpose} needs xDSL", "pip install 'weft-ir[mlir]'")


def need_onnx(purpose: str) -> AbstractContextManager[None]:
    """Turns the absence of the package onnx, an extra, into a finding."""
    return need("onnx", f"{purpose} needs the package onnx", "pip install 'weft-ir[onnx]'")


def need_torch(purpose: str) -> AbstractContextManager[None]:
    """Turns the absence of PyTorch, an extra, into a finding."""
    return need("torch", f"{purpose} needs PyTorch", "pip install 'weft-ir[torch]'")
