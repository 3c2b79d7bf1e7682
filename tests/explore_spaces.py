"""Small spaces of machines and programs by chance, and what evaluating every design of them says."""

from dataclasses import dataclass, replace
from itertools import product
from math import inf, isnan, nan, prod
from random import Random

from weft.analysis.occupancy import occupancy
from weft.backends.cost import Cost
from weft.exploration.open_programs import open_program
from weft.exploration.questions import Question
from weft.frontends.accelerator import machine_space
from weft.frontends.maestro import parse_dataflow
from weft.ir import Accelerator, Interconnect, Mapping, Memory, WeftError, is_machine, operator_workload, with_values
from weft.passes.pipeline import schedule

OBJECTIVES = ("cycles", "energy", "edp", "ed2p", "area", "power")
CONV = [
    "SpatialMap(k,k) K; TemporalMap(c,c) C; TemporalMap(Sz(R),1) Y; TemporalMap(Sz(R),Sz(R)) R;",
    "TemporalMap(c,c) C; TemporalMap(k,k) K; SpatialMap(Sz(R),1) Y; TemporalMap(Sz(R),Sz(R)) R;"
    " Cluster(Sz(R)); SpatialMap(1,1) Y; SpatialMap(1,1) R;",
    "TemporalMap(y,y) Y'; SpatialMap(c,c) C; Cluster(g); TemporalMap(1,1) C; SpatialMap(k,k) K; TemporalMap(1,1) Y';",
    "TemporalMap(2*k,2*k) K; SpatialMap(y,y) Y'; TemporalMap(5-c,5-c) C; TemporalMap(1,1) R;",
    "SpatialMap(y+Sz(R)-1,y) Y; TemporalMap(Sz(R),Sz(R)) R; TemporalMap(k,k) K;",
    "TemporalMap(k,k) K; TemporalMap(c,c) C; Cluster(2); SpatialMap(Sz(R),Sz(R)) R; SpatialMap(1,1) C;",
]
GEMM = [
    "SpatialMap(m,m) M; TemporalMap(n,n) N; TemporalMap(?,?) K;",
    "TemporalMap(m,m) M; SpatialMap(n,n) N; Cluster(2); SpatialMap(k,k) K; TemporalMap(1,1) M;",
]


@dataclass(frozen=True)
class Case:
    space: object
    programs: tuple
    question: Question
    found: tuple
    """Its designs, evaluated one by one."""


def case_by_chance(seed, time="stepwise"):
    """A space of a few hundred designs with limits of which some bind, and a question about it."""
    random = Random(seed)
    conv = random.random() < 0.6
    workload = _conv(random) if conv else operator_workload("GEMM", {name: random.randint(1, 4) for name in "MNK"})
    space = machine_space(_machine(random), _vary(random))
    texts = random.sample(CONV if conv else GEMM, random.choice([1, 1, 2]))
    machines = [machine for _, machine in space.machines()]
    tiles = {"g": [1, 2]} if random.random() < 0.5 else {}
    programs = tuple(
        open_program(f"program {number}", workload, parse_dataflow(text), machines, tiles)
        for number, text in enumerate(texts)
    )
    # Where no front is asked, bounds on time leave designs out.
    front = tuple(random.sample(OBJECTIVES, random.choice([0, 0, 1, 2, 3, 4])))
    found = tuple(_designs(space, programs))
    return Case(space, programs, Question(OBJECTIVES, front, _limits(random, found), time), found)


def _conv(random):
    extents = dict.fromkeys(("N", "S", "X'"), 1) | {"R": random.randint(1, 3)}
    extents |= {name: random.randint(1, 4) for name in ("K", "C", "Y'")}
    return operator_workload("CONV", extents, stride={"Y": random.choice([1, 1, 2])})


def _machine(random):
    networks = (Interconnect(random.choice([None, 2, 4]), latency=random.choice([0, 1])),)
    room = (("output", 8),) if random.random() < 0.2 else ()
    buffer = Memory("L2", capacity_bytes=random.choice([None, 40, 100]), networks=networks, capacities=room)
    buffer = replace(buffer, shared_bandwidth=random.choice([None, 3]), banks=random.choice([1, 2]))
    inner = Memory("L1", None, random.choice([None, 6, 16]), random.choice(["double", "rolling"]))
    inner = replace(inner, leakage_mw=random.choice([0.0, 0.0, 0.5]), block_size=random.choice([1, 1, 2]))
    outer = Memory("DRAM", networks=(Interconnect(random.choice([None, 3])),))
    memories = random.choice([(buffer, inner), (outer, buffer, inner), (replace(buffer, refilled=True), inner)])
    return Accelerator(
        "machine", random.choice([3, 4]), memories, lanes=random.choice([1, 1, 1, 2]),
        word_bits=random.choice([(), (("output", 16),)]), energy_table=random.choice(["maestro_28nm", "horowitz_45nm"]),
        area_table=random.choice(["maestro_2019", "maestro_2021", "blocks"]), technology_nm=random.choice([28.0, 45.0]),
        pe_idle_pj=random.choice([0.0, 0.0, 0.25]),
    )  # fmt: skip


def _vary(random):
    choices = {
        "pes": [2, 3, 8],
        "L2.bandwidth": [1, 5],
        "L1.capacity_bytes": random.choice(["needed", [4, 9, 30]]),
        "L2.capacity_bytes": random.choice(["needed", [1, 30, 90, 4000]]),
        "clock_mhz": [500, 1000],
        "L2.multicast": [True, False],
        "L1.buffering": ["double", "single"],
        "L2.forwarding": [False, True],
        "energy_table": ["maestro_28nm", "bench_256"],
    }
    names = random.sample(list(choices), random.randint(1, 3))
    return {name: choices[name] for name in names}


