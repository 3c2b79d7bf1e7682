"""Loops and expressions in isl's syntax."""

from __future__ import annotations

from collections.abc import Mapping

from ...ir import Affine, NestLoop


def loop_bounds(loop: NestLoop, names: Mapping[str, str], iterator: str) -> list[str]:
    """The conditions under which a loop runs an iteration."""
    lower = [isl_text(item, names) for item in loop.lower]
    upper = [isl_text(item, names) for item in loop.upper]
    after, before, nearest = ("<=", "<", "max") if loop.step > 0 else (">=", ">", "min")
    conditions = [f"{item} {after} {iterator}" for item in lower] + [f"{iterator} {before} {item}" for item in upper]
    if abs(loop.step) != 1:
        start = lower[0] if len(lower) == 1 else f"{nearest}({', '.join(lower)})"
        conditions.append(f"({iterator} - ({start})) mod {abs(loop.step)} = 0")
    return conditions


def isl_text(expression: Affine, names: Mapping[str, str]) -> str:
    """An expression in isl's syntax."""
    terms = tuple(
        (names[atom] if isinstance(atom, str) else f"floor(({isl_text(atom.numerator, names)})/{atom.divisor})", factor)
        for atom, factor in expression.terms
    )
    return str(Affine(terms, expression.constant))
