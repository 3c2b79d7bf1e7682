"""The formulas of `weft explain` are the counts: substituted they give the number, by hand they are the same."""

import random

import pytest
import sympy

import weft
from weft.ir import Mapping

GEMM = weft.parse_workload("Type: GEMM Dimensions { M: 8, N: 6, K: 4 }")


def explained(workload, program, *settings):
    """The explanation, its formulas checked against the counts of the same cost."""
    machine = weft.load_accelerator("generic_256", settings)
    found = weft.explain(Mapping(workload, weft.parse_dataflow(program).bind(workload.extents), machine))
    assert found.counts
    for item in found.counts:
        formula = item.formula
        count = getattr(found.cost.counts.traffic(item.parent, item.child, item.tensor), item.count)
        assert substituted(formula.expression, formula) == formula.elements == count
        for move in formula.moves:
            assert substituted(move.expression, formula) == move.elements
        names = [name for name, _, _ in formula.values]
        assert len(set(names)) == len(names)
        assert {symbol.name for symbol in formula.expression.free_symbols} == set(names)
        assert all(meaning for _, _, meaning in formula.values)
    return found


def substituted(expression, formula):
    values = {sympy.Symbol(name, positive=True): value for name, value, _ in formula.values}
    return int(sympy.sympify(expression).subs(values))


def formula_of(found, tensor, count):
    (item,) = (item for item in found.counts if (item.child, item.tensor, item.count) == ("L1", tensor, count))
    return item.formula


def same(formula, text):
    names = {name: sympy.Symbol(name, positive=True) for name, _, _ in formula.values}
    return sympy.expand(formula.expression - sympy.sympify(text, names)) == 0


def test_output_stationary_gemm():
    # 4 units over M fold twice; N then K advance. Each number of steps T, units U and chunk s by its own name.
    found = explained(GEMM, "SpatialMap(1,1) M; TemporalMap(2,2) N; TemporalMap(1,1) K;", "pes=4")
    # input[m,k]: k moves in every step: T_M T_N T_K steps, U_M units, chunks of s_M s_K.
    formula = formula_of(found, "input", "fills")
    assert same(formula, "T_M_0*T_N_0*T_K_0 * U_M_0 * s_M*s_K")
    values = {name: value for name, value, _ in formula.values}
    assert values == {"T_M_0": 2, "T_N_0": 3, "T_K_0": 4, "U_M_0": 4, "s_M": 1, "s_K": 1}
    # filter[k,n]: the same steps; read once for all units.
    assert same(formula_of(found, "filter", "fills"), "T_M_0*T_N_0*T_K_0 * U_M_0 * s_K*s_N")
    assert same(formula_of(found, "filter", "reads"), "T_M_0*T_N_0*T_K_0 * s_K*s_N")
    # output[m,n]: does not move while k advances.
    assert same(formula_of(found, "output", "updates"), "T_M_0*T_N_0 * U_M_0 * s_M*s_N")


def test_weight_stationary_gemm():
    # filter[k,n] moves with K and N, which are outermost: nothing is loaded again while m advances.
    found = explained(GEMM, "TemporalMap(2,2) K; SpatialMap(1,1) N; TemporalMap(1,1) M;", "pes=2")
    assert same(formula_of(found, "filter", "fills"), "T_K_0*T_N_0 * U_N_0 * s_K*s_N")
    assert same(formula_of(found, "output", "fills"), "T_K_0*T_N_0*T_M_0 * U_N_0 * s_M*s_N")


def test_a_reduction_in_space_is_one_update():
    found = explained(GEMM, "SpatialMap(1,1) K; TemporalMap(1,1) M;", "pes=2")
    assert same(formula_of(found, "output", "fills"), "T_K_0*T_M_0 * U_K_0 * s_M*s_N")
    assert same(formula_of(found, "output", "updates"), "T_K_0*T_M_0 * s_M*s_N")


def test_moves_name_the_loop_that_advances():
    found = explained(GEMM, "SpatialMap(1,1) M; TemporalMap(2,2) N; TemporalMap(1,1) K;", "pes=4")
    names = [move.name for move in formula_of(found, "output", "fills").moves]
    assert names[0] == "first step"
    assert set(names[1:]) == {"M advances in level 0", "N advances in level 0"}


def test_a_ragged_sum_is_a_symbol_of_its_own():
    # M = 8 in chunks of 3: the last holds 2, which no product of steps and chunk says.
    found = explained(GEMM, "TemporalMap(3,3) M; SpatialMap(1,1) N;", "pes=6")
    formula = formula_of(found, "input", "fills")
    assert substituted(formula.expression, formula) == 6 * 8 * 4
    assert any(name.startswith("n_M") for name, _, _ in formula.values)


@pytest.mark.parametrize(
    "settings",
    [(), ("multicast=false",), ("reduction=false",), ("forwarding=true",), ("multicast=false", "forwarding=true")],
    ids=" ".join,
)
@pytest.mark.parametrize(
    "program",
    [
        "SpatialMap(1,1) X'; TemporalMap(1,1) S;",
        "TemporalMap(1,1) S; SpatialMap(1,1) X';",
        "SpatialMap(2,2) S; TemporalMap(1,1) X';",
        "TemporalMap(3,3) S; SpatialMap(1,1) X'; Cluster(3); TemporalMap(1,1) X'; SpatialMap(1,1) S;",
    ],
)
def test_windows(program, settings):
    workload = weft.parse_workload("Type: CONV Dimensions { K: 1, C: 1, R: 1, S: 6, Y: 1, X: 17 }")
    explained(workload, program, "pes=6", *settings)


def random_program(choose, extents):
    """A legal program of one to three levels: every map advances by its size."""
    lengths, lines = dict(extents), []
    for level in range(choose.randint(1, 3)):
        if level:
            lines.append(f"Cluster({choose.choice([1, 2, 3])});")
        names = choose.sample(sorted(lengths), choose.randint(1, 4))
        spatial = choose.choice([*names, None])
        for name in names:
            size = choose.randint(1, lengths[name])
            lines.append(f"{'Spatial' if name == spatial else 'Temporal'}Map({size},{size}) {name};")
            lengths[name] = size
    return " ".join(lines)


@pytest.mark.parametrize("seed", range(60))
def test_random_convolutions(seed):
    choose = random.Random(seed)
    extents = {name: choose.randint(1, 5) for name in ("K", "C", "Y'", "X'", "R", "S")}
    stride = f"Stride {{ Y: {choose.randint(1, 3)}, X: {choose.randint(1, 3)} }}"
    sizes = ", ".join(f"{name}: {value}" for name, value in extents.items())
    workload = weft.parse_workload(f"Type: CONV {stride} Dimensions {{ {sizes} }}")
    switches = [f"{name}={choose.choice(['true', 'false'])}" for name in ("multicast", "reduction", "forwarding")]
    explained(workload, random_program(choose, extents), "pes=12", *switches)
