"""What gives energies: tables, and estimators that other packages bring as plug-ins."""

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


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the machine whose energy is asked for.

    `role` is `mac`, `pe`, `network`, `buffer` or `dram`, `name` the memory, `MAC`, or the two ends of a network. One
    action moves `elements` elements of together `width_bits` bits; for a MAC that is the wider of its operands.
    `capacity_bytes` is that of one of the `banks` of a memory (None: the machine does not say). `technology` is the
    table's, as text.
    """

    role: str
    name: str
    width_bits: int
    elements: int = 1
    capacity_bytes: int | None = None
    banks: int = 1
    technology: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Picojoules of one action, and where the number comes from."""

    picojoules: float
    source: str


class EnergyEstimator(Protocol):
    """What a plug-in has to offer."""

    def estimate(self, component: Component, action: str) -> Estimate | None:
        """The energy of one `read`, `write`, `transfer` or `compute`; None if the estimator does not know."""


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
    problem = _problem(answer)
    if problem:
        raise WeftError(Diagnostic("W205", f"{asked} answers {problem} for {action} of {component.name}"))
    return Estimate(float(answer.picojoules), f"estimator '{name}': {answer.source}")


def _guarded(call: Callable[[], Any], failure: str, component: Component) -> Any:
    try:
        return call()
    except Exception as error:  # a plug-in is foreign code: whatever it raises is its finding
        reason = f"{type(error).__name__}: {error}"
        raise WeftError(Diagnostic("W205", f"{failure} {component.name}: {reason}")) from error


def _problem(answer: object) -> str:
    """What is wrong with an answer; empty if nothing."""
    picojoules, source = getattr(answer, "picojoules", None), getattr(answer, "source", None)
    if not isinstance(picojoules, int | float) or isinstance(picojoules, bool):
        return f"{answer!r}, which has no picojoules,"
    if not isfinite(picojoules) or picojoules < 0:
        return f"{picojoules} pJ"
    return "" if isinstance(source, str) and source else "without a source"
