"""Tasks that know in which of two processes they run."""

import os
import signal
import time

import numba


def runner():
    """Which process this is."""
    return "python" if numba.config.DISABLE_JIT else "compiled"


def runner_but(late, folder):
    """The same; the late one waits for a file in the folder."""
    while runner() == late and not (folder / "go").exists():
        time.sleep(0.01)
    return runner()


def die():
    """As a process does that takes too much memory."""
    os.kill(os.getpid(), signal.SIGKILL)
