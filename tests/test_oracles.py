"""The oracles by themselves: hand-made numbers, legality against enumeration, and each oracle against the other."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from nest_semantics import spacetime
from strategies import loose_programs, mappings

from weft.analysis.spacetime import legality, partitions
from weft.backends.exact.counts import exact_counts
from weft.backends.simulate import simulate
from weft.backends.simulate.data import random_data, scatter
from weft.backends.simulate.elements import Elements
from weft.ir import (
    Accelerator,
    Cluster,
    Dataflow,
    Index,
    InputTraffic,
    Interconnect,
    Mapping,
    Memory,
    OutputTraffic,
    SpatialMap,
    Subscript,
    TemporalMap,
    Tensor,
    Term,
    Workload,
    operator_workload,
)
from weft.passes import schedule

generated = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

INDEX = Index("Y", "Y'", "R")
CONVOLUTION = Workload(
    "AFFINE",
    (("Y'", 4), ("R", 3)),
    (Tensor("in", (INDEX.subscript,)), Tensor("w", (Subscript((Term("R"),)),))),
    Tensor("out", (Subscript((Term("Y'"),)),)),
    (INDEX,),
)
GEMM = operator_workload("GEMM", {"M": 2, "N": 2, "K": 2})


def machine(pes, *, local=True, lanes=1, **network):
    """DRAM above the PEs, with a memory at each if `local`."""
    memories = [Memory("DRAM", networks=(Interconnect(**network),)), *([Memory("L1", None)] if local else [])]
    return Accelerator("hand", pes, tuple(memories), lanes=lanes)


def scheduled(workload, accelerator, *levels, clusters=()):
    return schedule(Mapping(workload, Dataflow(levels, tuple(Cluster(size) for size in clusters)), accelerator))


def both(plan):
    """The counts, on which both oracles must agree, and the stepwise cycles."""
    simulation = simulate(plan)
    assert simulation.matches_numpy
    assert simulation.counts == exact_counts(plan)
    return simulation.counts, simulation.cycles_stepwise


# --- by hand -------------------------------------------------------------------------------------------------------

OUTPUTS_IN_SPACE = (SpatialMap(1, 1, "Y'"), TemporalMap(1, 1, "R"))


def test_convolution_with_an_output_per_unit():
    # In step r unit y uses in[y + r] and w[r], and keeps out[y] to the end.
    counts, cycles = both(scheduled(CONVOLUTION, machine(4, bandwidth=2, latency=1), OUTPUTS_IN_SPACE))
    assert (counts.points, counts.steps, counts.active_peak, counts.active_total) == (12, 3, 4, 12)
    assert counts.traffic("DRAM", "L1", "in") == InputTraffic(fills=12, reads=12, forwards=0)
    assert counts.traffic("DRAM", "L1", "w") == InputTraffic(fills=12, reads=3, forwards=0)
    assert counts.traffic("DRAM", "L1", "out") == OutputTraffic(fills=4, updates=4, readbacks=0)
    assert counts.traffic("L1", "MAC", "in") == InputTraffic(fills=12, reads=12, forwards=0)
    assert counts.traffic("L1", "MAC", "out") == OutputTraffic(fills=12, updates=12, readbacks=8)
    # Each step brings 4 + 1 elements in 1 + 3 cycles; the first also works for 1; the drain of 4 takes 1 + 2.
    assert cycles == (4 + 1) + 4 + 4 + 3


def test_neighbours_forward_what_slides():
    # Unit y takes in[y + r] from unit y + 1; only the last unit needs a new element from DRAM: 4 + 1 + 1 reads.
    counts, _ = both(scheduled(CONVOLUTION, machine(4, forwarding=True), OUTPUTS_IN_SPACE))
    assert counts.traffic("DRAM", "L1", "in") == InputTraffic(fills=12, reads=6, forwards=6)
    assert counts.traffic("DRAM", "L1", "w") == InputTraffic(fills=12, reads=3, forwards=0)


def test_without_multicast_every_unit_reads_by_itself():
    counts, _ = both(scheduled(CONVOLUTION, machine(4, multicast=False), OUTPUTS_IN_SPACE))
    assert counts.traffic("DRAM", "L1", "w") == InputTraffic(fills=12, reads=12, forwards=0)


def test_the_input_is_kept_where_windows_overlap():
    # TemporalMap(3,1) Y holds one whole window: 3 elements first, then one more for each of 3 outputs.
    counts, _ = both(scheduled(CONVOLUTION, machine(1), (TemporalMap(3, 1, "Y"),)))
    assert counts.steps == 4
    assert counts.traffic("DRAM", "L1", "in") == InputTraffic(fills=6, reads=6, forwards=0)
    assert counts.traffic("DRAM", "L1", "w") == InputTraffic(fills=3, reads=3, forwards=0)


def test_diagonal_holds_all_outputs_and_spreads_taps():
    # Unit r works on w[r] and in[r .. r + 3]; all three add into the same four outputs, in one step.
    plan = scheduled(CONVOLUTION, machine(3), (SpatialMap(4, 1, "Y"), SpatialMap(1, 1, "R")))
    counts, _ = both(plan)
    assert (counts.steps, counts.active_peak) == (1, 3)
    assert counts.traffic("DRAM", "L1", "in") == InputTraffic(fills=12, reads=6, forwards=0)
    assert counts.traffic("DRAM", "L1", "out") == OutputTraffic(fills=12, updates=4, readbacks=0)


@pytest.mark.parametrize(
    ("reduction", "output", "cycles"),
    [
        # A step fetches 2 + 2 operands in 2 cycles, first 2 + max(1, 1).
        (True, OutputTraffic(fills=8, updates=4, readbacks=0), 3 + 3 * 2),
        # The second unit reads the first one's sum back: 5 elements in 3 cycles.
        (False, OutputTraffic(fills=8, updates=8, readbacks=4), 4 + 3 * 3),
    ],
)
def test_gemm_reduced_in_space_without_memory_at_the_pe(reduction, output, cycles):
    program = (SpatialMap(1, 1, "K"), TemporalMap(1, 1, "M"), TemporalMap(1, 1, "N"))
    accelerator = machine(2, local=False, bandwidth=2, reduction=reduction)
    counts, stepwise = both(scheduled(GEMM, accelerator, program))
    assert counts.steps == 4
    assert counts.traffic("DRAM", "MAC", "input") == InputTraffic(fills=8, reads=8, forwards=0)
    assert counts.traffic("DRAM", "MAC", "filter") == InputTraffic(fills=8, reads=8, forwards=0)
    assert counts.traffic("DRAM", "MAC", "output") == output
    assert stepwise == cycles


@pytest.mark.parametrize(("lanes", "reads"), [(1, 8), (2, 4)])
def test_gemm_with_the_reduction_outside_reads_sums_back(lanes, reads):
    # Every step (k, m) holds output[m, 0..1]; all leave and, for k = 1, come back.
    program = (TemporalMap(1, 1, "K"), TemporalMap(1, 1, "M"))
    counts, _ = both(scheduled(GEMM, machine(1, lanes=lanes), program))
    assert counts.traffic("DRAM", "L1", "input") == InputTraffic(fills=4, reads=4, forwards=0)
    assert counts.traffic("DRAM", "L1", "filter") == InputTraffic(fills=4, reads=4, forwards=0)
    assert counts.traffic("DRAM", "L1", "output") == OutputTraffic(fills=8, updates=8, readbacks=4)
    # The two lanes work on n = 0 and 1 and so share the input.
    assert counts.traffic("L1", "MAC", "input") == InputTraffic(fills=8, reads=reads, forwards=0)
    assert counts.traffic("L1", "MAC", "filter") == InputTraffic(fills=8, reads=8, forwards=0)
    assert counts.traffic("L1", "MAC", "output") == OutputTraffic(fills=8, updates=8, readbacks=4)


# --- the simulator notices -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("directive", [TemporalMap(1, 2, "K"), TemporalMap(2, 1, "M"), SpatialMap(1, 2, "N")])
def test_a_wrong_program_computes_something_else(directive):
    extents = {"M": 4, "N": 4, "K": 4}
    legal = scheduled(operator_workload("GEMM", extents), machine(2), ())
    wrong = replace(legal, mapping=replace(legal.mapping, dataflow=Dataflow(((directive,),))))
    assert simulate(legal).matches_numpy
    assert not simulate(wrong).matches_numpy


@pytest.mark.parametrize("factor", [1, 2, 3])
def test_transposed_convolution_multiplies_its_input(factor):
    # Three stored rows scattered over (3 - 1) · factor + R outputs: every output row gets something or nothing.
    extents = {"N": 1, "K": 2, "C": 2, "Y'": 2 * factor + 2, "X'": 3, "R": 2, "S": 3}
    workload = operator_workload("TRCONV", extents, stride={"Y": factor, "X": 1})
    elements = {tensor.name: Elements(workload, tensor) for tensor in workload.tensors}
    rows = scatter(workload, random_data(workload, elements, 0)).any(axis=(0, 1, 3))
    assert rows.tolist() == [row % factor < 2 for row in range(2 * factor + 2)]
    assert simulate(scheduled(workload, machine(4), (SpatialMap(1, 1, "K"), TemporalMap(2, 2, "Y'")))).matches_numpy


# --- legality ------------------------------------------------------------------------------------------------------


def executions(workload, program, units):
    """Every execution of every point, as readable coordinates, by enumeration of the definitions."""
    found = {}

    def positions(directive, length):
        if directive.size >= length:
            return 1
        return -(-(length - directive.size) // directive.offset) + 1 if directive.offset else None

    def distribute(level, chunk, place):
        if level == len(program.levels):
            for point in product(*(range(*interval) for interval in chunk.values())):
                found.setdefault(point, []).append(place)
            return
        spatial = [d for d in program.levels[level] if isinstance(d, SpatialMap)]
        counts = {d: positions(d, chunk[d.dimension][1] - chunk[d.dimension][0]) for d in program.levels[level]}
        longest = max((counts[d] for d in spatial if counts[d]), default=1)
        trips = {f"L{level}.{d.dimension}": counts[d] or 1 for d in program.levels[level] if d not in spatial}
        if spatial:
            trips |= {f"L{level}.fold": -(-longest // units[level]), f"L{level}.unit": units[level]}
        for values in product(*map(range, trips.values())):
            here = dict(zip(trips, values, strict=True))
            piece = dict(chunk)
            for d in program.levels[level]:
                shared = here.get(f"L{level}.fold", 0) * units[level] + here.get(f"L{level}.unit", 0)
                number = shared if d in spatial else here[f"L{level}.{d.dimension}"]
                low, high = chunk[d.dimension]
                start = low + d.offset * number if counts[d] is None or number < counts[d] else high
                piece[d.dimension] = (start, min(start + d.size, high))
            if all(low < high for low, high in piece.values()):
                distribute(level + 1, piece, place | here)

    distribute(0, {name: (0, extent) for name, extent in workload.dimensions}, {})
    return found


@generated
@given(loose_programs())
def test_legality_equals_enumeration(program):
    workload = program[0]
    found, visits = legality(*program), executions(*program)
    box = list(product(*(range(extent) for extent in workload.extents.values())))
    kinds = {violation.kind for violation in found}
    assert ("gap" in kinds) == any(point not in visits for point in box)
    assert ("overlap" in kinds) == any(len(places) > 1 for places in visits.values())
    for violation in found:
        places = visits.get(tuple(violation.point.values()), [])
        if violation.kind == "gap":
            assert places == []
        else:
            first, second = violation.visits
            assert first in places
            assert second in places
            assert first != second


def executes_once(program):
    """Whether isl finds every point executed exactly once."""
    executed = spacetime(*program)
    return executed.is_injective() and executed.range().count_val().to_python() == program[0].points


@generated
@given(loose_programs().filter(lambda program: partitions(program[1])))
def test_isl_agrees_that_loose_programs_partition_by_construction(program):
    assert executes_once(program)


@generated
@given(mappings())
def test_isl_agrees_that_mappings_partition_by_construction(mapping):
    plan = schedule(mapping)
    assert partitions(plan.canonical)
    assert executes_once((mapping.workload, plan.canonical, tuple(level.units for level in plan.levels)))


@generated
@given(loose_programs())
def test_spacetime_holds_every_execution(program):
    executed = spacetime(*program).wrap()
    assert executed.count_val().to_python() == sum(map(len, executions(*program).values()))


def test_a_violation_names_point_step_and_unit():
    workload = operator_workload("GEMM", {"M": 4, "N": 2, "K": 6})
    program = Dataflow(((TemporalMap(1, 1, "N"), SpatialMap(3, 2, "M")), (TemporalMap(2, 3, "K"),)), (Cluster(1),))
    overlap, gap = legality(workload, program, (2, 1))
    assert (overlap.kind, overlap.dimensions, overlap.point) == ("overlap", ("M",), {"M": 2, "N": 0, "K": 0})
    assert overlap.visits == (
        {"L0.N": 0, "L0.fold": 0, "L1.K": 0, "L0.unit": 0},
        {"L0.N": 0, "L0.fold": 0, "L1.K": 0, "L0.unit": 1},
    )
    assert (gap.kind, gap.dimensions, gap.point) == ("gap", ("K",), {"M": 0, "N": 0, "K": 2})


# --- one oracle against the other ----------------------------------------------------------------------------------


@settings(generated, max_examples=60)  # test_cost_against_oracles.py compares both of 400
@given(mappings())
def test_simulate_equals_exact_on_generated_programs(mapping):
    plan = schedule(mapping)
    simulation = simulate(plan)
    assert simulation.matches_numpy
    assert simulation.counts == exact_counts(plan)
    assert simulation.counts.points == mapping.workload.points
