"""Views of memrefs, calls, and what IREE prints: each is read as the loop nest that it comes to."""

import pytest

pytest.importorskip("xdsl", reason="MLIR is read with xDSL")

from hypothesis import strategies as st
from mlir_text import body, findings, function, lines, read
from nest_checks import generated

from weft.frontends.mlir import read_mlir
from weft.frontends.stablehlo.reader import is_stablehlo
from weft.ir import WeftError
from weft.passes import raise_nest

ROW = "memref<8xf32, strided<[1], offset: ?>>"
VIEWS = {
    "a part": (
        "%s = memref.subview %A[2, %i] [4, 1] [1, 1] : memref<8x8xf32> to memref<4x1xf32, strided<[8, 1], offset: ?>>",
        "%s[%i, 0] : memref<4x1xf32, strided<[8, 1], offset: ?>>",
        "A[i + 2, i]",
    ),
    "a row": (
        f"%s = memref.subview %A[%i, 0] [1, 8] [1, 1] : memref<8x8xf32> to {ROW}",
        f"%s[3] : {ROW}",
        "A[i, 3]",
    ),
    "every other element": (
        "%s = memref.subview %v[1] [3] [2] : memref<8xf32> to memref<3xf32, strided<[2], offset: 1>>",
        "%s[%i] : memref<3xf32, strided<[2], offset: 1>>",
        "v[2*i + 1]",
    ),
    "a part of a row": (
        f"""%r = memref.subview %A[%i, 0] [1, 8] [1, 1] : memref<8x8xf32> to {ROW}
          %s = memref.subview %r[4] [4] [1] : {ROW} to memref<4xf32, strided<[1], offset: ?>>""",
        "%s[%i] : memref<4xf32, strided<[1], offset: ?>>",
        "A[i, i + 4]",
    ),
    "a part of another type": (
        """%r = memref.subview %v[2] [4] [1] : memref<8xf32> to memref<4xf32, strided<[1], offset: 2>>
          %s = memref.cast %r : memref<4xf32, strided<[1], offset: 2>> to memref<?xf32, strided<[1], offset: ?>>""",
        "%s[%i] : memref<?xf32, strided<[1], offset: ?>>",
        "v[i + 2]",
    ),
    "axes apart": (
        "%s = memref.expand_shape %v [[0, 1]] output_shape [2, 4] : memref<8xf32> into memref<2x4xf32>",
        "%s[1, %i] : memref<2x4xf32>",
        "v[i + 4]",
    ),
    "axes together": (
        "%s = memref.collapse_shape %A [[0, 1]] : memref<8x8xf32> into memref<64xf32>",
        "%s[%i] : memref<64xf32>",
        "A[(i // 8), -8*(i // 8) + i]",
    ),
    "memory under other axes": (
        """%s = memref.reinterpret_cast %v to offset: [1], sizes: [2, 3], strides: [3, 1]
            : memref<8xf32> to memref<2x3xf32, strided<[3, 1], offset: 1>>""",
        "%s[%i, 2] : memref<2x3xf32, strided<[3, 1], offset: 1>>",
        "v[3*i + 3]",
    ),
}


@pytest.mark.parametrize("view", VIEWS)
def test_an_element_of_a_view_is_one_of_its_array(view):
    made, place, element = VIEWS[view]
    text = f"""
        affine.for %i = 0 to 2 {{
          {made}
          %x = affine.load %v[0] : memref<8xf32>
          %y = affine.load {place}
          %z = arith.mulf %x, %y : f32
          affine.store %z, {place}
        }}
    """
    assert body(text) == f"for i in range(2):\n    {element} *= v[0]"


def test_what_is_written_through_a_view_changes_the_array():
    text = """
        %s = memref.subview %v[0] [4] [1] : memref<8xf32> to memref<4xf32>
        affine.for %i = 0 to 4 {
          %x = affine.load %v[%i] : memref<8xf32>
          affine.store %x, %s[3] : memref<4xf32>
          affine.store %x, %A[0, %i] : memref<8x8xf32>
        }
    """
    assert findings(read(function(text))) == ["W411 6:5 'v' is written between the load of an element and its use"]


