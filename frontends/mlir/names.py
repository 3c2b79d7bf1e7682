"""Names of MLIR as names of a loop nest: identifiers of Python, each for one thing of a function."""

from __future__ import annotations

import keyword
import re

RESERVED = frozenset({*keyword.kwlist, "range", "parallel", "chunk", "local", "hold", "max", "min"})
"""What the text of a loop nest uses itself."""


def identifier(text: str, otherwise: str = "v") -> str:
    """The nearest identifier to a name; a number gets letters before it."""
    name = re.sub(r"\W", "_", text)
    if not name.isidentifier():
        name = f"{otherwise}{name}"
    return f"{name}_" if name in RESERVED else name


class Names:
    """The names of a function that are in use."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._ended: set[str] = set()

    def fresh(self, wanted: str, exact: str | None = None) -> str:
        """The name, with a number behind it if it is taken; the `exact` one instead if that is free."""
        name, number = wanted, 0
        if exact is not None and self._free(exact):
            name = exact
        else:
            while name in self._taken:
                number += 1
                name = f"{wanted}_{number}"
        self._taken.add(name)
        self._ended.discard(name)
        return name

    def end(self, iterator: str) -> None:
        """A loop has ended: another loop may ask for exactly its name."""
        self._ended.add(iterator)

    def _free(self, name: str) -> bool:
        usable = name.isidentifier() and not keyword.iskeyword(name)
        return usable and (name not in self._taken or name in self._ended)
