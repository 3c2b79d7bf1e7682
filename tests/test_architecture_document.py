"""docs/architecture.md names only what is there, and its table of imports is the one that the tests hold."""

import re
from pathlib import Path

import pytest
from test_architecture import ALLOWED

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs/architecture.md").read_text("utf-8")
ADDITIONS = (
    *("a directive", "an operation of statements", "a front end", "a cost term", "an objective or a limit", "a pass"),
    *("a diagnostic code", "an energy table", "a machine preset", "a document", "a package"),
)


def section(title):
    """The text below a heading of the third order."""
    found = re.search(rf"^### {title}\n(.*?)(?=^#|\Z)", TEXT, re.MULTILINE | re.DOTALL | re.IGNORECASE)
    assert found, title
    return found[1]


def paths(text):
    """What stands between backticks and is a path, `NAME` aside; a bare file is in the folder of the one before it."""
    folder = ""
    for line in text.splitlines():
        for name in re.findall(r"`([\w./]+)`", line):
            if "/" in name and "NAME" not in name:
                folder = str(Path(name).parent)
                yield name
            elif name.endswith(".py") and folder and "NAME" not in name:
                yield f"{folder}/{name}"


def exists(name):
    return any((ROOT / part / name).exists() for part in ("", "src/weft"))


def test_every_file_that_is_named_exists():
    named = set(paths(TEXT))
    assert len(named) > 60
    assert sorted(name for name in named if not exists(name)) == []


@pytest.mark.parametrize("title", ADDITIONS)
def test_an_addition_names_its_files_and_its_test(title):
    text = section(title)
    tests = [name for name in paths(text) if name.startswith("tests/test_")]
    assert "ight when" in text
    assert tests
    assert re.search(r"`(ir|frontends|passes|backends|src|docs)/", text)


def test_the_table_of_imports_is_the_one_of_the_tests():
    rows = re.findall(r"^\| `(\w+)` \| .* \| (.*) \|$", TEXT, re.MULTILINE)
    table = {package: {package, *re.findall(r"`(\w+)`", allowed)} for package, allowed in rows}
    assert set(table) == {"ir", "frontends", "analysis", "backends", "passes", "search", "exploration", "fusion"}
    assert table == {package: ALLOWED[package] for package in table}


def test_the_document_is_short_enough_to_be_read():
    assert len(TEXT.splitlines()) <= 250
