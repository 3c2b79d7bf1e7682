"""What gives energies, areas and leakages: tables, and estimators that other packages bring as plug-ins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import isfinite
from typing import Any, Protocol

from ...ir import Diagnostic, WeftError
from ...ir.nearest import did_you_mean
from ...ir.plugins import plugins

ENTRY_POINTS = "weft.energy"
"""The entry point group of estimators; each names a callable without arguments that returns one."""

AREA = "area"
"""What is asked for beside actions: the area of a component, and what it leaks."""


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the machine whose energy or area is asked for.

    `role` is `mac`, `pe`, `network`, `buffer` or `dram`, `name` the memory, `MAC`, or the two ends of a network. One
    action moves `elements` elements of together `width_bits` bits; for a MAC that is the wider of its operands.
    `capacity_bytes` is that of one of the `banks` of a memory (None: the machine does not say), each with so many
    `ports`. `technology` is the table's, as text.
    """

    role: str
    name: str
    width_bits: int
    elements: int = 1
    capacity_bytes: int | None = None
    banks: int = 1
    technology: str = ""
    ports: int = 1


@dataclass(frozen=True, slots=True)
class Estimate:
    """What was asked for, and where it comes from: the picojoules of one action, or the area of one component (a bank
    of a memory, a MAC) and what it leaks (None: nothing is known of that)."""

    picojoules: float | None = None
    source: str = ""
    area_um2: float | None = None
    leakage_mw: float | None = None


class EnergyEstimator(Protocol):
    """What a plug-in has to offer."""

    def estimate(self, component: Component, action: str) -> Estimate | None:
        """The energy of one `read`, `write`, `transfer` or `compute`, or the `area`; None if the estimator does not
        know."""


def estimator_names() -> tuple[str, ...]:
    """The names of the estimators that are installed."""
    return tuple(plugins(ENTRY_POINTS))


def unknown_estimator(name: str) -> Diagnostic:
    """What to say of an estimator that is not installed."""
    names = estimator_names()
    install = f"install a package with an entry point '{name}' in the group {ENTRY_POINTS}"
    hint = did_you_mean(name, names, otherwise=install)
    known = f"installed: {', '.join(names) or 'none'}"
    return Diagnostic("W205", f"no energy estimator '{name}' is installed", notes=(known,), hint=hint)


@cache
def ask_estimator(name: str, component: Component, action: str) -> Estimate | None:
    """The answer of an installed estimator, checked; `WeftError` W205 if it is missing, fails or answers nonsense.

    It is asked once for each component and action: a tool behind it may be slow.
    """
    point = plugins(ENTRY_POINTS).get(name)
    if point is None:
        raise WeftError(unknown_estimator(name))
    asked = f"the energy estimator '{name}' of {point.value}"
    answer = _guarded(lambda: point.load()().estimate(component, action), f"{asked} fails for {action} of", component)
    if answer is None:
        return None
    problem = _problem(answer, action)
    if problem:
        raise WeftError(Diagnostic("W205", f"{asked} answers {problem} for {action} of {component.name}"))
    source = f"estimator '{name}': {answer.source}"
    if action == AREA:
        return Estimate(None, source, float(answer.area_um2), float(getattr(answer, "leakage_mw", None) or 0.0))
    return Estimate(float(answer.picojoules), source)


def _guarded(call: Callable[[], Any], failure: str, component: Component) -> Any:
    try:
        return call()
    except WeftError:
        raise  # a finding of its own
    except Exception as error:  # a plug-in is foreign code: whatever it raises is its finding
        reason = f"{type(error).__name__}: {error}"
        raise WeftError(Diagnostic("W205", f"{failure} {component.name}: {reason}")) from error


def _problem(answer: object, action: str) -> str:
    """What is wrong with an answer; empty if nothing."""
    name, unit = ("area_um2", "µm²") if action == AREA else ("picojoules", "pJ")
    leakage = getattr(answer, "leakage_mw", None) if action == AREA else None
    problem = _not_a_number(answer, getattr(answer, name, None), name, unit)
    problem = problem or ("" if leakage is None else _not_a_number(answer, leakage, "leakage_mw", "mW"))
    source = getattr(answer, "source", None)
    return problem or ("" if isinstance(source, str) and source else "without a source")


def _not_a_number(answer: object, value: object, name: str, unit: str) -> str:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return f"{answer!r}, which has no {name},"
    return "" if isfinite(value) and value >= 0 else f"{value} {unit}"
