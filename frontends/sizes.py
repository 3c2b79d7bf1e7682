"""Sizes that the user gives for a file's symbolic extents, and which of them were asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..ir import Diagnostic, Findings, Span, WeftError
from ..ir.nearest import did_you_mean


class Sizes:
    """Values by name. Looking a name up notes it, so that a size that nothing asked for can be reported."""

    def __init__(self, given: Mapping[str, int] | None = None) -> None:
        self.given = dict(given or {})
        wrong = [name for name, value in self.given.items() if type(value) is not int or value < 0]
        if wrong:
            message = f"size '{wrong[0]}' is {self.given[wrong[0]]!r}; it must be an int that is not negative"
            raise WeftError(Diagnostic("W004", message))
        self._asked: dict[str, None] = {}

    def get(self, name: str) -> int | None:
        """The given value of a name, or None."""
        self._asked[name] = None
        return self.given.get(name)

    def missing(self, name: str, span: Span | None) -> Diagnostic:
        """The finding that a size has no value."""
        hint = f"give it a value with --sizes {name}=64"
        return Diagnostic("W005", f"size '{name}' is not bound to a number", span=span, hint=hint)

    def unused(self) -> Iterable[Diagnostic]:
        """A finding for every given name that was never asked for."""
        findings = Findings()
        for name in self.given:
            if name not in self._asked:
                hint = did_you_mean(name, self._asked, "sizes", "nothing depends on a size")
                findings.add("W002", f"no size '{name}'", hint=hint)
        return findings.items
