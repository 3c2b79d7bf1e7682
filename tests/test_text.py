"""Values of the IR print as text that parses back, and a network is a graph."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings
from strategies import mappings

import weft
from weft.frontends.accelerator import parse_accelerator
from weft.frontends.maestro import parse_maestro

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


@seed(3)
@settings(max_examples=75, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(mappings())
def test_a_mapping_is_read_back_from_its_text(mapping):
    again = weft.parse_mapping(str(mapping))
    assert (again.workload, again.dataflow, again.accelerator) == (
        mapping.workload,
        mapping.dataflow,
        mapping.accelerator,
    )
    assert parse_accelerator(str(mapping.accelerator)) == mapping.accelerator


def test_a_mapping_without_its_machine_is_refused():
    with pytest.raises(weft.WeftError, match="the machine is missing"):
        weft.parse_mapping("Layer L { Type: GEMM Dimensions { M: 4, N: 4, K: 4 } Dataflow { SpatialMap(1,1) M; } }")


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.m")), ids=lambda path: path.stem)
def test_every_example_is_read_back_from_its_text(path):
    [network] = weft.read(path)
    assert parse_maestro(str(network)) == (network,)


def test_a_network_is_a_graph_of_its_layers():
    [network] = weft.read(EXAMPLES / "figure5.m")
    graph = network.graph()
    assert list(graph.edges) == [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]
    assert [graph.nodes[number]["layer"].name for number in graph] == list("ABCDEF")
