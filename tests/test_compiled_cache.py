"""Where compiled code is kept when neither the installation nor the home directory may be written."""

import os
import subprocess
import sys

import pytest

KERNEL = """
import sys, tempfile
if len(sys.argv) > 1:
    tempfile.tempdir = sys.argv[1]
from weft.backends.cost.grid import compiled
from kernel import twice
print(twice(21))
print(compiled.notes)
"""

MODULE = """
from weft.backends.cost.grid.compiled import compiled

@compiled
def twice(n):
    return 2 * n
"""


@pytest.fixture
def run(tmp_path):
    """Runs a compiled function of a module beside which nothing can be written, not even by root."""
    (tmp_path / "kernel.py").write_text(MODULE)
    (tmp_path / "__pycache__").write_text("no folder")
    (tmp_path / "t").mkdir()

    def go(*arguments):
        paths = os.pathsep.join([str(tmp_path), *sys.path])
        # Root may write wherever there is a folder.
        environment = {"PYTHONPATH": paths, "HOME": "/dev/null", "TMPDIR": str(tmp_path / "t")}
        command = [sys.executable, "-B", "-c", KERNEL, *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return go


def test_compiled_code_is_kept_among_temporary_files(run, tmp_path):
    said = run()
    assert said.startswith("42\n")
    (folder,) = (tmp_path / "t").iterdir()
    assert f"it is kept in {folder}" in said
    assert list(folder.rglob("*.nbi"))
    assert folder.stat().st_mode & 0o777 == 0o700


def test_or_nowhere(run):
    said = "compiled code can be kept nowhere: every run compiles anew, for about a minute"
    assert run("/dev/null") == f"42\n['{said}']\n"


def test_not_where_others_may_write(run, tmp_path):
    folder = tmp_path / "t" / f"weft-compiled-{os.getuid()}"
    folder.mkdir()
    folder.chmod(0o777)
    assert "can be kept nowhere" in run()
    assert not list(folder.iterdir())
