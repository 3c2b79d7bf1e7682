"""Conditions on iterators: padding of windows, bounds of loops, and what is refused."""

from itertools import product
from textwrap import indent

import numpy as np
import pytest
from hypothesis import strategies as st
from nest_checks import generated, machine, raise_one
from nest_semantics import run

import weft
from weft.backends.simulate import simulate
from weft.frontends.c import read_c
from weft.frontends.python import read_python
from weft.frontends.sizes import Sizes
from weft.ir import (
    Access,
    Affine,
    Array,
    Choice,
    Compute,
    Literal,
    LoopKind,
    LoopNest,
    Mapping,
    NestLoop,
    Statement,
)
from weft.passes import raise_nest, schedule


def conv(body, before="", rows=8, columns=9, loops=""):
    return f"""
    #define MIN(a, b) ((a) < (b) ? (a) : (b))
    void conv(int H, int W, float I[{rows}][{columns}], float F[3][3], float O[8][9], float *flat, float z[8]) {{
      {before}
      for (int y = 0; y < 8; y++)
        for (int x = 0; x < 9; x++) {{
          {loops}
          for (int r = 0; r < 3; r++)
            for (int s = 0; s < 3; s++) {{
              {body}
            }}
        }}
    }}"""


def nest_of(text):
    (nest,) = read_c(text, sizes=Sizes({"H": 8, "W": 9}))
    return nest


def points(nest):
    """How many products a nest adds, and what it computes, by running it."""
    generator = np.random.default_rng(3)
    shapes = {array.name: (200,) if array.shape is None else array.shape for array in nest.arrays}
    data = {name: generator.integers(1, 9, shape) for name, shape in shapes.items()}
    run(nest.body, data)
    return data


def check(text, kind="CONV", statement=0):
    """The workload has the padding, and loops of its program compute what the text does."""
    nest = nest_of(text)
    found = raise_nest(nest)[statement]
    assert found.workload is not None, found.diagnostics
    assert (found.kind, found.workload.padding) == (kind, (("Y", 1, 1), ("X", 1, 1)))
    assert found.workload.useful_macs == 550
    mapping = Mapping(found.workload, found.dataflow, machine(found.units))
    ours, theirs = points(nest), points(weft.reschedule(nest, [mapping]))
    assert all(np.array_equal(ours[name], theirs[name]) for name in ("O", "z"))
    return found


INSIDE = "y + r - 1 >= 0 && y + r - 1 < 8 && x + s - 1 >= 0 && x + s - 1 < 9"
ADD = "O[y][x] += I[y + r - 1][x + s - 1] * F[r][s];"


@pytest.mark.parametrize(
    "body",
    [
        f"if ({INSIDE}) {ADD}",
        f"if (({INSIDE}) != 0) {ADD}",
        f"if (1 == ({INSIDE})) {ADD}",
        f"if ((!({INSIDE})) == 0) {ADD}",
        f"if (y + r - 1 >= 0) if (y + r - 1 < 8) {{ if (x + s > 0) {{ if (x + s <= 9) {ADD} }} }}",
        f"if (y + r < 1 || y + r - 1 >= 8) continue; if (x + s - 1 < 0 || 9 <= x + s - 1) {{ continue; }} {ADD}",
        f"if (!(y + r - 1 < 0 || y + r - 1 > 7) && !(x + s < 1) && x + s < 10) {ADD}",
        f"if (y + r - 1 < 0 || y + r - 1 > 7 || x + s < 1 || x + s >= 10) ; else {ADD}",
        f"int h = y + r - 1, w = x + s - 1; if (h >= 0 && h < H && w >= 0 && w < W) {ADD}",
        f"unsigned h = y + r - 1; if (h < 8 && (unsigned)(x + s - 1) < 9u) {ADD}",
        f"O[y][x] += ({INSIDE}) ? I[y + r - 1][x + s - 1] * F[r][s] : 0;",
        f"O[y][x] += (({INSIDE}) ? I[y + r - 1][x + s - 1] : 0.0f) * F[r][s];",
        f"float v = ({INSIDE}) ? I[y + r - 1][x + s - 1] : 0; O[y][x] += v * F[r][s];",
        f"float v = 0; if ({INSIDE}) v = I[y + r - 1][x + s - 1]; O[y][x] += v * F[r][s];",
        f"float v; if ({INSIDE}) v = I[y + r - 1][x + s - 1]; else v = 0; O[y][x] += F[r][s] * v;",
        f"if (({INSIDE}) && r >= 0 && s < 3) O[y][x] = O[y][x] + I[y + r - 1][x + s - 1] * F[r][s];",
        f"if (2 * y + 2 * r >= 1 && 3 * (8 - y - r) >= 0 && 1 - x - s <= 0 && 0 < 10 - x - s) {ADD}",
        f"if ({INSIDE}) O[y][x] += flat[(y + r - 1) * 9 + x + s - 1] * F[r][s];",
        f"if ({INSIDE}) O[y][x] += I[y + r - 1][x + s - 1] * F[2 - r][s] * 2;".replace("2 - r", "r"),
    ],
)
def test_every_way_to_write_padding(body):
    check(conv(body))


