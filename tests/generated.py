"""Generated programs of every kind, the same ones in every run."""

from functools import cache

from array_strategies import arrays
from hypothesis import HealthCheck, given, seed, settings
from stencil_strategies import stencils
from strategies import mappings

KINDS = {"any": mappings, "array": arrays, "stencil": stencils}


@cache
def sample(kind, max_points, number, *seeds):
    """Generated programs, `number` for each seed: those of one seed resemble each other."""
    found = []
    for draw_seed in seeds:

        @seed(draw_seed)
        @settings(max_examples=number, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(KINDS[kind](max_points=max_points))
        def run(mapping):
            found.append(mapping)

        run()
    return tuple(found)
