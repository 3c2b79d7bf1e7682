"""`drive` gives the same results on any executor, survives dead workers, and stops cleanly."""

import os
import pickle
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import active_children, get_context
from pathlib import Path

import pytest
from toy_searches import (
    OneWave,
    Waves,
    die_unless,
    fail,
    kill_own_process,
    outcome,
    slept,
    square,
    squares,
    touch_and_sleep,
)

from weft.ir import Diagnostic, WeftError
from weft.search.workers.executors import Workers, available_cores, given, processes, this_process
from weft.search.workers.waves import Task, drive

PATH = os.pathsep.join([str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])])
ENVIRONMENT = {**os.environ, "PYTHONPATH": PATH}
DEATH = Task("death", kill_own_process)


@pytest.fixture(autouse=True)
def no_process_is_left():
    before = set(active_children())
    yield
    assert set(active_children()) <= before


def alone(count=9):
    """What the searches find in this process."""
    searches = squares(count)
    drive(searches, this_process())
    return outcome(searches)


class Shuffled(Executor):
    """Runs what was submitted in a random order, in another thread, and knows how much was out at most."""

    def __init__(self, seed):
        self.chance, self.waiting, self.most = random.Random(seed), [], 0
        self.lock, self.ended = threading.Condition(), False
        self.thread = threading.Thread(target=self._work)
        self.thread.start()

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        with self.lock:
            self.waiting.append((future, fn, args))
            self.most = max(self.most, len(self.waiting))
            self.lock.notify()
        return future

    def _work(self):
        while True:
            with self.lock:
                self.lock.wait_for(lambda: self.waiting or self.ended)
                if not self.waiting:
                    return
                future, fn, args = self.waiting[self.chance.randrange(len(self.waiting))]
            result = fn(*args)
            with self.lock:
                self.waiting = [item for item in self.waiting if item[0] is not future]
            future.set_result(result)

    def shutdown(self, wait=True, *, cancel_futures=False):
        with self.lock:
            self.ended = True
            self.lock.notify()
        self.thread.join()


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_completion_does_not_matter(seed):
    in_flight = seed % 6 + 1
    searches = squares(9)
    with Shuffled(seed) as executor:
        drive(searches, given(executor, in_flight))
    assert outcome(searches) == alone()
    assert all(search.finished for search in searches)
    assert executor.most <= in_flight


def test_processes_and_threads_find_the_same():
    for workers in (processes(2), processes(1)):
        searches = squares(9, lambda number: number % 3 * 0.005)
        drive(searches, workers)
        assert outcome(searches) == alone()
    with ThreadPoolExecutor(4) as executor:
        searches = squares(9, lambda number: number % 3 * 0.005)
        drive(searches, given(executor, 8))
    assert outcome(searches) == alone()


def test_one_worker_is_this_process():
    search = OneWave(*(Task(f"{number}", os.getpid) for number in range(3)))
    drive([search], this_process())
    assert set(search.results.values()) == {os.getpid()}


def test_workers_are_other_processes_by_default_one_per_core():
    search = OneWave(*(Task(f"{number}", os.getpid) for number in range(3)))
    drive([search], processes())
    assert os.getpid() not in search.results.values()
    assert processes().in_flight == 2 * available_cores()


def test_nothing_to_do_starts_no_worker():
    def start():
        raise AssertionError("started")

    drive([], Workers(start, 4))
    drive(squares(5)[4:], Workers(start, 4))


def test_searches_begin_when_they_are_needed():
    begun = []

    def searches():
        for search in squares(4):
            begun.append(search)
            yield search

    drive(searches(), this_process(), lambda search: None if search is begun[-1] else pytest.fail("begun too early"))
    assert len(begun) == 4


def test_progress_is_told_after_every_result_and_at_the_end():
    searches = squares(5)
    told = []
    drive(searches, this_process(), lambda search: told.append((search.start, len(search.log), search.finished)))
    for search in searches:
        steps = [(count, finished) for start, count, finished in told if start == search.start]
        assert steps == [*((count, False) for count in range(1, len(search.log) + 1)), (len(search.log), True)]


class AtOnce(Executor):
    """Runs a task when it is submitted, and notes which."""

    def __init__(self):
        self.seen = []

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        future.set_result(fn(*args, **kwargs))
        self.seen.append(args[0])
        return future


def test_the_earlier_search_has_precedence_and_later_ones_fill_idle_workers():
    executor = AtOnce()
    tasks = [Task(f"{number}", square, (number,)) for number in range(10)]
    drive([Waves(tasks[:2], tasks[2:4]), Waves(tasks[4:10])], given(executor, 3))
    assert executor.seen == [0, 1, 4, 2, 3, 5, 6, 7, 8, 9]


def test_a_worker_that_dies_once_is_replaced(tmp_path):
    tasks = [Task(f"{number}", square, (number, 0.01)) for number in range(8)]
    search = OneWave(*tasks[:4], Task("mortal", die_unless, (tmp_path / "x", 7)), *tasks[4:])
    drive([search], processes(2))
    assert search.results == {**{f"{number}": number * number for number in range(8)}, "mortal": 7}


def test_a_task_that_always_kills_its_worker_is_named_and_the_rest_is_kept():
    innocent = [Task(f"innocent {number}", square, (number, 0.02)) for number in range(6)]
    search = OneWave(*innocent[:3], DEATH, *innocent[3:])
    with pytest.raises(WeftError) as caught:
        drive([search], processes(2))
    (finding,) = caught.value.diagnostics
    assert (finding.code, finding.message) == ("W722", "the worker died 3 times while it ran 'death'")
    assert set(search.results) >= {"innocent 0"}
    assert "death" not in search.results


