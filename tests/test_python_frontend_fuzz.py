"""Nests are read back from their text; whatever else a text holds, reading it gives nests or findings with a place."""

import random
import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import weft
from weft.frontends.python import read_python
from weft.frontends.sizes import Sizes
from weft.ir import (
    Access,
    Affine,
    Array,
    Compute,
    Literal,
    LoopKind,
    LoopNest,
    NestLoop,
    Placement,
    Statement,
    Unreadable,
    WeftError,
    accesses,
)

PROPERTY = settings(max_examples=200, deadline=None, database=None, derandomize=True)
ITERATORS = ("i", "j", "k", "x1", "y_0")


def findings(nest):
    nodes = [node for _, node in nest.statements() if isinstance(node, Unreadable)]
    assert all(node.diagnostics for node in nodes)
    return [item for node in nodes for item in node.diagnostics]


def findings_in(text):
    (nest,) = read_python(text)
    return findings(nest)


# --- generated nests -----------------------------------------------------------------------------------------------


def random_nest(rng):
    """A nest as it comes from a reader: reductions are said as such, signs of numbers stand in the numbers."""
    ranks = {name: rng.randint(0, 3) for name in rng.sample("ABCDE", rng.randint(1, 4))}
    arrays = sorted((random_array(rng, name, rank) for name, rank in ranks.items()), key=lambda item: item.local)
    memories = rng.sample(["L1", "L2", "a b"], rng.randint(0, 2))
    placements = [Placement(memory, tuple(rng.sample(sorted(ranks), rng.randint(0, 1)))) for memory in memories]
    return LoopNest("kernel", tuple(arrays), random_nodes(rng, ranks, ()), tuple(placements))


def random_array(rng, name, rank):
    if rank and rng.random() < 0.5:
        return Array(name, local=rng.random() < 0.5)
    shape = tuple(rng.randint(0, 64) for _ in range(rank))
    return Array(name, shape, rng.choice(["f32", "f64", "i8", "bf16", "index"]), rng.random() < 0.5)


def random_nodes(rng, ranks, around):
    free = [name for name in ITERATORS if name not in around]
    count = rng.choice([0, 1, 1, 1, 2, 2])
    return tuple(
        random_loop(rng, ranks, around, rng.choice(free))
        if free and rng.random() < 0.6
        else random_statement(rng, ranks, around)
        for _ in range(count)
    )


def random_loop(rng, ranks, around, iterator):
    lower, upper = (tuple(random_affine(rng, around) for _ in range(rng.randint(1, 3))) for _ in range(2))
    kind = rng.choice(list(LoopKind))
    is_parallel = kind is LoopKind.PARALLEL
    units = rng.choice([None, 1000, 9999]) if is_parallel else None
    memory = rng.choice([None, "L1", "my memory"]) if is_parallel else None
    body = random_nodes(rng, ranks, (*around, iterator))
    return NestLoop(iterator, lower, upper, body, rng.choice([1, 1, 2, 16, -1, -3]), kind, units, memory)


def random_affine(rng, names, depth=0):
    """A sum of iterators, also with floor divisions and remainders."""
    if depth == 3 or rng.random() < 0.3:
        return Affine.of(rng.choice([*names, rng.randint(-70, 70)]))
    left = random_affine(rng, names, depth + 1)
    match rng.randrange(5):
        case 0:
            return left + random_affine(rng, names, depth + 1)
        case 1:
            return left - random_affine(rng, names, depth + 1)
        case 2:
            return left * rng.randint(-9, 9)
        case 3:
            return left // rng.randint(1, 9)
        case _:
            return left % rng.randint(1, 9)


def random_access(rng, ranks, around):
    name = rng.choice(sorted(ranks))
    found = [random_affine(rng, around) for _ in range(ranks[name])]
    # A negative number as a subscript counts from the end.
    return Access(name, tuple(item if item.terms else Affine.of(abs(item.constant)) for item in found))


def random_value(rng, ranks, around, depth=0):
    if depth == 3 or rng.random() < 0.3:
        number = rng.choice([0, 1, -1, 2**40, 0.0, -2.5, 1e-300, float("inf"), -float("inf"), 3.0])
        return random_access(rng, ranks, around) if rng.random() < 0.6 else Literal(number)
    operands = tuple(random_value(rng, ranks, around, depth + 1) for _ in range(2))
    match rng.randrange(3):
        case 0:
            return Compute(rng.choice("+-*/"), operands)
        case 1:
            return Compute(rng.choice(["max", "min", "exp", "f"]), operands[: rng.randint(1, 2)])
    is_plain = isinstance(operands[0], Literal) and operands[0].value >= 0
    return Compute("exp", operands[:1]) if is_plain else Compute("-", operands[:1])


