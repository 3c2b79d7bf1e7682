"""What pydantic finds wrong with a job, in the words of its layout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ...ir import METRICS, OBJECTIVES
from ...ir.nearest import did_you_mean
from ..accelerator.problems import Problem, path_text, unfold, wrong
from .model import MACHINE, NAME, JobModel

_OF_MACHINES = ("pes", "memories")

FIELDS = tuple(JobModel.model_fields)


def check(data: Any) -> JobModel | tuple[Problem, ...]:
    """The checked layout, or all that is wrong with it."""
    if isinstance(data, dict) and all(key in data for key in _OF_MACHINES):
        return (Problem(("pes",), "the file describes a machine", "name it under `accelerator` of a job", True),)
    try:
        return JobModel.model_validate(data)
    except ValidationError as error:
        return tuple(problem for details in error.errors(include_url=False) for problem in _unfold(details))


def _unfold(details: ErrorDetails) -> Iterator[Problem]:
    location = tuple(details["loc"])
    kind = details["type"]
    if location[:2] == ("accelerator", MACHINE):
        inner: ErrorDetails = {**details, "loc": location[2:]}
        yield from (replace(item, location=("accelerator", *item.location)) for item in unfold(inner))
        return
    if location[:2] == ("accelerator", NAME):
        location = location[:1]
    if not location:
        yield Problem((), "a job is a mapping of keys, such as accelerator and vary")
    elif kind == "invalid_key":
        yield Problem(location, f"unknown key '{location[-1]}'", f"the keys are {', '.join(FIELDS)}", True)
    elif kind == "extra_forbidden":
        yield Problem(location, f"unknown key '{location[-1]}'", did_you_mean(str(location[-1]), FIELDS, "keys"), True)
    elif location[-1] == "[key]":
        yield _bad_key(location[:-1], kind)
    else:
        yield Problem(location, wrong(details), _hint(location, details), subject=path_text(location))


def _bad_key(location: tuple[int | str, ...], kind: str) -> Problem:
    name, where = location[-1], path_text(location[:-1])
    if kind == "literal_error":
        return Problem(location, f"unknown metric '{name}'", did_you_mean(str(name), METRICS, "metrics"), True)
    return Problem(location, f"the key {name!r} in {where} must be text", "", True)


def _hint(location: tuple[int | str, ...], details: ErrorDetails) -> str:
    if details["type"] == "literal_error" and location[0] in ("objective", "front"):
        return did_you_mean(str(details["input"]), OBJECTIVES, "objectives")
    return JobModel.model_fields[str(location[0])].description or ""
