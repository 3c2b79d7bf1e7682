"""MLIR as loop nests: every construct that is read, as the nest prints; functions and names."""

from textwrap import dedent

import pytest

pytest.importorskip("xdsl", reason="MLIR is read with xDSL")

from mlir_text import body, function, lines, read

from weft.frontends.mlir import read_mlir
from weft.frontends.mlir.convert import program_op
from weft.frontends.sizes import Sizes
from weft.ir import Dataflow, SpatialMap, WeftError, operator_workload

# --- affine ----------------------------------------------------------------------------------------------------------

GEMM = """
affine.for %i = 0 to 8 {
  affine.for %j = 0 to 8 {
    affine.for %k = 0 to 8 {
      %a = affine.load %A[%i, %k] : memref<8x8xf32>
      %b = affine.load %B[%k, %j] : memref<8x8xf32>
      %c = affine.load %C[%i, %j] : memref<8x8xf32>
      %p = arith.mulf %a, %b : f32
      %s = arith.addf %c, %p : f32
      affine.store %s, %C[%i, %j] : memref<8x8xf32>
    }
  }
}
"""


def test_a_matrix_product():
    nest = read(function(GEMM))
    assert str(nest) == lines("""
        def f(A: "f32[8, 8]", B: "f32[8, 8]", C: "f32[8, 8]", v: "f32[8]"):
            for i in range(8):
                for j in range(8):
                    for k in range(8):
                        C[i, j] += A[i, k] * B[k, j]
    """)
    ((loops, statement),) = nest.statements()
    assert [str(loop.span) for loop in loops] == ["f.mlir:2:3", "f.mlir:3:5", "f.mlir:4:7"]
    assert [str(item.span) for item in (nest, statement, *statement.reads)] == [
        "f.mlir:1:1",
        "f.mlir:10:9",
        "f.mlir:5:9",
        "f.mlir:6:9",
    ]
    assert loops[0].span.length == len("affine.for %i = 0 to 8 {")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("%i = 0 to 8", "range(8)"),
        ("%i = -3 to 8 step 2", "range(-3, 8, 2)"),
        ("%i = 0 to %n", "range(5)"),
        ("%i = %n to 8", "range(5, 8)"),
        ("%i = 0 to affine_map<()[s0] -> (s0 * 2 + 1)>()[%n]", "range(11)"),
        ("%i = 0 to min affine_map<(d0)[s0] -> (d0 + 4, s0)>(%o)[%n]", "range(min(o + 4, 5))"),
        ("%i = max affine_map<(d0) -> (d0, 2)>(%o) to 8", "range(max(o, 2), 8)"),
        ("%i = affine_map<(d0) -> (d0 floordiv 2)>(%o) to 8", "range((o // 2), 8)"),
        ("%i = affine_map<(d0) -> (d0 ceildiv 3)>(%o) to 8", "range(-(-o // 3), 8)"),
        ("%i = affine_map<(d0) -> (d0 mod 3)>(%o) to 8", "range(-3*(o // 3) + o, 8)"),
        ("%i = affine_map<(d0)[s0] -> (d0 * s0)>(%o)[%n] to 8", "range(5*o, 8)"),
        ("%i = affine_map<(d0)[s0] -> (d0 floordiv s0)>(%o)[%n] to 8", "range((o // 5), 8)"),
    ],
)
def test_bounds(header, expected):
    text = f"""
    affine.for %o = 0 to 4 {{
      affine.for {header} {{
        affine.store %x, %v[%i] : memref<8xf32>
      }}
    }}
    """
    found = body(text, "%v: memref<8xf32>, %x: f32, %n: index", n=5).replace("-(-o // 3)", "-((-o) // 3)")
    assert found.splitlines()[1].strip() == f"for i in {expected}:".replace("-(-o // 3)", "-((-o) // 3)")


@pytest.mark.parametrize(
    ("subscript", "expected"),
    [
        ("%i", "i"),
        ("%i + %j * 2 - 1", "i + 2*j - 1"),
        ("%i floordiv 4 + symbol(%n)", "(i // 4) + 5"),
        ("(%i + %j) mod 8", "-8*((i + j) // 8) + i + j"),
        ("7", "7"),
    ],
)
def test_subscripts(subscript, expected):
    text = f"""
    affine.for %i = 0 to 4 {{
      affine.for %j = 0 to 4 {{
        affine.store %x, %v[{subscript}] : memref<8xf32>
      }}
    }}
    """
    found = body(text, "%v: memref<8xf32>, %x: f32, %n: index", n=5)
    assert found.splitlines()[2].strip() == f"v[{expected}] = x"


