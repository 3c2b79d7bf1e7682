"""Timeloop designs on the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import weft
from weft.cli import weft as command

FOLDER = Path(__file__).parents[1] / "examples" / "timeloop" / "conv1d"
DESIGN = [str(FOLDER / name) for name in ("arch.yaml", "problem.yaml", "channels.yaml")]


def run(*arguments, code=0):
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == code, done.output
    return done


def test_a_design_is_evaluated_as_its_mapping_file_and_machine_are(tmp_path):
    for kind, name in (("maestro", "net.m"), ("accelerator", "machine.yaml")):
        (tmp_path / name).write_text(run("timeloop", *DESIGN, "--emit", kind).stdout, "utf-8")
    whole = json.loads(run("evaluate", *DESIGN, "--json").stdout)["layers"][0]
    parts = run("evaluate", str(tmp_path / "net.m"), "-a", str(tmp_path / "machine.yaml"), "--json").stdout
    assert json.loads(parts)["layers"][0]["interfaces"] == whole["interfaces"]
    assert whole["cycles"]["stepwise"] == 3072


def test_the_whole_mapping_is_printed_and_parsed_back():
    text = run("timeloop", *DESIGN).stdout
    assert weft.parse_mapping(text).accelerator.pes == 16


@pytest.mark.parametrize("name", ["check", "explain", "simulate", "opt", "lower"])
def test_every_reading_command_takes_a_design(name):
    assert "conv1d" in run(name, *DESIGN).output


def test_what_is_written_is_read_again(tmp_path):
    file = tmp_path / "design.yaml"
    file.write_text(run("lower", *DESIGN, "--emit", "timeloop").stdout, "utf-8")
    before, after = (
        json.loads(run("evaluate", *files, "--json").stdout)["layers"][0] for files in (DESIGN, [str(file)])
    )
    assert after["interfaces"] == before["interfaces"]
    assert after["cycles"] == before["cycles"]


def test_set_changes_the_machine_of_a_design():
    assert "error[W201]" in run("check", *DESIGN, "--set", "RegisterFile.capacity_bytes=3", code=1).output


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (["-a", "eyeriss"], "--accelerator does not go with a Timeloop design"),
        ([str(FOLDER.parents[1] / "figure5.m")], "cannot be read with a Timeloop design"),
    ],
)
def test_a_design_has_its_own_machine(extra, message):
    assert message in run("evaluate", *DESIGN, *extra, code=2).output


def test_findings_are_shown_with_their_places(tmp_path):
    file = tmp_path / "map.yaml"
    file.write_text(Path(DESIGN[2]).read_text("utf-8").replace("K=32", "K=16"), "utf-8")
    output = run("evaluate", *DESIGN[:2], str(file), code=1).exception
    (finding,) = output.diagnostics
    assert (finding.code, finding.span.line) == ("W503", 3)


def test_a_machine_is_not_taken_for_a_design(tmp_path):
    file = tmp_path / "machine.yaml"
    file.write_text("name: m\npes: 4\nmemories: [{name: L2}]\n", "utf-8")
    (finding,) = run("evaluate", str(file), code=1).exception.diagnostics
    assert (finding.code, finding.hint) == ("W502", "give it with --accelerator")
