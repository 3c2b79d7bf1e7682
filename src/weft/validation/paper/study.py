"""What every layer of the five networks costs under each of the five dataflows, and the best choice among them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from math import prod

from ...api import evaluate
from ...backends.cost import Cost
from .programs import TABLE_3, directives, mapping, paper_machine
from .shapes import NETWORKS, Shape

Measure = Callable[[Cost], float]


def runtime(cost: Cost) -> float:
    """Cycles, every step waiting for its slowest part."""
    return cost.cycles_stepwise


def busiest(cost: Cost) -> float:
    """Cycles of the busiest resource."""
    return cost.cycles_throughput


def energy(cost: Cost) -> float:
    """Picojoules."""
    return cost.energy_pj


@cache
def cost_of(shape: Shape, dataflow: str) -> Cost:
    """A layer under a dataflow of Table 3 on the machine of the case study. Equal layers are evaluated once."""
    return evaluate(mapping(shape, directives(dataflow, shape.operator), paper_machine()))


@cache
def by_kind(network: str, dataflow: str, measure: Measure) -> Mapping[str, float]:
    """The sum of a measure over the layers of each kind of a network."""
    sums: dict[str, float] = defaultdict(float)
    for _, shape in NETWORKS[network]():
        sums[shape.kind] += measure(cost_of(shape, dataflow))
    return sums


def total(network: str, dataflow: str, measure: Measure) -> float:
    """The sum of a measure over a network."""
    return sum(by_kind(network, dataflow, measure).values())


def best_single(network: str, measure: Measure) -> str:
    """The dataflow that is best for a whole network."""
    return min(TABLE_3, key=lambda dataflow: total(network, dataflow, measure))


def best_everywhere(measure: Measure) -> str:
    """The dataflow with the least geometric mean over the networks."""
    return min(TABLE_3, key=lambda dataflow: prod(total(network, dataflow, measure) for network in NETWORKS))


def adaptive_by_layer(network: str, goal: Measure, measure: Measure | None = None) -> float:
    """The sum of a measure (the goal itself unless given) when each layer has its best dataflow for the goal."""
    measure = measure or goal
    found = 0.0
    for _, shape in NETWORKS[network]():
        found += measure(min((cost_of(shape, dataflow) for dataflow in TABLE_3), key=goal))
    return found


def adaptive_by_kind(network: str, goal: Measure) -> Mapping[str, tuple[str, float]]:
    """Per kind of operator the best dataflow for the goal in a network, and the sum of the goal under it."""
    sums = {dataflow: by_kind(network, dataflow, goal) for dataflow in TABLE_3}
    kinds = sums["KC-P"]
    chosen = {kind: min(TABLE_3, key=lambda dataflow: sums[dataflow][kind]) for kind in kinds}
    return {kind: (dataflow, sums[dataflow][kind]) for kind, dataflow in chosen.items()}


def geometric_mean(values: Mapping[str, float]) -> float:
    """The geometric mean of positive values."""
    return prod(values.values()) ** (1 / len(values))