def test_a_parallel_loop_of_several_iterators_is_several_loops():
    text = """
    affine.parallel (%i, %j) = (0, max(%n, 2)) to (min(8, %n + 4), 8) step (1, 2) {
      affine.store %x, %A[%i, %j] : memref<8x8xf32>
    }
    affine.parallel (%k) = (0) to (8) {
      affine.store %x, %A[%k, 0] : memref<8x8xf32>
    } {weft.units = 4 : i64, weft.memory = "L2"}
    """
    assert body(text, "%A: memref<8x8xf32>, %x: f32, %n: index", n=3) == lines("""
        for i in parallel(min(8, 7)):
            for j in parallel(max(3, 2), 8, 2):
                A[i, j] = x
        for k in parallel(8, units=4, memory="L2"):
            A[k, 0] = x
    """)


def test_a_chunk_is_marked():
    text = "affine.for %i = 0 to 8 { affine.store %x, %v[%i] : memref<8xf32> } {weft.chunk}"
    assert body(text, "%v: memref<8xf32>, %x: f32") == "for i in chunk(8):\n    v[i] = x"


def test_affine_operations_are_substituted():
    text = """
    affine.for %i = 0 to 4 {
      %m = affine.min affine_map<(d0) -> (4, -d0 + 10)>(%i)
      %l = affine.max affine_map<(d0) -> (1, d0 - 2)>(%i)
      %s = affine.apply affine_map<(d0) -> (d0 * 2)>(%i)
      %t = affine.apply affine_map<(d0)[s0] -> (d0 + s0)>(%m)[%s]
      affine.for %j = %l to %t {
        affine.store %x, %v[%s + 1] : memref<8xf32>
      }
    }
    """
    assert body(text, "%v: memref<8xf32>, %x: f32") == lines("""
        for i in range(4):
            for j in range(max(1, i - 2), min(2*i + 4, i + 10)):
                v[2*i + 1] = x
    """)


# --- scf, arith, memref ----------------------------------------------------------------------------------------------


def test_loops_of_scf_with_index_arithmetic():
    text = """
    %c0 = arith.constant 0 : index
    %c2 = arith.constant 2 : index
    %c8 = arith.constant 8 : index
    scf.for %i = %c0 to %c8 step %c2 {
      %e = arith.addi %i, %c2 : index
      %m = arith.minsi %e, %c8 : index
      scf.for %j = %i to %m step %c2 {
        %q = arith.divui %j, %c2 : index
        %r = arith.remsi %j, %c2 : index
        %p = arith.muli %r, %c8 : index
        %s = arith.subi %p, %i : index
        %x = memref.load %A[%q, %s] : memref<8x8xf32>
        memref.store %x, %B[%i, %c0] : memref<8x8xf32>
      }
    }
    scf.parallel (%i, %j) = (%c0, %c0) to (%c8, %c8) step (%c2, %c2) {
      %x = memref.load %A[%i, %j] : memref<8x8xf32>
      memref.store %x, %B[%j, %i] : memref<8x8xf32>
      scf.reduce
    }
    """
    assert body(text) == lines("""
        for i in range(0, 8, 2):
            for j in range(i, min(8, i + 2), 2):
                B[i, 0] = A[(j // 2), -16*(j // 2) - i + 8*j]
        for i_1 in parallel(0, 8, 2):
            for j_1 in parallel(0, 8, 2):
                B[j_1, i_1] = A[i_1, j_1]
    """).replace("min(8, i + 2)", "min(i + 2, 8)")


