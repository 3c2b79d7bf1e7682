"""The mapper: spaces of programs as data, and the search for the best one."""

from .spaces.conflict import minimal_conflict, space_conflict
from .spaces.constraints import constrain
from .spaces.default import machine_space
from .spaces.flexibility import (
    FLEXIBILITY_CLASSES,
    Flexibility,
    flexibility_sizes,
    flexibility_space,
    parse_flexibility,
    point_of,
)
from .spaces.space import LevelSpace, MapSpace, Point, Structure
from .spaces.template import template_space

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
