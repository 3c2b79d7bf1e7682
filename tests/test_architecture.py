"""Who may import whom: each package only those below it; nothing imports in a circle."""

import ast
import builtins
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from weft.ir import Interconnect

ROOT = Path(__file__).parents[1]
WEFT = ROOT / "src" / "weft"
ALLOWED = {
    "ir": {"ir"},
    "frontends": {"frontends", "ir"},
    "analysis": {"analysis", "ir"},
    "backends": {"backends", "analysis", "ir"},
    "passes": {"passes", "backends", "analysis", "ir"},
    "search": {"search", "passes", "backends", "analysis", "ir"},
}
FOLDERS = {part: ROOT / part if (ROOT / part).is_dir() else WEFT / part for part in ALLOWED}
FILES = sorted(file for folder in FOLDERS.values() for file in folder.rglob("*.py"))


def module_of(file):
    """The dotted name of a file in the package, as parts after `weft`."""
    inside = file.relative_to(WEFT if file.is_relative_to(WEFT) else ROOT)
    return inside.with_suffix("").parts


def imports(file):
    """(line, absolute dotted name, while loading) of every import of Weft's own modules."""
    here = module_of(file)
    tree = ast.parse(file.read_text("utf-8"))
    lazy = {id(node) for block in ast.walk(tree) if _is_lazy(block) for node in ast.walk(block)}
    for node in ast.walk(tree):
        at_load = id(node) not in lazy
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "weft":
                    yield node.lineno, alias.name.split(".")[1:], at_load
        elif isinstance(node, ast.ImportFrom):
            module = (node.module or "").split(".") if node.module else []
            if node.level:
                yield node.lineno, [*here[: len(here) - node.level], *module], at_load
            elif module[:1] == ["weft"]:
                yield node.lineno, module[1:], at_load


def _is_lazy(node):
    """Imported when a function runs, or for the type checker only."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return True
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_part_imports_only_what_it_may(file):
    part = module_of(file)[0]
    for line, name, _ in imports(file):
        assert name, f"{file}:{line} imports the facade"
        assert name[0] in ALLOWED[part], f"{file}:{line} imports {'.'.join(name)}"


def test_the_oracles_share_nothing_with_what_they_check():
    for oracle in ("exact", "simulate"):
        for file in (ROOT / "backends" / oracle).rglob("*.py"):
            for line, name, _ in imports(file):
                assert name[:2] != ["backends", "cost"], f"{file}:{line}"
                # The relation of a program is that of the legality check (`docs/architecture.md`).
                shared = oracle == "exact" and name[:2] == ["analysis", "spacetime"]
                assert name[0] in ("ir", "backends") or shared, f"{file}:{line}"


def test_the_simulation_times_transfers_itself():
    """What the clock takes from the machine is written a second time: no method of a network is called."""
    methods = {name for name, item in vars(Interconnect).items() if callable(item) and name[:1] != "_"}
    assert {"transfer_cycles", "skew"} <= methods
    for file in (ROOT / "backends" / "simulate").rglob("*.py"):
        calls = [node.func for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
        assert not methods & {call.attr for call in calls if isinstance(call, ast.Attribute)}, file


def test_modules_do_not_import_in_a_circle():
    names = {module_of(file): file for file in FILES}
    graph = {}
    for parts, file in names.items():
        module = ".".join(parts)
        found = {".".join(name) for _, name, at_load in imports(file) if at_load}
        graph[module] = {name for name in found if tuple(name.split(".")) in names}
    assert any(graph.values())
    TopologicalSorter(graph).prepare()


def test_nothing_starts_the_package_under_another_name():
    # `from ir import …` would load a second copy of the package in a checkout.
    for file in FILES:
        nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
        names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
        names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
        assert not {name.split(".")[0] for name in names} & {*ALLOWED, "weft"}, file


def test_no_module_takes_the_name_of_a_builtin():
    # Once it is loaded, its package's own code would find the module in the place of the function.
    files = {*FILES, *WEFT.rglob("*.py")}
    assert [file for file in files if file.stem in dir(builtins)] == []


def test_every_module_says_what_it_is_for():
    for file in [*FILES, *(ROOT / "src" / "weft").glob("*.py"), *(ROOT / "src" / "weft" / "cli").glob("*.py")]:
        assert ast.get_docstring(ast.parse(file.read_text("utf-8"))), file
