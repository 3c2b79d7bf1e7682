"""Small machines and layers that the mapper searches in a moment, once its code is compiled."""

from dataclasses import replace

import weft
from weft.ir import Layer
from weft.search.network import map_layers
from weft.search.objective import read_objective
from weft.search.request import Request, Settings
from weft.search.spaces.request import SpaceRequest

MACHINE = replace(weft.load_accelerator("bench_256"), pes=16, shape=(4, 4))
ARGUMENTS = ("-a", "bench_256", "--set", "pes=16", "--shape", "4x4", "-q")
GEMM = "gemm:M=16,N=16,K=16"


def gemm(m=16, n=16, k=16):
    return weft.parse_workload(f"gemm:M={m},N={n},K={k}")


def layers(*workloads):
    return [("", Layer(f"layer {number}", workload)) for number, workload in enumerate(workloads)]


def settings(objective="edp", limits=None, **others):
    return Settings(read_objective(objective, limits), **others)


def mapped(workloads, *, request=None, machine=MACHINE, objective="edp", **others):
    """The result of some workloads; `others` go to `map_layers`, or are settings."""
    chosen = {name: others.pop(name) for name in ("time", "gap", "budget", "top", "within", "limits") if name in others}
    asked = Request(machine, request or SpaceRequest(), settings(objective, **chosen))
    return map_layers(layers(*workloads), asked, **others)
