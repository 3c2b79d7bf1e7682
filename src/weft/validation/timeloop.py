"""Timeloop: its hand-mapped unit cases and example designs, imported from the maps that it prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from .. import api
from ..backends.cost import Cost
from ..frontends.text import Lines
from ..frontends.timeloop import parse_timeloop
from ..frontends.timeloop.items import Notes
from ..frontends.timeloop.map_text import Block, read_map_text
from ..ir import InputTraffic, OutputTraffic, Workload
from .comparison import Check, Comparison, Table, about, published_rows
from .timeloop_rules import distinct, fills_per_unit, instances

Triple: TypeAlias = tuple[int, int, int]
ENUMERATED = 50_000
"""Multiply-accumulates up to which a design is enumerated too."""

_SHAPE = "problem: {{shape: {{dimensions: [{0}], data_spaces: [{1}]}}, instance: {{{2}}}}}"
_SPACE = "{{name: {0}, projection: {1}, read_write: {2}}}"


def _problem(sizes: str, weights: str, inputs: str, outputs: str) -> str:
    spaces = [("Weights", weights, "false"), ("Inputs", inputs, "false"), ("Outputs", outputs, "true")]
    names = ", ".join(size.split(":")[0] for size in sizes.split(", "))
    return _SHAPE.format(names, ", ".join(_SPACE.format(*space) for space in spaces), sizes)


_TWO = ", coefficients: [{name: two, default: 2}]"
PROBLEMS = {
    "conv1d": _problem("R: 3, P: 16", "[[[R]]]", "[[[R], [P]]]", "[[[P]]]"),
    "filters": _problem("K: 32, R: 3, P: 16", "[[[K]], [[R]]]", "[[[R], [P]]]", "[[[K]], [[P]]]"),
    "channels": _problem("C: 32, K: 32, R: 3, P: 16", "[[[C]], [[K]], [[R]]]", "[[[C]], [[R], [P]]]", "[[[K]], [[P]]]"),
    "conv2d": _problem(
        "C: 3, M: 32, R: 3, S: 3, N: 1, P: 112, Q: 112",
        "[[[C]], [[M]], [[R]], [[S]]]",
        "[[[N]], [[C]], [[R], [P, two]], [[S], [Q, two]]]",
        "[[[N]], [[M]], [[Q]], [[P]]]",
    ).replace("], data_spaces", f"]{_TWO}, data_spaces", 1),
}
"""The problems of the published cases by name, in Timeloop's words."""

ENERGY_PJ = {"Buffer": (0.4256, 0.4256), "RegisterFile": (0.4256, 0.4256), "DRAM": (2048.0, 2048.0)}
"""Picojoules of one access (of a whole block) for reading and writing: register files; DRAM at 8 pJ/bit × 256 bit."""
_SRAM_PJ = (43.352, 30.878)


@dataclass(frozen=True, slots=True)
class Figures:
    """What Timeloop publishes for a tensor at a level: scalars per instance."""

    level: str
    tensor: str
    block_size: int
    instances: int
    reads: int
    fills: int
    updates: int
    energy_pj: float | None


@dataclass(frozen=True, slots=True)
class Case:
    """A published design: its map, its figures, Weft's cost, and whether the map's chunk sizes are Weft's."""

    name: str
    cycles: int
    blocks: tuple[Block, ...]
    figures: tuple[Figures, ...]
    cost: Cost
    sizes_agree: bool

    @property
    def is_unit(self) -> bool:
        """Whether it is one of the hand-mapped cases without spatial loops."""
        return self.name[:2] in ("00", "01", "02", "03")


@cache
def cases() -> tuple[Case, ...]:
    """All published cases, imported from their printed maps on the machines that these show."""
    counts: dict[str, list[Figures]] = {}
    for row in published_rows("timeloop_counts"):
        counts.setdefault(row["design"], []).append(_figures(row))
    return tuple(_case(row, tuple(counts[row["design"]])) for row in published_rows("timeloop_maps"))


