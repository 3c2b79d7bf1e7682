"""Commands in a terminal of a given width."""

import io
import re
import sys
from contextlib import contextmanager
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
