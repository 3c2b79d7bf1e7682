"""What the emitted text looks like: units that do not disturb each other, readable functions, refusals with reasons."""

import math
import re
import subprocess
import sys
from itertools import pairwise, product

import pytest
from emitted import iterations, place
from hypothesis import given
from nests import at, deep, gemm, generated, loop, nest, nests, own, parallel, times

from weft.backends import emit
from weft.backends.emit import emit_c, emit_python, sharing
from weft.backends.emit.checks import FUNCTIONS, SPELLED
from weft.frontends.c import read_c
from weft.ir import FUNCTIONS as OPERANDS
from weft.ir import (
    Affine,
    Array,
    Compute,
    Diagnostic,
    Literal,
    LoopKind,
    LoopNest,
    Placement,
    Statement,
    Unreadable,
    WeftError,
)
from weft.passes import raise_nest

i, j, p = map(Affine.of, "ijp")

# --- units ---------------------------------------------------------------------------------------------------------


def points(loops):
    """The values of the iterators of loops inside each other."""
    found = [{}]
    for item in loops:
        found = [point | {item.iterator: number} for point in found for number in iterations(item, point)]
    return found


def met(item, array):
    """For each statement that updates an array whether another unit may update the same element, by enumeration."""
    updates = [found for found in item.statements() if found[1].target.array == array]
    return [any(collide(update, other) for other in updates) for update in updates]


def collide(first, second):
    """Whether two statements touch one element in different iterations of a parallel loop around both."""
    depths = [
        depth
        for depth, (one, other) in enumerate(zip(first[0], second[0], strict=False))
        if one is other and one.kind is LoopKind.PARALLEL
    ]
    names = [around.iterator for around in first[0]]
    return any(
        place(first[1].target, here) == place(second[1].target, there)
        and here[names[depth]] != there[names[depth]]
        and all(here[name] == there[name] for name in names[:depth])
        for here, there in product(points(first[0]), points(second[0]))
        for depth in depths
    )


def guarded(text, array):
    """For each update of an array in C whether it is atomic, critical or a reduction of a parallel loop around it."""
    found, around = [], []
    lines = ["", *text.splitlines()]
    for before, line in pairwise(lines):
        depth = len(line) - len(line.lstrip())
        around = [item for item in around if item[0] < depth or line.lstrip().startswith("for")]
        if line.lstrip().startswith("#pragma omp parallel"):
            around.append((depth, line))
        if re.match(rf" *{array}\[.*\] [-+*]?= ", line):
            alone = before.lstrip() in ("#pragma omp atomic", "#pragma omp critical")
            found.append(alone or any(re.search(rf"reduction\(\S+: {array}\[", item) for _, item in around))
    return found


@given(nests(threads=True))
@generated
def test_updates_are_atomic_exactly_where_units_meet(item):
    text = emit_c(item)
    for array in ("sum", "grid", "largest", "product"):
        assert guarded(text, array) == met(item, array), text


