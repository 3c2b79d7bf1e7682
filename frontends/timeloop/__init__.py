"""Timeloop's problem, architecture and mapping files as a `Mapping`.

Importing this package does not load PyYAML; its functions load it when they are called.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...ir import Diagnostic, Mapping


def read_timeloop(paths: Sequence[str | Path]) -> tuple[Mapping, tuple[Diagnostic, ...]]:
    """The mapping that the files of one design describe together, and notes on what in them has no effect.

    The files hold a problem, a mapping (YAML, or the text that Timeloop prints) and an architecture; without one the
    machine is what a printed map shows. Raises WeftError with all findings.
    """
    from .reader import read

    return read(paths)


def parse_timeloop(texts: Sequence[tuple[str, str]]) -> tuple[Mapping, tuple[Diagnostic, ...]]:
    """Like `read_timeloop`, from (name, text) pairs."""
    from .reader import parse

    return parse(texts)


__all__ = ["parse_timeloop", "read_timeloop"]
