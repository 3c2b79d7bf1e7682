"""The Python interface to fused programs and fusion plans."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from pathlib import Path

from .api import DEFAULT_ACCELERATOR, machine_of
from .backends.fused import FusedCost
from .backends.fused import evaluate_fused as cost_of
from .frontends.maestro.fused import parse_fused, read_fused
from .fusion.measures import MEASURES, TRAFFIC
from .fusion.plan import GAP, MOST_STAGES, Planned, Planner, room_of
from .ir import Accelerator, Diagnostic, FusedProgram, Network, Severity
from .ir.arguments import checked
from .passes import OverCapacity
from .passes.fuse import fuse
from .verification import VERIFY_LIMIT

__all__ = ["evaluate_fused", "fusion_curve", "parse_fused", "plan_fusion", "read_fused", "verify_fused"]


@checked
def evaluate_fused(
    program: FusedProgram,
    accelerator: str | Path | Accelerator = DEFAULT_ACCELERATOR,
    overrides: Sequence[str] = (),
    over_capacity: OverCapacity = "error",
) -> FusedCost:
    """Counts, cycles and energy of a fused program on a machine (docs/model.md, A34 to A37).

    Raises WeftError with all findings where it is no fused program (W741), does not fit (W201), or a stage is illegal.
    """
    return cost_of(fuse(program, machine_of(accelerator, overrides), over_capacity))


@checked
def plan_fusion(
    network: Network,
    accelerator: str | Path | Accelerator = DEFAULT_ACCELERATOR,
    overrides: Sequence[str] = (),
    *,
    room_bytes: int | None = None,
    most_stages: int = MOST_STAGES,
    most_work: float = inf,
    objective: str = TRAFFIC,
    gap: float | None = None,
) -> Planned:
    """Which neighbouring layers run as one program so that least passes to and from the outermost memory.

    With the `objective` `energy` so that they take the least picojoules, with programs inside of their stages; a group
    may then be the part `gap` (2 %) above its best loops. `gap` and `bound` of the result say how far it is proved.
    `room_bytes` is what of the boundary memory may be used, by default all of it; a program has up to `most_stages`
    layers, and executes at most `most_work` times the points that they have. The plan is the best of its space
    (docs/fusion.md). Raises WeftError W203 for a machine without such a memory, and what is wrong with the layers.
    """
    if room_bytes is not None and not room_bytes >= 1:
        raise ValueError(f"room_bytes is {room_bytes!r}; it must be at least 1")
    planner = _planner(machine_of(accelerator, overrides), most_stages, most_work, objective, gap)
    return planner.plan(network, room_of(planner.accelerator, room_bytes))


def _planner(machine: Accelerator, most_stages: int, most_work: float, objective: str, gap: float | None) -> Planner:
    for name, value in (("most_stages", most_stages), ("most_work", most_work)):
        if not value >= 1:
            raise ValueError(f"{name} is {value!r}; it must be at least 1")
    if objective not in MEASURES:
        raise ValueError(f"unknown objective {objective!r}; it is one of {', '.join(MEASURES)}")
    if gap is not None and objective == TRAFFIC:
        raise ValueError("plans by traffic are exact: leave out the gap")
    if gap is not None and not 0 <= gap < inf:
        raise ValueError(f"the gap is {gap!r}; it must be a finite number from 0 on")
    return Planner(machine, most_stages, most_work, objective, GAP if gap is None else gap)


@checked
def fusion_curve(
    network: Network,
    accelerator: str | Path | Accelerator = DEFAULT_ACCELERATOR,
    overrides: Sequence[str] = (),
    *,
    most_stages: int = MOST_STAGES,
    most_work: float = inf,
    objective: str = TRAFFIC,
    gap: float | None = None,
) -> tuple[tuple[int | None, Planned], ...]:
    """The least traffic, or energy, against the room: plans for rooms of 2^n bytes, each with its bytes (None: any).

    From the first in which every layer fits up to what the boundary memory has; without a limit until no plan gains any
    more. The rest is as for `plan_fusion`.
    """
    planner = _planner(machine_of(accelerator, overrides), most_stages, most_work, objective, gap)
    curve = planner.curve(network, room_of(planner.accelerator))
    return tuple((None if room is None else room // 8, planned) for room, planned in curve)


@checked
def verify_fused(cost: FusedCost, *, limit: int = VERIFY_LIMIT) -> tuple[Diagnostic, ...]:
    """Compare a cost with both oracles: an error W301 for every difference, a warning W302 when it is too large.

    `limit` bounds the points that all stages execute together.
    """
    from .backends.exact.fused import exact_fused, exact_fused_counts
    from .backends.simulate.fused import simulate_fused

    points, span = sum(stage.counts.points for stage in cost.stages), cost.schedule.program.span
    if points > limit:
        message = f"not verified: {points} executed points, the oracles take up to {limit}"
        return (Diagnostic("W302", message, Severity.WARNING, span, hint="raise the limit with --verify-limit"),)
    run = simulate_fused(cost.schedule)
    found: dict[str, tuple[object, object]] = {
        "simulate: result": (run.matches_numpy, True),
        "simulate: stepwise cycles": (run.cycles_stepwise, cost.cycles_stepwise),
    }
    exact = exact_fused_counts(cost.schedule, exact_fused(cost.schedule))
    for stage, played, counted in zip(cost.stages, run.counts, exact, strict=True):
        found[f"simulate: {stage.name}"] = played, stage.counts
        found[f"exact: {stage.name}"] = counted, stage.counts
    return tuple(
        Diagnostic("W301", f"{what} is {oracle}, cost says {ours}", span=span)
        for what, (oracle, ours) in found.items()
        if oracle != ours
    )
