"""The picture of the parts in docs/architecture.md shows all packages, and nothing that is none."""

from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
PARTS = [ROOT / name for name in ("frontends", "ir", "passes", "backends")]
WEFT = ROOT / "src/weft"
GROUPS = {"oracles"}
"""Bold words that are no module: what several packages are together."""


def bold(node, inherited=False):
    """The words that are drawn in bold below a node."""
    found = inherited or node.get("font-weight") == "600"
    texts = [node.text or ""] if found else []
    for child in node:
        texts += bold(child, found)
        texts += [child.tail or ""] if found else []
    return [word for text in texts for word in text.replace(",", " ").split()]


def packages():
    inner = [file.parent for part in (*PARTS, WEFT) for file in part.rglob("__init__.py") if file.parent != WEFT]
    return {folder.name for folder in inner if folder.parent != WEFT / "validation"}


def test_the_picture_shows_the_packages():
    shown = bold(ElementTree.parse(ROOT / "docs/architecture.svg").getroot())
    assert len(shown) == len(set(shown))
    assert packages() <= set(shown)
    modules = {file.stem for part in (*PARTS, WEFT) for file in part.rglob("*.py")}
    assert set(shown) - packages() - GROUPS <= modules