def test_an_integer_argument_is_a_size_where_it_is_used_as_one():
    text = """
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %m = arith.index_cast %n : i32 to index
    scf.for %i = %c0 to %m step %c1 {
      memref.store %k, %v[%i] : memref<8xi32>
    }
    """
    assert str(read(function(text, "%v: memref<8xi32>, %n: i32, %k: i32"), n=6)) == lines("""
        def f(v: "i32[8]", k: "i32[]"):
            for i in range(6):
                v[i] = k
    """)


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("%r = arith.addf %c, %x : f32", "v[i] += x"),
        ("%r = arith.addf %x, %c : f32", "v[i] += x"),
        ("%r = arith.subf %c, %x : f32", "v[i] += -x"),
        ("%r = arith.subf %x, %c : f32", "v[i] = x - v[i]"),
        ("%r = arith.mulf %c, %x : f32", "v[i] *= x"),
        ("%r = arith.maximumf %x, %c : f32", "v[i] = max(v[i], x)"),
        ("%r = arith.minnumf %c, %x : f32", "v[i] = min(v[i], x)"),
        ("%r = arith.divf %c, %x : f32", "v[i] = v[i] / x"),
        ("%r = arith.negf %x : f32", "v[i] = -x"),
        ("%r = arith.addf %c, %c : f32", "v[i] += v[i]"),
        ("%r = math.fma %x, %x, %c : f32", "v[i] += x * x"),
        ("%r = math.exp %x : f32", "v[i] = exp(x)"),
        ("%r = math.absf %x : f32", "v[i] = abs(x)"),
        ("%r = math.powf %x, %c : f32", "v[i] = pow(x, v[i])"),
        ("%r = func.call @g(%x, %c) : (f32, f32) -> f32", "v[i] = g(x, v[i])"),
        ("%p = arith.cmpf ogt, %c, %x : f32\n%r = arith.select %p, %c, %x : f32", "v[i] = max(v[i], x)"),
        ("%p = arith.cmpf ogt, %c, %x : f32\n%r = arith.select %p, %x, %c : f32", "v[i] = min(v[i], x)"),
        ("%p = arith.cmpf ule, %c, %x : f32\n%r = arith.select %p, %c, %x : f32", "v[i] = min(v[i], x)"),
        ("%d = arith.extf %x : f32 to f64\n%r = arith.truncf %d : f64 to f32", "v[i] = x"),
        ("%d = arith.fptosi %x : f32 to i8\n%r = arith.sitofp %d : i8 to f32", "v[i] = x"),
        ("%r = arith.constant 2.5 : f32", "v[i] = 2.5"),
    ],
)
def test_values_and_reductions(operation, expected):
    text = f"""
    affine.for %i = 0 to 8 {{
      %c = affine.load %v[%i] : memref<8xf32>
      {operation}
      affine.store %r, %v[%i] : memref<8xf32>
    }}
    """
    assert body(text, "%v: memref<8xf32>, %x: f32").splitlines()[-1].strip() == expected


def test_integers():
    text = """
    affine.for %i = 0 to 8 {
      %c = affine.load %v[%i] : memref<8xi32>
      %zero = arith.constant 0 : i32
      %n = arith.subi %zero, %k : i32
      %d = arith.divsi %c, %n : i32
      %m = arith.maxsi %d, %k : i32
      affine.store %m, %v[%i] : memref<8xi32>
    }
    """
    assert body(text, "%v: memref<8xi32>, %k: i32").splitlines()[-1].strip() == "v[i] = max(divsi(v[i], -k), k)"


def test_arrays_of_all_kinds():
    text = """
    module {
      memref.global "private" constant @weights : memref<8xf32> = dense<1.0>
      func.func @f(%A: memref<8x?xf32, strided<[?, 1]>>, %0: memref<*xf32>) -> memref<4xf64> {
        %c1 = arith.constant 1 : index
        %n = memref.dim %A, %c1 : memref<8x?xf32, strided<[?, 1]>>
        %w = memref.get_global @weights : memref<8xf32>
        %t = memref.alloc(%n) : memref<?x2xi8>
        %s = memref.alloca() : memref<f32>
        %out = memref.alloc() : memref<4xf64>
        %W = memref.cast %w : memref<8xf32> to memref<?xf32>
        affine.for %i = 0 to %n {
          %x = affine.load %W[%i] : memref<?xf32>
          affine.store %x, %s[] : memref<f32>
          %y = affine.load %s[] : memref<f32>
          %z = arith.fptosi %y : f32 to i8
          affine.store %z, %t[%i, 0] : memref<?x2xi8>
        }
        memref.dealloc %t : memref<?x2xi8>
        return %out : memref<4xf64>
      }
    }
    """
    assert str(read(dedent(text), A__1=3)) == lines("""
        def f(A: "f32[8, 3]", arg0, weights: "f32[8]", out: "f64[4]"):
            t = local("i8[3, 2]")
            s = local("f32[]")
            for i in range(3):
                s = weights[i]
                t[i, 0] = s
    """)


# --- functions and names ---------------------------------------------------------------------------------------------

