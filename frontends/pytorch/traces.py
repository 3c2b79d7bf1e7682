"""Where a call was written, as its stack trace says."""

from __future__ import annotations

import re

from ...ir import Span

_FRAME = re.compile(r'File "([^"\n]{1,500})", line (\d{1,9}), in [^\n]*(?:\n +([^\n]+))?')
_LIBRARY = re.compile(r"[/\\](?:site|dist)-packages[/\\]")
_LONGEST = 10_000


def place_of(trace: str) -> Span | None:
    """The innermost line of the model's own code; None if the trace names none. Columns are not known: it is 1."""
    frames = _FRAME.findall(trace[-_LONGEST:])
    own = [frame for frame in frames if not _LIBRARY.search(frame[0])] or frames
    if not own:
        return None
    file, line, text = own[-1]
    return Span(file, int(line), 1, max(1, len(text)), text)
