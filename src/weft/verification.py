"""A cost against the oracles: simulation, integer sets and, with zeros, samples."""

from __future__ import annotations

from math import hypot

from .backends.cost import Cost
from .backends.exact.counts import exact_counts
from .backends.simulate import simulate
from .backends.sparse import evaluate_sparse
from .ir import Counts, Diagnostic, Severity
from .ir.arguments import checked

VERIFY_LIMIT = 20_000
"""Iteration points up to which `verify` runs the oracles on a layer."""

SAMPLES = 256
"""Masks that `verify` draws for a layer with zeros."""


@checked
def verify(cost: Cost, *, limit: int = VERIFY_LIMIT) -> tuple[Diagnostic, ...]:
    """Compare a cost with both oracles: an error for every difference, a warning when it is too large to check.

    `limit` bounds the iteration points of what is checked.
    """
    mapping = cost.schedule.mapping
    if mapping.workload.points > limit:
        message = f"not verified: {mapping.workload.points} iteration points, the oracles take up to {limit}"
        hint = "raise the limit with --verify-limit"
        return (Diagnostic("W302", message, Severity.WARNING, mapping.span, hint=hint),)
    simulation = simulate(cost.schedule)
    comparisons = {
        "simulate: result": (simulation.matches_numpy, True),
        "simulate: stepwise cycles": (simulation.cycles_stepwise, cost.cycles_stepwise),
        **_differences("simulate", simulation.counts, cost.counts),
        **_differences("exact", exact_counts(cost.schedule), cost.counts),
    }
    found = tuple(
        Diagnostic("W301", f"{what} is {oracle}, cost says {ours}", span=mapping.span)
        for what, (oracle, ours) in comparisons.items()
        if oracle != ours
    )
    return found + _verify_sparse(cost)


def _verify_sparse(cost: Cost) -> tuple[Diagnostic, ...]:
    """Exact expectations of a layer with zeros against samples: more than 1 % and five standard errors apart."""
    sparse = evaluate_sparse(cost)
    if sparse is None:
        return ()
    # Loaded only where there are zeros.
    from .backends.sampling import sample

    drawn = sample(cost.schedule, SAMPLES, seed=0)
    return tuple(
        Diagnostic(
            "W301",
            f"samples: {' '.join(name)} is {drawn[name].mean:g}, expected {value:g}",
            span=cost.schedule.mapping.span,
        )
        for name, value in sparse.numbers(exact=True).items()
        if abs(drawn[name].mean - value) > max(0.01 * value, 5 * hypot(drawn[name].error, sparse.error(name)))
    )


def _differences(oracle: str, theirs: Counts, ours: Counts) -> dict[str, tuple[object, object]]:
    found: dict[str, tuple[object, object]] = {
        f"{oracle}: {name}": (getattr(theirs, name), getattr(ours, name))
        for name in ("points", "steps", "active_peak", "active_total")
    }
    for mine, other in zip(ours.interfaces, theirs.interfaces, strict=True):
        found[f"{oracle}: {mine.parent} to {mine.child}"] = (other, mine)
    return found
