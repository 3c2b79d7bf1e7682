"""Loop nests as MLIR: the text, xDSL's verifier, and the same nest read back, for generated nests too."""

from dataclasses import replace

import pytest

pytest.importorskip("xdsl", reason="MLIR is written with xDSL")

from emitted import fresh, interpret
from hypothesis import assume, given
from hypothesis import strategies as st
from nests import at, gemm, generated, loop, nest, nests, parallel, times
from xdsl.context import Context
from xdsl.dialects import get_all_dialects
from xdsl.dialects.func import FuncOp
from xdsl.parser import Parser

from weft.backends.emit.mlir import emit_mlir, nest_module
from weft.frontends.mlir import nest_of_function, read_mlir
from weft.ir import (
    Access,
    Affine,
    Array,
    Compute,
    Diagnostic,
    Literal,
    LoopKind,
    LoopNest,
    NestLoop,
    Placement,
    Statement,
    Unreadable,
    WeftError,
)

i, j, k = map(Affine.of, "ijk")


def back(written):
    """The nest of the text that a nest is written as; the module verifies."""
    nest_module(written).verify()
    (found,) = read_mlir(emit_mlir(written))
    return found


def in_memory(written):
    """The nest of the text as `xdsl-opt` parses it: without the reader's own parser."""
    context = Context()
    for name, factory in get_all_dialects().items():
        context.register_dialect(name, factory)
    module = Parser(context, emit_mlir(written)).parse_module()
    module.verify()
    return nest_of_function(next(op for op in module.walk() if isinstance(op, FuncOp) and op.body.blocks))


def test_the_text_of_a_nest():
    assert emit_mlir(gemm(2)) == """\
builtin.module {
  func.func @gemm(%A: memref<5x3xf64>, %B: memref<3x4xf64>, %C: memref<5x4xf64>) {
    "affine.parallel"() <{reductions = [], lowerBoundsMap = affine_map<() -> (0)>, lowerBoundsGroups = dense<1> : tensor<1xi32>, upperBoundsMap = affine_map<() -> (5)>, upperBoundsGroups = dense<1> : tensor<1xi32>, steps = [2]}> ({
    ^bb0(%p: index):
      affine.for %i = affine_map<(d0) -> (d0)>(%p) to min affine_map<(d0) -> ((d0 + 2), 5)>(%p) {
        affine.for %j = 0 to 4 {
          %0 = arith.constant 0.000000e+00 : f64
          affine.store %0, %C[%i, %j] : memref<5x4xf64>
          affine.for %k = 0 to 3 {
            %1 = affine.load %A[%i, %k] : memref<5x3xf64>
            %2 = affine.load %B[%k, %j] : memref<3x4xf64>
            %3 = arith.mulf %1, %2 : f64
            %4 = affine.load %C[%i, %j] : memref<5x4xf64>
            %5 = arith.addf %4, %3 : f64
            affine.store %5, %C[%i, %j] : memref<5x4xf64>
          }
        }
      } {weft.chunk}
      affine.yield
    }) : () -> ()
    func.return
  }
}
""".replace("steps = [2]", "steps = [2 : i64]")  # fmt: skip  # noqa: E501


def f32(*shape, **options):
    return {"shape": shape, "element": "f32", **options}


def fill(target, value=0.5):
    return Statement(target, Literal(value))


