"""docs/validation.md is what the comparisons say; the quick ones run here."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from weft.cli.validate import validate
from weft.validation import COMPARISONS, compare
from weft.validation.document import HEAD, section

DOCUMENT = (Path(__file__).parents[1] / "docs/validation.md").read_text("utf-8")


@pytest.mark.parametrize("name", [name for name, quick in COMPARISONS.items() if quick])
def test_the_document_holds_what_a_quick_comparison_says(name):
    found = compare(name)
    assert [check.text for check in found.checks if not check.holds] == []
    assert section(found) in DOCUMENT


def test_the_document_has_every_comparison_in_order():
    assert DOCUMENT.startswith(HEAD)
    places = [DOCUMENT.index(f"\n`weft validate {name}`\n") for name in COMPARISONS]
    assert places == sorted(places)
    assert "**fails**" not in DOCUMENT


def test_the_command_prints_data_and_refuses_unknown_names():
    done = CliRunner().invoke(validate, ["scalesim", "--json"])
    (found,) = json.loads(done.stdout)["comparisons"]
    assert done.exit_code == 0
    assert (found["name"], len(found["tables"][0]["rows"])) == ("scalesim", 48)
    assert CliRunner().invoke(validate, ["scalsim"]).exit_code == 2
    assert CliRunner().invoke(validate, ["--json", "--markdown"]).exit_code == 2


def test_a_check_that_fails_makes_the_exit_code_1(monkeypatch):
    from dataclasses import replace

    from weft.validation import Check

    good = compare("scalesim")
    monkeypatch.setattr("weft.cli.validate.compare", lambda name: replace(good, checks=(Check("no", False),)))
    done = CliRunner().invoke(validate, ["scalesim"])
    assert done.exit_code == 1
    assert "FAILS: no" in done.stdout
