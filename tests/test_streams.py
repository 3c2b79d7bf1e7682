"""Whatever becomes of the standard streams, no command fails of it, and the exit code says what was found."""

import io
import os
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack, redirect_stdout
from functools import cache
from pathlib import Path

import pytest
from small_maps import ARGUMENTS, GEMM

from weft.cli import COMMANDS, main
from weft.cli.streams import Stream, shown
from weft.validation import compare

ROOT = Path(__file__).parents[1]
FIGURE_5 = str(ROOT / "examples/figure5.m")
PAIR = str(ROOT / "examples/fusion/pair.m")
TIMELOOP = [str(ROOT / f"examples/timeloop/eyeriss_like/{name}") for name in ("arch.yaml", "problem.yaml", "map.txt")]
NEST = str(ROOT / "examples/nests/table3.py") + ":yr_p"
WRONG = (
    "Network größe { Layer Größe_× { Type: GEMM Dimensions { M: 4, N: 4, K: 4 } Dataflow { TemporalMap(1,2) K; } } }"
)
MAP = ["map", GEMM, *ARGUMENTS, "--store", "store"]
EXAMPLES = {
    "evaluate": [["evaluate", FIGURE_5], ["evaluate", FIGURE_5, "--csv", "-"], ["evaluate", "wrong.m", "--json"]],
    "check": [["check", FIGURE_5], ["check", "wrong.m"], ["check", "größe.m"]],
    "plot": [["plot", "energy", FIGURE_5, "-o", "größe.csv"], ["plot", "energy", "wrong.m", "-o", "größe.svg"]],
    "report": [["report", "wrong.m", "-o", "größe.html"]],
    "compare": [["compare", FIGURE_5, FIGURE_5, "-l", "D"], ["compare", FIGURE_5, "größe.json"]],
    "explain": [["explain", FIGURE_5, "-l", "D", "--density", "filter=0.5"]],
    "simulate": [["simulate", FIGURE_5, "-l", "D"]],
    "raise": [["raise", NEST], ["raise", NEST, "--emit", "json"]],
    "lower": [["lower", FIGURE_5, "-l", "D"], ["lower", FIGURE_5, "-l", "D", "--emit", "c"]],
    "map": [MAP, [*MAP, "--emit", "maestro"]],
    "fuse": [["fuse", PAIR, "-a", "bench_256"], ["fuse", PAIR, "-a", "bench_256", "--json"], ["fuse", "wrong.m"]],
    "verify-certificate": [["verify-certificate", "result.json", "--samples", "2"]],
    "timeloop": [["timeloop", *TIMELOOP]],
    "accelerators": [["accelerators"], ["accelerators", "eyeriss"]],
    "opt": [["opt", FIGURE_5], ["opt", "wrong.m"]],
    "explore": [["explore", "größe.yaml"]],
    "sweep": [["sweep", FIGURE_5, "-l", "D", "--set", "pes=3", "--vary", "L2.bandwidth=8|16", "--csv", "-"]],
    "choose": [["choose", "options.csv", "--objective", "cycles"]],
    "validate": [["validate", "scalesim"]],
    "none": [["--help"], ["map", "--help"], ["größe"], ["evaluate", "--größe"]],
}
CASES = [arguments for cases in EXAMPLES.values() for arguments in cases]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    found = tmp_path_factory.mktemp("streams")
    (found / "wrong.m").write_text(WRONG, "utf-8")
    (found / "options.csv").write_text("layer,cycles\ngröße,9\ngröße,3\n", "utf-8")
    code, output, _ = run([*MAP[:-1], str(found / "store"), "--json"])
    assert code == 0
    (found / "result.json").write_bytes(output)
    return found


