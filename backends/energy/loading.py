"""Energy tables by name, from files and from text."""

from __future__ import annotations

from functools import cache
from os import PathLike, fspath
from pathlib import Path

from ...ir import Diagnostic, WeftError
from ...ir.files import exists, read_text
from ...ir.nearest import did_you_mean
from .table import EnergyTable

_TABLES = Path(__file__).parent / "tables"


@cache
def list_energy_tables() -> tuple[str, ...]:
    """The names of the tables that Weft ships."""
    return tuple(sorted(path.stem for path in _TABLES.glob("*.yaml")))


def load_energy_table(name_or_path: str | PathLike[str]) -> EnergyTable:
    """The table of that name, or the one in a YAML file of the same layout; `WeftError` with all findings."""
    name = fspath(name_or_path)
    if name in list_energy_tables():
        return _shipped_table(name)
    if not exists(name):
        raise WeftError(_not_found(name))
    return parse_energy_table(read_text(name), name)


@cache
def _shipped_table(name: str) -> EnergyTable:
    path = _TABLES / f"{name}.yaml"
    return parse_energy_table(path.read_text("utf-8"), str(path))


def parse_energy_table(text: str, file: str = "<energy table>") -> EnergyTable:
    """The table that a YAML text describes; `file` names it in errors."""
    from .reader import Reader

    return Reader(text, file).table()


def _not_found(name: str) -> Diagnostic:
    tables = list_energy_tables()
    hint = did_you_mean(name, tables)
    message = f"{name!r} is neither an energy table that Weft ships nor a file"
    return Diagnostic("W205", message, notes=(f"tables: {', '.join(tables)}",), hint=hint)
