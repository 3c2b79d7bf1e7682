"""Emitted MLIR has no races: no two iterations of an `affine.parallel` meet, and threads compute what numpy does."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("xdsl", reason="MLIR is written with xDSL")

from emitted import fresh, interpret
from hypothesis import assume, given
from mlir_compiled import call, compiled
from nests import at, gemm, generated, loop, nest, nests, own, parallel, times
from xdsl.dialects import affine
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp

import weft
from weft.backends.emit.mlir import emit_mlir, nest_module
from weft.frontends.mlir import read_mlir
from weft.ir import Affine, Literal, LoopKind, Statement

i, j, k = map(Affine.of, "ijk")

# --- what iterations of a parallel loop touch ----------------------------------------------------------------------


def evaluated(map_, operands, values):
    return [result.eval([values[item] for item in operands], []) for result in map_.data.results]


def bounds(op, values):
    """The values of the iterator of a loop."""
    if isinstance(op, affine.ForOp):
        low = max(evaluated(op.lowerBoundMap, op.lowerBoundOperands, values))
        high = min(evaluated(op.upperBoundMap, op.upperBoundOperands, values))
        return range(low, high, op.step.value.data)
    split = op.lowerBoundsMap.data.num_dims
    low = max(evaluated(op.lowerBoundsMap, op.operands[:split], values))
    high = min(evaluated(op.upperBoundsMap, op.operands[split:], values))
    return range(low, high, op.steps.data[0].value.data)


def touched(block, values, path=()):
    """Every access in order: the parallel iterations around it, the element, and whether it is written."""
    for op in block.ops:
        if isinstance(op, affine.ForOp | affine.ParallelOp):
            for number in bounds(op, values):
                inner = {**values, op.body.block.args[0]: number}
                step = ((op, number),)
                yield from touched(op.body.block, inner, path + step)
        elif isinstance(op, affine.LoadOp | affine.StoreOp):
            # Memory that an iteration allocates is its own.
            depth = next((n for n, (around, _) in enumerate(path) if op.memref.owner in around.body.block.ops), None)
            mine = () if depth is None else tuple(number for _, number in path[: depth + 1])
            yield path, (op.memref, mine, *evaluated(op.map, op.indices, values)), isinstance(op, affine.StoreOp)


def races(module):
    """Elements that one iteration of an `affine.parallel` writes and another one touches."""
    found = set()
    for function in (item for item in module.walk() if isinstance(item, FuncOp) and item.body.blocks):
        seen = {}
        for path, element, written in touched(function.body.block, {}):
            for depth, (op, number) in enumerate(path):
                if isinstance(op, affine.ParallelOp):
                    key = (tuple(n for _, n in path[:depth]), op, element)
                    seen.setdefault(key, []).append((number, written))
        found |= {
            element[0].name_hint
            for (_, _, element), uses in seen.items()
            if any(written for _, written in uses) and len({number for number, _ in uses}) > 1
        }
    return found


def is_parallel(module):
    """Of each loop in the order of the text whether its iterations run at once."""
    loops = affine.ForOp | affine.ParallelOp
    return [isinstance(op, affine.ParallelOp) for op in module.walk() if isinstance(op, loops)]


FILL = Statement(at("t"), Literal(0))
ADD = Statement(at("s", 0), times(at("a", i, j), at("a", i, j)), "+")
HAND = {
    "sum over units": nest({"a": (8, 9), "s": (1,)}, parallel("i", 0, 8, loop("j", 0, 9, ADD))),
    "sum over units of units": nest({"a": (8, 9), "s": (1,)}, parallel("i", 0, 8, parallel("j", 0, 9, ADD))),
    "largest over units": nest({"a": (8,), "s": (1,)}, parallel("i", 0, 8, Statement(at("s", 0), at("a", i), "max"))),
    "product over units": nest({"s": (1,)}, parallel("i", 0, 8, Statement(at("s", 0), Literal(-2), "*"))),
    "rows over units": nest(
        {"a": (8, 9), "s": (9,)}, parallel("i", 0, 8, loop("j", 0, 9, Statement(at("s", j), at("a", i, j), "+")))
    ),
    "windows that overlap": nest(
        {"a": (6, 3), "s": (8,)}, parallel("i", 0, 6, loop("j", 0, 3, Statement(at("s", i + j), at("a", i, j), "+")))
    ),
    "pairs of units": nest({"a": (8,), "s": (4,)}, parallel("i", 0, 8, Statement(at("s", i // 2), at("a", i), "+"))),
    "a neighbour is read": nest({"a": (9,)}, parallel("i", 0, 8, Statement(at("a", i), at("a", i + 1)))),
    "all units set one": nest({"a": (9,), "s": (1,)}, parallel("i", 0, 8, Statement(at("s", 0), at("a", i)))),
    "an accumulator for each unit": nest(
        {"a": (6, 9), "s": (6,), "t": own()},
        parallel(
            "i", 0, 6, FILL, loop("j", 0, 9, Statement(at("t"), at("a", i, j), "+")), Statement(at("s", i), at("t"))
        ),
    ),
    "an accumulator for all units": nest(
        {"a": (6,), "s": (1,), "t": own()},
        FILL,
        parallel("i", 0, 6, Statement(at("t"), at("a", i), "+")),
        Statement(at("s", 0), at("t")),
    ),
    "units of their own": gemm(2),
}  # fmt: skip
AT_ONCE = {"an accumulator for each unit": [True, False], "units of their own": [True, False, False, False]}


@pytest.mark.parametrize("name", HAND)
def test_no_two_iterations_of_a_parallel_loop_meet(name):
    module = nest_module(HAND[name])
    module.verify()
    assert races(module) == set()
    assert is_parallel(module) == AT_ONCE.get(name, [False] * len(is_parallel(module)))


def test_an_emitted_race_would_be_seen():
    """The check is no check if it finds nothing in what used to be emitted."""
    text = emit_mlir(HAND["rows over units"])
    assert "weft.parallel" in text
    module = nest_module(HAND["units of their own"])
    (loop_,) = (op for op in module.walk() if isinstance(op, affine.ParallelOp))
    for access in (op for op in loop_.walk() if isinstance(op, affine.StoreOp | affine.LoadOp)):
        if access.memref.name_hint == "C":
            zero = affine.AffineMapAttr(
                affine.AffineMap.from_callable(lambda x, y: (x * 0, y), dim_symbol_split=(2, 0))
            )
            access.properties["map"] = zero
    assert races(module) == {"C"}


@given(nests(threads=True))
@generated
def test_no_two_iterations_of_a_generated_parallel_loop_meet(item):
    loops = [around for outside, _ in item.statements() for around in outside]
    assume(all(len(around.lower) == 1 for around in loops if around.step < 0))
    assert races(nest_module(item)) == set()


# --- programs ------------------------------------------------------------------------------------------------------

PROGRAMS = {
    "a spread reduction": ("GEMM Dimensions { M: 4, N: 3, K: 64 }", "SpatialMap(16,16) K; TemporalMap(1,1) M;", 4),
    "a spread reduction around an output": ("GEMM Dimensions { M: 4, N: 3, K: 8 }", "SpatialMap(2,2) K;", 4),
    "a spread reduction inside of spread rows": (
        "GEMM Dimensions { M: 6, N: 4, K: 12 }",
        "SpatialMap(2,2) M; TemporalMap(1,1) N; Cluster(3); SpatialMap(4,4) K;",
        9,
    ),
    "spread rows inside of a spread reduction": (
        "GEMM Dimensions { M: 6, N: 4, K: 12 }",
        "SpatialMap(4,4) K; TemporalMap(1,1) N; Cluster(3); SpatialMap(2,2) M;",
        9,
    ),
    "a diagonal": (
        "CONV Dimensions { N: 1, K: 2, C: 3, Y': 4, X': 3, R: 3, S: 2 }",
        "TemporalMap(1,1) K; SpatialMap(3,1) Y; Cluster(3); SpatialMap(1,1) Y; SpatialMap(1,1) R;",
        12,
    ),
    "spread channels": ("CONV Dimensions { N: 1, K: 2, C: 5, Y': 4, X': 3, R: 3, S: 2 }", "SpatialMap(1,1) C;", 3),
    "spread outputs": ("GEMM Dimensions { M: 8, N: 6, K: 5 }", "SpatialMap(1,1) M; TemporalMap(1,1) N;", 4),
}


RACE = "SpatialMap(16384,16384) K; TemporalMap(1,1) M; TemporalMap(1,1) N;"


def program_of(workload, flow, pes):
    """The loop nest of a program."""
    machine = weft.load_accelerator("generic_256", [f"pes={pes}"])
    dataflow = weft.parse_dataflow(flow)
    return weft.lower(weft.Mapping(weft.parse_workload(f"Type: {workload}"), dataflow, machine, "l"))


def program(name):
    return program_of(*PROGRAMS[name])


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_has_no_race_and_comes_back(name):
    written = program(name)
    assert any(item.kind is LoopKind.PARALLEL for loops, _ in written.statements() for item in loops)
    assert races(nest_module(written)) == set()
    assert read_mlir(emit_mlir(written)) == (written,)


def test_units_that_share_nothing_run_at_once():
    assert any(is_parallel(nest_module(program("spread outputs"))))
    assert sum(is_parallel(nest_module(program("a spread reduction inside of spread rows")))) == 1


# --- compiled ------------------------------------------------------------------------------------------------------


COMPILED = {**HAND, **{name: program(name) for name in PROGRAMS}}


def threads_compute(library, name, item, runs):
    """Run a function again and again on the same numbers, and compare with the nest's own meaning."""
    data = fresh(item)
    expected = interpret(item, data)
    for _ in range(runs):
        found = {array: values.copy() for array, values in data.items()}
        call(library, name, found.values())
        for array, values in found.items():
            np.testing.assert_array_equal(values, expected[array], err_msg=f"{array} in {item}")


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """All nests and programs as LLVM compiles them."""
    functions = []
    for number, item in enumerate(COMPILED.values()):
        functions += [op.clone() for op in nest_module(replace(item, name=f"f{number}")).ops]
    return compiled(ModuleOp(functions), tmp_path_factory.mktemp("mlir"))


@pytest.mark.parametrize("name", COMPILED)
def test_threads_compute_what_the_nest_says(library, name):
    threads_compute(library, f"f{list(COMPILED).index(name)}", COMPILED[name], runs=30)


def test_a_long_sum_over_four_units_is_exact_in_every_run(tmp_path):
    written = program_of("GEMM Dimensions { M: 4, N: 4, K: 65536 }", RACE, 4)
    library = compiled(nest_module(written), tmp_path)
    ones = {"input": np.ones((4, 65536)), "filter": np.ones((65536, 4))}
    for _ in range(20):
        output = np.zeros((4, 4))
        call(library, "l", [*ones.values(), output])
        np.testing.assert_array_equal(output, np.full((4, 4), 65536))