def test_a_condition_around_a_loop():
    text = conv(ADD).replace("for (int s = 0", "if (y + r - 1 >= 0 && y + r < 9) for (int s = 0")
    check(text.replace(ADD, f"if (x + s - 1 >= 0 && x + s - 1 < 9) {ADD}"))


def test_a_local_sum_under_padding():
    text = conv(f"if ({INSIDE}) t += I[y + r - 1][x + s - 1] * F[r][s];", loops="float t = 0;")
    nest = nest_of(text.replace("float t = 0;", "float t = 0;", 1))
    assert raise_one(nest).workload.useful_macs == 550


@pytest.mark.parametrize(
    ("first", "last", "stride", "dilation", "padding"),
    [(2, 2, 1, 1, (2, 2)), (1, 1, 2, 1, (1, 1)), (3, 4, 2, 3, (3, 4)), (0, 2, 1, 2, (0, 2)), (2, 0, 3, 1, (2, 0))],
)
def test_padding_of_strided_and_dilated_windows(first, last, stride, dilation, padding):
    outputs, taps = 6, 3
    extent = (outputs - 1) * stride + (taps - 1) * dilation + 1 - first - last
    place = f"{stride} * x + {dilation} * s - {first}"
    nest = nest_of(f"""
    void f(float I[{extent}], float F[{taps}], float O[{outputs}]) {{
      for (int x = 0; x < {outputs}; x++) for (int s = 0; s < {taps}; s++)
        if ({place} >= 0 && {place} < {extent}) O[x] += I[{place}] * F[s];
    }}""")
    found = raise_one(nest)
    assert found.workload.padding == (("X", *padding),)
    held = [(x, s) for x in range(outputs) for s in range(taps)]
    held = [1 for x, s in held if 0 <= stride * x + dilation * s - first < extent]
    assert found.workload.useful_macs == len(held)
    mapping = Mapping(found.workload, found.dataflow, machine(found.units))
    assert simulate(schedule(mapping)).matches_numpy
    ours, theirs = points(nest), points(weft.reschedule(nest, [mapping]))
    assert np.array_equal(ours["O"], theirs["O"])


POOL = "for (int y = 0; y < 8; y++) for (int r = 0; r < 3; r++)"


def test_a_maximum_under_padding():
    guard = "if (y + r - 1 >= 0 && y + r - 1 < 8)"
    nest = nest_of(f"void f(float I[8], float z[8]) {{ {POOL} {guard} z[y] = fmaxf(z[y], I[y + r - 1]); }}")
    found = raise_one(nest)
    assert (found.kind, found.workload.useful_points, found.workload.points) == ("POOL", 22, 24)
    assert (found.workload.operations, found.workload.padding) == ({"max": 1}, (("X", 1, 1),))


def test_zeros_around_a_maximum_are_operands():
    """Outside of the input the maximum takes in 0, which is no point that is left out."""
    value = "y + r - 1 >= 0 && y + r - 1 < 8 ? I[y + r - 1] : 0"
    (found,) = raise_nest(nest_of(f"void f(float I[8], float z[8]) {{ {POOL} z[y] = fmaxf(z[y], {value}); }}"))
    assert found.workload is None


@pytest.mark.parametrize(
    ("condition", "extent"),
    [("k < 20", 20), ("k >= 3 && k < 20", 17), ("!(k >= 20)", 20), ("k < 20 && i < 6", 20), ("k <= 19 && k >= 0", 20)],
)
def test_a_bound_that_is_written_as_a_condition(condition, extent):
    text = f"""
    void f(float A[8][24], float B[24], float z[8]) {{
      for (int i = 0; i < 8; i++) for (int k = 0; k < 24; k++) if ({condition}) z[i] += A[i][k] * B[k];
    }}"""
    nest = nest_of(text)
    found = raise_one(nest)
    assert (found.kind, found.workload.extents["K"], found.workload.padding) == ("GEMM", extent, ())
    mapping = Mapping(found.workload, found.dataflow, machine(found.units))
    ours, theirs = points(nest), points(weft.reschedule(nest, [mapping]))
    assert np.array_equal(ours["z"], theirs["z"])


