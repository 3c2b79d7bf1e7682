"""Tables of energies per access, each entry with its source."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from os import PathLike, fspath
from pathlib import Path

from ...ir import Diagnostic, WeftError

ROLES: dict[str, str] = {
    "mac": "one multiply-accumulate",
    "pe": "one access to the memory at a processing element",
    "network": "one element carried between a memory and a unit below it",
    "buffer": "one access to any other memory",
    "dram": "one access to the memory outside the chip",
}
"""The entries that a table may have, and what each is the energy of."""

UNITS: tuple[str, ...] = ("pJ", "pJ/bit", "x mac")
"""What a value may count: picojoules, picojoules per bit of the element, multiples of the entry `mac`."""

_TABLES = Path(__file__).parent / "tables"


@dataclass(frozen=True, slots=True)
class EnergyEntry:
    """The energy of one access: `value` in `unit` (one of `UNITS`), and where the number comes from."""

    role: str
    value: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class EnergyTable:
    """Energies per access of words of `word_bits` bits; None: of elements, whatever their width."""

    name: str
    entries: tuple[EnergyEntry, ...]
    word_bits: int | None = None
    source: str = ""

    def entry(self, role: str) -> EnergyEntry | None:
        """The entry of that role, if the table has it."""
        return next((entry for entry in self.entries if entry.role == role), None)

    def picojoules(self, role: str, bits: int) -> float:
        """The energy of one access to an element of `bits` bits; KeyError if the table has no such entry.

        Accesses grow with the width, relative to `word_bits` (or by definition, in `pJ/bit`). A MAC does not:
        the table gives the energy of the arithmetic that the machine has.
        """
        entry = self.entry(role)
        if entry is None:
            raise KeyError(role)
        if entry.unit == "pJ/bit":
            return entry.value * bits
        value = entry.value * self.picojoules("mac", bits) if entry.unit == "x mac" else entry.value
        return value if role == "mac" or self.word_bits is None else value * bits / self.word_bits


def list_energy_tables() -> tuple[str, ...]:
    """The names of the tables that Weft ships."""
    return tuple(sorted(path.stem for path in _TABLES.glob("*.yaml")))


def load_energy_table(name_or_path: str | PathLike[str]) -> EnergyTable:
    """The table of that name, or the one in a YAML file of the same layout; `WeftError` with all findings."""
    name = fspath(name_or_path)
    if name in list_energy_tables():
        return _shipped_table(name)
    try:
        text = Path(name).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise WeftError(_not_found(name)) from None
    except (OSError, ValueError) as error:
        reason = "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error
        raise WeftError(Diagnostic("W008", f"cannot read the energy table {name!r}: {reason}")) from None
    return parse_energy_table(text, name)


@cache
def _shipped_table(name: str) -> EnergyTable:
    path = _TABLES / f"{name}.yaml"
    return parse_energy_table(path.read_text("utf-8"), str(path))


def parse_energy_table(text: str, file: str = "<energy table>") -> EnergyTable:
    """The table that a YAML text describes; `file` names it in errors."""
    from .reader import read_table

    return read_table(text, file)


def _not_found(name: str) -> Diagnostic:
    tables = list_energy_tables()
    match = get_close_matches(name, tables, 1)
    hint = f"did you mean '{match[0]}'?" if match else ""
    message = f"{name!r} is neither an energy table that Weft ships nor a file"
    return Diagnostic("W205", message, notes=(f"tables: {', '.join(tables)}",), hint=hint)
