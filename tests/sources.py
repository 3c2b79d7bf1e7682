"""What tests ask of source files more than once."""

import ast
from functools import cache


@cache
def imports_of(file):
    """All imports of a file of Python, wherever they stand, as nodes of its syntax tree."""
    nodes = ast.walk(ast.parse(file.read_text("utf-8")))
    return tuple(node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))
