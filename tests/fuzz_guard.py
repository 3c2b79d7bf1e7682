"""Runs one input of the fuzzer, and says what is wrong with what came of it."""

import io
import os
import re
import signal
import sys
import traceback
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import weft
from weft.cli import main
from weft.cli.map_command import NOT_PROVED

SECONDS = 10
"""Processor time that an input may take."""

HOME = os.path.dirname(os.path.realpath(weft.__file__)).removesuffix("/src/weft")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


STATUS = Path("/proc/self/status")


class Hang(BaseException):
    """An input took too long."""


@contextmanager
def limited():
    """Raises `Hang` after that much processor time."""

    def late(number, frame):
        raise Hang("".join(traceback.format_stack(frame, limit=6)))

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def fault(run):
    """What is wrong with a call: a text that begins with its kind, or None. A finding of Weft's own is right."""
    try:
        with limited():
            shown = run()
    except weft.WeftError as error:
        shown = str(error)
    except Hang as late:
        return f"hang at\n{late}"
    except (ValueError, TypeError) as error:
        return None if _is_told(error) else f"traceback {_place(error)}"
    except Exception as error:
        return f"traceback {_place(error)}"
    found = _CONTROL.search(shown) if isinstance(shown, str) else None
    if found is None:
        return None
    return f"control character {found[0]!r} in {shown[max(0, found.start() - 80) : found.end() + 20]!r}"


def command(arguments):
    """Runs a command line; its output. AssertionError for a defect, and for an exit that means nothing."""
    out, errors, code = io.StringIO(), io.StringIO(), 0
    try:
        with redirect_stdout(out), redirect_stderr(errors):
            main(arguments)
    except SystemExit as done:
        code = done.code or 0
    assert code in (0, 1, 2, NOT_PROVED), errors.getvalue()[-2000:]
    return out.getvalue() + errors.getvalue()


def _is_told(error):
    """Whether Weft itself raised a ValueError or TypeError: it tells the caller of a function what it wants."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return last.filename.startswith(HOME) and "/tests/" not in last.filename and (last.line or "").startswith("raise ")


def _place(error):
    frames = [item for item in traceback.extract_tb(error.__traceback__) if item.filename.startswith(HOME)]
    last = [f"{item.filename.removeprefix(HOME)}:{item.lineno}" for item in frames[-3:]]
    return f"{type(error).__name__} at {' < '.join(reversed(last))}: {str(error)[:300]}"


def peak():
    """The most memory that this process has had, in megabytes; since the last `forget_peak` where there is a /proc."""
    if STATUS.exists():
        return int(re.search(r"VmHWM:\s*(\d+)", STATUS.read_text())[1]) // 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1 if sys.platform != "darwin" else 1024) // 1024


def forget_peak():
    """From now on `peak` is about what follows."""
    if STATUS.exists():
        STATUS.with_name("clear_refs").write_text("5")
