"""Short ways to read Python in tests."""

from weft.frontends.python import read_python
from weft.frontends.sizes import Sizes
from weft.ir import Unreadable


def read(text, shapes=None, **sizes):
    """The only nest of a text."""
    (nest,) = read_python(text, sizes=Sizes(sizes), shapes=shapes)
    return nest


def kernel(body, parameters="A, B, C, n, m", shapes=None, **sizes):
    """The nest of a function with this body, which may be several lines."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return read(f"def kernel({parameters}):\n{lines}", shapes, **sizes)


def lines(body, *args, **sizes):
    """The body's text as Weft writes it, without indentation, after the arrays that it declares."""
    nest = kernel(body, *args, **sizes)
    return [line.strip() for line in str(nest).splitlines()[1:] if "= local(" not in line]


def findings(nest):
    return [item for _, node in nest.statements() if isinstance(node, Unreadable) for item in node.diagnostics]


def refused(body, *args, **sizes):
    """Code, quoted source, and text with hint of the only finding."""
    (finding,) = findings(kernel(body, *args, **sizes))
    span = finding.span
    return finding.code, span.text[span.column - 1 :][: span.length], f"{finding.message} | {finding.hint}"