def test_only_the_culprit_is_repeated_more_than_once(tmp_path):
    # Every task leaves a line; with the culprit alone on its workers, an innocent one runs twice at most.
    runs = tmp_path / "runs"
    tasks = [Task(f"{number}", _note, (runs, number)) for number in range(6)]
    search = OneWave(DEATH, *tasks)
    with pytest.raises(WeftError, match="'death'"):
        drive([search], processes(2))
    counts = [runs.read_text().split().count(f"{number}") for number in range(6)] if runs.exists() else []
    assert max(counts, default=0) <= 2


def _note(path, number):
    with open(path, "a") as file:
        file.write(f"{number}\n")
    return number


def test_an_executor_of_the_caller_is_not_shut_down_and_names_the_task_when_it_is_broken():
    with ProcessPoolExecutor(1, get_context("spawn")) as executor:
        searches = squares(3)
        drive(searches, given(executor, 2))
        assert executor.submit(square, 3).result() == 9
        with pytest.raises(WeftError, match="died 3 times while it ran 'death'"):
            drive([OneWave(DEATH)], given(executor, 2))


def test_what_a_task_raises_comes_out_and_what_was_there_is_kept():
    for workers in (this_process(), processes(1)):
        search = OneWave(Task("good", square, (3,)), Task("bad", fail, ("no luck",)))
        with pytest.raises(ArithmeticError, match="no luck"):
            drive([search], workers)
        assert search.results == {"good": 9}


def test_findings_come_back_from_other_processes_as_they_were():
    error = WeftError([Diagnostic("W001", "a"), Diagnostic("W002", "b", notes=("c",))])
    again = pickle.loads(pickle.dumps(error))
    assert (again.diagnostics, str(again)) == (error.diagnostics, str(error))


def test_an_interrupt_hands_on_what_is_there_and_ends_the_workers_at_once(tmp_path):
    started = tmp_path / "started"
    slow = Task("slow", touch_and_sleep, (started, 60))
    search = OneWave(slow, *(Task(f"{number}", square, (number,)) for number in range(3)))
    with pytest.raises(KeyboardInterrupt), _interrupt_when(started, 0.3):
        drive([search], processes(2))
    assert not slept(started)
    # The slow one is the first of its wave: its followers were waiting for it.
    assert search.results == {"0": 0, "1": 1, "2": 4}


@contextmanager
def _interrupt_when(path, seconds):
    """Sends this process Ctrl-C some time after the file is there."""

    def interrupt():
        while not path.exists():
            time.sleep(0.01)
        time.sleep(seconds)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    yield
    thread.join()


def test_an_interrupt_in_this_process_keeps_what_is_there():
    search = OneWave(Task("good", square, (3,)), Task("ctrl-c", signal.raise_signal, (signal.SIGINT,)))
    with pytest.raises(KeyboardInterrupt):
        drive([search], this_process())
    assert search.results == {"good": 9}


INTERRUPTED = """
from toy_searches import OneWave, square
from weft.search.workers.executors import processes
from weft.search.workers.waves import Task, drive
if __name__ == "__main__":
    try:
        drive([OneWave(*(Task(f"{n}", square, (n, 0.5)) for n in range(300)))], processes(2))
    except KeyboardInterrupt:
        print("interrupted")
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc to see the workers start")
def test_ctrl_c_while_workers_start_prints_nothing(tmp_path):
    # A terminal sends it to the workers too, which are still loading Python.
    (tmp_path / "program.py").write_text(INTERRUPTED)
    command = [sys.executable, tmp_path / "program.py"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=ENVIRONMENT, start_new_session=True, text=True, **pipes) as main:
        children = Path(f"/proc/{main.pid}/task/{main.pid}/children")
        while len(children.read_text().split()) < 3:  # two workers and a tracker of resources
            time.sleep(0.001)
        printed = None
        while printed is None:
            time.sleep(0.02)
            os.killpg(main.pid, signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                printed = main.communicate(timeout=5)
    assert printed == ("interrupted\n", "")


ORPHANS = """
import sys
from toy_searches import OneWave, touch_and_sleep
from weft.search.workers.executors import processes
from weft.search.workers.waves import Task, drive
if __name__ == "__main__":
    drive([OneWave(*(Task(f"{n}", touch_and_sleep, (f"{sys.argv[1]}/{n}", 60)) for n in range(2)))], processes(2))
"""


def test_killed_with_sigkill_it_leaves_no_process_behind(tmp_path):
    (tmp_path / "program.py").write_text(ORPHANS)
    command = [sys.executable, tmp_path / "program.py", tmp_path]
    reader, writer = os.pipe()
    with subprocess.Popen(command, env=ENVIRONMENT, pass_fds=[writer], stdout=writer) as main:
        os.close(writer)
        while not ((tmp_path / "0").exists() and (tmp_path / "1").exists()):
            assert main.poll() is None
            time.sleep(0.01)
        main.kill()
    # The workers hold its output; once they are gone it is at its end.
    assert os.read(reader, 1) == b""
    os.close(reader)
    assert not slept(tmp_path / "0")
    assert not slept(tmp_path / "1")


def test_a_script_without_a_main_guard_is_told(tmp_path):
    (tmp_path / "program.py").write_text(ORPHANS.replace('if __name__ == "__main__":', "if True:"))
    command = [sys.executable, tmp_path / "program.py", tmp_path]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "W722" in done.stderr
    assert "if __name__ == '__main__'" in done.stderr
