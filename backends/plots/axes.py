"""Axes that several figures share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...ir import Diagnostic, WeftError
from ...ir.nearest import did_you_mean

if TYPE_CHECKING:
    import altair as alt

NUMBERS = ",~f"
"""The format of numbers at axes: all digits, no exponent, no zeros behind."""

_SHORT = "datum.value < 1 ? format(datum.value, '~f') : format(datum.value, '.3~s')"

_DECADES = range(-6, 16)
_WIDE = 8.0


def layer_axis(labels: Sequence[str]) -> alt.Y:
    """Layers in their order, every one with its name."""
    import altair as alt

    return alt.Y("layer:N", sort=list(labels), title=None, axis=alt.Axis(labelOverlap=False, domain=False, ticks=False))


def log_axis(title: str) -> alt.Axis:
    """An axis of a logarithmic scale with the lines 1, 2, 5, 10, …, and no others."""
    import altair as alt

    return alt.Axis(
        title=title, labelExpr=_SHORT, values=[step * 10.0**decade for decade in _DECADES for step in (1, 2, 5)]
    )


def is_wide(values: Sequence[float]) -> bool:
    """Whether positive numbers span so much that their axis is logarithmic."""
    return max(values) >= _WIDE * min(values)


def number_axis(kind: Any, name: str, title: str, values: Sequence[float]) -> Any:
    """A channel (`alt.X` or `alt.Y`) of positive numbers: logarithmic where they span much."""
    import altair as alt

    if not is_wide(values):
        axis = alt.Axis(title=title, labelExpr=_SHORT, tickCount=6)
        return kind(f"{name}:Q", scale=alt.Scale(zero=False, nice=False, padding=14), axis=axis)
    return kind(f"{name}:Q", scale=alt.Scale(type="log", nice=False, padding=14), axis=log_axis(title))


def chosen_memory(name: str, memories: Sequence[str]) -> str:
    """The memory that was asked for, empty if none was; WeftError (W002) for one that there is not."""
    if name and name not in memories:
        hint = did_you_mean(name, memories, "memories")
        raise WeftError(Diagnostic("W002", f"nothing goes over the ways of a memory '{name}'", hint=hint))
    return name
