"""The numbers of a layer: extents, strides and dilations, each with its place."""

from __future__ import annotations

from collections.abc import Mapping

from ...ir import (
    MAX_EXTENT,
    Findings,
    Severity,
    Span,
)
from .nodes import Pair
from .sections import LayerSyntax, Section
from .sizes import Scope, SizeError, evaluate

Numbers = dict[str, tuple[int, Span]]
"""Name to value and place."""


def read_numbers(
    section: Section, what: str, constants: Mapping[str, int], findings: Findings, least: int = 1
) -> Numbers:
    """The pairs of a block; a wrong number becomes 1. `what` says what the numbers are, which are `least` or more."""
    numbers: Numbers = {}
    for pair in section.items:
        name, span = pair.name.text, section.span(pair.name)
        value = read_number(pair, section, what, constants, findings, least)
        if name not in numbers:
            numbers[name] = 1 if value is None else value, span
        elif value is not None and numbers[name][0] == value:
            findings.add("W108", f"{what} of {name} is given twice", span, severity=Severity.NOTE)
        elif value is not None:
            other, place = numbers[name]
            message = f"{what} of {name} is given twice, as {other} and as {value}"
            findings.add("W006", message, span, notes=(f"first given at {place}",))
    return numbers


def read_number(
    pair: Pair, section: Section, what: str, constants: Mapping[str, int], findings: Findings, least: int = 1
) -> int | None:
    """One number from `least` to `MAX_EXTENT`, or None with a finding."""
    name = pair.name.text
    try:
        value = evaluate(pair.value, Scope(constants, {}, free=False))
    except SizeError as error:
        findings.add(error.code, error.message, section.span(error.node), hint=error.hint)
        return None
    assert isinstance(value, int)
    if value < least:
        findings.add("W004", f"{what} of {name} is {value}; it must be at least {least}", section.span(pair.value))
    elif value > MAX_EXTENT:
        message = f"{what} of {name} is {value}; the limit is {MAX_EXTENT} (2**31-1)"
        findings.add("W010", message, section.span(pair.value))
    else:
        return value
    return None


def optional_numbers(
    layer: LayerSyntax, keyword: str, what: str, constants: Mapping[str, int], least: int = 1
) -> Numbers:
    """The pairs of an optional block; empty if there is none."""
    section = layer.sections.get(keyword)
    return {} if section is None else read_numbers(section, what, constants, layer.findings, least)


def has_errors_since(findings: Findings, position: int) -> bool:
    """Whether an error was found after the first `position` findings."""
    return any(item.is_error for item in findings.items[position:])
