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

_OPERATION = re.compile(r"\b(?:stablehlo|mhlo)\.\w")
MAX_BYTES = 256 * 2**20


def is_stablehlo(text: str) -> bool:
    """Whether a text has operations of StableHLO."""
    return _OPERATION.search(text) is not None


def read_stablehlo(source: Source) -> tuple[Network, ...]:
    """The network of `main`, of the only function that no other calls, or of the FUNCTION that is asked for.

    Raises WeftError: W001 for what is no module, W002 without that function.
    """
    functions = read_functions(source.text(MAX_BYTES), source.path)
    called = {name for item in functions.values() for operation in item.body for name in called_by(operation)}
    entries = [name for name in functions if name not in called]
    wanted = source.function or ("main" if "main" in functions else entries[0] if len(entries) == 1 else None)
    if wanted is None or wanted not in functions:
        if wanted is None and entries:
            return tuple(network_of(graph_of(functions, functions[name], name)) for name in entries)
        hint = did_you_mean(wanted or "main", functions, "functions", "the file has no function with a body")
        raise WeftError(Diagnostic("W002", f"no function '{wanted or 'main'}'", hint=hint))
    name = wanted if source.function or wanted != "main" else Path(source.path).stem
    return (network_of(graph_of(functions, functions[wanted], name)),)
