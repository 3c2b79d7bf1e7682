"""A page that holds everything it needs: figures, tables and texts in one HTML file that loads nothing."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Protocol

from ...ir.extras import need
from .panels import PAGE, style
from .theme import THEMES, config
from .vega import INSTALL, vega_lite_version

_NUMBER = re.compile(r"[-+]?[\d.,]*\d(e[+-]?\d+)?%?( [^\d\s,]+)?|unknown")


class Described(Protocol):
    """What a page says of a figure of any make."""

    @property
    def kind(self) -> str:
        """Its kind, which names the file of its data."""
        ...

    @property
    def description(self) -> str:
        """What it shows, in words."""
        ...

    def csv(self) -> str:
        """Its data."""
        ...


class Picture(Described, Protocol):
    """What a page asks of a figure that Vega draws in it."""

    @property
    def wide(self) -> bool:
        """Whether it takes the width that the page has."""
        ...

    @property
    def chart(self) -> Any:
        """The chart, of Altair."""
        ...


class Drawn(Described, Protocol):
    """What a page asks of a figure that is drawn already."""

    @property
    def markup(self) -> Callable[[], str]:
        """The figure as safe HTML."""
        ...


@dataclass(frozen=True)
class Part:
    """A part of a page: a figure, a drawing, a table (its first row names the columns) or a text as written; `note`
    stands before it, and what is `folded` shows its title until it is opened."""

    title: str = ""
    note: str = ""
    figure: Picture | None = None
    drawing: Drawn | None = None
    table: Sequence[Sequence[str]] = ()
    text: str = ""
    folded: bool = False
    parts: Sequence[Part] = ()


def page(title: str, parts: Sequence[Part], facts: Sequence[tuple[str, str]] = ()) -> str:
    """The page as HTML. `facts` are names with values, for its head. WeftError (W008) without the extra `plot`."""
    with need("jinja2", "a page needs Jinja2", INSTALL):
        from jinja2 import Environment, StrictUndefined
    figures = list(_figures(parts))
    numbers = {id(figure): number for number, figure in enumerate(figures)}
    script = _script(figures) if figures else ""
    linked = _linked() if _has_drawing(parts) else {}
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"number_of": lambda figure: numbers[id(figure)], "download": _download, "numeric": _numeric}
    template = environment.from_string(files(__package__).joinpath("page.html").read_text("utf-8"))
    return template.render(title=title, facts=facts, parts=parts, script=script, linked=linked)


def _figures(parts: Sequence[Part]) -> Iterator[Picture]:
    for part in parts:
        if part.figure:
            yield part.figure
        yield from _figures(part.parts)


def _has_drawing(parts: Sequence[Part]) -> bool:
    return any(part.drawing or _has_drawing(part.parts) for part in parts)


def _linked() -> dict[str, Any]:
    """What drawings look like and do."""
    from markupsafe import Markup

    return {"style": Markup(style(PAGE)), "script": Markup(files(__package__).joinpath("linked.js").read_text("utf-8"))}


def _script(figures: Sequence[Picture]) -> Any:
    """Vega and the figures; nothing in it ends the element that it stands in."""
    with need("vl_convert", "a page with figures needs vl-convert", INSTALL):
        from vl_convert import javascript_bundle
    from markupsafe import Markup

    drawn = [{"spec": _without_title(figure.chart.to_dict()), "wide": figure.wide} for figure in figures]
    values = {"figures": drawn, "themes": {theme: config(theme) for theme in THEMES}}
    data = json.dumps(values, separators=(",", ":")).replace("<", "\\u003c")
    return Markup(f"const WEFT = {data};\n{_bundle(javascript_bundle)}")


@cache
def _bundle(bundled: Callable[..., str]) -> str:
    """Vega and the start of a page, the same for all pages: it takes seconds to make."""
    start = files(__package__).joinpath("page.js").read_text("utf-8")
    bundle = bundled(start, vl_version=vega_lite_version())
    return re.sub("</(?=script)", r"<\\/", bundle, flags=re.IGNORECASE)


def _without_title(specification: dict[str, Any]) -> dict[str, Any]:
    """A page has the title above the figure."""
    return {name: value for name, value in specification.items() if name != "title"}


def _download(figure: Described) -> str:
    """The figure's data as an address that holds them."""
    return f"data:text/csv;base64,{base64.b64encode(figure.csv().encode()).decode()}"


def _numeric(table: Sequence[Sequence[str]]) -> list[bool]:
    """Whether all that a column has are numbers, with units or without."""
    columns = zip(*table[1:], strict=True) if len(table) > 1 else [()] * len(table[0])
    return [any(column) and all(map(_NUMBER.fullmatch, filter(None, column))) for column in columns]
