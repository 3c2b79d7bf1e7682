"""A machine as its architecture gives it, without a mapping that says which units take part."""

from __future__ import annotations

from ...ir import Accelerator
from .items import Notes
from .program import check_names, memory_of
from .structure import Machine, Place


def whole_machine(machine: Machine, notes: Notes) -> Accelerator | None:
    """All memories and units of a machine; None, with errors, for names that cannot be.

    The fan-outs above the elements are the sides of their array.
    """
    check_names(machine, notes)
    if notes.findings.has_errors:
        return None
    storages = [place for place in machine.places if place.storage is not None]
    first = storages[0].storage
    bits = (first.word_bits if first else None) or machine.word_bits or 8
    memories = []
    for place in storages:
        at_element = place is storages[-1] and place is not storages[0] and place.instances == machine.units
        memories.append(memory_of(place, None if at_element else place.instances, bits))
    counted = [place for place in storages if place.instances < machine.units]
    sides = tuple(units for _, units in fans_below(machine, counted[-1])) if counted else ()
    shape = sides if len(sides) > 1 else ()
    return Accelerator(
        machine.name,
        machine.units,
        tuple(memories),
        default_word_bits=bits,
        clock_mhz=machine.clock_mhz,
        source="Timeloop",
        shape=shape,
    )


def fans_below(machine: Machine, memory: Place) -> list[tuple[Place, int]]:
    """The places from a memory on, before the next one, below which there are more units than at it, with how many."""
    places = machine.places
    first = places.index(memory)
    ends = (number for number in range(first + 1, len(places)) if places[number].storage is not None)
    last = next(ends, len(places))
    below = (*(place.instances for place in places[1:]), machine.units)
    pairs = [(places[number], below[number] // places[number].instances) for number in range(first, last)]
    return [(place, units) for place, units in pairs if units > 1]
