"""Where compiled code is kept when the installation or the home directory may not be written, is full or is damaged."""

import os
import subprocess
import sys

import pytest

MAIN = """
import os, resource, sys, tempfile
if os.environ.get("NOWHERE"):
    tempfile.tempdir = "/dev/null"
if os.environ.get("MOST"):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(os.environ["MOST"]), int(os.environ["MOST"])))
from kernel import twice
from weft.search import compiled
print(twice(21))
print(compiled.notes)
"""

KERNEL = """
from weft.search.compiled import compiled
from factor import FACTOR

@compiled
def twice(n):
    return FACTOR * n
"""


@pytest.fixture
def run(tmp_path):
    """Runs a compiled function of a module of the test; gives what it returns, and the notes."""
    (tmp_path / "kernel.py").write_text(KERNEL)
    (tmp_path / "factor.py").write_text("FACTOR = 2\n")
    (tmp_path / "t").mkdir()

    def go(**variables):
        paths = os.pathsep.join([str(tmp_path), *sys.path])
        # Root may write wherever there is a folder.
        environment = {"PYTHONPATH": paths, "HOME": "/dev/null", "TMPDIR": str(tmp_path / "t"), **variables}
        command = [sys.executable, "-B", "-c", MAIN]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        number, notes = done.stdout.splitlines()
        return int(number), notes

    return go


@pytest.fixture
def beside(tmp_path):
    """Nothing can be written beside the module."""
    (tmp_path / "__pycache__").write_text("no folder")


@pytest.mark.usefixtures("beside")
def test_compiled_code_is_kept_among_temporary_files(run, tmp_path):
    number, notes = run()
    assert number == 42
    (folder,) = (tmp_path / "t").iterdir()
    assert f"it is kept in {folder}" in notes
    assert list(folder.rglob("*.nbi"))
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.usefixtures("beside")
def test_or_nowhere(run):
    said = "compiled code can be kept nowhere: every run compiles anew, for some minutes"
    assert run(NOWHERE="yes") == (42, f"['{said}']")


@pytest.mark.usefixtures("beside")
def test_not_where_others_may_write(run, tmp_path):
    folder = tmp_path / "t" / f"weft-compiled-{os.getuid()}"
    folder.mkdir()
    folder.chmod(0o777)
    assert "can be kept nowhere" in run()[1]
    assert not list(folder.iterdir())


def test_a_full_disk_costs_only_what_is_kept(run, tmp_path):
    number, notes = run(MOST="2000")
    assert number == 42
    assert "compiled code cannot be kept in" in notes
    assert not list((tmp_path / "__pycache__").iterdir())


def test_damaged_code_is_made_anew(run, tmp_path):
    assert run() == (42, "[]")
    for what in ("*.nbi", "*.nbc"):
        (file,) = (tmp_path / "__pycache__").glob(what)
        file.write_bytes(file.read_bytes()[:100])
        number, notes = run()
        assert number == 42
        assert "cannot be read and is made anew" in notes
        assert run() == (42, "[]")


def test_code_is_made_anew_when_another_file_that_it_uses_has_changed(run, tmp_path):
    assert run()[0] == 42
    (tmp_path / "factor.py").write_text("FACTOR = 3\n")
    assert run()[0] == 63