def _figures(row: Mapping[str, str]) -> Figures:
    return Figures(
        row["level"],
        row["tensor"],
        int(row["block_size"]),
        int(row["instances"]),
        int(row["reads"]),
        int(row["fills"]),
        int(row["updates"]),
        float(row["energy_pj"]) if row["energy_pj"] else None,
    )


def _case(row: Mapping[str, str], figures: tuple[Figures, ...]) -> Case:
    mapping, notes = parse_timeloop([("problem.yaml", PROBLEMS[row["problem"]]), (f"{row['design']}.txt", row["map"])])
    blocks = read_map_text(row["map"], Lines(row["map"]), Notes())
    return Case(row["design"], int(row["cycles"]), tuple(blocks), figures, api.evaluate(mapping), not notes)


def weft_counts(cost: Cost, level: str, tensor: str) -> Triple:
    """Reads, fills and updates of a memory in Timeloop's sense, summed over its instances.

    Reads serve the child, updates come from it. A fill of the output is a partial sum that comes back: an entry of the
    child less the first one of each element, which is what the memory's own updates and reads differ by.
    """
    own = [(item, dict(item.tensors)[tensor]) for item in cost.counts.interfaces if tensor in dict(item.tensors)]
    below = next(traffic for item, traffic in own if item.parent == level)
    above = next((traffic for item, traffic in own if item.child == level), None)
    if isinstance(below, InputTraffic):
        return below.reads, above.fills if above else 0, 0
    first = below.updates - below.readbacks
    return below.readbacks, above.fills - first if isinstance(above, OutputTraffic) else 0, below.updates


def timeloop_counts(blocks: Sequence[Block], workload: Workload, level: str, tensor: str) -> Triple:
    """The same by Timeloop's rules for an input, summed over the instances; see `timeloop_rules`."""
    item = workload.tensor(tensor)
    holders = [number for number, block in enumerate(blocks) if tensor in block.sizes]
    place = next(number for number in holders if blocks[number].name == level)
    inner = [number for number in holders if number > place]
    fills = fills_per_unit(blocks, place, item, workload) * instances(blocks, place) if place else 0
    if place == holders[0]:
        fills = 0
    if inner:
        each = fills_per_unit(blocks, inner[0], item, workload)
        reads = each * distinct(blocks, place, inner[0], item, workload) * instances(blocks, place)
    else:
        # Every multiply-accumulate reads its operand; units that share it share the read.
        used = instances(blocks, len(blocks)) // instances(blocks, place)
        shared = used // distinct(blocks, place, len(blocks), item, workload)
        reads = workload.points // shared
    return reads, fills, 0


def _ruled(case: Case, item: Figures) -> Triple:
    return timeloop_counts(case.blocks, case.cost.schedule.mapping.workload, item.level, item.tensor)


@dataclass(frozen=True, slots=True)
class _Row:
    """A published row, with Timeloop's reads, fills and updates of all instances and Weft's."""

    case: Case
    item: Figures
    theirs: Triple
    ours: Triple

    @property
    def equal(self) -> bool:
        return self.theirs == self.ours


def _rows(unit: bool) -> Iterator[_Row]:
    for case in cases():
        if case.is_unit == unit:
            for item in case.figures:
                n = item.instances
                theirs = (n * item.reads, n * item.fills, n * item.updates)
                yield _Row(case, item, theirs, weft_counts(case.cost, item.level, item.tensor))


