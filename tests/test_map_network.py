"""Several layers: equal ones searched once, kept and resumed, within a budget, on any workers, interrupted."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cpu_time import cpu_seconds
from small_maps import MACHINE, gemm, mapped, settings

import weft
from weft.ir import Diagnostic, WeftError
from weft.search.choice import choose, clip
from weft.search.spaces.request import SpaceRequest
from weft.search.store.answers import answer_key
from weft.search.store.store import Store
from weft.search.workers import run as running
from weft.search.workers.executors import given

TESTS = Path(__file__).parent


def values(result):
    return [(layer.value, str(layer.dataflow), layer.certificate) for layer in result.layers]


@pytest.fixture
def searches(monkeypatch):
    """The names of the layers that were searched."""
    found = []
    original = running.search_of

    def search(name, *arguments):
        found.append(name)
        return original(name, *arguments)

    monkeypatch.setattr(running, "search_of", search)
    return found


def test_equal_layers_are_searched_once(searches):
    result = mapped([gemm(), gemm(k=8), gemm()])
    assert searches == ["layer 0", "layer 1"]
    assert [layer.name for layer in result.layers] == ["layer 0", "layer 1", "layer 2"]
    assert values(result)[0] == values(result)[2] != values(result)[1]


def test_a_store_answers_what_was_finished(searches, tmp_path):
    with Store(tmp_path / "kept") as store:
        first = mapped([gemm(), gemm(k=8)], store=store)
        searches.clear()
        again = mapped([gemm(k=8), gemm(), gemm(k=4)], store=store)
    assert searches == ["layer 2"]
    assert values(again)[:2] == values(first)[::-1]


@pytest.mark.parametrize("changed", [{"objective": "cycles"}, {"gap": 0.1}, {"time": "stepwise"}])
def test_another_question_is_another_key(changed):
    space = SpaceRequest().space(gemm(k=2), MACHINE)
    objective = changed.pop("objective", "edp")
    assert answer_key(space, settings(objective, **changed)) != answer_key(space, settings())


def test_a_function_is_not_kept_but_proved(tmp_path):
    with Store(tmp_path / "kept") as store:
        result = mapped([gemm()], objective=lambda metrics: metrics.energy_pj + metrics.cycles, store=store)
    (layer,) = result.layers
    assert layer.certificate.status == "optimal"
    assert layer.value == min(c.metrics.energy_pj + c.metrics.cycles for c in layer.pareto)


def test_shared_symbols_of_a_template_have_a_key():
    template = weft.parse_dataflow("TemporalMap(2*T,2*T) K; Cluster(4, L2); SpatialMap(T,T) K; Cluster(4);")
    space = SpaceRequest(template).space(gemm(), MACHINE)
    assert answer_key(space, settings()) == answer_key(space, settings())


def test_a_layer_that_ran_out_of_time_is_not_kept_and_still_has_a_program(searches, tmp_path):
    hard = [weft.parse_workload("gemm:M=509,N=499,K=491")]
    machine = weft.load_accelerator("bench_256")
    with Store(tmp_path / "kept") as store:
        (layer,) = mapped(hard, machine=machine, budget=0.0, store=store).layers
        assert layer.certificate.status == "budget"
        searches.clear()
        mapped(hard, machine=machine, budget=0.0, store=store)
    assert searches == ["layer 0"]
    assert layer.certificate.lower_bound < layer.value


@pytest.mark.parametrize("method", ["get", "put"])
def test_a_store_that_fails_costs_no_result(tmp_path, monkeypatch, method):
    def fail(*arguments):
        raise WeftError(Diagnostic("W721", "the store 'kept' cannot be written: database or disk is full"))

    with Store(tmp_path / "kept") as store:
        monkeypatch.setattr(store, method, fail)
        result = mapped([gemm(), gemm(k=8)], store=store)
    assert values(result) == values(mapped([gemm(), gemm(k=8)]))
    assert [(item.code, item.severity) for item in result.notes] == [("W721", "warning")]


def test_a_budget_is_shared_by_all_layers():
    machine = weft.load_accelerator("bench_256")
    layers, found = [gemm(60, 60, k) for k in (60, 61, 62)], []
    assert cpu_seconds(lambda: found.append(mapped(layers, machine=machine, budget=1.5, objective="energy"))) < 60
    assert all(layer.dataflow for layer in found[0].layers)


def test_workers_do_not_change_the_answer():
    alone = mapped([gemm(), gemm(k=8)])
    with ThreadPoolExecutor(3) as pool:
        assert values(mapped([gemm(), gemm(k=8)], workers=given(pool, 5))) == values(alone)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_whose_exception_is_lost_ends_the_search_too(number):
    class Lost:
        def __del__(self):
            signal.raise_signal(number)

    def swallow(name, *state):
        if name == "layer 1":
            Lost()

    result = mapped([gemm(), gemm(k=8), gemm(k=9)], progress=swallow)
    assert result.interrupted
    assert result.layers[0].certificate.status == "optimal"
    assert not hasattr(result.layers[2], "certificate")


def test_ctrl_c_returns_what_was_found():
    def interrupt(name, *state):
        if name == "layer 1":
            raise KeyboardInterrupt

    result = mapped([gemm(), gemm(k=8)], progress=interrupt)
    assert result.interrupted
    first, second = result.layers
    assert first.certificate.status == "optimal"
    assert second.certificate.status == "budget"
    assert 0 < second.certificate.lower_bound < second.value


def test_structures_that_were_out_at_ctrl_c_are_not_taken_for_searched():
    (best,) = mapped([gemm()]).layers
    found = set()
    for number in range(1, 12):
        done = []

        def interrupt(*state, number=number, done=done):
            done.append(state)
            if len(done) == number:
                raise KeyboardInterrupt

        (layer,) = mapped([gemm()], progress=interrupt).layers
        assert layer.certificate.status == "budget" or layer.value == best.value
        assert 0 < layer.certificate.lower_bound <= best.value
        found.add(layer.certificate.status)
    assert found == {"budget", "optimal"}


def test_progress_tells_layers_and_evaluations():
    seen = []
    mapped([gemm(), gemm(k=8), gemm()], progress=lambda *state: seen.append(state))
    assert {name for name, *_ in seen} == {"layer 0", "layer 1"}
    assert seen[-1][1:3] == (2, 2)
    assert seen[-1][4] == 0
    assert [state[3] for state in seen] == sorted(state[3] for state in seen)


def test_nothing_that_fits_names_a_minimal_conflict():
    request = SpaceRequest(constraints=("K@L1: 16", "N@L1: 16", "order: M outside K", "hold L1: input, filter, output"))
    machine = MACHINE
    small = weft.api.apply_overrides(machine, ["L1.capacity_bytes=64"])
    (layer,) = mapped([gemm()], request=request, machine=small).layers
    (finding,) = layer.diagnostics
    assert finding.code == "W704"
    for name in ("capacity of L1", "'K@L1: 16'", "'N@L1: 16'", "'hold L1: input, filter, output'"):
        assert name in finding.message
    assert "order" not in finding.message
    assert any("exceed a memory" in note for note in finding.notes)


def test_constraints_that_exclude_each_other_are_named():
    request = SpaceRequest(constraints=("order: M outside K", "order: K outside M", "K: 1..4"))
    (layer,) = mapped([gemm()], request=request).layers
    assert [item.code for item in layer.diagnostics] == ["W704"]
    assert "cannot hold together: 'order: M outside K', 'order: K outside M'" in layer.diagnostics[0].message


def test_one_dataflow_for_all_is_never_better_for_a_layer():
    result = mapped([gemm(), gemm(k=8), gemm(m=4)])
    choice = choose(result.mapped, "one")
    (group,) = choice.groups
    for fitted in group.layers:
        cost = weft.evaluate(weft.ir.Mapping(fitted.layer.workload, fitted.dataflow, MACHINE))
        assert fitted.metrics.energy_pj * fitted.metrics.cycles == cost.energy_pj * cost.cycles_throughput
        assert fitted.metrics.energy_pj * fitted.metrics.cycles >= fitted.layer.value * (1 - 1e-9)
    assert choice.each.cycles == sum(layer.cost.cycles_throughput for layer in result.mapped)


def test_one_per_class_groups_by_operator():
    conv = weft.parse_workload("conv:K=4,C=4,R=1,S=1,Y'=4,X'=1")
    choice = choose(mapped([gemm(), conv, gemm(k=8)]).mapped, "class")
    assert [(group.name, len(group.layers)) for group in choice.groups] == [("GEMM", 2), ("CONV", 1)]


def test_the_choice_is_the_best_of_the_candidates():
    result = mapped([gemm(), gemm(k=8), gemm(n=2)])
    choice = choose(result.mapped, "one")
    found = []
    for candidate in {layer.dataflow for layer in result.mapped}:
        try:
            costs = [
                weft.evaluate(weft.ir.Mapping(item.workload, clip(candidate, item.workload), MACHINE))
                for item in result.mapped
            ]
        except WeftError:
            continue
        found.append(sum(c.energy_pj for c in costs) * sum(c.cycles_throughput for c in costs))
    assert choice.common.edp == min(found)


KILLED = """
import sys
sys.path.insert(0, {tests!r})
from small_maps import gemm, mapped
from weft.search.store.store import Store
with Store(sys.argv[1]) as store:
    # The first layer is finished when the second is in work.
    mapped([gemm(), gemm(k=8), gemm(k=4)], store=store, progress=lambda name, *_: print(name, flush=True))
"""


def test_a_killed_run_is_resumed(searches, tmp_path):
    program = [sys.executable, "-c", KILLED.format(tests=str(TESTS)), str(tmp_path / "kept")]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if line.strip() == "layer 1":
                os.kill(process.pid, signal.SIGKILL)
                break
    with Store(tmp_path / "kept") as store:
        result = mapped([gemm(), gemm(k=8), gemm(k=4)], store=store)
    assert "layer 0" not in searches
    assert values(result) == values(mapped([gemm(), gemm(k=8), gemm(k=4)]))


def test_requests_that_contradict_themselves_are_refused():
    with pytest.raises(WeftError, match=r"W702.*needs a base program"):
        SpaceRequest(flexibility="1111")
    with pytest.raises(WeftError, match=r"W702.*clusters of its own"):
        SpaceRequest(weft.parse_dataflow("SpatialMap(1,1) M;"), shape=(4, 4))


def test_a_layer_has_its_question():
    (layer,) = mapped([gemm()]).layers
    assert layer.mapping.workload == gemm()
    assert weft.evaluate(layer.mapping).cycles_throughput == layer.cost.cycles_throughput