def run(arguments, encoding="utf-8", output=None, errors=None):
    """The exit code of a command in this process, and the bytes it writes.

    A path in place of a stream is where that goes instead; "" closes it.
    """
    kept = sys.stdout, sys.stderr
    written = io.BytesIO(), io.BytesIO()
    with ExitStack() as stack:
        streams = [
            None if path == "" else stack.enter_context(
                io.TextIOWrapper(buffer if path is None else open(path, "wb"), encoding=encoding)  # noqa: SIM115
            )
            for buffer, path in zip(written, (output, errors), strict=True)
        ]  # fmt: skip
        try:
            sys.stdout, sys.stderr = streams
            with pytest.raises(SystemExit) as done:
                main(arguments)
        finally:
            sys.stdout, sys.stderr = kept
        return done.value.code, *(buffer.getvalue() for buffer in written)


def test_every_command_has_an_example():
    assert set(COMMANDS) <= set(EXAMPLES)


@pytest.mark.parametrize("arguments", CASES, ids=lambda arguments: " ".join(Path(item).name for item in arguments))
def test_no_stream_changes_what_a_command_does(arguments, folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setattr("weft.cli.validate.compare", cache(compare))
    code, output, errors = run(arguments)
    assert b"Traceback" not in errors
    for encoding in ("ascii", "latin-1"):
        other_code, *other = run(arguments, encoding)
        assert other_code == code
        for found, whole in zip(other, (output, errors), strict=True):
            words = Counter(word for word in whole.decode().split() if word.isascii())
            assert not words - Counter(found.decode(encoding).split())
            assert len(found.splitlines()) == len(whole.splitlines())
    for path in ("/dev/full", ""):
        no_output, _, messages = run(arguments, output=path)
        assert no_output == (code or int(bool(output)))
        assert (b"\nerror: the output cannot be written: " in b"\n" + messages) == bool(output)
        assert messages.startswith(errors)
        assert run(arguments, errors=path)[:2] == (code, output)


def process(command, folder, **environment):
    """A command of a shell in which `weft` is the command line."""
    script = f'weft() {{ "{sys.executable}" -m weft "$@"; }}\nset -o pipefail\n{command}'
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, env=os.environ | environment, capture_output=True, check=False
    )


@pytest.mark.parametrize("closed", [">&-", "<&- >&-", "<&- >&- 2>&-"])
def test_a_closed_output_is_an_error(closed, tmp_path):
    done = process(f"weft accelerators {closed}", tmp_path)
    said = b"" if "2>" in closed else b"error: the output cannot be written: Bad file descriptor\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", said)


def test_closed_errors_lose_no_result(tmp_path):
    done = process("weft accelerators 2>&-", tmp_path)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, b"Accelerators")


def test_a_reader_that_has_gone_is_no_error(tmp_path):
    wait = "while [ ! -e gone ]; do sleep 0.01; done"
    done = process(f"{{ {wait}; weft accelerators; }} | {{ exec <&-; : > gone; }}", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_an_output_that_is_no_stream_of_bytes_is_left_alone():
    with redirect_stdout(io.StringIO()) as text, pytest.raises(SystemExit) as done:
        main(["check", FIGURE_5])
    assert (done.value.code, "6 legal, 0 wrong" in text.getvalue()) == (0, True)


def test_names_of_files_that_are_no_text_are_shown(tmp_path):
    done = process(r"weft check $'gr\xf6\xc3\xb6.m'", tmp_path, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 1
    assert rb"gr\xf6\xc3\xb6.m" in done.stderr


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        ("8 × 8 ≤ 64 … ± µJ", "ascii", "8 x 8 <= 64 ... +- uJ"),
        ("8 × 8 ≤ 64 … ± µJ", "latin-1", "8 × 8 <= 64 ... ± µJ"),
        ("── Größe 漢", "ascii", r"-- Gr\xf6\xdfe \u6f22"),
        ("a\udcffb", "utf-8", r"a\xffb"),
        ("── Größe 漢", "utf-8", "── Größe 漢"),
    ],
)
def test_what_an_encoding_lacks_is_substituted(text, encoding, expected):
    written = io.BytesIO()
    stream = Stream(written, encoding=encoding, errors="weft.ascii")
    stream.write(text)
    stream.flush()
    assert written.getvalue().decode(encoding) == expected
    assert shown(text, stream) == expected
    stream.detach()
