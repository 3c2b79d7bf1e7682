"""What MLIR says that is no loop nest: each refusal with its code, its words and its line and column."""

import pytest

pytest.importorskip("xdsl", reason="MLIR is read with xDSL")

from mlir_text import body, findings, function, lines, read

from weft.frontends.mlir import read_mlir
from weft.ir import WeftError

ARGUMENTS = "%A: memref<8x8xf32>, %v: memref<?xf32>, %p: memref<8xindex>, %x: f32, %n: index"

REFUSED = {
    "data in a subscript": (
        """
        affine.for %i = 0 to 8 {
          %j = affine.load %p[%i] : memref<8xindex>
          memref.store %x, %A[%i, %j] : memref<8x8xf32>
          affine.store %x, %A[%i, 0] : memref<8x8xf32>
        }
        """,
        ["W401 4:5 subscript of 'A' reads data: 'p[i]'"],
    ),
    "a product": (
        """
        affine.for %i = 0 to 8 {
          %j = arith.muli %i, %i : index
          memref.store %x, %A[%j, %j] : memref<8x8xf32>
        }
        """,
        ["W401 4:5 subscript of 'A' is not affine: 'i * i'"],
    ),
    "a division that rounds towards zero": (
        """
        %two = arith.constant 2 : index
        affine.for %i = -4 to 4 {
          %j = arith.divsi %i, %two : index
          memref.store %x, %A[%i, %j] : memref<8x8xf32>
        }
        """,
        ["W401 5:5 subscript of 'A' may be negative in 'arith.divsi': 'i'"],
    ),
    "a minimum": (
        """
        affine.for %i = 0 to 8 {
          %j = affine.min affine_map<(d0) -> (d0, 4)>(%i)
          affine.store %x, %A[%i, %j] : memref<8x8xf32>
        }
        """,
        ["W401 4:5 subscript of 'A' is not affine: 'min(i, 4)'"],
    ),
    "data in a bound": (
        """
        %c0 = arith.constant 0 : index
        %c1 = arith.constant 1 : index
        affine.for %i = 0 to 8 {
          %e = memref.load %p[%i] : memref<8xindex>
          scf.for %j = %c0 to %e step %c1 {
            memref.store %x, %A[%i, %j] : memref<8x8xf32>
          }
          affine.store %x, %A[%i, 0] : memref<8x8xf32>
        }
        """,
        ["W402 6:5 bound of 'j' reads data: 'p[i]'"],
    ),
    "a maximum as an upper bound": (
        """
        affine.for %i = 0 to 8 {
          %e = affine.max affine_map<(d0) -> (d0, 4)>(%i)
          affine.for %j = 0 to %e {
            affine.store %x, %A[%i, %j] : memref<8x8xf32>
          }
        }
        """,
        ["W402 4:5 bound of 'j' is not affine: 'min(max(i, 4))'"],
    ),
    "steps": (
        """
        %c0 = arith.constant 0 : index
        affine.for %i = 0 to 8 step 0 {
          affine.store %x, %A[%i, %i] : memref<8x8xf32>
        }
        affine.for %i = 0 to 8 {
          scf.for %j = %c0 to %i step %i {
            memref.store %x, %A[%i, %j] : memref<8x8xf32>
          }
        }
        """,
        [
            "W402 3:3 step of 'i' is no positive number: '0'",
            "W402 7:5 step of 'j' is no positive number: 'i'",
        ],
    ),
    "sizes": (
        """
        %c0 = arith.constant 0 : index
        %m = memref.dim %v, %c0 : memref<?xf32>
        affine.for %i = 0 to affine_map<()[s0, s1] -> (s0 + s1)>()[%m, %n] {
          affine.store %x, %v[%i] : memref<?xf32>
        }
        affine.for %i = 0 to 8 {
          affine.store %x, %v[%i floordiv symbol(%n)] : memref<?xf32>
        }
        """,
        [
            "W005 1:35 size 'v.0' is not bound to a number",
            "W005 1:84 size 'n' is not bound to a number",
        ],
    ),
    "conditionals": (
        """
        affine.for %i = 0 to 8 {
          %m = arith.fptosi %x : f32 to i64
          %j = arith.index_cast %m : i64 to index
          affine.if affine_set<(d0)[s0] : (d0 - s0 >= 0)>(%i)[%j] {
            affine.store %x, %A[%i, 0] : memref<8x8xf32>
          }
          %e = affine.load %A[0, 0] : memref<8x8xf32>
          %b = arith.cmpf oeq, %e, %x : f32
          scf.if %b {
            affine.store %x, %A[%i, 1] : memref<8x8xf32>
          }
          %y = arith.select %b, %x, %x : f32
          affine.store %y, %A[%i, 2] : memref<8x8xf32>
          affine.store %x, %A[%i, 3] : memref<8x8xf32>
        }
        """,
        [
            "W403 5:5 conditional: 'affine.if'",
            "W403 10:5 conditional: 'scf.if'",
            "W403 13:5 conditional: 'arith.select'",
        ],
    ),
    "values carried by loops": (
        """
        %s = affine.for %i = 0 to 8 iter_args(%a = %x) -> (f32) {
          %t = arith.addf %a, %x : f32
          affine.yield %t : f32
        }
        %u = affine.parallel (%i) = (0) to (8) reduce ("addf") -> f32 {
          affine.yield %x : f32
        }
        affine.store %s, %A[0, 0] : memref<8x8xf32>
        """,
        [
            "W411 6:3 'affine.parallel' carries values from iteration to iteration",
        ],
    ),
    "iterators as data": (
        """
        affine.for %i = 0 to 8 {
          %j = arith.index_cast %i : index to i32
          %y = arith.sitofp %j : i32 to f32
          affine.store %y, %A[%i, 0] : memref<8x8xf32>
        }
        """,
        ["W411 4:5 the value 'i' of iterators is used as data"],
    ),
    "unknown operations": (
        """
        %h = "gpu.handle"() : () -> !gpu.handle
        %w = "my.seed"() : () -> f32
        "my.note"() {text = "nothing depends on it"} : () -> ()
        "my.use"(%A) : (memref<8x8xf32>) -> ()
        affine.for %i = 0 to 8 {
          "my.barrier"() : () -> ()
          affine.store %w, %A[%i, 0] : memref<8x8xf32>
        }
        "my.region"() ({
          affine.store %x, %A[0, 0] : memref<8x8xf32>
        }) : () -> ()
        """,
        [
            "W411 5:3 'my.use' is not read as a part of a loop nest",
            "W411 7:5 'my.barrier' is not read as a part of a loop nest",
            "W411 3:3 '%w' is no value that can be read: it comes from 'my.seed'",
            "W411 10:3 'my.region' is not read as a part of a loop nest",
        ],
    ),
    "known operations that are no loop nests": (
        """
        %s = "my.view"(%A) : (memref<8x8xf32>) -> memref<2x2xf32>
        affine.store %x, %s[0, 0] : memref<2x2xf32>
        func.call @g(%A) : (memref<8x8xf32>) -> ()
        scf.while () : () -> () {
          %t = arith.constant true
          scf.condition(%t)
        } do {
          scf.yield
        }
        affine.for %i = 0 to 8 {
          %y = affine.vector_load %A[%i, 0] : memref<8x8xf32>, vector<8xf32>
          affine.vector_store %y, %A[%i, 0] : memref<8x8xf32>, vector<8xf32>
        }
        """,
        [
            "W411 2:3 'my.view' is not read as a part of a loop nest",
            "W411 2:3 '%s' is no array that can be read: it comes from 'my.view'",
            "W411 4:3 'func.call' is not read as a part of a loop nest",
            "W411 5:3 'scf.while' is not read as a part of a loop nest",
            "W411 12:5 'affine.vector_load' is not read as a part of a loop nest",
            "W411 13:5 'affine.vector_store' is not read as a part of a loop nest",
        ],
    ),
    "broken operations": (
        """
        "affine.store"(%x, %A) {map = affine_map<() -> (0)>} : (f32, memref<8x8xf32>) -> ()
        memref.store %x, %A[%n] : memref<8x8xf32>
        %y = "arith.addf"(%x) : (f32) -> f32
        affine.parallel (%i) = (0) to (8) {
          affine.store %x, %A[%i, 0] : memref<8x8xf32>
        } {weft.units = 0 : i64}
        affine.for %i = max affine_map<() -> ()>() to 8 {
          affine.store %x, %A[%i, 0] : memref<8x8xf32>
        }
        affine.parallel (%i, %j) = (0, 0) to (8, 8) {
          affine.store %x, %A[%i, %j] : memref<8x8xf32>
        } {weft.memory = "L1"}
        """,
        [
            "W001 2:3 1 subscripts for the 2 axes of 'A'",
            "W001 3:3 'memref.store': Expected an index for each dimension",
            "W001 4:3 'arith.addf': Expected 2 operands, but got 1",
            "W411 5:3 'weft.units' is no positive number: '0 : i64'",
            "W402 8:3 bound of 'i' is missing",
            "W411 11:3 'weft.units' and 'weft.memory' need a loop of one iterator",
        ],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_where_it_stands(case):
    text, expected = REFUSED[case]
    assert findings(read(function(text, ARGUMENTS))) == expected


def test_only_the_smallest_part_is_refused():
    text, _ = REFUSED["data in a bound"]
    assert body(text, ARGUMENTS) == lines("""
        for i in range(8):
            ...  # bound of 'j' reads data: 'p[i]'
            A[i, 0] = x
    """)


def test_blocks_are_refused():
    text = "func.func @f() {\n  cf.br ^b\n^b:\n  return\n}"
    assert findings(read(text)) == ["W411 2:3 control flow between blocks: 'cf.br'"]


@pytest.mark.parametrize(
    ("text", "code", "place", "words"),
    [
        ("func.func @f( {", "W001", "1:15", "expected argument or type"),
        ("func.func @f() {\n  %x = arith.constant 1 : foo\n}", "W001", "2:27", "type expected"),
        ("func.func @f() {\n  affine.store %x, %y[] : memref<f32>\n  return }", "W001", "3:11", "used but not defined"),
        ("\n  my.op %x : f32", "W411", "2:3", "'my.op' is unknown and not in generic form"),
        ('"x"() {m = affine_map<() -> (1 floordiv 0)>} : () -> ()', "W001", "1:32", "division by zero"),
        ('\n"func.func"() : () -> ()', "W001", "2:1", "'func.func': Expected 1 region, but got 0"),
        ("", "W001", "1:1", "could not parse entire input"),
        ('"unclosed', "W001", "1:1", "closing string literal"),
        ("module {" * 400, "W001", None, "nested too deeply"),
    ],
)
def test_text_that_is_no_module(text, code, place, words):
    with pytest.raises(WeftError) as caught:
        read_mlir(text, "f.mlir")
    (finding,) = caught.value.diagnostics
    assert finding.code == code
    assert place is None or str(finding.span) == f"f.mlir:{place}"
    assert words in finding.message


def test_a_value_of_a_loaded_element_must_still_be_there():
    text = """
    affine.for %i = 0 to 8 {
      %a = affine.load %v[%i] : memref<8xf32>
      %b = affine.load %v[-%i + 7] : memref<8xf32>
      affine.store %b, %v[%i] : memref<8xf32>
      affine.store %a, %v[-%i + 7] : memref<8xf32>
    }
    affine.for %i = 0 to 8 {
      %a = affine.load %v[%i] : memref<8xf32>
      affine.for %j = 0 to 8 {
        %s = arith.addf %a, %a : f32
        affine.store %s, %v[%i] : memref<8xf32>
      }
      affine.store %a, %A[%i, 0] : memref<8x8xf32>
    }
    """
    message = "'v' is written between the load of an element and its use"
    assert findings(read(function(text))) == [f"W411 {at} {message}" for at in ("6:5", "12:7", "14:5")]


UNKNOWN = """
func.func @print(%t: f64) attributes {a = "x"} {
  vector.print %t : f64
  return
}
func.func @mm(%A: memref<4x6xf32>, %B: memref<6x5xf32>, %C: memref<4x5xf32>, %t: f64) {
  my.trace "start", %t {level = 3} : f64
  linalg.matmul ins(%A, %B : memref<4x6xf32>, memref<6x5xf32>) outs(%C : memref<4x5xf32>)
  %0 = arith.addf %t, %t : f64
  return
}
func.func @other(%t: f64) {
  %r = my.op %t : f64 -> f64 {
    my.yield %t
  }
  %0 = arith.addf %r, %t : f64
  return
}
func.func @last(%A: memref<4xf32>) {
  my.use %A : memref<4xf32>
  my.region {
    my.inner
  }
  affine.for %i = 0 to 4 {
    my.barrier
    vector.print %A : memref<4xf32>
  }
  return
}
"""


def test_an_operation_in_a_format_of_its_own_refuses_no_other_function():
    nests = {nest.name: nest for nest in read_mlir(UNKNOWN, "f.mlir")}
    assert list(nests) == ["print", "mm", "other", "last"]
    assert findings(nests["print"]) == findings(nests["mm"]) == []
    assert "C[" in str(nests["mm"])
    assert findings(nests["other"]) == ["W411 13:3 'my.op' is unknown and not in generic form"]
    assert findings(nests["last"]) == [
        "W411 20:3 'my.use' is not read as a part of a loop nest",
        "W411 21:3 'my.region' is not read as a part of a loop nest",
        "W411 25:5 'my.barrier' is not read as a part of a loop nest",
        "W411 26:5 'vector.print' is not read as a part of a loop nest",
    ]


def test_a_function_that_cannot_be_read_is_told_when_it_is_asked_for():
    with pytest.raises(WeftError, match=r"f\.mlir:13:3: error\[W411\]: 'my\.op' is unknown"):
        read_mlir(UNKNOWN, "f.mlir", function="other")


@pytest.mark.parametrize("end", ["my.yield %a : f32", "affine.yield", "affine.yield %a, %a : f32, f32", ""])
def test_a_loop_that_does_not_say_what_it_carries_is_refused(end):
    text = f"""
    %e = affine.for %i = 0 to 4 iter_args(%a = %x) -> (f32) {{
      {end}
    }}
    affine.store %e, %v[0] : memref<?xf32>
    """
    found = findings(read(function(text, ARGUMENTS), v__0=4))
    assert found[0].startswith("W001 2:3 'affine.for'")


@pytest.mark.parametrize("end", ["my.yield %x : f32", "affine.yield", ""])
def test_a_branch_that_does_not_yield_what_is_chosen_is_refused(end):
    text = f"""
    %e = affine.if affine_set<(d0) : (d0 - 1 >= 0)>(%n) -> f32 {{ {end} }} else {{ affine.yield %x : f32 }}
    affine.store %e, %v[0] : memref<?xf32>
    """
    found = findings(read(function(text, ARGUMENTS), v__0=4, n=4))
    assert found[0].startswith("W001 2:3 'affine.if'")