def test_the_last_tile_is_cut_off_by_a_condition():
    nest = nest_of("""
    void f(float A[8][20], float B[20], float z[8]) {
      for (int i = 0; i < 8; i++) for (int k1 = 0; k1 < 20; k1 += 8) for (int k0 = 0; k0 < 8; k0++) {
        int k = k1 + k0;
        if (k >= 20) continue;
        z[i] += A[i][k] * B[k];
      }
    }""")
    found = raise_one(nest)
    assert found.workload.extents == {"M": 8, "N": 1, "K": 20}
    assert [str(item) for item in found.dataflow.levels[0]][1] == "TemporalMap(8,8) K;"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (f"if (y + r >= x) {ADD}", "is no padding of a window"),
        (f"if (y >= x) {ADD}", "is no padding of a window"),
        (f"if (y + 2 * r >= 1) {ADD}", "is no padding of a window"),
        (f"if (y + r - 1 >= 1 && y + r - 1 < 8 && x + s > 0 && x + s < 10) {ADD}", "leaves out elements"),
        (f"if (y + r - 1 >= 0 && y + r - 1 < 7 && x + s > 0 && x + s < 10) {ADD}", "leaves out elements"),
        (f"if (y + r > 20) {ADD}", "never runs"),
        (f"if (y + r > 5 && y + r < 5) {ADD}", "never runs"),
        (f"if (y + r != 3) {ADD}", "conditions that do not all have to hold"),
        (f"if (({INSIDE}) == 0) {ADD}", "conditions that do not all have to hold"),
        (f"if (I[y][x] > 0) {ADD}", "conditional"),
        (f"if (y > 0 && z[y] > 0) {ADD}", "conditional"),
        (f"if (y + r < 1 && x + s < 1) continue; {ADD}", "conditions that do not all have to hold"),
        (f"if (y % 2 == 0) {ADD}", "is no bound of a loop"),
        (f"O[y][x] += (({INSIDE}) ? I[y + r - 1][x + s - 1] : 1) * F[r][s];", "W409"),
        (f"O[y][x] += ((({INSIDE}) ? I[y + r - 1][x + s - 1] : 0) - 3) * F[r][s];", "W409"),
        (f"if (z[0] > 0) break; {ADD}", "W403"),
    ],
)
def test_conditions_that_are_no_padding(body, message):
    found = raise_nest(nest_of(conv(body)))
    assert all(item.workload is None for item in found)
    told = [f"{item.code} {item.message}" for result in found for item in result.diagnostics]
    assert any(message in item for item in told), told


def test_units_keep_their_iterations():
    """The first unit would have the first iteration that the condition leaves: another one than in the text."""
    text = """
    void f(float A[8][6], float B[6], float z[8]) {
      #pragma omp parallel for
      for (int i = 0; i < 8; i++) for (int k = 0; k < 6; k++) if (i >= 2) z[i] += A[i][k] * B[k];
    }"""
    (found,) = raise_nest(nest_of(text))
    assert [item.code for item in found.diagnostics] == ["W403"]
    assert raise_one(nest_of(text.replace("i >= 2", "i < 5"))).workload.extents["M"] == 5


LEAKY = "z = where(greater(t, 0), t, 0.1 * t)"
EPILOGUES = [
    ("if (t > 0) z[i] = t; else z[i] = 0;", "z = max(t, 0)", {"max": 1}),
    ("z[i] = t; if (z[i] < 0) z[i] = 0;", "z = max(z_before, 0)", {"max": 1}),
    ("if (t < 0) { t = 0; } z[i] = t;", "t = max(t_before, 0)", {"max": 1}),
    ("if (t > 6) z[i] = 6; else z[i] = t;", "z = min(6, t)", {"min": 1}),
    ("if (t > 0) z[i] = t; else z[i] = 0.1f * t;", LEAKY, {"greater": 1, "mul": 1, "select": 1}),
    ("z[i] = t > 0 ? t : 0.1f * t;", LEAKY, {"greater": 1, "mul": 1, "select": 1}),
    (
        "if (t > 0 && t < B[0]) z[i] = 1;",
        "z = where(logical_and(greater(t, 0), less(t, B)), 1, z2)",
        {"greater": 1, "less": 1, "logical_and": 1, "select": 1},
    ),
]


