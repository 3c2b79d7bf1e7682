"""Figures of results, drawn with Altair (Vega-Lite, the extra `plot`): as pictures, pages, specifications and rows."""

from .bars import PARTS, energy, traffic, utilization
from .figure import ENDINGS, TRACE, Drawing, Figure, Shown, check_ending
from .fronts import METRICS, cloud, front
from .plan import Member as PlannedMember
from .plan import Program as PlannedProgram
from .plan import Tensor as PlannedTensor
from .plan import plan
from .program import program
from .proof import OVER, proof
from .results import Results
from .roofline import roofline
from .sides import sides
from .spacetime import spacetime
from .stages import stages
from .timeline import timeline

__all__ = [
    "ENDINGS",
    "METRICS",
    "OVER",
    "PARTS",
    "TRACE",
    "Drawing",
    "Figure",
    "PlannedMember",
    "PlannedProgram",
    "PlannedTensor",
    "Results",
    "Shown",
    "check_ending",
    "cloud",
    "energy",
    "front",
    "plan",
    "program",
    "proof",
    "roofline",
    "sides",
    "spacetime",
    "stages",
    "timeline",
    "traffic",
    "utilization",
]
