"""The passes of `xdsl-opt`: from loops and `linalg` to programs and costs, and what they refuse."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from mlir_modules import ALL_PASSES, MATMUL, PRODUCT, PRODUCT_ARGUMENTS, REDUCTION, after, function, parse, refused, run
from xdsl.dialects.builtin import SymbolRefAttr
from xdsl.universe import Universe
from xdsl.utils.exceptions import DiagnosticException, PassFailedException
from xdsl.xdsl_opt_main import xDSLOptMain

import weft
from weft.frontends.mlir.convert import dataflow_of, workload_of
from weft.frontends.mlir.dialect import ProgramOp, Weft
from weft.xdsl import programs_of

ROOT = Path(__file__).parents[1]
CASES = sorted((ROOT / "tests" / "filecheck").glob("*.mlir"))
EXAMPLES = sorted((ROOT / "examples" / "mlir").glob("*.mlir"))


# --- run lines -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_run_line(case, capsys, monkeypatch):
    """The first line says what to run; each `CHECK` must follow in the output, in order."""
    lines = case.read_text("utf-8").splitlines()
    command, *arguments = shlex.split(lines[0].removeprefix("// RUN: "))
    assert command == "xdsl-opt"
    monkeypatch.chdir(case.parent)
    xDSLOptMain(args=[*arguments, case.name]).run()
    output, position = capsys.readouterr().out, 0
    for expected in (line.removeprefix("// CHECK: ") for line in lines if line.startswith("// CHECK: ")):
        found = output.find(expected, position)
        assert found >= 0, f"{expected!r} does not follow in:\n{output[position:]}"
        position = found + len(expected)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_an_example_runs_as_it_says(example, capsys, monkeypatch):
    text = example.read_text("utf-8")
    (command,) = (line for line in text.splitlines() if "xdsl-opt" in line)
    _, *arguments = shlex.split(command.removeprefix("//"))
    monkeypatch.chdir(example.parent)
    xDSLOptMain(args=arguments).run()
    module = parse(capsys.readouterr().out)
    found = [op for op in module.walk() if isinstance(op, ProgramOp)]
    assert found
    assert all("weft.cost" in op.attributes for op in found)


# --- the universe --------------------------------------------------------------------------------------------------


def test_xdsl_finds_the_dialect_and_the_passes():
    universe = Universe.get_multiverse()
    assert universe.all_dialects["weft"]() is Weft
    for name in ALL_PASSES.split(","):
        assert universe.all_passes[name]().name == name


def python(program):
    """What a program prints in a process of its own."""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout


def test_xdsl_is_loaded_when_it_is_asked_for():
    program = "import json, sys, weft, weft.xdsl; dir(weft.xdsl); before = 'xdsl' in sys.modules; weft.xdsl.UNIVERSE; "
    program += "print(json.dumps([before, 'xdsl' in sys.modules, 'weft.passes' in sys.modules]))"
    assert json.loads(python(program)) == [False, True, False]


def test_without_xdsl_the_error_says_what_to_install():
    program = "import sys; sys.modules['xdsl'] = None\nimport weft.xdsl\ntry: weft.xdsl.RaisePass\n"
    program += "except ImportError as error: print(error)"
    assert python(program) == "weft.xdsl needs xDSL: pip install 'weft-ir[mlir]'\n"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"module 'weft\.xdsl' has no attribute 'RiasePass'"):
        weft.xdsl.RiasePass  # noqa: B018


# --- raise ---------------------------------------------------------------------------------------------------------


def test_an_operation_names_its_program():
    module = run(parse(MATMUL), "weft-raise")
    (op,) = (op for op in module.walk() if op.name == "linalg.matmul")
    (program,) = programs_of(op)
    assert op.attributes["weft.program"] == SymbolRefAttr("f_matmul")
    assert program.sym_name.data == "f_matmul"
    assert workload_of(program).operator == "GEMM"
    assert str(dataflow_of(program)) == "TemporalMap(1,1) M;\nTemporalMap(1,1) N;\nTemporalMap(1,1) K;"


def test_programs_stand_behind_their_function_in_order_under_free_names():
    text = function("\n".join([PRODUCT, PRODUCT]), PRODUCT_ARGUMENTS) + "\nfunc.func private @f_matmul_2() -> ()"
    module = run(parse(text), "weft-raise")
    assert [op.sym_name.data for op in module.ops] == ["f", "f_matmul", "f_matmul_3", "f_matmul_2"]


def test_without_recognition_the_names_are_those_of_the_operation():
    text = after(MATMUL, "weft-raise{recognize=false}")
    assert 'weft.workload "AFFINE"' in text
    assert '"A"["M", "K"]' in text


def test_an_operation_of_two_statements_names_two_programs():
    second = REDUCTION.replace("%x[", "%y[").splitlines()[2:6]
    lines = REDUCTION.splitlines()
    body = "\n".join(
        [*lines[:6], *(line.replace("%a", "%b").replace("%c", "%d").replace("%s", "%t") for line in second)]
    )
    text = function(f"{body}\n}}\n}}", "%A: memref<8x4xf32>, %x: memref<8xf32>, %y: memref<8xf32>")
    module = run(parse(text), ALL_PASSES.removesuffix(",weft-lower"))
    (op,) = (op for op in module.walk() if "weft.program" in op.attributes)
    assert [str(item) for item in op.attributes["weft.program"]] == ["@f_nest_1", "@f_nest_2"]
    assert [item.data["macs"].value.data for item in op.attributes["weft.cost"]] == [0, 0]
    executed = [item.data["operations"].data for item in op.attributes["weft.cost"]]
    assert [{name: times.value.data for name, times in item.items()} for item in executed] == [{"add": 32}] * 2


def test_raising_again_changes_nothing():
    module = run(parse(MATMUL), "weft-raise")
    once = str(module)
    assert str(run(module, "weft-raise")) == once


def test_what_raising_leaves_out_is_noted():
    body = REDUCTION.replace("  affine.for %k", "  affine.store %zero, %x[%i] : memref<8xf32>\n  affine.for %k")
    text = function(body, "%A: memref<8x4xf32>, %x: memref<8xf32>, %zero: f32")
    assert "weft.notes = [\"note[W410]: 'x[i] = zero' is" in after(text, "weft-raise")


def test_nothing_to_raise_fails_with_all_reasons():
    bad = REDUCTION.replace("0 to 4", "0 to %n")
    text = function(bad, "%A: memref<8x4xf32>, %x: memref<8xf32>, %n: index")
    text = "\n".join([text, function(PRODUCT.replace("8x", "?x"), PRODUCT_ARGUMENTS.replace("8x", "?x"))])
    message = refused(text.replace("@f", "@g", 1), "weft-raise")
    assert "error[W005]: 'affine.for' op: size 'n' is not bound to a number" in message
    assert "error[W005]: 'linalg.matmul' op: size 'A.0' is not bound to a number" in message
    assert 'hint: give it a value with option sizes="A.0=64"' in message


def test_a_module_without_loops_fails():
    assert "error[W409]: the module has no loop nest to raise" in refused(function("", ""), "weft-raise")


def test_an_operation_with_a_place_is_refused_at_it():
    text = function(PRODUCT.replace("8x", "?x") + ' loc("model.py":7:3)', PRODUCT_ARGUMENTS.replace("8x", "?x"))
    assert refused(text, "weft-raise").startswith("model.py:7:3: error[W005]: 'linalg.matmul' op: ")


def test_sizes_are_known_to_the_passes_that_follow():
    text = function(REDUCTION.replace("0 to 4", "0 to %n"), "%A: memref<8x4xf32>, %x: memref<8xf32>, %n: index")
    assert "affine.for %k = 0 to 3 {" in after(text, 'weft-raise{sizes="n=3"},weft-lower')


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ('sizes="m=3"', "error[W002]: no size 'm'"),
        ('sizes="m"', "error[W004]: 'm' in option 'sizes' is not NAME=POSITIVE-INTEGER"),
        ('sizes="m=3,n=-1"', "error[W004]: 'n=-1' in option 'sizes' is not NAME=POSITIVE-INTEGER"),
    ],
)
def test_a_wrong_size_is_refused(option, message):
    assert message in refused(MATMUL, f"weft-raise{{{option}}}")


# --- machine and costs ---------------------------------------------------------------------------------------------


def test_a_cost_is_what_weft_evaluates():
    module = run(parse(MATMUL), "weft-raise,weft-cost{accelerator=eyeriss}")
    (program,) = (op for op in module.ops if isinstance(op, ProgramOp))
    machine = weft.load_accelerator("eyeriss")
    expected = weft.evaluate(weft.Mapping(workload_of(program), dataflow_of(program), machine))
    found = program.attributes["weft.cost"].data
    assert found["cycles"].value.data == expected.cycles_stepwise
    assert found["energy_pj"].value.data == expected.energy_pj
    assert set(found["requires_bytes"].data) == {"DRAM", "L2", "ifmap_spad", "filter_spad", "psum_spad"}


def test_the_machine_is_said_once():
    text = after(MATMUL, 'weft-raise,weft-infer-clusters{accelerator=eyeriss set="pes=16"},weft-cost')
    assert 'accelerator = "eyeriss", set = ["pes=16"]' in text
    assert "weft.level units 16 {" in text


def test_another_machine_drops_the_settings_of_the_first():
    text = after(MATMUL, 'weft-raise,weft-infer-clusters{set="pes=16"},weft-cost{accelerator=eyeriss}')
    assert '@f_matmul attributes {accelerator = "eyeriss", weft.cost' in text
    assert "weft.level units 168 {" in text


@pytest.mark.parametrize(
    ("pipeline", "message"),
    [
        ("weft-cost{accelerator=generic_25}", "hint: did you mean 'generic_256'?"),
        ('weft-cost{set="pse=3"}', "'pse'"),
        ('weft-validate{set="L1.capacity_bytes=1"}', "go on with option over-capacity=warning"),
        ('weft-infer-clusters{bind="T"}', "error[W004]: 'T' in option 'bind' is not NAME=POSITIVE-INTEGER"),
        ('weft-infer-clusters{bind="T=2"}', "error[W002]: no size depends on 'T'"),
    ],
)
def test_a_wrong_machine_is_told(pipeline, message):
    assert message in refused(MATMUL, f"weft-raise,{pipeline}")


@pytest.mark.parametrize("name", ALL_PASSES.split(",")[1:])
def test_a_pass_without_programs_says_what_to_run_before(name):
    assert "the module has no weft.program" in refused(MATMUL, name)


def test_a_name_without_a_program_is_refused_with_the_nearest():
    module = run(parse(MATMUL), "weft-raise")
    (op,) = (op for op in module.walk() if op.name == "linalg.matmul")
    op.attributes["weft.program"] = SymbolRefAttr("f_matmull")
    with pytest.raises(PassFailedException, match=r"no weft\.program @f_matmull\n  hint: did you mean 'f_matmul'\?"):
        run(module, "weft-cost")


# --- whatever comes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "func.func private @f(memref<4xf32>) -> ()",
        "builtin.module { builtin.module {} }",
        '"test.op"() : () -> ()',
        function(f"scf.if %c {{ {PRODUCT} }}", f"{PRODUCT_ARGUMENTS}, %c: i1"),
        function(f'"some.op"() ({{ {PRODUCT} "some.end"() : () -> () }}) : () -> ()', PRODUCT_ARGUMENTS),
        "func.func @f(%c: i1) { cf.cond_br %c, ^bb1, ^bb1 ^bb1: func.return }",
        function("affine.for %i = 0 to 8 { }", ""),
        function(
            "affine.for %i = 0 to 9223372036854775807 { affine.store %z, %A[] : memref<f32> }",
            "%A: memref<f32>, %z: f32",
        ),
        function('"linalg.frobnicate"(%A) : (memref<8x4xf32>) -> ()', PRODUCT_ARGUMENTS),
    ],
)  # fmt: skip
def test_an_odd_module_is_refused_and_never_crashes(text):
    with pytest.raises(DiagnosticException, match=r"error\[W\d+\]"):
        run(parse(text), ALL_PASSES)
