"""Counts and cycles of tiny programs, derived by hand from docs/model.md; the derivations stand in the comments.

Inputs are (fills, reads, forwards), outputs (fills, updates, readbacks), at the interface L2 to L1 if none is named.
"""

from dataclasses import astuple
from pathlib import Path

import pytest

import weft
from weft.ir import Accelerator, Interconnect, Mapping, Memory

EXAMPLES = Path(__file__).parents[1] / "examples"
GEMM = "Type: GEMM Dimensions { M: 2, N: 2, K: 2 }"
GEMM_444 = GEMM.replace("2", "4")


def evaluate(program, *settings, layer=GEMM, machine="generic_256"):
    workload = weft.parse_workload(layer)
    accelerator = weft.load_accelerator(machine, settings) if isinstance(machine, str) else machine
    return weft.evaluate(Mapping(workload, weft.parse_dataflow(program).bind(workload.extents), accelerator))


def traffic(cost, parent="L2", child="L1"):
    (found,) = (item for item in cost.counts.interfaces if (item.parent, item.child) == (parent, child))
    return {name: astuple(item) for name, item in found.tensors}


def example(file, layer, pes, *settings):
    (mapping,) = (m for m in weft.load(EXAMPLES / file, overrides=[f"pes={pes}", *settings]) if m.name == layer)
    return weft.evaluate(mapping)


# GEMM 2x2x2 on two PEs


def test_gemm_output_stationary():
    # Unit m computes row m. Steps (n, k) = 00, 01, 10, 11.
    # input[m,k]: k changes in every step, so both units load 1 element in each of 4 steps; no unit shares it.
    # filter[k,n]: new in every step, the same for both units: 8 fills, 4 reads.
    # output[m,n]: two n per unit, each visited once: 4 fills, 4 updates.
    cost = evaluate("SpatialMap(1,1) M; TemporalMap(1,1) N; TemporalMap(1,1) K;", "pes=2")
    assert traffic(cost) == {"input": (8, 8, 0), "filter": (8, 4, 0), "output": (4, 4, 0)}
    # A14: 8 MACs read two operands each and update 8 times, of which the first of 4 outputs start from zero.
    assert traffic(cost, "L1", "MAC") == {"input": (8, 8, 0), "filter": (8, 8, 0), "output": (8, 8, 4)}
    counts = cost.counts
    assert (counts.points, counts.steps, counts.active_peak, counts.active_total) == (8, 4, 2, 8)


def test_gemm_output_revisited():
    # K outermost: steps (k, n) = 00, 01, 10, 11, so that each output is entered twice.
    # input[m,k] stays while n advances: 2 units, 2 k. output: 8 entries, of which 4 begin; the other 4 read back.
    cost = evaluate("TemporalMap(1,1) K; SpatialMap(1,1) M; TemporalMap(1,1) N;", "pes=2")
    assert traffic(cost) == {"input": (4, 4, 0), "filter": (8, 4, 0), "output": (8, 8, 4)}


def test_gemm_reduced_in_space():
    # Unit k; steps (m, n). input[m,k] stays while n advances: 2 m x 2 units. filter[k,n]: 4 steps x 2 units.
    # Both units enter output[m,n] in each of 4 steps; the network adds the two sums: 8 fills, 4 updates.
    program = "SpatialMap(1,1) K; TemporalMap(1,1) M; TemporalMap(1,1) N;"
    cost = evaluate(program, "pes=2")
    assert traffic(cost) == {"input": (4, 4, 0), "filter": (8, 8, 0), "output": (8, 4, 0)}
    # Without an adder each unit writes its own sum, and the second one first reads what the first wrote (A13).
    cost = evaluate(program, "pes=2", "reduction=false")
    assert traffic(cost)["output"] == (8, 8, 4)


def test_gemm_without_multicast():
    # Every unit reads for itself: reads are fills.
    cost = evaluate("SpatialMap(1,1) M; TemporalMap(1,1) N; TemporalMap(1,1) K;", "pes=2", "multicast=false")
    assert traffic(cost) == {"input": (8, 8, 0), "filter": (8, 8, 0), "output": (4, 4, 0)}


def test_gemm_in_one_step():
    # Nothing moves after the first step; the PE runs 4 points one after the other.
    cost = evaluate("SpatialMap(1,1) M;", "pes=2")
    assert traffic(cost) == {"input": (4, 4, 0), "filter": (8, 4, 0), "output": (4, 4, 0)}
    assert (cost.counts.steps, cost.counts.active_total) == (1, 2)


