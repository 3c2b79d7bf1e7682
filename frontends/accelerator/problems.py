"""What pydantic finds wrong with a machine, in the words of its layout."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ...ir import Location
from ...ir.nearest import did_you_mean
from .model import AcceleratorModel, ActionModel, FormatModel, InterconnectModel, MemoryModel, VectorUnitModel

_MESSAGES = {
    "int_type": "must be an integer",
    "int_from_float": "must be an integer",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "must be an identifier",
    "list_type": "must be a list",
    "too_short": "must not be empty",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
    "recursion_loop": "must not contain itself",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at `location`, which `subject` names; `at_key` says that the key is meant."""

    location: Location
    text: str
    hint: str = ""
    at_key: bool = False
    subject: str = ""

    @property
    def message(self) -> str:
        """The whole sentence."""
        return f"{self.subject} {self.text}".lstrip()


def check(data: Any) -> AcceleratorModel | tuple[Problem, ...]:
    """The checked layout, or all that is wrong with it."""
    try:
        return AcceleratorModel.model_validate(data)
    except ValidationError as error:
        return tuple(problem for details in error.errors() for problem in unfold(details))


def path_text(location: Location) -> str:
    """`location` as people write it: `memories[1].networks[0].bandwidth`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.removeprefix(".")


def layout_at(location: Location) -> type[BaseModel]:
    """The model whose fields lie at `location`."""
    if "networks" in location[:-1]:
        return InterconnectModel
    if "formats" in location[:-2]:
        return FormatModel
    if "actions" in location[:-1]:
        return ActionModel
    if "vector_unit" in location[:-1]:
        return VectorUnitModel
    return MemoryModel if "memories" in location[:-1] else AcceleratorModel


def unfold(details: ErrorDetails) -> Iterator[Problem]:
    """The problems that one of pydantic's errors tells, in the layout of a machine."""
    location: Location = tuple(details["loc"])
    kind = details["type"]
    where = path_text(location[:-1]) or "the machine"
    if kind == "machine":
        yield from (Problem(at, message) for at, message in details["ctx"]["problems"])
    elif kind == "missing":
        yield Problem(location, f"{where} lacks '{location[-1]}'", _description(location))
    elif kind == "extra_forbidden":
        hint = did_you_mean(str(location[-1]), layout_at(location).model_fields, "keys")
        yield Problem(location, f"unknown key '{location[-1]}' in {where}", hint, True)
    elif location and location[-1] == "[key]":
        text = f"the key {location[-2]!r} in {path_text(location[:-2])} must be text"
        yield Problem(location[:-1], text, "", True)
    else:
        subject = path_text(location) or "the machine"
        yield Problem(location, wrong(details), _description(location), subject=subject)


def wrong(details: ErrorDetails) -> str:
    """What is wrong with a value, as the end of a sentence."""
    if details["type"] == "greater_than_equal":
        return f"must be at least {details['ctx']['ge']:g}, not {_shown(details['input'])}"
    if details["type"] == "less_than_equal":
        return f"must be at most {details['ctx']['le']:.15g}, not {_shown(details['input'])}"
    if details["type"] == "literal_error":
        return f"must be one of {details['ctx']['expected'].replace(' or ', ', ')}, not {_shown(details['input'])}"
    message = _MESSAGES.get(details["type"], details["msg"])
    value = details["input"]
    return f"{message}, not {_shown(value)}" if isinstance(value, str | int | float | None) else message


def _shown(value: Any) -> str:
    # A date, which YAML knows, is not JSON.
    return json.dumps(value, ensure_ascii=False, default=str)


def _description(location: Location) -> str:
    fields = layout_at(location).model_fields
    names = [part for part in location if part in fields]
    return (fields[str(names[-1])].description or "") if names else ""
