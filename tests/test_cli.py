"""Every command on real files: what it prints, in tables, JSON and CSV, and its exit code."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

import weft as library
from weft.cli import COMMANDS, TASKS
from weft.cli import weft as group

EXAMPLES = Path(__file__).parents[1] / "examples"
FIGURE_5, FIGURE_6, TILED = (str(EXAMPLES / name) for name in ("figure5.m", "figure6.m", "tiled_conv.m"))
TWO = """
Network two {
  Layer GAP { Type: GEMM Dimensions { M: 4, N: 4, K: 4 } Dataflow { TemporalMap(1,2) K; } }
  Layer FREE { Type: GEMM Dimensions { M: 4, N: 4, K: 4 } Dataflow { SpatialMap(T,T) M; } }
}
"""


@pytest.fixture
def two(tmp_path):
    file = tmp_path / "two.m"
    file.write_text(TWO)
    return str(file)


def good(result):
    code, output, errors = result
    assert (code, errors) == (0, "")
    return output


# evaluate


LAYER_KEYS = {
    "network", "layer", "type", "macs", "cycles", "utilization", "active_units", "energy_pj", "interfaces",
    "requires", "capacity", "diagnostics",
}  # fmt: skip


@pytest.mark.parametrize("file", sorted(path.name for path in EXAMPLES.glob("*.m")))
def test_json_of_every_example(file, weft):
    machine = "eyeriss" if file == "tiled_conv.m" else "generic_256"
    code, output, _ = weft("evaluate", str(EXAMPLES / file), "--accelerator", machine, "--json")
    document = json.loads(output)
    assert code == 0
    assert (document["schema_version"], document["accelerator"]) == (1, machine)
    names = [layer.name for network in library.read(EXAMPLES / file) for layer in network.layers]
    assert [layer["layer"] for layer in document["layers"]] == names
    for layer in document["layers"]:
        check_layer(layer)


def check_layer(layer):
    assert set(layer) >= LAYER_KEYS
    assert "error" not in layer
    assert 0 < layer["cycles"]["throughput"] <= layer["cycles"]["stepwise"]
    assert 0 < layer["utilization"] <= 1
    assert 0 < layer["active_units"]["average"] <= layer["active_units"]["peak"]
    assert layer["energy_pj"]["total"] > 0
    assert set(layer["capacity"]) == set(layer["requires"])
    for interface in layer["interfaces"]:
        assert set(interface) == {"parent", "child", "units", "tensors"}
        for name, counts in interface["tensors"].items():
            last = {"updates", "readbacks"} if name == "output" else {"reads", "forwards"}
            assert set(counts) == {"fills"} | last
            assert all(isinstance(value, int) and value >= 0 for value in counts.values())
    for item in layer["diagnostics"]:
        assert set(item) >= {"code", "severity", "message", "file", "line", "column", "hint"}


def test_json_of_one_layer_by_hand(weft):
    # The numbers are those of test_cost_by_hand.py.
    document = json.loads(good(weft("evaluate", FIGURE_5, "--set", "pes=3", "--layer", "A", "--json")))
    (layer,) = document["layers"]
    assert (layer["network"], layer["layer"], layer["type"], layer["macs"]) == ("figure5", "A", "CONV", 72)
    assert layer["cycles"] == {"stepwise": 26, "throughput": 24}
    assert layer["utilization"] == 72 / (3 * 26)
    assert layer["active_units"] == {"peak": 3, "average": 3.0}
    assert layer["requires"] == {"L2": 35, "L1": 6}
    assert layer["capacity"] == {"L2": None, "L1": None}
    assert layer["diagnostics"] == []
    outer, inner = layer["interfaces"]
    assert (outer["parent"], outer["child"], outer["units"]) == ("L2", "L1", 3)
    assert outer["tensors"] == {
        "input": {"fills": 72, "reads": 72, "forwards": 0},
        "filter": {"fills": 72, "reads": 24, "forwards": 0},
        "output": {"fills": 12, "updates": 12, "readbacks": 0},
    }
    assert (inner["parent"], inner["child"]) == ("L1", "MAC")


def test_json_of_a_wrong_layer(weft, two):
    code, output, errors = weft("evaluate", two, "--bind", "T=2", "--json")
    gap, free = json.loads(output)["layers"]
    assert code == 1
    assert (gap["layer"], gap["type"], gap["error"]) == ("GAP", "GEMM", True)
    (item,) = gap["diagnostics"]
    assert (item["code"], item["severity"], item["line"], item["column"]) == ("W104", "error", 3, 69)
    assert item["file"] == two
    assert item["message"] == "point M=0, N=0, K=1 is never executed"
    assert item["hint"]
    assert "macs" not in gap
    check_layer(free)
    assert errors.count("error[") == 1


def test_utilization_is_of_the_chosen_time_model(weft):
    found = {}
    for time in ("stepwise", "throughput"):
        output = good(weft("evaluate", FIGURE_5, "--set", "pes=3", "-l", "A", "--time", time, "--json"))
        found[time] = json.loads(output)["layers"][0]["utilization"]
    assert found == {"stepwise": 72 / 78, "throughput": 1.0}


def test_csv_has_one_row_per_layer(weft, two):
    rows = list(csv.DictReader(io.StringIO(good(weft("evaluate", FIGURE_5, "--set", "pes=6", "--csv", "-")))))
    assert [row["layer"] for row in rows] == list("ABCDEF")
    assert all(row["macs"] == "72" and row["error"] == "" for row in rows)
    code, output, _ = weft("evaluate", two, "--bind", "T=2", "--csv", "-")
    gap, free = csv.DictReader(io.StringIO(output))
    assert code == 1
    assert gap["error"] == "W104: point M=0, N=0, K=1 is never executed"
    assert gap["macs"] == ""
    assert (free["macs"], free["error"]) == ("64", "")


def test_csv_says_what_json_says(weft):
    (row,) = csv.DictReader(io.StringIO(good(weft("evaluate", FIGURE_5, "--set", "pes=3", "-l", "D", "--csv", "-"))))
    output = good(weft("evaluate", FIGURE_5, "--set", "pes=3", "-l", "D", "--json"))
    (layer,) = json.loads(output)["layers"]
    assert int(row["cycles_stepwise"]) == layer["cycles"]["stepwise"]
    assert int(row["cycles_throughput"]) == layer["cycles"]["throughput"]
    assert float(row["utilization"]) == pytest.approx(layer["utilization"], abs=1e-12)
    assert float(row["energy_pj"]) == pytest.approx(layer["energy_pj"]["total"], rel=1e-12)


def test_the_table_has_every_layer_and_a_total(weft):
    output = good(weft("evaluate", FIGURE_5, "--set", "pes=3"))
    lines = [line.split() for line in output.splitlines()]
    assert [line[0] for line in lines if len(line) > 1 and line[1] == "CONV"] == list("ABCDEF")
    assert any(line[:3] == ["6", "layers", "432"] for line in lines)


def test_a_wrong_layer_stands_in_the_table_with_its_code(weft, two):
    code, output, errors = weft("evaluate", two, "--bind", "T=2")
    assert code == 1
    assert re.search(r"GAP +GEMM +error W104", output)
    assert re.search(r"FREE +GEMM +64", output)
    assert f"{two}:3:69: error[W104]" in errors


def test_several_files_and_layers(weft):
    files = (FIGURE_5, FIGURE_6)
    document = json.loads(weft("evaluate", *files, "-l", "A", "-l", "RS", "--set", "pes=6", "--json")[1])
    assert [(item["network"], item["layer"]) for item in document["layers"]] == [("figure5", "A"), ("figure6", "RS")]


def test_the_result_does_not_depend_on_what_else_is_evaluated(weft):
    together = json.loads(good(weft("evaluate", FIGURE_5, "--set", "pes=6", "--json")))["layers"]
    for layer in together:
        alone = json.loads(good(weft("evaluate", FIGURE_5, "--set", "pes=6", "--json", "-l", layer["layer"])))
        assert alone["layers"] == [layer]


def test_settings_change_the_machine(weft):
    slow = json.loads(good(weft("evaluate", FIGURE_5, "-l", "A", "--set", "pes=3", "--set", "bandwidth=1", "--json")))
    # 24 steps, each with 3 inputs and a tap: 4 cycles; exposed is 1 of work, and 3 sums at the end.
    assert slow["layers"][0]["cycles"] == {"stepwise": 24 * 4 + 1 + 3, "throughput": 96}


def test_symbols_are_bound(weft, two):
    code, _, errors = weft("evaluate", two, "-l", "FREE")
    assert code == 1
    assert "error[W005]: size 'T' is not bound" in errors
    for value, peak in (("1", 4), ("2", 2), ("4", 1)):
        document = json.loads(good(weft("evaluate", two, "-l", "FREE", "--bind", f"T={value}", "--json")))
        assert document["layers"][0]["active_units"]["peak"] == peak


def test_verify_compares_with_both_oracles(weft):
    for layer in "ABCDE":
        good(weft("evaluate", FIGURE_5, "--set", "pes=3", "-l", layer, "--verify"))
    good(weft("evaluate", FIGURE_6, "--set", "pes=6", "--verify"))


def test_a_difference_between_the_oracles_is_an_error(weft, monkeypatch):
    from weft.backends.cost.evaluate import Cost

    mapping = library.load(FIGURE_5, overrides=["pes=3"])[0]
    cost = library.evaluate(mapping)
    assert library.verify(cost) == ()
    monkeypatch.setattr(Cost, "cycles_stepwise", 25)
    (found,) = library.verify(cost)
    assert (found.code, found.is_error) == ("W301", True)
    assert found.message == "simulate: stepwise cycles is 26, cost says 25"


def test_verify_says_what_it_did_not_verify(weft):
    code, _, errors = weft("evaluate", FIGURE_6, "--set", "pes=6", "--verify", "--verify-limit", "100")
    assert code == 0
    assert "warning[W302]: not verified: 15552 iteration points, the oracles take up to 100" in errors


# check


def test_check(weft, two):
    assert "6 layers checked on generic_256: 6 legal, 0 wrong" in good(weft("check", FIGURE_5, "--set", "pes=6"))
    code, output, errors = weft("check", two)
    assert code == 1
    assert "2 layers checked on generic_256: 0 legal, 2 wrong" in output
    assert "error[W104]" in errors
    assert "error[W005]" in errors


def test_check_as_json(weft, two):
    code, output, _ = weft("check", two, "--bind", "T=1", "--json")
    document = json.loads(output)
    assert (code, document["schema_version"]) == (1, 1)
    assert [layer["error"] for layer in document["layers"]] == [True, False]
    assert [item["code"] for item in document["layers"][0]["diagnostics"]] == ["W104"]


def test_over_full_memories_can_be_warnings(weft):
    arguments = ("evaluate", FIGURE_6, "--set", "pes=6", "--set", "L1.capacity_bytes=1", "--json")
    code, output, errors = weft(*arguments)
    assert code == 1
    assert json.loads(output)["layers"][0]["error"] is True
    assert "error[W201]" in errors
    code, output, errors = weft(*arguments, "--over-capacity", "warning")
    assert code == 0
    check_layer(json.loads(output)["layers"][0])
    assert "warning[W201]: L1 needs 14 B per instance, holds 1 B" in errors


# explain, simulate, opt, accelerators


def test_explain(weft):
    output = good(weft("explain", FIGURE_5, "--set", "pes=3", "--layer", "A"))
    for words in (
        "A (CONV) on generic_256",
        "SpatialMap(1,1) X'",
        "fan-out: a bus or tree delivers one read to all units",
        "fills of filter, L2 to L1 = 72",
        "reads of filter, L2 to L1 = 24",
        "throughput: the busiest resource",
        "stepwise: every step waits for its slowest part",
        "L1 access multiplier",
    ):
        assert words in output


def test_explain_shows_the_numbers_of_evaluate(weft):
    layer = json.loads(good(weft("evaluate", FIGURE_5, "--set", "pes=6", "-l", "F", "--json")))["layers"][0]
    output = good(weft("explain", FIGURE_5, "--set", "pes=6", "-l", "F"))
    for name, counts in layer["interfaces"][0]["tensors"].items():
        for count in ("fills", "updates", "readbacks") if name == "output" else ("fills", "reads"):
            assert f"{count} of {name}, L2 to L1 = {counts[count]}\n" in output
            assert f"{count} of {name}, L1 to MAC = " in output
    assert re.search(rf"stepwise: .*  {layer['cycles']['stepwise']}\s", output)


def test_simulate_counts_what_evaluate_counts(weft):
    arguments = (FIGURE_5, "--set", "pes=6", "--layer", "F", "--json")
    (cost,) = json.loads(good(weft("evaluate", *arguments)))["layers"]
    (run,) = json.loads(good(weft("simulate", *arguments)))["layers"]
    assert run["matches_numpy"] is True
    assert run["interfaces"] == cost["interfaces"]
    assert run["cycles"]["stepwise"] == cost["cycles"]["stepwise"]
    assert run["active_units"] == cost["active_units"]


def test_simulate_in_words(weft):
    output = good(weft("simulate", FIGURE_5, "--set", "pes=3", "--layer", "A", "--seed", "7"))
    assert "A on generic_256: result equals numpy" in output
    assert "72 MACs in 24 steps, 26 cycles (stepwise)" in output


def test_simulate_refuses_what_is_too_large(weft):
    code, _, errors = weft("simulate", FIGURE_5, "--layer", "A", "--limit", "71")
    assert code == 1
    assert "error[W302]: 'A' has 72 iteration points, the limit is 71" in errors


def test_opt_prints_a_file_that_means_the_same(weft, tmp_path):
    for file, pes in ((FIGURE_5, 6), (FIGURE_6, 6)):
        output = good(weft("opt", file, "--set", f"pes={pes}"))
        assert f"// units per level: {pes // 3}, 3" in output
        again = tmp_path / "again.m"
        again.write_text(output)
        counts = [
            [library.evaluate(mapping).counts for mapping in library.load(path, overrides=[f"pes={pes}"])]
            for path in (file, again)
        ]
        assert counts[0] == counts[1]


def test_opt_runs_the_passes_that_are_named(weft):
    output = good(weft("opt", FIGURE_6, "--set", "pes=6", "-p", "canonicalize"))
    assert "SpatialMap(1,1) Y';" in output
    assert "//" not in output
    output = good(weft("opt", FIGURE_6, "--set", "pes=6", "-p", "canonicalize,infer"))
    assert "// memories: L2 ×1 at boundary 0, L1 ×6 at boundary 2" in output
    assert "// reuse" not in output


def test_opt_of_a_wrong_layer(weft, two):
    code, output, errors = weft("opt", two, "--bind", "T=1")
    assert code == 1
    assert "Layer FREE" in output
    assert "error[W104]" in errors


def test_accelerators(weft):
    output = good(weft("accelerators"))
    for name in ("eyeriss", "generic_256", "nvdla_like", "systolic_ws", "tpu_v1_like"):
        assert name in output
    assert json.loads(good(weft("accelerators", "--schema")))["title"]


def test_a_printed_machine_is_a_machines_file(weft, tmp_path):
    printed = tmp_path / "printed.yaml"
    printed.write_text(good(weft("accelerators", "eyeriss", "--set", "pes=12")))
    assert library.load_accelerator(str(printed)) == library.load_accelerator("eyeriss", ["pes=12"])


# Around


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command, weft):
    output = good(weft(command, "--help"))
    assert output.startswith(f"Usage: weft {command} ")
    assert "--help" in output


def test_help_is_grouped_by_task_and_cuts_nothing_off(weft, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    output = good(weft("--help"))
    for task, commands in TASKS.items():
        group = output.split(f"\n{task}:\n")[1].split("\n\n")[0].splitlines()
        assert [line.split(maxsplit=1) for line in group] == [[name, words] for name, (*_, words) in commands.items()]
    assert "..." not in output.split("Options:")[1]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_described(name):
    text = (Path(__file__).parents[1] / "docs/cli.md").read_text("utf-8")
    command = group.get_command(click.Context(group), name)
    options = [param.opts + param.secondary_opts for param in command.params if isinstance(param, click.Option)]
    missing = [
        own for own in options if not any(re.search(rf"{re.escape(o)}(?![\w-])", text) for o in own if "--" in o)
    ]
    assert missing == []


def test_help_names_no_folders_of_the_project(weft):
    for command in COMMANDS:
        assert "../" not in good(weft(command, "--help"))


@pytest.mark.parametrize(
    ("line", "word", "found"),
    [
        ("weft ma", 1, "plain,map"),
        ("weft map --obj", 2, "plain,--objective"),
        ("weft evaluate --by ", 3, "plain,layer\nplain,equal\nplain,operator"),
    ],
)
def test_the_shell_completes_commands_options_and_values(line, word, found):
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(word), "_WEFT_COMPLETE": "bash_complete"}
    command = [sys.executable, "-c", "from weft.cli import main; main()"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | asked, check=False)
    assert done.stdout.strip() == found


def test_bash_takes_the_line_of_the_documents(tmp_path):
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    text = (Path(__file__).parents[1] / "docs/cli.md").read_text("utf-8")
    (line,) = re.findall(r"`~/.bashrc` \| `(.*)` \|", text)
    (tmp_path / "weft").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m weft "$@"\n')
    (tmp_path / "weft").chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    script = f"{line}\nCOMP_WORDS=(weft ma); COMP_CWORD=1; _weft_completion weft; echo ${{COMPREPLY[@]}}"
    done = subprocess.run([bash, "-c", script], capture_output=True, text=True, env=environment, check=False)
    assert (done.stdout.strip(), done.stderr) == ("map", "")


def test_version(weft):
    assert good(weft("--version")) == f"weft, version {library.__version__}\n"


def piped(*arguments):
    environment = {"PATH": "/usr/bin:/bin", "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "weft", *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False)


def test_a_pipe_gets_plain_text(two):
    done = piped("evaluate", FIGURE_5, two, "--set", "pes=3", "--bind", "T=1")
    assert done.returncode == 1
    assert "\x1b" not in done.stdout + done.stderr
    assert "GAP" in done.stdout
    assert "error[W104]" in done.stderr
    done = piped("explain", FIGURE_6, "--set", "pes=6")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    # Nothing is cut off or wrapped at the width of a terminal that is not there.
    assert "…" not in done.stdout


def test_standard_output_holds_nothing_but_the_document(two):
    done = piped("evaluate", two, "--bind", "T=1", "--json")
    assert done.returncode == 1
    assert [layer["layer"] for layer in json.loads(done.stdout)["layers"]] == ["GAP", "FREE"]


def test_quick_with_a_slow_comparison_is_wrong_usage(weft):
    code, output, errors = weft("validate", "eyeriss", "paper", "--quick")
    assert (code, output) == (2, "")
    assert "--quick leaves out paper" in errors
