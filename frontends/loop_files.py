"""Files with loop nests: Python, C and MLIR, told apart by their endings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..ir import Diagnostic, LoopNest, WeftError
from ..ir.files import read_text
from .sizes import Sizes

SUFFIXES = (".py", ".c", ".h", ".mlir")


def split_function(path: str) -> tuple[str, str | None]:
    """`FILE` or `FILE:FUNCTION` as a file and a function."""
    file, colon, function = path.rpartition(":")
    return (file, function) if colon and is_loop_file(file) else (path, None)


def is_loop_file(path: str | Path) -> bool:
    """Whether a file holds loop nests, by its ending; `FILE:FUNCTION` counts as its file."""
    file = str(path)
    return file.endswith(SUFFIXES) or file.rpartition(":")[0].endswith(SUFFIXES)


def read_nests(path: str | Path, sizes: Sizes | None = None) -> tuple[LoopNest, ...]:
    """The functions of a file, or the one of `FILE:FUNCTION`.

    What cannot be read stands in a nest as `Unreadable`; WeftError when the file or the function is not to be had.
    """
    file, function = split_function(str(path))
    text = read_text(file)
    sizes = sizes if sizes is not None else Sizes()
    if file.endswith(".py"):
        from .python import read_python

        nests = read_python(text, file, sizes, function)
    elif file.endswith(".mlir"):
        with need_xdsl("reading MLIR"):
            from .mlir import read_mlir

        nests = read_mlir(text, file, sizes, function)
    else:
        from .c import read_c

        nests = read_c(text, file, sizes, function)
    if not nests:
        hint = "a function with at least one loop around a statement"
        raise WeftError(Diagnostic("W409", f"'{file}' has no loop nests", hint=hint))
    return nests


@contextmanager
def need_xdsl(purpose: str) -> Iterator[None]:
    """Turns the absence of xDSL, an extra, into a finding."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "xdsl":
            raise
        message = f"{purpose} needs xDSL, which is not installed"
        raise WeftError(Diagnostic("W008", message, hint="pip install 'weft-ir[mlir]'")) from error
