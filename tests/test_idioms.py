"""C as people write it, one small file per idiom in `tests/idioms`: each is raised to what it is, or refused.

The comments at the top of a file say what is expected and how to run it:

    // raises: GEMM M=8 N=7 K=6; GEMM M=8 K=6     the products, in the order of the text, with extents above 1
    // refused: W403                              instead: the rule that it breaks
    // sizes: M=8 d.N=7                           the sizes that it needs
    // function: gemm                             the function to read, if not the only one with loops
    // call: gemm(8, A, B, C)                     how C calls it, on buffers that are called like the arrays of the nest
    // globals: A B                               buffers that the file itself has
    // runs: all points                           the line of the product runs for padding too

Every file is compiled and run: its arrays must hold what the raised programs leave in them, and the line of each
product must run as often as its program has points.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from nest_checks import long_extents, machine
from nest_semantics import run

import weft
from weft.backends.emit.shapes import with_reached_extents
from weft.ir import Mapping
from weft.passes import raise_nest

FOLDER = Path(__file__).parent / "idioms"
FILES = sorted(path.name for path in FOLDER.iterdir() if path.suffix in (".c", ".cpp"))
TYPES = {"f32": "float", "f64": "double", "i8": "signed char", "i32": "int"}


class Idiom:
    """A file with its comments, the nest that is read from it, and what that raises to."""

    def __init__(self, name):
        self.path = FOLDER / name
        self.says = comments(name)
        self.sizes = {key: int(value) for key, value in pairs(self.says.get("sizes", ""))}
        argument = f"{self.path}:{self.says['function']}" if "function" in self.says else str(self.path)
        (self.nest,) = weft.read_nests(argument, self.sizes)
        self.raised = raise_nest(self.nest)
        self.wanted = expected(self.says.get("raises", ""))

    @property
    def products(self):
        """What raises as the file says, without the steps before and after."""
        return [item for item in self.raised if (item.kind, item.workload and long_extents(item)) in self.wanted]

    @property
    def again(self):
        """The nest with the loops of its own programs."""
        machines = [machine(item.units) for item in self.raised]
        mappings = [
            Mapping(item.workload, item.dataflow, found, item.name)
            for item, found in zip(self.raised, machines, strict=True)
        ]
        return with_reached_extents(weft.reschedule(self.nest, mappings))


def comments(name):
    return dict(re.findall(r"^// (\w+): (.*)", (FOLDER / name).read_text(), re.MULTILINE))


def pairs(text):
    return [item.split("=") for item in text.split()]


def expected(text):
    """`GEMM M=8 K=6; …` as kinds and extents."""
    found = []
    for words in map(str.split, text.split("; ")):
        extents = {key: int(value) for key, value in pairs(" ".join(word for word in words if "=" in word))}
        found.append((" ".join(word for word in words if "=" not in word), extents))
    return found


RAISED = [name for name in FILES if "raises" in comments(name)]


@pytest.mark.parametrize("name", RAISED)
def test_an_idiom_is_raised_to_the_program_that_it_is(name):
    idiom = Idiom(name)
    assert [str(note) for item in idiom.raised if item.workload is None for note in item.diagnostics] == []
    assert [(item.kind, long_extents(item)) for item in idiom.products] == idiom.wanted, idiom.raised


@pytest.mark.parametrize("name", [name for name in FILES if name not in RAISED])
def test_an_idiom_is_refused_with_its_rule(name):
    try:
        found = Idiom(name).raised
    except weft.WeftError as error:
        codes = {item.code for item in error.diagnostics}
    else:
        codes = {note.code for item in found if item.workload is None for note in item.diagnostics}
    assert comments(name)["refused"] in codes


@pytest.mark.parametrize("name", [name for name in RAISED if "call" in comments(name)])
def test_an_idiom_computes_what_c_does_in_as_many_steps(name, tmp_path):
    idiom = Idiom(name)
    again = idiom.again
    generator = np.random.default_rng(3)
    given = {item.name: generator.integers(-4, 5, item.shape) for item in again.arrays if not item.local}
    after, counts = ran(idiom, given, tmp_path)
    ours = {item.name: np.zeros(item.shape) for item in again.arrays} | {
        key: values.astype(float) for key, values in given.items()
    }
    run(again.body, ours)
    for key, values in after.items():
        assert np.array_equal(ours[key].ravel(), values), key
    everywhere = idiom.says.get("runs") == "all points"
    points = dict.fromkeys([item.span.line for item in idiom.products], 0)
    for item in idiom.products:
        points[item.span.line] += item.workload.points if everywhere else item.workload.useful_points
    assert {line: counts[line] for line in points} == points


def ran(idiom, given, folder):
    """What the arrays hold after C has run, and how often it ran each line."""
    compiler = "g++" if idiom.path.suffix == ".cpp" else "gcc"
    if shutil.which(compiler) is None or shutil.which("gcov") is None:
        pytest.skip(f"{compiler} or gcov is not installed")
    source = folder / f"driver{idiom.path.suffix}"
    source.write_text(driver(idiom, given))
    called([compiler, "-w", "-O0", "--coverage", source.name, "-o", "driver", "-lm"], folder)
    values = iter(called(["./driver"], folder).rpartition("results:")[2].split())
    after = {key: np.array([float(next(values)) for _ in range(item.size)]) for key, item in given.items()}
    data = [path.name for path in folder.glob("*.gcda")]
    report = json.loads(called(["gcov", "--json-format", "--stdout", *data], folder))
    lines = [line for file in report["files"] if Path(file["file"]).name == idiom.path.name for line in file["lines"]]
    return after, {line["line_number"]: line["count"] for line in lines}


def called(command, folder):
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def driver(idiom, given):
    """A program that calls the function on the data and prints what its arrays hold then."""
    types = {array.name: TYPES[array.element] for array in idiom.nest.arrays}
    known = idiom.says.get("globals", "").split()
    lines = [f'#include "{idiom.path}"', "#include <stdio.h>", "#include <string.h>", "int main(void) {"]
    lines += [f"int {key} = {value};" for key, value in idiom.sizes.items() if key.isidentifier()]
    for key, values in given.items():
        axes, first = "".join(f"[{extent}]" for extent in values.shape), f"given_{key}" if key in known else key
        lines.append(f"{types[key]} {first}{axes} = {grouped(values)};")
        if key in known:
            lines.append(f"memcpy({key}, {first}, sizeof {key});")
    lines += [f"{idiom.says['call']};", 'printf("results:");']
    for key, values in given.items():
        place = f"(({types[key]} *)&{key})[i]"
        lines.append(f'for (int i = 0; i < {values.size}; i++) printf(" %.17g", (double){place});')
    return "\n".join([*lines, "}"])


def grouped(values):
    """An initial value, in braces for each axis."""
    return f"{{{', '.join(map(grouped, values))}}}" if values.ndim else str(values.item())
