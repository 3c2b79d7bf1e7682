"""The pictures of docs/pictures.md are those that its commands draw."""

import re
import shlex
from pathlib import Path
from xml.etree import ElementTree

import pytest

from weft.cli import main

pytest.importorskip("vl_convert", reason="vl-convert draws (extra 'plot')")

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs/pictures.md").read_text("utf-8")
SHOWN = re.findall(r"\]\(pictures/(\w+\.svg)\)", TEXT)


def contents(file):
    """What a picture says: its description, and all words and marks in it. Where they stand depends on fonts."""
    root = ElementTree.parse(file).getroot()
    texts = sorted("".join(node.itertext()) for node in root.iter() if node.tag.endswith("}text"))
    marks = sorted(node.get("aria-label") for node in root.iter() if node.get("aria-label"))
    return root.get("aria-label"), texts, marks


@pytest.mark.parametrize("name", SHOWN)
def test_a_picture_is_what_its_command_draws(name, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    (command,) = re.findall(rf"^(weft plot .* -o) {re.escape(name)}$", TEXT, re.MULTILINE)
    with pytest.raises(SystemExit) as left:
        main([*shlex.split(command)[1:], str(tmp_path / name)])
    assert not left.value.code
    assert contents(tmp_path / name) == contents(ROOT / "docs/pictures" / name)


def test_every_picture_is_shown():
    assert sorted(SHOWN) == sorted(path.name for path in (ROOT / "docs/pictures").iterdir())
