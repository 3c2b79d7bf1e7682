"""One executor serves all searches of an exploration."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

import pytest

import weft
from weft.search.workers.executors import Workers
from weft.search.workers.kept import kept_open


def counted(pool):
    """Workers whose executors are counted as they start and as they end."""
    starts, ends = [], []

    @contextmanager
    def start():
        starts.append(1)
        try:
            with pool() as executor:
                yield executor
        finally:
            ends.append(1)

    return Workers(start, 2), starts, ends


def test_an_exploration_of_several_waves_starts_its_executor_once():
    workers, starts, ends = counted(lambda: ThreadPoolExecutor(1))
    found = weft.explore(
        accelerator="bench_256", networks=["gemm:M=16,N=16,K=16"], objective="energy", workers=workers,
        vary={"pes": "4|8|16", "L2.capacity_bytes": "64|512", "L1.capacity_bytes": "4|16"},
    )  # fmt: skip
    assert found.answers[0].certificate["searches"] > 1
    assert (len(starts), len(ends)) == (1, 1)


def test_an_executor_whose_worker_died_is_started_anew():
    workers, starts, ends = counted(lambda: ProcessPoolExecutor(1, get_context("spawn")))
    with kept_open(workers) as kept:
        with kept.start() as executor:
            gone = executor.submit(os._exit, 1)
            with pytest.raises(Exception, match="terminated abruptly"):
                gone.result()
        with kept.start() as executor:
            assert executor.submit(abs, -3).result() == 3
    assert (len(starts), len(ends)) == (2, 2)


def test_an_error_ends_the_executor():
    workers, starts, ends = counted(lambda: ThreadPoolExecutor(1))
    with kept_open(workers) as kept:
        with pytest.raises(KeyboardInterrupt), kept.start():
            raise KeyboardInterrupt
        assert (len(starts), len(ends)) == (1, 1)
        with kept.start():
            assert len(starts) == 2
    assert len(ends) == 2
