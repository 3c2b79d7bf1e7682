"""A program as a picture: levels, units and memories in boxes, beside the directives and the loop nest, with links."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Protocol

from ...ir import Dataflow, Directive, Loop, LoopNest, NestLoop, Schedule
from ...ir.extras import need
from ..cost.formulas import Formula, chunk_symbol, symbols_of
from .figure import Drawing, Row
from .panels import Frame, Line, Panel, links_text, side_by_side
from .vega import INSTALL
from .words import counted

ARITHMETIC = "MAC"
"""What the innermost memories feed, as counts name it."""


class Explained(Protocol):
    """A count between two memories, or a memory and the arithmetic, with its formula."""

    @property
    def parent(self) -> str:
        """The memory above."""
        ...

    @property
    def child(self) -> str:
        """The memory below, or the arithmetic."""
        ...

    @property
    def tensor(self) -> str:
        """What moves."""
        ...

    @property
    def count(self) -> str:
        """How it moves."""
        ...

    @property
    def formula(self) -> Formula:
        """How much of it."""
        ...


@dataclass(frozen=True)
class _Told:
    """A formula, or a move of one (then without moves), as text with the links that lead to it."""

    text: str
    links: tuple[str, ...]
    moves: tuple[_Told, ...] = ()
    meaning: str = ""


def program(
    schedule: Schedule, nest: LoopNest, stems: dict[str, str], counts: Sequence[Explained], machine: str
) -> Drawing:
    """The program of a schedule with its loop nest and the formulas of its counts, on the machine of that name.

    `stems` are those of the nest's iterators, by dimension.
    As a page, what is hovered or focused is marked with all that belongs to it, and its formulas are shown.
    """
    mapping = schedule.mapping
    panels = [_boxes(schedule), Panel("Directives", _directives(schedule)), Panel("Loop nest", _nest(nest, stems))]
    told = [_told(count, schedule) for count in counts]
    title = f"Program of {mapping.name or 'layer'} on {machine}"
    loops = counted(sum(len(level.loops) for level in schedule.levels), "loop")
    levels, pes = counted(len(schedule.levels), "level"), counted(schedule.pes_used, "unit")
    memories = ", then ".join(f"{site.memory.name} ×{site.instances:,}" for site in schedule.sites)
    described = f"{title}: {levels} with {loops}, {pes} in all; memories, from the outermost: {memories}."
    return Drawing(
        "program",
        title,
        described,
        [*_rows(panels), *_formula_rows(told)],
        lambda theme: side_by_side(panels, title, described, theme),
        lambda: _markup(panels, told),
    )


def _loop_link(dimension: str, level: int) -> str:
    return f"{dimension} in level {level}"


def _level_link(level: int) -> str:
    return f"level {level}"


def _memory_link(name: str) -> str:
    return f"memory {name}"


def _held_link(tensor: str, memory: str) -> str:
    return f"{tensor} in {memory}"


def _chunk_link(dimension: str) -> str:
    return f"chunk of {dimension}"


def _boxes(schedule: Schedule) -> Panel:
    """Memories and levels from the outermost, each level around what its units have."""
    lines: list[Line] = []
    frames: list[Frame] = []
    opened: list[tuple[int, int, str]] = []
    depth = 0
    for number, level in enumerate(schedule.levels):
        _memories(schedule, number, depth, lines, frames)
        opened.append((len(lines), depth, "level"))
        lines.append(Line(f"level {number}", (_level_link(number),), depth, f"level {number}, {_units(level.units)}"))
        lines += [_loop_line(schedule, number, loop, depth + 1) for loop in level.loops]
        opened.append((len(lines), depth + 1, "unit"))
        text = f"each of {_units(level.units)}"
        lines.append(Line(text, (_level_link(number),), depth + 1, squares=level.units))
        depth += 2
    _memories(schedule, len(schedule.levels), depth, lines, frames)
    chunk = schedule.longest_chunks[-1]
    lines.append(Line(f"{ARITHMETIC}: {_sizes(chunk, chunk)} in a step", (_memory_link(ARITHMETIC),), depth))
    frames = [Frame(first, len(lines) - 1, depth, kind) for first, depth, kind in opened] + frames
    return Panel("Memories and units", lines, frames)


def _units(count: int) -> str:
    return counted(count, "unit")


def _memories(schedule: Schedule, boundary: int, depth: int, lines: list[Line], frames: list[Frame]) -> None:
    """The memories at a boundary, with the chunk of every tensor that they hold."""
    workload, chunk = schedule.mapping.workload, schedule.longest_chunks[boundary]
    for site in schedule.sites:
        if site.boundary != boundary:
            continue
        memory, first = site.memory.name, len(lines)
        copies = f"{memory} ×{site.instances:,}"
        held = [_held_link(name, memory) for name in site.tensors]
        lines.append(Line(copies, (_memory_link(memory), *held), depth, f"memory {copies}", "memory"))
        for name, link in zip(site.tensors, held, strict=True):
            text = f"{name}: {_sizes(chunk, workload.tensor(name).dimensions)}"
            lines.append(Line(text, (link,), depth + 1, f"{memory} holds of {text}"))
        if not site.tensors:
            lines.append(Line("holds nothing", (_memory_link(memory),), depth + 1))
        frames.append(Frame(first, len(lines) - 1, depth, "memory"))


def _sizes(chunk: dict[str, int], dimensions: Container[str]) -> str:
    """The lengths of a chunk along some dimensions, without those of 1."""
    long = [f"{name} {length:,}" for name, length in chunk.items() if name in dimensions and length > 1]
    return ", ".join(long) or "one element"


def _loop_line(schedule: Schedule, number: int, loop: Loop, depth: int) -> Line:
    """A loop in words: its steps, and how it is spread."""
    pieces = -(-schedule.longest_chunks[number][loop.dimension] // loop.size)
    if loop.spatial:
        units = schedule.levels[number].units
        folds = counted(-(-pieces // units), "step")
        text = f"{loop.dimension}: chunks of {loop.size:,}, {min(pieces, units):,} at once, {folds}"
    else:
        text = f"{loop.dimension}: chunks of {loop.size:,}, one by one, {counted(pieces, 'step')}"
    mark = "space" if loop.spatial else "time"
    return Line(text, (_loop_link(loop.dimension, number),), depth, f"{text}, in level {number}", mark)


def _directives(schedule: Schedule) -> list[Line]:
    """The program as it was written."""
    dataflow, found = schedule.mapping.dataflow, list[Line]()
    for number, level in enumerate(dataflow.levels):
        if number:
            cluster = dataflow.clusters[number - 1]
            links = (_level_link(number), *([_memory_link(cluster.memory)] if cluster.memory else []))
            about = f"{cluster} level {number} has {_units(schedule.levels[number].units)}"
            found.append(Line(str(cluster), links, about=about))
        found += [_directive(schedule, dataflow, number, item) for item in level]
    found += [Line(str(item), (_memory_link(item.memory),)) for item in dataflow.placements]
    return found or [Line("none: all in one step")]


def _directive(schedule: Schedule, dataflow: Dataflow, number: int, directive: Directive) -> Line:
    """A directive with the loop that it became."""
    same = len(dataflow.levels) == len(schedule.levels)
    links = tuple(
        _loop_link(loop.dimension, level)
        for level, item in enumerate(schedule.levels)
        for loop in item.loops
        if loop.source == directive and (level == number or not same)
    )
    mark = "space" if directive.spatial else "time"
    if links:
        return Line(str(directive), links, 1, f"{directive} {links[0]}", mark)
    return Line(f"{directive}  one step", (), 1, mark=mark)


def _nest(nest: LoopNest, stems: dict[str, str]) -> list[Line]:
    """The loop nest, line by line, without the head of its function."""
    loops, statement = next(nest.statements())
    names = {stem: dimension for dimension, stem in stems.items()}
    found = [Line(f"{'  ' * depth}{loop.header}", _links(loop, names)) for depth, loop in enumerate(loops)]
    return [*found, Line(f"{'  ' * len(loops)}{statement}", (_memory_link(ARITHMETIC),))]


def _links(loop: NestLoop, names: dict[str, str]) -> tuple[str, ...]:
    """What a loop stands for: `k` takes the points of a chunk, `k_0` and `k_0f` are a loop of level 0."""
    if loop.iterator in names:
        return (_chunk_link(names[loop.iterator]),)
    stem, _, level = loop.iterator.removesuffix("f").rpartition("_")
    return (_loop_link(names[stem], int(level)) if stem in names else _level_link(int(level)),)


def _told(count: Explained, schedule: Schedule) -> _Told:
    """A formula as `weft explain` prints it."""
    formula = count.formula
    moves = []
    for move in formula.moves:
        used = {str(symbol) for symbol in move.expression.free_symbols}
        text = f"{move.name}: {move.expression} = {move.elements:,}"
        moves.append(_Told(text, tuple(_used(schedule, used, move.loop))))
    title = f"{count.count} of {count.tensor}, {count.parent} to {count.child} = {formula.elements:,}"
    meaning = "with " + "; ".join(f"{name} = {value:,} ({what})" for name, value, what in formula.values)
    ends = (count.parent, count.child)
    links = (*map(_memory_link, ends), *(_held_link(count.tensor, memory) for memory in ends))
    return _Told(title, links, tuple(moves), meaning)


def _used(schedule: Schedule, symbols: set[str], moves: tuple[str, int] | None) -> Iterator[str]:
    """The loops, levels and chunks that a term depends on."""
    for number, level in enumerate(schedule.levels):
        own = [loop for loop in level.loops if symbols & symbols_of(loop.dimension, number)]
        yield from (_loop_link(loop.dimension, number) for loop in own if (loop.dimension, number) != moves)
        if any(loop.spatial for loop in own):
            yield _level_link(number)
    if moves:
        yield _loop_link(*moves)
    yield from (_chunk_link(name) for name in schedule.mapping.workload.extents if chunk_symbol(name) in symbols)


def _rows(panels: Sequence[Panel]) -> Iterator[Row]:
    for panel in panels:
        for number, line in enumerate(panel.lines):
            yield {"part": panel.title, "line": number, "text": line.text.strip(), "links": "; ".join(line.links)}


def _formula_rows(told: Sequence[_Told]) -> Iterator[Row]:
    for number, formula in enumerate(told):
        for item in (formula, *formula.moves):
            yield {"part": "Formulas", "line": number, "text": item.text, "links": "; ".join(item.links)}


def _markup(panels: Sequence[Panel], told: Sequence[_Told]) -> str:
    with need("jinja2", "a page needs Jinja2", INSTALL):
        from jinja2 import Environment, StrictUndefined
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["links"] = links_text
    template = environment.from_string(files(__package__).joinpath("linked.html").read_text("utf-8"))
    return template.render(panels=panels, formulas=told)
