"""Tables of energies per action, each entry with its source."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ...ir import COPY, MAC, Diagnostic, WeftError
from ...ir.printable import make_printable
from .estimator import Component, ask_estimator
from .points import EnergyPoint, OutOfRange, Reading, mac_reading, memory_reading

_NODE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?nm\b")

ROLES: dict[str, str] = {
    "mac": "one multiply-accumulate",
    "pe": "one access to the memory at a processing element",
    "network": "one element carried over one link between a memory and a unit below it",
    "buffer": "one access to any other memory",
    "dram": "one access to the memory outside the chip",
}
"""The entries that a table may have, and what each is the energy of; beside them, those of other operations."""

MEMORIES = ("pe", "buffer", "dram")
"""Those of memories."""

NETWORK = "network"


def is_operation(role: str) -> bool:
    """Whether an entry is of what elements execute: neither of a memory nor of links."""
    return role not in (*MEMORIES, NETWORK)


UNITS: tuple[str, ...] = ("pJ", "pJ/bit", "x mac")
"""What a value may count: picojoules, picojoules per bit of the access, multiples of the entry `mac`."""

ARITHMETICS: tuple[str, ...] = ("integer", "floating")
"""The kinds of multiply-accumulates that a table may be of."""


@dataclass(frozen=True, slots=True)
class EnergyEntry:
    """The energy of one action, and where the number comes from.

    Either one `value` in `unit` (one of `UNITS`), with `write` for writes where they differ, for accesses of
    `width_bits` bits (None: the table's `word_bits`); or the `points` of a source, in picojoules; or the name of an
    `estimator` that is asked.
    """

    role: str
    value: float = 0.0
    unit: str = "pJ"
    source: str = ""
    write: float | None = None
    width_bits: int | None = None
    points: tuple[EnergyPoint, ...] = ()
    estimator: str = ""
    technology: str = ""

    def __post_init__(self) -> None:
        make_printable(self, "source", "technology")


@dataclass(frozen=True, slots=True)
class Price:
    """Picojoules of one action, and where the number comes from."""

    picojoules: float
    source: str


@dataclass(frozen=True, slots=True)
class EnergyTable:
    """Energies for words of `word_bits` bits (None: for elements, whatever their width) in a `technology`.

    `arithmetic` says which MACs the entry `mac` is of: `integer` or `floating` ones.
    """

    name: str
    entries: tuple[EnergyEntry, ...]
    word_bits: int | None = None
    source: str = ""
    technology: str = ""
    arithmetic: str = "integer"

    def __post_init__(self) -> None:
        make_printable(self, "name", "source", "technology")

    def entry(self, role: str) -> EnergyEntry | None:
        """The entry of that role, if the table has it."""
        return next((entry for entry in self.entries if entry.role == role), None)

    def estimate(self, component: Component, action: str) -> Price | None:
        """The energy of one action with its provenance; None if the table has no such entry.

        Raises `WeftError` W205 for a size that the entry's points do not reach, and for an estimator that fails.
        """
        entry = self.entry(component.role)
        if entry is None:
            return None if component.role in ROLES else self._other_operation(component, action)
        technology = entry.technology or self.technology
        if entry.estimator:
            answer = ask_estimator(entry.estimator, replace(component, technology=technology), action)
            return None if answer is None else Price(answer.picojoules or 0.0, answer.source)
        reading = self._from_points(entry, component, action) if entry.points else self._value(entry, component, action)
        parts = (f"{self.name}.{component.role}: {entry.source}", technology, reading.how)
        return Price(reading.value, "; ".join(part for part in parts if part))

    def _other_operation(self, component: Component, action: str) -> Price | None:
        """An operation that the table does not have costs as a multiply-accumulate; a copy costs its accesses alone."""
        if component.role == COPY:
            return Price(0.0, f"{self.name}: a copy costs its accesses alone")
        found = self.estimate(replace(component, role=MAC), action)
        return found and Price(found.picojoules, f"as a multiply-accumulate: {found.source}")

    def _from_points(self, entry: EnergyEntry, component: Component, action: str) -> Reading:
        try:
            if component.role not in MEMORIES:
                return mac_reading(entry.points, component.width_bits)
            return memory_reading(entry.points, component, action)
        except OutOfRange as error:
            raise WeftError(self._refusal(component, f"the points of '{entry.role}' are for {error}")) from None

    def _refusal(self, component: Component, reach: str) -> Diagnostic:
        """Nothing is guessed beyond a source."""
        mac, capacity = component.role not in MEMORIES, component.capacity_bytes
        held = "no capacity" if capacity is None else f"{capacity} bytes a bank"
        size = f"{component.width_bits} bits" if mac else held
        message = f"the energy table '{self.name}' has no '{component.role}' for {component.name} with {size}"
        hint = "bring a table that reaches there with --energy-table"
        return Diagnostic("W205", message, notes=(reach,), hint=hint if mac else f"set capacity_bytes, or {hint}")

    def _value(self, entry: EnergyEntry, component: Component, action: str) -> Reading:
        """A single value, in proportion to the width of the access.

        A MAC does not scale: the table gives the energy of the arithmetic that the machine has.
        """
        value = entry.value if entry.write is None or action != "write" else entry.write
        if entry.unit == "pJ/bit":
            return Reading(value * component.width_bits, f"{component.width_bits} bits")
        if entry.unit == "x mac":
            mac = self.entry("mac")
            value *= mac.value if mac else 0.0
        width = entry.width_bits or self.word_bits
        if is_operation(component.role):
            return Reading(value, "")
        if width is None:
            return Reading(value * component.elements, "")
        scaled = f"from {width} to {component.width_bits} bits" if component.width_bits != width else ""
        return Reading(value * component.width_bits / width, scaled)


def named_node(technology: str) -> float | None:
    """The node in nanometres that a technology names, as `28 nm, 0.9 V` does; None if it names none."""
    found = _NODE.search(technology)
    return float(found[1]) if found else None
