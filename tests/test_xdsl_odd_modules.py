"""Odd but valid modules: passes do what they can, or fail with findings, and never otherwise."""

import warnings

import pytest

pytest.importorskip("xdsl", reason="MLIR is written with xDSL")

from mlir_modules import parse, run
from xdsl.utils.exceptions import PassFailedException

from weft.ir import WeftWarning


def shaped(shape, kind="tensor"):
    return f"{kind}<{shape}{'x' if shape else ''}f32>"


def named(name, *shapes, kind="tensor"):
    kinds = [shaped(shape, kind) for shape in shapes]
    names = [f"%{letter}" for letter in "ABC"[: len(shapes)]]
    arguments = ", ".join(f"{name}: {kind}" for name, kind in zip(names, kinds, strict=True))
    result = kinds[-1] if kind == "tensor" else ""
    elements = ", ".join(f"%{letter}: f32" for letter in "xyz"[: len(shapes)])
    segments = f"operandSegmentSizes = array<i32: {len(shapes) - 1}, 1>"
    return f"""func.func @f({arguments}) {f"-> {result}" if result else ""} {{
  {"%0 = " if result else ""}"{name}"({", ".join(names)}) <{{{segments}}}> ({{
  ^bb0({elements}):
    "linalg.yield"(%x) : (f32) -> ()
  }}) : ({", ".join(kinds)}) -> {result or "()"}
  return {f"%0 : {result}" if result else ""}
}}"""


def generic(maps, iterators, *shapes, results=1, kind="tensor"):
    kinds = [shaped(shape, kind) for shape in shapes]
    names = [f"%{letter}" for letter in "ABC"[: len(shapes)]]
    inputs, outputs = (
        f"{', '.join(names[at])} : {', '.join(kinds[at])}" for at in (slice(-results), slice(-results, None))
    )
    arguments = ", ".join(f"{name}: {kind}" for name, kind in zip(names, kinds, strict=True))
    found = ", ".join(kinds[-results:])
    elements = ", ".join(f"%{letter}: f32" for letter in "xyz"[: len(shapes)])
    sums = [
        f"%s{number} = arith.addf %x, %{letter} : f32" for number, letter in enumerate("xyz"[-results - 1 :][:results])
    ]
    values = ", ".join(f"%s{number}" for number in range(results))
    tensors = kind == "tensor"
    returned = ", ".join(f"%r#{number}" for number in range(results)) if results > 1 else "%r"
    return f"""func.func @f({arguments}) {f"-> ({found})" if tensors else ""} {{
  {f"%r:{results} = " if tensors else ""}linalg.generic {{
    indexing_maps = [{", ".join(f"affine_map<{item}>" for item in maps)}],
    iterator_types = [{", ".join(f'"{item}"' for item in iterators)}]}} ins({inputs}) outs({outputs}) {{
  ^bb0({elements}):
    {" ".join(sums)}
    linalg.yield {values} : {", ".join(["f32"] * results)}
  }} {f"-> {found}" if tensors else ""}
  return {f"{returned} : {found}" if tensors else ""}
}}"""