def update(array, *subscripts, value=1, reduction="+"):
    return Statement(at(array, *subscripts), Literal(value), reduction)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (parallel("i", 0, 4, update("s", i)), []),
        (parallel("i", 0, 4, update("s", 0)), ["reduction(+: s[0:1])"]),
        (parallel("i", 0, 4, update("s", 0, reduction="*")), ["reduction(*: s[0:1])"]),
        (parallel("i", 0, 4, update("s", 0, reduction="max")), ["reduction(max: s[0:1])"]),
        (parallel("i", 0, 4, update("s", i - i // 2)), ["atomic"]),
        (parallel("i", 0, 4, update("s", i // 2, reduction="max")), ["critical"]),
        (parallel("i", 0, 4, loop("j", 0, 4, update("s", j))), ["atomic"]),
        (parallel("i", 0, 4, update("s", 0), update("s", 0)), ["atomic", "atomic"]),
        (parallel("i", 0, 4, Statement(at("s", 0), at("s", i + 1), "+")), ["atomic"]),
        (parallel("i", 0, 1, update("s", 0)), []),
        (loop("j", 0, 4, parallel("i", 0, 4, update("s", i))), []),
        (parallel("j", 0, 4, loop("i", j, j + 1, update("s", i))), []),
        (parallel("j", 0, 4, loop("i", j, j + 2, update("s", i))), ["atomic"]),
        (parallel("i", 0, 4, update("s", i), update("s", i + 1)), ["atomic", "atomic"]),
        (parallel("j", 0, 4, parallel("i", 0, 4, update("s", j))), ["reduction(+: s[j:1])"]),
        (parallel("j", 0, 4, parallel("i", 0, 4, update("s", 3))), ["reduction(+: s[3:1])"] * 2),
        (parallel("j", 0, 4, parallel("i", 0, 4, update("s", j // 2))), ["atomic"]),
    ],
)
def test_an_update_is_guarded_where_units_share_its_target(body, expected):
    text = emit_c(nest({"s": (9,)}, body))
    assert re.findall(r"#pragma omp (?:parallel .*)?(atomic|critical|reduction.*)\n", text) == expected


def test_what_isl_cannot_decide_in_time_counts_as_shared(monkeypatch):
    assert guarded(emit_c(gemm(2)), "C") == [False, False]
    monkeypatch.setattr(sharing, "_MAX_OPERATIONS", 1)
    assert guarded(emit_c(gemm(2)), "C") == [False, True]


def test_each_unit_has_a_local_array_of_its_own():
    fill = loop("j", 0, 3, Statement(at("t", j), Literal(0)))
    add = loop("j", 0, 3, Statement(at("s", i, j), at("t", j), "+"))
    text = emit_c(nest({"s": (4, 3), "t": own(3)}, parallel("i", 0, 4, fill, add)))
    assert "    double t[3];\n" in text
    assert "#pragma omp parallel for num_threads(4) schedule(static, 1) private(t)\n" in text


def test_units_that_set_elements_of_their_own_share_a_local_array():
    pair = Statement(at("t", i), Literal(0)), Statement(at("s", i), at("t", i))
    assert "private" not in emit_c(nest({"s": (4,), "t": own(4)}, parallel("i", 0, 4, *pair)))


@pytest.mark.parametrize(
    ("options", "bounds", "threads"),
    [
        ({}, (0, 5), " num_threads(5)"),
        ({"units": 12}, (0, 5), " num_threads(12)"),
        ({"step": -4}, ([9, 8], [0, -3]), " num_threads(2)"),
        ({}, (i, i + 9), ""),
        ({"units": 4}, (i, [i + 9, 12]), " num_threads(4)"),
        ({}, (0, 5000), ""),
        ({}, (5, 5), ""),
    ],
)
def test_a_parallel_loop_has_a_thread_for_each_unit(options, bounds, threads):
    body = parallel("j", *bounds, Statement(at("a", j), Literal(1)), **options)
    text = emit_c(nest({"a": (5000,)}, loop("i", 0, 4, body)))
    assert re.findall("#pragma.*", text) == [f"#pragma omp parallel for{threads} schedule(static, 1)"]


# --- text ----------------------------------------------------------------------------------------------------------

ROWS = nest(
    {"a": (4, 6), "s": (4,)},
    parallel(
        "p", 0, 4,
        loop("j", 0, 6, loop("i", p, p + 1, Statement(at("s", i), at("a", i, j), "+"), kind=LoopKind.CHUNK)),
        units=6, memory="L1",
    ),
    placements=(Placement("L1", ("a", "s")), Placement("L2", ())),
    name="rows",
)  # fmt: skip

C_TEXT = """\
/* The loop nest `rows`, written by Weft. With -fopenmp its units run at once. */

void rows(double a[4][6], double s[4])
{
    #pragma weft hold(L1: a, s)
    #pragma weft hold(L2:)
    #pragma weft memory(L1)
    #pragma omp parallel for num_threads(6) schedule(static, 1)
    for (int p = 0; p < 4; p++) {
        for (int j = 0; j < 6; j++) {
            #pragma weft chunk
            for (int i = p; i < p + 1; i++) {
                s[i] += a[i][j];
            }
        }
    }
}
"""

PYTHON_TEXT = '''\
"""The loop nest `rows`, written by Weft and independent of it.

`rows(a, s)` changes the numpy arrays that it is given. Parallel loops run on units of their own and
chunk loops are what one unit does in one step; here all iterations come one after the other.
"""


def parallel(*bounds, units=None, memory=None):
    """Iterations on units of their own; here one after the other."""
    return range(*bounds)


def chunk(*bounds):
    """Iterations that one unit executes together in one step; here one after the other."""
    return range(*bounds)


def hold(memory, *tensors):
    """Says which tensors a memory holds."""


'''


def test_c_reads_as_people_write_it():
    assert emit_c(ROWS) == C_TEXT


def test_python_is_the_nests_own_text_with_what_it_needs():
    assert emit_python(ROWS) == f"{PYTHON_TEXT}{ROWS}\n"


def test_python_imports_only_what_the_function_uses():
    body = Statement(at("t", 0), Compute("exp", (Literal(-math.inf),)))
    text = emit_python(nest({"t": {"shape": (3,), "element": "f32", "local": True}}, body))
    assert 'from math import exp, inf\n\nimport numpy as np\n\nELEMENTS = {"f32": np.float32}\n' in text
    assert "import" not in emit_python(nest({"t": own()}, Statement(at("t"), Literal(1))))


def test_twenty_loops_stay_in_one_function():
    item = nest({"a": (2, 2), "s": ()}, deep(20, Statement(at("s"), at("a", "i0", "i18"), "+")))
    assert emit_python(item).endswith(f"\n\n\n{item}\n")


def test_python_says_which_numbers_stay_inside():
    item = nest({"alpha": (), "s": (), "t": own()}, Statement(at("s"), at("alpha"), "+"))
    assert "What it sets the number `s` to" in emit_python(item)
    assert "What it sets" not in emit_python(nest({"alpha": ()}))


def test_the_c_function_takes_another_name():
    assert "void convolution(double a[4][6], double s[4])" in emit_c(ROWS, "convolution")


# --- refusals ------------------------------------------------------------------------------------------------------


def refusal(emitter, item):
    with pytest.raises(WeftError) as caught:
        emitter(item)
    return [(found.code, found.message, found.hint) for found in caught.value.diagnostics]


def test_c_needs_every_shape_and_a_type_for_every_element():
    item = LoopNest("f", (Array("a"), Array("b", (4,), "bf16"), Array("c", (2,))), ())
    first, second = refusal(emit_c, item)
    assert first[:2] == ("W005", "the shape of array 'a' is not known")
    assert first[2] == "declare it with a number for the extent of each of its axes"
    assert second[:2] == ("W411", "array 'b' has elements of type 'bf16', which the emitted language lacks")


def test_a_flat_array_of_open_shape_is_as_long_as_the_nest_reaches():
    body = loop("i", 0, 8, loop("k", 0, 6, Statement(at("y", "i"), at("A", Affine.of("i") * 6 + "k"), "+")))
    text = emit_c(LoopNest("f", (Array("A"), Array("y")), (body,)))
    assert "void f(double A[48], double y[8])" in text
    before = loop("i", 0, 8, Statement(at("y", "i"), at("A", Affine.of("i") - 1), "+"))
    assert [code for code, *_ in refusal(emit_c, LoopNest("f", (Array("A"), Array("y")), (before,)))] == ["W005"]


def test_python_needs_the_shapes_of_local_arrays_only():
    assert "def f(a):\n    pass\n" in emit_python(LoopNest("f", (Array("a"),), ()))
    assert [code for code, *_ in refusal(emit_python, LoopNest("f", (Array("a", local=True),), ()))] == ["W005"]


@pytest.mark.parametrize("emitter", [emit_python, emit_c])
def test_what_was_not_read_is_not_written(emitter):
    first, second = (Unreadable((Diagnostic(code, "no"), Diagnostic("W403", "neither"))) for code in ("W401", "W402"))
    found = refusal(emitter, nest({}, first, loop("i", 0, 3, second)))
    assert [code for code, *_ in found] == ["W401", "W403", "W402", "W403"]


@pytest.mark.parametrize("emitter", [emit_python, emit_c])
@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        (Compute("expp", (at("a", 0),)), "no function 'expp' of 1 value", "did you mean 'exp"),
        (Compute("log", (at("a", 0), Literal(2))), "no function 'log' of 2 values", "'log' takes 1"),
        (times(Literal(2), Compute("glu", ())), "no function 'glu' of 0 values", "the functions are "),
    ],
)
def test_an_unknown_function_is_named(emitter, value, message, hint):
    ((code, found, help_text),) = refusal(emitter, nest({"a": (2,)}, Statement(at("a", 0), value)))
    assert (code, found) == ("W002", message)
    assert help_text.startswith(hint)


@pytest.mark.parametrize("emitter", [emit_python, emit_c])
@pytest.mark.parametrize("name", ["round", "rint", "sign"])
def test_a_function_that_counts_but_is_not_written_is_named(emitter, name):
    value = Compute(name, (at("a", 0),))
    ((code, found, _),) = refusal(emitter, nest({"a": (2,)}, Statement(at("a", 0), value)))
    assert (code, found) == ("W411", f"the function '{name}' is not emitted: '{value}'")


def test_every_function_that_is_written_has_operands():
    assert {*FUNCTIONS, *SPELLED} <= {*OPERANDS}


@pytest.mark.parametrize("emitter", [emit_python, emit_c, emit.emit_mlir])
def test_what_an_array_begins_with_is_not_written(emitter):
    body = "for (int i = 0; i < 8; i++) A[i] = (double)i / 3; for (int i = 0; i < 8; i++) B[i] += A[i];"
    (found,) = read_c(f"void f(double A[8], double B[8]) {{ {body} }}", "k.c")
    assert "        A[i] = ...\n" in str(found)
    ((code, message, hint),) = refusal(emitter, found)
    assert (code, message) == ("W411", "what the array begins with is not emitted")
    assert hint.startswith("leave the assignment out")
    (note, *_) = [item for raised in raise_nest(found) for item in raised.diagnostics]
    assert note.message == "'A[i] = ...' is not raised: it reads no element of an array"


def test_the_emitters_are_loaded_when_they_are_used():
    program = "import weft.backends.emit, sys; print([n for n in ('islpy', 'numpy', 'xdsl') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    with pytest.raises(AttributeError, match="no attribute 'emit_fortran'"):
        emit.emit_fortran  # noqa: B018
