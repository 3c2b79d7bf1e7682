"""The mapper: spaces of programs as data, and the search for the best one."""

from .conflict import minimal_conflict, space_conflict
from .constraints import constrain
from .default import machine_space
from .flexibility import (
    FLEXIBILITY_CLASSES,
    Flexibility,
    flexibility_sizes,
    flexibility_space,
    parse_flexibility,
    point_of,
)
from .space import LevelSpace, MapSpace, Point, Structure
from .template import template_space

__all__ = [
    "FLEXIBILITY_CLASSES",
    "Flexibility",
    "LevelSpace",
    "MapSpace",
    "Point",
    "Structure",
    "constrain",
    "flexibility_sizes",
    "flexibility_space",
    "machine_space",
    "minimal_conflict",
    "parse_flexibility",
    "point_of",
    "space_conflict",
    "template_space",
]