def vector_energy_pj(case: Case, item: Figures) -> float:
    """Timeloop's energy of a row from Weft's counts: whole blocks are accessed."""
    reads, *writes = weft_counts(case.cost, item.level, item.tensor)
    kind = "DRAM" if item.block_size == 32 else item.level
    read_pj, write_pj = ENERGY_PJ.get(kind, _SRAM_PJ)
    return -(-reads // item.block_size) * read_pj + sum(-(-n // item.block_size) for n in writes) * write_pj


def comparison() -> Comparison:
    """The published cases beside Weft, and Timeloop's rules where the two differ."""
    unit, others = tuple(_rows(True)), tuple(_rows(False))
    checks = (
        _same_cycles(),
        _same_sizes(),
        _same_counts(unit),
        _differing(others),
        _by_rules((*unit, *others)),
        _energies(unit),
    )
    tables = (_designs((*unit, *others)), _differences(others))
    return Comparison("timeloop", "Timeloop", about("timeloop"), tables, (*checks, _enumerated()))


def _same_cycles() -> Check:
    same = [case.cycles == case.cost.cycles_stepwise for case in cases()]
    return Check(f"cycles are equal in {sum(same)} of {len(same)} designs", all(same))


def _same_sizes() -> Check:
    same = [case.sizes_agree for case in cases()]
    return Check(f"the chunk sizes that the maps print are Weft's in {sum(same)} of {len(same)} designs", all(same))


def _same_counts(unit: Sequence[_Row]) -> Check:
    equal = sum(row.equal for row in unit)
    text = f"reads, fills and updates are equal in {equal} of {len(unit)} rows of the unit cases without spatial loops"
    return Check(text, equal == len(unit))


def _differing(others: Sequence[_Row]) -> Check:
    differ = [row for row in others if not row.equal]
    text = f"in the larger designs {len(differ)} of {len(others)} rows differ, all of them inputs with sliding windows"
    return Check(text, all(row.item.tensor == "Inputs" for row in differ))


def _by_rules(rows: Sequence[_Row]) -> Check:
    inputs = [row for row in rows if row.item.tensor != "Outputs"]
    ruled = [_ruled(row.case, row.item) == row.theirs for row in inputs]
    text = f"walking through the maps by Timeloop's two rules gives its figures in {sum(ruled)} of {len(ruled)} rows"
    return Check(f"{text} of weights and inputs", all(ruled))


def _energies(unit: Sequence[_Row]) -> Check:
    pairs = [(row.item.energy_pj, vector_energy_pj(row.case, row.item)) for row in unit if row.item.energy_pj]
    near = [theirs is not None and abs(ours - theirs) <= 0.002 * theirs for theirs, ours in pairs]
    text = f"{sum(near)} of {len(near)} energies follow from Weft's counts in whole blocks, within 0.2 %"
    return Check(text, all(near))


def _enumerated() -> Check:
    """The exact counts are those of Weft's oracles, where these can enumerate the design."""
    small = [case for case in cases() if case.cost.counts.points <= ENUMERATED]
    same = [not api.verify(case.cost, limit=ENUMERATED) for case in small]
    text = f"Weft's counts are those of its two oracles, by enumeration, in {sum(same)} of {len(same)} small designs"
    return Check(text, all(same))


def _designs(rows: Sequence[_Row]) -> Table:
    found = []
    for case in cases():
        own = [row.equal for row in rows if row.case is case]
        cycles = (case.cycles, case.cost.cycles_stepwise)
        found.append((case.name, case.cost.counts.points, *cycles, len(own), sum(own)))
    columns = ("design", "MACs", "cycles, Timeloop", "cycles, Weft", "rows", "equal rows")
    return Table("Designs", columns, tuple(found))


def _differences(others: Sequence[_Row]) -> Table:
    found = []
    for row in others:
        ruled = _ruled(row.case, row.item) if not row.equal else row.theirs
        names = (row.case.name, row.item.level, row.item.tensor)
        for what, a, b, c in zip(("reads", "fills", "updates"), row.theirs, ruled, row.ours, strict=True):
            if a != c:
                found.append((*names, what, a, b, c))
    columns = ("design", "level", "tensor", "count", "Timeloop", "by its rules", "Weft (exact)")
    return Table("Where the two count differently, summed over instances", columns, tuple(found))
