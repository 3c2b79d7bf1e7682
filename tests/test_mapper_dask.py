"""`drive` on a real Dask cluster: a scheduler and worker processes, some of which are killed."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from toy_searches import OneWave, Waves, die_unless, fail, kill_own_process, outcome, square, squares

from weft.ir import WeftError
from weft.search.workers import dask_cluster
from weft.search.workers import waves as workers
from weft.search.workers.dask_cluster import dask
from weft.search.workers.executors import this_process
from weft.search.workers.waves import Task, drive

pytest.importorskip("distributed", reason="Dask is an extra")

PATH = os.pathsep.join([str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])])


@contextmanager
def program(log, *arguments, **settings):
    """A program of Dask; what it prints goes to a file."""
    # A result in the memory of a worker that has died is asked for until this time is over; 30 s by default.
    patience = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "3s"}
    environment = {**os.environ, "PYTHONPATH": PATH, **patience, **settings}
    command = [sys.executable, "-m", "dask", *arguments]
    with log.open("w") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def scheduler(folder, allowed_failures=3):
    """A scheduler: its address and process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ("--host", "127.0.0.1", "--port", f"{port}", "--no-dashboard", "--no-show")
    settings = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": f"{allowed_failures}"}
    log = folder / "scheduler"
    with program(log, "scheduler", *options, **settings) as process:
        while "Scheduler at:" not in log.read_text():
            assert process.poll() is None, log.read_text()
            time.sleep(0.02)
        yield f"tcp://127.0.0.1:{port}", process


@contextmanager
def worker(folder, address, name, **settings):
    """A worker of one thread; nobody starts it again."""
    options = (address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard")
    with program(folder / name, "worker", *options, "--local-directory", f"{folder}", **settings) as process:
        yield process


def wait_for_workers(folder, *names):
    while not all("Registered to" in (folder / name).read_text() for name in names):
        time.sleep(0.02)


@contextmanager
def cluster(folder, allowed_failures=3):
    """A scheduler and two workers."""
    with (
        scheduler(folder, allowed_failures) as (address, _),
        worker(folder, address, "a") as a,
        worker(folder, address, "b") as b,
    ):
        wait_for_workers(folder, "a", "b")
        yield address, (a, b)


def test_a_worker_is_killed_on_the_way_and_the_result_is_the_same(tmp_path):
    expected = squares(9)
    drive(expected, this_process())
    searches = squares(9, lambda number: 0.02)
    with cluster(tmp_path) as (address, processes):
        told = []

        def kill_on_the_way(search):
            told.append(search)
            if len(told) == 10:
                processes[0].kill()

        with pytest.raises(WeftError, match=r"W723.*is a Dask Worker, no scheduler"):
            dask(re.search(r"Start worker at: +(tcp://\S+)", (tmp_path / "a").read_text())[1])
        found = dask(address)
        assert found.in_flight == 4
        drive(searches, found, kill_on_the_way)
        assert processes[0].wait() == -signal.SIGKILL
        assert processes[1].poll() is None
        assert dask(address).in_flight == 2
    assert outcome(searches) == outcome(expected)
    assert len(told) > 20


def test_a_task_that_dask_gives_up_is_tried_again(tmp_path):
    with cluster(tmp_path, allowed_failures=0) as (address, processes):
        mortal = Task("x", die_unless, (tmp_path / "x", 7))
        search = OneWave(*(Task(f"{number}", square, (number, 0.02)) for number in range(4)), mortal)
        drive([search], dask(address))
        assert search.results == {"0": 0, "1": 1, "2": 4, "3": 9, "x": 7}
        assert sorted(process.poll() is None for process in processes) == [False, True]
        # The other worker is left, and works; what a task raises comes out.
        with pytest.raises(ArithmeticError, match="no luck"):
            drive([OneWave(Task("bad", fail, ("no luck",)))], dask(address))


def test_a_cluster_that_loses_all_workers_is_a_finding(tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "_CHECK_SECONDS", 0.5)
    monkeypatch.setattr(dask_cluster, "_SECONDS", 6.0)
    with cluster(tmp_path) as (address, _):
        search = Waves([Task("good", square, (3,))], [Task("death", kill_own_process)])
        with pytest.raises(WeftError, match=r"W723.*the Dask scheduler at '.*' has none"):
            drive([search], dask(address))
        assert search.results == {"good": 9}


def test_a_scheduler_that_dies_is_a_finding(tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "_CHECK_SECONDS", 0.5)
    monkeypatch.setattr(dask_cluster, "_SECONDS", 6.0)
    with scheduler(tmp_path) as (address, process), worker(tmp_path, address, "a"):
        wait_for_workers(tmp_path, "a")
        search = OneWave(*(Task(f"{number}", square, (number, 0.05)) for number in range(100)))
        with pytest.raises(WeftError, match=r"W723.*no Dask scheduler at"):
            drive([search], dask(address), lambda search: process.kill())
        assert 0 < len(search.results) < 100


def test_an_address_without_a_scheduler_is_a_finding_and_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(dask_cluster, "_SECONDS", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        addresses = {
            "127.0.0.1:1": "no answer in time",
            f"tcp://127.0.0.1:{silent.getsockname()[1]}": "no answer in time",
            "nonsense": "missing port number",
            "foo://127.0.0.1:8786": "unknown address scheme",
        }
        for address, reason in addresses.items():
            with pytest.raises(WeftError, match=f"W723.*no Dask scheduler at '{address}': {reason}"):
                dask(address)


def test_a_scheduler_without_workers_is_a_finding(tmp_path, monkeypatch):
    monkeypatch.setattr(dask_cluster, "_SECONDS", 0.3)
    with scheduler(tmp_path) as (address, _):
        expected = r"W723.*has none\n  hint: start some with dask worker tcp://"
        with pytest.raises(WeftError, match=expected):
            dask(address)


def test_workers_without_weft_are_a_finding(tmp_path):
    (tmp_path / "weft").mkdir()
    (tmp_path / "weft" / "__init__.py").write_text("")
    with scheduler(tmp_path) as (address, _), worker(tmp_path, address, "a", PYTHONPATH=f"{tmp_path}"):
        wait_for_workers(tmp_path, "a")
        expected = r"W723.*cannot load Weft: No module named 'weft"
        with pytest.raises(WeftError, match=expected):
            dask(address)


def test_without_dask_it_is_told_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(WeftError, match=r"W723.*Dask is not installed\n  hint: pip install 'weft-ir\[dask\]'"):
        dask("127.0.0.1:8786")


def test_dask_is_loaded_only_when_it_is_asked_for():
    code = "import sys, weft.search.workers.dask_cluster; print('distributed' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
