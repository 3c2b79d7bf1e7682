"""Documents of explorations of every kind are what their schema says, whatever was found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from test_explore_networks import JOB as NETWORKS
from test_pipelined import JOB as PIPELINED
from test_pipelined import PROGRAM

import weft

SCHEMA = json.loads((Path(__file__).parents[1] / "docs/explore.schema.json").read_text("utf-8"))
POWERED = {"set": {"area_table": "maestro_2019"}, "limits": {"area_mm2": 1, "power_mw": 30}}


def read(found):
    """The document as a reader of JSON has it; it has no numbers that JSON has not."""
    return json.loads(json.dumps(found.to_dict(), allow_nan=False))


def problems(document):
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(document)]


@pytest.fixture
def networks(tmp_path):
    (tmp_path / "job.yaml").write_text(NETWORKS, "utf-8")
    return str(tmp_path / "job.yaml")


@pytest.fixture(scope="module")
def explored(tmp_path_factory):
    """One document, as text."""
    job = tmp_path_factory.mktemp("networks") / "job.yaml"
    job.write_text(NETWORKS, "utf-8")
    return json.dumps(read(weft.explore(str(job), sensitivity=False)))


@pytest.fixture
def programs(tmp_path):
    (tmp_path / "net.m").write_text(PROGRAM, "utf-8")
    return [str(tmp_path / "net.m")]


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "changes",
    [
        {"front": ["cycles", "area"]},
        {"objective": "energy", "sensitivity": False},
        {"objective": "cycles", "sensitivity": False, "share": "one"},
        {"objective": "cycles", "across": "worst", "front": ["area", "cycles"]},
        {"objective": "cycles", "budget": 0.0, "front": ["cycles", "area"]},
        {"limits": {"area_mm2": 1e-5}, "front": ["edp", "area"]},
        {"objective": "cycles", "vary": {"pes": "4|16", "shape": "2x2|4x4"}},
        {"objective": "cycles", "front": ["power", "cycles"], **POWERED},
    ],
)
def test_a_document_of_networks_is_of_the_schema(networks, changes):
    document = read(weft.explore(networks, **changes))
    assert problems(document) == []
    over = document["over"]
    beyond = sum(number for name, number in over.items() if name != "both") - over.get("both", 0)
    assert document["machines"] == document["valid"] + document["illegal"] + beyond
    assert set(document["best"]) == set(document["certificate"]) == set(document["question"]["objectives"])


@pytest.mark.parametrize(
    "changes",
    [{"pipelined": "latency"}, {"pipelined": "pace", "objective": ["cycles", "energy"]}, {"budget": 0.0, "gap": 0.1}],
)
def test_a_document_of_a_pipelined_design_is_of_the_schema(programs, changes):
    asked = PIPELINED | {"pipelined": "latency", "limits": {"area_mm2": 0.0018}} | changes
    assert problems(read(weft.explore(**asked, programs=programs))) == []


@pytest.mark.parametrize(
    ("place", "value"),
    [(("best", "cycles", "metrics", "cycles"), "many"), (("answers",), {}), (("certificate", "cycles", "status"), "x")],
)
def test_what_is_not_of_the_schema_is_told(explored, place, value):
    document = json.loads(explored)
    assert problems(document) == []
    part = document
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    assert len(problems(document)) == 1
