"""C functions as loop nests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...ir import Diagnostic, Findings, LoopNest, WeftError
from ...ir.nearest import did_you_mean
from ..sizes import Sizes
from .blocks import read_function
from .cpp import SUFFIXES as CPP_SUFFIXES
from .cpp import as_c
from .declared import Declared
from .inline import called_names, inline_calls
from .names import File, read_file
from .plainer import make_plainer
from .pragmas import Marked, read_pragmas
from .preprocess import Preprocessed, preprocess
from .records import take_apart
from .syntax import Syntax, parse
from .tokens import Source
from .type_names import header_types
from .usage import holds_loop


def read_c(
    text: str, file: str = "<string>", sizes: Sizes | None = None, function: str | None = None
) -> tuple[LoopNest, ...]:
    """The functions of a C text that hold loops, or the one that is named; WeftError if the text is no C.

    What is no part of a loop nest is `Unreadable` in its place. Headers of the system are not read: a type
    that only they define counts as `double`, a size has to be given in `sizes`.
    """
    source = Source(text, file)
    try:
        return _read(source, sizes or Sizes(), function)
    except RecursionError:
        raise WeftError(Diagnostic("W001", "the text is nested too deeply", span=source.span(0, 1))) from None


def _read(source: Source, sizes: Sizes, function: str | None) -> tuple[LoopNest, ...]:
    program = preprocess(source, sizes)
    if source.file.endswith(CPP_SUFFIXES):
        program = as_c(program, function)
    elements = header_types(program.tokens)
    types = {name: Declared(element, what="of a type that holds no numbers") for name, element in elements.items()}
    tree = parse(source, program.tokens, " ".join(f"typedef int {name};" for name in types))
    del tree.ext[: len(types)]
    syntax = Syntax(source, program.tokens)
    declarations = read_file(tree, types)
    chosen = _chosen(declarations, syntax, function)
    called = inline_calls(declarations.functions, [node for node in chosen if function or node.decl.name != "main"])
    for node in chosen:
        take_apart(node, declarations.records)
        make_plainer(node)
    if function is None:
        chosen = [node for node in chosen if holds_loop(node) and not (_is_static(node) and node.decl.name in called)]
    marked = _marked(program, syntax, declarations, {*called, *(node.decl.name for node in chosen)}, sizes)
    return tuple(read_function(node, syntax, declarations, sizes, _with(marked, node, called)) for node in chosen)


def _is_static(function: Any) -> bool:
    return "static" in function.decl.storage


def _chosen(file: File, syntax: Syntax, function: str | None) -> list[Any]:
    """The functions to read: those with loops, and those that call functions of the file's own with loops.

    `main` is none of the latter: it may call anything, in any order.
    """
    if function is None:
        inner = {node.decl.name for node in file.functions if _is_static(node) and holds_loop(node)}
        return [
            node
            for node in file.functions
            if holds_loop(node) or (node.decl.name != "main" and inner & called_names(node))
        ]
    names = [node.decl.name for node in file.functions]
    if function in names:
        return [file.functions[names.index(function)]]
    hint = did_you_mean(function, names, "functions", "the text defines no function")
    raise WeftError(Diagnostic("W002", f"no function '{function}'", hint=hint, span=syntax.source.span(0, 0)))


def _marked(program: Preprocessed, syntax: Syntax, file: File, wanted: set[str], sizes: Sizes) -> dict[str, Marked]:
    """The pragmas of each function by its name, from the end of the one before it on; WeftError if one is wrong."""
    findings = Findings()
    found: dict[str, Marked] = {}
    first = 0
    for node in file.functions:
        is_last = node is file.functions[-1]
        last = len(program.tokens) if is_last else syntax.closing(syntax.place(node.body))
        if node.decl.name in wanted:
            found[node.decl.name] = read_pragmas(program, first, last, sizes, findings)
        first = last + 1
    findings.raise_errors()
    return found


def _with(marked: Mapping[str, Marked], function: Any, called: Iterable[str]) -> Marked:
    """The pragmas of a function and of the loops of others that it may have got."""
    own = marked[function.decl.name]
    others = [marked[name] for name in called]
    loops = {place: marks for item in others for place, marks in item.loops.items()}
    regions = {place: threads for item in others for place, threads in item.regions.items()}
    return Marked(loops | own.loops, regions | own.regions, own.placements)
