"""Functions of MLIR for tests, and what they are read as."""

from textwrap import dedent, indent

from weft.frontends.mlir import read_mlir
from weft.frontends.sizes import Sizes
from weft.ir import Unreadable


def function(body, arguments="%A: memref<8x8xf32>, %B: memref<8x8xf32>, %C: memref<8x8xf32>, %v: memref<8xf32>"):
    """The text of a function `f`; its body begins in line 2."""
    return f"func.func @f({arguments}) {{\n{indent(dedent(body).strip(), '  ')}\n  return\n}}\n"


def read(text, **sizes):
    """The only function of a text."""
    (nest,) = read_mlir(text, "f.mlir", Sizes({name.replace("__", "."): value for name, value in sizes.items()}))
    return nest


def body(text, *arguments, **sizes):
    """What the body of a function becomes, without the function's first line."""
    return dedent("\n".join(str(read(function(text, *arguments), **sizes)).splitlines()[1:]))


def findings(nest):
    """Every finding as `code line:column message`."""
    nodes = [node for _, node in nest.statements() if isinstance(node, Unreadable)]
    return [
        f"{item.code} {item.span.line}:{item.span.column} {item.message}" for node in nodes for item in node.diagnostics
    ]


def lines(text):
    return dedent(text).strip()
