"""Figure 10: runtime and energy of the five dataflows over the five networks, and the best choice per layer."""

from __future__ import annotations

from functools import cache

from ...analysis.nest import Nest
from ...backends.cost import Cost
from ..comparison import Cell, Table
from ..maestro.clocks import Restarting
from .programs import TABLE_3
from .shapes import ALL_KINDS, NETWORKS
from .study import (
    Measure,
    adaptive_by_kind,
    adaptive_by_layer,
    best_everywhere,
    best_single,
    busiest,
    energy,
    geometric_mean,
    runtime,
    total,
)


@cache
def restarting(cost: Cost) -> int:
    """Stepwise cycles if every chunk of an outer level starts anew, as the public MAESTRO counts."""
    return Restarting(Nest(cost.schedule)).cycles()


GOALS: tuple[tuple[str, Measure], ...] = (
    ("runtime, stepwise", runtime),
    ("runtime, throughput", busiest),
    ("runtime, restarting", restarting),
    ("energy", energy),
)


def shapes_table() -> Table:
    """Layers and products of the networks, per kind of operator."""
    rows: list[tuple[Cell, ...]] = []
    for name, layers in NETWORKS.items():
        found = layers()
        macs = {kind: sum(shape.macs for _, shape in found if shape.kind == kind) for kind in ALL_KINDS}
        shares = (macs[kind] / 1e6 if macs[kind] else "" for kind in ALL_KINDS)
        rows.append((name, len(found), sum(macs.values()) / 1e6, *shares))
    return Table("Millions of products per kind of operator", ("network", "layers", "all", *ALL_KINDS), tuple(rows))


def totals_table(title: str, measure: Measure, unit: float) -> Table:
    """A measure of every network under every dataflow, and when each layer has its best."""
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            *(total(name, dataflow, measure) / unit for dataflow in TABLE_3),
            adaptive_by_layer(name, measure) / unit,
        )
        for name in NETWORKS
    ]
    return Table(title, ("network", *TABLE_3, "adaptive"), tuple(rows))


def kinds_table(measure: Measure, title: str) -> Table:
    """The best dataflow per network and kind of operator."""
    rows: list[tuple[Cell, ...]] = []
    for name in NETWORKS:
        chosen = adaptive_by_kind(name, measure)
        rows.append((name, *(chosen[kind][0] if kind in chosen else "" for kind in ALL_KINDS)))
    return Table(title, ("network", *ALL_KINDS), tuple(rows))


def saving(goal: Measure, per: str = "layer", against: str = "own") -> float:
    """What choosing per layer or kind saves, 0 to 1, as the geometric mean over the networks.

    Compared with the best dataflow of each network (`own`), with the one that is best over all (`one`), or with the
    `mean` of the five.
    """
    return 1 - geometric_mean({name: _adaptive(name, goal, per) / _single(name, goal, against) for name in NETWORKS})


def saving_of_sums(goal: Measure, per: str, against: str) -> float:
    """The same of the sums over all networks, in which the large networks count most."""
    chosen = sum(_adaptive(name, goal, per) for name in NETWORKS)
    return 1 - chosen / sum(_single(name, goal, against) for name in NETWORKS)


def _adaptive(name: str, goal: Measure, per: str) -> float:
    if per == "layer":
        return adaptive_by_layer(name, goal)
    return sum(value for _, value in adaptive_by_kind(name, goal).values())


def _single(name: str, goal: Measure, against: str) -> float:
    if against == "mean":
        return sum(total(name, dataflow, goal) for dataflow in TABLE_3) / len(TABLE_3)
    return total(name, best_single(name, goal) if against == "own" else best_everywhere(goal), goal)


def savings_table() -> Table:
    """Savings of the adaptive choice, per goal and baseline, in percent."""
    rows: list[tuple[Cell, ...]] = []
    for name, goal in GOALS:
        for per in ("layer", "kind"):
            compared = (
                ("own", "best of each network"),
                ("one", f"{best_everywhere(goal)} for all"),
                ("mean", "mean of five"),
            )
            for against, text in compared:
                geometric, sums = saving(goal, per, against), saving_of_sums(goal, per, against)
                rows.append((name, per, text, f"{geometric:.1%}", f"{sums:.1%}"))
    columns = ("goal", "chosen per", "compared with", "geometric mean", "of the sums")
    return Table("What the adaptive dataflow saves", columns, tuple(rows))
