"""What a search finds is real: as text, by both oracles, and as code in Python and C it is what was promised."""

from pathlib import Path

import numpy as np
import pytest
from emitted import compiled, run_c, run_python
from test_emitted_programs import affine, convolution, einsum

import weft
from weft.backends import energy
from weft.backends.emit import emit_c, emit_python
from weft.backends.simulate.data import random_data
from weft.backends.simulate.elements import Elements
from weft.frontends.accelerator import apply_overrides
from weft.ir import Dataflow, Interconnect, Layer, Mapping, Memory, Network
from weft.passes import DEFAULT_PIPELINE, Program, lower, parse_pipeline, run_passes
from weft.search.layer import LayerSearch
from weft.search.map_pass import MapPass
from weft.search.objective import Objective
from weft.search.request import Settings
from weft.search.workers.executors import this_process
from weft.search.workers.waves import drive

WORKLOADS = {
    "gemm": ("Type: GEMM Dimensions { M: 7, N: 6, K: 9 }", np.matmul),
    "conv": (
        "Type: CONV Dimensions { N: 1, K: 4, C: 3, Y': 5, X': 4, R: 3, S: 2 }",
        convolution("nchwrs,kcrs->nkhw"),
    ),
    "strided conv": (
        "Type: CONV Stride { Y: 2, X: 2 } Dimensions { N: 1, K: 4, C: 2, Y': 4, X': 3, R: 3, S: 3 }",
        convolution("nchwrs,kcrs->nkhw", stride=(2, 2)),
    ),
    "depthwise": (
        "Type: DSCONV Dimensions { N: 1, K: 1, C: 6, Y': 5, X': 4, R: 3, S: 3 }",
        convolution("nchwrs,kcrs->nkchw"),
    ),
    "attention": (
        affine("B: 2, H: 2, Q: 4, T: 5, D: 3", "query[B, H, Q, D]; key[B, H, T, D]; score[B, H, Q, T]"),
        einsum("bhqd,bhtd->bhqt"),
    ),
}
SMALL = apply_overrides(weft.load_accelerator("bench_256"), ["pes=16", "shape=[4,4]"])
NARROW = weft.Accelerator(
    "narrow",
    pes=16,
    memories=(
        Memory("L2", networks=(Interconnect(bandwidth=3),)),
        Memory("L1", instances=None, capacity_bytes=24),
    ),
    shape=(4, 4),
)
CASES = [
    (name, machine.name, objective) for name in WORKLOADS for machine, objective in ((SMALL, "edp"), (NARROW, "cycles"))
]
MACHINES = {machine.name: machine for machine in (SMALL, NARROW)}


@pytest.fixture(scope="module")
def winners():
    """The search of every case, done."""
    return {case: searched(*case) for case in CASES}


def searched(name, machine, objective):
    workload = weft.parse_workload(WORKLOADS[name][0])
    settings = Settings(Objective((objective,)))
    search = LayerSearch(name, MapPass(objective).space(unmapped(name, machine).mapping), settings)
    assert search.space.workload == workload
    drive([search], this_process())
    return search


def unmapped(name, machine):
    """A workload on a machine, all of it held at once."""
    return Program(Mapping(weft.parse_workload(WORKLOADS[name][0]), Dataflow(((),)), MACHINES[machine], name))


def winner_of(search):
    return Mapping(search.space.workload, search.space.program(search.entries[0].point), search.space.accelerator)


@pytest.mark.parametrize("case", CASES, ids=", ".join)
def test_the_winner_written_and_read_back_costs_what_the_search_says(case, winners, tmp_path):
    search, mapping = winners[case], winner_of(winners[case])
    assert search.finished
    file = tmp_path / "winner.m"
    layer = Layer("winner", mapping.workload, mapping.dataflow)
    file.write_text(weft.write_maestro(Network("winners", (layer,))), "utf-8")
    (found,) = weft.load(file, mapping.accelerator)
    cost = weft.evaluate(found)
    metrics = search.entries[0].metrics
    assert cost.cycles("throughput") == metrics.cycles
    assert cost.energy_pj == pytest.approx(metrics.energy_pj, rel=1e-12)
    assert weft.evaluate(weft.parse_mapping(str(mapping))).counts == cost.counts


@pytest.mark.parametrize("case", CASES, ids=", ".join)
def test_both_oracles_agree_with_the_winner(case, winners):
    assert weft.verify(weft.evaluate(winner_of(winners[case]))) == ()


@pytest.mark.parametrize("case", CASES, ids=", ".join)
def test_the_code_of_the_winner_equals_numpy(case, winners, tmp_path):
    nest = weft.lower(winner_of(winners[case]))
    workload = winners[case].space.workload
    data = random_data(workload, {tensor.name: Elements(workload, tensor) for tensor in workload.tensors}, seed=1)
    expected = WORKLOADS[case[0]][1](*data.values())
    given = {key: values.astype(np.float64) for key, values in data.items()}
    output = workload.output.name
    given[output] = np.zeros(expected.shape)
    assert expected.any()
    np.testing.assert_array_equal(run_python(emit_python(nest), given)[output], expected)
    library = compiled(tmp_path, [emit_c(nest, "winner")], "-fopenmp")
    np.testing.assert_array_equal(run_c(library, "winner", nest, given)[output], expected)


@pytest.mark.parametrize("case", CASES, ids=", ".join)
def test_the_pass_gives_the_winner_of_the_search(case, winners):
    program = run_passes(unmapped(*case[:2]), (MapPass(case[2]), *parse_pipeline(f"{DEFAULT_PIPELINE},lower")))
    found, *_ = program.diagnostics
    assert (found.code, found.severity) == ("W708", "note")
    assert "optimal among" in found.message
    assert program.mapping.dataflow == winner_of(winners[case]).dataflow
    assert program.nest == lower(program.schedule)


def test_a_table_of_energies_that_changes_is_read_again(tmp_path):
    """What a process remembers of a space is that of the table as it was."""
    shipped = (Path(energy.__file__).parent / "tables/bench_256.yaml").read_text("utf-8")
    table, values = tmp_path / "t.yaml", []
    for dram in (200, 20000):
        table.write_text(shipped.replace("value: 200", f"value: {dram}"))
        machine = weft.load_accelerator("bench_256", [f"energy_table={table}"])
        values.append(weft.map("gemm:M=4,N=4,K=4", machine, "energy").layers[0].value)
    assert values[1] > 50 * values[0]
