"""Searches of shared machines: stopped on the way and gone on with, on a cluster, and seen on a terminal."""

from __future__ import annotations

import io
import signal

import pytest
from rich.console import Console
from test_explore_networks import JOB, without_times

import weft
from weft.cli.progress import Progress
from weft.exploration.optima import Means
from weft.exploration.shared_job import How
from weft.explorations import explore_job
from weft.frontends.exploration import load_job

CHANGES = {
    "objective": "energy",
    "networks": ["gemm:M=6,N=4,K=8"],
    "vary": {"pes": "8|16", "L1.capacity_bytes": "needed", "DRAM.shared_bandwidth": "4|16"},
}


@pytest.fixture
def job(tmp_path):
    path = tmp_path / "job.yaml"
    path.write_text(JOB, "utf-8")
    return str(path)


def explored(job, store=None, **means):
    return explore_job(load_job(job, CHANGES | {"front": ["energy", "area"]}), How(), Means(**means), store)


def test_ctrl_c_gives_what_is_known_and_a_store_goes_on_from_there(job, tmp_path):
    def interrupt(search):
        signal.raise_signal(signal.SIGINT)

    whole = explored(job)
    stopped = explored(job, tmp_path / "kept", look=interrupt)
    assert stopped.interrupted
    assert not whole.interrupted
    assert whole.proved
    (answer,), (proved,) = stopped.answers, whole.answers
    assert answer.search.lower_bound <= proved.search.best.value * (1 + 1e-9)
    assert answer.search.best is None or answer.search.best.value >= proved.search.best.value * (1 - 1e-9)
    assert not stopped.front.complete
    assert stopped.sensitivity["energy"].fields == ()
    again = explored(job, tmp_path / "kept")
    assert again.answers[0].certificate["searches"] < proved.certificate["searches"]
    assert without_times(again.to_dict()) == without_times(whole.to_dict())


def test_a_cluster_changes_no_answer(job, tmp_path):
    pytest.importorskip("distributed", reason="Dask is an extra")
    from test_mapper_dask import cluster

    from weft.search.workers.dask_cluster import dask

    with cluster(tmp_path) as (address, _):
        found = weft.explore(job, **CHANGES | {"front": ["energy", "area"]}, workers=dask(address))
    assert without_times(found.to_dict()) == without_times(explored(job).to_dict())


def test_a_terminal_sees_boxes_value_and_gap(job):
    out = Console(file=io.StringIO(), force_terminal=True, width=120, color_system=None, legacy_windows=False)
    seen = []
    with Progress(None, out) as bar:

        def look(search):
            seen.append(search)
            bar.update_boxes(search)

        found = explored(job, look=look)
    text = out.file.getvalue()
    assert "boxes done" in text
    assert f"best {found.answers[0].search.best.value:.6g}" in text
    assert seen[0].question.objective == "energy"
    assert seen[0].open == 0


def test_a_pipe_sees_nothing(job):
    out = Console(file=io.StringIO(), force_terminal=False)
    with Progress(None, out) as bar:
        explored(job, look=bar.update_boxes)
    assert out.file.getvalue() == ""