def summed(after):
    """The nest of a matrix times a vector, with what happens to each sum."""
    return nest_of(f"""
    void f(float A[8][6], float B[6], float z[8]) {{
      for (int i = 0; i < 8; i++) {{
        float t = 0;
        for (int k = 0; k < 6; k++) t += A[i][k] * B[k];
        {after}
      }}
    }}""")


@pytest.mark.parametrize(("after", "statement", "operations"), EPILOGUES)
def test_what_is_chosen_after_a_sum_is_a_layer_of_its_own(after, statement, operations):
    product, found = raise_nest(summed(after))
    assert (product.kind, product.workload.extents) == ("GEMM", {"M": 8, "N": 1, "K": 6})
    assert (str(found.workload.statement), found.workload.operations) == (statement, operations)
    assert (found.workload.extents, found.workload.macs) == ({"I": 8}, 0)
    assert not weft.verify(weft.evaluate(Mapping(found.workload, found.dataflow, machine(found.units))))


def test_what_is_chosen_by_place_after_a_sum_is_told():
    found = raise_one(summed("if (i < 4) z[i] = t; else z[i] = 2 * t;"))
    assert (found.kind, found.workload.extents) == ("GEMM", {"M": 8, "N": 1, "K": 6})
    notes = [item.message for item in found.diagnostics if item.code == "W410"]
    assert notes[1] == "'z[i] = (t[i] if -i + 3 >= 0 else 2 * t[i])' is not raised: it chooses by where a point lies"


def test_what_a_condition_sets_is_not_known_after_it():
    loop = "for (int i = 0; i < 8; i++) { if (i > 3) o = 1; z[i] += A[i + o] * A[0]; }"
    text = f"void f(float A[9], float z[8]) {{ int o = 0; {loop} }}"
    (found,) = raise_nest(nest_of(text))
    assert [item.code for item in found.diagnostics] == ["W401"]


def test_a_nest_with_conditions_prints_as_python_that_reads_back():
    nest = nest_of(conv(f"if ({INSIDE}) {ADD}"))
    (again,) = read_python(str(nest))
    assert str(again) == str(nest)
    assert [node for _, node in again.statements() if isinstance(node, Statement)] == [
        node for _, node in nest.statements()
    ]


PYTHON = """
def conv(I: "f32[8, 9]", F: "f32[3, 3]", O: "f32[8, 9]", H=8, W=9):
    for y in range(8):
        for x in range(9):
            for r in range(3):
                for s in range(3):
                    h = y + r - 1
                    w = x + s - 1
{body}
"""


@pytest.mark.parametrize(
    "body",
    [
        "if 0 <= h < H and 0 <= w < W:\n    O[y, x] += I[h, w] * F[r, s]",
        "if h < 0 or h >= H:\n    continue\nif not (0 <= w and w < W):\n    continue\nO[y, x] += I[h, w] * F[r, s]",
        "O[y, x] += I[h, w] * F[r, s] if h >= 0 and H > h and w >= 0 and w <= W - 1 else 0",
        "v = I[h, w] if 0 <= h < H and 0 <= w < W else 0\nO[y, x] += v * F[r, s]",
        "v = 0\nif 0 <= h < H:\n    if 0 <= w < W:\n        v = I[h, w]\nO[y, x] += v * F[r, s]",
        "if h < 0 or h >= H or w < 0 or w >= W:\n    pass\nelse:\n    O[y, x] += I[h, w] * F[r, s]",
    ],
)
def test_padding_in_python(body):
    (nest,) = read_python(PYTHON.format(body=indent(body, " " * 20)))
    found = raise_one(nest)
    assert (found.workload.padding, found.workload.useful_macs) == ((("Y", 1, 1), ("X", 1, 1)), 550)
    mapping = Mapping(found.workload, found.dataflow, machine(found.units))
    ours, theirs = points(nest), points(weft.reschedule(nest, [mapping]))
    assert np.array_equal(ours["O"], theirs["O"])


def test_an_epilogue_in_python():
    (nest,) = read_python("""
def f(A: "f32[8, 6]", B: "f32[6]", C: "f32[8]"):
    for i in range(8):
        t = 0.0
        for k in range(6):
            t += A[i, k] * B[k]
        if t > 0:
            C[i] = t
        else:
            C[i] = 0.1 * t
""")
    product, found = raise_nest(nest)
    assert (product.kind, product.workload.macs) == ("GEMM", 48)
    assert str(found.workload.statement) == "C = where(greater(t, 0), t, 0.1 * t)"


