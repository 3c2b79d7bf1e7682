"""Densities as people write them: `0.4`, `2:4 along K`, `0.3 block 1x1x4x4`, or a NumPy file with the tensor itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as Pairs
from dataclasses import replace
from io import BytesIO
from math import prod
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

from ..ir import Block, Density, Diagnostic, Layer, Measured, Span, Structured, Uniform, WeftError, Workload
from ..ir.density_rules import density_problems, own_axes
from ..ir.files import exists, read_bytes
from ..ir.nearest import did_you_mean
from ..ir.numerals import integer

Densities = Pairs[str, str | Density]
"""Densities by tensor: values, or texts as in files."""

MAX_ARRAY_BYTES = 512 * 2**20
_SHOWN = 40
_UNIFORM = re.compile(r"(?:[0-9]++(?:\.[0-9]*)?|\.[0-9]++)(?:[eE][-+]?[0-9]+)?")
_STRUCTURED = re.compile(r"([0-9]++)\s*+:\s*+([0-9]++)(?:\s++along\s++(\S+))?")
_BLOCK = re.compile(r"(\S++)\s++block\s++([0-9]++(?:x[0-9]++)*)")
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


def workload_with(workload: Workload, densities: Densities) -> Workload:
    """A workload with those of the densities that are of its tensors."""
    names = [tensor.name for tensor in workload.tensors]
    return with_densities(
        workload,
        {
            name: read_density(density, workload, name) if isinstance(density, str) else density
            for name, density in densities.items()
            if name in names
        },
    )


def check_density_names(layers: Iterable[Layer], densities: Densities) -> None:
    """Raise WeftError for every density of a tensor that none of the layers has."""
    names = {tensor.name: None for layer in layers if layer.workload for tensor in layer.workload.tensors}
    found = []
    for name in (name for name in densities if names and name not in names):
        hint = did_you_mean(name, names, "tensors")
        found.append(Diagnostic("W002", f"no layer has a tensor '{name}'", hint=hint))
    if found:
        raise WeftError(found)


def read_mask(path: str | Path, span: Span | None = None) -> Measured:
    """The nonzeros of the array in a `.npy` file. WeftError (W008) if it holds none."""
    import numpy as np

    shape, in_columns, values = _array(path, read_bytes(path, MAX_ARRAY_BYTES, span), span)
    nonzero = (values != 0).reshape(shape, order="F" if in_columns else "C")
    return Measured(shape, np.packbits(nonzero.ravel()).tobytes(), str(path))


def _array(path: str | Path, data: bytes, span: Span | None) -> tuple[tuple[int, ...], bool, Any]:
    """Shape, whether columns come first, and the numbers in the order of the file, which share memory with `data`."""
    import numpy as np

    stream = BytesIO(data)
    try:
        with catch_warnings():
            simplefilter("ignore")  # of numpy, on headers that it repairs
            version = np.lib.format.read_magic(stream)
            read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            shape, in_columns, dtype = read(stream)
    except Exception:  # numpy evaluates the header, and lets whatever that raises through
        raise _no_array(path, "is no .npy file with an array of numbers", span) from None
    count = prod(shape)
    if dtype.kind not in "biufc":
        raise _no_array(path, f"holds {dtype.name[:_SHOWN]}, not numbers", span)
    if not count:
        raise _no_array(path, "holds no single array with elements", span)
    if min(shape, default=1) < 0 or count * dtype.itemsize > len(data) - stream.tell():
        raise _no_array(path, "holds less than its header promises", span)
    return shape, in_columns, np.frombuffer(data, dtype, count, stream.tell())


def _no_array(path: str | Path, what: str, span: Span | None) -> WeftError:
    return WeftError(Diagnostic("W008", f"'{path}' {what}", span=span))


def _parse(text: str, workload: Workload, tensor: str, span: Span | None) -> Density:
    if _UNIFORM.fullmatch(text):
        return Uniform(float(text))
    if found := _STRUCTURED.fullmatch(text):
        return Structured(integer(found[1]), integer(found[2]), found[3] or _default_axis(workload, tensor))
    block = _BLOCK.fullmatch(text)
    if block and _UNIFORM.fullmatch(block[1]):
        return Block(float(block[1]), tuple(integer(side) for side in block[2].split("x")))
    if found := _FILE.fullmatch(text):
        return read_mask(_beside(found[1] or found[2], span), span)
    raise WeftError(Diagnostic("W601", f"'{text[:_SHOWN]}' is no density of {tensor}", span=span, hint=FORMS))


def _default_axis(workload: Workload, tensor: str) -> str:
    axes = next((own_axes(item) for item in workload.tensors if item.name == tensor), [])
    return next((name for name in axes if name in workload.reduction_dimensions), axes[0] if axes else "")


def _beside(name: str, span: Span | None) -> Path:
    """A file named in another file stands beside it, unless it is found from here."""
    path = Path(name)
    near = Path(span.file).parent / name if span else path
    return path if exists(path) or not exists(near) else near
