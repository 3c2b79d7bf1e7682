"""Tables of designs as files, block by block: CSV, JSON and Parquet."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from itertools import chain
from os import PathLike
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ...ir import Diagnostic, WeftError
from ...ir.whole_files import whole_file
from .blocks import Block

UNLIMITED = "unlimited"
"""How CSV has a setting without a limit, which is infinite in columns; JSON and Parquet have no value there."""

_ROWS = 1 << 17
"""Rows of a group of a Parquet file."""

Path = str | PathLike[str]


def write_csv(out: IO[str], names: Sequence[str], blocks: Iterable[Block]) -> None:
    """Write a line of names and a line for every row. What has no value is empty."""
    out.write(",".join(map(_quoted, names)) + "\n")
    for block in blocks:
        lines = zip(*(_cells(block[name]) for name in names), strict=True)
        out.write("\n".join(map(",".join, lines)) + "\n")


def save_csv(path: Path, names: Sequence[str], blocks: Iterable[Block]) -> None:
    """Write a CSV file, whole or not at all. Raises WeftError W008 if it cannot be."""
    with whole_file(path) as part, part.open("w", encoding="utf-8", newline="") as out:
        write_csv(out, names, blocks)


def write_json(
    out: IO[str],
    head: dict[str, Any],
    names: Sequence[str],
    blocks: Iterable[Block],
    tail: Callable[[], dict[str, Any]],
) -> None:
    """Write a document with the fields of `head`, `rows`, one object each, and the fields that `tail` has after them.

    What has no value is null.
    """
    out.write(json.dumps(head, indent=1).removesuffix("\n}") + ',\n "rows": [')
    first = True
    for block in blocks:
        rows = zip(*(_values(block[name], name) for name in names), strict=True)
        text = ",\n  ".join(json.dumps(dict(zip(names, row, strict=True)), allow_nan=False) for row in rows)
        out.write(("\n  " if first else ",\n  ") + text)
        first = False
    out.write("\n ],\n " + json.dumps(tail(), indent=1).removeprefix("{\n ") + "\n")


def save_parquet(path: Path, names: Sequence[str], blocks: Iterable[Block]) -> None:
    """Write a Parquet file, whole or not at all, with nulls for what has no value.

    Raises WeftError W008 if it cannot be written or PyArrow, an extra, is not installed.
    """
    try:
        pyarrow: Any = import_module("pyarrow")
        parquet: Any = import_module("pyarrow.parquet")
    except ModuleNotFoundError as error:
        message = "writing Parquet needs PyArrow, which is not installed"
        raise WeftError(Diagnostic("W008", message, hint="pip install 'weft-ir[parquet]'")) from error
    with whole_file(path) as part:
        writer: Any = None
        try:
            for block in _joined(blocks, names):
                table = pyarrow.table({name: _arrow(block[name], name, pyarrow) for name in names})
                writer = writer or parquet.ParquetWriter(part, table.schema)
                writer.write_table(table, row_group_size=_ROWS)
        finally:
            if writer is not None:
                writer.close()


def _joined(blocks: Iterable[Block], names: Sequence[str]) -> Iterator[Block]:
    """The same rows in blocks of many."""
    waiting: list[Block] = []
    for block in chain(blocks, [None]):
        if waiting and (block is None or sum(len(item[names[0]]) for item in waiting) >= _ROWS):
            yield {name: np.concatenate([item[name] for item in waiting]) for name in names}
            waiting = []
        if block is not None:
            waiting.append(block)


def _is_whole(name: str) -> bool:
    """Whether a column has integers that are floating-point because a value may lack."""
    return name == "cycles" or name.endswith(".capacity_bytes")


def _arrow(column: NDArray[Any], name: str, pyarrow: Any) -> Any:
    if column.dtype.kind == "O":
        return pyarrow.array(column.tolist())
    if column.dtype.kind != "f":
        return pyarrow.array(column)
    lacking = ~np.isfinite(column)
    if _is_whole(name):
        return pyarrow.array(np.where(lacking, 0, column).astype(np.int64), mask=lacking)
    return pyarrow.array(column, mask=lacking)


def _values(column: NDArray[Any], name: str) -> Iterable[Any]:
    """Values as JSON has them."""
    if column.dtype.kind != "f":
        found: list[Any] = column.tolist()
        return found
    whole = _is_whole(name)
    lacking = ~np.isfinite(column)
    values = (int(value) if whole else value for value in np.where(lacking, 0, column).tolist())
    return (None if lacks else value for value, lacks in zip(values, lacking.tolist(), strict=True))


def _cells(column: NDArray[Any]) -> Iterable[str]:
    """Values as CSV has them."""
    if column.dtype.kind != "O":
        return plain_cells(column)
    quoted = {value: "" if value is None else _quoted(str(value)) for value in set(column.tolist())}
    return map(quoted.__getitem__, column.tolist())


def plain_cells(column: NDArray[Any]) -> Iterable[str]:
    """Values as texts: of numbers the shortest that reads as the same one."""
    kind = column.dtype.kind
    if kind == "O":
        texts: list[str] = column.tolist()
        return texts
    if kind == "b":
        return ("true" if value else "false" for value in column.tolist())
    shown = map(repr, column.tolist())
    if kind != "f":
        return shown
    if np.isfinite(column).all():
        return (text.removesuffix(".0") for text in shown)
    special = {"nan": "", "inf": UNLIMITED}
    return (special[text] if text in special else text.removesuffix(".0") for text in shown)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\n\r') else text
