"""What other distributions declare for Weft by entry points; each is loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib.metadata import EntryPoint, entry_points
from typing import Any, ParamSpec, TypeVar

from .diagnostic import Diagnostic, InternalError, WeftError

P = ParamSpec("P")
R = TypeVar("R")


def plugins(group: str) -> dict[str, EntryPoint]:
    """What is declared in a group, by name in alphabetical order; nothing is loaded."""
    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=group), key=lambda item: (item.name, item.value)):
        found.setdefault(point.name, point)
    return found


def load_plugin(point: EntryPoint) -> Any:
    """What an entry point names. Raises WeftError (W012) if it cannot be imported."""
    try:
        return point.load()
    except Exception as error:  # foreign code: whatever it raises is its finding
        raise unusable(point, f"cannot be loaded: {type(error).__name__}: {error}") from error


def guarded(point: EntryPoint, function: Callable[P, R]) -> Callable[P, R]:
    """A function of what an entry point names. Raises WeftError: W012 for all that is no finding of its own."""

    @wraps(function)
    def call(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            return function(*arguments, **named)
        except (WeftError, InternalError):
            raise
        except Exception as error:  # foreign code, as above
            raise unusable(point, f"fails: {type(error).__name__}: {error}") from error

    return call


def unusable(point: EntryPoint, reason: str) -> WeftError:
    """The error about an entry point that is not what its group asks for."""
    owner = f" of {point.dist.name}" if point.dist is not None else ""
    message = f"'{point.name}' ({point.value}{owner}), an entry point of the group {point.group}, {reason}"
    return WeftError(Diagnostic("W012", message, hint="mend the package that declares it, or uninstall it"))
