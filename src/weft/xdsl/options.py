"""Options of passes as they are written: their names and values, and `NAME=VALUE` pairs in them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields
from types import NoneType
from typing import Any, Self, get_args, get_type_hints

from xdsl.passes import ModulePass
from xdsl.utils.arg_spec import ArgSpec

from ..ir import Diagnostic, Findings
from ..ir.nearest import did_you_mean
from .links import fail


class WrittenPass(ModulePass):
    """A pass that tells wrong options as findings."""

    @classmethod
    def from_spec(cls, spec: ArgSpec) -> Self:
        """The pass with the options of a text. Fails for an unknown option, and for a value that one cannot have."""
        fail(list(cls._wrong(spec)))
        return super().from_spec(spec)

    @classmethod
    def _wrong(cls, spec: ArgSpec) -> Iterator[Diagnostic]:
        known, kinds = [item.name for item in fields(cls)], get_type_hints(cls)
        for name, values in spec.normalize_parameter_names().parameters.items():
            shown = name.replace("_", "-")
            if name not in known:
                hint = did_you_mean(shown, [item.replace("_", "-") for item in known], "options", "it has none")
                yield Diagnostic("W002", f"pass '{cls.name}' has no option '{shown}'", hint=hint)
                continue
            try:
                super().from_spec(ArgSpec(spec.name, {name: values}))
            except ValueError:
                text = ",".join(str(value).lower() if isinstance(value, bool) else str(value) for value in values)
                message = f"'{text}' is no value of '{shown}'; it is {_what_is(kinds[name])}"
                yield Diagnostic("W002", message, hint=did_you_mean(text, _choices(kinds[name])))


def _choices(kind: Any) -> list[str]:
    """The texts that an option can be, if these are few."""
    if kind is bool:
        return ["true", "false"]
    found = [choice for part in get_args(kind) for choice in ([part] if isinstance(part, str) else _choices(part))]
    return list(dict.fromkeys(found))


def _what_is(kind: Any) -> str:
    if choices := _choices(kind):
        return " or ".join(choices)
    parts = [part for part in get_args(kind) or (kind,) if part not in (NoneType, ...)]
    return "a text in quotes" if parts == [str] else "a number"


def numbers(option: str, texts: Iterable[str], least: int = 1) -> dict[str, int]:
    """The pairs of `option="N=64","M=8"` or `option="N=64,M=8"`, from `least` on; WeftError for anything else."""
    findings, found = Findings(), {}
    for pair in (part.strip() for text in texts for part in text.split(",")):
        name, _, value = pair.partition("=")
        if name in found:
            findings.add("W006", f"'{name}' is given twice in option '{option}'")
        elif name and re.fullmatch("[0-9]{1,10}", value) and int(value) >= least:
            found[name] = int(value)
        else:
            form = "NAME=POSITIVE-INTEGER" if least else "NAME=INTEGER, of 0 or more"
            message = f"'{pair}' in option '{option}' is not {form}"
            findings.add("W004", message, hint=f'write {option}="N=64"')
    findings.raise_errors()
    return found


def check_bound(given: Iterable[str], free: Collection[str]) -> None:
    """Raise WeftError for every name that is none of the free symbols."""
    findings = Findings()
    for name in given:
        if name not in free:
            hint = did_you_mean(name, sorted(free), "free symbols", "the programs have no free symbols")
            findings.add("W002", f"no size depends on '{name}'", hint=hint)
    findings.raise_errors()
