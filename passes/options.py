"""The options of a pass are the fields of its class: read from text, written as text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass
from math import inf
from typing import Any, ClassVar, Literal, Protocol, get_args, get_origin, get_type_hints

from ..ir import Diagnostic, WeftError
from ..ir.nearest import did_you_mean


class Named(Protocol):
    """A frozen dataclass whose fields are its options."""

    name: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Option:
    """An option: one of the `choices`, or, without any, a positive number, of which `inf` is no limit."""

    field: str
    choices: tuple[str, ...]
    default: str | float

    @property
    def name(self) -> str:
        """As it is written."""
        return self.field.replace("_", "-")

    def read(self, text: str) -> str | float:
        """The value of a text; WeftError for one that it cannot have."""
        if not self.choices:
            number = float(text) if re.fullmatch(r"\d{1,12}(\.\d{1,12})?", text, re.ASCII) else 0.0
            return self.number(number, text)
        if text not in self.choices:
            message = f"'{text}' is no value of '{self.name}'; it is {' or '.join(self.choices)}"
            raise WeftError(Diagnostic("W002", message, hint=did_you_mean(text, self.choices)))
        return text

    def number(self, value: float, text: str) -> float:
        """A positive number; WeftError, which shows `text`, for another."""
        if not 0 < value < inf:
            raise WeftError(Diagnostic("W004", f"'{text}' in option '{self.name}' is no positive number"))
        return value


def options_of(cls: type[Named]) -> tuple[Option, ...]:
    """The options of a pass, in the order of its fields. Raises TypeError for a field that no text can be read into."""
    if not is_dataclass(cls):
        raise TypeError("is no dataclass")
    kinds = get_type_hints(cls)
    return tuple(_option(item.name, kinds[item.name], item.default) for item in fields(cls))


def _option(name: str, kind: Any, default: Any) -> Option:
    choices = get_args(kind) if get_origin(kind) is Literal else ()
    if default in choices and all(isinstance(choice, str) for choice in choices):
        return Option(name, choices, default)
    if kind is float and isinstance(default, int | float):
        return Option(name, (), default)
    raise TypeError(f"has a field '{name}' that is neither a Literal of texts nor a float, with a default")


def read_options(cls: type[Named], text: str) -> dict[str, Any]:
    """The fields that `option=value,option=value` sets. Raises WeftError for an unknown option or value."""
    known = {option.name: option for option in options_of(cls)}
    found: dict[str, Any] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = (piece.strip() for piece in part.partition("="))
        option = known.get(name.replace("_", "-"))
        if option is None:
            hint = did_you_mean(name, known, "options", "it has none")
            raise WeftError(Diagnostic("W002", f"pass '{cls.name}' has no option '{name}'", hint=hint))
        if option.field in found:
            raise WeftError(Diagnostic("W006", f"pass '{cls.name}' has the option '{name}' twice"))
        found[option.field] = option.read(value)
    return found


def pass_text(item: Named) -> str:
    """The text that is read back as a pass; options at their default are left out."""
    values = ((option, getattr(item, option.field)) for option in options_of(type(item)))
    options = [f"{option.name}={str(value).removesuffix('.0')}" for option, value in values if value != option.default]
    return item.name + (f"{{{','.join(options)}}}" if options else "")


def pipeline_text(items: Iterable[Named]) -> str:
    """The text that `parse_pipeline` reads back; options at their default are left out."""
    return ",".join(pass_text(item) for item in items)
