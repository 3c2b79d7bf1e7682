"""Densities as people write them: `0.4`, `2:4 along K`, `0.3 block 1x1x4x4`, or a NumPy file with the tensor itself."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..ir import Block, Density, Diagnostic, Measured, Span, Structured, Uniform, WeftError, Workload
from ..ir.density_rules import density_problems, own_axes

_UNIFORM = re.compile(r"\d*\.?\d+(?:[eE][-+]?\d+)?|\d+\.")
_STRUCTURED = re.compile(r"(\d+)\s*:\s*(\d+)(?:\s+along\s+(\S+))?")
_BLOCK = re.compile(r"(\S+)\s+block\s+(\d+(?:x\d+)*)")
_FILE = re.compile(r'"([^"]+)"|(\S+\.npy)')

FORMS = 'a density is 0.4, 2:4 along a dimension, 0.3 block 1x1x4x4, or "file.npy"'


def read_density(text: str, workload: Workload, tensor: str, span: Span | None = None) -> Density:
    """The density of a tensor from its text, checked against the workload. WeftError with all findings.

    `n:m` without a dimension runs along the first reduction dimension that is an axis of the tensor by itself. A file
    is read from where it is named, relative to the working folder, or to the file of `span`.
    """
    density = _parse(text.strip(), workload, tensor, span)
    found = [
        Diagnostic(code, message, span=span, hint=hint)
        for code, message, hint in density_problems(workload, tensor, density)
    ]
    if found:
        raise WeftError(found)
    return density


def with_densities(workload: Workload, densities: dict[str, Density]) -> Workload:
    """The workload with these densities, which replace those that it has of the same tensors."""
    merged = dict(workload.densities) | densities
    names = [tensor.name for tensor in workload.tensors]
    known = {name: merged[name] for name in names if name in merged}
    return replace(workload, densities=tuple((known | merged).items()))


def read_mask(path: str | Path, span: Span | None = None) -> Measured:
    """The nonzeros of the array in a `.npy` file. WeftError (W008) if it holds none."""
    import numpy as np

    try:
        array: Any = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise WeftError(Diagnostic("W008", f"cannot read the array '{path}': {reason}", span=span)) from None
    if not isinstance(array, np.ndarray) or not array.size:
        raise WeftError(Diagnostic("W008", f"'{path}' holds no single array with elements", span=span))
    bits = np.packbits((array != 0).ravel()).tobytes()
    return Measured(array.shape, bits, str(path))


def _parse(text: str, workload: Workload, tensor: str, span: Span | None) -> Density:
    if _UNIFORM.fullmatch(text):
        return Uniform(float(text))
    if found := _STRUCTURED.fullmatch(text):
        return Structured(int(found[1]), int(found[2]), found[3] or _default_axis(workload, tensor))
    block = _BLOCK.fullmatch(text)
    if block and _UNIFORM.fullmatch(block[1]):
        return Block(float(block[1]), tuple(int(side) for side in block[2].split("x")))
    if found := _FILE.fullmatch(text):
        return read_mask(_beside(found[1] or found[2], span), span)
    raise WeftError(Diagnostic("W601", f"'{text}' is no density of {tensor}", span=span, hint=FORMS))


def _default_axis(workload: Workload, tensor: str) -> str:
    axes = next((own_axes(item) for item in workload.tensors if item.name == tensor), [])
    return next((name for name in axes if name in workload.reduction_dimensions), axes[0] if axes else "")


def _beside(name: str, span: Span | None) -> Path:
    """A file named in another file stands beside it, unless it is found from here."""
    path = Path(name)
    near = Path(span.file).parent / name if span else path
    return path if path.exists() or not near.exists() else near
