"""`weft-strip` leaves nothing of Weft; the command tells findings without a traceback."""

import shutil
import subprocess
import sys

import pytest

pytest.importorskip("xdsl", reason="xDSL is the extra mlir")

from mlir_modules import MATMUL, after, parse, run

from weft.ir import Diagnostic, WeftWarning
from weft.xdsl.links import Findings, note_refusal, refusals_of

EVERYTHING = "weft-raise,weft-infer-clusters,weft-validate,weft-reuse,weft-cost"
MLIR_OPT = shutil.which("mlir-opt") or shutil.which("mlir-opt-16")


def command(tmp_path, pipeline, text):
    (tmp_path / "in.mlir").write_text(text)
    program = "import sys; sys.argv[0] = 'xdsl-opt'; from xdsl.tools.xdsl_opt import main; main()"
    arguments = [sys.executable, "-c", program, "-p", pipeline, str(tmp_path / "in.mlir")]
    return subprocess.run(arguments, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("pipeline", [EVERYTHING, f"{EVERYTHING},weft-lower"])
def test_nothing_of_weft_is_left(pipeline):
    assert "weft." in after(MATMUL, pipeline)
    assert "weft" not in after(MATMUL, f"{pipeline},weft-strip")


def test_without_programs_stripping_gives_the_module_back():
    assert after(MATMUL, "weft-raise,weft-strip") == str(parse(MATMUL))


@pytest.mark.skipif(MLIR_OPT is None, reason="LLVM's mlir-opt is not installed")
def test_upstream_takes_what_is_stripped_without_unregistered_dialects(tmp_path):
    (tmp_path / "out.mlir").write_text(after(MATMUL, f"{EVERYTHING},weft-lower,weft-strip"))
    assert subprocess.run([MLIR_OPT, str(tmp_path / "out.mlir")], capture_output=True, check=False).returncode == 0


def test_the_command_tells_findings_and_no_traceback(tmp_path):
    found = command(tmp_path, "weft-raise", "func.func @f() {\n  return\n}\n")
    assert found.returncode == 1
    assert found.stderr.startswith("error[W409]: the module has no loop nest to raise")
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("weft-lower{to=forall}", "error[W002]: 'forall' is no value of 'to'; it is loops or transform"),
        ("weft-lower{too=loops}", "error[W002]: pass 'weft-lower' has no option 'too'\n  hint: did you mean 'to'?"),
        ("weft-map{objective=foo}", "error[W002]: 'foo' is no value of 'objective'; it is cycles or energy or edp or"),
        ("weft-map{budget=abc}", "error[W002]: 'abc' is no value of 'budget'; it is a number"),
        ("weft-raise{recognize=yes}", "error[W002]: 'yes' is no value of 'recognize'; it is true or false"),
        ("weft-raise{sizes=3}", "error[W002]: '3' is no value of 'sizes'; it is a text in quotes"),
        ("weft-strip{all}", "error[W002]: pass 'weft-strip' has no option 'all'\n  hint: it has none"),
        (
            "weft-reuse{x=1}",
            "error[W002]: pass 'weft-reuse' has no option 'x'\n  hint: the options are accelerator, set",
        ),
    ],
)
def test_wrong_options_are_findings(given, told):
    with pytest.raises(Findings) as caught:
        run(parse(MATMUL), given)
    assert str(caught.value).startswith(told)


def test_the_command_tells_wrong_options_and_no_traceback(tmp_path):
    found = command(tmp_path, "weft-lower{to=forall}", MATMUL)
    assert found.returncode == 1
    assert found.stderr == "error[W002]: 'forall' is no value of 'to'; it is loops or transform\n"


def test_what_others_raise_is_shown_as_ever(tmp_path):
    found = command(tmp_path, "no-such-pass", "func.func @f() {\n  return\n}\n")
    assert found.returncode == 1
    assert "Traceback" in found.stderr


OPEN = """func.func @f(%A: tensor<?x4xf32>, %B: tensor<4x6xf32>, %C: tensor<8x6xf32>) -> tensor<8x6xf32> {
  %0 = linalg.matmul ins(%A, %B : tensor<?x4xf32>, tensor<4x6xf32>) outs(%C : tensor<8x6xf32>) -> tensor<8x6xf32>
  func.return %0 : tensor<8x6xf32>
}"""


def test_what_was_refused_is_said_before_it_is_stripped():
    with pytest.warns(WeftWarning, match=r"warning\[W411\]: 'linalg.matmul' op: works on tensor<\?x4xf32>, and loops"):
        assert "weft" not in after(OPEN, 'weft-raise{sizes="A.0=8"},weft-lower,weft-strip')


def test_a_refusal_with_semicolons_is_one():
    module = parse("func.func @f() {\n  return\n}")
    (function,) = module.ops
    found = [Diagnostic("W405", "nine share a loop; at most 8 can be separated"), Diagnostic("W406", "tied")]
    note_refusal(function, found[:1])
    note_refusal(function, found)
    assert [(item.code, item.message) for item in refusals_of(function)] == [(i.code, i.message) for i in found]
