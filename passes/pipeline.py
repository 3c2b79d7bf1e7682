"""Passes by name, and pipelines as text: `canonicalize,infer,validate,reuse`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, ClassVar, Literal, Protocol, get_args, get_origin, get_type_hints

from ..ir import Diagnostic, Mapping, Schedule, WeftError
from .canonicalize import CanonicalizePass
from .infer import InferPass
from .lower import LowerPass
from .program import Program
from .raising import RaisePass
from .reuse import ReusePass
from .validate import OverCapacity, ValidatePass


class Named(Protocol):
    """A frozen dataclass whose fields are its options."""

    name: ClassVar[str]


class Pass(Named, Protocol):
    """A pass from program to program; `apply` is pure."""

    def apply(self, program: Program) -> Program:
        """The program with what this pass finds or rewrites."""
        ...


PASSES: dict[str, type[Pass]] = {
    cls.name: cls for cls in (CanonicalizePass, InferPass, ValidatePass, ReusePass, LowerPass)
}
"""All passes by name, in the order in which they build on each other."""

DEFAULT_PIPELINE = "canonicalize,infer,validate,reuse"
"""From a mapping to a validated schedule with its reuse."""


def parse_pipeline(text: str) -> tuple[Pass, ...]:
    """Read `name,name{option=value}`; raises WeftError for an unknown pass, option or value."""
    passes: list[Pass] = []
    for item in re.split(r",(?![^{]*})", text):
        match = re.fullmatch(r"\s*([\w-]+)\s*(?:\{(.*)\})?\s*", item)
        name = match[1] if match else item.strip()
        if match is None or name not in PASSES:
            near = get_close_matches(name, PASSES, 1)
            hint = f"did you mean '{near[0]}'?" if near else f"the passes are {', '.join(PASSES)}"
            raise WeftError(Diagnostic("W002", f"unknown pass '{name}'", hint=hint))
        passes.append(PASSES[name](**_options(PASSES[name], match[2] or "")))
    return tuple(passes)


def parse_raising(text: str) -> tuple[RaisePass | None, str]:
    """The pass `raise` if a pipeline starts with it, and the rest of the text; WeftError for a wrong option."""
    found = re.fullmatch(r"\s*raise\s*(?:\{([^{}]*)\})?\s*(?:,(.*))?", text, re.DOTALL)
    if found is None:
        return None, text
    return RaisePass(**_options(RaisePass, found[1] or "")), found[2] or DEFAULT_PIPELINE


def pipeline_text(passes: Iterable[Pass]) -> str:
    """The text that `parse_pipeline` reads back; options at their default are left out."""
    return ",".join(_pass_text(item) for item in passes)


def _pass_text(item: Pass) -> str:
    default = type(item)()
    options = [
        f"{name.replace('_', '-')}={getattr(item, name)}"
        for name in _choices(type(item))
        if getattr(item, name) != getattr(default, name)
    ]
    return item.name + (f"{{{','.join(options)}}}" if options else "")


def _choices(cls: type[Named]) -> dict[str, tuple[str, ...]]:
    """The options of a pass with their values: its fields, which are literals."""
    return {name: get_args(kind) for name, kind in get_type_hints(cls).items() if get_origin(kind) is Literal}


def _options(cls: type[Named], text: str) -> dict[str, Any]:
    known = _choices(cls)
    found = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        option, _, value = part.partition("=")
        name = option.strip().replace("-", "_")
        if name not in known:
            hint = f"its options are {', '.join(known).replace('_', '-')}" if known else "it has none"
            raise WeftError(Diagnostic("W002", f"pass '{cls.name}' has no option '{option.strip()}'", hint=hint))
        if value.strip() not in known[name]:
            message = f"'{value.strip()}' is no value of '{option.strip()}'; it is {' or '.join(known[name])}"
            raise WeftError(Diagnostic("W002", message))
        found[name] = value.strip()
    return found


def run_passes(program: Program, passes: Iterable[Pass]) -> Program:
    """Apply passes in order; each sees the findings of those before it.

    Raises WeftError for a pass that builds on facts which none before it has found.
    """
    for item in passes:
        if not program.has_errors:
            _check_facts(program, item)
        program = item.apply(program)
    return program


def _check_facts(program: Program, item: Pass) -> None:
    if item.name == CanonicalizePass.name:
        return
    fact = program.canonical if item.name == InferPass.name else program.schedule
    if fact is None:
        names = list(PASSES)
        before = names[: min(names.index(item.name), names.index(ValidatePass.name))]
        raise WeftError(Diagnostic("W002", f"pass '{item.name}' needs '{','.join(before)}' before it"))


def analyse(mapping: Mapping, over_capacity: OverCapacity = "error") -> Program:
    """Run the default pipeline on a mapping; see `ValidatePass` for `over_capacity`."""
    passes = (CanonicalizePass(), InferPass(), ValidatePass(over_capacity), ReusePass())
    return run_passes(Program(mapping), passes)


def schedule(mapping: Mapping, over_capacity: OverCapacity = "error") -> Schedule:
    """The legal schedule of a mapping; raises WeftError with all findings when there is none."""
    program = analyse(mapping, over_capacity)
    program.raise_errors()
    assert program.schedule is not None
    return program.schedule
