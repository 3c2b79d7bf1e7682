"""Generated sparse layers for the comparison of expectations with samples."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot

import numpy as np

from ..backends.cost import Cost, evaluate_schedule
from ..backends.sampling import sample
from ..backends.sparse import SparseCost, evaluate_sparse
from ..ir import (
    FORMATS,
    Accelerator,
    Action,
    Block,
    Cluster,
    Dataflow,
    Density,
    Format,
    Interconnect,
    Mapping,
    Measured,
    Memory,
    SpatialMap,
    Structured,
    TemporalMap,
    Tensor,
    Uniform,
    Workload,
    operator_workload,
)
from ..ir.density_rules import data_shape, own_axes
from ..passes import schedule

Random = np.random.Generator


@dataclass(frozen=True, slots=True)
class Row:
    """One number of a case: what is expected, the mean of the samples, and the standard error of their difference."""

    name: tuple[str, ...]
    expected: float
    sampled: float
    error: float

    @property
    def deviation(self) -> float:
        """How far the mean of the samples lies from the expectation, relative to it."""
        return abs(self.sampled - self.expected) / self.expected if self.expected else float(self.sampled != 0)

    @property
    def settled(self) -> bool:
        """Whether the mean is known to a quarter of a percent."""
        return self.error <= 0.0025 * self.expected

    @property
    def agrees(self) -> bool:
        """Within 1 % if the mean is settled, else within four standard errors."""
        return self.deviation <= 0.01 if self.settled else abs(self.sampled - self.expected) <= 4 * self.error


def case(number: int) -> Mapping:
    """The generated layer of that number: a GEMM or a convolution on a machine with formats and actions."""
    rng = np.random.default_rng([number, 2026])
    workload = _workload(rng)
    densities = tuple((tensor.name, _density(rng, workload, tensor)) for tensor in workload.inputs)
    if rng.random() < 0.3:
        densities += ((workload.output.name, Uniform(round(rng.uniform(0.2, 0.9), 2))),)
    dataflow, units = _program(rng, workload)
    return Mapping(replace(workload, densities=densities), dataflow, _machine(rng, units), f"case {number}")


def compare(mapping: Mapping, batches: int, size: int, *, exact: bool = True) -> tuple[SparseCost, list[Row]]:
    """The numbers of a sparse cost, all or only the exact ones, beside the mean of samples.

    Batches of `size` samples are drawn until every mean is settled, at most so many.
    """
    cost: Cost = evaluate_schedule(schedule(mapping))
    found = evaluate_sparse(cost)
    assert found is not None
    expected = found.numbers(exact=exact)
    means: dict[tuple[str, ...], list[tuple[float, float]]] = {name: [] for name in expected}
    for batch in range(batches):
        drawn = sample(cost.schedule, size, batch)
        for name, pairs in means.items():
            pairs.append((drawn[name].mean, drawn[name].error))
        rows = [_row(name, expected[name], pairs, found.error(name)) for name, pairs in means.items()]
        if all(row.settled for row in rows):
            break
    return found, rows


def _row(name: tuple[str, ...], expected: float, batches: list[tuple[float, float]], drawn: float) -> Row:
    """The mean over batches of one size; `drawn` is the standard error of what is expected."""
    number = len(batches)
    mean = sum(mean for mean, _ in batches) / number
    return Row(name, expected, mean, hypot(drawn, *(error / number for _, error in batches)))


def _workload(rng: Random) -> Workload:
    if rng.random() < 0.6:
        return operator_workload("GEMM", {name: _pick(rng, 4, 6, 8, 12) for name in "MNK"})
    extents = {"N": 1, "K": _pick(rng, 2, 4), "C": _pick(rng, 2, 4, 8), "R": _pick(rng, 1, 2, 3), "S": 1}
    return operator_workload("CONV", extents | {"Y'": _pick(rng, 2, 4, 6), "X'": _pick(rng, 1, 2)})


def _density(rng: Random, workload: Workload, tensor: Tensor) -> Density:
    kind = _pick(rng, 0, 0, 1, 2, 3)
    density = round(rng.uniform(0.1, 0.9), 2)
    if kind == 1:
        n, m = ((1, 2), (1, 4), (2, 4), (3, 4))[rng.integers(4)]
        return Structured(n, m, str(rng.choice(own_axes(tensor))))
    if kind == 2:
        return Block(density, tuple(1 if len(s.terms) > 1 else _pick(rng, 1, 2, 4) for s in tensor.subscripts))
    if kind == 3:
        array = rng.random(data_shape(workload, tensor)) < density
        return Measured(array.shape, np.packbits(array.ravel()).tobytes(), "generated")
    return Uniform(density)


def _program(rng: Random, workload: Workload) -> tuple[Dataflow, int]:
    """One level, or two with four units each; every map partitions its parent's chunk."""
    spread = 4
    levels: list[tuple[SpatialMap | TemporalMap, ...]] = []
    lengths = dict(workload.extents)
    for _ in range(_pick(rng, 1, 1, 2)):
        movable = [name for name, length in lengths.items() if length > 1]
        names = [str(name) for name in rng.permutation(movable)]
        spatial = str(rng.choice(names)) if names else ""
        maps: list[SpatialMap | TemporalMap] = []
        for name in names:
            size = _pick(rng, *(size for size in (1, 2, 4, lengths[name]) if size <= lengths[name]))
            if name == spatial:
                size = min(size, max(1, lengths[name] // 2))
            maps.append((SpatialMap if name == spatial else TemporalMap)(size, size, name))
            lengths[name] = size
        levels.append(tuple(maps))
    clusters = tuple(Cluster(spread) for _ in levels[1:])
    return Dataflow(tuple(levels), clusters), spread ** len(levels)


def _machine(rng: Random, units: int) -> Accelerator:
    tensors = ("input", "filter", "output")
    network = Interconnect(multicast=bool(rng.random() < 0.7), reduction=bool(rng.random() < 0.7))
    memories = [Memory("DRAM", formats=_formats(rng, tensors)), Memory("L2", networks=(network,))]
    memories[1] = replace(memories[1], formats=_formats(rng, tensors))
    if local := rng.random() < 0.8:
        memories.append(Memory("L1", None, formats=_formats(rng, tensors)))
    actions = []
    if rng.random() < 0.8:
        actions.append(Action("MAC", _pick_text(rng, "skip", "skip", "gate"), _leaders(rng)))
    for at in ("DRAM", "L2", "L1") if local else ("DRAM", "L2"):
        if rng.random() < 0.6:
            follower, *others = (str(name) for name in rng.permutation(["input", "filter"]))
            kind = _pick_text(rng, "skip", "gate")
            if rng.random() < 0.3:
                actions.append(Action(at, kind, _leaders(rng), "output"))
            else:
                actions.append(Action(at, kind, tuple(others), follower))
    lanes = _pick(rng, 1, 1, 2, 4)
    return Accelerator("generated", units, tuple(memories), lanes, actions=tuple(actions))


def _formats(rng: Random, tensors: tuple[str, ...]) -> tuple[tuple[str, Format], ...]:
    return tuple(
        (name, Format(_pick_text(rng, *FORMATS), _pick(rng, 1, 2, 3, 4))) for name in tensors if rng.random() < 0.6
    )


def _leaders(rng: Random) -> tuple[str, ...]:
    return (("input",), ("filter",), ("input", "filter"))[rng.integers(3)]


def _pick(rng: Random, *values: int) -> int:
    return int(values[rng.integers(len(values))])


def _pick_text(rng: Random, *values: str) -> str:
    return values[int(rng.integers(len(values)))]
