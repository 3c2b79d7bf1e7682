"""In a checkout four packages are links to folders at its root; without the links the import says what to do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import weft

ROOT = Path(__file__).parents[1]
LINKS = ("ir", "frontends", "passes", "backends")


@pytest.fixture
def checkout(tmp_path):
    """A copy of the facade, with links to the packages."""
    facade = tmp_path / "src" / "weft"
    facade.mkdir(parents=True)
    for file in (ROOT / "src" / "weft").glob("*.py"):
        shutil.copy(file, facade)
    for name in LINKS:
        (tmp_path / name).symlink_to(ROOT / name)
        (facade / name).symlink_to(Path("../..") / name)
    return tmp_path


def imported(checkout):
    """Import the copy in a process of its own: exit code and all that it prints."""
    environment = dict(os.environ, PYTHONPATH=str(checkout / "src"))
    program = "import weft; print(weft.__file__, weft.Mapping.__name__)"
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_links_of_this_checkout_lead_to_its_folders():
    folder = Path(weft.__file__).parent
    if folder != ROOT / "src" / "weft":
        pytest.skip("an installed wheel is tested")
    assert {path.name: path.readlink() for path in folder.iterdir() if path.is_symlink()} == {
        name: Path("../..") / name for name in LINKS
    }


def test_a_checkout_with_its_links_is_imported(checkout):
    assert imported(checkout) == (0, f"{checkout / 'src/weft/__init__.py'} Mapping\n")


@pytest.mark.parametrize("name", LINKS)
@pytest.mark.parametrize("kind", ["text file", "nothing"])
def test_a_checkout_without_a_link_says_what_to_do(checkout, name, kind):
    link = checkout / "src" / "weft" / name
    link.unlink()
    if kind == "text file":
        link.write_text(f"../../{name}", "utf-8")
    code, said = imported(checkout)
    assert code == 1
    *_, last = said.splitlines()
    assert last.startswith(f"ImportError: src/weft/{name}: no link to the folder of that name")
    assert "git config core.symlinks true" in last
    assert "pip install ." in last
