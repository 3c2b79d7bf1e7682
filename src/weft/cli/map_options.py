"""Values of the options of `weft map`."""

from __future__ import annotations

import re
from math import inf
from typing import Any

import click

from ..ir import Diagnostic, WeftError

_UNITS = {"": 1.0, "s": 1.0, "ms": 0.001, "m": 60.0, "min": 60.0, "h": 3600.0}


class _Value(click.ParamType):  # type: ignore[type-arg]  # newer releases of click make it generic
    """A text that a pattern describes."""

    name, pattern, form = "", "", ""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        match = re.fullmatch(self.pattern, value.strip())
        if match is None:
            self.fail(f"'{value}' is not {self.form}", param, ctx)
        found = self.read(match)
        if found == inf or (isinstance(found, tuple) and inf in found):
            self.fail(f"'{value:.40}' is too large", param, ctx)
        return found

    def read(self, match: re.Match[str]) -> Any:
        """The value of a text that fits."""
        raise NotImplementedError


class _Seconds(_Value):
    name, pattern, form = "SECONDS", r"(\d+(?:\.\d+)?|\.\d+)\s*(ms|s|min|m|h|)", "a time such as 10s, 2m or 0.5"

    def read(self, match: re.Match[str]) -> float:
        return float(match[1]) * _UNITS[match[2]]


class _Gap(_Value):
    name, pattern, form = "GAP", r"(\d+(?:\.\d+)?|\.\d+)\s*(%?)", "a part such as 5% or 0.05"

    def read(self, match: re.Match[str]) -> float:
        return float(match[1]) / (100 if match[2] else 1)


class _Shape(_Value):
    name, pattern, form = "AxB", r"[1-9]\d{0,8}(?:x[1-9]\d{0,8})*", "units such as 16x16"

    def read(self, match: re.Match[str]) -> tuple[int, ...]:
        return tuple(int(units) for units in match[0].split("x"))


class _Limit(_Value):
    number = r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
    name, pattern, form = "METRIC=MAX", rf"(\w+)\s*=\s*({number})", "a metric and its maximum such as cycles=1e6"

    def read(self, match: re.Match[str]) -> tuple[str, float]:
        return match[1], float(match[2])


SECONDS, GAP, SHAPE, LIMIT = _Seconds(), _Gap(), _Shape(), _Limit()


def limits_of(pairs: tuple[tuple[str, float], ...]) -> dict[str, float]:
    """The limits by metric; WeftError for one that is given twice."""
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise WeftError(Diagnostic("W002", f"the limit of '{name}' is given twice", hint="give one maximum"))
    return dict(pairs)
