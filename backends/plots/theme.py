"""Colours and letters of all figures, for light and for dark pages."""

from __future__ import annotations

from typing import Any

PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
"""The colours that all eyes tell apart (Okabe and Ito, 2008), in an order in which neighbours differ most."""

RAMP = "viridis"
"""The colours of numbers, from low to high: equally light steps, also for eyes that lack a colour."""

FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"

THEMES = ("light", "dark")
INK = {"light": "#1f2328", "dark": "#e6edf3"}
SOFT = {"light": "#57606a", "dark": "#9da7b3"}
_LINES = {"light": "#d0d7de", "dark": "#3d444d"}
PAPER = {"light": "#ffffff", "dark": "#0d1117"}


def config(theme: str) -> dict[str, Any]:
    """The Vega-Lite configuration of a theme; ValueError for one that there is not."""
    if theme not in THEMES:
        raise ValueError(f"no theme {theme!r:.60}; the themes are {' and '.join(THEMES)}")
    ink, lines = INK[theme], _LINES[theme]
    labels = {"labelColor": ink, "titleColor": ink, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": 500}
    return {
        "background": PAPER[theme],
        "font": FONT,
        "axis": labels | {"gridColor": lines, "domainColor": lines, "tickColor": lines, "labelLimit": 260},
        "legend": labels
        | {"labelLimit": 260, "orient": "top", "columns": 4, "title": None}
        | {"symbolBaseFillColor": ink, "symbolBaseStrokeColor": ink},
        "header": labels,
        "title": {"color": ink, "subtitleColor": ink, "anchor": "start", "fontSize": 15, "subtitleFontSize": 12},
        "view": {"stroke": None},
        "range": {"category": list(PALETTE), "ramp": {"scheme": RAMP}, "heatmap": {"scheme": RAMP}},
        "text": {"color": ink},
        "rule": {"color": ink},
        "style": {"ink": {"color": ink, "stroke": ink}},
    }
