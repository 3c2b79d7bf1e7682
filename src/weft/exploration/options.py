"""Tables of other tools: the best option for every layer, whatever their columns mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import inf
from time import monotonic, perf_counter
from typing import Any

from ..backends.report import SCHEMA_VERSION
from ..ir import Diagnostic, OptionTable, WeftError
from ..ir.nearest import did_you_mean
from .knapsack import Certificate, Number, Objective, Product, Sum, Unmet, Worst, minimise

_WORST = re.compile(r"\s*max\s*\((.+)\)\s*")
_POWER = re.compile(r"(.+?)(?:\s*\^\s*([1-9]))?")


@dataclass(frozen=True)
class Chosen:
    """An option for every layer: `rows` are its cells, `totals` the sums of the columns of numbers."""

    objective: str
    limits: dict[str, Decimal]
    table: OptionTable
    chosen: tuple[int, ...]
    value: Decimal
    totals: dict[str, Decimal]
    certificate: Certificate
    seconds: float

    @property
    def rows(self) -> tuple[Mapping[str, Decimal | str], ...]:
        """The option of every layer."""
        return tuple(layer[option] for layer, option in zip(self.table.layers, self.chosen, strict=True))

    def to_dict(self) -> dict[str, Any]:
        """The result as JSON has it (docs/json.md)."""
        return {
            "schema_version": SCHEMA_VERSION,
            "objective": self.objective,
            "limits": {name: float(most) for name, most in self.limits.items()},
            "value": _plain(self.value),
            "totals": {name: _plain(total) for name, total in self.totals.items()},
            "layers": [
                {"layer": name, "option": {key: _plain(cell) for key, cell in row.items()}}
                for name, row in zip(self.table.names, self.rows, strict=True)
            ],
            "certificate": self.certificate.to_dict(),
            "seconds": self.seconds,
        }


def choose_options(
    table: OptionTable, objective: str, limits: Mapping[str, Number | str], budget: float = inf
) -> Chosen | None:
    """The option of every layer with which the objective is least and the sum of every limited column within its limit.

    The objective is a column, whose sum is meant, `max(column)`, or `column*column` with powers such as `^2`: the
    product of two sums. `budget` is in seconds; None if nothing was found in it. Raises WeftError for columns that the
    table has not (W732), and where no choice keeps the limits (W704).
    """
    start = perf_counter()
    asked = _objective(objective)
    names = dict.fromkeys((*(asked.columns if isinstance(asked, Product) else (asked.column,)), *limits))
    numbers = {name: _numbers(table, name) for name in names}
    most = {name: _limit(name, limit) for name, limit in limits.items()}
    try:
        found = minimise(numbers, asked, most, monotonic() + budget)
    except Unmet as error:
        raise WeftError(_unmet(numbers, most, error)) from error
    if found is None:
        return None
    rows = [layer[option] for layer, option in zip(table.layers, found.chosen, strict=True)]
    columns = {name: [cell for row in rows if isinstance(cell := row[name], Decimal)] for name in table.columns}
    totals = {name: sum(cells, Decimal(0)) for name, cells in columns.items() if len(cells) == len(rows)}
    seconds = perf_counter() - start
    return Chosen(objective, most, table, found.chosen, found.value, totals, found.certificate, seconds)


def _objective(text: str) -> Objective:
    if worst := _WORST.fullmatch(text):
        return Worst(worst[1].strip())
    factors = [_POWER.fullmatch(part.strip()) for part in text.split("*")]
    if len(factors) == 1 and "^" not in text:
        return Sum(text.strip())
    if len(factors) == 2 and factors[0] and factors[1] and factors[0][1] != factors[1][1]:
        one, other = factors[0], factors[1]
        return Product((one[1], other[1]), (int(one[2] or 1), int(other[2] or 1)))
    hint = "a column, max(column), or a product of two such as energy*cycles^2"
    raise WeftError(Diagnostic("W732", f"'{text}' is no objective", hint=hint))


def _numbers(table: OptionTable, name: str) -> list[list[Decimal]]:
    if name not in table.columns:
        raise WeftError(Diagnostic("W732", f"no column '{name}'", hint=did_you_mean(name, table.columns, "columns")))
    found = []
    for layer, rows in zip(table.names, table.layers, strict=True):
        cells = [row[name] for row in rows]
        for cell in cells:
            if not isinstance(cell, Decimal) or cell < 0:
                message = f"column '{name}', layer '{layer}': '{cell}' is no number from 0 on"
                raise WeftError(Diagnostic("W732", message))
        found.append([cell for cell in cells if isinstance(cell, Decimal)])
    return found


def _limit(name: str, limit: Number | str) -> Decimal:
    """A limit as it is written; a float is what it prints as."""
    try:
        found = Decimal(str(limit))
    except InvalidOperation:
        found = Decimal("nan")
    if not found.is_finite() or found < 0:
        raise WeftError(Diagnostic("W732", f"the limit of '{name}', '{limit}', is no number from 0 on"))
    return found


def _unmet(numbers: Mapping[str, list[list[Decimal]]], limits: Mapping[str, Decimal], error: Unmet) -> Diagnostic:
    names = list(limits)
    kept = " and ".join(f"{names[row]} <= {limits[names[row]]}" for row in error.rows)
    least = (f"{name} is {sum(map(min, numbers[name]))} or more" for name in names)
    return Diagnostic("W704", f"no choice keeps {kept}", notes=tuple(least))


def _plain(cell: Decimal | str) -> int | float | str:
    if isinstance(cell, str):
        return cell
    return int(cell) if cell == cell.to_integral_value() else float(cell)
