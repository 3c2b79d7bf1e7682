"""Random and genetic search for a machine that layers share, in the same joint space as the proved search.

An evaluation is one program of one layer on one machine, by the exact compiled evaluation. A machine that breaks a rule
or a limit by itself is not counted, and random search looks at as many programs of each layer as it likes on every
machine and takes the best. So both have more of an evaluation than the proved search, of which every bound counts.

* random: machines by chance within the limits, and for each layer the best of many programs by chance that fits.
* genetic: pymoo's, over the genes of the machine and of all layers at once. It begins with designs of random search,
  for a quarter of its evaluations; a child has each layer's program from one of its parents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from math import inf, log
from typing import Any

import numpy as np
from pymoo.algorithms.soo.nonconvex.ga import GA
from pymoo.core.crossover import Crossover
from pymoo.core.duplicate import NoDuplicateElimination
from pymoo.core.mutation import Mutation
from pymoo.core.problem import Problem
from pymoo.core.sampling import Sampling
from shared_designs import Floats, Genes, Machines, Programs

from weft.exploration.together import Share
from weft.ir import Accelerator, Job
from weft.search.descent.tally import BOXES, PROGRAMS
from weft.search.layer import LayerSearch
from weft.search.objective import EXPONENTS
from weft.search.point_costs import PointCosts
from weft.search.several import SeveralSearch

TIMES = 100
MACHINES = 100
"""Machines that random search tries."""

POPULATION = 200


@dataclass
class Count:
    """Bounds of boxes of programs, and programs, that searches of layers looked at."""

    looked_at: int = 0


@contextmanager
def counting() -> Iterator[Count]:
    """Count what all searches of layers look at."""
    count, done, run = Count(), LayerSearch.done, SeveralSearch.run

    def counted_done(self: LayerSearch, *given: Any) -> None:
        before = int(self.counts[BOXES] + self.counts[PROGRAMS])
        done(self, *given)
        count.looked_at += int(self.counts[BOXES] + self.counts[PROGRAMS]) - before

    def counted_run(self: SeveralSearch) -> None:
        run(self)
        count.looked_at += int(self.counts[BOXES] + self.counts[PROGRAMS])

    # Searches have no hook for it: the benchmark counts by standing in between.
    LayerSearch.done, SeveralSearch.run = counted_done, counted_run  # type: ignore[method-assign]
    try:
        yield count
    finally:
        LayerSearch.done, SeveralSearch.run = done, run  # type: ignore[method-assign]


class Joint:
    """Designs as rows of genes, and what is known of the best one."""

    def __init__(self, job: Job, layers: Sequence[Share], objective: str, evaluations: int) -> None:
        self.machines = Machines(job, layers)
        self.exponents = EXPONENTS[objective]
        spends = self.exponents[0] > 0 or "power_mw" in dict(job.limits)
        self.programs = [Programs(layer, spends) for layer in layers]
        self.counts = np.array([layer.count for layer in layers], float)
        self.left = evaluations
        widths = [item.genes(job.space.base) for item in self.programs]
        self.starts = np.cumsum([self.machines.genes, *widths])
        self.best, self.genes = inf, np.empty(0)

    def block(self, layer: int) -> slice:
        """Where a layer's genes are."""
        return slice(self.starts[layer], self.starts[layer + 1])

    def machine(self, genes: Genes) -> Accelerator | None:
        """The machine of a design."""
        return self.machines.machine(self.machines.numbers(genes[: self.machines.genes]))

    def value(self, costs: Floats) -> Floats:
        """energy^a · cycles^b of programs [..., 2]."""
        a, b = self.exponents
        found: Floats = costs[..., 0] ** a * costs[..., 1] ** b
        return found

    def total(self, genes: Genes, machine: Accelerator, costs: Floats) -> float:
        """The value of a design from the costs of its layers [layers, 2]; the best within the limits is kept."""
        value = float((self.counts * self.value(costs)).sum())
        energy, cycles = (self.counts[:, None] * costs).sum(axis=0)
        if value < self.best and self.machines.keeps(machine, energy, cycles):
            self.best, self.genes = value, genes.copy()
        return value

    def check(self) -> None:
        """AssertionError unless the best design is one of the space, and costs what single evaluation says."""
        machine = self.machine(self.genes)
        assert machine is not None
        costs = np.empty((len(self.programs), 2))
        for layer, programs in enumerate(self.programs):
            space, point = programs.point(machine, self.genes[self.block(layer)])
            assert point in space
            found = PointCosts(space).evaluate(point)
            assert found.fits
            costs[layer] = found.energy_pj, found.cycles
        assert abs(float((self.counts * self.value(costs)).sum()) / self.best - 1) < 1e-12