HAND = {
    "units and memories": nest(
        {"a": f32(8)}, parallel("i", 0, 8, parallel("j", i, [8, i + 2], fill(at("a", j))), units=3, memory="L1")
    ),
    "several bounds": nest({"a": f32(9)}, loop("i", 0, 4, loop("j", [i, 2], [i * 2, 9], fill(at("a", j)), step=3))),
    "divisions": nest(
        {"a": f32(9, 9)}, loop("i", 0, 20, fill(at("a", (i + 1) // 3, (i * 2 + 1) % 4 - (i // 2) // 5 + 1)))
    ),
    "loops of the same name": nest(
        {"i_2": f32(8)},
        loop("i", 0, 8, loop("i_1", 0, 8, fill(at("i_2", i)))),
        loop("i", 0, 4, fill(at("i_2", i))),
        loop("k_1", 0, 4, loop("k_0", 0, 2, fill(at("i_2", Affine.of("k_1") + "k_0")))),
    ),
    "names that are none of xDSL's": nest({"größe": f32(4)}, loop("é", 0, 4, fill(at("größe", "é")))),
    "arrays of the function": nest(
        {"a": f32(), "t_1": f32(4, local=True), "s": f32(local=True)},
        loop("i", 0, 4, Statement(at("t_1", i), at("a")), Statement(at("s"), at("t_1", i), "+")),
    ),
    "placements": nest(
        {"a": f32(4)}, loop("i", 0, 4, fill(at("a", i))), placements=(Placement("L1", ("a",)), Placement("L2", ()))
    ),
    "reductions": nest(
        {"a": f32(), "b": f32()},
        *(Statement(at("a"), at("b"), reduction) for reduction in ("+", "*", "max", "min")),
        Statement(at("a"), Compute("-", (at("b"),)), "+"),
    ),
    "functions": nest(
        {"a": f32(), "b": f32()},
        Statement(at("a"), Compute("exp", (Compute("abs", (at("b"),)),))),
        Statement(at("a"), Compute("pow", (at("b"), Compute("my_own", (at("b"), Literal(2.0)))))),
        Statement(at("a"), Compute("-", (Compute("/", (at("b"), Literal(4))), Compute("max", (at("b"), at("b")))))),
    ),
    "integers": nest(
        {"a": {"shape": (), "element": "i32"}, "b": {"shape": (), "element": "i8"}},
        Statement(at("a"), Compute("divsi", (at("b"), Literal(3)))),
        Statement(at("a"), Compute("-", (times(at("b"), at("a")),)), "max"),
        Statement(at("b"), Compute("remsi", (at("a"), Literal(-3))), "+"),
    ),
    "types": nest(
        {name: {"shape": (), "element": name} for name in ("f64", "f32", "f16", "bf16", "i64", "i8", "index")},
        *(
            Statement(at(to), at(source))
            for to in ("f64", "bf16", "f16", "i8", "index")
            for source in ("f32", "bf16", "f16", "i64", "index")
            if to != source
        ),
    ),
}


@pytest.mark.parametrize("case", HAND)
def test_a_nest_comes_back(case):
    assert back(HAND[case]) == HAND[case]


@pytest.mark.parametrize("case", [name for name in HAND if name != "names that are none of xDSL's"])
def test_a_nest_comes_back_from_xdsls_own_parser(case):
    assert in_memory(HAND[case]) == HAND[case]


def test_what_comes_back_in_other_words():
    down = nest({"a": f32(9, 9)}, loop("i", 8, 0, fill(at("a", i, i)), step=-3))
    assert str(back(down)).splitlines()[1:] == [
        "    for i in range(3):",
        "        a[-3*i + 8, -3*i + 8] = 0.5",
    ]
    empty = nest({"a": f32(9)}, loop("i", 0, 4), fill(at("a", 0)))
    assert str(back(empty)).splitlines()[1:] == ["    a[0] = 0.5"]
    plain = nest({"a": f32(9)}, Statement(at("a", 0), Compute("+", (at("a", 0), at("a", 1)))))
    assert str(back(plain)).splitlines()[1:] == ["    a[0] += a[1]"]


# --- generated nests -------------------------------------------------------------------------------------------------


@st.composite
def affine(draw, iterators):
    found = Affine.of(draw(st.integers(-3, 3)))
    for name in draw(st.lists(st.sampled_from(iterators), max_size=2, unique=True)) if iterators else ():
        found += Affine.of(name) * draw(st.integers(-2, 3))
    return draw(st.sampled_from([found, found, found // 3, found % 4]))


@st.composite
def values(draw, iterators, depth=2):
    kind = draw(st.integers(0, 3 if depth else 1))
    if kind == 0:
        return Literal(draw(st.integers(-8, 8)) / 4)
    if kind == 1:
        name = draw(st.sampled_from(["x_1", "y", "s"]))
        ranks = {"x_1": 2, "y": 1, "s": 0}
        return Access(name, tuple(draw(affine(iterators)) for _ in range(ranks[name])))
    function = draw(st.sampled_from(["+", "-", "*", "/", "max", "min", "negative", "exp", "tanh", "mine"]))
    operands = tuple(draw(values(iterators, depth - 1)) for _ in range(1 if function in ("exp", "negative") else 2))
    return Compute(function.replace("negative", "-"), operands[:1] if function == "tanh" else operands)


@st.composite
def trees(draw, iterators=(), depth=3):
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        target = Access("out", (draw(affine(iterators)),))
        return Statement(target, draw(values(iterators)), draw(st.sampled_from(["", "+", "*", "max", "min"])))
    name = draw(st.sampled_from([item for item in ("i", "j", "k", "i_1", "t_0") if item not in iterators]))
    kind = draw(st.sampled_from(LoopKind))
    bounds = [tuple(draw(st.lists(affine(iterators), min_size=1, max_size=2, unique=True))) for _ in range(2)]
    spread = kind is LoopKind.PARALLEL
    units = draw(st.none() | st.integers(1, 9)) if spread else None
    memory = draw(st.sampled_from([None, "L1"])) if spread else None
    inner = tuple(draw(st.lists(trees((*iterators, name), depth - 1), min_size=1, max_size=2)))
    return NestLoop(name, *bounds, inner, draw(st.integers(1, 3)), kind, units, memory)


@st.composite
def written_nests(draw):
    """A nest that MLIR can tell from every other; the output is never read."""
    element = draw(st.sampled_from(["f32", "f64"]))
    arrays = [
        Array("x_1", (4, 5), "f16"),
        Array("y", (6,), element),
        Array("s", (), "f64"),
        Array("out", (9,), element),
    ]
    local = arrays.pop(draw(st.integers(0, 3)))
    body = tuple(draw(st.lists(trees(), min_size=1, max_size=3)))
    held = draw(st.lists(st.sampled_from([("L1", ("y",)), ("L2", ())]), unique=True))
    placements = tuple(Placement(*item) for item in held)
    return LoopNest("f", (*arrays, replace(local, local=True)), body, placements)


@generated
@given(written_nests())
def test_generated_nests_come_back(written):
    assert back(written) == written


@generated
@given(nests(threads=False) | nests(threads=True))
def test_generated_nests_compute_the_same(written):
    loops = [item for around, _ in written.statements() for item in around]
    assume(all(len(item.lower) == 1 for item in loops if item.step < 0))
    data = fresh(written)
    before, after = interpret(written, data), interpret(back(written), data)
    assert before.keys() == after.keys()
    assert all((before[name] == after[name]).all() for name in before)


# --- what has no form in MLIR ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (nest({"a": None}, fill(at("a", 0, 0))), "W005.*the shape of array 'a' is not known"),
        (nest({"a": f32(4)}, Unreadable((Diagnostic("W403", "conditional"),))), "W403.*conditional"),
        (nest({"a": {"shape": (), "element": "float"}}, fill(at("a"))), "W411.*'float'.*is no type of MLIR"),
        (nest({"a": {"shape": (), "element": "f32]"}}, fill(at("a"))), r"W411.*'f32\]'.*is no type of MLIR"),
        (nest({"a": {"shape": (), "element": "i8"}}, fill(at("a"), 300)), "W411.*300 is no value of type 'i8'"),
        (nest({"a": {"shape": (), "element": "i8"}}, fill(at("a"), 0.5)), "W411.*0.5 is no value of type 'i8'"),
        (nest({"a": f32(4)}, fill(at("b", 0))), "W002.*no array 'b'"),
        (nest({"a": f32(4)}, fill(at("a"))), "W001.*0 subscripts for 1 axes"),
        (
            nest({"a": f32(4)}, loop("i", [8, 7], 0, fill(at("a", i)), step=-1)),
            "W411.*'i' counts down from the least of several bounds",
        ),
        (
            nest({"a": f32(4)}, Statement(at("a", 0), Compute("f", (at("a", 1),)))),
            "W411.*'f' stands for functions of several types",
        ),
        (
            nest(
                {"a": {"shape": (), "element": "complex<f32>"}, "b": f32()},
                Statement(at("a"), times(at("a"), at("a"))),
            ),
            r"W411.*'\*' of values of type 'complex<f32>' has no form",
        ),
        (
            nest({"a": {"shape": (), "element": "complex<f32>"}, "b": f32()}, Statement(at("b"), at("a"))),
            "W411.*'complex<f32>' is no value of type 'f32'",
        ),
    ],
)
def test_what_cannot_be_written_is_refused(written, message):
    with pytest.raises(WeftError, match=message):
        emit_mlir(written)
