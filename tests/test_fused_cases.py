"""Fused programs by hand: products row by row, an attention, convolutions, and the published counts of FSRCNN."""

import csv
from itertools import pairwise
from pathlib import Path
from random import Random

import fused_programs
import pytest

from weft import load_accelerator
from weft.analysis.fused.rooms import places
from weft.backends.cost import evaluate_schedule
from weft.backends.exact.fused import exact_fused, exact_fused_counts
from weft.backends.fused import evaluate_fused
from weft.backends.simulate.fused import simulate_fused
from weft.frontends.maestro import parse_workload
from weft.frontends.maestro.fused import parse_fused
from weft.ir import Accelerator, FusedProgram, Interconnect, Layer, Memory, Stage, TemporalMap, WeftError
from weft.ir.fused import fed_inputs
from weft.ir.mapping import chain
from weft.passes.fuse import checked_boxes, fuse

REFERENCE = Path(__file__).parents[2] / "shared/reference/anchors/defines"


def machine(capacity=None, capacities=(), **memory):
    """DRAM, a memory L2 that doubles nothing unless told to, and one at each of four PEs."""
    networks = {"networks": (Interconnect(),)}
    boundary = Memory("L2", 1, capacity, **{"buffering": "rolling"} | memory, capacities=capacities, **networks)
    return Accelerator("hand", 4, (Memory("DRAM", **networks), boundary, Memory("L1", None)), energy_table="bench_256")


def counted(text, accelerator=None):
    """The cost of a program, on whose counts both oracles must agree, and the simulation."""
    schedule = fuse(parse_fused(text), accelerator or machine())
    cost, seen = evaluate_fused(schedule), simulate_fused(schedule)
    counts = tuple(stage.counts for stage in cost.stages)
    assert seen.matches_numpy
    assert (seen.counts, seen.cycles_stepwise) == (counts, cost.cycles_stepwise)
    exact = exact_fused(schedule)
    assert exact_fused_counts(schedule, exact) == counts
    assert [stage.missed for stage in exact] == [None] * len(counts)
    return cost, seen


def outside(cost):
    """What passes between DRAM and L2, by stage and tensor: fills, or updates."""
    return {
        f"{stage.name}.{name}": getattr(traffic, "reads", None) or traffic.updates
        for stage in cost.stages
        for item in stage.counts.interfaces
        if item.parent == "DRAM"
        for name, traffic in item.tensors
    }


def room(cost):
    """Elements in L2: for each tensor, and for what is made in a step."""
    program = cost.schedule.program
    steady, made = places(program, cost.boxes, cost.schedule.boundary)
    return {f"{program.stages[number].name}.{name}": size for (number, name), size in steady.items() if size}, made


# --- products of matrices ------------------------------------------------------------------------------------------


def products(m, first="", second=""):
    """8×4 = 8×3 · 3×4, then 8×5 = 8×4 · 4×5, with m rows a step."""
    return f"""Fuse products {{
      Memory {{ L2 }}
      Outer {{ TemporalMap({m},{m}) M; }}
      Stage A {{
        {first}
        Type: GEMM Dimensions {{ M: 8, N: 4, K: 3 }} Dataflow {{ SpatialMap(1,1) N; TemporalMap(1,1) K; }} }}
      Stage B {{
        {second}
        Type: GEMM Dimensions {{ M: 8, N: 5, K: 4 }} Dataflow {{ SpatialMap(1,1) N; TemporalMap(1,1) K; }} }}
    }}"""


@pytest.mark.parametrize("m", [1, 2, 3, 5, 8])
def test_two_products_row_by_row_move_their_operands_and_the_result_once(m):
    # MK + KN + NP + MP: the weights stay, and what lies between never leaves L2.
    cost, _ = counted(products(m))
    assert outside(cost) == {"A.input": 8 * 3, "A.filter": 3 * 4, "B.filter": 4 * 5, "B.output": 8 * 5}
    assert sum(outside(cost).values()) == 24 + 12 + 20 + 40
    assert (cost.executed_macs, cost.recomputed_macs) == (8 * 4 * 3 + 8 * 5 * 4, 0)
    assert room(cost) == ({"A.input": m * 3, "A.filter": 12, "B.filter": 20, "B.output": m * 5}, m * 4)