def random_statement(rng, ranks, around):
    target, reduction = random_access(rng, ranks, around), rng.choice(["", "+", "*", "max", "min"])
    value = random_value(rng, ranks, around)
    return Statement(target, Literal(0) if not reduction and target in accesses(value) else value, reduction)


@PROPERTY
@given(st.randoms(use_true_random=False).map(random_nest))
def test_a_nest_is_read_back_from_its_text(nest):
    (found,) = read_python(str(nest))
    assert found == nest
    assert str(found) == str(nest)


# --- files ---------------------------------------------------------------------------------------------------------

SEVERAL = """
def first(A):
    A[0] = 1

class Not:
    def method(A): pass

def second(A):
    A[0] = 2
"""


def test_every_function_of_a_file_or_the_one_that_is_asked_for():
    assert [nest.name for nest in read_python(SEVERAL)] == ["first", "second"]
    (nest,) = read_python(SEVERAL, function="second")
    assert (nest.name, str(nest.span), nest.span.length) == ("second", "<string>:8:1", len("def second"))
    assert read_python("x = 1") == ()


@pytest.mark.parametrize(
    ("text", "options", "code", "words"),
    [
        (SEVERAL, {"function": "secnd"}, "W002", "did you mean 'second'?"),
        ("", {"function": "f"}, "W002", "the file has no functions"),
        (SEVERAL, {"shapes": {"AA": (2,)}}, "W002", "did you mean 'A'?"),
        (SEVERAL, {"shapes": {"A": (-2,)}}, "W010", "out of range: (-2,)"),
        ("def f(:", {}, "W001", "<string>:1:7"),
        ("def f(A):\n  A[0 = 1", {}, "W001", "<string>:2:4"),
        ("def f(A):", {}, "W001", "<string>:1:10"),
        ("\0", {}, "W001", "null bytes"),
        ("x = " + "-" * 100_000 + "1", {}, "W001", "too deeply"),
        ("x = " + "(" * 1000, {}, "W001", "parentheses"),
        ("x = '\ud800'", {}, "W001", "no Python"),
        ("  def f(A): pass\nx = 1", {}, "W001", "unexpected indent"),
    ],
)
def test_files_that_cannot_be_read(text, options, code, words):
    with pytest.raises(WeftError) as caught:
        read_python(text, **options)
    (finding,) = caught.value.diagnostics
    assert finding.code == code
    assert words in str(finding)


def test_a_text_with_odd_escapes_and_line_ends_is_read_without_warnings():
    text = 'def f(A):\r\n    "\\d"\r\n    A[0] = 1 \x0c# \u2028\r    A[B] = 1if 1else 2'
    found = findings_in(text)
    assert [(item.code, str(item.span)) for item in found] == [("W002", "<string>:4:7")]


def test_limits_give_findings_and_no_exceptions():
    loops = "".join(" " * depth + f"for i{depth} in range(2):\n" for depth in range(1, 80))
    assert findings_in(f"def f(A):\n{loops}{' ' * 80}A[0] = 0")[0].message == "loops are nested deeper than 64"
    many, ranges = ", ".join(f"i{number}" for number in range(80)), ", ".join(["range(2)"] * 80)
    (deep,) = findings_in(f"def f(A):\n for {many} in product({ranges}):\n  A[0] = 0")
    assert deep.message == "loops are nested deeper than 64"
    (large,) = findings_in(f"def f(A):\n A[0] = {'(' * 20}A[1]{'**8)' * 20}")
    assert large.message == "a value has more than 4000 parts"
    doubled = "".join(f"  y{number + 1} = y{number} // 2 + y{number} // 3\n" for number in range(9))
    assert "too many terms" in findings_in(f"def f(A):\n for y0 in range(4):\n{doubled}  A[y9] = 0")[0].message


# --- broken sources ------------------------------------------------------------------------------------------------


SOURCES = [
    """
import numpy as np
from weft import parallel as par, hold
N: int = 8
ALPHA = 1.5

@njit(parallel=True)
def gemm(A: "f64[N, K]", B, C, K=4):
    '''Text.'''
    hold("L1", "A", "B")
    for i in par(0, N, units=4, memory="L1"):
        for j in range(B.shape[1]):
            acc = 0.0
            for k in range(K):
                acc += A[i, k] * B[k][j]
            C[i, j] = ALPHA * acc
    return C
""",
    """
def windows(I, W, O, T, n, s=2):
    buffer = np.zeros((n, 3), dtype=np.float32)
    for y0, c in product(range(0, n, T), range(4)):
        for p in chunk(y0, min(y0 + T, n)):
            y = p * s - 1
            for r in range(max(0, 1 - y), 3):
                buffer[y // s, r % 3] = max(buffer[y // s, r % 3], math.exp(-I[c, y + r]) ** 2)
    for i in reversed(range(n)):
        if i > 0: O[i] = W[I[i]]
    while n: n -= 1
""",
]
PIECES = [
    *"()[]:,=+-*/%@.\n #\"'é\x00\f\t",
    "    ",
    "**",
    "//",
    "+=",
    ":=",
    "lambda: ",
    "not ",
    "async ",
    "await ",
    "if i: ",
    "for q in A",
    "range",
    "min(",
    "local('f64[9]')",
    "np.empty",
    "A.shape",
    "return",
    "yield",
    "f'{i}'",
    "0x" + "f" * 5000,
    "9" * 5000,
    "99999999999",
    "-1",
    "1e999",
    "...",
    "*A",
    "\u2028",
    "-" * 200,
]


