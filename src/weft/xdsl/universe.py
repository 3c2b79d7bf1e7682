"""What Weft adds to xDSL; each part is loaded when a pipeline or a file uses it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from types import TracebackType

from xdsl.ir import Dialect
from xdsl.passes import ModulePass
from xdsl.universe import Universe

from ..ir.plugins import plugins

Thunk = Callable[[], type[ModulePass]]

OWN = {
    "raise": ("weft-raise", "raising.RaisePass"),
    "map": ("weft-map", "map_pass.MapPass"),
    "canonicalize": ("weft-canonicalize", ""),
    "infer": ("weft-infer-clusters", "passes.InferClustersPass"),
    "validate": ("weft-validate", "passes.ValidatePass"),
    "reuse": ("weft-reuse", ""),
    "cost": ("weft-cost", "passes.CostPass"),
    "lower": ("weft-lower", "lowering.LowerPass"),
    "strip": ("weft-strip", "strip.StripPass"),
}
"""Weft's own passes: their name in xDSL, and the class here for those that do more than to run Weft's pass."""


def _dialect() -> Dialect:
    from ..frontends.mlir.dialect import Weft

    return Weft


def _written(place: str) -> type[ModulePass]:
    module, _, name = place.partition(".")
    found: type[ModulePass] = getattr(import_module(f".{module}", __package__), name)
    return found


def _generated(name: str) -> type[ModulePass]:
    from .generated import generated_pass

    return generated_pass(name)


def _passes() -> Iterator[tuple[str, Thunk]]:
    """All passes by their name in xDSL; those of other distributions by the names of their entry points alone."""
    for name, (shown, place) in OWN.items():
        yield shown, partial(_written, place) if place else partial(_generated, name)
    for name in plugins("weft.passes"):
        if name not in OWN:
            yield f"weft-{name}", partial(_generated, name)


def _tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Findings alone, without the way that they took through xDSL; anything else as ever."""
    from .links import Findings

    if issubclass(kind, Findings):
        print(error, file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)


if [Path(name).stem for name in sys.argv[:1]] == ["xdsl-opt"] and sys.excepthook is sys.__excepthook__:
    # The command catches nothing of what a pass raises; who uses its parts from Python does.
    sys.excepthook = _tell

UNIVERSE = Universe(all_dialects={"weft": _dialect}, all_passes=dict(_passes()))
