"""Reads tables of options."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from ...ir import Cell, Diagnostic, OptionTable, Span, WeftError
from ...ir.files import read_bytes
from ...ir.nearest import did_you_mean
from .formulas import formula

LAYER = "layer"
MOST = 1 << 28
"""Characters of a table at most."""

_EXPONENTS = 300
"""Powers of ten that a number may have, as doubles do."""


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    columns: tuple[str, ...]
    rows: tuple[dict[str, Cell], ...]
    lines: tuple[int, ...]

    def wrong(self, message: str, line: int | None = None, hint: str = "") -> WeftError:
        """A finding on the file, at a line of it."""
        span = None if line is None else Span(self.path, line, 1)
        return WeftError(Diagnostic("W732", message if span else f"{self.path}: {message}", span=span, hint=hint))


def read(path: str, layers: str | None, columns: dict[str, str]) -> OptionTable:
    """See `read_options`."""
    table = _read(path)
    for name, text in columns.items():
        table = _with_column(table, name, text)
    if layers is not None:
        return _of_network(table, _read(layers))
    if LAYER not in table.columns:
        hint = did_you_mean(LAYER, table.columns, "columns") or "or name a file with the layers"
        raise table.wrong(f"no column '{LAYER}'", 1, hint)
    groups: dict[Cell, list[dict[str, Cell]]] = {}
    for row in table.rows:
        groups.setdefault(row[LAYER], []).append(row)
    return OptionTable(table.columns, tuple(map(str, groups)), tuple(map(tuple, groups.values())))


def _with_column(table: _File, name: str, text: str) -> _File:
    if name in table.columns:
        raise table.wrong(f"there is a column '{name}' already")
    computed = formula(name, text, table.columns)
    rows = tuple({**row, name: computed(row)} for row in table.rows)
    return _File(table.path, (*table.columns, name), rows, table.lines)


def _of_network(table: _File, network: _File) -> OptionTable:
    """The options of every layer: the rows that are equal in the columns that both files have."""
    shared = tuple(name for name in network.columns if name in table.columns)
    if not shared:
        raise network.wrong(f"it has no column of {table.path}", 1)
    groups: dict[tuple[Cell, ...], list[dict[str, Cell]]] = {}
    for row in table.rows:
        groups.setdefault(tuple(row[name] for name in shared), []).append(row)
    found = []
    for row, line in zip(network.rows, network.lines, strict=True):
        key = tuple(row[name] for name in shared)
        if key not in groups:
            what = ", ".join(f"{name} = {value}" for name, value in zip(shared, key, strict=True))
            raise network.wrong(f"{table.path} has no row with {what}", line)
        found.append(tuple(groups[key]))
    names = (str(row.get(LAYER, f"{number}")) for number, row in enumerate(network.rows, 1))
    return OptionTable(table.columns, tuple(names), tuple(found))


def _read(path: str) -> _File:
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    found = _File(path, (), (), ())
    rows: list[dict[str, Cell]] = []
    lines: list[int] = []
    try:
        heading = [name.strip() for name in next(reader, [])]
        _check_heading(found, heading)
        for fields in reader:
            if not fields:
                continue
            if len(fields) != len(heading):
                raise found.wrong(f"{len(fields)} fields, where the heading has {len(heading)}", reader.line_num)
            rows.append(dict(zip(heading, map(_cell, fields), strict=True)))
            lines.append(reader.line_num)
    except csv.Error as error:
        raise found.wrong(f"no CSV: {error}", max(reader.line_num, 1)) from error
    if not rows:
        raise found.wrong("the table has no rows", 1)
    return _File(path, tuple(heading), tuple(rows), tuple(lines))


def _check_heading(file: _File, heading: Sequence[str]) -> None:
    if not any(heading):
        raise file.wrong("the table has no heading", 1)
    for number, name in enumerate(heading):
        if name in heading[:number]:
            raise file.wrong(f"two columns are called '{name}'", 1)


def _text(path: str) -> str:
    data = read_bytes(path, MOST)
    try:
        if data[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
                data = file.read(MOST + 1)
        if len(data) > MOST:
            raise WeftError(Diagnostic("W732", f"{path}: the table has more than {MOST:,} bytes"))
        return data.decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise WeftError(Diagnostic("W732", f"{path}: no text: {error}")) from error


def _cell(text: str) -> Cell:
    """A number, exactly as written, or a text."""
    text = text.strip()
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite() or "_" in text or abs(number.adjusted()) > _EXPONENTS:
        return text
    return number
