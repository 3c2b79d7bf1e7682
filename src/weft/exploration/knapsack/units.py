"""Numbers as whole multiples of a unit: sums of them, and whether they keep a limit, are then exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Number: TypeAlias = int | float | Decimal
Integers: TypeAlias = NDArray[np.int64]

_CONTEXT = Context(prec=400)
"""Enough digits for every double: nothing is rounded but where it is said."""


@dataclass(frozen=True, slots=True)
class Column:
    """A number for every option of every layer, in units of 10^`exponent`; `rounded` if some had finer digits."""

    layers: tuple[Integers, ...]
    exponent: int
    rounded: bool

    def amount(self, units: int) -> Decimal:
        """So many units as a number."""
        if self.exponent >= 0:
            return Decimal(units * 10**self.exponent)
        return Decimal(units).scaleb(self.exponent, _CONTEXT)


def exact(layers: Sequence[Sequence[Number]], bits: int, up: bool) -> Column:
    """Numbers, not negative, as multiples of the finest decimal place in which they are written.

    A float is what it prints as. Where the largest sum would need more than `bits` bits the unit is coarser, and what
    is finer is rounded: `up`, or to the nearest.
    """
    values = [[_decimal(value) for value in layer] for layer in layers]
    total = sum(max(layer) for layer in values)
    finest = min((_exponent(value) for layer in values for value in layer), default=0)
    exponent = max(finest, _coarsest_needed(total, bits))
    rounding = ROUND_CEILING if up else ROUND_HALF_EVEN
    found = tuple(np.array([_units(value, exponent, rounding) for value in layer], np.int64) for layer in values)
    return Column(found, exponent, exponent > finest)


def limit_units(limit: Number, exponent: int) -> int:
    """The most whole units that are within a limit."""
    return _units(_decimal(limit), exponent, ROUND_FLOOR)


def _coarsest_needed(total: Decimal | int, bits: int) -> int:
    """The least exponent at which a total and what rounding up adds to it stay below 2^bits."""
    return Decimal(total).adjusted() + 2 - len(str(2**bits)) if total else -400


def _decimal(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value) if isinstance(value, float) else int(value))


def _exponent(value: Decimal) -> int:
    exponent = value.normalize(_CONTEXT).as_tuple().exponent if value else 400
    assert isinstance(exponent, int)  # it is finite
    return exponent


def _units(value: Decimal, exponent: int, rounding: str) -> int:
    return int(value.scaleb(-exponent, _CONTEXT).to_integral_value(rounding, _CONTEXT))
