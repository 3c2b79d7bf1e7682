"""The hardware exploration of the MAESTRO paper: designs a second, beside the paper's rate and single evaluations.

    python benchmarks/explore.py [--time throughput]

Prints CPU seconds of one core after loading, of all four runs: two dataflows on two layers, 477 162 000 designs; then
the best designs of each.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import process_time

import weft
from weft.exploration.one_dataflow import OneDataflow
from weft.exploration.one_job import answered, layer_runs
from weft.explorations import written_layers
from weft.frontends.exploration import load_job
from weft.ir import Mapping

JOBS = Path(__file__).parents[1] / "examples" / "explore"
PAPER = 0.17e6
"""Designs a second, skipped ones counted, of the paper's own exploration."""

SINGLE = 40
"""Designs that are evaluated one by one."""


def job_runs(name: str, time: str) -> tuple[object, list[tuple[str, str, OneDataflow]]]:
    """The runs of a job of the examples, one per program so that each dataflow has its own figures."""
    job = load_job(str(JOBS / f"{name}.yaml"), {"time": time})
    found = []
    for network, layer, run in layer_runs(job, written_layers(job)):
        found += [(network, layer, OneDataflow(job.space, [program], run.question)) for program in run.programs]
    return job, found


def one_by_one(network: str, layer: str, run: OneDataflow, job: object) -> float:
    """CPU seconds of `weft.evaluate` for a design of the front, with its machine."""
    designs = answered(job, [(network, layer, run)]).runs[0].front
    chosen = Random(0).sample(designs, min(SINGLE, len(designs)))
    start = process_time()
    for design in chosen:
        mapping = Mapping(run.programs[0].workload, design.programs[0].dataflow, design.accelerator)
        cost = weft.evaluate(mapping)
        _ = cost.cycles(run.question.time), cost.energy_pj, cost.area.area_um2, cost.power.power_mw
    return (process_time() - start) / len(chosen)


def best_rows(network: str, layer: str, run: OneDataflow, job: object) -> Iterator[str]:
    """The best designs of a dataflow on a layer."""
    answer = answered(job, [(network, layer, run)]).runs[0]
    for name, design in answer.best.items():
        settings, metrics, program = dict(design.settings), design.metrics, design.programs[0]
        tiles = " ".join(f"{size}={number}" for size, number in program.tiles)
        memory = (settings["L2.capacity_bytes"] + settings["pes"] * settings["L1.capacity_bytes"]) / 1024
        rate = run.programs[0].workload.macs / metrics.cycles
        machine = f"{settings['pes']:4} {settings['L2.bandwidth']:4} {memory:7.1f}"
        cost = f"{rate:7.2f} {metrics.energy_pj / 1e6:8.1f} {metrics.area_mm2:6.2f} {metrics.power_mw:6.1f}"
        yield f"{layer:8} {Path(program.file).stem:9} {name:7} {tiles:10} {machine} {cost}"


def main() -> None:
    """Run everything twice: the first time loads compiled code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--time", choices=["throughput", "stepwise"], default="stepwise")
    time = parser.parse_args().time
    job_runs("maestro_conv2", time)[1][0][2].run()
    designs = valid = seconds = 0.0
    best: list[str] = []
    print(f"{time} time")
    print(f"{'layer':8} {'dataflow':9} {'designs':>12} {'valid':>9} {'front':>6} {'CPU s':>7} {'designs/s':>10}")
    for name in ("maestro_conv2", "maestro_conv11"):
        job, runs = job_runs(name, time)
        for network, layer, run in runs:
            start = process_time()
            run.run()
            took = process_time() - start
            counts, program = run.counts, Path(run.programs[0].name).stem
            row = f"{counts.designs:12,} {counts.valid:9,} {len(run.front.places):6,} {took:7.2f}"
            print(f"{layer:8} {program:9} {row} {counts.designs / took:10.3g}")
            best += best_rows(network, layer, run, job)
            designs, valid, seconds = designs + counts.designs, valid + counts.valid, seconds + took
    each = one_by_one(*runs[-1], job)
    rate = designs / seconds
    print(f"all: {designs:,.0f} designs, {valid:,.0f} valid, {seconds:.2f} CPU s, {rate:.3g} designs/s")
    print(f"{rate / PAPER:,.0f} times the paper's rate")
    print(f"{rate * each:,.0f} times weft.evaluate, {each * 1e3:.2f} ms each")
    titles = f"{'PEs':>4} {'bw':>4} {'KiB':>7} {'MACs/c':>7} {'uJ':>8} {'mm2':>6} {'mW':>6}"
    print(f"{'layer':8} {'dataflow':9} {'best':7} {'tiles':10} {titles}", *best, sep="\n")


if __name__ == "__main__":
    main()
