"""The data of a fused program: what each layer makes of the whole, and what a run makes of its box."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from ....ir import Edge, FusedProgram, Workload
from ..values import REDUCTIONS, compute, neutral, scalars_of
from .steps import Box, elements, shape, stored_coordinates

MODULUS = 97
"""Products and sums of whole numbers are taken modulo this after every stage, so that they stay exact."""


class Run(Protocol):
    """A stage and the box of its points."""

    @property
    def stage(self) -> int:
        """The position of the stage."""

    @property
    def box(self) -> Box:
        """Its points."""


def expected(program: FusedProgram, workloads: Sequence[Workload], seed: int) -> tuple[list[dict[str, Any]], list[Any]]:
    """Random inputs and all outputs of the layers one after another; and empty arrays for what the runs make."""
    generator = np.random.default_rng(seed)
    data: list[dict[str, Any]] = []
    for number, workload in enumerate(workloads):
        own: dict[str, Any] = {}
        edges = {edge.tensor: edge for edge in program.edges if edge.consumer == number}
        for tensor in workload.inputs:
            if edge := edges.get(tensor.name):
                made = data[edge.producer][workloads[edge.producer].output.name]
                own[tensor.name] = _as_input(program, edge, workload, made)
            else:
                own[tensor.name] = generator.integers(1, 20, shape(workload, tensor.name)).astype(float)
        if workload.statement is not None:
            names = scalars_of(workload.statement, {tensor.name for tensor in workload.inputs})
            own |= {name: float(generator.integers(1, 5)) for name in names}
        whole: Box = tuple((name, 0, extent) for name, extent in workload.dimensions)
        own[workload.output.name] = np.full(shape(workload, workload.output.name), np.nan)
        _compute(workload, whole, own, own[workload.output.name])
        data.append(own)
    return data, [np.full(shape(w, w.output.name), np.nan) for w in workloads]


def run_box(program: FusedProgram, run: Run, workload: Workload, data: list[dict[str, Any]], made: list[Any]) -> bool:
    """Compute a box from what was made before; False if an operand is not there yet."""
    own = dict(data[run.stage])
    for edge in program.edges:
        if edge.consumer == run.stage:
            own[edge.tensor] = _as_input(program, edge, workload, made[edge.producer])
    return _compute(workload, run.box, own, made[run.stage])


def _as_input(program: FusedProgram, edge: Edge, workload: Workload, made: Any) -> Any:
    """What a producer made, in the shape of the consumer's input: a view of the part that is read."""
    wanted, axes = shape(workload, edge.tensor), program.axes(edge) or ()
    part = made[tuple(slice(wanted[at]) if at >= 0 else slice(1) for at in axes)]
    return part.reshape(wanted)


def _compute(workload: Workload, box: Box, arrays: dict[str, Any], output: Any) -> bool:
    """Fill the part of `output` that a box makes; whether all operands were there."""
    values: dict[str, Any] = {name: item for name, item in arrays.items() if np.ndim(item) == 0}
    for tensor in workload.inputs:
        at = stored_coordinates(workload, tensor.name, box)
        inside = ((at >= 0) & (at < np.array(arrays[tensor.name].shape))).all(axis=1)
        read = np.full(len(at), float(workload.outside if workload.outside is not None else 0.0))
        read[inside] = arrays[tensor.name][tuple(at[inside].T)]
        values[tensor.name] = read
    if any(np.isnan(item).any() for item in values.values()):
        return False
    places = tuple(elements(workload, workload.output, box).T)
    statement = workload.statement
    with np.errstate(all="ignore"):
        if statement is None:
            output[places] = 0.0
            np.add.at(output, places, np.prod([values[t.name] for t in workload.inputs], axis=0))
            output[places] %= MODULUS
        else:
            result = compute(statement.value, values)
            if statement.reduction:
                output[places] = neutral(statement)
                REDUCTIONS[statement.reduction].at(output, places, result)
            else:
                output[places] = result
    # What takes in padding alone is no number that a later stage could use.
    output[places] = np.where(np.isfinite(output[places]), output[places], 0.0)
    return True
