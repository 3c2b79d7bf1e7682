"""The site builds without a warning, every link in it leads somewhere, and it loads nothing from a network."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from test_contributing import COMMANDS

pytest.importorskip("furo", reason="Sphinx builds the site (extra 'docs')")

ROOT = Path(__file__).parents[1]
LOADED = {"img": "src", "script": "src", "link": "href", "iframe": "src", "source": "src"}


class Page(HTMLParser):
    """The anchors of a page, where its links lead, and what it loads."""

    def __init__(self, file):
        super().__init__()
        self.anchors, self.links, self.loaded = {""}, [], []
        self.feed(file.read_text("utf-8"))

    def handle_starttag(self, tag, attributes):
        """Collect what an element names and refers to."""
        values = dict(attributes)
        self.anchors.add(values.get("id") or "")
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        if values.get(LOADED.get(tag)):
            self.loaded.append(values[LOADED[tag]])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The pages by their files, built by the command of CONTRIBUTING.md."""
    (command,) = [command for command in COMMANDS if "sphinx" in command]
    folder = tmp_path_factory.mktemp("site")
    words = [sys.executable, *command.split()[1:-1], str(folder)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {file: Page(file) for file in folder.rglob("*.html")}


def test_all_links_and_anchors_lead_somewhere(site):
    broken, followed = [], 0
    for file, page in site.items():
        for target in page.links + page.loaded:
            parts = urlsplit(target)
            if parts.scheme:
                continue
            followed += 1
            found = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            known = found in site and unquote(parts.fragment) in site[found].anchors
            if not (known or (found not in site and found.is_file() and not parts.fragment)):
                broken.append((file.name, target))
    assert broken == []
    assert followed > 1000


def test_nothing_is_loaded_from_a_network(site):
    loaded = [(file.name, target) for file, page in site.items() for target in page.loaded]
    assert [(name, target) for name, target in loaded if urlsplit(target).netloc] == []
    (folder,) = {file.parent for file in site if file.name == "search.html"}
    styles = "".join(file.read_text("utf-8") for file in folder.rglob("*.css"))
    assert "url(http" not in styles
    assert "url(//" not in styles
    assert "@import" not in styles


def test_every_exported_name_has_its_entry(site):
    import weft

    (page,) = [page for file, page in site.items() if file.name == "api.html"]
    assert {f"weft.{name}" for name in weft.__all__} <= page.anchors


def test_the_cells_of_the_notebook_run(site):
    pytest.importorskip("altair", reason="figures are drawn with Altair (extra 'plot')")
    cells = re.findall(
        r"^```\{code-cell\} python\n(.*?)^```", (ROOT / "docs/notebook.md").read_text("utf-8"), re.M | re.S
    )
    assert len(cells) > 4
    script = "".join(cells) + "\nassert weft.verify(cost) == () and best.certificate.status == 'optimal'\n"
    script += "assert '<svg' in figure._repr_mimebundle_()['image/svg+xml']\n"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT / "docs", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
