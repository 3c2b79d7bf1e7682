"""Text from outside that is shown: a name or a line of a file cannot move the cursor, colour or forge other lines."""

from __future__ import annotations

from typing import Any


def printable(text: str) -> str:
    """The text with everything escaped that is no printable character: controls, line ends, marks of direction, …

    What is printable stays as it is, so that doing it twice changes nothing.
    """
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else _escaped(letter) for letter in text)


def make_printable(value: Any, *fields: str) -> None:
    """Escape the named texts of a frozen value that is being made."""
    for field in fields:
        text = getattr(value, field)
        if isinstance(text, str) and not text.isprintable():
            object.__setattr__(value, field, printable(text))


def _escaped(letter: str) -> str:
    code = ord(letter)
    if 0xDC80 <= code <= 0xDCFF:
        # A byte of a file's name that is no text.
        return f"\\x{code - 0xDC00:02x}"
    return letter.encode("unicode_escape").decode("ascii")
