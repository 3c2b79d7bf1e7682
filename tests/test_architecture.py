"""Who may import whom: each package only those below it; nothing imports in a circle."""

import ast
import builtins
from graphlib import TopologicalSorter
from pathlib import Path

import networkx
import pytest
from sources import imports_of

from weft.ir import Interconnect

ROOT = Path(__file__).parents[1]
WEFT = ROOT / "src" / "weft"
CORE = {"ir", "frontends", "analysis", "backends", "passes", "search", "exploration", "fusion"}
INTERFACE = CORE | {"api"}
ALLOWED = {
    "ir": {"ir"},
    "frontends": {"frontends", "ir"},
    "analysis": {"analysis", "ir"},
    "backends": {"backends", "analysis", "ir"},
    "passes": {"passes", "backends", "analysis", "ir"},
    "search": {"search", "passes", "backends", "analysis", "ir"},
    "exploration": {"exploration", "search", "passes", "backends", "analysis", "ir"},
    "fusion": {"fusion", "search", "backends", "passes", "analysis", "ir"},
    "markers": set(),
    "functions": {"frontends", "ir"},
    "explanation": {"passes", "backends", "analysis", "ir"},
    "verification": {"backends", "ir"},
    "designs": {"frontends", "search", "ir"},
    "api": CORE | {"functions", "explanation", "verification", "designs"},
    "explorations": INTERFACE,
    "fused": INTERFACE | {"verification"},
    "networks": INTERFACE,
    "certificates": INTERFACE | {"certificates"},
    "pictures": INTERFACE | {"pictures"},
    "xdsl": INTERFACE | {"xdsl"},
    "validation": INTERFACE - {"search"} | {"validation"},
    "cli": INTERFACE
    | {
        "cli",
        "designs",
        "explorations",
        "explanation",
        "fused",
        "verification",
        "certificates",
        "pictures",
        "validation",
        "__init__",
    },
    "__init__": {"ir", "api", "explorations", "fused", "markers", "networks", "pictures"},
    "__main__": {"cli"},
}
"""Whom a part may import: a package, or a module of `src/weft` itself (`__init__` is the facade)."""


def files_of(part):
    """The Python files of a part."""
    for folder in (ROOT / part, WEFT / part):
        if folder.is_dir() and not folder.is_symlink():
            return sorted(folder.rglob("*.py"))
    return [WEFT / f"{part}.py"]


FILES = [file for part in ALLOWED for file in files_of(part)]


def module_of(file):
    """The dotted name of a file in the package, as parts after `weft`."""
    inside = file.relative_to(WEFT if file.is_relative_to(WEFT) else ROOT)
    return inside.with_suffix("").parts


def dotted(parts):
    """A module's name after `weft.`; a package has that of its folder."""
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


MODULES = {dotted(module_of(file)): file for file in FILES}


def imports(file):
    """(line, dotted name as parts after `weft`) of every import of Weft's own modules, wherever it stands.

    What is imported when a function runs, or for the type checker only, counts like the rest.
    """
    here = module_of(file)
    for node in imports_of(file):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "weft":
                    yield node.lineno, alias.name.split(".")[1:]
        else:
            module = (node.module or "").split(".") if node.module else []
            if node.level:
                module = ["weft", *here[: len(here) - node.level], *module]
            if module[:1] == ["weft"]:
                for alias in node.names:
                    inner = [*module[1:], alias.name]
                    yield node.lineno, inner if dotted(inner) in MODULES else module[1:]


def graph():
    """The modules that each module imports."""
    found = networkx.DiGraph()
    found.add_nodes_from(MODULES)
    for module, file in MODULES.items():
        names = {dotted(name) or "__init__" for _, name in imports(file)}
        found.add_edges_from((module, name) for name in names if name in MODULES and name != module)
    return found


def test_every_part_has_its_place():
    parts = {path.stem for path in WEFT.iterdir() if path.suffix == ".py" or (path.is_dir() and path.name[0] != "_")}
    assert parts == {*ALLOWED}


def test_the_parts_lie_above_each_other():
    TopologicalSorter({part: allowed - {part} for part, allowed in ALLOWED.items()}).prepare()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_part_imports_only_what_it_may(file):
    module = module_of(file)
    for line, name in imports(file):
        part = name[0] if name else "__init__"
        assert part in ALLOWED[module[0]], f"{file}:{line} imports {'.'.join(name)}"


def test_the_oracles_share_nothing_with_what_they_check():
    for oracle in ("exact", "simulate"):
        for file in (ROOT / "backends" / oracle).rglob("*.py"):
            for line, name in imports(file):
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
    """Nowhere, with the imports that run late or never: what cannot be told apart is one module."""
    found = graph()
    assert found.number_of_edges() > len(FILES)
    assert [circle for circle in networkx.strongly_connected_components(found) if len(circle) > 1] == []


def test_nothing_starts_the_package_under_another_name():
    # `from ir import …` would load a second copy of the package in a checkout.
    for file in FILES:
        nodes = imports_of(file)
        names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
        names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
        assert not {name.split(".")[0] for name in names} & ({*ALLOWED, "weft"} - {"xdsl"}), file


def test_no_module_takes_the_name_of_a_builtin():
    # Once it is loaded, its package's own code would find the module in the place of the function.
    files = {*FILES, *WEFT.rglob("*.py")}
    assert [file for file in files if file.stem in dir(builtins)] == []


def test_every_module_says_what_it_is_for():
    for file in FILES:
        assert ast.get_docstring(ast.parse(file.read_text("utf-8"))), file