def _limits(random, found):
    """Limits among the values that there are, so that each may bind, or be met exactly."""
    legal = [metrics for _, metrics, _ in found if metrics and not isnan(metrics["energy_pj"])]
    metrics = ["area_mm2", "power_mw", "cycles", "energy_pj", "edp", "seconds"]
    names = random.sample(metrics, random.choice([0, 1, 2, 2]))
    return tuple((name, sorted(metrics[name] for metrics in legal)[len(legal) * 2 // 3]) for name in names if legal)


def _designs(space, programs):
    """Every design in the order of the space: its place, its metrics (None: illegal), whether power is the table's."""
    place = 0
    for program in programs:
        for values, _ in space.machines():
            machine = with_values(space.base, zip(space.variables, values, strict=True))
            for tile in product(*(numbers for _, numbers in program.symbols)):
                chosen = dict(zip((name for name, _ in program.symbols), tile, strict=True))
                yield (place, *_evaluated(program, chosen, machine, space))
                place += 1
    assert place == sum(program.tiles for program in programs) * space.size
    assert prod(len(variable.values) for variable in space.variables) == space.size


def _evaluated(program, tile, machine, space):
    machine = _unlimited(machine, space.needed)
    if not is_machine(machine):
        return None, False
    try:
        dataflow = program.dataflow.bind(program.workload.extents, tile)
        found = schedule(Mapping(program.workload, dataflow, machine), "warning")
        machine = _sized(machine, found, space.needed)
        cost = Cost(schedule(Mapping(program.workload, dataflow, machine)))
    except WeftError:
        return None, False
    metrics = {"area_mm2": cost.area.area_um2 / 1e6, "energy_pj": nan}
    if cost.area.own_power:
        metrics["power_mw"] = cost.area.power_mw
    try:
        _ = cost.energy_pj
    except WeftError:  # the energy table does not reach a memory
        return metrics, cost.area.own_power
    metrics |= {
        "cycles": cost.cycles_stepwise,
        "energy_pj": cost.energy_pj,
        "power_mw": cost.power.power_mw,
        "seconds": cost.seconds(),
        "edp": cost.energy_pj * cost.cycles_stepwise,
    }
    return metrics, cost.area.own_power


def _unlimited(machine, names):
    memories = [
        replace(item, capacity_bytes=None, refilled=item is machine.memories[0]) if item.name in names else item
        for item in machine.memories
    ]
    return replace(machine, memories=tuple(memories))


def _sized(machine, found, names):
    """The machine with memories of the bytes that the program needs, a byte a bank at least."""
    sizes = {}
    for need in occupancy(found):
        own = dict(need.site.memory.capacities)
        shared = sum(size for tensors, size in need.needs if tensors[0] not in own)
        sizes[need.site.memory.name] = max(sum(own.values()) + shared, need.site.memory.banks, 1)
    memories = [
        replace(item, capacity_bytes=sizes.get(item.name, max(1, item.banks))) if item.name in names else item
        for item in machine.memories
    ]
    return replace(machine, memories=tuple(memories))


def objective(metrics, name):
    """What an objective minimises."""
    if name == "ed2p":
        return metrics["edp"] * metrics["cycles"]
    return metrics[{"energy": "energy_pj", "area": "area_mm2", "power": "power_mw"}.get(name, name)]


def exhaustive(case):
    """The tally, the best place by every objective, and the places of the front, from all designs one by one."""
    found = case.found
    legal = [(place, metrics, own) for place, metrics, own in found if metrics]
    limits = dict(case.question.limits)
    over = {}

    def exceeds(item, name):
        return item[1][name] > limits.get(name, inf)

    def static(item):
        return exceeds(item, "area_mm2") or (item[2] and exceeds(item, "power_mw"))

    if "area_mm2" in limits:
        over["area"] = sum(exceeds(item, "area_mm2") for item in legal)
    if "power_mw" in limits and any(own for _, _, own in legal):
        over["power"] = sum(exceeds(item, "power_mw") for item in legal)
        if "area_mm2" in limits:
            over["both"] = sum(exceeds(item, "area_mm2") and exceeds(item, "power_mw") for item in legal)
    within = [item for item in legal if not static(item)]
    kept = [item for item in within if not isnan(item[1]["energy_pj"])]
    for name in limits:
        if name == "area_mm2" or (name == "power_mw" and any(own for _, _, own in legal)):
            continue
        over["power" if name == "power_mw" else name] = sum(exceeds(item, name) for item in kept)
    valid = [item for item in kept if not any(exceeds(item, name) for name in limits)]
    best = {
        name: min(valid, key=lambda item: (objective(item[1], name), item[1]["area_mm2"], item[0]), default=(-1,))[0]
        for name in case.question.objectives
    }
    illegal = len(found) - len(legal) + len(within) - len(kept)
    return len(found), illegal, len(valid), over, best, _front(valid, case.question.front)


def _front(valid, names):
    if not names:
        return []
    points = [(place, [objective(metrics, name) for name in names]) for place, metrics, _ in valid]
    return [
        place
        for place, point in points
        if not any(
            all(a <= b for a, b in zip(other, point, strict=True)) and (other != point or earlier < place)
            for earlier, other in points
        )
    ]
