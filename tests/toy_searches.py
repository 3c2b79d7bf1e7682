"""Searches for the tests of `drive`: each adds up squares in waves; some of their tasks kill the worker."""

import os
import signal
import time
from pathlib import Path

from weft.search.workers.waves import Task


def square(number, seconds=0.0):
    time.sleep(seconds)
    return number * number


def fail(message):
    raise ArithmeticError(message)


def kill_own_process():
    os.kill(os.getpid(), signal.SIGKILL)


def die_unless(path, number):
    """Dies the first time, lives when the file is there."""
    if not Path(path).exists():
        Path(path).touch()
        kill_own_process()
    return number


def touch_and_sleep(path, seconds):
    Path(path).touch()
    time.sleep(seconds)
    _end(path).touch()
    return 0


def slept(path):
    """Whether `touch_and_sleep` came to its end."""
    return _end(path).exists()


def _end(path):
    return Path(f"{path}.end")


class Squares:
    """Waves of 1 to `waves` tasks each; a wave depends on the sum so far, and order matters to `log`."""

    def __init__(self, start, waves, seconds=lambda number: 0.0):
        self.start, self.waves, self.seconds = start, waves, seconds
        self.total, self.wave, self.finished = 0, 0, False
        self.log, self.out = [], 0

    def next_wave(self):
        assert self.out == 0, "a wave was asked for while one is out"
        assert not self.finished
        self.wave += 1
        self.finished = self.wave > self.waves
        count = 0 if self.finished else (self.start + self.wave) % 5 + 1
        self.out = count
        numbers = [self.start + self.total % 7 + index for index in range(count)]
        return [Task(f"square {number}", square, (number, self.seconds(number))) for number in numbers]

    def done(self, task, result):
        self.out -= 1
        self.total += result
        self.log.append((task.name, result))


class Waves:
    """Given tasks, wave by wave."""

    def __init__(self, *waves):
        self.waves = list(waves)
        self.results = {}

    def next_wave(self):
        return self.waves.pop(0) if self.waves else []

    def done(self, task, result):
        assert task.name not in self.results
        self.results[task.name] = result


class OneWave(Waves):
    """Given tasks, all at once."""

    def __init__(self, *tasks):
        super().__init__(tasks)


def squares(count, seconds=lambda number: 0.0):
    """Several searches of different lengths; the fifth has no work."""
    return [Squares(3 * number, 0 if number == 4 else number % 4 + 2, seconds) for number in range(count)]


def outcome(searches):
    """All that a search has found, in the order in which it found it."""
    return [(search.total, search.log, search.finished) for search in searches]
