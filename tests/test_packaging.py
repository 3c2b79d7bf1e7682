"""The wheel holds exactly the package `weft`, with its data files."""

import tarfile
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("hatchling", reason="hatchling builds the wheel (extra 'test')")

from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The names of all files in a wheel built from this checkout."""
    (path,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"])
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_the_top_level_is_weft_alone(wheel):
    tops = {name.split("/")[0] for name in wheel}
    assert len(tops) == 2
    (metadata,) = tops - {"weft"}
    assert metadata.startswith("weft-")
    assert metadata.endswith(".dist-info")


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
    data = {".typed", ".lark", ".yaml", ".csv", ".m", ".md"}
    assert {Path(name).suffix for name in wheel if name.startswith("weft/")} == {".py", *data}
    assert len(wheel) == len(set(wheel))
    assert not any("__pycache__" in name or "/tests/" in name for name in wheel)


def test_the_source_archive_can_build_the_wheel(tmp_path):
    (path,) = SdistBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with tarfile.open(path) as archive:
        names = [name.split("/", 1)[1] for name in archive.getnames()]
    needed = {"pyproject.toml", "LICENSE", "README.md", "ir/__init__.py", "src/weft/__init__.py", "src/weft/py.typed"}
    assert needed <= set(names)
    assert not any(name.startswith(("dist/", ".git/", ".venv")) for name in names)
