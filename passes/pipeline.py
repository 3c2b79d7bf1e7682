"""Passes by name, and pipelines as text: `canonicalize,infer,validate,reuse`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..ir import Diagnostic, Mapping, Schedule, WeftError
from .canonicalize import CanonicalizePass
from .infer import InferPass
from .options import read_options
from .program import Program
from .raising import RaisePass
from .registry import FINDS, Pass, applied, pass_class
from .reuse import ReusePass
from .validate import OverCapacity, ValidatePass

DEFAULT_PIPELINE = "canonicalize,infer,validate,reuse"
"""From a mapping to a validated schedule with its reuse."""


def parse_pipeline(text: str) -> tuple[Pass, ...]:
    """Read `name,name{option=value}`; raises WeftError for an unknown pass, option or value."""
    found: list[Pass] = []
    for item in re.split(r",(?![^{]*})", text):
        match = re.fullmatch(r"\s*([^{}\s]+)\s*(?:\{(.*)\})?\s*", item)
        name, options = match.groups() if match else (item.strip(), "")
        cls = pass_class(name)
        found.append(cls(**read_options(cls, options or "")))
    return tuple(found)


def parse_raising(text: str) -> tuple[RaisePass | None, str]:
    """The pass `raise` if a pipeline starts with it, and the rest of the text; WeftError for a wrong option."""
    found = re.fullmatch(r"\s*raise\s*(?:\{([^{}]*)\})?\s*(?:,(.*))?", text, re.DOTALL)
    if found is None:
        return None, text
    return RaisePass(**read_options(RaisePass, found[1] or "")), found[2] or DEFAULT_PIPELINE


def run_passes(program: Program, items: Iterable[Pass]) -> Program:
    """Apply passes in order; each sees the findings of those before it.

    Raises WeftError for a pass that builds on facts which none before it has found, and as `applied` does.
    """
    for item in items:
        if not program.has_errors:
            _check_facts(program, item)
        program = applied(item, program)
    return program


def _check_facts(program: Program, item: Pass) -> None:
    if getattr(program, item.needs) is None:
        raise WeftError(Diagnostic("W002", f"pass '{item.name}' needs '{FINDS[item.needs]}' before it"))


def analyse(mapping: Mapping, over_capacity: OverCapacity = "error") -> Program:
    """Run the default pipeline on a mapping; see `ValidatePass` for `over_capacity`."""
    return ReusePass().apply(_validated(mapping, over_capacity))


def _validated(mapping: Mapping, over_capacity: OverCapacity) -> Program:
    if not isinstance(mapping, Mapping):
        message = f"a mapping is needed, not {type(mapping).__name__}: there is no dataflow"
        hint = "weft.load reads the mappings of a file, weft.map finds the best one for a workload"
        raise WeftError(Diagnostic("W009", message, hint=hint))
    items = (CanonicalizePass(), InferPass(), ValidatePass(over_capacity))
    return run_passes(Program(mapping), items)


def schedule(mapping: Mapping, over_capacity: OverCapacity = "error") -> Schedule:
    """The legal schedule of a mapping; raises WeftError with all findings when there is none."""
    program = _validated(mapping, over_capacity)
    program.raise_errors()
    assert program.schedule is not None
    return program.schedule
