"""The extra that draws, and the version of Vega-Lite that it writes."""

from __future__ import annotations

INSTALL = "pip install 'weft-ir[plot]'"


def vega_lite_version() -> str:
    """The version of Vega-Lite that Altair writes, as vl-convert names it."""
    import altair as alt

    return ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
