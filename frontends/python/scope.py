"""What the reader of a function knows at one place, and its findings about what stands there."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ...ir import Affine, Array, Diagnostic, Findings, Placement, Unreadable
from ...ir.nearest import did_you_mean
from ..sizes import Sizes
from .module import called_name
from .names import Names
from .source import Located, Source


@dataclass(frozen=True, slots=True)
class Role:
    """What an expression is for: the code and the subject of the finding that refuses it."""

    code: str
    subject: str
    hint: str = ""


VALUE = Role("W411", "a value")


def subscript_of(array: str) -> Role:
    """The role of an array's subscripts."""
    hint = "a subscript is a sum of iterators times integers; // and % by positive integers can be in it"
    return Role("W401", f"subscript of '{array}'", hint)


def bound_of(iterator: str) -> Role:
    """The role of a loop's bounds."""
    hint = "a bound is a sum of iterators times integers, or the max (lower bound) or min (upper bound) of several"
    return Role("W402", f"bound of '{iterator}'", hint)


@dataclass(slots=True)
class Scope:
    """The names that can be used at one place of a function."""

    source: Source
    imports: Mapping[str, str]
    sizes: Sizes
    names: Names = field(default_factory=Names)
    numbers: Mapping[str, float] = field(default_factory=dict)
    """The file's constants that are no integers."""
    arrays: dict[str, Array] = field(default_factory=dict)
    ranks: dict[str, int] = field(default_factory=dict)
    """The number of subscripts of each array, as its first use says."""
    placements: list[Placement] = field(default_factory=list)
    bindings: dict[str, Affine | None] = field(default_factory=dict)
    """Iterators, sizes and temporaries; None for one whose value is not known here."""
    iterators: tuple[str, ...] = ()
    """Those of the loops around."""
    findings: Findings = field(default_factory=Findings)

    def fresh(self) -> Scope:
        """The same place without findings."""
        return replace(self, findings=Findings())

    def inside(self, iterators: Iterable[str], assigned: Iterable[str]) -> Scope:
        """In a loop: what it assigns is not known at its begin."""
        names = tuple(iterators)
        bindings = {**self.bindings, **dict.fromkeys(assigned), **{name: Affine.of(name) for name in names}}
        return replace(self, bindings=bindings, iterators=self.iterators + names, findings=Findings())

    def forget(self, names: Iterable[str]) -> None:
        """The values of these names are not known any more."""
        self.bindings.update(dict.fromkeys(names))

    def value_of(self, name: str) -> Affine | None:
        """What a name is here: of one that nothing in the file sets, the given size."""
        if name in self.bindings or name in self.names.local:
            return self.bindings.get(name)
        given = self.sizes.get(name)
        return None if given is None else Affine.of(given)

    def refuse(self, code: str, message: str, node: Located, hint: str = "", last: Located | None = None) -> None:
        """Record why a node cannot be read."""
        self.findings.add(code, message, self.source.span(node, last), hint=hint)

    def refuse_in(self, role: Role, reason: str, node: ast.expr, hint: str = "") -> None:
        """Record why an expression cannot be what it is for."""
        self.refuse(role.code, f"{role.subject} {reason}: '{self.source.excerpt(node)}'", node, hint or role.hint)

    def refuse_name(self, name: str, node: ast.expr, role: Role) -> None:
        """Record why a name is no number and no sum of iterators here."""
        if name in self.arrays:
            self.refuse_in(role, "reads data", node)
        elif name in self.bindings:
            reason = f"uses '{name}', whose value is not known here"
            self.refuse(role.code, f"{role.subject} {reason}", node, "set it in the same block, or write it out")
        elif name in {item.arg for item in self.names.parameters}:
            self.findings.items.append(self.sizes.missing(name, self.source.span(node)))
        elif name in self.names.assigned:
            self.refuse(role.code, f"{role.subject} uses '{name}' before it is set", node)
        else:
            known = sorted(self.names.local | self.bindings.keys() | self.numbers.keys())
            otherwise = f"make it a parameter, or give it a value with --sizes {name}=64"
            hint = did_you_mean(name, known, otherwise=otherwise, fold=False)
            self.refuse("W002", f"unknown name '{name}'", node, hint)

    def called(self, node: ast.expr) -> str | None:
        """The plain name of the function that is called; None for anything else."""
        return called_name(node, self.imports, self.names.local)

    def unreadable(self, inner: Iterable[Diagnostic] = ()) -> Unreadable:
        """What stands for the source that the findings are about; each reason is told once."""
        reasons = {(item.code, item.message): item for item in reversed((*self.findings.items, *inner))}
        return Unreadable(tuple(reversed(reasons.values())))
