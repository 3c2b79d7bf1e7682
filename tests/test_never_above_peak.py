"""No program computes more MACs a cycle than the machine has (maestro-project/maestro#17 reported 522.6 on 256 PEs)."""

import random
from itertools import permutations

import pytest

import weft
from weft.ir import Mapping

SHAPE = weft.parse_workload("Type: GEMM Dimensions { M: 1024, N: 1024, K: 1024 }")
TILES = {"M": 157, "N": 55, "K": 36}


def check(program, workload, *settings):
    """The cost, after holding both time models to the peak and to the counts' own bounds."""
    machine = weft.load_accelerator("generic_256", settings)
    cost = weft.evaluate(Mapping(workload, weft.parse_dataflow(program).bind(workload.extents), machine))
    peak = machine.pes * machine.lanes
    for time in ("stepwise", "throughput"):
        assert cost.counts.points <= peak * cost.cycles(time)
        assert 0 < cost.utilization(time) <= 1
    assert cost.cycles_throughput <= cost.cycles_stepwise
    assert cost.counts.points == workload.points
    assert cost.counts.active_peak <= machine.pes
    assert cost.active_average <= cost.counts.active_peak
    return cost


@pytest.mark.parametrize("order", list(permutations(TILES)))
@pytest.mark.parametrize("lanes", [1, 4])
def test_gemm_1024_with_ragged_tiles(order, lanes):
    maps = [f"TemporalMap({TILES[name]},{TILES[name]}) {name};" for name in order]
    for inner in TILES:
        program = f"{' '.join(maps)} Cluster(256); SpatialMap(1,1) {inner};"
        check(program, SHAPE, f"lanes={lanes}", "bandwidth=unlimited")
    for spatial in range(3):
        level = [text.replace("Temporal", "Spatial") if i == spatial else text for i, text in enumerate(maps)]
        check(" ".join(level), SHAPE, f"lanes={lanes}")


def test_the_peak_is_reached_by_a_program_that_fills_the_machine():
    cost = check("SpatialMap(1,1) M; TemporalMap(64,64) N;", SHAPE, "bandwidth=unlimited")
    assert cost.utilization("stepwise") == 1
    assert cost.cycles_throughput == 1024**3 // 256


def test_a_narrow_gemm_of_another_tools_thread():
    # KULeuven-MICAS/zigzag#125: -969 cycles for on-loading.
    shape = weft.parse_workload("Type: GEMM Dimensions { M: 12544, N: 27, K: 32 }")
    for settings in ((), ("bandwidth=1",), ("bandwidth=1000", "latency=0"), ("latency=50",)):
        check("SpatialMap(1,1) M; TemporalMap(1,1) N; TemporalMap(8,8) K;", shape, *settings)


@pytest.mark.parametrize("seed", range(40))
def test_random_gemms(seed):
    choose = random.Random(seed)
    extents = {name: choose.randint(1, 60) for name in "MNK"}
    shape = weft.parse_workload(f"Type: GEMM Dimensions {{ {', '.join(f'{n}: {e}' for n, e in extents.items())} }}")
    order = choose.sample("MNK", 3)
    sizes = {name: choose.randint(1, extents[name]) for name in order}
    first, second = choose.sample("MNK", 2)
    outer = [f"{'Spatial' if n == first else 'Temporal'}Map({sizes[n]},{sizes[n]}) {n};" for n in order]
    program = f"{' '.join(outer)} Cluster({choose.randint(1, 8)}); SpatialMap(1,1) {second};"
    pes, lanes = choose.randint(8, 40), choose.randint(1, 4)
    check(program, shape, f"pes={pes}", f"lanes={lanes}", f"bandwidth={choose.randint(1, 64)}")