@st.composite
def conditioned(draw):
    """A nest of windows whose sums stand under any conditions, and how often these hold."""
    sizes = {name: draw(st.integers(1, 4)) for name in draw(st.permutations("yrk"))}
    stride, dilation = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    window = Affine.total({"y": stride, "r": dilation}, draw(st.integers(-3, 3)))
    forms = [window, window, window * draw(st.integers(1, 2)), Affine.of("k"), Affine.of("y")]
    forms.append(Affine.total({name: draw(st.integers(-1, 1)) for name in sizes}))
    forms = [window] if draw(st.booleans()) else forms
    conditions = tuple(
        draw(st.sampled_from(forms)) * draw(st.sampled_from([1, -1])) + draw(st.integers(-3, 6))
        for _ in range(draw(st.integers(1, 3)))
    )
    flat = draw(st.booleans())
    place = window * 4 + "k" + 40 if flat else window + 10
    first = Access("A", (place,) if flat else (place, Affine.of("k")))
    second = Access("B", (Affine.of("r"), Affine.of("k")))
    value = Compute("*", (first, second))
    if draw(st.booleans()):
        value = Choice(conditions, value, Literal(0))
    else:
        value = Compute("*", (Choice(conditions, first, Literal(0)), second))
    body = Statement(Access("O", (Affine.of("y"),)), value, "+")
    for name, size in reversed(sizes.items()):
        kind = draw(st.sampled_from([LoopKind.SEQUENTIAL, LoopKind.SEQUENTIAL, LoopKind.PARALLEL]))
        body = NestLoop(name, (Affine.of(0),), (Affine.of(size),), (body,), kind=kind)
    arrays = (Array("A"), Array("B", (4, 4)), Array("O", (4,)))
    each = [dict(zip(sizes, point, strict=True)) for point in product(*map(range, sizes.values()))]
    held = sum(all(item.value(point) >= 0 for item in conditions) for point in each)
    return LoopNest("f", arrays, (body,)), held


def ran(nest):
    generator = np.random.default_rng(5)
    shapes = {"A": (200,) if "A[4" in str(nest) or "," not in str(nest).split("A[")[1].split("]")[0] else (40, 4)}
    data = {array.name: generator.integers(1, 9, shapes.get(array.name, array.shape)) for array in nest.arrays}
    run(nest.body, data)
    return data["O"]


def check_conditions(drawn):
    """Raised or refused with W403 or W407: what is raised has the points that run, and computes the same."""
    nest, held = drawn
    (found,) = raise_nest(nest)
    if found.workload is None:
        assert {item.code for item in found.diagnostics} <= {"W401", "W403", "W404", "W407", "W408", "W011"}, nest
        return
    assert found.workload.useful_macs == held, f"{found.workload}\n{nest}"
    mapping = Mapping(found.workload, found.dataflow, machine(found.units))
    assert simulate(schedule(mapping)).matches_numpy
    assert np.array_equal(ran(nest), ran(weft.reschedule(nest, [mapping]))), f"{found.workload}\n{nest}"


def test_what_is_raised_under_conditions_is_what_runs():
    generated(check_conditions, conditioned(), 0, 150)


@pytest.mark.campaign
@pytest.mark.parametrize("number", range(100, 103))
def test_many_nests_under_conditions(number):
    generated(check_conditions, conditioned(), number, 1500)


@pytest.mark.parametrize(
    ("subscript", "loop", "far"),
    [
        ("A[i][k + 1]", "", 4),
        ("A[i][k - 1]", "", -1),
        ("A[2 * i][k]", "", 6),
        ("A[i][k + 1]", "if (k < 3)", None),
        ("A[3 - i][k]", "", None),
    ],
)
def test_elements_that_an_array_does_not_have_are_told(subscript, loop, far):
    text = f"""
    void f(int A[4][4], int B[4][4], int C[4][4]) {{
      for (int i = 0; i < 4; i++) for (int j = 0; j < 4; j++) for (int k = 0; k < 4; k++)
        {loop} C[i][j] += {subscript} * B[k][j];
    }}"""
    (nest,) = read_c(text, "f.c")
    (raised,) = raise_nest(nest)
    told = [item for item in raised.diagnostics if item.code == "W415"]
    expected = [] if far is None else [f"to {far} along an axis of 'A' with 4 elements"]
    assert [item.message.partition(" goes ")[2] for item in told] == expected
    assert not told or raised.workload is not None
