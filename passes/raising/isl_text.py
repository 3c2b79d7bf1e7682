"""Expressions and iteration domains in isl's syntax."""

from __future__ import annotations

from typing import TypeAlias

from ...ir import Affine, NestLoop

Loops: TypeAlias = tuple[NestLoop, ...]


def isl_text(expression: Affine, names: dict[str, str]) -> str:
    """An expression in isl's syntax, with its counters renamed."""
    parts = [str(expression.constant)]
    for atom, coefficient in expression.terms:
        text = names[atom] if isinstance(atom, str) else f"floor(({isl_text(atom.numerator, names)})/{atom.divisor})"
        parts.append(f"{coefficient}*{text}")
    return "(" + " + ".join(parts) + ")"


def domain_text(loops: Loops, names: dict[str, str]) -> str:
    """The iterations of a nest in isl's syntax, with the iterators renamed."""
    parts = ["true"]
    for loop in loops:
        item, up = names[loop.iterator], loop.step > 0
        parts += [f"{isl_text(bound, names)} {'<=' if up else '>='} {item}" for bound in loop.lower]
        parts += [f"{item} {'<' if up else '>'} {isl_text(bound, names)}" for bound in loop.upper]
        if abs(loop.step) > 1:
            parts.append(_in_steps(loop, names))
    return " and ".join(parts)


def _in_steps(loop: NestLoop, names: dict[str, str]) -> str:
    """The iterator is whole steps away from where the loop starts."""
    item, up = names[loop.iterator], loop.step > 0
    starts = [isl_text(bound, names) for bound in loop.lower]
    cases = []
    for start in starts:
        here = [f"{start} {'>=' if up else '<='} {other}" for other in starts if other != start]
        cases.append(" and ".join([*here, f"({item} - {start}) mod {abs(loop.step)} = 0"]))
    return f"({' or '.join(f'({case})' for case in cases)})"
