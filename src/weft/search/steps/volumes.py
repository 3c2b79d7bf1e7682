"""Elements that move in one step of a level under one parent unit (A19): what `backends/cost/step_volumes` says."""

from __future__ import annotations

from ...analysis.chains import Ints
from ..compiled import inner
from ..structure.flat import Flat, cell, item
from .layout import LEVELS, MULTICAST, REDUCTION, STREAMED, TENSORS, S
from .moves import HELD, HELD_BEFORE, HOLDERS, KEPT, LENGTH, LENGTHS, LONGEST, UNITS, held, kept, run_size, unit_chunk
from .windows import one_window, window
from .work import Work


@inner
def fetched(p: Flat, ws: Work, level: int, state: Ints, fresh: bool, counts: Ints) -> None:
    """What enters the units of a step, per tensor; `fresh` if no sum was begun before it."""
    output = item(p, S.shape, TENSORS) - 1
    for tensor in range(output):
        shared = cell(p, S.network, level, MULTICAST) > 0
        if cell(p, S.tensors, level, STREAMED) >> tensor & 1:
            counts[tensor] = _operands(p, ws, level, tensor, state, shared)
        else:
            counts[tensor] = _new(p, ws, level, tensor, state, shared)
    shared = cell(p, S.network, level, REDUCTION) > 0
    if cell(p, S.tensors, level, STREAMED) >> output & 1:
        entries, begun = _operands(p, ws, level, output, state, shared), 0
        if fresh:
            begun = _need(p, ws, level, output, state, True)
    else:
        entries, begun = _new(p, ws, level, output, state, shared), 0
        if fresh:
            begun = entries if shared else _new(p, ws, level, output, state, True)
    counts[output] = entries - begun


@inner
def drained(p: Flat, ws: Work, level: int, state: Ints) -> int:
    """Output elements that leave the units in a step."""
    output, shared = item(p, S.shape, TENSORS) - 1, cell(p, S.network, level, REDUCTION) > 0
    if cell(p, S.tensors, level, STREAMED) >> output & 1:
        return _operands(p, ws, level, output, state, shared)
    total = 1
    for d in range(state.size):
        slot = ws.slots[level, d, state[d]]
        if item(p, S.moving, output) >> d & 1:
            total *= slot[HELD_BEFORE]
        else:
            total *= min(slot[HOLDERS], 1) if shared else slot[HOLDERS]
    return total - _keep(p, ws, level, output, state, shared) if total else 0


@inner
def _new(p: Flat, ws: Work, level: int, tensor: int, state: Ints, shared: bool) -> int:
    return _need(p, ws, level, tensor, state, shared) - _keep(p, ws, level, tensor, state, shared)


@inner
def _need(p: Flat, ws: Work, level: int, tensor: int, state: Ints, shared: bool) -> int:
    """What the units below one parent need of a tensor."""
    total = 1
    for number in range(item(p, S.factor_start, tensor), item(p, S.factor_start, tensor + 1)):
        d, axis = cell(p, S.factors, number, 0), cell(p, S.factors, number, 1)
        if d >= 0:
            total *= ws.slots[level, d, state[d], LENGTHS]
        else:
            total *= window(p, ws, level, axis, state[cell(p, S.axes, axis, 0)], state[cell(p, S.axes, axis, 2)])[0]
    if not shared:
        for d in range(state.size):
            if not item(p, S.moving, tensor) >> d & 1:
                total *= ws.slots[level, d, state[d], UNITS]
    return total


@inner
def _keep(p: Flat, ws: Work, level: int, tensor: int, state: Ints, shared: bool) -> int:
    """What of it needs no transfer."""
    total = 1
    for d in range(state.size):
        if not item(p, S.moving, tensor) >> d & 1:
            slot = ws.slots[level, d, state[d]]
            total *= (1 if slot[HOLDERS] == slot[UNITS] else 0) if shared else slot[HOLDERS]
    for number in range(item(p, S.factor_start, tensor), item(p, S.factor_start, tensor + 1)):
        if total == 0:
            return 0
        d, axis = cell(p, S.factors, number, 0), cell(p, S.factors, number, 1)
        if d >= 0:
            total *= ws.slots[level, d, state[d], KEPT]
        else:
            total *= window(p, ws, level, axis, state[cell(p, S.axes, axis, 0)], state[cell(p, S.axes, axis, 2)])[1]
    return total


@inner
def _operands(p: Flat, ws: Work, level: int, tensor: int, state: Ints, shared: bool) -> int:
    """Operands of one step when the network brings each (A15).

    At most one dimension of a level is spread, so units that share an axis never want one element of it at a time.
    """
    total = 1
    for number in range(item(p, S.factor_start, tensor), item(p, S.factor_start, tensor + 1)):
        d, axis = cell(p, S.factors, number, 0), cell(p, S.factors, number, 1)
        if d >= 0:
            total *= ws.slots[level, d, state[d], LENGTHS]
        else:
            y, r = cell(p, S.axes, axis, 0), cell(p, S.axes, axis, 2)
            total *= ws.slots[level, y, state[y], LENGTHS] * ws.slots[level, r, state[r], LENGTHS]
    for d in range(state.size):
        if not item(p, S.moving, tensor) >> d & 1:
            total *= ws.slots[level, d, state[d], LONGEST if shared else LENGTHS]
    return total


@inner
def entering(p: Flat, ws: Work, level: int, tensor: int, state: Ints, unit: int) -> int:
    """Elements of a tensor that are new to one unit in a step."""
    need, keep = 1, 1
    for d in range(state.size):
        if not item(p, S.moving, tensor) >> d & 1 and chunk_of(p, ws, level, d, state[d], unit)[HELD] == 0:
            keep = 0
    for number in range(item(p, S.factor_start, tensor), item(p, S.factor_start, tensor + 1)):
        d, axis = cell(p, S.factors, number, 0), cell(p, S.factors, number, 1)
        if d >= 0:
            chunk = chunk_of(p, ws, level, d, state[d], unit)
            need, keep = need * chunk[LENGTH], keep * kept(chunk)
        else:
            y, r = cell(p, S.axes, axis, 0), cell(p, S.axes, axis, 2)
            found = one_window(
                p, ws, axis, chunk_of(p, ws, level, y, state[y], unit), chunk_of(p, ws, level, r, state[r], unit)
            )
            need, keep = need * found[0], keep * found[1]
    return need - keep


@inner
def leaving(p: Flat, ws: Work, level: int, state: Ints, unit: int) -> int:
    """Output elements that one unit gives up in a step."""
    output = item(p, S.shape, TENSORS) - 1
    before = keep = 1
    for d in range(state.size):
        chunk = chunk_of(p, ws, level, d, state[d], unit)
        moves = item(p, S.moving, output) >> d & 1
        before *= held(chunk) if moves else min(chunk[HELD], 1)
        keep *= kept(chunk) if moves else min(chunk[HELD], 1)
    return before - keep


@inner
def chunk_of(p: Flat, ws: Work, level: int, d: int, slot: int, unit: int) -> Ints:
    """The chunk of a unit at work; all units have the same one of a dimension that is not spread."""
    own = unit if item(p, S.spread, level) == d else 0
    return unit_chunk(ws.slots[level, d, slot], own, run_size(item(p, S.shape, LEVELS)))
