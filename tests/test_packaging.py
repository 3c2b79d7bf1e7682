"""The wheel `weft-ir` holds exactly the package `weft`, with its data files, and its name is said everywhere."""

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("hatchling", reason="hatchling builds the wheel (extra 'test')")

from email import message_from_string
from importlib.metadata import PackageNotFoundError, distribution
from itertools import chain

from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The path of a wheel built from this checkout."""
    (path,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"])
    return Path(path)


@pytest.fixture
def wheel(built):
    """The names of all files in the wheel."""
    with zipfile.ZipFile(built) as archive:
        return archive.namelist()


@pytest.fixture
def metadata(built):
    """The files of the wheel's `.dist-info`, by name."""
    with zipfile.ZipFile(built) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" in name]
        return {name.split("/", 1)[1]: archive.read(name).decode() for name in names}


def test_the_top_level_is_weft_alone(wheel):
    tops = {name.split("/")[0] for name in wheel}
    assert len(tops) == 2
    (metadata,) = tops - {"weft"}
    assert metadata.startswith("weft_ir-")
    assert metadata.endswith(".dist-info")


def test_the_distribution_is_weft_ir_and_its_command_weft(built, metadata):
    fields = message_from_string(metadata["METADATA"])
    assert fields["Name"] == "weft-ir"
    assert built.name.startswith(f"weft_ir-{fields['Version']}-")
    assert "[console_scripts]\nweft = weft.cli:main\n" in metadata["entry_points.txt"]
    requirements = fields.get_all("Requires-Dist")
    # An extra that contains others names its own distribution, which the builder resolves; another name would be left.
    assert not any(text.startswith("weft") for text in requirements)
    assert {"distributed>=2024.8; extra == 'test'", "xdsl>=0.74; extra == 'dev'"} <= set(requirements)


def test_no_text_installs_the_other_project_of_the_name_weft():
    """On the package index `weft` is another project, with a command and a package of the same name."""
    wrong = re.compile(r"(?<![\w.-])weft\\?\[[a-z]|pip3? install[^\n`]*\sweft(?![\w-])")
    other = "weft"
    assert all(wrong.search(text) for text in (f"'{other}[mlir]'", f"pip install -q {other}", rf"{other}\[dask"))
    texts = [*ROOT.glob("*.md"), ROOT / "pyproject.toml", ROOT / ".ci/run"]
    for folder in ("docs", "src", "ir", "passes", "frontends", "backends", "examples", "benchmarks", "tests"):
        files = (ROOT / folder).rglob("*")
        texts += [file for file in files if file.suffix in (".md", ".py", ".mlir", ".yaml", ".toml", ".json")]
    assert len(texts) > 300
    found = chain.from_iterable(
        [(file, line) for line in file.read_text("utf-8").splitlines() if wrong.search(line)] for file in texts
    )
    assert list(found) == []


def test_a_document_says_what_happens_beside_the_other_project():
    text = " ".join((ROOT / "docs/install.md").read_text("utf-8").split())
    assert "The distribution is called `weft-ir`" in text
    assert "Install only one of the two" in text


def test_pip_finds_nothing_missing_for_what_is_installed():
    try:
        command = [point.value for point in distribution("weft-ir").entry_points if point.group == "console_scripts"]
    except PackageNotFoundError:
        pytest.skip("Weft is not installed, but on the path")
    assert command == ["weft.cli:main"]
    done = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    assert "weft-ir" not in done.stdout.replace("No broken requirements found.", "")


def test_the_extras_that_hints_name_exist():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    named = set()
    for file in chain.from_iterable((ROOT / part).rglob("*.py") for part in ("src", "frontends", "passes", "backends")):
        named |= set(re.findall(r"pip install 'weft-ir\[(\w+)\]'", file.read_text("utf-8")))
    assert {"dask", "mlir"} <= named <= set(extras)


def test_every_module_is_inside(wheel):
    folders = {"src/weft": "weft", **{name: f"weft/{name}" for name in ("ir", "passes", "frontends", "backends")}}
    expected = set()
    for folder, inside in folders.items():
        for file in (ROOT / folder).rglob("*.py"):
            expected.add(f"{inside}/{file.relative_to(ROOT / folder).as_posix()}")
    assert expected
    assert {name for name in wheel if name.endswith(".py")} == expected


def test_the_data_files_are_inside(wheel):
    for pattern in ("frontends/**/*.lark", "frontends/**/*.yaml", "backends/**/*.yaml"):
        files = [path.relative_to(ROOT).as_posix() for path in ROOT.glob(pattern)]
        assert files
        for file in files:
            assert f"weft/{file}" in wheel
    for folder in ("data", "about"):
        for path in (ROOT / "src" / "weft" / "validation" / folder).iterdir():
            assert f"weft/validation/{folder}/{path.name}" in wheel
    assert "weft/py.typed" in wheel


def test_nothing_else_is_inside(wheel):
    data = {".typed", ".lark", ".yaml", ".csv", ".gz", ".m", ".md", ".html", ".js"}
    assert {Path(name).suffix for name in wheel if name.startswith("weft/")} == {".py", *data}
    assert len(wheel) == len(set(wheel))
    assert not any("__pycache__" in name or "/tests/" in name for name in wheel)


def test_the_source_archive_can_build_the_wheel(tmp_path):
    (path,) = SdistBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with tarfile.open(path) as archive:
        names = [name.split("/", 1)[1] for name in archive.getnames()]
    needed = {"pyproject.toml", "LICENSE", "README.md", "ir/__init__.py", "src/weft/__init__.py", "src/weft/py.typed"}
    needed |= {"CONTRIBUTING.md", ".ci/run"}  # the tests read them
    assert needed <= set(names)
    assert not any(name.startswith(("dist/", ".git/", ".venv")) for name in names)
