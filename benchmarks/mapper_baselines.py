"""Random and genetic search against the mapper's proved optimum, in the same space, with 100 times its time.

    python benchmarks/mapper_baselines.py --cap 60 --layers gemm resnet

For comparison only. All evaluate one program at a time with the exact compiled evaluation of a point, and what does not
fit the machine's memories counts as tried but never wins. Times are processor seconds of a warm process.

* uniform: every point of the space is as likely as any other.
* log-uniform: structures as likely as each other, the logarithm of each extent broken evenly over the levels.
* genetic: after GAMMA (Kao and Krishna, ICCAD 2020) on pymoo. Genes are the structure, trip counts per dimension and
  level, orders, and placement; it starts again from new genes when it no longer improves.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from math import exp, inf, log
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

import numpy as np
from mapper import Distinct, first_seconds, search_layer, workload_line
from pymoo.algorithms.soo.nonconvex.ga import GA
from pymoo.core.crossover import Crossover
from pymoo.core.duplicate import NoDuplicateElimination
from pymoo.core.mutation import Mutation
from pymoo.core.problem import Problem
from pymoo.core.sampling import Sampling

from weft.frontends.accelerator import load_accelerator
from weft.frontends.workloads import parse_single
from weft.search import MapSpace, Point, Structure, machine_space
from weft.search.point_costs import PointCosts
from weft.search.question import measure

LAYERS = {
    "gemm": "gemm:M=1024,N=1024,K=1024",
    "resnet": "conv:K=64,C=64,R=3,S=3,Y'=56,X'=56",
    "depthwise": "dwconv:C=144,R=3,S=3,Y'=56,X'=56",
    "attention": "gemm:M=512,N=512,K=64",
    "small-gemm": "gemm:M=12,N=10,K=8",
    "small-thin": "gemm:M=64,N=3,K=5",
    "small-conv": "conv:K=4,C=3,R=3,S=1,Y'=6,X'=1",
    "small-depthwise": "dwconv:C=6,R=3,S=3,Y'=4,X'=4",
}
TIMES = 100
POPULATION, PATIENCE = 200, 60
"""Genes of a generation, and generations without a better one after which it starts again."""

Evaluate: TypeAlias = Callable[[Point], tuple[float, float] | None]
"""Energy in picojoules and cycles of a point; None if it does not fit."""


def evaluator(space: MapSpace) -> Evaluate:
    """Single evaluation of the points of a space."""
    costs = PointCosts(space)

    def evaluate(point: Point) -> tuple[float, float] | None:
        found = costs.evaluate(point)
        return (found.energy_pj, found.cycles) if found.fits else None

    return evaluate


class Run:
    """What a baseline has tried so far, and until when it may go on."""

    def __init__(self, evaluate: Evaluate, seconds: float) -> None:
        self.evaluate = evaluate
        self.tried, self.fitting, self.best = 0, 0, inf
        self.point: Point | None = None
        self._until = time.process_time() + seconds

    @property
    def over(self) -> bool:
        return time.process_time() > self._until

    def value(self, point: Point | None) -> float:
        """Energy times cycles; inf if it does not fit, or is none."""
        found = self.evaluate(point) if point else None
        self.tried += 1
        if found is None or point is None:
            return inf
        self.fitting += 1
        value = found[0] * found[1]
        if value < self.best:
            self.best, self.point = value, point
        return value


@dataclass(frozen=True)
class Genes:
    """A program as genes: into how many chunks each level cuts each dimension, and how it orders all of them."""

    structure: int
    trips: dict[str, tuple[int, ...]]
    orders: tuple[tuple[str, ...], ...]
    placement: int


class Nursery:
    """Makes and changes genes of a space whose chunks are even splits, without constraints on orders."""

    def __init__(self, space: MapSpace, seed: int) -> None:
        assert space.split == "even"
        assert not any(level.outside or level.orders or level.sizes for level in space.levels)
        self.space, self.random = space, Random(seed)
        self.structures = space.structures()
        self.placements = space.placements()
        self.names = tuple(space.workload.extents)

    def new(self) -> Genes:
        """Genes by chance."""
        levels = len(self.space.levels)
        return Genes(
            self.random.randrange(len(self.structures)),
            {name: self.new_trips(extent) for name, extent in self.space.workload.extents.items()},
            tuple(tuple(self.random.sample(self.names, len(self.names))) for _ in range(levels)),
            self.random.randrange(len(self.placements)),
        )

    def new_trips(self, extent: int) -> tuple[int, ...]:
        """The logarithm of an extent, broken by chance over the levels and what remains."""
        parts = [self.random.expovariate(1) for _ in range(len(self.space.levels) + 1)]
        share = log(extent) / sum(parts)
        return tuple(round(exp(part * share)) for part in parts[:-1])

    def point(self, genes: Genes) -> Point | None:
        """The program of genes; None if a chunk cannot be split over as many units as the structure keeps at work."""
        structure = self.structures[genes.structure]
        held = dict(self.space.workload.extents)
        parts = {name: self.space.chains(structure, name).parts for name in self.names}
        levels = []
        for number, order in enumerate(genes.orders):
            mapped = self._mapped(structure, number)
            for name in mapped:
                above, most = parts[name][number]
                trips = min(max(genes.trips[name][number], above + 1), most or held[name], held[name])
                whole, held[name] = held[name], -(-held[name] // trips)
                if most and -(-whole // held[name]) <= above:
                    return None
            levels.append(tuple((name, held[name]) for name in order if name in mapped))
        return Point(structure, tuple(levels), self.placements[genes.placement])

    def cross(self, one: Genes, other: Genes) -> Genes:
        """The structure of one, tiles, orders and placement of either."""
        either = self.random.random
        trips = {name: (one if either() < 0.5 else other).trips[name] for name in self.names}
        orders = tuple(a if either() < 0.5 else b for a, b in zip(one.orders, other.orders, strict=True))
        return replace(one, trips=trips, orders=orders, placement=(one if either() < 0.5 else other).placement)

    def mutate(self, genes: Genes) -> Genes:
        """One or a few changes."""
        changes = (self._scale, self._scale, self._tile, self._move, self._order, self._spread, self._hold)
        for _ in range(self.random.choice((1, 1, 2, 3))):
            genes = self.random.choice(changes)(genes)
        return genes

    def _mapped(self, structure: Structure, level: int) -> tuple[str, ...]:
        return self.space.mapped(structure, level)

    def _scale(self, genes: Genes) -> Genes:
        """Growth: one more or one less chunk, or twice or half as many, at one level."""
        name, level = self._place()
        count = genes.trips[name][level]
        count = self.random.choice((count + 1, count - 1, count * 2, count // 2))
        return self._with_trips(genes, name, level, count)

    def _tile(self, genes: Genes) -> Genes:
        """All tiles of a dimension anew."""
        name, _ = self._place()
        return replace(genes, trips=genes.trips | {name: self.new_trips(self.space.workload.extents[name])})

    def _move(self, genes: Genes) -> Genes:
        """A factor from one level to another."""
        name, level = self._place()
        other = self.random.randrange(len(self.space.levels))
        factor = self.random.choice((2, 3, genes.trips[name][level]))
        genes = self._with_trips(genes, name, level, genes.trips[name][level] // factor)
        return self._with_trips(genes, name, other, genes.trips[name][other] * factor)

    def _order(self, genes: Genes) -> Genes:
        """A dimension to another place in the order of a level."""
        level = self.random.randrange(len(genes.orders))
        order = list(genes.orders[level])
        name = order.pop(self.random.randrange(len(order)))
        order.insert(self.random.randrange(len(order) + 1), name)
        return replace(genes, orders=(*genes.orders[:level], tuple(order), *genes.orders[level + 1 :]))

    def _spread(self, genes: Genes) -> Genes:
        """Other spread dimensions or units."""
        return replace(genes, structure=self.random.randrange(len(self.structures)))

    def _hold(self, genes: Genes) -> Genes:
        """Another placement."""
        return replace(genes, placement=self.random.randrange(len(self.placements)))

    def _place(self) -> tuple[str, int]:
        return self.random.choice(self.names), self.random.randrange(len(self.space.levels))

    def _with_trips(self, genes: Genes, name: str, level: int, count: int) -> Genes:
        count = min(max(count, 1), self.space.workload.extents[name])
        trips = list(genes.trips[name])
        trips[level] = count
        return replace(genes, trips=genes.trips | {name: tuple(trips)})


def uniform(space: MapSpace, run: Run) -> None:
    """Points with equal chances."""
    random = Random(1)
    while not run.over:
        for point in space.sample(random, 100):
            run.value(point)


def log_uniform(space: MapSpace, run: Run) -> None:
    """Genes by chance."""
    nursery = Nursery(space, 1)
    while not run.over:
        for _ in range(100):
            run.value(nursery.point(nursery.new()))


def genetic(space: MapSpace, run: Run) -> None:
    """Generations of genes, again from new ones when they no longer improve."""
    for seed in range(1_000_000):
        nursery = Nursery(space, seed)
        algorithm = GA(
            POPULATION, sampling=_New(nursery), crossover=_Cross(nursery), mutation=_Mutate(nursery),
            eliminate_duplicates=NoDuplicateElimination(),
        )  # fmt: skip
        algorithm.setup(_Costs(nursery, run), termination=("n_gen", 1_000_000), seed=seed)
        best, since = inf, 0
        while since < PATIENCE:
            if run.over:
                return
            algorithm.next()
            now = float(algorithm.opt[0].F[0])
            best, since = (now, 0) if now < best else (best, since + 1)


class _Costs(Problem):
    """Logarithms, for pymoo compares differences; what does not fit is worse than all else."""

    def __init__(self, nursery: Nursery, run: Run) -> None:
        super().__init__(n_var=1, n_obj=1, vtype=object)
        self._nursery, self._run = nursery, run

    def _evaluate(self, x: Any, out: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        values = [self._run.value(self._nursery.point(genes)) for genes in x[:, 0]]
        out["F"] = np.array([min(log(value), 1e6) if value < inf else 1e6 for value in values])


class _New(Sampling):
    def __init__(self, nursery: Nursery) -> None:
        super().__init__()
        self._nursery = nursery

    def _do(self, problem: Any, n_samples: int, *args: Any, **kwargs: Any) -> Any:
        return _column(self._nursery.new() for _ in range(n_samples))


class _Cross(Crossover):
    def __init__(self, nursery: Nursery) -> None:
        super().__init__(n_parents=2, n_offsprings=2)
        self._nursery = nursery

    def _do(self, problem: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
        found = np.empty_like(x)
        for k in range(x.shape[1]):
            one, other = x[0, k, 0], x[1, k, 0]
            found[0, k, 0], found[1, k, 0] = self._nursery.cross(one, other), self._nursery.cross(other, one)
        return found


class _Mutate(Mutation):
    def __init__(self, nursery: Nursery) -> None:
        super().__init__(prob=0.9)
        self._nursery = nursery

    def _do(self, problem: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
        return _column(self._nursery.mutate(genes) for genes in x[:, 0])


def _column(genes: Iterator[Genes]) -> Any:
    items = list(genes)
    found = np.empty((len(items), 1), dtype=object)
    found[:, 0] = items
    return found


BASELINES = {"uniform": uniform, "log-uniform": log_uniform, "genetic": genetic}


@dataclass(frozen=True)
class Row:
    """A layer under one baseline: its best value over the proved optimum, and what it tried."""

    layer: str
    workload: str
    weft_seconds: float
    optimum: float
    baseline: str
    seconds: float
    tried: int
    fitting: int
    ratio: float


def compare(name: str, text: str, accelerator: str, cap: float) -> Iterator[Row]:
    """The rows of a layer. AssertionError if anything is better than what was proved to be the best."""
    machine = load_accelerator(accelerator)
    item = Distinct("", name, parse_single(text))
    weft = search_layer(item, machine, "edp", 600)
    assert weft.proved, name
    space = machine_space(item.workload, machine)
    for baseline, search in BASELINES.items():
        seconds = min(TIMES * weft.cpu_seconds, cap)
        evaluate = evaluator(space)
        evaluate(next(space.sample(Random(0), 1)))  # Its plan and its code are not counted.
        run = Run(evaluate, seconds)
        search(space, run)
        if run.point is not None:
            _check_winner(space, run)
        # Sums of the same terms in another order may differ in their last bits.
        assert run.best >= weft.value * (1 - 1e-12), f"{name}: {baseline} found {run.best}, below {weft.value}"
        yield Row(
            name, workload_line(item.workload), weft.cpu_seconds, weft.value, baseline, seconds, run.tried, run.fitting,
            run.best / weft.value,
        )  # fmt: skip


def _check_winner(space: MapSpace, run: Run) -> None:
    """Whether it is in the space, and costs what it costs by the evaluation of a schedule."""
    assert run.point is not None
    assert run.point in space
    metrics = measure(space, run.point, "throughput")
    assert abs(metrics.energy_pj * metrics.cycles / run.best - 1) < 1e-12, (metrics, run.best)


def line(row: Row) -> str:
    """A row of the table in Markdown."""
    ratio = f"{row.ratio:.3f}" if row.ratio < inf else "nothing fits"
    return (
        f"| {row.layer} | `{row.workload}` | {row.weft_seconds:.2f} | {row.baseline} | {row.seconds:.1f} "
        f"| {row.tried:,} | {row.fitting / max(row.tried, 1):.0%} | {ratio} |"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layers", nargs="+", choices=LAYERS, default=list(LAYERS))
    parser.add_argument("--accelerator", default="bench_256")
    parser.add_argument("--cap", type=float, default=inf, help="at most so many seconds for one baseline on one layer")
    parser.add_argument("--json", type=Path, help="write the rows here")
    options = parser.parse_args()
    print(f"first searches, not counted: {first_seconds(load_accelerator(options.accelerator), 'edp'):.2f} s\n")
    print("| layer | workload | Weft s | baseline | its s | tried | fit | EDP / proved optimum |")
    print("|---|---|--:|---|--:|--:|--:|--:|")
    rows = []
    for name in options.layers:
        for row in compare(name, LAYERS[name], options.accelerator, options.cap):
            rows.append(row)
            print(line(row), flush=True)
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")


if __name__ == "__main__":
    main()
