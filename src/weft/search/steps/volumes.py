"""Elements that move in one step of a level under one parent unit (A19): what `backends/cost/step_volumes` says."""

from __future__ import annotations

from ..compiled import lean
from ..structure.flat import cell, item
from .chunks import AT_WORK, HELD, HELD_BEFORE, HOLDERS, KEPT, LENGTH, LENGTHS, LONGEST, held, kept
from .layout import DIMENSIONS, MULTICAST, REDUCTION, STREAMED, TENSORS, S
from .states import BEGUN, OUT_COUNT, chunk_of, counts_of, level_of, slot_of
from .windows import one_window, window
from .work import Work


@lean
def find_counts(w: Work, state: int) -> None:
    """Find what enters and leaves the units of a step, and what would enter before any sum was begun."""
    level, output, counts = level_of(w, state), item(w, S.shape, TENSORS) - 1, counts_of(w, state)
    multicast, reduction = cell(w, S.network, level, MULTICAST) > 0, cell(w, S.network, level, REDUCTION) > 0
    streamed = cell(w, S.tensors, level, STREAMED)
    for tensor in range(output):
        if streamed >> tensor & 1:
            w.ints[counts + tensor] = _operands(w, state, tensor, multicast)
        else:
            w.ints[counts + tensor] = _need(w, state, tensor, multicast) - _keep(w, state, tensor, multicast)
    if streamed >> output & 1:
        w.ints[counts + output] = w.ints[state + OUT_COUNT] = _operands(w, state, output, reduction)
        w.ints[state + BEGUN] = _need(w, state, output, True)
        return
    stays = _keep(w, state, output, reduction)
    w.ints[counts + output] = w.ints[state + BEGUN] = _need(w, state, output, reduction) - stays
    if not reduction:
        w.ints[state + BEGUN] = _need(w, state, output, True) - _keep(w, state, output, True)
    before = _held_before(w, state, output, reduction)
    w.ints[state + OUT_COUNT] = before - stays if before else 0


@lean
def _held_before(w: Work, state: int, output: int, shared: bool) -> int:
    """Output elements that the units at work held before this step."""
    total = 1
    for d in range(item(w, S.shape, DIMENSIONS)):
        slot = slot_of(w, state, d)
        if item(w, S.moving, output) >> d & 1:
            total *= w.ints[slot + HELD_BEFORE]
        else:
            total *= min(w.ints[slot + HOLDERS], 1) if shared else w.ints[slot + HOLDERS]
    return total


@lean
def _need(w: Work, state: int, tensor: int, shared: bool) -> int:
    """What the units below one parent need of a tensor."""
    total = 1
    for number in range(item(w, S.factor_start, tensor), item(w, S.factor_start, tensor + 1)):
        d, axis = cell(w, S.factors, number, 0), cell(w, S.factors, number, 1)
        total *= w.ints[slot_of(w, state, d) + LENGTHS] if d >= 0 else window(w, state, axis)[0]
    if not shared:
        for d in range(item(w, S.shape, DIMENSIONS)):
            if not item(w, S.moving, tensor) >> d & 1:
                total *= w.ints[slot_of(w, state, d) + AT_WORK]
    return total


@lean
def _keep(w: Work, state: int, tensor: int, shared: bool) -> int:
    """What of it needs no transfer."""
    total = 1
    for d in range(item(w, S.shape, DIMENSIONS)):
        if not item(w, S.moving, tensor) >> d & 1:
            slot = slot_of(w, state, d)
            total *= (
                (1 if w.ints[slot + HOLDERS] == w.ints[slot + AT_WORK] else 0) if shared else w.ints[slot + HOLDERS]
            )
    for number in range(item(w, S.factor_start, tensor), item(w, S.factor_start, tensor + 1)):
        if total:
            d, axis = cell(w, S.factors, number, 0), cell(w, S.factors, number, 1)
            total *= w.ints[slot_of(w, state, d) + KEPT] if d >= 0 else window(w, state, axis)[1]
    return total


@lean
def _operands(w: Work, state: int, tensor: int, shared: bool) -> int:
    """Operands of one step when the network brings each (A15).

    At most one dimension of a level is spread, so units that share an axis never want one element of it at a time.
    """
    total = 1
    for number in range(item(w, S.factor_start, tensor), item(w, S.factor_start, tensor + 1)):
        d, axis = cell(w, S.factors, number, 0), cell(w, S.factors, number, 1)
        if d >= 0:
            total *= w.ints[slot_of(w, state, d) + LENGTHS]
        else:
            y, r = cell(w, S.axes, axis, 0), cell(w, S.axes, axis, 2)
            total *= w.ints[slot_of(w, state, y) + LENGTHS] * w.ints[slot_of(w, state, r) + LENGTHS]
    for d in range(item(w, S.shape, DIMENSIONS)):
        if not item(w, S.moving, tensor) >> d & 1:
            total *= w.ints[slot_of(w, state, d) + (LONGEST if shared else LENGTHS)]
    return total


@lean
def entering(w: Work, state: int, tensor: int, run: int) -> int:
    """Elements of a tensor that are new to one unit of a run."""
    need, keep = 1, 1
    for d in range(item(w, S.shape, DIMENSIONS)):
        if not item(w, S.moving, tensor) >> d & 1 and w.ints[chunk_of(w, state, d, run) + HELD] == 0:
            keep = 0
    for number in range(item(w, S.factor_start, tensor), item(w, S.factor_start, tensor + 1)):
        d, axis = cell(w, S.factors, number, 0), cell(w, S.factors, number, 1)
        if d >= 0:
            chunk = chunk_of(w, state, d, run)
            need, keep = need * w.ints[chunk + LENGTH], keep * kept(w, chunk)
        else:
            y, r = cell(w, S.axes, axis, 0), cell(w, S.axes, axis, 2)
            found = one_window(w, axis, chunk_of(w, state, y, run), chunk_of(w, state, r, run))
            need, keep = need * found[0], keep * found[1]
    return need - keep


@lean
def leaving(w: Work, state: int, run: int) -> int:
    """Output elements that one unit of a run gives up."""
    output = item(w, S.shape, TENSORS) - 1
    before = keep = 1
    for d in range(item(w, S.shape, DIMENSIONS)):
        chunk = chunk_of(w, state, d, run)
        moves = item(w, S.moving, output) >> d & 1
        before *= held(w, chunk) if moves else min(w.ints[chunk + HELD], 1)
        keep *= kept(w, chunk) if moves else min(w.ints[chunk + HELD], 1)
    return before - keep
