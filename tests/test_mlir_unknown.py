"""What the parser does not know refuses itself and what needs it, and nothing else of the file."""

import pytest

pytest.importorskip("xdsl", reason="MLIR is read with xDSL")

import weft
from weft.frontends.mlir import read_mlir
from weft.ir import WeftError
from weft.passes import raise_nest

TYPES = "memref<8x6xf32>", "memref<6x7xf32>", "memref<8x7xf32>"
HEAD = "%A: {}, %B: {}, %C: {}".format(*TYPES)
MATMUL = "linalg.matmul ins(%A, %B : {}, {}) outs(%C : {})".format(*TYPES)


def raised(text, function=None):
    """`NAME KIND` of what is raised, and the codes of what is refused."""
    results = [item for nest in read_mlir(text, function=function) for item in raise_nest(nest)]
    return [
        f"{item.name} {item.kind}" if item.workload else ", ".join(note.code for note in item.diagnostics)
        for item in results
    ]


def module(*functions):
    return "\n".join(f"func.func @f{number}({HEAD}) {{\n{body}\nreturn\n}}" for number, body in enumerate(functions))


@pytest.mark.parametrize(
    "line",
    [
        "%t = call @rtclock() : () -> f64",
        "%v = foo.broadcast %A, 3 {x = 1} : f32 to f32",
        "%v:2 = foo.pair [1, 2] -> (f32, index)",
        "%v, %w = foo.pair <{k = 2 : i64}> : f32, index",
        "%v = foo.one : index loc(unknown)",
        'foo.print "text"',
        "vector.print str \"text\"",
    ],
)  # fmt: skip
def test_an_operation_in_a_format_of_its_own_is_passed_over(line):
    found = raised(module(f"{line}\n{MATMUL}"))
    assert [item for item in found if item != "W411"] in (["f0 GEMM"], ["f0_2 GEMM"])


BROKEN = [
    "%0 = arith.addf %A %A : f32",
    "%0 = foo.bar %A",
    "%0 = arith.addf %nowhere, %nowhere : f32",
    "affine.for %i = 0 to { }",
    "memref.store %A : f32",
]


@pytest.mark.parametrize("line", BROKEN)
def test_a_function_that_cannot_be_read_leaves_the_others(line):
    assert raised(module(MATMUL, line, MATMUL))[::2] == ["f0 GEMM", "f2 GEMM"]
    assert raised(module(MATMUL, line, MATMUL))[1] in ("W001", "W411")
    assert raised(module(line, MATMUL), "f1") == ["f1 GEMM"]
    with pytest.raises(WeftError):
        raised(module(MATMUL, line), "f1")


@pytest.mark.parametrize(
    "part",
    [
        "foo.executable @x {\n  foo.entry @y ordinal(0)\n}",
        "transform.sequence failures(propagate) {\n^bb0(%arg0: !transform.any_op):\n  %0 = transform.what %arg0\n}",
        "memref.global @x : ",
    ],
)
def test_a_part_of_a_module_that_cannot_be_read_leaves_its_functions(part):
    assert raised(f"{part}\n{module(MATMUL)}") == ["f0 GEMM"]
    with pytest.raises(WeftError):
        read_mlir(part)


def test_functions_of_iree_are_functions(tmp_path):
    text = """util.func public @main(%a: tensor<4x8xf32>, %b: tensor<8x16xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant 0.000000e+00 : f32
  %0 = tensor.empty() : tensor<4x16xf32>
  %1 = linalg.fill ins(%zero : f32) outs(%0 : tensor<4x16xf32>) -> tensor<4x16xf32>
  %2 = linalg.matmul ins(%a, %b : tensor<4x8xf32>, tensor<8x16xf32>) outs(%1 : tensor<4x16xf32>) -> tensor<4x16xf32>
  util.return %2 : tensor<4x16xf32>
}
"""
    (file := tmp_path / "iree.mlir").write_text(text, "utf-8")
    (network,) = weft.read(file)
    assert [layer.workload.operator for layer in network.layers] == ["GEMM"]


def test_what_torch_mlir_imports_is_refused_by_name(tmp_path):
    text = """func.func @main(%a: !torch.vtensor<[4,8],f32>, %b: !torch.vtensor<[8,16],f32>)
    -> !torch.vtensor<[4,16],f32> {
  %0 = torch.aten.mm %a, %b : !torch.vtensor<[4,8],f32>, !torch.vtensor<[8,16],f32> -> !torch.vtensor<[4,16],f32>
  return %0 : !torch.vtensor<[4,16],f32>
}
"""
    (file := tmp_path / "imported.mlir").write_text(text, "utf-8")
    ((layer,),) = (network.layers for network in weft.read(file))
    (found,) = layer.diagnostics
    assert (found.code, found.span.line) == ("W411", 3)
    assert "'torch.aten.mm'" in found.message
    assert ".pt2" in found.hint
