"""What every mapping must be before it can be analysed, also one that no reader has checked.

Each rule yields what it finds wrong; `check_mapping` puts all of it at the layer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import NamedTuple

from ..ir import MAX_PES, Accelerator, Findings, Interconnect, Mapping, Tensor, Workload, reserved_for

MAX_EXTENT = 2**31 - 1


class Problem(NamedTuple):
    """What a rule finds wrong."""

    code: str
    message: str
    hint: str = ""


def check_mapping(mapping: Mapping, findings: Findings) -> None:
    """Add everything that makes the workload or the machine impossible, at the place of the layer."""
    problems = [problem for rule in WORKLOAD_RULES for problem in rule(mapping.workload)]
    problems += [problem for rule in MACHINE_RULES for problem in rule(mapping.accelerator)]
    for code, message, hint in problems:
        findings.add(code, message, mapping.span, hint=hint)


# Workloads


def check_extents(workload: Workload) -> Iterator[Problem]:
    """Every dimension has an extent from 1 to 2**31-1."""
    for name, extent in workload.dimensions:
        yield from _number(f"extent of {name}", extent, most=MAX_EXTENT)


def check_names(workload: Workload) -> Iterator[Problem]:
    """A name means one dimension or one index."""
    names = [name for name, _ in workload.dimensions] + [index.name for index in workload.indices]
    for name in _repeated(names):
        yield Problem("W006", f"'{name}' is defined twice")


def check_tensor_names(workload: Workload) -> Iterator[Problem]:
    """A name means one tensor, also when one is the output."""
    for name in _repeated(tensor.name for tensor in workload.tensors):
        hint = "give an input that is also the output a name of its own" if name == workload.output.name else ""
        yield Problem("W006", f"tensor '{name}' is defined twice", hint)


def check_terms(workload: Workload) -> Iterator[Problem]:
    """Every axis is a sum of one or two terms."""
    for tensor in workload.tensors:
        for subscript in tensor.subscripts:
            if not 1 <= len(subscript.terms) <= 2:
                message = f"an axis of tensor '{tensor.name}' has {len(subscript.terms)} terms; it must have 1 or 2"
                yield Problem("W011", message)


def check_coefficients(workload: Workload) -> Iterator[Problem]:
    """Every coefficient is from 1 to 2**31-1."""
    for tensor in workload.tensors:
        for term in (term for subscript in tensor.subscripts for term in subscript.terms):
            yield from _number(f"coefficient of {term.dimension} in {tensor.name}", term.coefficient, most=MAX_EXTENT)


def check_subscript_names(workload: Workload) -> Iterator[Problem]:
    """Every axis is over dimensions of the workload."""
    for tensor in workload.tensors:
        for name in dict.fromkeys(_occurrences(tensor)):
            yield from _known(f"tensor '{tensor.name}'", name, workload)


def check_disjoint_axes(workload: Workload) -> Iterator[Problem]:
    """A tensor uses each dimension once: the elements of its axes are counted apart and multiplied."""
    for tensor in workload.tensors:
        for name in _repeated(_occurrences(tensor)):
            yield Problem(
                "W011",
                f"dimension '{name}' occurs twice in tensor '{tensor.name}'",
                "only tensors that use each dimension once can be counted",
            )


def check_output_axes(workload: Workload) -> Iterator[Problem]:
    """Every axis of the output is a single dimension."""
    for subscript in workload.output.subscripts:
        if len(subscript.terms) == 2 or any(term.coefficient > 1 for term in subscript.terms):
            message = f"axis '{subscript}' of the output '{workload.output.name}' is not a single dimension"
            yield Problem("W011", message)


def check_indices(workload: Workload) -> Iterator[Problem]:
    """Every index couples two different dimensions of the workload."""
    for index in workload.indices:
        for name in dict.fromkeys((index.output, index.window)):
            yield from _known(f"index '{index.name}'", name, workload)
        if index.output == index.window:
            yield Problem("W006", f"index '{index.name}' names '{index.output}' twice")
        yield from _number(f"stride of {index.name}", index.stride, most=MAX_EXTENT)
        yield from _number(f"dilation of {index.name}", index.dilation, most=MAX_EXTENT)


def check_zero_insertion(workload: Workload) -> Iterator[Problem]:
    """Zeros are inserted along indices, by a factor of at least 1."""
    for name, factor in workload.zero_insertion:
        if name not in workload.index_by_name:
            known = ", ".join(workload.index_by_name) or "none"
            yield Problem("W002", f"zeros are inserted along an unknown index '{name}'; the indices are {known}")
        yield from _number(f"zero insertion along {name}", factor, most=MAX_EXTENT)


# Machines


def check_arithmetic(machine: Accelerator) -> Iterator[Problem]:
    """The machine has 1 to 2**20 processing elements with at least one lane."""
    yield from _setting("pes", machine.pes, most=MAX_PES)
    yield from _setting("lanes", machine.lanes)


def check_memories(machine: Accelerator) -> Iterator[Problem]:
    """There is a memory, and networks lie below each."""
    if not machine.memories:
        yield Problem("W205", f"the machine '{machine.name}' has no memories")
    for memory in machine.memories:
        if not memory.networks:
            yield Problem("W205", f"{memory.name} has no networks; it needs at least one")


def check_networks(machine: Accelerator) -> Iterator[Problem]:
    """Networks carry at least one element per cycle, have no negative latency, and none lies below the PEs."""
    for memory in machine.memories:
        if memory.instances is None and memory.networks != (Interconnect(),):
            message = f"no network lies below {memory.name}, which stands at the processing elements"
            yield Problem("W205", message)
        for network in memory.networks:
            if network.bandwidth is not None:
                yield from _setting(f"bandwidth below {memory.name}", network.bandwidth)
            yield from _setting(f"latency below {memory.name}", network.latency, least=0)
            for tensor, width in network.channels:
                yield from _setting(f"channel of {tensor} below {memory.name}", width)


def check_memory_names(machine: Accelerator) -> Iterator[Problem]:
    """Every memory has a name of its own, which means nothing else."""
    names = [memory.name for memory in machine.memories]
    for name in _repeated(names):
        yield Problem("W205", f"two memories are called {name}")
    for name in dict.fromkeys(names):
        if reason := reserved_for(name):
            yield Problem("W205", f"a memory cannot be called {name}: that is {reason}")


WORKLOAD_RULES = (
    check_extents,
    check_names,
    check_tensor_names,
    check_terms,
    check_coefficients,
    check_subscript_names,
    check_disjoint_axes,
    check_output_axes,
    check_indices,
    check_zero_insertion,
)
MACHINE_RULES = (check_arithmetic, check_memories, check_networks, check_memory_names)


# What the rules share


def _number(what: str, value: object, most: int) -> Iterator[Problem]:
    if not isinstance(value, int):
        yield Problem("W004", f"{what} is {value!r}; it must be an int")
    elif value < 1:
        yield Problem("W004", f"{what} is {value}; it must be at least 1")
    elif value > most:
        yield Problem("W010", f"{what} is {value}; the limit is {most} (2**31-1)")


def _setting(what: str, value: object, least: int = 1, most: int | None = None) -> Iterator[Problem]:
    if not isinstance(value, int):
        yield Problem("W205", f"{what} is {value!r}; it must be an int")
    elif value < least:
        yield Problem("W205", f"{what} is {value}; it must be at least {least}")
    elif most is not None and value > most:
        yield Problem("W205", f"{what} is {value}; the limit is {most}")


def _known(where: str, name: str, workload: Workload) -> Iterator[Problem]:
    if name not in workload.extents:
        near = get_close_matches(name, workload.extents, 1, 0.3)
        hint = f"did you mean '{near[0]}'?" if near else ""
        known = ", ".join(workload.extents)
        yield Problem("W002", f"{where} uses an unknown dimension '{name}'; there are {known}", hint)


def _occurrences(tensor: Tensor) -> Iterator[str]:
    return (name for subscript in tensor.subscripts for name in subscript.dimensions)


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
