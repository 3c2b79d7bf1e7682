"""The proved results of docs/gallery.md hold, and are answers to the questions of the script that makes them."""

import json
import re
from pathlib import Path

import pytest

from weft.cli import main

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "examples/gallery").glob("*.json"))
SCRIPT = (ROOT / "examples/make_gallery.py").read_text("utf-8")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_result_holds(file, capsys):
    # Its own time for another search is short: what it finds depends on the clock, what is an error does not.
    with pytest.raises(SystemExit) as left:
        main(["verify-certificate", str(file), "--budget", "1s", "--samples", "50"])
    said = capsys.readouterr().out
    assert not left.value.code, said
    assert re.search(": (holds|sampled); evaluated again", said)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_result_is_proved(file):
    (layer,) = json.loads(file.read_text("utf-8"))["layers"]
    assert layer["certificate"]["status"] == "optimal"
    assert layer["certificate"]["lower_bound"] == layer["value"]


def test_the_gallery_is_what_the_script_makes_and_the_page_names():
    names = [file.stem for file in FILES]
    assert sorted(re.findall(r'^    "(\w+)": ', SCRIPT, re.MULTILINE)) == names
    page = (ROOT / "docs/gallery.md").read_text("utf-8")
    assert sorted(re.findall(r"^\| `(\w+)\.json`", page, re.MULTILINE)) == names