def drawn(joint: Joint, each: int, random: np.random.Generator) -> Iterator[Genes]:
    """Machines by chance within the limits, with the best of `each` programs by chance for every layer."""
    while True:
        genes = random.random(joint.starts[-1])
        machine = joint.machine(genes)
        if machine is None:
            continue
        costs = np.empty((len(joint.programs), 2))
        for layer, programs in enumerate(joint.programs):
            block = random.random((each, joint.starts[layer + 1] - joint.starts[layer]))
            found = programs.price([machine] * each, block)
            best = int(joint.value(found).argmin())
            costs[layer], genes[joint.block(layer)] = found[best], block[best]
        joint.left -= each * len(joint.programs)
        joint.total(genes, machine, costs)
        yield genes


def random_search(joint: Joint) -> None:
    """The best programs by chance of machines by chance."""
    each = joint.left // (MACHINES * len(joint.programs))
    for _ in islice(drawn(joint, each, np.random.default_rng(1)), MACHINES):
        pass


def genetic_search(joint: Joint) -> None:
    """Generations of designs."""
    algorithm = GA(
        POPULATION, sampling=_New(joint), crossover=_Cross(joint), mutation=_Mutate(joint),
        eliminate_duplicates=NoDuplicateElimination(),
    )  # fmt: skip
    algorithm.setup(_Costs(joint), termination=("n_gen", 10**9), seed=1)
    while joint.left > 0:
        algorithm.next()


class _Costs(Problem):
    """Logarithms, for pymoo compares differences; layers that do not fit, and machines over a limit, come after all."""

    def __init__(self, joint: Joint) -> None:
        super().__init__(n_var=int(joint.starts[-1]), n_obj=1, xl=0.0, xu=1.0)
        self._joint = joint

    def _evaluate(self, x: Any, out: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        joint = self._joint
        machines = [joint.machine(genes) for genes in x]
        rows = [number for number, machine in enumerate(machines) if machine is not None]
        chosen = [machine for machine in machines if machine is not None]
        costs = np.full((len(joint.programs), len(x), 2), inf)
        for layer, programs in enumerate(joint.programs):
            if rows:
                costs[layer, rows] = programs.price(chosen, np.ascontiguousarray(x[rows, joint.block(layer)]))
        joint.left -= len(rows) * len(joint.programs)
        out["F"] = np.array([self._fitness(*item, costs[:, n]) for n, item in enumerate(zip(x, machines, strict=True))])

    def _fitness(self, genes: Genes, machine: Accelerator | None, costs: Floats) -> float:
        if machine is None:
            return 1e6
        unfit = int(np.isinf(costs[:, 0]).sum())
        if unfit:
            return 1e3 * (1 + unfit)
        value = self._joint.total(genes, machine, costs)
        energy, cycles = (self._joint.counts[:, None] * costs).sum(axis=0)
        return log(value) if self._joint.machines.keeps(machine, energy, cycles) else 1e3 + log(energy / cycles)


class _New(Sampling):
    """Designs by chance as of random search, for a quarter of all evaluations."""

    def __init__(self, joint: Joint) -> None:
        super().__init__()
        self._joint = joint

    def _do(self, problem: Any, n_samples: int, *args: Any, **kwargs: Any) -> Any:
        each = max(1, self._joint.left // (4 * n_samples * len(self._joint.programs)))
        return np.array(list(islice(drawn(self._joint, each, np.random.default_rng(2)), n_samples)))


class _Cross(Crossover):
    """The machine of one, and each layer's program from either."""

    def __init__(self, joint: Joint) -> None:
        super().__init__(n_parents=2, n_offsprings=2)
        self._joint, self._random = joint, np.random.default_rng(3)

    def _do(self, problem: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
        found = x.copy()
        for pair in range(x.shape[1]):
            for layer in np.flatnonzero(self._random.random(len(self._joint.programs)) < 0.5):
                block = self._joint.block(int(layer))
                found[:, pair, block] = x[::-1, pair, block]
        return found


class _Mutate(Mutation):
    """A few genes anew or a little different: of the machine sometimes, of each layer about one."""

    def __init__(self, joint: Joint) -> None:
        super().__init__(prob=1.0)
        self._random = np.random.default_rng(4)
        widths = np.diff(joint.starts)
        self._chance = np.concatenate([np.full(joint.machines.genes, 0.1), *(np.full(n, 0.5 / n) for n in widths)])

    def _do(self, problem: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
        change = self._random.random(x.shape) < self._chance
        near = np.clip(x + 0.05 * self._random.standard_normal(x.shape), 0.0, np.nextafter(1.0, 0.0))
        new = np.where(self._random.random(x.shape) < 0.5, self._random.random(x.shape), near)
        return np.where(change, new, x)


BASELINES = {"random": random_search, "genetic": genetic_search}
