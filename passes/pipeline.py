"""Passes by name, and pipelines as text: `canonicalize,infer,validate,reuse`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, Literal, get_args, get_origin, get_type_hints

from ..ir import Diagnostic, Mapping, Schedule, WeftError
from .canonicalize import CanonicalizePass
from .infer import InferPass
from .program import Program
from .raising import RaisePass
from .registry import FINDS, Named, Pass, passes
from .reuse import ReusePass
from .validate import OverCapacity, ValidatePass

DEFAULT_PIPELINE = "canonicalize,infer,validate,reuse"
"""From a mapping to a validated schedule with its reuse."""


def parse_pipeline(text: str) -> tuple[Pass, ...]:
    """Read `name,name{option=value}`; raises WeftError for an unknown pass, option or value."""
    found: list[Pass] = []
    known = passes()
    for item in re.split(r",(?![^{]*})", text):
        match = re.fullmatch(r"\s*([\w-]+)\s*(?:\{(.*)\})?\s*", item)
        name = match[1] if match else item.strip()
        if match is None or name not in known:
            hint = _nearest(name, known) or f"the passes are {', '.join(known)}"
            raise WeftError(Diagnostic("W002", f"unknown pass '{name}'", hint=hint))
        found.append(known[name](**_options(known[name], match[2] or "")))
    return tuple(found)


def parse_raising(text: str) -> tuple[RaisePass | None, str]:
    """The pass `raise` if a pipeline starts with it, and the rest of the text; WeftError for a wrong option."""
    found = re.fullmatch(r"\s*raise\s*(?:\{([^{}]*)\})?\s*(?:,(.*))?", text, re.DOTALL)
    if found is None:
        return None, text
    return RaisePass(**_options(RaisePass, found[1] or "")), found[2] or DEFAULT_PIPELINE


def pipeline_text(items: Iterable[Pass]) -> str:
    """The text that `parse_pipeline` reads back; options at their default are left out."""
    return ",".join(_pass_text(item) for item in items)


def _pass_text(item: Pass) -> str:
    default = type(item)()
    options = [
        f"{name.replace('_', '-')}={str(getattr(item, name)).removesuffix('.0')}"
        for name in _choices(type(item))
        if getattr(item, name) != getattr(default, name)
    ]
    return item.name + (f"{{{','.join(options)}}}" if options else "")


def _choices(cls: type[Named]) -> dict[str, tuple[str, ...] | None]:
    """The options of a pass with their values: its fields, which are literals or (None) positive numbers."""
    return {
        name: None if kind is float else get_args(kind)
        for name, kind in get_type_hints(cls).items()
        if kind is float or get_origin(kind) is Literal
    }


def _options(cls: type[Named], text: str) -> dict[str, Any]:
    known = _choices(cls)
    found = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        option, _, value = (piece.strip() for piece in part.partition("="))
        name = option.replace("-", "_")
        if name not in known:
            names = [other.replace("_", "-") for other in known]
            hint = _nearest(option, names) or (f"its options are {', '.join(names)}" if names else "it has none")
            raise WeftError(Diagnostic("W002", f"pass '{cls.name}' has no option '{option}'", hint=hint))
        if name in found:
            raise WeftError(Diagnostic("W006", f"pass '{cls.name}' has the option '{option}' twice"))
        found[name] = _value(option, value, known[name])
    return found


def _value(option: str, text: str, choices: tuple[str, ...] | None) -> str | float:
    """The value of an option; WeftError for one that it cannot have."""
    if choices is None:
        number = float(text) if re.fullmatch(r"\d{1,12}(\.\d{1,12})?", text, re.ASCII) else 0.0
        if not number:
            raise WeftError(Diagnostic("W004", f"'{text}' in option '{option}' is no positive number"))
        return number
    if text not in choices:
        message = f"'{text}' is no value of '{option}'; it is {' or '.join(choices)}"
        raise WeftError(Diagnostic("W002", message, hint=_nearest(text, choices)))
    return text


def _nearest(name: str, known: Iterable[str]) -> str:
    """A hint at the known name that is most like one; empty if none is."""
    near = get_close_matches(name, list(known), 1)
    return f"did you mean '{near[0]}'?" if near else ""


def run_passes(program: Program, items: Iterable[Pass]) -> Program:
    """Apply passes in order; each sees the findings of those before it.

    Raises WeftError for a pass that builds on facts which none before it has found.
    """
    for item in items:
        if not program.has_errors:
            _check_facts(program, item)
        program = item.apply(program)
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
