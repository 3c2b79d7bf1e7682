"""Figures of results, drawn with Altair (Vega-Lite, the extra `plot`): as pictures, pages, specifications and rows."""

from .bars import PARTS, energy, traffic, utilization
from .figure import ENDINGS, Figure, check_ending
from .results import Results
from .roofline import roofline
from .spacetime import spacetime

__all__ = [
    "ENDINGS",
    "PARTS",
    "Figure",
    "Results",
    "check_ending",
    "energy",
    "roofline",
    "spacetime",
    "traffic",
    "utilization",
]
