"""While code is being compiled, tasks also run as Python in another process: with the same answers, the first one
counts."""

import json
import os
import subprocess
import sys
from concurrent.futures import BrokenExecutor

import pytest
from race_tasks import die, runner, runner_but

import weft
from weft.search import compiled
from weft.search.warm import warm
from weft.search.workers import crew as crews
from weft.search.workers.executors import this_process
from weft.search.workers.race import Race
from weft.search.workers.runner import _lock


@pytest.fixture(scope="module", autouse=True)
def _compiled():
    """Else what compiles in one test is waited for in the next."""
    warm()


@pytest.mark.parametrize(("late", "first"), [("compiled", "python"), ("python", "compiled")])
def test_the_first_answer_counts_and_the_late_one_goes_on_with_the_newest_task(late, first, tmp_path):
    with Race(lambda: False) as race:
        assert race.submit(runner_but, late, tmp_path).result(60) == first
        assert race.submit(runner_but, late, tmp_path).result(60) == first
        (tmp_path / "go").touch()
        assert race.submit(runner_but, first, tmp_path / "other").result(60) == late
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "go").touch()


def test_what_runs_python_ends_when_all_is_compiled(tmp_path):
    with Race(lambda: True) as race:
        assert race.submit(runner_but, "python", tmp_path).result(60) == "compiled"
        assert [race.submit(runner).result(60) for _ in range(3)] == ["compiled"] * 3


def test_errors_of_tasks_are_theirs():
    with Race(lambda: False) as race:
        with pytest.raises(ValueError, match="invalid literal"):
            race.submit(int, "x").result(60)
        assert race.submit(int, "1").result(60) == 1


def test_a_race_without_processes_is_over():
    with Race(lambda: False) as race:
        with pytest.raises(BrokenExecutor):
            race.submit(die).result(60)
        with pytest.raises(BrokenExecutor):
            race.submit(int).result(60)


def answers(time):
    found = [weft.map(text, "generic_256", time=time).layers[0] for text in ("gemm:M=2,N=6,K=3", "gemm:M=5,N=1,K=7")]
    return [(str(layer.dataflow), layer.value, layer.certificate) for layer in found]


@pytest.mark.parametrize("time", ["throughput", "stepwise"])
def test_a_search_that_races_finds_what_it_finds_alone(time, monkeypatch):
    alone = answers(time)
    monkeypatch.setattr(crews, "is_kept", lambda function: False)
    monkeypatch.setattr(compiled, "notes", [])
    assert answers(time) == alone
    assert compiled.notes == [crews.NOTE]


SEARCH = """
import json, weft
conv = weft.map("conv:K=2,C=1,Y=4,X=3,R=3,S=2", "bench_256").layers[0]
front = weft.map("gemm:M=4,N=6,K=4", "bench_256", "energy,cycles").layers[0]
found = [conv.certificate.to_dict(), str(conv.dataflow), front.certificate.to_dict(), [str(p) for p in front.pareto]]
print(json.dumps(found))
"""


def test_python_and_machine_code_search_alike():
    found = []
    for without in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", SEARCH],
            capture_output=True,
            text=True,
            env=os.environ | {"NUMBA_DISABLE_JIT": without},
        )
        assert done.returncode == 0, done.stderr
        found.append(json.loads(done.stdout))
    assert found[0] == found[1]


KERNEL = """
from weft.search.compiled import compiled, is_kept

@compiled
def one(n):
    return n + 1

print(is_kept(one))
one(1)
print(is_kept(one))
"""


def test_code_is_kept_once_it_was_compiled(tmp_path):
    (tmp_path / "kernel.py").write_text(KERNEL)
    done = [
        subprocess.run(
            [sys.executable, "kernel.py"], capture_output=True, text=True, cwd=tmp_path,
            env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "NUMBA_DISABLE_JIT": without},
        ).stdout.split()
        for without in ("1", "0", "0")
    ]  # fmt: skip
    assert done == [["True", "True"], ["False", "True"], ["True", "True"]]


def test_one_process_compiles_at_a_time(tmp_path):
    fcntl = pytest.importorskip("fcntl")
    with _lock(tmp_path), (tmp_path / "compiling.lock").open() as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with (tmp_path / "compiling.lock").open() as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    (tmp_path / "file").touch()
    assert _lock(None) is None
    assert _lock(tmp_path / "file") is None


def test_compiled_code_needs_no_race():
    assert crews.at_home().start is this_process().start
