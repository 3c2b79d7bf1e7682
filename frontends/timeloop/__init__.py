"""Timeloop's problem, architecture and mapping files as a `Mapping`.

Importing this package does not load PyYAML; its functions load it when they are called.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...ir import Diagnostic, Mapping
from ..design import OpenDesign


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


def read_open_timeloop(paths: Sequence[str | Path]) -> OpenDesign:
    """The problem, the machine and the constraints that the files of one design describe, for a search.

    The machine is the whole architecture, whichever units a mapping would use; a mapping is not read. Raises WeftError
    with all findings: constraints that Weft cannot ask of its programs are errors.
    """
    from .reader import read_open

    return read_open(paths)


def parse_open_timeloop(texts: Sequence[tuple[str, str]]) -> OpenDesign:
    """Like `read_open_timeloop`, from (name, text) pairs."""
    from .reader import parse_open

    return parse_open(texts)


__all__ = ["parse_open_timeloop", "parse_timeloop", "read_open_timeloop", "read_timeloop"]
