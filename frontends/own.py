"""Weft's front ends. Each is loaded when a file of its kind is read."""

from __future__ import annotations

from collections.abc import Sequence

from ..ir import Diagnostic, LoopNest, Mapping, Network
from .design import OpenDesign
from .extras import need_onnx, need_xdsl
from .frontend import Frontend, Source
from .workloads import is_workload_text, read_workload


def _python(source: Source) -> tuple[LoopNest, ...]:
    from .python import read_python

    return read_python(source.text(), source.path, source.sizes, source.function)


def _c(source: Source) -> tuple[LoopNest, ...]:
    from .c import read_c

    return read_c(source.text(), source.path, source.sizes, source.function)


def _mlir(source: Source) -> tuple[LoopNest, ...]:
    text = source.text()
    with need_xdsl("reading MLIR"):
        from .mlir import read_mlir

    return read_mlir(text, source.path, source.sizes, source.function)


def _onnx(source: Source) -> tuple[Network, ...]:
    with need_onnx("reading ONNX"):
        from .onnx import read_onnx

    return read_onnx(source.path, source.sizes)


def _maestro(source: Source) -> tuple[Network, ...]:
    from .maestro import read_maestro

    return read_maestro(source.path)


def _timeloop(paths: Sequence[str]) -> tuple[Mapping, tuple[Diagnostic, ...]]:
    from .timeloop import read_timeloop

    return read_timeloop(paths)


def _open_timeloop(paths: Sequence[str]) -> OpenDesign:
    from .timeloop import read_open_timeloop

    return read_open_timeloop(paths)


def _is_map(text: str) -> bool:
    from .timeloop.detection import is_map_text

    return is_map_text(text)


def _pt2(source: Source) -> tuple[Network, ...]:
    from .pytorch.reader import read_pt2

    return read_pt2(source)


def _stablehlo(source: Source) -> tuple[Network, ...]:
    from .stablehlo.reader import read_stablehlo

    return read_stablehlo(source)


def _is_stablehlo(text: str) -> bool:
    from .stablehlo.reader import is_stablehlo

    return is_stablehlo(text)


OWN = (
    Frontend("workload", line=is_workload_text, networks=lambda source: (read_workload(source.path),)),
    Frontend("python", (".py",), nests=_python),
    Frontend("c", (".c", ".h", ".cpp", ".cc", ".cxx", ".hpp"), nests=_c),
    Frontend("mlir", (".mlir",), nests=_mlir),
    Frontend("onnx", (".onnx",), networks=_onnx),
    Frontend("timeloop", (".yaml", ".yml"), _is_map, design=_timeloop, open_design=_open_timeloop),
    Frontend("maestro", (".m",), lambda text: "{" in text, networks=_maestro),
    Frontend("pytorch", (".pt2",), networks=_pt2),
    Frontend("stablehlo", (".mlir",), _is_stablehlo, networks=_stablehlo),
)
"""In the order in which they are asked."""
