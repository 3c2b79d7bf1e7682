"""Files that a job names are beside it: their paths, from wherever it is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...ir.files import is_file
from ..accelerator.shipped import list_presets
from ..workloads import is_workload_text

_TABLE = "energy_table"


def beside(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The keys of a job with the paths of the files that they name, whatever else is wrong with them."""
    found = dict(data)
    for key in ("programs", "networks"):
        if key in data:
            found[key] = _each(data[key], lambda name: name if is_workload_text(name) else str(folder / name))
    machine = data.get("accelerator")
    if isinstance(machine, str) and machine and machine not in list_presets():
        found["accelerator"] = str(folder / machine)
    for key in ("accelerator", "set", "vary"):
        if isinstance(part := data.get(key), dict) and _TABLE in part:
            found[key] = part | {_TABLE: _tables(part[_TABLE], folder)}
    return found


def _tables(given: Any, folder: Path) -> Any:
    """Energy tables, of which several may stand in a text; only those with an ending that are files have paths."""
    if isinstance(given, str):
        return "|".join(_table(name.strip(), folder) for name in given.split("|"))
    return _each(given, lambda name: _table(name, folder))


def _table(name: str, folder: Path) -> str:
    path = folder / name
    return str(path) if path.suffix and is_file(path) else name


def _each(given: Any, change: Callable[[str], str]) -> Any:
    if isinstance(given, list):
        return [_each(item, change) if isinstance(item, str) else item for item in given]
    return change(given) if isinstance(given, str) and given else given