REFUSED = {
    "an offset from data": (
        """
        affine.for %i = 0 to 8 {
          %j = affine.load %p[%i] : memref<8xindex>
          %s = memref.subview %A[%j, 0] [1, 8] [1, 1] : memref<8x8xf32> to memref<8xf32, strided<[1], offset: ?>>
        }
        """,
        ["W401 4:5 offset of a view reads data: 'p[i]'"],
    ),
    "a size that is not known": (
        """
        affine.for %i = 0 to 8 step 3 {
          %n = affine.min affine_map<(d0) -> (3, 8 - d0)>(%i)
          %s = memref.subview %A[%i, 0] [%n, 8] [1, 1] : memref<8x8xf32> to memref<?x8xf32, strided<[8, 1], offset: ?>>
        }
        """,
        ["W401 4:5 size of a view is not affine: 'min(3, -i + 8)'"],
    ),
    "memory with strides": (
        """
        %s = memref.reinterpret_cast %S to offset: [0], sizes: [4], strides: [1]
          : memref<8xf32, strided<[2]>> to memref<4xf32, strided<[1]>>
        """,
        ["W411 2:3 the memory of 'S' has strides of its own"],
    ),
}


@pytest.mark.parametrize("view", REFUSED)
def test_a_view_that_is_not_affine_is_refused(view):
    text, expected = REFUSED[view]
    arguments = "%A: memref<8x8xf32>, %p: memref<8xindex>, %S: memref<8xf32, strided<[2]>>"
    assert findings(read(function(text, arguments))) == expected


TILED = """
func.func @f(%A: memref<8x12xf32>, %B: memref<12x16xf32>, %C: memref<8x16xf32>) {
  affine.for %i = 0 to 8 step 4 { affine.for %j = 0 to 16 step 8 { affine.for %k = 0 to 12 step 3 {
    %a = memref.subview %A[%i, %k] [4, 3] [1, 1] : memref<8x12xf32> to memref<4x3xf32, strided<[12, 1], offset: ?>>
    %b = memref.subview %B[%k, %j] [3, 8] [1, 1] : memref<12x16xf32> to memref<3x8xf32, strided<[16, 1], offset: ?>>
    %c = memref.subview %C[%i, %j] [4, 8] [1, 1] : memref<8x16xf32> to memref<4x8xf32, strided<[16, 1], offset: ?>>
    linalg.matmul ins(%a, %b : memref<4x3xf32, strided<[12, 1], offset: ?>>,
      memref<3x8xf32, strided<[16, 1], offset: ?>>) outs(%c : memref<4x8xf32, strided<[16, 1], offset: ?>>)
  } } }
  return
}
"""


def test_operations_on_tiles_are_one_product():
    (found,) = raise_nest(read(TILED))
    assert (found.kind, found.workload.points) == ("GEMM", 8 * 16 * 12)


def test_a_part_of_a_tensor_is_read_where_it_stands():
    text = """
    func.func @f(%a: tensor<8x6xf32>, %b: tensor<6x3xf32>, %C: memref<8x3xf32>) {
      %c0 = arith.constant 0 : index
      affine.for %i = 0 to 8 step 2 {
        %s = tensor.extract_slice %a[%i, 2] [2, 4] [1, 1] : tensor<8x6xf32> to tensor<2x4xf32>
        %r = tensor.extract_slice %b[1, 0] [4, 1] [1, 1] : tensor<6x3xf32> to tensor<4xf32>
        affine.for %j = 0 to 2 {
          %x = tensor.extract %s[%j, %c0] : tensor<2x4xf32>
          %y = tensor.extract %r[%j] : tensor<4xf32>
          %z = arith.mulf %x, %y : f32
          affine.store %z, %C[%i + %j, 0] : memref<8x3xf32>
        }
      }
      return
    }
    """
    ((_, statement),) = read(text).statements()
    assert str(statement) == "C[i + j, 0] = a[i + j, 2] * b[j + 1, 0]"


