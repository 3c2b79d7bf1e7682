"""Area tables by name, from files and from text."""

from __future__ import annotations

from functools import cache
from os import PathLike, fspath
from pathlib import Path

from ...ir import Diagnostic, WeftError
from ...ir.files import exists, read_text
from ...ir.nearest import did_you_mean
from .table import AreaTable

_TABLES = Path(__file__).parent / "tables"


@cache
def list_area_tables() -> tuple[str, ...]:
    """The names of the tables that Weft ships."""
    return tuple(sorted(path.stem for path in _TABLES.glob("*.yaml")))


def load_area_table(name_or_path: str | PathLike[str]) -> AreaTable:
    """The table of that name, or the one in a YAML file of the same layout; `WeftError` with all findings."""
    name = fspath(name_or_path)
    if name in list_area_tables():
        return _shipped_table(name)
    if not exists(name):
        raise WeftError(_not_found(name))
    return parse_area_table(read_text(name), name)


def check_area_table(name: str) -> None:
    """Raise what is wrong with a table of a user's own; those that Weft ships are right."""
    if name not in list_area_tables():
        load_area_table(name)


@cache
def _shipped_table(name: str) -> AreaTable:
    path = _TABLES / f"{name}.yaml"
    return parse_area_table(path.read_text("utf-8"), str(path))


def parse_area_table(text: str, file: str = "<area table>") -> AreaTable:
    """The table that a YAML text describes; `file` names it in errors."""
    from .reader import AreaReader

    return AreaReader(text, file).table()


def _not_found(name: str) -> Diagnostic:
    tables = list_area_tables()
    message = f"{name!r} is neither an area table that Weft ships nor a file"
    return Diagnostic("W205", message, notes=(f"tables: {', '.join(tables)}",), hint=did_you_mean(name, tables))
