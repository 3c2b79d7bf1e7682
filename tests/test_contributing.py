"""CONTRIBUTING.md: its commands are commands, and its fast tier, campaigns and variables are those of the tests."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from contextlib import chdir
from pathlib import Path

import pytest
from fast_tier import FAST
from test_docs import blocks_of

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
CI = (ROOT / ".ci/run").read_text("utf-8").splitlines()
COMMANDS = [
    line
    for block in blocks_of(TEXT)
    if block.language == "sh" and "not run" in block.marks
    for line in block.text.splitlines()
]
FORMATTER = "ruff format ."
"""Changes files, so that no test runs it."""

TESTS = sorted(path for path in (ROOT / "tests").glob("*.py") if path != Path(__file__))


def run(arguments, **environment):
    """A command of Python at the root of the repository: exit code and output."""
    command = [sys.executable, *arguments]
    environment = {**os.environ, **environment}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


class Collected:
    """A plugin of pytest that keeps what is collected."""

    def pytest_collection_finish(self, session):
        self.files = {item.nodeid.partition("::")[0] for item in session.items}


def collected(*arguments):
    """The test files of a command of pytest that runs nothing, in this process, which has imported them all."""
    found = Collected()
    quiet = ("-n0", "--collect-only", "-qqq", "-s", "-p", "no:cacheprovider", "-p", "no:faulthandler")
    with chdir(ROOT):
        assert pytest.main([*arguments, *quiet], plugins=[found]) == 0
    return found.files


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_one(command):
    words = shlex.split(command)
    variables = [words.pop(0) for _ in list(words) if re.match(r"WEFT_\w+=", words[0])]
    assert all(f'"{item.partition("=")[0]}"' in "".join(map(read, TESTS)) for item in variables)
    if words[:3] == ["python", "-m", "pytest"]:
        files, options = files_and_options(words)
        assert files or "--fast" in options or command in CI
        assert options - {"-n", "auto", "-m", "campaign", "--fast"} in (set(), {"-k", "ragged_edge"})
    elif words[:3] == ["python", "-m", "sphinx"]:
        assert "COMMANDS" in read(ROOT / "tests/test_site.py")  # builds the site by this command
    elif words[0] == "python":
        script, count = words[1:]
        assert int(count) >= 10_000
        code, said = run([script, "3"])
        assert code == 0, said
    elif words[:2] == ["python3", "-m"]:
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]'")
        assert "dev" in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    elif words == [".ci/run"]:
        assert os.access(ROOT / ".ci/run", os.X_OK)
    else:
        assert command in (*CI, FORMATTER)


def files_and_options(words):
    """What a command of pytest names, and all else of it."""
    files = {word for word in words if word.startswith("tests/")}
    return files, set(words[3:]) - files


@pytest.mark.parametrize("chosen", [("-m", "campaign"), ()], ids=["campaign", "others"])
def test_the_files_of_commands_have_tests_for_them(chosen):
    """All in one run of pytest."""
    found = set()
    for command in COMMANDS:
        files, options = files_and_options(command[command.find("python ") :].split())
        found |= files if {*chosen} == options & {"-m", "campaign"} and "pytest" in command else set()
    assert len(found) >= 4
    assert collected(*chosen, *sorted(found)) == found


def read(path):
    return path.read_text("utf-8")


def test_one_test_runs_alone():
    (command,) = (command for command in COMMANDS if " -k " in command)
    code, said = run([*shlex.split(command)[1:], "-n0", "-p", "no:cacheprovider"])
    assert code == 0, said
    assert "1 passed" in said


def packages():
    """The packages by their dotted names after `weft`: the parts, and the parts of front ends and backends."""
    folders = [ROOT / name for name in ("ir", "passes")]
    folders += [path for path in (ROOT / "src/weft").iterdir() if path.is_dir() and not path.is_symlink()]
    found = {path.name for path in folders if (path / "__init__.py").exists()}
    for part in ("frontends", "backends"):
        found |= {f"{part}.{path.parent.name}" for path in (ROOT / part).glob("*/__init__.py")}
    return found


def test_the_fast_tier_touches_every_package():
    assert set(FAST) == packages() | {"api"}
    for name, files in FAST.items():
        texts = [read(ROOT / "tests" / file) for file in files]
        used = {"api": "import weft\n", "backends.cost": "weft.evaluate("}.get(name, f"weft.{name}")
        used_of = rf"from weft\.{name.rpartition('.')[0]} import .*\b{name.rpartition('.')[2]}\b"
        assert any(used in text or re.search(used_of, text) for text in texts), name


def test_the_fast_tier_is_what_the_option_runs():
    files = {f"tests/{file}" for files in FAST.values() for file in files}
    assert collected("--fast") == files
    assert f"{len(files)} files" in TEXT


def test_the_campaigns_are_those_of_the_tests():
    signs = ("@pytest.mark.campaign", "from campaigns import")
    marked = {f"tests/{path.name}" for path in TESTS if any(sign in read(path) for sign in signs)}
    table = TEXT[TEXT.index("| campaign |") : TEXT.index("`weft validate` puts")]
    assert marked | {"tests/fuzz_run.py"} == set(re.findall(r"`(tests/\w+\.py)(?: COUNT)?`", table))


def test_the_variables_are_those_of_the_tests():
    texts = [*map(read, TESTS), read(ROOT / "src/weft/validation/references.py")]
    found = {name for text in texts for name in re.findall(r'"(WEFT_[A-Z_]+)"', text)}
    assert found == set(re.findall(r"\b(WEFT_[A-Z_]+)\b", TEXT))


def test_the_files_that_are_named_exist():
    named = re.findall(r"`((?:tests|src|docs|backends|benchmarks|examples)(?:/[\w./*]+)?)`", TEXT)
    assert len(named) > 20
    assert [name for name in named if not list(ROOT.glob(name))] == []
