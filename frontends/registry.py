"""Which front end reads what a user names: Weft's own, and those of others (entry points `weft.frontends`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import fields, replace
from functools import cache
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from ..ir import Diagnostic, LoopNest, WeftError
from ..ir.files import map_bytes, read_bytes
from ..ir.nearest import did_you_mean
from ..ir.plugins import guarded, load_plugin, plugins, unusable
from .frontend import Frontend, Source
from .own import OWN
from .sizes import Sizes

GROUP = "weft.frontends"
"""The entry points under which a distribution declares front ends: `name = "module:FRONTEND"`."""

_HEAD = 1 << 16
"""Bytes of a file that a front end sees before it says whether the file is its own."""


@cache
def _declared() -> tuple[tuple[Frontend, ...], tuple[Diagnostic, ...]]:
    """The front ends of other distributions, and what is wrong with those that cannot be used."""
    found: list[Frontend] = []
    wrong: list[Diagnostic] = []
    for point in plugins(GROUP).values():
        try:
            item = load_plugin(point)
            if not isinstance(item, Frontend):
                raise unusable(point, "is no weft.frontends.frontend.Frontend")
            found.append(_guarded(point, item))
        except WeftError as error:
            wrong += error.diagnostics
    return tuple(found), tuple(wrong)


def _guarded(point: EntryPoint, item: Frontend) -> Frontend:
    """A front end whose functions raise WeftError alone."""
    values = {field.name: getattr(item, field.name) for field in fields(item)}
    functions: dict[str, Any] = {name: guarded(point, value) for name, value in values.items() if callable(value)}
    return replace(item, **functions)


def _all() -> Iterator[Frontend]:
    """Weft's front ends, then the declared ones, which are loaded if none of Weft's is taken before."""
    yield from OWN
    yield from _declared()[0]


def suffixes(chosen: Callable[[Frontend], object] = lambda item: True) -> tuple[str, ...]:
    """The endings of the files that front ends read."""
    return tuple(suffix for item in _all() if chosen(item) for suffix in item.suffixes)


def split_function(path: str) -> tuple[str, str | None]:
    """`FILE` or `FILE:FUNCTION` as a file and a function."""
    file, colon, function = path.rpartition(":")
    return (file, function) if colon and _by_suffix(file, lambda item: item.nests) else (path, None)


def find_frontend(argument: str | Path) -> Frontend | None:
    """The front end of a line, a file or `FILE:FUNCTION`; None if there is none, or no file that could be read."""
    name = str(argument)
    if found := next((item for item in OWN if item.line(name)), None):
        return found
    file, _ = split_function(name)
    claims = _claims(file)
    found = (claims[0] if claims else None) or next((item for item in _declared()[0] if item.line(name)), None)
    if found is not None and len(claims) < 2:
        return found
    head = _head(file)
    if found is not None:
        return next((item for item in claims if item.sniff(head or "")), found)
    return None if head is None else next((item for item in _all() if item.sniff(head)), None)


def _head(file: str) -> str | None:
    """How a file begins; None if it cannot be read."""
    try:
        with closing(map_bytes(file)) as data:
            return data[:_HEAD].decode("utf-8", "replace")
    except WeftError:
        return None


def _claims(file: str) -> list[Frontend]:
    """Weft's front ends of a file's ending, which how it begins tells apart; else the first declared one."""
    own = [item for item in OWN if file.endswith(item.suffixes)]
    found = None if own else _by_suffix(file)
    return own if found is None else [found]


def frontend_of(argument: str | Path) -> Frontend:
    """The front end of a line, a file or `FILE:FUNCTION`.

    Raises WeftError (W008) for a file that cannot be read or that no front end knows, with what is wrong (W012) with
    declared ones that might.
    """
    found = find_frontend(argument)
    if found is not None:
        return found
    file = str(argument)
    read_bytes(file)
    ending = Path(file).suffix
    message = f"'{file}' is of no kind that is read: neither its ending nor its text is known"
    known = f"the endings are {', '.join(suffixes())}"
    hint = did_you_mean(ending, suffixes(), otherwise=known) if ending else known
    raise WeftError([Diagnostic("W008", message, hint=hint, notes=(known,) * (hint != known)), *_declared()[1]])


def source_of(argument: str | Path, sizes: Sizes | None = None) -> Source:
    """What a front end is given."""
    file, function = split_function(str(argument))
    return Source(file, sizes if sizes is not None else Sizes(), function)


def is_loop_file(argument: str | Path) -> bool:
    """Whether a file holds loop nests; `FILE:FUNCTION` counts as its file."""
    found = find_frontend(argument)
    return found is not None and found.nests is not None


def is_design_file(argument: str | Path) -> bool:
    """Whether a file is read with others as one design, which has a machine of its own."""
    found = find_frontend(argument)
    return found is not None and found.design is not None


def read_nests(argument: str | Path, sizes: Sizes | None = None) -> tuple[LoopNest, ...]:
    """The functions of a file, or the one of `FILE:FUNCTION`.

    What cannot be read stands in a nest as `Unreadable`; WeftError when the file or the function is not to be had.
    """
    found, source = frontend_of(argument), source_of(argument, sizes)
    if found.nests is None:
        endings = ", ".join(suffixes(lambda item: item.nests))
        hint = f"loop nests are read from {endings}; weft check reads mapping files"
        raise WeftError(Diagnostic("W008", f"'{source.path}' is no file of loop nests", hint=hint))
    nests = found.nests(source)
    if not nests:
        hint = "a function with at least one loop around a statement"
        raise WeftError(Diagnostic("W409", f"'{source.path}' has no loop nests", hint=hint))
    return nests


def _by_suffix(file: str, chosen: Callable[[Frontend], object] = lambda item: True) -> Frontend | None:
    return next((item for item in _all() if chosen(item) and file.endswith(item.suffixes)), None)
