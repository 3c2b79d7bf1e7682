"""Kwon et al., MICRO-52, 2019: its five networks, five dataflows, figures and tables under exact counting."""

from __future__ import annotations

from ..comparison import Check, Comparison, Table
from . import claims, figure10, figure11, figure12, table5
from .figure10 import restarting, saving, totals_table
from .figure12 import without_partial_sums
from .programs import TABLE_3
from .shapes import NETWORKS
from .study import adaptive_by_layer, cost_of, energy, runtime, total

ABOUT = """Source: H. Kwon, P. Chatarasi, M. Pellauer, A. Parashar, V. Sarkar, T. Krishna: Understanding Reuse,
Performance, and Hardware Cost of DNN Dataflows. MICRO-52, 2019. Machine: `generic_256` (256 PEs, 32 elements a cycle).
The page [paper.md](paper.md) has the pictures, how its figures are read here, and every difference with its reason."""

PUBLISHED_PRODUCTS = {"ResNet50": 3.8e9, "ResNeXt50": 4.2e9, "MobileNetV2": 300e6}
"""Products as the papers of the networks give them (He, Table 1; Xie, Table 1; Sandler, Table 4)."""


def comparison() -> Comparison:
    """Everything that `docs/paper.md` shows."""
    return Comparison("paper", "The MAESTRO paper", ABOUT, (claims.table(), *tables().values()), checks())


def tables() -> dict[str, Table]:
    """The tables by the name of what they belong to."""
    found = {
        "shapes": figure10.shapes_table(),
        "figure10-runtime": totals_table("Runtime in millions of cycles (stepwise)", runtime, 1e6),
        "figure10-restarting": totals_table("The same if clusters restart in every step", restarting, 1e6),
        "figure10-energy": totals_table("Energy in mJ", energy, 1e9),
        "figure10-kinds": figure10.kinds_table(runtime, "The fastest dataflow per kind of operator"),
        "figure10-savings": figure10.savings_table(),
    }
    found |= dict(zip(("figure11-activation", "figure11-filter", "figure11-bandwidth"), figure11.tables(), strict=True))
    found |= dict(zip(("figure12-early", "figure12-late"), figure12.tables(), strict=True))
    return found | {"table5": table5.table()}


def checks() -> tuple[Check, ...]:
    """What must hold, whatever the paper says."""
    shapes = {shape for layers in NETWORKS.values() for _, shape in layers()}
    costs = {(shape, dataflow): cost_of(shape, dataflow) for shape in shapes for dataflow in TABLE_3}
    products = {name: sum(shape.macs for _, shape in NETWORKS[name]()) for name in PUBLISHED_PRODUCTS}
    exact = all(cost.counts.points == shape.macs for (shape, _), cost in costs.items() if shape.operator != "TRCONV")
    bounded = all(cost.cycles_throughput <= cost.cycles_stepwise for cost in costs.values())
    adaptive = all(
        adaptive_by_layer(name, goal) <= total(name, dataflow, goal)
        for goal in (runtime, energy)
        for name in NETWORKS
        for dataflow in TABLE_3
    )
    return (
        Check(f"all {len(costs)} programs are legal and execute every product of their layer once", exact),
        Check(
            "the networks' products are within 2 % of those in their papers",
            all(abs(products[name] / paper - 1) < 0.02 for name, paper in PUBLISHED_PRODUCTS.items()),
        ),
        Check("no throughput is above the stepwise time", bounded),
        Check("the best dataflow per layer is nowhere worse than one for all", adaptive),
        Check(
            "UNet: YX-P is faster than KC-P once clusters restart in every step",
            total("UNet", "YX-P", restarting) < total("UNet", "KC-P", restarting),
        ),
        Check(
            "VGG16: YR-P needs less energy than KC-P once partial sums are free at L2",
            total("VGG16", "YR-P", without_partial_sums) < total("VGG16", "KC-P", without_partial_sums),
        ),
        Check("restarts raise what the adaptive dataflow saves", saving(restarting) > saving(runtime)),
        Check("Table 5: as counted by hand, 51.2 MACs per cycle at most", table5.by_hand()),
    )
