"""Reads MAESTRO's hardware files: `num_pes: 256` and so on."""

from __future__ import annotations

import re
from pathlib import Path

from ...ir import (
    MAX_EXTENT,
    Findings,
    WeftError,
)
from ...ir.files import read_text
from ...ir.nearest import nearest
from .sizes import guess
from .source import Source

HARDWARE_KEYS = ("num_pes", "l1_size_cstr", "l2_size_cstr", "noc_bw_cstr", "NoC_NumHops", "offchip_bw_cstr")
"""What a hardware file may say."""

_LINE = re.compile(r"[\s,;:]*([^\s,;:>-][^\s,;:>]*?)(?:[\s,:=]|->)+([^\s,;:]+)[\s,;]*")
_PAIR = re.compile(r"\s*[A-Za-z_]\w*(?:[\s,:=]|->)+[+-]?[\w.]+[\s,;]*")


def read_hardware(path: str | Path) -> dict[str, int]:
    """The numbers of a hardware file; WeftError with all findings."""
    return parse_hardware(read_text(path), str(path))


def parse_hardware(text: str, file: str = "<string>") -> dict[str, int]:
    """The numbers of a hardware text by key; keys that it does not give are absent."""
    source, findings = Source(text, file), Findings()
    values: dict[str, int] = {}
    position = 0
    for line in source.code.split("\n"):
        if line.strip(" \t,;"):
            _read_line(line, position, source, values, findings)
        position += len(line) + 1
    if findings.has_errors:
        raise WeftError(findings.items)
    return values


def is_hardware_text(text: str) -> bool:
    """Whether a text is a hardware file: lines of a key and a number, one of the keys known or nearly so."""
    if "{" in text or len(text) > 2**16:
        return False
    lines = [line for line in Source(text).code.split("\n") if line.strip()]
    if not all(_PAIR.fullmatch(line) for line in lines):
        return False
    return any(nearest(re.split(r"[\s,:=]|->", line.strip())[0], HARDWARE_KEYS, 0.8) for line in lines)


def _read_line(line: str, start: int, source: Source, values: dict[str, int], findings: Findings) -> None:
    pair = _LINE.fullmatch(line)
    if not pair:
        first = start + len(line) - len(line.lstrip())
        hint = f"a line is a key and a number, as in 'num_pes: 256'; the keys are {', '.join(HARDWARE_KEYS)}"
        findings.add("W001", "expected a key and a number", source.span(first, start + len(line)), hint=hint)
        return
    key, number = pair[1], pair[2]
    key_span = source.span(start + pair.start(1), start + pair.end(1))
    number_span = source.span(start + pair.start(2), start + pair.end(2))
    if key not in HARDWARE_KEYS:
        ending = guess(key, HARDWARE_KEYS)
        hint = f"the keys are {', '.join(HARDWARE_KEYS)}"
        findings.add("W205", f"unknown hardware key '{key}'{ending}", key_span, hint=hint)
    elif not re.fullmatch(r"[+-]?[0-9]+", number):
        findings.add("W001", f"{key} is '{number[:40]}'; expected an integer", number_span)
    elif len(number) > 18 or int(number) > MAX_EXTENT:
        findings.add("W010", f"{key} is too large; the limit is {MAX_EXTENT} (2**31-1)", number_span)
    elif int(number) < (0 if key == "NoC_NumHops" else 1):
        findings.add("W004", f"{key} is {int(number)}; it must be at least 1", number_span)
    elif key in values:
        findings.add("W006", f"{key} is given twice", key_span)
    else:
        values[key] = int(number)
