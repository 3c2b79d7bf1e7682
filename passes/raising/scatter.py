"""Outputs whose axis adds up two dimensions: a scatter, or tiles of one dimension that overlap.

`out[2*y + r] += x[y] * w[r]` adds each input to several outputs. The same sum is gathered by every output from an input
with zeros between its elements: `out[o] += x0[o + r] * w[2 - r]`, a convolution.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ...ir import Access, Affine, Findings
from .counters import Point
from .shape import Dimension
from .tiled_counters import Row

_GATHER = "an axis of the output is one dimension: gather each output's terms instead of scattering them"


def report_axis(
    point: Point, access: Access, axis: Affine, moving: list[Dimension], rows: list[Row], findings: Findings
) -> None:
    """An axis over too many dimensions: an index that no map has, or tiles of one dimension that do not nest.

    `rows` are the coefficients of every axis of the statement.
    """
    loops = ", ".join(dict.fromkeys(f"'{item.counters[-1].loop}'" for item in moving))
    is_output, is_pair = access is point.target, len(moving) == 2
    if is_output and is_pair and not _is_scatter(moving, rows) and (note := _no_tiles(axis, moving)):
        message = f"the loops {loops} move '{axis}' of '{access.array}', and are no tiles of one dimension"
        hint = "let the outer loop advance by what the inner one reaches"
        findings.add("W408", message, access.span, notes=[note], hint=hint)
        return
    message = f"subscript '{axis}' of '{access.array}' couples {len(moving)} dimensions, of the loops {loops}"
    hint = "an index couples at most two, such as an output and a tap of its window"
    if is_output:
        hint = _gathered(point, axis, moving) if is_pair else _GATHER
    findings.add("W404", message, access.span, hint=hint)


def _no_tiles(axis: Affine, moving: list[Dimension]) -> str:
    """Why two loops that an axis adds up are no tiles, or '' if both advance by one: then they are dimensions."""
    wide, narrow = sorted(moving, key=lambda item: -abs(axis.coefficient(item.counters[-1].name)))
    step = abs(axis.coefficient(wide.counters[-1].name))
    if step == 1:
        return ""
    steps = f"'{wide.counters[-1].loop}' advances by {step}"
    if step == narrow.extent:
        return f"{steps} and stands inside of '{narrow.counters[-1].loop}', which advances by less"
    return f"{steps}, and '{narrow.counters[-1].loop}' reaches {narrow.extent}"


def _is_scatter(moving: list[Dimension], rows: Iterable[Row]) -> bool:
    """Whether the tensors tell two dimensions apart; where they do not, these are tiles of one."""
    pairs = {tuple(row.get(item.counters[-1].name, 0) for item in moving) for row in rows}
    return any(a * d != b * c for a, b in pairs for c, d in pairs)


@dataclass(frozen=True, slots=True)
class _Moved:
    """A dimension of one loop along the output's axis: by `step` for each of its `count` iterations."""

    name: str
    step: int
    count: int

    @property
    def last_first(self) -> Affine:
        """The iterations from the last one on."""
        return Affine.of(self.count - 1) - self.name


def _gathered(point: Point, axis: Affine, moving: list[Dimension]) -> str:
    """The nest's sum as every output gathers it."""
    steps = [_Moved(item.counters[-1].name, axis.coefficient(item.counters[-1].name), item.extent) for item in moving]
    wide, narrow = sorted(steps, key=lambda item: (-abs(item.step), -item.count))
    # Loops that run against the axis are told from their other end.
    turned = {item.name: item.last_first for item in steps if item.step < 0}
    found = _operands(point, turned, wide.name, narrow.name)
    if found is None or any(len(item.counters) > 1 for item in moving):
        return _GATHER
    image, taps = found
    place = "o"
    while place in {counter.name for counter in point.counters}:
        place += "_"
    reach = abs(narrow.step) * (narrow.count - 1)
    output = _moved_to(point.target, {axis: Affine.of(place) + axis.substitute(turned).constant})
    along = next(item for item in image.subscripts if wide.name in item.names)
    padded = _moved_to(image, {along: Affine.of(narrow.name) * abs(narrow.step) + place})
    padded = replace(padded, array=f"{image.array}0")
    from_behind = replace(taps, subscripts=_substituted(taps, {narrow.name: narrow.last_first}))
    size = abs(wide.step) * (wide.count - 1) + reach + 1
    between = f"{_zeros(abs(wide.step) - 1)} between its elements and " if abs(wide.step) > 1 else ""
    return (
        f"let each output gather its terms: '{output} += {padded} * {from_behind}' for {place} below {size}, where"
        f" '{padded.array}' holds '{image}' for {wide.name} below {wide.count}, with {between}{_zeros(reach)} before"
        " and behind along that axis"
    )


def _zeros(count: int) -> str:
    return f"{count} zero{'s' * (count != 1)}"


def _operands(point: Point, turned: dict[str, Affine], wide: str, narrow: str) -> tuple[Access, Access] | None:
    """The operand that the wide steps move, and the one that the narrow steps move, each along an axis of its own."""
    if len(point.operands) != 2 or point.statement.reduction != "+":
        return None
    first, second = (replace(item, subscripts=_substituted(item, turned)) for item in point.operands)
    for image, taps in ((first, second), (second, first)):
        if _alone(image, wide, narrow) and _alone(taps, narrow, wide):
            return image, taps
    return None


def _alone(access: Access, name: str, other: str) -> bool:
    """Whether a counter moves one axis of an access by single elements, and another counter none."""
    moved = [axis for axis in access.subscripts if axis.names & {name, other}]
    return len(moved) == 1 and moved[0].names == {name} and abs(moved[0].coefficient(name)) == 1


def _substituted(access: Access, values: dict[str, Affine]) -> tuple[Affine, ...]:
    return tuple(axis.substitute(values) for axis in access.subscripts)


def _moved_to(access: Access, places: dict[Affine, Affine]) -> Access:
    return replace(access, subscripts=tuple(places.get(item, item) for item in access.subscripts))
