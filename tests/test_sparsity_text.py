"""Densities, formats and actions as text: in mapping files, machine files and on the command line."""

import json
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

import weft as library
from weft.frontends.accelerator import parse_accelerator
from weft.ir import Action, Block, Format, Measured, Structured, Uniform, WeftError

ROOT = Path(__file__).parents[1]

LAYER = """\
Network n {{
  Layer L {{
    Type: GEMM
    Dimensions {{ M: 4, N: 4, K: 8 }}
    Density {{ {} }}
    Dataflow {{ TemporalMap(2,2) M; SpatialMap(2,2) N; }}
  }}
}}
"""

MACHINE = """\
name: m
pes: 2
memories:
  - name: L2
    formats: {input: {kind: run_length, run_bits: 2}}
  - name: L1
    instances: per_pe
actions:
  - {at: MAC, kind: skip, leaders: [filter], structure: [2, 4]}
  - {at: L2, kind: gate, leaders: [filter], follower: input}
"""


def layer(tmp_path, text):
    path = tmp_path / "layer.m"
    path.write_text(LAYER.format(text), "utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "density"),
    [
        ("0.4", Uniform(0.4)),
        (".5", Uniform(0.5)),
        ("1", Uniform(1.0)),
        ("2:4", Structured(2, 4, "K")),
        ("1 : 2 along N", Structured(1, 2, "N")),
        ("0.3 block 2x4", Block(0.3, (2, 4))),
    ],
)
def test_densities_are_read_and_written(tmp_path, text, density):
    [mapping] = library.load(layer(tmp_path, f"filter: {text}, input: 0.5"))
    assert dict(mapping.workload.densities) == {"input": Uniform(0.5), "filter": density}
    assert library.parse_workload(str(mapping.workload)) == mapping.workload
    networks = library.read(layer(tmp_path, f"filter: {text}"))
    copy = tmp_path / "copy.m"
    copy.write_text(library.write_maestro(networks), "utf-8")
    assert library.read(copy) == networks


def test_an_array_is_read_beside_the_mapping_file(tmp_path):
    array = np.arange(32).reshape(8, 4) % 3
    np.save(tmp_path / "mask.npy", array)
    [mapping] = library.load(layer(tmp_path, 'filter: "mask.npy"'))
    [(_, density)] = mapping.workload.densities
    assert isinstance(density, Measured)
    assert density.nonzeros == np.count_nonzero(array)
    assert library.parse_workload(str(mapping.workload)) == mapping.workload


@pytest.mark.parametrize(
    ("text", "code", "column", "words"),
    [
        ("filtr: 0.5", "W002", 15, "did you mean 'filter'?"),
        ("filter: 1.5", "W601", 15, "must be from 0 to 1"),
        ("filter: 5:4", "W601", 15, "cannot have 5 nonzeros in groups of 4"),
        ("filter: 2:4 along M", "W601", 15, "which is no axis by itself"),
        ("filter: 0.5 block 2", "W601", 15, "as in <K>x<N>"),
        ("filter: half", "W601", 15, "a density is 0.4"),
        ("filter: none.npy", "W008", 15, "No such file"),
        ("filter: 0.5, filter: 0.4", "W006", 28, "is given twice"),
        ("filter 0.5", "W001", 22, "expected ':'"),
    ],
)
def test_wrong_densities_name_their_place(tmp_path, text, code, column, words):
    with pytest.raises(WeftError) as caught:
        library.load(layer(tmp_path, text))
    [found] = caught.value.diagnostics
    assert (found.code, found.span.line, found.span.column) == (code, 5, column)
    assert words in str(found)


def test_a_python_workload_is_checked_too(tmp_path):
    [mapping] = library.load(layer(tmp_path, "filter: 0.5"), densities={"input": Structured(2, 4, "K")})
    with pytest.raises(WeftError, match="W601"):
        library.load(layer(tmp_path, "filter: 0.5"), densities={"input": "2:4 along N"})
    assert dict(mapping.workload.densities)["input"] == Structured(2, 4, "K")


def test_machine_files_hold_formats_and_actions():
    machine = parse_accelerator(MACHINE)
    assert machine.memories[0].formats == (("input", Format("run_length", 2)),)
    assert machine.actions == (
        Action("MAC", "skip", ("filter",), structure=(2, 4)),
        Action("L2", "gate", ("filter",), "input"),
    )
    assert parse_accelerator(str(machine)) == machine


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("at: L2", "at: L3", "not at 'L3'"),
        ("kind: gate", "kind: gte", "actions[1].kind"),
        (", follower: input", "", "lacks 'follower'"),
        ("follower: input", "follower: filter", "cannot follow itself"),
        ("structure: [2, 4]", "structure: [5, 4]", "more than m nonzeros"),
        ("structure: [2, 4]", "follower: input", "has no follower"),
        ("run_length", "rle", "memories[0].formats.input.kind"),
        ("run_bits", "runbits", "did you mean 'run_bits'?"),
        ("leaders: [filter], follower", "leader: [filter], follower", "did you mean 'leaders'?"),
    ],
)
def test_wrong_machines_are_told(old, new, words):
    assert old in MACHINE
    with pytest.raises(WeftError) as caught:
        parse_accelerator(MACHINE.replace(old, new), "m.yaml")
    assert all(item.code == "W205" and item.span for item in caught.value.diagnostics)
    assert words in "\n".join(map(str, caught.value.diagnostics))


def test_evaluate_prints_what_is_expected(weft, tmp_path):
    (tmp_path / "m.yaml").write_text(MACHINE, "utf-8")
    options = ["-a", str(tmp_path / "m.yaml"), "--density", "filter=2:4"]
    path = str(layer(tmp_path, "input: 0.5"))
    code, out, _ = weft("evaluate", path, *options)
    assert code == 0
    assert "input 0.5, filter 2:4 along K" in out
    code, out, _ = weft("evaluate", path, *options, "--json", "--verify")
    document = json.loads(out)
    schema = json.loads((ROOT / "docs/evaluate.schema.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(document)
    sparse = document["layers"][0]["sparse"]
    assert sparse["macs"] == {"effectual": 32.0, "executed": 64.0, "gated": 0.0, "skipped": 64.0}
    assert sparse["densities"] == {"input": "0.5", "filter": "2:4 along K"}
    code, out, _ = weft("explain", path, *options)
    assert code == 0
    assert "gate of input at L2 on filter" in out


def test_density_options_are_checked(weft, tmp_path):
    path = str(layer(tmp_path, "input: 0.5"))
    code, _, err = weft("evaluate", path, "--density", "filtre=0.5")
    assert (code, "did you mean 'filter'?" in err) == (1, True)
    code, _, err = weft("evaluate", path, "--density", "filter")
    assert (code, "TENSOR=DENSITY" in err) == (2, True)


def test_densities_pass_through_mlir():
    pytest.importorskip("xdsl", reason="MLIR is read with xDSL")
    from xdsl.context import Context
    from xdsl.dialects.builtin import Builtin, ModuleOp
    from xdsl.parser import Parser

    from weft.frontends.mlir.convert import program_op, workload_of
    from weft.frontends.mlir.dialect import Weft

    [network] = library.read(ROOT / "examples/sparse/gemm.m")
    module = ModuleOp([program_op(layer.name, layer.workload, layer.dataflow) for layer in network.layers])
    assert 'densities ["filter" = "2:4 along K"]' in str(module)
    context = Context()
    for dialect in (Builtin, Weft):
        context.load_dialect(dialect)
    again = Parser(context, str(module)).parse_module()
    assert [workload_of(op) for op in again.ops] == [layer.workload for layer in network.layers]