def mutated(source, seed):
    """The source with tokens or lines dropped, doubled or replaced."""
    rng = random.Random(seed)
    splitter = rng.choice([r"(\W)", r"(\n)"])
    parts = re.split(splitter, source)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(parts))
        other = rng.choice([*PIECES, *rng.sample(parts, 2)])
        parts[at] = rng.choice(["", parts[at] * 2, other, parts[at] + other])
    return "".join(parts)


def check(text):
    """Reading gives nests, whose text can be read again, or findings; these stand in the text."""
    try:
        nests = read_python(text, "kernel.py", Sizes({"n": 8, "T": 4}), first_line=5)
        found = [item for nest in nests for item in findings(nest)]
    except WeftError as error:
        nests, found = (), error.diagnostics
    lines = re.split(r"\r\n|\r|\n", text)
    for item in found:
        assert item.span.file == "kernel.py"
        assert 5 <= item.span.line < 5 + len(lines)
        assert 1 <= item.span.column <= len(lines[item.span.line - 5]) + 1
        assert str(item)
    for nest in nests:
        if not findings(nest):
            assert read_python(str(nest)) == (nest,)
    return bool(found)


@pytest.mark.parametrize("source", SOURCES)
def test_broken_sources_give_findings_at_their_places(source):
    refused = sum(check(mutated(source, seed)) for seed in range(1000))
    assert refused > 300


@PROPERTY
@given(st.text())
@example("def f(A):\n\tA[0] = 1\n        A[1] = 1")
@example("if 1:\n def f(A): pass")
def test_any_text_gives_nests_or_findings_in(text):
    check(text)


# --- meaning -------------------------------------------------------------------------------------------------------


def random_block(rng, depth, iterators):
    """Lines that assign sums of iterators, numbers and elements to a few names, and use them."""
    lines = []
    for _ in range(rng.randint(1, 3)):
        if depth < 3 and rng.random() < 0.5:
            name = "ijk"[depth]
            header = f"for {name} in range({rng.randint(0, 2)}, {random_sum(rng, iterators, 3)}):"
            lines += [header, *("    " + line for line in random_block(rng, depth + 1, [*iterators, name]))]
        else:
            lines.append(random_line(rng, iterators))
    return lines


def random_sum(rng, names, number):
    names = [*names, "y", "z"] if rng.random() < 0.5 else names
    term = rng.choice([*names, str(number)])
    return rng.choice([f"{term} + {rng.randint(0, 2)}", f"{rng.randint(1, 2)} * {term}", f"({term} + 3) // 2", term])


def random_line(rng, iterators):
    element = f"{rng.choice('AB')}[{random_sum(rng, iterators, 4)}]"
    value = rng.choice([element, "s", "t", "2", f"s - {element}", f"max({element}, t)", f"{element} + s"])
    target = rng.choice([f"{rng.choice('AB')}[{random_sum(rng, iterators, 4)}]", "s", "t", "y", "z", "y", "z"])
    if target in "yz":
        return f"{target} = {random_sum(rng, iterators, 1)}"
    return f"{target} {rng.choice(['=', '=', '+=', '-='])} {value}"


def run(text):
    """The arrays after the function has run; None if Python refuses."""
    arrays = {name: np.arange(64.0) * factor + 1 for name, factor in (("A", 1), ("B", -3))}
    scope = {name: getattr(weft, name) for name in ("local", "parallel", "chunk", "hold")}
    exec(text, scope)
    try:
        scope["kernel"](**arrays)
    except (IndexError, NameError):
        return None
    return {name: list(array) for name, array in arrays.items()}


def test_a_nest_that_was_read_computes_what_the_function_computes():
    compared = 0
    for seed in range(800):
        rng = random.Random(seed)
        block = ["s = 1.0", "t = 2.0", "y = 1", "z = 2", *random_block(rng, 0, [])]
        text = "\n    ".join(["def kernel(A, B):", *block])
        (nest,) = read_python(text)
        if findings(nest) or not any(nest.statements()):
            continue
        expected = run(text)
        if expected is not None:
            compared += 1
            assert run(str(nest)) == expected, text
    assert compared > 200
