"""The average power of a machine (model A30)."""

from __future__ import annotations

from collections.abc import Iterable

from ..energy import EnergyTerm
from .terms import Area, Power, PowerTerm


def power(energies: Iterable[EnergyTerm], seconds: float, area: Area) -> Power:
    """The power of a program whose energy is spent in so many seconds, on a machine with that area.

    A table with a power of its own gives the machine's power. Otherwise it is the energy over the time, and what the
    blocks leak whose leakage the machine does not give, which the energy therefore has not.
    """
    if area.own_power:
        terms = (PowerTerm(term.name, term.power_mw, term.source) for term in area.terms if term.power_mw)
        return Power(tuple(terms), area.power_mw)
    spent: dict[str, float] = {}
    for term in energies:
        spent[term.component] = spent.get(term.component, 0.0) + term.picojoules
    dynamic = (PowerTerm(name, each * 1e-9 / seconds, "energy over stepwise time") for name, each in spent.items())
    leaking = (PowerTerm(f"{one.name} leakage", one.leakage_mw, one.source) for one in area.terms if one.leakage_mw)
    return Power((*dynamic, *leaking))
