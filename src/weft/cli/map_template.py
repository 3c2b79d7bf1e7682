"""Templates of `weft map`: a program read from a file, with values for some of its symbols."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..frontends.maestro import parse_dataflow, read_maestro
from ..ir import Dataflow, Diagnostic, WeftError
from ..ir.files import read_text


def read_template(path: str | Path) -> Dataflow:
    """The program of a file: directives alone, or the one layer with a dataflow of a mapping file.

    Raises WeftError (W008, W009, and what is wrong with its text).
    """
    text = read_text(path)
    if "Network" not in text:
        return parse_dataflow(text)
    found = [layer for network in read_maestro(path) for layer in network.layers]
    wrong = [item for layer in found for item in layer.diagnostics if item.is_error]
    if wrong:
        raise WeftError(wrong)
    programs = dict.fromkeys(layer.dataflow for layer in found if layer.dataflow is not None)
    if len(programs) != 1:
        raise WeftError(Diagnostic("W009", f"the template '{path}' has {len(programs)} dataflows; it needs one"))
    return next(iter(programs))


def bind_template(template: Dataflow | None, bindings: Mapping[str, int]) -> Dataflow | None:
    """The template with values for some of its symbols; WeftError for one that it has not."""
    free = template.free_symbols if template is not None else frozenset()
    for name in bindings:
        if name not in free:
            there = f"the template's symbols are {', '.join(sorted(free))}" if free else "there is none in a template"
            raise WeftError(Diagnostic("W002", f"no size depends on '{name}'", hint=there))
    return template.bind({}, bindings) if template is not None and bindings else template
