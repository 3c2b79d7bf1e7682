"""Commands in a terminal of a given width."""

import io
import os
import pty
import re
import struct
import subprocess
import sys
from contextlib import contextmanager, suppress
from fcntl import ioctl
from termios import TIOCSWINSZ
from unittest.mock import patch

_STYLES = re.compile(r"\x1b\[[0-9;]*m")


class _Screen(io.BytesIO):
    def isatty(self):
        return True


@contextmanager
def terminal(columns):
    """Standard output is a terminal while this is entered; gives a function that reads what stands there."""
    screen = _Screen()
    plain = {"COLUMNS": str(columns), "TERM": "xterm", "NO_COLOR": "1"}
    stream = io.TextIOWrapper(screen, encoding="utf-8")
    with patch.dict("os.environ", plain), patch.object(sys, "stdout", stream):
        yield lambda: _STYLES.sub("", screen.getvalue().decode("utf-8"))


def in_pty(columns, *arguments):
    """What `weft` prints in a pseudo-terminal of so many columns."""
    controller, device = pty.openpty()
    ioctl(device, TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    environment = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "FORCE_COLOR")}
    environment |= {"TERM": "xterm", "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen([sys.executable, "-m", "weft", *arguments], stdout=device, stdin=device, env=environment):
        os.close(device)
        text = b""
        with suppress(OSError):  # Linux says so when the other side is closed.
            while block := os.read(controller, 1 << 16):
                text += block
    os.close(controller)
    return _STYLES.sub("", text.decode("utf-8")).replace("\r\n", "\n")
