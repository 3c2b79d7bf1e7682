"""Small layers, one a quirk, whose figures the oracles enumerate."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_

from ...api import verify
from ...backends.simulate import simulate
from ...backends.simulate.elements import Elements
from ...backends.simulate.program import RunProgram
from ...frontends.maestro import read_maestro
from ...ir import InputTraffic, OutputTraffic, Schedule
from ..comparison import DATA
from .attribution import FIGURES, Attribution, Row, attribute
from .restated import Machine
from .source import read_layers
from .weft_side import weft_figures, weft_schedule

LAYERS = DATA / "maestro_quirks.m"
_FIGURES = {
    "Q2": ("MACs", Machine(4, 4)),
    "Q5": ("MACs", Machine(2, 4)),
    "Q6": ("output writes", Machine(4, 4)),
    "Q7": ("output writes", Machine(2, 4)),
    "Q10": ("MACs", Machine(4, 4)),
    "Q13": ("MACs", Machine(8, 4)),
    "Q14": ("input reads", Machine(4, 4)),
    "Q15": ("input reads", Machine(2, 4)),
    "Q16": ("filter reads", Machine(4, 4)),
    "Q17": ("input reads", Machine(3, 4)),
    "Q18": ("output writes", Machine(2, 4)),
    "Q21": ("L1", Machine(4, 4)),
    "Q22": ("cycles", Machine(4, 4)),
    "Q23": ("cycles", Machine(4, 4, off_chip=1)),
    "Q26": ("cycles", Machine(8, 1)),
    "Q31": ("MACs", Machine(4, 4)),
    "Q35": ("MACs", Machine(4, 4)),
    "Q36": ("filter reads", Machine(4, 4)),
    "keep": ("input reads", Machine(2, 4)),
    "double": ("L1", Machine(4, 4)),
    "restart": ("cycles", Machine(4, 1)),
    "overlap": ("cycles", Machine(4, 1)),
    "drain": ("cycles", Machine(4, 4)),
}


@dataclass(frozen=True, slots=True)
class Small:
    """A quirk on its small layer: the figure that it changes, the way from MAESTRO's to Weft's, and the oracle's."""

    quirk: str
    figure: int
    attribution: Attribution
    oracle: Row
    agrees: bool


def small_layers() -> tuple[Small, ...]:
    """All quirks on their small layers. `agrees`: both oracles have all of Weft's counts and cycles."""
    [network] = read_maestro(LAYERS)
    found = []
    for read, layer in zip(read_layers(LAYERS), network.layers, strict=True):
        name, machine = _FIGURES[read.name]
        schedule = weft_schedule(layer, machine)
        assert isinstance(schedule, Schedule), schedule
        weft = weft_figures(schedule)
        attribution = attribute(read, machine, weft)
        oracle = enumerate_figures(schedule)
        agrees = not verify(weft.cost) and oracle == attribution.weft
        found.append(Small(read.name, FIGURES.index(name), attribution, oracle, agrees))
    return tuple(found)


def enumerate_figures(schedule: Schedule) -> Row:
    """The figures of a small program, by running it step by step."""
    run = simulate(schedule)
    traffic = dict(run.counts.interfaces[0].tensors).values()
    inputs = [item.reads for item in traffic if isinstance(item, InputTraffic)]
    outputs = [item for item in traffic if isinstance(item, OutputTraffic)]
    held = (outputs[0].readbacks, outputs[0].updates, _largest(schedule), _first(schedule))
    return (run.counts.points, run.cycles_stepwise, *inputs, *held)


def _largest(schedule: Schedule) -> int:
    """The largest tiles of one PE, twice if they ever change."""
    program = RunProgram.of(schedule)
    steps = program.steps(len(program.levels))
    total = 0
    for tensor in program.workload.tensors:
        elements = Elements(program.workload, tensor)
        total += max(elements.touched(chunk).bit_count() for _, busy in steps for chunk in busy.values())
    return total * (2 if len(steps) > 1 else 1)


def _first(schedule: Schedule) -> int:
    """What all units of the outermost level hold in their first step, twice if there are more steps."""
    program = RunProgram.of(schedule)
    steps = program.steps(1)
    total = 0
    for tensor in program.workload.tensors:
        elements = Elements(program.workload, tensor)
        total += reduce(or_, (elements.touched(chunk) for chunk in steps[0][1].values())).bit_count()
    return total * (2 if len(steps) > 1 else 1)
