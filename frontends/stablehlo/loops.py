"""`while` loops that count: how often they run, as their condition and body say."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .module import Operation

MAX_TRIPS = 1 << 16
"""How often a loop may run whose body stands in its place."""


def carried(operation: Operation) -> list[str]:
    """The names of the values that a loop carries, in their order; those of the condition first."""
    pretty = re.findall(r"(%[\w$.-]+)\s*=\s*%", operation.text)
    if pretty:
        return pretty
    return re.findall(r"(%[\w$.-]+)\s*:", operation.labels[0]) if operation.labels else []


def initial(operation: Operation) -> list[str]:
    """The values that they begin with."""
    return re.findall(r"=\s*(%[\w$.-]+(?:#\d+)?)", operation.text) or list(operation.operands)


def body_names(operation: Operation) -> list[str]:
    """The names that the body has for the carried values."""
    if re.search(r"%[\w$.-]+\s*=\s*%", operation.text):
        return carried(operation)
    return re.findall(r"(%[\w$.-]+)\s*:", operation.labels[1]) if len(operation.labels) > 1 else []


def trips(operation: Operation, numbers: Mapping[str, int | float]) -> int | None:
    """How often a loop runs whose counter goes up by a number to a number; None if it is none such.

    `numbers` has the values of the function that are known beforehand, those of the loop's own regions besides.
    """
    if len(operation.regions) != 2:
        return None
    condition, body = operation.regions
    known = dict(numbers) | _constants(condition) | _constants(body)
    tests = [item for item in condition if item.name.endswith(".compare")]
    returned = next((item.operands for item in body if item.name.endswith("return")), ())
    names, inside, first = carried(operation), body_names(operation), initial(operation)
    if len(tests) != 1 or len(tests[0].operands) != 2 or not re.search(r"\bLT\b", tests[0].text):
        return None
    counter, limit = tests[0].operands
    if counter not in names or limit not in known or len(names) != len(returned) or len(first) != len(names):
        return None
    place = names.index(counter)
    step = next((item for item in body if returned[place] in item.results), None)
    own = inside[place] if place < len(inside) else ""
    if step is None or not step.name.endswith(".add") or own not in step.operands:
        return None
    added = next((known[name] for name in step.operands if name in known and name != own), None)
    start = known.get(first[place])
    if start is None or added is None or added < 1:
        return None
    # Infinite numbers make none of this, which no comparison holds for.
    found = -((start - known[limit]) // added)
    return max(0, int(found)) if found <= MAX_TRIPS else None


def _constants(region: tuple[Operation, ...]) -> dict[str, int | float]:
    found: dict[str, int | float] = {}
    for item in region:
        number = re.search(r"dense<(-?\d{1,18})>", item.text) if item.name.endswith(".constant") else None
        if number is not None and item.results:
            found[item.results[0]] = int(number[1])
    return found
