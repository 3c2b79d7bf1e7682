"""No part of Weft opens a file that a user names except through `ir/files.py`."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("ir", "frontends", "backends", "passes")
OPENS = {"open", "fdopen", "read_text", "read_bytes", "memmap", "fromfile", "loadtxt", "genfromtxt", "connect"}
MODULES_THAT_LOAD = {"np", "numpy", "json", "yaml", "pickle", "tomllib", "marshal"}

WEFTS_OWN = {
    "ir/files.py": {"os.open", "os.fdopen", "read_bytes"},
    # What Weft ships.
    "backends/energy/loading.py": {"path.read_text"},
    "backends/area/loading.py": {"path.read_text"},
    "frontends/accelerator/loader.py": {"path.read_text"},
    "frontends/maestro/building.py": {"files(__package__).joinpath('grammar.lark').read_text"},
    "backends/plots/": {
        f"files(__package__).joinpath('{name}').read_text"
        for name in ("page.js", "page.html", "linked.js", "linked.html")
    },
    "src/weft/validation": {"open", "read_text"},
    # Its own code, whose hash is that of what was compiled from it.
    "src/weft/search/compiled.py": {"file.read_bytes"},
    # The null device, in place of a stream that takes nothing.
    "src/weft/cli/streams.py": {"open", "os.open"},
    # An entry of a zip archive whose bytes come from ir/files.py.
    "frontends/pytorch/archive.py": {"archive.open"},
    # The file that it writes itself.
    "backends/report/writers.py": {"part.open"},
    # The file that it writes itself: SQLite opens a regular file, after a look at its first bytes.
    "src/weft/search/store/store.py": {"sqlite3.connect", "file.open"},
    # A lock, and what the parent process says.
    "src/weft/search/workers/runner.py": {"(folder / 'compiling.lock').open", "pickle.load"},
}
"""What opens a file elsewhere, by the path that a module's name begins with."""

SOURCES = [file for part in PARTS for file in sorted((ROOT / part).rglob("*.py"))]
SOURCES += [file for file in sorted((ROOT / "src/weft").rglob("*.py")) if file.parts[len(ROOT.parts) + 2] not in PARTS]


def openings(tree):
    """Calls that open something, as (name, whole expression): open(), path.read_text(), np.load(), json.load(), …"""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    ours = {alias.name for node in imports if (node.module or "").endswith("files") for alias in node.names}
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Name) and called.id in OPENS - ours:
            yield called.id, called.id
        if isinstance(called, ast.Attribute):
            owner = ast.unparse(called.value)
            opens = called.attr in OPENS and owner not in ("self", "builder", "there")
            if opens or (called.attr == "load" and owner in MODULES_THAT_LOAD):
                yield called.attr, ast.unparse(called)


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_files_are_read_in_one_place(file):
    name = str(file.relative_to(ROOT))
    own = next((allowed for path, allowed in WEFTS_OWN.items() if name.startswith(path)), set())
    for kind, written in openings(ast.parse(file.read_text("utf-8"))):
        assert kind in own or written in own, f"{name}: {written} reads past ir/files.py"


@pytest.mark.parametrize(
    "line",
    [
        "open(path)",
        "Path(name).read_text()",
        "Path(name).open()",
        "np.load(path)",
        "json.load(stream)",
        "os.open(name, 0)",
        "np.fromfile(name)",
        "sqlite3.connect(name)",
    ],
)
def test_what_would_read_past_it_is_seen(line):
    assert list(openings(ast.parse(line)))