def test_gemm_with_a_fold_and_an_idle_unit():
    # M = 4 on 3 units: fold 0 has rows 0 to 2, fold 1 row 3 alone. N and K are whole.
    # input: 4 rows x 4 k. filter: 16 elements, loaded by 3 units, kept by all in fold 1 (an idle unit keeps).
    cost = evaluate("SpatialMap(1,1) M;", "pes=3", layer=GEMM_444)
    assert traffic(cost) == {"input": (16, 16, 0), "filter": (48, 16, 0), "output": (16, 16, 0)}
    assert (cost.counts.steps, cost.counts.active_peak, cost.counts.active_total) == (2, 3, 4)


def test_gemm_whose_idle_unit_keeps_an_old_chunk():
    # As above, N outermost in chunks of 1. Steps: (n, fold), 4 x 2. Units 1 and 2 are idle in fold 1.
    # filter column n (4 elements) is new to a unit when n advances: 4 n x 3 units x 4 = 48 fills, 16 reads.
    # input row: unit 0 alternates rows 0 and 3, new in all 8 steps: 32 fills. Units 1 and 2 keep their row
    # over their idle steps: 4 each. Read is what is new: row 0 and row 3 in every step (32), rows 1, 2 once (8).
    # output[m,n]: 16, each once.
    cost = evaluate("TemporalMap(1,1) N; SpatialMap(1,1) M;", "pes=3", layer=GEMM_444)
    assert traffic(cost) == {"input": (40, 40, 0), "filter": (48, 16, 0), "output": (16, 16, 0)}


def test_gemm_ragged_edge():
    # K = 4 in chunks of 3 and 1, one PE, M and N one at a time inside: K is outermost.
    # input[m, k chunk]: 4 m x (3 + 1), filter[k chunk, n]: n advances innermost, 4 m times: 4 x 4 x (3 + 1).
    # output: 2 K chunks x 16 entries, 16 begin.
    program = "TemporalMap(3,3) K; TemporalMap(1,1) M; TemporalMap(1,1) N;"
    cost = evaluate(program, "pes=1", layer=GEMM_444)
    assert traffic(cost) == {"input": (16, 16, 0), "filter": (64, 64, 0), "output": (32, 32, 16)}
    assert cost.counts.steps == 32


# Operands of the arithmetic


def test_operands_without_a_memory_at_the_pe():
    # A15: no L1, so every MAC is brought its operands. Steps (n, k); unit m.
    # input: 2 different elements a step, 4 steps; filter: 1 for both units; output: 2 a step, 4 of 8 begin.
    machine = Accelerator("no L1", 2, (Memory("L2"),))
    cost = evaluate("SpatialMap(1,1) M; TemporalMap(1,1) N; TemporalMap(1,1) K;", machine=machine)
    assert traffic(cost, "L2", "MAC") == {"input": (8, 8, 0), "filter": (8, 4, 0), "output": (8, 8, 4)}


def test_operands_of_units_that_reduce_over_the_network():
    # Unit k: both sums of a step are added on the way: 4 updates, and each output is complete at once.
    machine = Accelerator("no L1", 2, (Memory("L2"),))
    cost = evaluate("SpatialMap(1,1) K; TemporalMap(1,1) M; TemporalMap(1,1) N;", machine=machine)
    assert traffic(cost, "L2", "MAC") == {"input": (8, 8, 0), "filter": (8, 8, 0), "output": (8, 4, 0)}


def test_lanes_share_operands():
    # A14 in row-major order m, n, k with 2 lanes on one PE: pairs (m, n, k=0), (m, n, k=1).
    # The pair adds up before it updates: 4 updates, no readback. input and filter differ in k: 8 reads each.
    cost = evaluate("", "pes=1", "lanes=2")
    assert traffic(cost, "L1", "MAC") == {"input": (8, 8, 0), "filter": (8, 8, 0), "output": (8, 4, 0)}
    # 4 lanes: (n, k) = 00, 01, 10, 11 of one m. input[m, k] follows as k = 0, 1, 0, 1: no neighbours share it.
    cost = evaluate("", "pes=1", "lanes=4")
    assert traffic(cost, "L1", "MAC") == {"input": (8, 8, 0), "filter": (8, 8, 0), "output": (8, 4, 0)}
    # K one at a time: chunks of the points (m, n); 2 lanes hold (m, 0), (m, 1) and share input[m, k]: 2 a chunk.
    cost = evaluate("TemporalMap(1,1) K;", "pes=1", "lanes=2")
    assert traffic(cost, "L1", "MAC") == {"input": (8, 4, 0), "filter": (8, 8, 0), "output": (8, 8, 4)}


# Time


def test_cycles_of_a_narrow_network():
    # Each step brings 2 inputs and 1 filter: 3 cycles at 1 element a cycle. The first is exposed: 3 + 1 of work.
    # 3 more steps at max(3 in, out <= 2, 1 work) = 9. At the end the last two outputs drain: 2. Together 15.
    # Busiest resource: 12 elements in.
    cost = evaluate("SpatialMap(1,1) M; TemporalMap(1,1) N; TemporalMap(1,1) K;", "pes=2", "bandwidth=1")
    assert (cost.cycles_stepwise, cost.cycles_throughput) == (15, 12)


