"""Passes of xDSL from passes of Weft: the options are the fields of Weft's class, which are written down once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from inspect import get_annotations
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar, cast

from xdsl.dialects.builtin import ArrayAttr, StringAttr
from xdsl.passes import ModulePass

from ..frontends.mlir.convert import replace_dataflow
from ..frontends.mlir.dialect import ProgramOp
from ..ir import Diagnostic, Schedule, WeftError
from ..passes import CanonicalizePass, InferPass, Pass, Program, parse_pipeline, pass_class, run_passes
from ..passes.options import Named, Option, options_of
from ..passes.registry import FINDS
from .links import REUSE
from .machine import ProgramPass, mapping_of, note_facts
from .options import WrittenPass

Written = TypeVar("Written", bound="type[Optioned]")
SHARED = {item.name for item in fields(ProgramPass)}
"""The options that every pass over programs has."""
YES_NO = frozenset({"yes", "no"})


class Optioned(WrittenPass):
    """A pass that has the options of one of Weft's; see `with_options`."""

    of: ClassVar[type[Named]]

    if TYPE_CHECKING:  # the fields are made at run time

        def __init__(self, **options: Any) -> None: ...
        def __getattr__(self, option: str) -> Any: ...

    def weft_pass(self) -> Any:
        """Weft's pass with the options of this one. Raises WeftError (W004) for a number that is not positive."""
        given = ((option, getattr(self, option.field)) for option in options_of(self.of))
        return self.of(**{option.field: _value(option, value) for option, value in given if value is not None})


def with_options(of: type[Named]) -> Callable[[Written], Written]:
    """Make a class a pass of xDSL that also has the options of one of Weft's.

    An option that is not given (None) has Weft's default. Of `yes` and `no`, xDSL's `true` and `false` are made.
    """

    def decorate(cls: Written) -> Written:
        own = get_annotations(cls)
        for option in options_of(of):
            own[option.field] = _type_of(option)
            setattr(cls, option.field, field(default=None))
        cls.__annotations__ = own
        cls.of = of
        return cast("Written", dataclass(frozen=True)(cls))

    return decorate


def _type_of(option: Option) -> Any:
    if not option.choices:
        return int | float | None
    return bool | None if {*option.choices} == YES_NO else Literal[option.choices] | None


def _value(option: Option, value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if option.choices else option.number(float(value), str(value))


class GeneratedPass(Optioned, ProgramPass):
    """Runs a pass of Weft, after the passes that find what it needs, on every program."""

    of: ClassVar[type[Pass]]

    def treat(self, program: ProgramOp) -> Schedule:
        """Write to the program what the pass rewrote and found."""
        mapping = mapping_of(program)
        before = FINDS[self.of.needs]
        found = run_passes(Program(mapping), (*(parse_pipeline(before) if before else ()), self.weft_pass()))
        rewritten = found.canonical if self.of.needs == "mapping" else None
        if found.mapping.dataflow != mapping.dataflow:
            rewritten = found.mapping.dataflow
        if found.schedule is None:
            found = run_passes(found, (CanonicalizePass(), InferPass()))
        found.raise_errors()
        assert found.schedule is not None
        if rewritten is not None:
            replace_dataflow(program, rewritten)
        note_facts(program, found.schedule, found.diagnostics)
        if found.reuse is not None:
            texts = [f"level {item.level}, {item.tensor}: {item}" for item in found.reuse if str(item)]
            program.attributes[REUSE] = ArrayAttr(StringAttr(text) for text in texts)
        return found.schedule


def generated_pass(name: str) -> type[ModulePass]:
    """xDSL's pass `weft-NAME` for a pass that has no class of its own here."""
    of = pass_class(name)
    if taken := [option.name for option in options_of(of) if option.field in SHARED]:
        message = f"pass '{name}' has an option '{taken[0]}', which is one of every pass of xDSL"
        raise WeftError(Diagnostic("W012", message, hint="call it otherwise"))
    cls = type(of.__name__, (GeneratedPass,), {"name": f"weft-{name}", "__doc__": of.__doc__, "__module__": __name__})
    return with_options(of)(cls)
