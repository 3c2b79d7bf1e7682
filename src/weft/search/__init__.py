"""The mapper: spaces of programs as data, and the search for the best one.

From a question to an answer: `request` is what is asked, with its `objective`; `network` maps the layers of a request
to `results`, with one dataflow for several of them by `choice`, as data by `report`. `workers.run` has a search per
distinct layer (`layer`, by steps `stepwise`), which hands out tasks (`explore`) about a `question` and sums up what
they prove (`certificate`). A task descends into the boxes of one structure (`structure_search`): `ground` and
`listing` make them, `decode` turns what is found into programs. `map_pass` is a search as a pass, `point_costs`
evaluates programs for searches of one's own.

The rooms: `spaces` (which programs there are), `structure` (their costs as arrays), `axes` (counts of one dimension),
`bounds` (of boxes), `descent` (branch and bound), `near` (more programs than the best), `store` (answers kept),
`workers` (where tasks run). Those of `axes`, `bounds`, `descent` and `structure` are compiled by `compiled`.
"""

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
from .spaces.point import LevelSpace, Point, Structure
from .spaces.space import MapSpace
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