def check_parts(drawn):
    parts, index = drawn
    shape, text, offset, factor, kind = 64, "%v", 0, 1, "memref<64xf32>"
    body_of_loop = []
    for number, (start, step) in enumerate(parts):
        size = max(1, min(4, (shape - start + step - 1) // step))
        offset, factor = offset + start * factor, factor * step
        new = f"memref<{size}xf32, strided<[{factor}], offset: {offset}>>"
        body_of_loop.append(f"%s{number} = memref.subview {text}[{start}] [{size}] [{step}] : {kind} to {new}")
        shape, text, kind = size, f"%s{number}", new
    body_of_loop.append(f"memref.store %x, {text}[%i] : {kind}")
    inside = "\n".join(body_of_loop)
    text = f"affine.for %i = {index} to 64 {{\n{inside}\n}}"
    plain = f"""affine.for %i = {index} to 64 {{
      affine.store %x, %v[%i * {factor} + {offset}] : memref<64xf32>
    }}"""
    arguments = "%v: memref<64xf32>, %x: f32"
    assert body(text, arguments) == body(plain, arguments)


def test_parts_of_parts_add_up():
    part = st.tuples(st.integers(0, 3), st.integers(1, 3))
    generated(check_parts, st.tuples(st.lists(part, min_size=1, max_size=4), st.integers(0, 9)), 0, 40)


CALLS = """
func.func private @mac(%a: f32, %b: f32, %c: f32) -> f32 {
  %0 = arith.mulf %a, %b : f32
  %1 = arith.addf %c, %0 : f32
  return %1 : f32
}
func.func @row(%A: memref<8x6xf32>, %x: memref<6xf32>, %y: memref<8xf32>, %i: index) {
  affine.for %k = 0 to 6 {
    %p = memref.load %A[%i, %k] : memref<8x6xf32>
    %q = memref.load %x[%k] : memref<6xf32>
    %s = memref.load %y[%i] : memref<8xf32>
    %t = func.call @mac(%p, %q, %s) : (f32, f32, f32) -> f32
    memref.store %t, %y[%i] : memref<8xf32>
  }
  return
}
func.func @gemv(%M: memref<8x6xf32>, %u: memref<6xf32>, %w: memref<8xf32>) {
  affine.for %r = 0 to 8 {
    func.call @row(%M, %u, %w, %r) : (memref<8x6xf32>, memref<6xf32>, memref<8xf32>, index) -> ()
  }
  return
}
"""


def test_a_call_is_what_the_function_does():
    found = {item.name: item for item in read_mlir(CALLS, sizes=None, function="gemv")}
    assert (
        str(found["gemv"]).splitlines()[1:]
        == lines("""
        for r in range(8):
            for k in range(6):
                w[r] += M[r, k] * u[k]
    """)
        .replace("\n", "\n    ")
        .join(["    ", ""])
        .splitlines()
    )
    # A private function is no nest of its own where another one calls it; others are.
    assert [item.name for item in read_mlir(CALLS)] == ["row", "gemv"]


def test_a_function_of_tensors_may_be_called_twice():
    text = """
    func.func private @layer(%x: tensor<4x5xf32>, %w: tensor<5x5xf32>) -> tensor<4x5xf32> {
      %e = tensor.empty() : tensor<4x5xf32>
      %r = linalg.matmul ins(%x, %w : tensor<4x5xf32>, tensor<5x5xf32>) outs(%e : tensor<4x5xf32>) -> tensor<4x5xf32>
      return %r : tensor<4x5xf32>
    }
    func.func @net(%x: tensor<4x5xf32>, %w: tensor<5x5xf32>) -> tensor<4x5xf32> {
      %a = call @layer(%x, %w) : (tensor<4x5xf32>, tensor<5x5xf32>) -> tensor<4x5xf32>
      %b = call @layer(%a, %w) : (tensor<4x5xf32>, tensor<5x5xf32>) -> tensor<4x5xf32>
      return %b : tensor<4x5xf32>
    }
    """
    nest = read(text)
    first, second = (statement for _, statement in nest.statements())
    assert first.target.array != second.target.array
    assert second.operands[0].array == first.target.array
    assert [item.kind for item in raise_nest(nest)] == ["GEMM", "GEMM"]


def test_private_functions_that_only_call_each_other_are_not_passed_over():
    text = """func.func private @g(%v: memref<8xf32>) { func.call @h(%v) : (memref<8xf32>) -> () return }
    func.func private @h(%v: memref<8xf32>) { func.call @g(%v) : (memref<8xf32>) -> () return }
    func.func @main(%v: memref<8xf32>) { return }"""
    found = [item for nest in read_mlir(text) for item in findings(nest)]
    assert sum("calls itself" in item for item in found) == 2, found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("func.call @f(%v) : (memref<8xf32>) -> ()", "W411 {} 'f' calls itself"),
        ("func.call @h(%v) : (memref<8xf32>) -> ()", "W411 {} 'h' calls itself"),
        ("func.call @h(%w) : (memref<4xf32>) -> ()", "W001 {} the types of a call are not those of 'h'"),
        ("func.call @j(%v) : (memref<8xf32>) -> ()", "W411 {} 'j' has control flow between blocks"),
        ("func.call @d7(%v) : (memref<8xf32>) -> ()", "W411 {} too many calls in one function"),
        ("func.call @away(%v) : (memref<8xf32>) -> ()", "W411 {} 'func.call' is not read as a part of a loop nest"),
    ],
)
def test_calls_that_are_not_put_in_place(text, expected):
    doubles = "\n".join(
        f"""func.func private @d{number}(%v: memref<8xf32>) {{
          func.call @d{number - 1}(%v) : (memref<8xf32>) -> ()
          func.call @d{number - 1}(%v) : (memref<8xf32>) -> ()
          return
        }}"""
        for number in range(1, 8)
    )
    others = """
    func.func private @away(memref<8xf32>)
    func.func private @d0(%v: memref<8xf32>) { return }
    func.func private @g(%v: memref<8xf32>) { func.call @h(%v) : (memref<8xf32>) -> () return }
    func.func private @h(%v: memref<8xf32>) { func.call @g(%v) : (memref<8xf32>) -> () return }
    func.func private @j(%v: memref<8xf32>) { cf.br ^a
      ^a: return
    }
    """.replace("() return", "()\n return")
    arguments = "%v: memref<8xf32>, %w: memref<4xf32>"
    (nest,) = read_mlir(function(text, arguments) + others + doubles, "f.mlir", function="f")
    assert any(expected.partition(" {} ")[2] in item and item[:4] == expected[:4] for item in findings(nest))


