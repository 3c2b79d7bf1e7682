"""The documents say what is true: their commands run, their outputs are real, their links resolve.

Conventions in README.md and docs/*.md:

* ```sh holds commands; the lines that start with `weft `, `xdsl-opt ` or `python ` are run in a folder with `examples`
  and `docs`: a call of `weft` or `xdsl-opt` at the beginning in this process, which saves seconds, anything else by a
  shell;
* ```python blocks of a document run in order, as one program: in this process, or where the document saves files of
  Python, which stay imported, in one of their own;
* ```text right after one of these is its output, trailing blanks aside;
* <!-- exit: 1 --> before a block of commands gives their exit code, <!-- file: NAME --> before any block saves it as a
  file for the commands, <!-- not run --> leaves a block alone.

`WEFT_UPDATE_DOCS=1 python -m pytest tests/test_docs.py` writes the real outputs into the documents.
"""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import pytest
from jsonschema import Draft202012Validator
from xdsl.xdsl_opt_main import xDSLOptMain

import weft
from weft.cli import main
from weft.ir import CODES

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "CODE_OF_CONDUCT.md", "SECURITY.md"),
    *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
]
UPDATES = os.environ.get("WEFT_UPDATE_DOCS") == "1"
SCHEMA = json.loads((ROOT / "docs/evaluate.schema.json").read_text("utf-8"))

PROGRAMS = ("weft ", "xdsl-opt ", "python ")
TERMINAL = ("FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE")
"""Variables that change how output looks."""

_PLAIN = re.compile(
    r"""(?:weft|xdsl-opt)( +('[^'\n]*'|"[^"$`\\\n]*"|(?![12]?>)[^\s'"|&;<>()$`*?~{}#\\])+)* *(?=$|[|&<>12])"""
)
"""A call with its arguments, up to what a shell does with it."""

_MARK = re.compile(r"<!--\s*(exit|file|not run)(?::\s*(.*?))?\s*-->")

_END = "\x1e"


@dataclass
class Block:
    """A fenced block; `first` and `last` are the numbers of the lines between its fences."""

    language: str
    first: int
    last: int
    text: str
    marks: dict[str, str]
    follows: Block | None

    @property
    def commands(self) -> list[str]:
        lines = self.text.replace("\\\n", " ").splitlines()
        return [line.removeprefix("$ ") for line in lines if line.removeprefix("$ ").startswith(PROGRAMS)]

    @property
    def runs(self) -> bool:
        if "not run" in self.marks or "file" in self.marks:
            return False
        return self.language == "python" or (self.language == "sh" and bool(self.commands))


def blocks_of(text: str) -> list[Block]:
    """The fenced blocks of a document. `follows` is the block before, if only blank lines and comments lie between."""
    found: list[Block] = []
    marks: dict[str, str] = {}
    opened: tuple[str, int] | None = None
    previous: Block | None = None
    lines = text.splitlines()
    for number, line in enumerate(lines):
        fence = re.fullmatch(r"```([^`]*?)\s*", line)
        if opened and fence and not fence[1]:
            body = "\n".join(lines[opened[1] : number])
            found.append(Block(opened[0], opened[1], number, body, marks, previous))
            opened, marks, previous = None, {}, found[-1]
        elif opened:
            continue
        elif fence:
            opened = (fence[1], number + 1)
        elif mark := _MARK.fullmatch(line.strip()):
            marks[mark[1]] = mark[2] or ""
        elif line.strip():
            marks, previous = {}, None
    return found


def tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the repository's examples, documents and a `weft` command."""
    for name in ("examples", "docs"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "bin").mkdir()
    for name, module in (("weft", "-m weft"), ("xdsl-opt", "-m xdsl.tools.xdsl_opt"), ("python", "")):
        command = tmp_path / "bin" / name
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" {module} "$@"\n', "utf-8")
        command.chmod(0o755)
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = dict(os.environ, PATH=f"{folder / 'bin'}:{os.environ['PATH']}", PYTHONIOENCODING="utf-8")
    for name in TERMINAL:
        environment.pop(name, None)
    return subprocess.run(
        arguments,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )


def run_command(command: str, folder: Path) -> tuple[int, str]:
    """The exit code of a command and all that it prints; what is at its beginning runs in this process if it can."""
    plain = _PLAIN.match(command)
    if not plain:
        done = run(folder, "sh", "-c", command)
        return done.returncode, done.stdout
    rest = command[plain.end() :]
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    together = not rest or rest.startswith("2>&1")
    err = out if together else io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    program, *arguments = shlex.split(plain[0])
    with in_folder(folder, out, err):
        code = run_weft(arguments) if program == "weft" else run_xdsl(arguments)
    if not rest:
        return code, out.buffer.getvalue().decode("utf-8")
    (folder / "bin/out").write_bytes(out.buffer.getvalue())
    (folder / "bin/err").write_bytes(b"" if together else err.buffer.getvalue())
    done = run(folder, "sh", "-c", f"(cat bin/err >&2; cat bin/out; exit {code}) {rest}")
    return done.returncode, done.stdout