@pytest.mark.parametrize("m", [1, 2, 3, 5, 8])
def test_weights_that_come_a_column_at_a_time_come_in_every_step(m):
    # MK + MP + ⌈M/m⌉ (KN + NP), where only a column of each weight is held: the last of a step is not the first of the
    # next one.
    cost, _ = counted(products(m, "Outer { TemporalMap(1,1) N; }", "Outer { TemporalMap(1,1) N; }"))
    steps = -(-8 // m)
    assert outside(cost) == {"A.input": 24, "A.filter": steps * 12, "B.filter": steps * 20, "B.output": 40}
    assert room(cost) == ({"A.input": m * 3, "A.filter": 3, "B.filter": 4, "B.output": m}, m * 4)


def test_a_double_buffer_has_a_second_place_for_what_changes():
    cost, _ = counted(products(2), machine(buffering="double"))
    assert room(cost) == ({"A.input": 2 * 6, "A.filter": 12, "B.filter": 20, "B.output": 2 * 10}, 8)


def test_a_loop_that_does_not_move_the_first_product():
    # Over the columns of the second, all of the first is kept (32 places), or made again in each of 3 steps.
    text = products(1).replace("TemporalMap(1,1) M; }", "TemporalMap(2,2) N; }", 1)
    cost, _ = counted(text)
    assert outside(cost) == {"A.input": 24, "A.filter": 12, "B.filter": 20, "B.output": 40}
    assert cost.stages[0].counts.points == 96
    assert room(cost) == ({"A.input": 24, "A.filter": 12, "A.output": 32, "B.filter": 8, "B.output": 16}, 0)
    cost, _ = counted(text.replace("Stage A {", "Stage A { Recompute { N }"))
    assert outside(cost) == {"A.input": 24, "A.filter": 12, "B.filter": 20, "B.output": 40}
    assert (cost.stages[0].counts.points, cost.recomputed_macs) == (3 * 96, 2 * 96)
    assert room(cost) == ({"A.input": 24, "A.filter": 12, "B.filter": 8, "B.output": 16}, 32)


ATTENTION = """Fuse attention {
  Memory { L2 }
  Outer { TemporalMap(2,2) M; }
  Stage scores { Type: GEMM Dimensions { M: 6, N: 5, K: 3 } Dataflow { SpatialMap(1,1) N; } }
  Stage most { Type: AFFINE Dimensions { i: 6, j: 5 } Tensors { s[i, j]; m[i] } Statement { m = max(m, s) }
    Dataflow { SpatialMap(1,1) i; } }
  Stage powers { Type: AFFINE Dimensions { i: 6, j: 5 } Tensors { s[i, j]; m[i]; e[i, j] }
    Statement { e = exp(s - m) } Dataflow { SpatialMap(1,1) j; } }
  Stage sum { Type: AFFINE Dimensions { i: 6, j: 5 } Tensors { e[i, j]; l[i] } Statement { l += e }
    Dataflow { SpatialMap(1,1) i; } }
  Stage shares { Type: AFFINE Dimensions { i: 6, j: 5 } Tensors { e[i, j]; l[i]; p[i, j] } Statement { p = e / l }
    Dataflow { SpatialMap(1,1) j; } }
  Stage out { Type: GEMM Dimensions { M: 6, N: 4, K: 5 } Dataflow { SpatialMap(1,1) N; } }
  Edges { 0->1[s], 0->2[s], 1->2[m], 2->3[e], 2->4[e], 3->4[l], 4->5[input] }
}"""


def test_an_attention_row_by_row_moves_queries_keys_values_and_the_result_once():
    cost, seen = counted(ATTENTION)
    assert outside(cost) == {"scores.input": 18, "scores.filter": 15, "out.filter": 20, "out.output": 24}
    assert cost.recomputed_macs == 0
    # Two rows: scores 10 from stage 0 to 2, maxima 2 from 1 to 2, powers 10 from 2 to 4: most in the turn of `powers`.
    assert room(cost)[1] == 10 + 2 + 10
    assert seen.most_between == 22


# --- convolutions --------------------------------------------------------------------------------------------------


def pair(loops, first=""):
    """3×3 after 3×3: 8×8 to 6×6 to 4×4, one channel."""
    stage = "Type: CONV Dimensions {{ K: 1, C: 1, R: 3, S: 3, Y: {0}, X: {0} }} Dataflow {{ SpatialMap(1,1) X'; }}"
    return f"""Fuse pair {{
      Memory {{ L2 }}
      Outer {{ {loops} }}
      Stage A {{ {first} {stage.format(8)} }}
      Stage B {{ {stage.format(6)} }}
    }}"""


ROWS = "TemporalMap(1,1) Y';"
TILES = "TemporalMap(2,2) Y'; TemporalMap(2,2) X';"


@pytest.mark.parametrize(
    ("loops", "again", "points", "kept", "made"),
    [
        # A row of B needs 3 rows of A. The first step makes 3, each of the other 3 one more: 6 rows of 6 elements,
        # 9 taps each. From step to step 2 rows stay.
        (ROWS, "", 6 * 6 * 9, 2 * 6, 3 * 6),
        # 3 rows in each of 4 steps, nothing stays.
        (ROWS, "Recompute { Y' }", 4 * 3 * 6 * 9, 0, 3 * 6),
        # A tile of 2×2 needs 4×4 of A, in both directions 4 and then 2 more; 2 columns of 4 rows stay from tile to
        # tile, and 2 rows of all 6 columns from one row of tiles to the next.
        (TILES, "", 6 * 6 * 9, 2 * 4 + 2 * 6, 4 * 4),
        # Rows kept: 6 of them, each of 4 columns for both tiles.
        (TILES, "Recompute { X' }", 6 * 2 * 4 * 9, 2 * 6, 4 * 4),
        # Columns kept: 6 of them, each of 4 rows for both rows of tiles.
        (TILES, "Recompute { Y' }", 2 * 4 * 6 * 9, 2 * 4, 4 * 4),
        # 4×4 in each of 4 tiles.
        (TILES, "Recompute { Y', X' }", 4 * 16 * 9, 0, 4 * 4),
    ],
)
def test_a_convolution_after_a_convolution(loops, again, points, kept, made):
    cost, seen = counted(pair(loops, again))
    assert (cost.stages[0].counts.points, cost.stages[1].counts.points) == (points, 16 * 9)
    assert cost.recomputed_macs == points - 36 * 9
    held, new = room(cost)
    assert (held.get("A.output", 0), new) == (kept, made)
    assert seen.most_between <= kept + made


@pytest.mark.parametrize("again", ["", "Recompute { Y' }"])
def test_rows_of_an_image_come_in_once(again):
    # Cached, the runs of A touch rows 0 to 4, 3 to 5, 4 to 6, 5 to 7; recomputed 0 to 4, 1 to 5, …: one new a run.
    cost, _ = counted(pair(ROWS, again))
    assert outside(cost) == {"A.input": 64, "A.filter": 9, "B.filter": 9, "B.output": 16}
    assert room(cost)[0]["A.input"] == 5 * 8


def test_what_a_stored_stage_makes_goes_out_once_however_often_it_is_made():
    cost, _ = counted(pair(TILES, "Recompute { Y', X' }").replace("Stage A", "Stored { A } Stage A"))
    assert outside(cost)["A.output"] == 36


def test_tiles_of_an_image_come_in_with_what_they_share_with_the_last_one():
    # A run of a tile touches 6×6 of the image; 4 columns are those of the tile before in its row: 36 + 12, twice; where
    # the next row of tiles begins, rows 2 to 5 of columns 0 to 5 meet columns 2 to 7 of the tile before: 4 × 4.
    cost, _ = counted(pair(TILES, "Recompute { Y', X' }"))
    assert outside(cost)["A.input"] == 36 + 12 + (36 - 16) + 12


RESIDUAL = """Fuse residual {
  Memory { L2 }
  Outer { TemporalMap(3,3) Y'; TemporalMap(4,4) X'; }
  Stage A { Recompute { Y', X' } CONV }
  Stage B { Recompute { Y' } CONV }
  Stage C { Recompute { Y', X' } Type: AFFINE Dimensions { k: 1, y: 7, x: 5 }
    Tensors { p[k, y, x]; q[k, y, x]; r[k, y, x] } Statement { r = p + q } Dataflow { SpatialMap(1,1) x; } }
  Stage D { CONV }
  Edges { 0->1[input], 0->2[p], 1->2[q], 2->3[input] }
}""".replace(
    "CONV",
    "Type: CONV Dimensions { K: 1, C: 1, R: 3, S: 3, Y: 7, X: 5 } Padding { Y: 1, X: 1 }"
    " Dataflow { SpatialMap(1,1) X'; }",
)


def test_a_stage_that_has_nothing_new_to_make_needs_nothing():
    # Tiles of 3×4 of 7×5 need rows 0 to 3, 2 to 6, 5 and 6 of C and B, 11 in all, and columns 0 to 4, 3 and 4. B is
    # kept along the rows and makes all its columns in the first tile; so A is made again for C alone in the second:
    # rows 0 to 4, 1 to 6, 4 to 6 for B, 14 in all, by columns 0 to 4, 3 and 4.
    cost, _ = counted(RESIDUAL)
    assert [stage.counts.points for stage in cost.stages] == [14 * 7 * 9, 11 * 5 * 9, 11 * 7, 7 * 5 * 9]


def fsrcnn(tile_x, tile_y, recomputed):
    import yaml

    layers = yaml.safe_load((REFERENCE / "fsrcnn.yaml").read_text("utf-8"))["layers"]
    stages = []
    for number, layer in enumerate(layers):
        reach = {"Y": layer["Y"] + layer["R"] - 1, "X": layer["X"] + layer["S"] - 1}
        dims = ", ".join(f"{name}: {size}" for name, size in (layer | reach).items())
        workload = parse_workload(f"Type: CONV Dimensions {{ {dims} }}")
        stages.append(Stage(Layer(f"L{number}", workload), (), recomputed if number < len(layers) - 1 else ()))
    loops = TemporalMap(tile_y, tile_y, "Y'"), TemporalMap(tile_x, tile_x, "X'")
    return FusedProgram("fsrcnn", "L2", loops, tuple(stages), fed_inputs(tuple(stages), chain(len(stages))))


MODES = {"fully_cached": (), "fully_recompute": ("Y'", "X'"), "h_cached_v_recompute": ("Y'",)}


def test_fsrcnn_has_the_published_multiplications_in_all_108_schedules():
    table = REFERENCE / "fsrcnn_recompute_macs.csv"
    if not table.exists():
        pytest.skip("the reference data are not here")
    rows = list(csv.DictReader(table.read_text("utf-8").splitlines()))
    assert len(rows) == 108
    accelerator = load_accelerator("bench_256")
    for row in rows:
        program = fsrcnn(int(row["tile_x"]), int(row["tile_y"]), MODES[row["mode"]])
        found = sum(boxes.points for boxes in checked_boxes(program, accelerator))
        assert (row["mode"], row["tile_x"], row["tile_y"], found) == (*list(row.values())[:3], int(row["macs"]))


# --- rooms ---------------------------------------------------------------------------------------------------------

PADDED = """Fuse padded {
  Memory { L2 }
  Stage A { Type: CONV Dimensions { K: 1, C: 1, R: 1, S: 1, Y: 2, X: 2 } Dataflow { SpatialMap(1,1) X'; } }
  Stage B { Type: CONV Dimensions { K: 1, C: 1, R: 3, S: 3, Y: 2, X: 2 } Padding { Y: 1, X: 1 }
    Dataflow { SpatialMap(1,1) X'; } }
}"""


def test_padding_of_what_lies_between_takes_no_room():
    # 4 elements in, 1 weight, 4 between, 9 weights, 4 out; the padded input of B alone would be 16.
    program = parse_fused(PADDED)
    fuse(program, machine(22))
    with pytest.raises(WeftError, match="L2 needs 22 bytes and has 21"):
        fuse(program, machine(21))
    assert evaluate_fused(fuse(program, machine(21), "warning")).macs == 4 + 16


def test_a_tensor_that_has_its_own_bytes_needs_them():
    # The filters of both stages are one tensor's: 1 + 9. The others need 4 + 4 + 4 of what is left.
    program = parse_fused(PADDED)
    fuse(program, machine(22, (("filter", 10),)))
    with pytest.raises(WeftError, match="L2 needs 10 bytes for filter and has 9"):
        fuse(program, machine(22, (("filter", 9),)))
    with pytest.raises(WeftError, match="L2 needs 12 bytes for input, output and has 11"):
        fuse(program, machine(21, (("filter", 10),)))


def test_finer_chunks_need_less_room():
    rows = [sum(room(counted(products(m))[0])[0].values()) for m in (1, 2, 3, 5, 8)]
    assert all(one < two for one, two in pairwise(rows))


def test_a_program_over_capacity_is_refused_with_every_part():
    program = parse_fused(pair(ROWS))
    with pytest.raises(WeftError) as refused:
        fuse(program, machine(91))
    (problem,) = refused.value.diagnostics
    assert (problem.code, problem.span.line) == ("W201", 1)
    # 5 rows of 8 in, 2 rows of 6 kept and 3 made, two filters, a row of 4 out.
    assert problem.message == f"L2 needs {40 + 9 + 12 + 9 + 4 + 18} bytes and has 91"
    assert problem.notes == ("bytes: A.input 40, A.filter 9, A.output 12, B.filter 9, B.output 4, made in a step 18",)
    assert problem.hint == "cut the outer loops finer"


def test_one_stage_without_loops_is_the_ordinary_program_of_its_layer():
    """Whatever the machine's memories are called, and however narrow their ports are."""
    compared = 0
    for seed in range(60):
        random = Random(seed)
        workload = fused_programs.draft(random).workloads[0]
        stage = Stage(Layer("ONLY", workload, fused_programs.dataflow(random, workload)))
        program = FusedProgram("one", "L2", (), (stage,), ())
        accelerator = fused_programs.machine(random)
        cost = evaluate_fused(fuse(program, accelerator))
        whole = evaluate_schedule(cost.schedule.stages[0].whole)
        assert cost.stages[0].counts == whole.counts
        assert {name: n for name, n in cost.bottlenecks if n} == {name: n for name, n in whole.bottlenecks if n}
        assert cost.energy_pj == pytest.approx(whole.energy_pj)
        compared += len([name for name, n in whole.bottlenecks if n and name.startswith("L1 ")])
    assert compared > 60
