"""All rows of Timeloop: evaluated, explained and kept as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...backends.cost import Cost
from ...passes import schedule
from .energy import charged
from .rows import Row
from .rules import RULES, SLIDING, Priced


@dataclass(frozen=True, slots=True)
class Found:
    """A row's numbers: Weft's cycles, the rules by which they become Timeloop's, and what energy is charged for.

    `charges` are by Timeloop's rules, `exact` with Weft's own counts of the inputs; `windows` is how many inputs
    Timeloop reads from the DRAM for each that Weft does. `product` is that of all factors.
    """

    row: Row
    macs: int
    product: int
    cycles: int
    rules: tuple[str, ...] | None
    windows: float
    charges: tuple[int, ...]
    exact: tuple[int, ...]


def survey(rows: Iterable[Row]) -> Iterator[Found]:
    """The numbers of every row, one machine after the other; their costs are let go."""
    for row in sorted(rows, key=lambda row: (row.machine, row.problem, row.map)):
        # Energies and stepwise times are not asked for.
        yield _found(Priced(row, Cost(schedule(row.mapping))))


def _found(priced: Priced) -> Found:
    dram = (priced.row.blocks[0].name, SLIDING)
    exact, ruled = (priced.accesses(rules)[dram][0] for rules in (("ports",), RULES))
    product = priced.steps
    for block in priced.row.blocks:
        for loop in block.part.spatial:
            product *= loop.bound
    return Found(
        priced.row,
        priced.cost.counts.points,
        product,
        priced.cost.cycles_throughput,
        priced.rules,
        ruled / exact,
        charged(priced, RULES),
        charged(priced, ("ports",)),
    )