IREE = """
module @jit_f attributes {mhlo.num_partitions = 1 : i32} {
  util.global private @w = dense<1.000000e+00> : tensor<6x7xf32>
  util.func public @main(%arg0: !hal.buffer_view, %fence: !hal.fence) -> !hal.buffer_view attributes {iree.abi.stub} {
    %0 = hal.tensor.import %arg0 "input0" : !hal.buffer_view -> tensor<8x6xf32>
    %w = util.global.load @w : tensor<6x7xf32>
    %1 = tensor.empty() : tensor<8x7xf32>
    %2 = linalg.matmul ins(%0, %w : tensor<8x6xf32>, tensor<6x7xf32>) outs(%1 : tensor<8x7xf32>) -> tensor<8x7xf32>
    %kept = hal.tensor.alias wait(%fence) => %2 : tensor<8x7xf32> to %arg0 : !hal.buffer_view
    %3 = hal.tensor.export %kept "output0" : tensor<8x7xf32> -> !hal.buffer_view
    util.return %3 : !hal.buffer_view
  }
  flow.executable private @d {
    flow.executable.export public @d0 workgroups() -> (index, index, index) {
      %x, %y, %z = flow.dispatch.workgroup_count_from_slice
      flow.return %x, %y, %z : index, index, index
    }
    builtin.module {
      func.func @d0(%a: !flow.dispatch.tensor<readonly:tensor<8x6xf32>>,
          %b: !flow.dispatch.tensor<writeonly:tensor<8xf32>>) {
        %0 = flow.dispatch.tensor.load %a, offsets = [0, 0], sizes = [8, 6], strides = [1, 1]
          : !flow.dispatch.tensor<readonly:tensor<8x6xf32>> -> tensor<8x6xf32>
        %1 = tensor.empty() : tensor<8xf32>
        %2 = linalg.reduce { arith.addf } ins(%0 : tensor<8x6xf32>) outs(%1 : tensor<8xf32>) dimensions = [1]
        flow.dispatch.tensor.store %2, %b, offsets = [0], sizes = [8], strides = [1]
          : tensor<8xf32> -> !flow.dispatch.tensor<writeonly:tensor<8xf32>>
        return
      }
    }
  }
}
"""


def test_what_iree_prints_is_read():
    main, dispatch = read_mlir(IREE, "i.mlir")
    assert [item.kind for item in raise_nest(main)] == ["GEMM"]
    assert [item.name for item in main.arrays if not item.local] == ["v0", "w", "v1"]
    assert [item.workload.points for item in raise_nest(dispatch)] == [8 * 6]
    assert not is_stablehlo(IREE)


def test_a_part_that_a_dispatch_loads_elsewhere_in_every_iteration_is_refused():
    text = """
    func.func @f(%a: !flow.dispatch.tensor<readonly:tensor<8x6xf32>>, %C: memref<8xf32>) {
      affine.for %i = 0 to 8 {
        %0 = flow.dispatch.tensor.load %a, offsets = [%i, 0], sizes = [1, 6], strides = [1, 1]
          : !flow.dispatch.tensor<readonly:tensor<8x6xf32>> -> tensor<6xf32>
        %c0 = arith.constant 0 : index
        %1 = tensor.extract %0[%c0] : tensor<6xf32>
        affine.store %1, %C[%i] : memref<8xf32>
      }
      return
    }
    """
    assert any("gives a part of a tensor that depends on where it stands" in item for item in findings(read(text)))


def test_containers_that_do_not_end_are_refused():
    for end in range(len(IREE) - 40, 500, -37):
        with pytest.raises(WeftError, match=r"W001|W411"):
            read_mlir(IREE[:end], "i.mlir")