def test_cycles_with_latency():
    # A transfer takes 5 + 1: first 6 + 1, then 3 steps of 6, then the drain of 6.
    program = "SpatialMap(1,1) M; TemporalMap(1,1) N; TemporalMap(1,1) K;"
    cost = evaluate(program, "pes=2", "latency=5")
    assert (cost.cycles_stepwise, cost.cycles_throughput) == (31, 4)


def test_cycles_without_limits():
    # An unlimited network without latency takes no time: 4 steps of 1 cycle.
    program = "SpatialMap(1,1) M; TemporalMap(1,1) N; TemporalMap(1,1) K;"
    cost = evaluate(program, "pes=2", "bandwidth=unlimited")
    assert (cost.cycles_stepwise, cost.cycles_throughput) == (4, 4)


def test_cycles_with_a_channel_for_the_filter():
    # The 2 inputs share 1 element a cycle, the filter has its own: 2 cycles a step. 2 + 1, 3 x 2, drain 2.
    program = "SpatialMap(1,1) M; TemporalMap(1,1) N; TemporalMap(1,1) K;"
    cost = evaluate(program, "pes=2", "bandwidth=1", "L2.channels.filter=1")
    assert (cost.cycles_stepwise, cost.cycles_throughput) == (11, 8)


def test_cycles_with_memories_stacked_at_the_top():
    # One step of 4 cycles (2 n x 2 k). DRAM at 1 element a cycle first brings 8 inputs, at last takes 4 outputs.
    # L2 to L1 at 4 elements a cycle: input 4 and filter 4 in, 2 cycles; 4 outputs out, 1 cycle.
    narrow, wide = Interconnect(bandwidth=1), Interconnect(bandwidth=4)
    memories = (Memory("DRAM", networks=(narrow,)), Memory("L2", networks=(wide,)), Memory("L1", None))
    cost = evaluate("SpatialMap(1,1) M;", machine=Accelerator("three", 2, memories))
    assert cost.cycles_stepwise == 8 + (2 + 4) + 1 + 4


# The 1-D convolution of Figure 5: X' = 12 outputs, S = 6 taps, 17 inputs; input[x' + s].
# A to E run on 3 PEs in 24 steps of 1 MAC each (E: 12 steps of 2); a step moves at most 9 elements: 1 cycle.

FIGURE_5 = {
    # fold f of 4, then s: x' = 3f + p. Every step brings unit p the input x' + s, and tap s to all.
    # The outputs stay for a fold: 12 in all.
    "A": {"input": (72, 72, 0), "filter": (72, 24, 0), "output": (12, 12, 0)},
    # s, then fold: the tap stays for 4 folds (6 x 3 fills). Every output is entered in all 6 s: 72, 12 begin.
    "B": {"input": (72, 72, 0), "filter": (18, 6, 0), "output": (72, 72, 60)},
    # x', then fold of s = 3f + p: tap and input change in all 24 steps. The 3 units hold x' for both folds.
    "C": {"input": (72, 72, 0), "filter": (72, 72, 0), "output": (36, 12, 0)},
    # fold of s, then x': taps stay for 12 steps. Outputs are entered by 3 units in each of 2 folds:
    # 72 fills, 24 sums go up, 24 - 12 come back.
    "D": {"input": (72, 72, 0), "filter": (6, 6, 0), "output": (72, 24, 12)},
    # Unit p has taps 2p, 2p + 1 for good, and the inputs x' + 2p, x' + 2p + 1: 6 at first, then 1 new each in
    # 11 steps; the units' inputs never coincide: 6 + 33.
    "E": {"input": (39, 39, 0), "filter": (6, 6, 0), "output": (36, 12, 0)},
}
FIGURE_5_OUTPUT_READBACKS = {"A": 60, "B": 60, "C": 36, "D": 36, "E": 36}


@pytest.mark.parametrize("layer", FIGURE_5)
def test_figure_5(layer):
    cost = example("figure5.m", layer, 3)
    assert traffic(cost) == FIGURE_5[layer]
    # 72 updates in the PEs; outputs that a PE ever holds: 4 each in A and B, all 12 in each of three in C to E.
    arithmetic = {"input": (72, 72, 0), "filter": (72, 72, 0), "output": (72, 72, FIGURE_5_OUTPUT_READBACKS[layer])}
    assert traffic(cost, "L1", "MAC") == arithmetic
    steps = 12 if layer == "E" else 24
    assert (cost.counts.steps, cost.counts.active_total) == (steps, 3 * steps)
    # 1 cycle for the first transfer, 24 of work, 1 for the last sums.
    assert (cost.cycles_stepwise, cost.cycles_throughput) == (26, 24)


