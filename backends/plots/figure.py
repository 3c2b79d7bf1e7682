"""A figure: what it shows as rows, its description for those who do not see it, and the chart."""

from __future__ import annotations

import csv
import io
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from ...ir import Diagnostic, WeftError
from ...ir.extras import need
from ...ir.whole_files import whole_file
from .page import Part, page
from .theme import THEMES, config
from .vega import INSTALL, vega_lite_version

if TYPE_CHECKING:
    from typing import TypeAlias

    import altair as alt

    Layered: TypeAlias = alt.LayerChart | alt.FacetChart

Row = dict[str, Any]
Draw = Callable[[Sequence[Row]], Any]

ENDINGS = (".svg", ".png", ".pdf", ".html", ".json", ".csv")
"""What a figure is written as: pictures, a page, its Vega-Lite specification or rows, its data."""

TRACE = ".trace.json"
"""What time lines are written as besides: a trace for Perfetto and Chrome."""


@dataclass(frozen=True)
class Shown(ABC):
    """What a figure of any make is: a kind, a title, what it shows as `rows`, in the units that their names say.

    `description` tells it in words: the text for screen readers. `forms` are further texts that it is written as, by
    their endings.
    """

    kind: str
    title: str
    description: str
    rows: Sequence[Row]
    forms: Mapping[str, Callable[[], str]] = field(default_factory=dict, repr=False, kw_only=True)

    def csv(self) -> str:
        """The rows as CSV, with a line of names."""
        names = dict.fromkeys(name for row in self.rows for name in row)
        text = io.StringIO()
        writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return text.getvalue()

    def to_pandas(self) -> Any:
        """The rows as a `DataFrame`. WeftError (W008) without pandas."""
        with need("pandas", "a DataFrame needs pandas", "pip install pandas"):
            frames = import_module("pandas")
        return frames.DataFrame(list(self.rows))

    def save(self, path: str | Path, theme: str = "light") -> None:
        """Write the figure as its ending says: `.svg`, `.png`, `.pdf`, `.html`, `.json` (Vega-Lite, or the rows of a
        figure that is drawn without it) or `.csv` (rows); a time line also as `.trace.json`. Pictures and
        specifications have the colours of `theme`, pages those of both.

        WeftError (W008) for another ending, a place where no file can be, and without the extra `plot`.
        """
        ending = check_ending(path, (*self.forms, *ENDINGS))
        if ending in self.forms:
            data: str | bytes = self.forms[ending]()
        else:
            data = self.csv() if ending == ".csv" else self._written(ending, theme)
        with whole_file(path) as part:
            part.write_bytes(data.encode() if isinstance(data, str) else data)

    @abstractmethod
    def _written(self, ending: str, theme: str) -> str | bytes:
        """What is written for one of `ENDINGS` that is no `.csv`."""


@dataclass(frozen=True)
class Figure(Shown):
    """A figure that Altair draws when it is asked for. `wide` ones take the width that a page has."""

    draw: Draw = field(repr=False)
    wide: bool = True

    @cached_property
    def chart(self) -> alt.Chart:
        """The chart, to be changed or joined with others. WeftError (W008) without the extra `plot`."""
        with need("altair", "drawing needs Altair", INSTALL):
            found: alt.Chart = self.draw(self.rows)
        return found.properties(title=self.title, description=self.description)

    def specification(self, theme: str = "light") -> Row:
        """The chart as Vega-Lite, in the colours of a theme."""
        found: Row = self.chart.to_dict()
        return found | {"config": config(theme)}

    def _written(self, ending: str, theme: str) -> str | bytes:
        if ending == ".html":
            return page(self.title, [Part(figure=self)])
        specification = self.specification(theme)
        if ending == ".json":
            return json.dumps(specification, indent=1)
        with need("vl_convert", "writing pictures needs vl-convert", INSTALL):
            import vl_convert
        version = vega_lite_version()
        if ending == ".svg":
            svg = vl_convert.vegalite_to_svg(specification, vl_version=version)
            return svg.replace("<svg ", f'<svg role="img" aria-label={quoteattr(self.description)} ', 1)
        if ending == ".png":
            return vl_convert.vegalite_to_png(specification, vl_version=version, scale=2)
        return vl_convert.vegalite_to_pdf(specification, vl_version=version)

    def _repr_mimebundle_(self, **given: Any) -> Any:
        return self.chart._repr_mimebundle_(**given)


@dataclass(frozen=True)
class Drawing(Shown):
    """A figure that is drawn as SVG without Altair: `svg` is its picture in a theme, `markup` what a page shows of it,
    both as safe text."""

    svg: Callable[[str], str] = field(repr=False)
    markup: Callable[[], str] = field(repr=False)

    def _written(self, ending: str, theme: str) -> str | bytes:
        if ending == ".html":
            return page(self.title, [Part(drawing=self)])
        if ending == ".json":
            return json.dumps(list(self.rows), indent=1)
        picture = self.svg(theme)
        if ending == ".svg":
            return picture
        with need("vl_convert", "writing pictures needs vl-convert", INSTALL):
            import vl_convert
        return vl_convert.svg_to_png(picture, scale=2) if ending == ".png" else vl_convert.svg_to_pdf(picture)

    def _repr_svg_(self) -> str:
        return self.svg(THEMES[0])


def check_ending(path: str | Path, endings: Sequence[str]) -> str:
    """The ending of a path; WeftError (W008) if it is none of those that can be written."""
    known = sorted({*endings, TRACE}, key=len, reverse=True)
    found = next((ending for ending in known if str(path).lower().endswith(ending)), "")
    if found in endings:
        return found
    hint = f"the endings are {', '.join(endings)}"
    raise WeftError(Diagnostic("W008", f"'{path}' cannot be written: its ending says no form that there is", hint=hint))
