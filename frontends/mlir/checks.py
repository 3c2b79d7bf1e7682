"""What the verifier of the `weft` dialect asks of a program; every rule yields what it finds wrong.

Whether a program is legal, and whether it fits a machine, is for the passes to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TypeAlias

from ...ir import (
    WORKLOAD_RULES,
    Cluster,
    Diagnostic,
    Directive,
    Placement,
    Size,
    Workload,
    free_symbols,
    repeated,
)
from ...ir.nearest import SHORT, did_you_mean

Problems: TypeAlias = Iterator[Diagnostic]


def check_workload(workload: Workload) -> Problems:
    """The workload is one that can be counted."""
    for rule in WORKLOAD_RULES:
        for code, message, hint in rule(workload):
            yield Diagnostic(code, message, hint=hint)


# Programs; without a workload the names are taken as they are


def check_parts(names: list[str]) -> Problems:
    """A program is one workload and one dataflow."""
    for name in ("weft.workload", "weft.dataflow"):
        if names.count(name) != 1:
            yield Diagnostic("W009", f"a program holds one {name}, found {names.count(name)}")
    yield from _only("program", names, ("weft.workload", "weft.dataflow"))


def check_over_capacity(choice: str | None) -> Problems:
    """How grave an over-full memory is has two names."""
    if choice not in (None, "error", "warning"):
        yield Diagnostic("W002", f"'{choice}' is no value of 'over_capacity'; it is error or warning")


def check_alternation(names: list[str]) -> Problems:
    """Levels and clusters take turns, and a level stands at both ends."""
    yield from _only("dataflow", names, ("weft.level", "weft.cluster", "weft.hold"))
    kinds = [name for name in names if name in ("weft.level", "weft.cluster")]
    if kinds[:1] != ["weft.level"]:
        yield Diagnostic("W001", "a dataflow begins with a weft.level")
    elif kinds[-1] != "weft.level":
        yield Diagnostic("W001", "a weft.cluster is followed by a weft.level, which may be empty")
    for kind, following in pairwise(kinds):
        if kind == following:
            between = "weft.level" if kind == "weft.cluster" else "weft.cluster"
            yield Diagnostic("W001", f"two {kind} in a row", hint=f"put a {between} between them")


def check_level(names: list[str]) -> Problems:
    """A level holds maps alone."""
    yield from _only("level", names, ("weft.spatial_map", "weft.temporal_map"))


def check_directive(directive: Directive, workload: Workload | None) -> Problems:
    """A map has positive sizes and is of a dimension or an index of the workload."""
    for what, size in (("size", directive.size), ("offset", directive.offset)):
        yield from check_size(what, size)
        yield from check_size_names(size, workload)
    if workload is not None:
        yield from _known("dimension", directive.dimension, [*workload.extents, *workload.index_by_name])


def check_cluster(cluster: Cluster, workload: Workload | None) -> Problems:
    """A cluster has a positive size."""
    yield from check_size("size", cluster.size)
    yield from check_size_names(cluster.size, workload)


def check_size(what: str, size: Size) -> Problems:
    """A size that is a number is positive."""
    if isinstance(size, int):
        yield from _positive(what, size)


def check_size_names(size: Size, workload: Workload | None) -> Problems:
    """`Sz` is taken of dimensions of the workload."""
    for name in sorted(free_symbols(size)):
        if workload is not None and name.startswith("Sz("):
            yield from _known("dimension", name[3:-1], workload.extents, f" in '{size}'")


def check_placements(memories: list[str]) -> Problems:
    """A memory is given its tensors once."""
    yield from _unique("placement of", memories)


def check_held(placement: Placement, workload: Workload | None) -> Problems:
    """A memory holds tensors of the workload, each named once."""
    yield from _unique("tensor", placement.tensors)
    if workload is not None:
        for name in placement.tensors:
            yield from _known("tensor", name, [tensor.name for tensor in workload.tensors])


# What the rules share


def _positive(what: str, value: int) -> Problems:
    if value < 1:
        yield Diagnostic("W004", f"{what} is {value}; it must be at least 1")


def _known(kind: str, name: str, names: Iterable[str], where: str = "") -> Problems:
    known = list(names)
    if name not in known:
        there = f"there are {', '.join(known)}" if known else "there are none"
        hint = did_you_mean(name, known, likeness=SHORT)
        yield Diagnostic("W002", f"unknown {kind} '{name}'{where}; {there}", hint=hint)


def _only(where: str, names: list[str], allowed: tuple[str, ...]) -> Problems:
    for name in dict.fromkeys(names):
        if name not in allowed:
            yield Diagnostic("W001", f"'{name}' has no place in a {where}; it holds {' and '.join(allowed)}")


def _unique(kind: str, names: Iterable[str]) -> Problems:
    for name in repeated(names):
        yield Diagnostic("W006", f"{kind} '{name}' is defined twice")