def test_figure_5_on_two_clusters():
    # F: 6 PEs, cluster q of 2, unit p of 3; S in chunks t of 3, then fold f: x' = 2f + q, s = 3t + p: 12 steps.
    # input x' + s = 2f + 3t + (q + p): 6 units, 4 different ones, all new in every step: 72 fills, 48 reads.
    # filter 3t + p: new twice to 6 units, shared by both clusters. output: 6 units x 12; 2 sums go up a step;
    # both t enter all 12 outputs: 24 - 12 come back.
    cost = example("figure5.m", "F", 6)
    assert traffic(cost) == {"input": (72, 48, 0), "filter": (12, 6, 0), "output": (72, 24, 12)}
    # A PE ever holds its cluster's 6 outputs: 72 - 36 readbacks in the PEs.
    assert traffic(cost, "L1", "MAC")["output"] == (72, 72, 36)
    # First fill on both levels 1 + 1; then what is new passes both, 2 beside 1 of work, in 11 steps; the last step has
    # nothing to wait for, 1; one drain on both levels 1 + 1.
    assert (cost.counts.steps, cost.cycles_stepwise, cost.cycles_throughput) == (12, 27, 12)


def test_figure_5_with_forwarding():
    # A: unit p needs x' + s, which unit p + 1 held the step before, unless s = 0: in 4 folds x 5 steps 2 units.
    cost = example("figure5.m", "A", 3, "forwarding=true")
    assert traffic(cost)["input"] == (72, 32, 40)
    # D: unit p needs x' + 3f + p, which unit p + 1 held the step before, in 2 folds x 11 steps 2 units.
    cost = example("figure5.m", "D", 3, "forwarding=true")
    assert traffic(cost)["input"] == (72, 28, 44)
    # B: fold f + 1 needs what lies 3 further than in fold f, no neighbour has it; from s to s + 1 the fold goes
    # from 3 back to 0: nor then.
    assert traffic(example("figure5.m", "B", 3, "forwarding=true"))["input"] == (72, 72, 0)


def test_figure_6():
    # Row stationary: N 2, K 4, C 6, R 3, S 3, Y' 6, X' 6. Cluster q of 2 takes y' = 2f + q, unit p of 3 tap r = p.
    # Loops: n 2, C in 2 chunks, K in 2 chunks, f 3, x' 6 | c 3, k 2: 864 steps of 3 MACs (s) in all 6 PEs.
    # input (n, c, y' + r, x' .. x' + 2): stays while k advances, and c differs in all 432 other steps:
    # 432 x 6 x 3 fills; the units' rows 2f + q + p are 4 different ones: 432 x 4 x 3 reads.
    # filter (k, c, r, 3 s): k differs in every step: 864 x 6 x 3 fills, both clusters share: 864 x 3 x 3 reads.
    # output (n, k, y', x'): 864 x 6 fills, 864 x 2 sums go up, all but the first of 288 outputs come back.
    cost = example("figure6.m", "RS", 6)
    expected = {"input": (7776, 5184, 0), "filter": (15552, 7776, 0), "output": (5184, 1728, 1440)}
    assert traffic(cost) == expected
    # A PE ever holds 2 n x 4 k x 3 y' x 6 x' = 144 outputs.
    assert traffic(cost, "L1", "MAC")["output"] == (15552, 15552, 15552 - 6 * 144)
    assert (cost.counts.points, cost.counts.steps, cost.counts.active_total) == (15552, 864, 864 * 6)
    # Level 1 moves at most 9 + 9 + 1 elements a step, less than the 3 cycles of work: 864 x 3 cycles.
    # Exposed: the first chunk of level 0, input 3 c x 4 x 3 and filter 2 k x 3 c x 9, 90 elements or 3 cycles,
    # and of level 1, 1 cycle; then one drain a level, 1 + 1.
    assert (cost.cycles_throughput, cost.cycles_stepwise) == (2592, 2592 + 3 + 1 + 1 + 1)


# Requirements (A17)


def test_requires():
    # A: a PE holds 1 input, 1 tap, 1 output, twice; L2 the 17 inputs, 6 taps and 12 outputs once.
    needs = {item.site.memory.name: item.required_elements for item in example("figure5.m", "A", 3).occupancy}
    assert needs == {"L2": 35, "L1": 6}
    # E: 2 inputs and 2 taps; without double buffering once.
    for setting, need in (("L1.buffering=double", 10), ("L1.buffering=rolling", 5), ("L1.buffering=single", 5)):
        (_, pe) = example("figure5.m", "E", 3, setting).occupancy
        assert pe.required_elements == need
    # A chunk that never changes needs no second half.
    (_, pe) = evaluate("SpatialMap(1,1) M;", "pes=2").occupancy
    assert pe.required_elements == 2 + 4 + 2
