"""Raising a lowered program gives the canonical program back, on the generators of the exactness tests."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, seed, settings
from strategies import mappings

from weft.ir import Access, Compute, Mapping, Statement, Workload
from weft.passes import lower, raise_nest, schedule

SEEN_AS = {"FC": "CONV", "TRCONV": "CONV"}
"""A fully connected layer is a convolution over all of its input, and zeros in an input are no part of a loop nest."""


def tensors_of(workload: Workload) -> list[tuple[str, list[frozenset[object]]]]:
    """The tensors whatever the order of the terms in a subscript."""
    return [(tensor.name, [frozenset(axis.terms) for axis in tensor.subscripts]) for tensor in workload.tensors]


def as_written(workload: Workload) -> Workload:
    """The workload that loops say: a sum without a product, which takes in what it finds where it adds once."""
    if len(workload.inputs) > 1:
        return workload
    (tensor,), output = workload.inputs, Access(workload.output.name)
    if workload.reduction_dimensions:
        return replace(workload, statement=Statement(output, Access(tensor.name), "+"))
    before = replace(workload.output, name=f"{output.array}_before")
    value = Compute("+", (Access(before.name), Access(tensor.name)))
    return replace(workload, inputs=(before, tensor), statement=Statement(output, value))


def inseparable(workload: Workload) -> bool:
    """Whether two dimensions move every tensor in one proportion, so that a loop nest may be one dimension in tiles."""
    columns = Counter()
    for name in workload.extents:
        column = [
            next((term.coefficient for term in axis.terms if term.dimension == name), 0)
            for tensor in workload.tensors
            for axis in tensor.subscripts
        ]
        if any(column):
            columns[tuple(entry / max(column) for entry in column)] += 1
    return max(columns.values()) > 1


def check_round_trip(mapping: Mapping) -> None:
    general = mapping.workload.operator == "AFFINE"
    found = schedule(mapping)
    nest = lower(found)
    (raised,) = raise_nest(nest, recognize=not general)
    assert raised.workload is not None, raised.diagnostics
    if inseparable(mapping.workload):
        # As many points under fewer names.
        assert raised.workload.macs == mapping.workload.macs
        return
    assert raised.dataflow == found.canonical, f"{nest}\n{raised.dataflow}\n{found.canonical}"
    if general:
        expected = as_written(mapping.workload)
        assert raised.workload.dimensions == expected.dimensions
        assert tensors_of(raised.workload) == tensors_of(expected)
        assert raised.workload.statement == expected.statement
    else:
        operator = SEEN_AS.get(mapping.workload.operator, mapping.workload.operator)
        assert raised.workload == replace(mapping.workload, operator=operator, zero_insertion=())
        assert raised.kind == operator
    levels = [level.units for level in found.levels]
    assert list(raised.units)[1:] == levels[1:]


def every_program(number: int, draw_seed: int, most_inseparable: int) -> None:
    apart = []

    @seed(draw_seed)
    @settings(max_examples=number, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(mappings())
    def check(mapping):
        apart.append(inseparable(mapping.workload))
        check_round_trip(mapping)

    check()
    assert sum(apart) <= most_inseparable


@pytest.mark.parametrize("draw_seed", range(2))
def test_raising_a_lowered_program_gives_it_back_on_100_generated_programs(draw_seed):
    every_program(50, draw_seed, 10)


@pytest.mark.campaign
@pytest.mark.parametrize("draw_seed", range(100, 140))
def test_raising_a_lowered_program_gives_it_back_on_the_campaign_of_10000(draw_seed):
    every_program(250, draw_seed, 10)
