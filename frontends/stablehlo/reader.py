"""Files of StableHLO as networks."""

from __future__ import annotations

import re
from pathlib import Path

from ...ir import Diagnostic, Network, WeftError
from ...ir.nearest import did_you_mean
from ..frontend import Source
from ..models import network_of
from .graph import called_by, graph_of
from .module import read_functions

_OPERATION = re.compile(r"\b(?:stablehlo|mhlo)\.\w++(?!\s*=)")
"""Attributes of these dialects, `mhlo.num_partitions = 1`, are also kept where no operation is left."""
MAX_BYTES = 256 * 2**20


def is_stablehlo(text: str) -> bool:
    """Whether a text has operations of StableHLO."""
    return _OPERATION.search(text) is not None


def read_stablehlo(source: Source) -> tuple[Network, ...]:
    """The network of the FUNCTION that is asked for, of `main`, or else one for every function that no other calls.

    Raises WeftError: W001 for what is no module, W002 without that function.
    """
    functions = read_functions(source.text(MAX_BYTES), source.path)
    called = {name for item in functions.values() for operation in item.body for name in called_by(operation)}
    entries = [name for name in functions if name not in called]
    wanted = source.function or "main"
    if wanted not in functions and (source.function or not entries):
        hint = did_you_mean(wanted, functions, "functions", "the file has no function with a body")
        raise WeftError(Diagnostic("W002", f"no function '{wanted}'", hint=hint))
    if wanted in functions:
        entries = [wanted]
    names = {"main": Path(source.path).stem} if not source.function else {}
    return tuple(network_of(graph_of(functions, functions[name], names.get(name, name))) for name in entries)
