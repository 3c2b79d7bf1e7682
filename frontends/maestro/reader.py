"""Reads MAESTRO's mapping and model files."""

from __future__ import annotations

import re
from pathlib import Path

from ...ir import Dataflow, Diagnostic, Findings, Layer, Network, WeftError, Workload
from ...ir.arguments import checked
from ...ir.files import read_text
from .file_reader import FileReader, report_strays
from .programs import ProgramReader
from .scan import scan_layer
from .sections import SectionReader
from .sizes import Scope
from .source import Source
from .workloads import build_workload

MAX_BYTES = 2 * 2**20
"""Twenty thousand layers."""


def read_maestro(path: str | Path) -> tuple[Network, ...]:
    """The networks of a file.

    A layer that cannot be read says so itself; WeftError if there is no network at all.
    """
    return parse_maestro(read_text(path, MAX_BYTES), str(path))


def parse_maestro(text: str, file: str = "<string>") -> tuple[Network, ...]:
    """The networks of a text; `file` names it in diagnostics."""
    return FileReader(Source(text, file)).read()


@checked
def parse_dataflow(text: str) -> Dataflow:
    """The program of a text such as `str(dataflow)`; `Sz(d)` and unknown names stay symbolic."""
    source = Source(text)
    wrapped = re.fullmatch(r"(\s*Dataflow\s*\{)(.*)\}\s*;?\s*", source.code, re.DOTALL)
    start, stop = wrapped.span(2) if wrapped else (0, len(source.code))
    findings = Findings()
    section = SectionReader(source).section("program", start, stop, "Dataflow", findings)
    dataflow = ProgramReader(section, Scope(), findings).read()
    if dataflow is None:
        raise WeftError(findings.items)
    return dataflow


@checked
def parse_workload(text: str) -> Workload:
    """The workload of a text such as `str(workload)`: Type, Dimensions and so on, as inside a layer."""
    source = Source(text)
    found = scan_layer(source.code)
    syntax = SectionReader(source).layer(found.root, source.span(0, 1))
    report_strays(source, found, syntax.findings)
    built = build_workload(syntax, {})
    if built is None or syntax.findings.has_errors:
        raise WeftError(syntax.findings.items)
    return built.workload


@checked
def parse_layer(text: str) -> Layer:
    """The one layer of a text such as `str(layer)`; WeftError with all findings if it has errors."""
    reader = FileReader(Source(text))
    blocks = reader.found.root.children
    if len(blocks) != 1 or blocks[0].keyword != "Layer":
        found = " and ".join(block.keyword or "an unknown block" for block in blocks[:3]) or "nothing"
        span = reader.source.span(0, 1)
        raise WeftError(Diagnostic("W001", f"expected one layer, found {found}", span=span))
    reader.outside(reader.found.root, reader.findings)
    layer = reader.layer(blocks[0])
    problems = [*reader.findings.items, *layer.diagnostics]
    if any(problem.is_error for problem in problems):
        raise WeftError(problems)
    return layer
