"""Short ways to read C in tests."""

import ast

from weft.frontends.c import read_c
from weft.frontends.sizes import Sizes
from weft.ir import Unreadable, WeftError


def read(text, function=None, **sizes):
    """The only nest of a text; what it prints is Python."""
    (found,) = read_c(text, "kernel.c", Sizes(sizes), function)
    ast.parse(str(found))
    return found


def nest(text, function=None, **sizes):
    """Its lines, without the first, and without their common indent; none of them is unreadable."""
    found = read(text, function, **sizes)
    assert [item for _, item in found.statements() if isinstance(item, Unreadable)] == []
    return [line.removeprefix("    ") for line in str(found).splitlines()[1:]]


def loops(body, arrays="double A[64], double B[64], double M[8][8], int I[64]", **sizes):
    """The lines of a function with that body."""
    return nest(f"void f({arrays}) {{ {body} }}", **sizes)


def findings(text, **sizes):
    """`line:column-length code: message` of all that is refused, wherever it is found."""
    try:
        nests = read_c(text, "kernel.c", Sizes(sizes))
    except WeftError as error:
        found = list(error.diagnostics)
    else:
        unreadable = [item for nest in nests for _, item in nest.statements() if isinstance(item, Unreadable)]
        found = [diagnostic for item in unreadable for diagnostic in item.diagnostics]
    lines = text.splitlines()
    for item in found:
        assert item.span.file == "kernel.c"
        assert item.span.text == lines[item.span.line - 1]
    return [f"{item.span.line}:{item.span.column}-{item.span.length} {item.code}: {item.message}" for item in found]
