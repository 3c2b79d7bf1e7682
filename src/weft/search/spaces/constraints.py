"""Constraints of users, as texts, on a space of programs.

| text | leaves |
|---|---|
| `K: 16..64`, `K: 1, 2, 4`, `K: 8..` | chunks of K of these sizes, at every level that maps it |
| `K@L1: 32` | programs in which L1 holds chunks of 32 of K |
| `K@0: ..64` | chunks of these sizes in level 0 |
| `steps K@1: 4`, `steps K@1: ..16` | so many steps of K in level 1; behind the last level, what an element does alone |
| `order: C outside K`, `order@L2: N, K, C` | orders in which the maps stand like this, from the outside in |
| `spatial: K, C`, `spatial@1: K` | these dimensions spread over the units |
| `units@1: 8, 16`, `shape: 16x16, 8x32` | these numbers of units: of a level, of the levels that spread |
| `hold L2: input, output`, `keep L2: input`, `bypass L1: filter` | placements: exactly these, at least these, none |
| `split: perfect`, `split: even`, `split: any` | chunks that divide the chunk above, that split it evenly, or any |

A level is given by its number or by the memory below it; with a memory, all levels between it and the one above count.
A side of an array is one level, whichever dimensions share it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import product
from math import prod

from ...ir import Findings
from .boundaries import memory_boundaries
from .chain_sets import SPLITS
from .constraint_text import ConstraintText, Word, number_of, read_constraint
from .even import Parts, both
from .point import LevelSpace, Sizes
from .sides import groups_of
from .space import MapSpace


def constrain(space: MapSpace, texts: Iterable[str]) -> MapSpace:
    """The space with all constraints; WeftError with every finding if some cannot be meant.

    Constraints of which each leaves something, but not all together, give a space without points.
    """
    findings, numbered = Findings(), list(enumerate(texts, 1))
    for number, text in numbered:
        _constrained(space, text, number, findings)
    findings.raise_errors()
    for number, text in numbered:
        space = _constrained(space, text, number, Findings())
    return space


def _constrained(space: MapSpace, text: str, number: int, findings: Findings) -> MapSpace:
    parts = read_constraint(text, number, findings)
    if parts is None:
        return space
    key = parts.key.text
    form = _FORMS.get(key)
    if form is None and key not in space.workload.extents:
        kind = "constraint or dimension" if parts.subject is None else "constraint"
        known = [*space.workload.extents, *_FORMS] if parts.subject is None else list(_WITH_SUBJECT)
        parts.unknown(kind, parts.key, known)
        return space
    if parts.subject is not None and key not in _WITH_SUBJECT:
        parts.report("W001", f"unexpected '{parts.subject.text}': '{key}' is followed by ':' or '@'", parts.subject)
        return space
    if parts.where is not None and key in _WITHOUT_LEVEL:
        parts.report("W001", f"'{key}' concerns no single level", parts.where)
        return space
    return (form or _sizes)(space, parts)


def _sizes(space: MapSpace, parts: ConstraintText) -> MapSpace:
    name = parts.key.text
    sizes = parts.numbers(space.workload.extents[name])
    if sizes is None:
        return space
    where = parts.where
    if where is None or where.text.isdecimal():
        levels = _levels(space, parts)
        if where is not None and levels and not _maps(space.levels[levels[0]], name):
            parts.report("W701", f"level {where.text} has no map of {name}", where)
        return _at(space, levels, lambda level: _with_sizes(level, name, sizes))
    boundary = _boundary(space, parts, where)
    return space if boundary is None else replace(space, chunks=(*space.chunks, (boundary, name, sizes)))


def _steps(space: MapSpace, parts: ConstraintText) -> MapSpace:
    name, where, groups = parts.subject, parts.where, groups_of(space.levels)
    if name is None or where is None or not where.text.isdecimal():
        parts.report("W001", "steps are those of a dimension in one level", parts.key, "write 'steps K@1: ..16'")
        return space
    if name.text not in space.workload.extents:
        parts.unknown("dimension", name, space.workload.extents)
        return space
    extent, level = space.workload.extents[name.text], number_of(where.text)
    numbers = parts.numbers(extent)
    if level > len(groups):
        message = f"there is no level {where.text}; the levels are 0 to {len(groups) - 1}, and {len(groups)} an element"
        parts.report("W701", message, where)
    elif numbers is None:
        return space
    elif level == len(groups):
        return replace(space, alone=(*space.alone, (name.text, numbers)))
    elif numbers[-1] - numbers[0] >= len(numbers):
        parts.report("W001", "steps are a number or one range", parts.value, "write 4, or 2..8")
    elif not any(_maps(space.levels[n], name.text) for n in groups[level]) and numbers[0] > 1:
        parts.report("W701", f"level {level} has no map of {name.text}", where)
    else:
        asked = numbers[0] - 1, numbers[-1]
        return _at(space, groups[level], lambda found: _with_steps(found, name.text, asked))
    return space


def _with_steps(level: LevelSpace, name: str, asked: Parts) -> LevelSpace:
    return replace(level, steps=tuple({**dict(level.steps), name: both(level.asked_steps(name), asked)}.items()))


def _order(space: MapSpace, parts: ConstraintText) -> MapSpace:
    groups = _groups(parts.words())
    known = space.workload.extents
    for word in (word for group in groups for word in group if word.text not in known):
        parts.unknown("dimension", word, known)
    if len(groups) < 2 or not all(groups):
        parts.report("W001", "expected an order of dimensions", parts.value, "write 'C outside K', or 'N, K, C'")
    earlier: dict[str, None] = {}
    outside: list[tuple[str, str]] = []
    for group in groups:
        for word in group:
            if word.text in earlier:
                parts.report("W701", f"{word.text} cannot stand outside of itself", word)
        names = list(dict.fromkeys(word.text for word in group if word.text in known and word.text not in earlier))
        outside += product(earlier, names)
        earlier |= dict.fromkeys(names)
    return _at(space, _levels(space, parts), lambda level: replace(level, outside=(*level.outside, *outside)))


def _groups(words: list[Word]) -> list[list[Word]]:
    """The dimensions between the words `outside`, or each by itself if there are none."""
    if not any(word.text == "outside" for word in words):
        return [[word] for word in words]
    groups: list[list[Word]] = [[]]
    for word in words:
        if word.text == "outside":
            groups.append([])
        else:
            groups[-1].append(word)
    return groups


def _spatial(space: MapSpace, parts: ConstraintText) -> MapSpace:
    names = parts.names("dimension", space.workload.extents)
    if not names:
        if names is not None:
            parts.report("W001", "expected dimensions to spread", parts.value)
        return space
    levels = [n for n in _levels(space, parts) if parts.where or space.levels[n].spatial != (None,)]
    for number in levels:
        able = [name for name in space.levels[number].spatial if name]
        if not set(able) & set(names):
            listed = ", ".join(able) or "nothing"
            message = f"level {number} cannot spread {' or '.join(names)}; it can spread {listed}"
            parts.report("W701", message, parts.value)
    return _at(space, levels, lambda level: replace(level, spatial=tuple(d for d in level.spatial if d in names)))


def _units(space: MapSpace, parts: ConstraintText) -> MapSpace:
    if parts.where is None:
        parts.report("W001", "units are those of a level", parts.key, "write 'units@1: 8, 16', or 'shape: 16x16'")
        return space
    levels, units = _levels(space, parts), parts.numbers(space.accelerator.pes)
    if units is None:
        return space
    groups = [group for group in groups_of(space.levels) if group[0] in levels]
    known = sorted({prod(shape[n] for n in group) for shape in space.wired.values() for group in groups})
    what = f"no {parts.value.text} units there; there are {', '.join(map(str, known))}"
    return _shapes(
        space, parts, lambda shape: all(prod(space.wired[shape][n] for n in group) in units for group in groups), what
    )


def _shape(space: MapSpace, parts: ConstraintText) -> MapSpace:
    spread = [n for n, level in enumerate(space.levels) if level.spatial != (None,)]
    asked = [_asked_shape(word, len(spread), space.is_sided, parts) for word in parts.words()]
    if not asked:
        parts.report("W001", "expected shapes such as 16x16", parts.value)
    if not asked or None in asked:
        return space
    # Which levels have one unit says nothing where sides are made up of levels.
    shown = {shape: _telling([units[n] for n in spread], space.is_sided) for shape, units in space.wired.items()}
    known = ["x".join(map(str, units)) or "1" for units in dict.fromkeys(shown.values())]
    what = f"no shape {parts.value.text}; there are {', '.join(known[:12])}{', …' if len(known) > 12 else ''}"
    return _shapes(space, parts, lambda shape: shown[shape] in asked, what)


def _telling(units: Sequence[int], sided: bool) -> Sizes:
    return tuple(number for number in units if number > 1 or not sided)


def _asked_shape(word: Word, count: int, sided: bool, parts: ConstraintText) -> Sizes | None:
    """The units of a text such as `16x16`; None with a finding."""
    numbers = word.text.lower().split("x")
    if not all(number.isdecimal() for number in numbers):
        parts.report("W001", f"'{word.text}' is no shape", word, "write 16x16")
    elif len(numbers) != count and not (sided and len(numbers) < count):
        most = "up to " * sided
        parts.report("W701", f"'{word.text}' has {len(numbers)} numbers, but {most}{count} levels spread work", word)
    else:
        return _telling([number_of(number) for number in numbers], sided)
    return None


def _shapes(space: MapSpace, parts: ConstraintText, keep: Callable[[Sizes], bool], otherwise: str) -> MapSpace:
    kept = tuple(shape for shape in space.shapes if keep(shape))
    if not kept:
        parts.report("W701", otherwise, parts.value)
    return replace(space, shapes=kept)


def _hold(space: MapSpace, parts: ConstraintText) -> MapSpace:
    names = parts.names("tensor", [tensor.name for tensor in space.workload.tensors])
    return space if names is None else _placements(space, parts, lambda held: set(held) == set(names))


def _keep(space: MapSpace, parts: ConstraintText) -> MapSpace:
    names = parts.names("tensor", [tensor.name for tensor in space.workload.tensors])
    return space if names is None else _placements(space, parts, lambda held: set(held) >= set(names))


def _bypass(space: MapSpace, parts: ConstraintText) -> MapSpace:
    names = parts.names("tensor", [tensor.name for tensor in space.workload.tensors])
    return space if names is None else _placements(space, parts, lambda held: not set(held) & set(names))


def _placements(space: MapSpace, parts: ConstraintText, keep: Callable[[tuple[str, ...]], bool]) -> MapSpace:
    memory, names = parts.subject, [name for name, _ in space.holds]
    if memory is None:
        hint = f"write '{parts.key.text} {names[-1]}: …'" if names else ""
        parts.report("W001", f"'{parts.key.text}' needs a memory", parts.key, hint)
        return space
    if memory.text not in names:
        if memory.text == space.accelerator.memories[0].name:
            parts.report("W701", f"{memory.text} is the outermost memory and holds every tensor", memory)
        else:
            parts.unknown("memory", memory, names)
        return space
    sets = dict(space.holds)
    kept = tuple(held for held in sets[memory.text] if keep(held))
    if not kept:
        able = max(sets[memory.text], key=len, default=())
        message = f"{memory.text} cannot do so; it can hold {', '.join(able) or 'nothing'}"
        parts.report("W701", message, parts.value if parts.value.text else memory)
    sets[memory.text] = kept
    return replace(space, holds=tuple(sets.items()))


def _split(space: MapSpace, parts: ConstraintText) -> MapSpace:
    if parts.value.text not in SPLITS:
        parts.unknown("split", parts.value, list(SPLITS))
        return space
    return replace(space, split=parts.value.text)


_FORMS: dict[str, Callable[[MapSpace, ConstraintText], MapSpace]] = {
    "steps": _steps,
    "order": _order,
    "spatial": _spatial,
    "units": _units,
    "shape": _shape,
    "hold": _hold,
    "keep": _keep,
    "bypass": _bypass,
    "split": _split,
}
_WITH_SUBJECT = ("steps", "hold", "keep", "bypass")
_WITHOUT_LEVEL = ("shape", "split", "hold", "keep", "bypass")


def _levels(space: MapSpace, parts: ConstraintText) -> list[int]:
    """The levels that a constraint concerns: all, one by number, or those right above a memory; none with a finding."""
    where = parts.where
    if where is None:
        return list(range(len(space.levels)))
    if where.text.isdecimal():
        groups = groups_of(space.levels)
        if number_of(where.text) < len(groups):
            return list(groups[number_of(where.text)])
        parts.report("W701", f"there is no level {where.text}; the levels are 0 to {len(groups) - 1}", where)
        return []
    boundary = _boundary(space, parts, where)
    if boundary is None:
        return []
    above = max(other for other in memory_boundaries(space).values() if other is not None and other < boundary)
    return list(range(above, boundary))


def _boundary(space: MapSpace, parts: ConstraintText, where: Word) -> int | None:
    """The boundary at which a memory stands; None with a finding."""
    known = memory_boundaries(space)
    if where.text not in known:
        parts.unknown("memory or level", where, [*known, *map(str, range(len(groups_of(space.levels))))])
        return None
    boundary = known[where.text]
    if boundary is None:
        parts.report("W701", f"where {where.text} stands depends on the units; give the level by its number", where)
    elif boundary == 0:
        parts.report("W701", f"no level lies above {where.text}", where)
    return boundary or None


def _maps(level: LevelSpace, name: str) -> bool:
    return name in level.temporal or name in level.spatial


def _at(space: MapSpace, levels: Iterable[int], change: Callable[[LevelSpace], LevelSpace]) -> MapSpace:
    chosen = set(levels)
    return replace(space, levels=tuple(change(x) if n in chosen else x for n, x in enumerate(space.levels)))


def _with_sizes(level: LevelSpace, name: str, sizes: Sizes) -> LevelSpace:
    known, wanted = dict(level.sizes), set(sizes)
    allowed = tuple(size for size in known.get(name, sizes) if size in wanted)
    return replace(level, sizes=tuple((known | {name: allowed}).items()))
