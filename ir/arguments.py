"""The arguments of functions that a user calls: what does not fit its annotation is refused at the door."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache, wraps
from inspect import signature
from types import GenericAlias, UnionType
from typing import Any, Literal, ParamSpec, TypeVar, Union, get_args, get_origin

P = ParamSpec("P")
R = TypeVar("R")
_SHOWN = 60


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """The function, which raises TypeError or ValueError with the argument's name for one that does not fit.

    An annotation that is only known to the type checker is not looked at, nor is a mapping: what analyses one says what
    makes one.
    """
    parameters = signature(function)
    known = cache(lambda: _annotations(function))

    @wraps(function)
    def call(*arguments: P.args, **named: P.kwargs) -> R:
        for name, value in parameters.bind(*arguments, **named).arguments.items():
            if name in known() and not _fits(value, known()[name]):
                values = get_args(known()[name]) if get_origin(known()[name]) is Literal else ()
                wanted = " or ".join(map(repr, values)) or parameters.parameters[name].annotation
                message = f"{function.__name__}: {name} must be {wanted}, not {repr(value)[:_SHOWN]}"
                raise ValueError(message) if values else TypeError(message)
        return function(*arguments, **named)

    return call


def _annotations(function: Callable[..., Any]) -> dict[str, Any]:
    found = {}
    for parameter in signature(function).parameters.values():
        wanted = parameter.annotation
        if parameter.kind is parameter.VAR_KEYWORD or wanted == "Mapping":
            continue
        if isinstance(wanted, str):
            try:
                wanted = eval(wanted, function.__globals__)
            except NameError:
                continue
        found[parameter.name] = GenericAlias(tuple, wanted) if parameter.kind is parameter.VAR_POSITIONAL else wanted
    return found


def _fits(value: object, wanted: Any) -> bool:
    origin, arguments = get_origin(wanted), get_args(wanted)
    if wanted is Any or origin is Literal:
        return wanted is Any or value in arguments
    if origin in (Union, UnionType):
        return any(_fits(value, item) for item in arguments)
    if wanted is None:
        return value is None
    kind = origin or wanted
    if kind is float:
        return isinstance(value, int | float)
    if not isinstance(value, kind):
        return False
    if isinstance(value, Mapping) and len(arguments) == 2:
        return all(_fits(key, arguments[0]) and _fits(item, arguments[1]) for key, item in value.items())
    if isinstance(value, Collection) and arguments and issubclass(kind, Iterable):
        return all(_fits(item, arguments[0]) for item in value)
    return True