@contextmanager
def in_folder(folder: Path, out: TextIO, err: TextIO) -> Iterator[None]:
    """What runs in this process has a folder, its output, and no terminal."""
    with pytest.MonkeyPatch.context() as patch, chdir(folder), redirect_stdout(out), redirect_stderr(err):
        for name in TERMINAL:
            patch.delenv(name, raising=False)
        yield


def run_weft(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    return int(left.value.code or 0)


def run_xdsl(arguments: list[str]) -> int:
    try:
        xDSLOptMain(args=arguments).run()
    except Exception:
        traceback.print_exc()
        return 1
    return 0


def run_commands(block: Block, folder: Path) -> tuple[str, list[str]]:
    """What the commands print, and what is wrong with their exit codes."""
    printed, problems = "", []
    wanted = int(block.marks.get("exit", "0"))
    for command in block.commands:
        code, said = run_command(command, folder)
        printed += said
        if code != wanted:
            problems.append(f"line {block.first}: `{command}` exits with {code}:\n{said[-2000:]}")
    return printed, problems


def run_python(blocks: list[Block], folder: Path) -> tuple[list[str], list[str]]:
    """What each block prints, and what is wrong."""
    if not blocks:
        return [], []
    if any(folder.glob("*.py")):
        script = "".join(f"{block.text}\nprint({_END!r}, end='')\n" for block in blocks)
        done = run(folder, sys.executable, "-c", script)
        *printed, rest = done.stdout.split(_END)
        return printed, [f"the Python blocks fail:\n{rest[-2000:]}"] if done.returncode else []
    outputs: list[str] = []
    names = {"__name__": "__main__"}
    for block in blocks:
        out = io.StringIO()
        try:
            with in_folder(folder, out, out):
                exec(compile(block.text, f"line {block.first}", "exec"), names)
        except Exception:
            return outputs, [f"the Python blocks fail:\n{out.getvalue()[-2000:]}{traceback.format_exc()[-2000:]}"]
        outputs.append(out.getvalue())
    return outputs, []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_a_document_runs_works_and_prints_what_it_shows(name: str, folder: Path) -> None:
    path = ROOT / name
    text = path.read_text("utf-8")
    blocks = blocks_of(text)
    for block in blocks:
        if "file" in block.marks:
            (folder / block.marks["file"]).parent.mkdir(exist_ok=True)
            (folder / block.marks["file"]).write_text(block.text + "\n", "utf-8")
    shell = [block for block in blocks if block.runs and block.language == "sh"]
    results = [run_commands(block, folder) for block in shell]
    printed = {id(block): output for block, (output, wrong) in zip(shell, results, strict=True) if not wrong}
    problems = [problem for _, found in results for problem in found]
    scripts = [block for block in blocks if block.runs and block.language == "python"]
    outputs, found = run_python(scripts, folder)
    problems += found
    printed |= {id(block): output for block, output in zip(scripts, outputs, strict=False)}
    lines = text.splitlines()
    for block in reversed(blocks):
        source = block.follows
        if block.language != "text" or source is None or id(source) not in printed:
            continue
        real = tidy(printed[id(source)])
        if real == tidy(block.text):
            continue
        if UPDATES:
            lines[block.first : block.last] = real.splitlines()
        else:
            problems.append(f"line {block.first}: shown\n{block.text}\nbut it is\n{real}")
    if UPDATES:
        path.write_text("\n".join(lines) + "\n", "utf-8")
    assert not problems, f"{name}\n" + "\n".join(problems)


def anchors(text: str) -> set[str]:
    found = set()
    for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        plain = re.sub(r"[^\w\- ]", "", re.sub(r"\[(.*?)\]\(.*?\)", r"\1", heading).lower())
        found.add(plain.strip().replace(" ", "-"))
    return found


@pytest.mark.parametrize("name", DOCUMENTS)
def test_relative_links_resolve(name: str) -> None:
    path = ROOT / name
    text = path.read_text("utf-8")
    fenced = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    prose = re.sub(r"`[^`\n]*`", "", fenced)
    targets = re.findall(r"\]\(([^)\s]+)\)", prose) + re.findall(r'(?:src|srcset|href)="([^"]+)"', prose)
    broken = []
    for target in targets:
        if re.match(r"\w+:", target):
            continue
        file, _, anchor = target.partition("#")
        found = path.parent / file if file else path
        if not found.exists() or (anchor and anchor not in anchors(found.read_text("utf-8"))):
            broken.append(target)
    assert not broken


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_files_of_the_repository_that_a_document_names_exist(name: str) -> None:
    """`NAME` in a path stands for any name."""
    parts = "tests|ir|passes|frontends|backends|src|docs|examples|benchmarks"
    named = re.findall(rf"(?<![\w/.-])(?:{parts})/[\w./-]*\w", (ROOT / name).read_text("utf-8"))
    assert [file for file in named if "NAME" not in file and not (ROOT / file).exists()] == []


def test_every_document_stands_in_the_index_and_in_its_contents() -> None:
    index = (ROOT / "docs/index.md").read_text("utf-8")
    names = [os.path.relpath(name, "docs") for name in DOCUMENTS if name != "docs/index.md"]
    assert [name for name in names if f"({name})" not in index] == []
    contents = [line for block in re.findall(r"^:::\{toctree\}(.*?)^:::", index, re.M | re.S) for line in block.split()]
    assert [name for name in names if name.removesuffix(".md") not in [line.strip("<>") for line in contents]] == []


def test_the_readme_is_short_and_leads_to_all_tasks() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert len(readme.splitlines()) < 150
    assert "(docs/index.md)" in readme


def setup_commands() -> list[str]:
    blocks = blocks_of((ROOT / "README.md").read_text("utf-8"))
    lines = [line for block in blocks if block.language == "sh" for line in block.text.splitlines()]
    return [line for line in lines if line.startswith("python3 -m venv ")]


def test_the_readme_sets_up_with_one_command_each(folder: Path) -> None:
    main_job, tests = setup_commands()
    assert ".venv/bin/pip install" in main_job
    assert ".venv/bin/pip install" in tests
    script = (ROOT / ".ci/run").read_text("utf-8")
    assert os.access(ROOT / ".ci/run", os.X_OK)
    assert tests.split(" && ")[-1].removeprefix(".venv/bin/") in script
    command = main_job.split(" && ")[-1].removeprefix(".venv/bin/")
    assert command.startswith("weft evaluate ")
    done = run(folder, "sh", "-c", command)
    assert done.returncode == 0, done.stdout


def test_the_python_interface_lists_every_exported_name() -> None:
    text = (ROOT / "docs/python.md").read_text("utf-8")
    table = text[text.index("| name | what it does |") : text.index("A `Mapping` is a workload,")]
    first_cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    listed = [name for cell in first_cells for name in re.findall(r"`(\w+)(?:\(.*?\))?`", cell)]
    assert sorted(listed) == sorted(weft.__all__)


def test_the_changelog_begins_with_the_version_of_the_project() -> None:
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == weft.__version__
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", heading) for heading in headings)
    numbers = [tuple(map(int, heading.split("."))) for heading in headings]
    assert numbers == sorted(set(numbers), reverse=True)


def test_diagnostics_explains_every_code_with_its_title() -> None:
    text = (ROOT / "docs/diagnostics.md").read_text("utf-8")
    headings = re.findall(r"^### (W\d{3}) (.*)$", text, re.MULTILINE)
    assert dict(headings) == CODES
    assert [code for code, _ in headings] == sorted(CODES)


BROKEN = """
Network broken {
  Layer WRONG {
    Type: CONV
    Dimensions { K: 4, C: 4, R: 3, S: 3, Y: 8, X: 8 }
    Dataflow { TemporalMap(1,2) C; }
  }
  Layer RIGHT {
    Type: CONV
    Dimensions { K: 4, C: 4, R: 3, S: 3, Y: 8, X: 8 }
    Dataflow { SpatialMap(1,1) C; }
  }
}
"""

DOCUMENTED_JSON = [
    ("evaluate", "examples/figure5.m --set pes=6"),
    ("evaluate", "examples/figure5.m --set pes=3 --layer A --verify --time throughput"),
    ("evaluate", "examples/vgg16_kcp.m --set L2.capacity_bytes=100000000"),
    ("evaluate", "examples/figure6.m --set pes=6 --verify --verify-limit 10"),
    ("evaluate", "broken.m --set reduction=false"),
    ("evaluate", "broken.m --set L1.capacity_bytes=8 --over-capacity warning"),
    ("evaluate", "missing.m"),
    ("simulate", "examples/figure5.m --set pes=3 --layer A"),
    ("check", "examples/figure5.m --set pes=6"),
    ("check", "broken.m"),
    ("check", "missing.m"),
    ("raise", "examples/nests/table3.py"),
    ("raise", "examples/polybench/covariance.c"),
    ("raise", "examples/nests/table3.py --sizes Q=3"),
]


@pytest.mark.parametrize(("command", "arguments"), DOCUMENTED_JSON)
def test_json_is_as_the_schema_says(command: str, arguments: str, folder: Path) -> None:
    (folder / "broken.m").write_text(BROKEN, "utf-8")
    form = "--emit json" if command == "raise" else "--json"
    code, said = run_command(f"weft {command} {form} {arguments} 2>/dev/null", folder)
    assert code in (0, 1), said
    schema = SCHEMA | {"anyOf": [{"$ref": f"#/$defs/{command}"}]}
    found = list(Draft202012Validator(schema).iter_errors(json.loads(said)))
    assert not found


def test_the_schema_is_one_and_every_field_is_described() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    text = (ROOT / "docs/json.md").read_text("utf-8")
    names: set[str] = set()

    def collect(node: object) -> None:
        if isinstance(node, dict):
            names.update(node.get("properties", {}))
            assert node.get("type") != "object" or "additionalProperties" in node
            for value in node.values():
                collect(value)
        elif isinstance(node, list):
            for value in node:
                collect(value)

    collect(SCHEMA)
    assert sorted(name for name in names if f"`{name}`" not in text) == []
