"""A loop nest as a Python module that runs by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from keyword import kwlist
from textwrap import fill, indent

from ...ir import Array, LoopNest, Statement
from .checks import BITWISE, COMPARISONS, FUNCTIONS, MATH, check
from .names import renamed

MAX_LOOPS = 20
"""Loops inside each other that Python compiles in one function."""

_ELEMENTS = {
    **{f"f{bits}": f"np.float{bits}" for bits in (16, 32, 64)},
    **{f"i{bits}": f"np.int{bits}" for bits in (8, 16, 32, 64)},
    "i1": "np.bool_",
    "index": "np.int64",
}
_TRUTH = {
    **dict(zip(COMPARISONS, ("<", "<=", ">", ">=", "==", "!="), strict=True)),
    **{"logical_and": "and", "logical_or": "or"},
}
_BITS = dict(zip(BITWISE, ("&", "|", "^", "<<", ">>"), strict=True))
_TEXT = '''def {0}(a, b):
    """a {2} b."""
    return {1}'''
_HELPERS = {
    "parallel": '''def parallel(*bounds, units=None, memory=None):
    """Iterations on units of their own; here one after the other."""
    return range(*bounds)''',
    "chunk": '''def chunk(*bounds):
    """Iterations that one unit executes together in one step; here one after the other."""
    return range(*bounds)''',
    "hold": '''def hold(memory, *tensors):
    """Says which tensors a memory holds."""''',
    "divsi": '''def divsi(a, b):
    """The quotient of integers, rounded towards zero."""
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)''',
    "remsi": '''def remsi(a, b):
    """The remainder of integers, with the sign of the first."""
    return abs(a) % abs(b) * (-1 if a < 0 else 1)''',
    "where": '''def where(condition, value, otherwise):
    """One of two numbers."""
    return value if condition else otherwise''',
    "logical_not": '''def logical_not(a):
    """Whether a number is zero."""
    return not a''',
    "rsqrt": '''def rsqrt(a):
    """One over the square root."""
    return a**-0.5''',
    "sigmoid": '''def sigmoid(a):
    """The logistic function."""
    return 1 / (1 + np.exp(-a))''',
    **{name: _TEXT.format(name, f"bool(a {sign} b)", sign) for name, sign in _TRUTH.items()},
    **{name: _TEXT.format(name, f"a {sign} b", sign) for name, sign in _BITS.items()},
}
_LOCAL_NUMBER = '''def local(spec):
    """A number that only the function sees, zero at first."""
    return 0'''
_LOCAL_ARRAY = '''def local(spec):
    """Zeros for an array that only the function sees, or a number if it has no axes."""
    element, _, sizes = spec.rstrip("]").partition("[")
    return np.zeros([int(size) for size in sizes.split(",") if size], ELEMENTS[element])[()]'''
_RESERVED = frozenset([*kwlist, *_HELPERS, *FUNCTIONS, "range", "local", "inf", "nan", "np", "ELEMENTS"])


def emit_python(nest: LoopNest) -> str:
    """A module that needs nothing of Weft: its function is `str(nest)`, which the Python front end reads back.

    Names that Python reserves are changed. What stands inside of more than 20 loops, which Python does not compile,
    moves into a function inside of the function. Raises WeftError for a nest that is not readable throughout.
    """
    locals_ = [array for array in nest.arrays if array.local]
    check(nest, _ELEMENTS, locals_)
    nest = renamed(nest, _RESERVED)
    function = _compilable(nest)
    used = set(re.findall(r"\w+", function))
    helpers = [text for name, text in _HELPERS.items() if re.search(rf"\b{name}\(", function)]
    helpers += [_LOCAL_ARRAY if any(array.shape for array in locals_) else _LOCAL_NUMBER] if locals_ else []
    head = [f'"""{_description(nest)}"""', _imports(locals_, used), _elements(locals_)]
    return "\n\n\n".join(["\n\n".join(filter(None, head)), *helpers, function]) + "\n"


def _description(nest: LoopNest) -> str:
    arguments = [array for array in nest.arrays if not array.local]
    explanation = (
        f"`{nest.name}({', '.join(array.name for array in arguments)})` changes the numpy arrays that it is given. "
        "Parallel loops run on units of their own and chunk loops are what one unit does in one step; here all "
        "iterations come one after the other."
    )
    for array in arguments:
        if array.name in _numbers_set(nest):
            explanation += f" What it sets the number `{array.name}` to is not seen outside."
    return f"The loop nest `{nest.name}`, written by Weft and independent of it.\n\n{fill(explanation, 100)}\n"


def _numbers_set(nest: LoopNest) -> list[str]:
    """The arrays without axes that some statement sets."""
    targets = [node.target for _, node in nest.statements() if isinstance(node, Statement)]
    return sorted({target.array for target in targets if not target.subscripts})


def _imports(locals_: Iterable[Array], used: set[str]) -> str:
    functions = sorted(used & (MATH | {"inf", "nan"}))
    lines = [f"from math import {', '.join(functions)}"] if functions else []
    lines += ["import numpy as np"] if "sigmoid" in used or any(array.shape for array in locals_) else []
    return "\n\n".join(lines)


def _elements(locals_: list[Array]) -> str:
    if not any(array.shape for array in locals_):
        return ""
    items = [f'"{name}": {_ELEMENTS[name]}' for name in sorted({array.element for array in locals_})]
    return f"ELEMENTS = {{{', '.join(items)}}}"


def _compilable(nest: LoopNest) -> str:
    """The nest's text, with functions inside of it where loops stand too deep."""
    header, *lines = str(nest).splitlines()
    inner = "inner"
    while re.search(rf"\b{inner}_\d", str(nest)):
        inner += "_"
    body = _shallow([line[4:] for line in lines], inner, _numbers_set(nest))
    return "\n".join([header, *(indent(line, "    ") for line in body)])


def _shallow(lines: list[str], inner: str, numbers: list[str], level: int = 0) -> list[str]:
    """A function's lines in which what is deeper than Python compiles has become functions of its own."""
    deep = " " * 4 * MAX_LOOPS
    functions: list[str] = []
    found: list[str] = []
    for is_deep, group in groupby(lines, key=lambda line: line.startswith(deep)):
        block = list(group)
        if not is_deep or not any(line.lstrip().startswith("for ") for line in block):
            found += block
            continue
        name = f"{inner}_{level}_{len(found)}"
        body = _shallow([line.removeprefix(deep) for line in block], inner, numbers, level + 1)
        body = [f"nonlocal {', '.join(numbers)}", *body] if numbers else body
        functions += [f"def {name}():  # Python compiles {MAX_LOOPS} loops inside each other, and no more."]
        functions += [*(indent(line, "    ") for line in body), ""]
        found.append(f"{deep}{name}()")
    return functions + found
