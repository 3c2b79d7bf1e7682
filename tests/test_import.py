"""`import weft` is light, and every name that it promises is there."""

import json
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import weft

HEAVY = (
    *("islpy", "sympy", "pydantic", "pydantic_core", "rich", "lark", "numpy", "networkx", "click", "yaml"),
    *("numba", "distributed", "xdsl", "pycparser", "onnx", "google.protobuf", "altair", "vl_convert"),
)


def loaded_after(statement):
    """The heavy modules that are loaded once `statement` has run in a process of its own."""
    program = f"{statement}\nimport json, sys\nprint(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_import_weft_loads_nothing_heavy():
    assert loaded_after("import weft; weft.__version__; dir(weft)") == []


def test_the_ir_loads_nothing_heavy():
    # A program with plain numbers needs no sympy; a machine needs no YAML.
    statement = (
        "from weft.ir import *\n"
        "operator_workload('GEMM', {'M': 2, 'N': 2, 'K': 2})\n"
        "str(Dataflow(((SpatialMap(1, 1, 'M'),),)))\n"
        "Accelerator('m', 4, (Memory('L2'),))"
    )
    assert loaded_after(statement) == []


def test_the_command_line_answers_help_without_the_backends():
    assert set(loaded_after("import weft.cli")) <= {"click"}


def test_the_interface_loads_no_parser_before_it_reads():
    assert not {"xdsl", "pycparser", "lark", "onnx"} & set(loaded_after("import weft.cli, weft.api"))


def test_the_energy_backend_reads_no_table_before_it_is_asked():
    assert "yaml" not in loaded_after("import weft.backends.energy")


@pytest.mark.parametrize("name", weft.__all__)
def test_a_promised_name_resolves_and_is_documented(name):
    found = getattr(weft, name)
    assert found is not None
    assert found.__doc__
    assert name in dir(weft)


def test_the_promised_names_are_sorted_and_unique():
    assert list(weft.__all__) == sorted(set(weft.__all__), key=lambda name: (name.islower(), name))


@pytest.mark.parametrize(
    "module",
    ["ir", "passes", "backends.cost", "backends.energy", "backends.report", "backends.simulate", "frontends.maestro"],
)
def test_the_promised_names_of_a_part_resolve(module):
    part = import_module(f"weft.{module}")
    for name in part.__all__:
        assert getattr(part, name) is not None


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'weft' has no attribute 'evalaute'"):
        weft.evalaute  # noqa: B018


def test_the_version_is_the_projects():
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
    assert weft.__version__ == project["version"]
