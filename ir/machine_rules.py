"""How the memories of a machine must fit together: the same rules for files and for machines made in Python."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from .accelerator import Accelerator, Interconnect, Memory, reserved_for
from .nearest import did_you_mean
from .operations import MAC, OPERATIONS
from .sparsity import ARITHMETIC
from .vector_unit import ELEMENTS

Location = tuple[int | str, ...]
"""Where in the layout of the YAML files something stands, such as `("memories", 1, "holds")`."""


def machine_problems(machine: Accelerator) -> Iterator[tuple[Location, str]]:
    """What is wrong with the memories of a machine whose numbers are all of the right kind."""
    yield from _names(machine)
    outermost = machine.memories[0]
    if outermost.instances != 1:
        yield ("memories", 0, "instances"), "the outermost memory must have one instance"
    if outermost.holds is not None:
        yield ("memories", 0, "holds"), "the outermost memory must hold every tensor"
    for number, memory in enumerate(machine.memories[1:], 1):
        if memory.refilled:
            message = f"{memory.name} cannot be refilled from outside, only the outermost memory can"
            yield ("memories", number, "refilled"), message
    for number, memory in enumerate(machine.memories):
        yield from ((("memories", number, key), message) for key, message in _tensors(memory))
    yield from _instances(machine)
    yield from _shape(machine)
    yield from _actions(machine)
    yield from _intervals((), machine.intervals)
    yield from _vector_unit(machine)


def _names(machine: Accelerator) -> Iterator[tuple[Location, str]]:
    names = [memory.name for memory in machine.memories]
    for number, name in enumerate(names):
        place: Location = ("memories", number, "name")
        if names[:number].count(name) == 1:
            yield place, f"two memories are called {name}"
        if reason := reserved_for(name):
            yield place, f"a memory cannot be called {name}: that is {reason}"


def _tensors(memory: Memory) -> Iterator[tuple[str, str]]:
    """What is wrong with the room and the tensors of a memory, with the key."""
    name, room = memory.name, sum(size for _, size in memory.capacities)
    if memory.capacity_bytes is not None and room > memory.capacity_bytes:
        yield "capacities", f"{name} gives {room} of its {memory.capacity_bytes} bytes away"
    if memory.capacity_bytes is not None and memory.banks > memory.capacity_bytes:
        yield "banks", f"{name} has more banks ({memory.banks}) than bytes ({memory.capacity_bytes})"
    if memory.holds is not None:
        if absent := [tensor for tensor, _ in memory.capacities if tensor not in memory.holds]:
            yield "capacities", f"{name} has room for {' and '.join(absent)}, which it does not hold"
        if len(set(memory.holds)) < len(memory.holds):
            yield "holds", f"{name} names a tensor twice"


def _instances(machine: Accelerator) -> Iterator[tuple[Location, str]]:
    """Instances never get fewer on the way in, and those at the processing elements come last."""
    above = 1
    for number, memory in enumerate(machine.memories):
        place: Location = ("memories", number, "instances")
        name, instances = memory.name, memory.instances
        if instances is None:
            if any(below.instances is not None for below in machine.memories[number:]):
                yield place, f"only the last memories may be per_pe, and there are others below {name}"
            if memory.networks != (Interconnect(),):
                message = f"no network lies below {name}, which stands at the processing elements"
                yield ("memories", number, "networks"), message
            continue
        if instances < above:
            yield place, f"{name} has fewer instances ({instances}) than a memory above it ({above})"
        if instances > machine.pes:
            yield place, f"{name} has more instances ({instances}) than there are pes ({machine.pes})"
        above = max(above, instances)


def _shape(machine: Accelerator) -> Iterator[tuple[Location, str]]:
    """The shape is that of all elements of an array."""
    shape, arrays = machine.shape, machine.arrays
    wrong = [number for number, size in enumerate(shape) if size < 1]
    yield from ((("shape", number), f"a side of the shape must be at least 1, not {shape[number]}") for number in wrong)
    if shape and not wrong and prod(shape) * arrays != machine.pes:
        sides = " x ".join(str(size) for size in shape)
        each = f"{arrays} arrays of {sides} have" if arrays > 1 else f"an array of {sides} has"
        yield ("shape",), f"{each} {prod(shape) * arrays} elements, but there are {machine.pes} pes"


def _intervals(place: Location, intervals: tuple[tuple[str, int], ...]) -> Iterator[tuple[Location, str]]:
    """Intervals are of operations that are known."""
    yield from (((*place, "intervals", name), _unknown(name)) for name, _ in intervals if name not in OPERATIONS)


def _unknown(name: str) -> str:
    hint = did_you_mean(name, OPERATIONS, otherwise=f"there are {', '.join(OPERATIONS)}")
    return f"unknown operation '{name}': {hint}"


def _vector_unit(machine: Accelerator) -> Iterator[tuple[Location, str]]:
    """The unit stands at a memory that is one, and does operations that are known, but no multiply-accumulates."""
    unit = machine.vector_unit
    if unit is None:
        return
    names = [memory.name for memory in machine.memories]
    if unit.name == ELEMENTS:
        yield ("vector_unit", "name"), f"a vector unit cannot be called {ELEMENTS}: that is what is beside it"
    if unit.at not in names:
        hint = did_you_mean(unit.at, names)
        yield ("vector_unit", "at"), f"the vector unit stands at no memory '{unit.at}': {hint}"
    elif (copies := machine.memories[names.index(unit.at)].instances) != 1:
        many = "one for each processing element" if copies is None else f"{copies} instances"
        yield ("vector_unit", "at"), f"the vector unit is one, and of {unit.at} there is {many}"
    for name in unit.operations or ():
        if name not in OPERATIONS:
            yield ("vector_unit", "operations"), _unknown(name)
        elif name == MAC:
            yield ("vector_unit", "operations"), "multiply-accumulates are done by the processing elements"
    if unit.operations is not None and len(set(unit.operations)) < len(unit.operations):
        yield ("vector_unit", "operations"), "the vector unit names an operation twice"
    if unit.operations == ():
        yield ("vector_unit", "operations"), "the vector unit does nothing: name its operations"
    yield from _intervals(("vector_unit",), unit.intervals)
    for name, _ in unit.intervals:
        if name in OPERATIONS and not unit.does((name,)):
            yield ("vector_unit", "intervals", name), f"the vector unit does no '{name}'"


def _actions(machine: Accelerator) -> Iterator[tuple[Location, str]]:
    memories = [memory.name for memory in machine.memories]
    for number, action in enumerate(machine.actions):
        place: Location = ("actions", number)
        if action.at not in (ARITHMETIC, *memories):
            yield (*place, "at"), f"an action stands at MAC or a memory ({', '.join(memories)}), not at '{action.at}'"
        elif action.at == ARITHMETIC and action.follower:
            yield (*place, "follower"), "an action at MAC has no follower: it concerns the multiply-accumulates"
        elif action.at != ARITHMETIC and not action.follower:
            yield (*place, "at"), f"an action at {action.at} lacks 'follower', the tensor that is not moved"
        if action.follower in action.leaders:
            yield (*place, "follower"), f"{action.follower} cannot follow itself: give it a format instead"
        if action.structure and action.structure[0] > action.structure[1]:
            yield (*place, "structure"), "a group of m cannot have more than m nonzeros"
