"""Passes by name, and pipelines as text: `canonicalize,infer,validate,reuse`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields
from difflib import get_close_matches
from typing import ClassVar, Protocol

from ..ir import Diagnostic, Mapping, Schedule, WeftError
from .canonicalize import CanonicalizePass
from .infer import InferPass
from .program import Program
from .reuse import ReusePass
from .validate import ValidatePass


class Pass(Protocol):
    """A frozen dataclass whose fields are its options; `apply` is pure."""

    name: ClassVar[str]

    def apply(self, program: Program) -> Program:
        """The program with what this pass finds or rewrites."""
        ...


PASSES: dict[str, type[Pass]] = {cls.name: cls for cls in (CanonicalizePass, InferPass, ValidatePass, ReusePass)}
"""All passes by name, in the order in which they build on each other."""

DEFAULT_PIPELINE = ",".join(PASSES)
"""From a mapping to a validated schedule with its reuse."""


def parse_pipeline(text: str) -> tuple[Pass, ...]:
    """Read `name,name{option=value}`; raises WeftError for an unknown pass or option."""
    passes: list[Pass] = []
    for item in re.split(r",(?![^{]*})", text):
        match = re.fullmatch(r"\s*([\w-]+)\s*(?:\{(.*)\})?\s*", item)
        name = match[1] if match else item.strip()
        if match is None or name not in PASSES:
            near = get_close_matches(name, PASSES, 1)
            hint = f"did you mean '{near[0]}'?" if near else f"the passes are {', '.join(PASSES)}"
            raise WeftError(Diagnostic("W002", f"unknown pass '{name}'", hint=hint))
        _reject_options(PASSES[name], match[2] or "")
        passes.append(PASSES[name]())
    return tuple(passes)


def run_passes(program: Program, passes: Iterable[Pass]) -> Program:
    """Apply passes in order; each sees the findings of those before it."""
    for item in passes:
        program = item.apply(program)
    return program


def analyse(mapping: Mapping) -> Program:
    """Run the default pipeline on a mapping."""
    return run_passes(Program(mapping), (CanonicalizePass(), InferPass(), ValidatePass(), ReusePass()))


def schedule(mapping: Mapping) -> Schedule:
    """The legal schedule of a mapping; raises WeftError with all findings when there is none."""
    program = analyse(mapping)
    program.raise_errors()
    assert program.schedule is not None
    return program.schedule


def _reject_options(cls: type[Pass], text: str) -> None:
    known = [item.name for item in fields(cls)]  # type: ignore[arg-type]
    for option in filter(None, (part.split("=")[0].strip() for part in text.split(","))):
        if option not in known:
            raise WeftError(Diagnostic("W002", f"pass '{cls.name}' has no option '{option}'"))
