"""Results of `weft map --json` read back: the document, and the question that it says was asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..backends.cost import TIMES
from ..backends.report import SCHEMA_VERSION
from ..frontends.accelerator import parse_accelerator
from ..frontends.maestro import parse_dataflow
from ..ir import Diagnostic, WeftError
from ..ir.json_text import read_json
from ..search.objective import read_objective
from ..search.report import question_data
from ..search.request import Request, Settings
from ..search.spaces.chain_sets import SPLITS
from ..search.spaces.request import SpaceRequest
from .differences import differences, shown

Data = dict[str, Any]


class Damaged(Exception):
    """A field that has no value it can have; the text names it."""


def read_document(path: str | Path) -> Data:
    """The document of `weft map --json`; WeftError (W008, W001) for anything else."""
    data = read_json(path)
    if not isinstance(data, dict) or not {"schema_version", "question", "layers"} <= set(data):
        hint = "write one with weft map … --json > FILE"
        raise WeftError(Diagnostic("W001", f"'{path}' is no result of weft map", hint=hint))
    return data


def field_of(data: Any, name: str, kind: type | tuple[type, ...], place: str = "") -> Any:
    """A field with a value of a kind; Damaged if it is missing or of another kind."""
    path = f"{place}.{name}" if place else name
    if not isinstance(data, dict):
        raise Damaged(f"{place or 'the document'} is no object")
    if name not in data:
        raise Damaged(f"{path} is missing")
    if not isinstance(data[name], kind) or (isinstance(data[name], bool) and kind is not bool):
        raise Damaged(f"{path} is {shown(data[name])}: it has another type")
    return data[name]


def read_question(data: Data) -> Request:
    """What was asked; Damaged for a field that is missing, unknown or has no value that it can have."""
    version = field_of(data, "schema_version", int)
    if version != SCHEMA_VERSION:
        raise Damaged(f"it has schema_version {shown(version)}; this Weft reads {SCHEMA_VERSION}")
    question = field_of(data, "question", dict)
    with named("question.accelerator"):
        machine = parse_accelerator(json.dumps(field_of(question, "accelerator", dict, "question")))
    asked = Request(machine, _space(question), _settings(question))
    for line in differences(plain(question_data(asked)), question, "question"):
        raise Damaged(line)
    return asked


def _space(question: Data) -> SpaceRequest:
    template = field_of(question, "template", (str, type(None)), "question")
    constraints = field_of(question, "constraints", list, "question")
    shape = field_of(question, "shape", (list, type(None)), "question")
    split = field_of(question, "split", str, "question")
    if split not in SPLITS:
        raise Damaged(f"question.split is {shown(split)}: it is one of {', '.join(SPLITS)}")
    for number, text in enumerate(constraints):
        if not isinstance(text, str):
            raise Damaged(f"question.constraints[{number}] is {shown(text)}: it has another type")
    for number, units in enumerate(shape or ()):
        if type(units) is not int or units < 1:
            raise Damaged(f"question.shape[{number}] is {shown(units)}: it is no number of units")
    flexibility = field_of(question, "flexibility", (str, type(None)), "question")
    with named("question.template"):
        program = None if template is None else parse_dataflow(template)
    with named("question.template, shape or flexibility"):
        return SpaceRequest(program, tuple(constraints), None if shape is None else tuple(shape), split, flexibility)


def _settings(question: Data) -> Settings:
    time = field_of(question, "time", str, "question")
    if time not in TIMES:
        raise Damaged(f"question.time is {shown(time)}: there is no such time model")
    with named("question.objective"):
        objective = read_objective(field_of(question, "objective", str, "question"))
    limits = field_of(question, "limits", dict, "question")
    gap = field_of(question, "gap", (int, float), "question")
    budget = field_of(question, "budget", (int, float, type(None)), "question")
    top = field_of(question, "top", (int, type(None)), "question")
    within = field_of(question, "within", (int, float, type(None)), "question")
    try:
        with named("question.limits"):
            return Settings(read_objective(objective, limits), time, gap, budget, top, within)
    except ValueError as error:
        raise Damaged(f"question: {error}") from None


@contextmanager
def named(place: str, what: str = "is wrong") -> Iterator[None]:
    """Findings about a field, with its name."""
    try:
        yield
    except WeftError as error:
        raise Damaged(f"{place} {what}: {error}") from None


def plain(data: Any) -> Any:
    """Data as they are when they have been written and read."""
    return json.loads(json.dumps(data))