PRODUCT = named("linalg.matmul", "4x4", "4x4", "4x4")
CHAIN = """func.func @f(%A: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %e = tensor.empty() : tensor<4x4xf32>
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  %0 = linalg.matmul ins(%A, %A : tensor<4x4xf32>, tensor<4x4xf32>) outs(%f : tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = linalg.matmul ins(%0, %A : tensor<4x4xf32>, tensor<4x4xf32>) outs(%f : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %1 : tensor<4x4xf32>
}"""
CARRIED = """func.func @f(%A: tensor<4x4xf32>, %n: index) -> tensor<4x4xf32> {
  %low = arith.constant 0 : index
  %one = arith.constant 1 : index
  %r = scf.for %i = %low to %n step %one iter_args(%t = %A) -> (tensor<4x4xf32>) {
    %0 = linalg.matmul ins(%A, %t : tensor<4x4xf32>, tensor<4x4xf32>) outs(%t : tensor<4x4xf32>) -> tensor<4x4xf32>
    scf.yield %0 : tensor<4x4xf32>
  }
  return %r : tensor<4x4xf32>
}"""
MODULES = {
    "every extent open": named("linalg.matmul", "?x?", "?x?", "?x?"),
    "one extent open": named("linalg.matmul", "?x4", "4x6", "?x6"),
    "one extent open, memrefs": named("linalg.matmul", "?x4", "4x6", "?x6", kind="memref"),
    "an extent of 0": named("linalg.matmul", "0x4", "4x6", "0x6"),
    "a sum over nothing": named("linalg.matmul", "4x0", "0x6", "4x6"),
    "a sum over nothing, memrefs": named("linalg.matmul", "4x0", "0x6", "4x6", kind="memref"),
    "extents beyond every machine": named("linalg.matmul", "1000000x4", "4x1000000", "1000000x1000000"),
    "extents beyond integers": named("linalg.matmul", "9223372036854775807x4", "4x4", "9223372036854775807x4"),
    "no axes": generic(["() -> ()"] * 2, [], "", ""),
    "no axes, memrefs": generic(["() -> ()"] * 2, [], "", "", kind="memref"),
    "a sum to no axes": generic(["(i) -> (i)", "(i) -> ()"], ["reduction"], "8", ""),
    "a sum of one to no axes": generic(["(i) -> (i)", "(i) -> ()"], ["reduction"], "1", ""),
    "a sum of none to no axes": generic(["(i) -> (i)", "(i) -> ()"], ["reduction"], "0", ""),
    "two results": generic(["(i) -> (i)"] * 3, ["parallel"], "8", "8", "8", results=2),
    "a constant subscript": generic(["(i) -> (0)", "(i) -> (i)"], ["parallel"], "1", "4"),
    "a division": generic(["(i) -> (i floordiv 2)", "(i) -> (i)"], ["parallel"], "2", "4"),
    "a remainder": generic(["(i) -> (i mod 2)", "(i) -> (i)"], ["parallel"], "2", "4"),
    "a diagonal": generic(["(i) -> (i)", "(i) -> (i, i)"], ["parallel"], "4", "4x4"),
    "every other element": generic(["(i) -> (i)", "(i) -> (i * 2)"], ["parallel"], "4", "7"),
    "a scatter": generic(["(i, j) -> (i, j)", "(i, j) -> (i * 2 + j)"], ["reduction"] * 2, "4x3", "9"),
    "a packed product": named("linalg.mmt4d", "2x3x4x2", "5x3x6x2", "2x5x4x6"),
    "a dot product": named("linalg.dot", "8", "8", ""),
    "an unknown operation": named("linalg.nothing", "4", "4"),
    "a declaration": f"func.func private @g(tensor<4xf32>) -> tensor<4xf32>\n{PRODUCT}",
    "a declaration alone": "func.func private @g(tensor<4xf32>) -> tensor<4xf32>",
    "nothing": "builtin.module {}",
    "blocks": "func.func @f(%A: memref<4xf32>) {\n  cf.br ^next\n^next:\n  return\n}",
    "a module in a module": f"builtin.module {{\n{PRODUCT}\n}}",
    "a module of another dialect": f'"my.module"() ({{\n{PRODUCT}\n}}) : () -> ()',
    "operations one after the other": CHAIN,
    "an operation in a loop that carries it": CARRIED,
}
PIPELINES = (
    "weft-raise,weft-lower",
    "weft-raise,weft-infer-clusters,weft-validate,weft-reuse,weft-cost,weft-lower,weft-strip",
    "weft-raise{recognize=false},weft-canonicalize,weft-lower{forall=false}",
    'weft-raise{sizes="A.0=4,A.1=4,B.0=4,B.1=4"},weft-cost,weft-lower',
    "weft-raise,weft-lower{to=transform}",
    "weft-lower",
    "weft-strip",
)


def findings(module, pipeline):
    """With what a pipeline fails, if it does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WeftWarning)
        try:
            run(module, pipeline)
        except PassFailedException as error:
            return str(error)
    return None


@pytest.mark.parametrize("pipeline", PIPELINES)
@pytest.mark.parametrize("name", MODULES)
def test_passes_end_well_or_with_findings(name, pipeline):
    found = findings(parse(MODULES[name]), pipeline)
    assert found is None or found.startswith("error[W")


@pytest.mark.parametrize("name", ["a packed product", "a dot product", "every other element", "a sum to no axes"])
def test_what_slices_say_is_lowered(name):
    found = str(run(parse(MODULES[name]), "weft-raise,weft-lower"))
    assert "weft.refused" not in found
    assert "tensor.extract_slice" in found


def test_a_subscript_that_takes_an_iterator_apart_is_refused_with_the_reason():
    found = run(parse(MODULES["a division"]), "weft-raise,weft-lower")
    assert "W411: takes 'd0' apart in its subscripts" in str(found)
