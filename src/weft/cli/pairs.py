"""Options of the form NAME=VALUE."""

from __future__ import annotations

import re
from collections.abc import Collection

import click

from ..frontends.sizes import Sizes
from ..ir import MAX_EXTENT
from ..ir.numerals import integer

_SHOWN = 40


def parse_sizes(texts: tuple[str, ...]) -> Sizes:
    """`NAME=VALUE,NAME=VALUE` texts as sizes; wrong usage otherwise."""
    pairs = tuple(pair.strip() for text in texts for pair in text.split(",") if pair.strip())
    return Sizes(_numbers(pairs, "--sizes", least=0))


def parse_bindings(pairs: tuple[str, ...]) -> dict[str, int]:
    """`NAME=VALUE` pairs as numbers; wrong usage otherwise."""
    return _numbers(pairs, "--bind")


def parse_densities(pairs: tuple[str, ...]) -> dict[str, str]:
    """`TENSOR=DENSITY` pairs; wrong usage otherwise."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, density = pair.partition("=")
        if not (equals and name and density):
            raise click.BadParameter(f"'{pair}' is not TENSOR=DENSITY", param_hint="--density")
        _once(name.strip(), found, "--density")
        found[name.strip()] = density.strip()
    return found


def _once(name: str, found: Collection[str], option: str) -> None:
    if name in found:
        raise click.BadParameter(f"'{name}' is given twice", param_hint=option)


def _numbers(pairs: tuple[str, ...], option: str, least: int = 1) -> dict[str, int]:
    found: dict[str, int] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        number = integer(value) if re.fullmatch("[0-9]+", value) else -1
        if not (equals and name and number >= least):
            form = "NAME=POSITIVE-INTEGER" if least else "NAME=INTEGER, of 0 or more"
            raise click.BadParameter(f"'{pair[:_SHOWN]}' is not {form}", param_hint=option)
        if number > MAX_EXTENT:
            message = f"{name} is {value[:_SHOWN]}; the limit is {MAX_EXTENT} (2**31-1)"
            raise click.BadParameter(message, param_hint=option)
        _once(name, found, option)
        found[name] = number
    return found
