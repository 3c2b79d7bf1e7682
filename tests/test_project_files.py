"""The files around the project say what it is: how to cite it, how to report, the fresh machine, its picture."""

import importlib.util
import re
import shlex
from pathlib import Path
from xml.etree import ElementTree

import yaml
from results import commands
from test_docs import setup_commands

import weft

ROOT = Path(__file__).parents[1]


def test_the_dockerfile_runs_the_commands_of_the_readme():
    lines = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    assert [line.removeprefix("RUN ") for line in lines if line.startswith("RUN ")] == setup_commands()


def test_the_citation_is_of_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert citation["version"] == weft.__version__
    assert citation["license"] == "Apache-2.0"


def test_issue_forms_have_what_a_form_needs():
    forms = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("[!c]*.yml"))
    assert [form.stem for form in forms] == ["bug", "request", "wrong_number"]
    for form in forms:
        content = yaml.safe_load(form.read_text("utf-8"))
        assert {"name", "description", "body"} <= set(content)
        ids = [part["id"] for part in content["body"]]
        assert len(ids) == len(set(ids))
        assert all(part["type"] in ("textarea", "input") and part["attributes"]["label"] for part in content["body"])


def test_the_picture_of_the_readme_is_what_its_script_draws(tmp_path):
    spec = importlib.util.spec_from_file_location("make_overview", ROOT / "examples/make_overview.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.draw(tmp_path / "overview.svg")
    assert (tmp_path / "overview.svg").read_text("utf-8") == script.PICTURE.read_text("utf-8")
    ElementTree.parse(script.PICTURE)
    assert re.search(r"!\[[^]]+\]\(docs/overview.svg\)", (ROOT / "README.md").read_text("utf-8"))


def test_the_results_page_lists_commands_of_benchmarks_with_options_that_they_have():
    found = commands()
    assert {section for section, _ in found} >= {"Speed", "Against sampling", "Whole networks", "Layer by layer"}
    for _, command in found:
        program, first, *words = shlex.split(command)
        if program == "weft":
            assert first == "map"
            continue
        source = (ROOT / first).read_text("utf-8")
        assert all(f'"{word}"' in source for word in words if word.startswith("--")), command