TWO = """
module {
  func.func private @outside(f32) -> f32
  func.func @first(%v: memref<4xf32>, %x: f32) {
    affine.for %i = 0 to 4 { affine.store %x, %v[%i] : memref<4xf32> }
    return
  }
  module @inner {
    func.func @second(%v: memref<4xf32>) { return }
  }
}
"""


def test_every_function_with_a_body_is_read():
    assert [nest.name for nest in read_mlir(TWO)] == ["first", "second"]
    assert [nest.name for nest in read_mlir(TWO, function="second")] == ["second"]
    assert str(read_mlir(TWO)[1]) == 'def second(v: "f32[4]"):\n    pass'


def test_a_program_of_weft_may_stand_beside_the_code():
    program = program_op(
        "p", operator_workload("GEMM", {"M": 4, "N": 4, "K": 4}), Dataflow(((SpatialMap(1, 1, "M"),),))
    )
    assert [nest.name for nest in read_mlir(f"{program!s}\n{TWO}")] == ["first", "second"]


def test_a_function_that_is_not_there():
    with pytest.raises(WeftError, match=r"W002.*no function 'fist'[^`]*did you mean 'first'"):
        read_mlir(TWO, function="fist")


def test_names_are_identifiers_and_each_means_one_thing():
    text = """
    affine.for %i = 0 to 4 { affine.store %x, %if[%i] : memref<4xf32> }
    affine.for %i = 0 to 4 { affine.store %x, %1[%i] : memref<4xf32> }
    affine.for %arg.3 = 0 to 4 { affine.store %x, %1[%arg.3] : memref<4xf32> }
    affine.for %2 = 0 to 4 { affine.store %x, %1[%2] : memref<4xf32> }
    affine.for %a = 0 to 4 { affine.store %x, %1[%a] : memref<4xf32> } {weft.name = "i"}
    """
    arguments = "%if: memref<4xf32>, %1: memref<4xf32>, %x: f32"
    loops = [line.strip() for line in body(text, arguments).splitlines()]
    assert loops == [
        *("for i in range(4):", "if_[i] = x"),
        *("for i_1 in range(4):", "arg1[i_1] = x"),
        *("for arg_3 in range(4):", "arg1[arg_3] = x"),
        *("for v2 in range(4):", "arg1[v2] = x"),
        *("for i in range(4):", "arg1[i] = x"),
    ]


def test_sizes_that_were_asked_for_are_known():
    sizes = Sizes({"A.1": 3, "B.0": 4})
    read_mlir("func.func @f(%A: memref<2x?xf32>, %n: index) { return }", "f", sizes)
    (unused,) = sizes.unused()
    assert unused.message == "no size 'B.0'"


def test_placements():
    nest = read('func.func @f(%a: memref<f32>) attributes {weft.hold = [["L1", "a"], ["L2"]]} { return }')
    assert str(nest).splitlines()[1:] == ['    hold("L1", "a")', '    hold("L2")', "    pass"]


LOCATED = """
#map = affine_map<(d0) -> (d0)>
#loc = loc(unknown)
module attributes {dlti.dl_spec = #dlti.dl_spec<#dlti.dl_entry<f80, dense<128> : vector<2xi64>>>} {
  func.func @f(%a: tensor<4xf32> loc("a.py":1:2)) -> tensor<4xf32> attributes {llvm.linkage = #llvm.linkage<external>} {
    %z = arith.constant 0.0 : f32 loc(#loc1)
    %e = tensor.empty() : tensor<4xf32> loc(#loc)
    %r:2 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel"]}
        ins(%a : tensor<4xf32>) outs(%e, %e : tensor<4xf32>, tensor<4xf32>) {
    ^bb0(%x: f32, %y: f32, %w: f32):
      %p = arith.cmpf ugt, %x, %z : f32
      %q = arith.select %p, %x, %z : f32
      linalg.yield %q, %x : f32, f32
    } -> (tensor<4xf32>, tensor<4xf32>)
    return %r#0 : tensor<4xf32>
  } loc(#loc2)
}
#loc1 = loc("b.py":3:4)
#loc2 = loc("name"(#loc1))
"""


def test_a_file_as_compilers_write_it():
    assert str(read(LOCATED)) == lines("""
        def f(a: "f32[4]", r_0: "f32[4]"):
            r_1 = local("f32[4]")
            for d0 in range(4):
                r_0[d0] = max(a[d0], 0.0)
                r_1[d0] = a[d0]
    """)
