"""Options of passes that hold `NAME=VALUE` pairs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from ..ir import Findings
from ..ir.nearest import did_you_mean


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
