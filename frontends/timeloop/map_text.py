"""The map that Timeloop prints: `Buffer [ Weights:3 (3) ]`, `for P in [0:16) (Spatial-X)`, `<< Compute >>`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import prod

from ...ir import Severity, Span, Tensor, Workload
from ...ir.nearest import SHORT, did_you_mean
from ...ir.numerals import integer
from ..text import Lines
from .items import Notes
from .structure import Machine, Part, Place, Steps, Storage

_TOKEN = re.compile(
    r"(?P<header>(?P<name>[A-Za-z_]\w*)\s*\[(?P<sizes>[^\[\]\n]*?)\])"
    r"|for\s+(?P<loop>[A-Za-z_]\w*)\s+in\s+\[\s*0\s*:\s*(?P<bound>\d+)\s*(?:,\s*(?P<last>\d+)\s*)?\)"
    r"(?P<axis>\s*\(\s*Spatial-[XY]\s*\))?"
    r"|(?P<compute><<\s*Compute\s*>>)"
    r"|(?P<blank>[\s|/]+|-{2,})"
)
_FAN = re.compile(r"inter_\w+_spatial")
_SIZE = re.compile(r"([A-Za-z_]\w*)\s*:\s*(\d+)\s*(?:\(\d+\))?")


@dataclass(frozen=True, slots=True)
class Block:
    """A place of a map: the data spaces that it keeps, with their sizes where they are printed, and its loops."""

    name: str
    sizes: dict[str, int | None]
    part: Part
    span: Span


def read_map_text(text: str, lines: Lines, notes: Notes) -> list[Block]:
    """The blocks of a printed map, outermost first."""
    blocks: list[Block] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        span = _span(text, lines, position, len(match[0]) if match else 1)
        if match is None:
            hint = "a map has lines such as 'Buffer [ Weights:3 (3) ]' and '| for P in [0:16) (Spatial-X)'"
            notes.refuse("this is not part of a printed map", span, hint, "W001")
            return blocks
        position = match.end()
        if match["header"]:
            sizes: dict[str, int | None] = {name: integer(size) for name, size in _SIZE.findall(match["sizes"])}
            if _SIZE.sub("", match["sizes"]).strip():
                notes.refuse(f"'{match['sizes'].strip()}' is no list of sizes", span, "", "W001")
            blocks.append(Block(match["name"], sizes, Part(), span))
        elif match["loop"]:
            _read_loop(match, blocks, span, notes)
    if not blocks:
        notes.refuse("the map has no memories", lines.span(1, 1), "", "W001")
    return blocks


def _read_loop(match: re.Match[str], blocks: list[Block], span: Span, notes: Notes) -> None:
    if not blocks:
        notes.refuse("a loop before the first memory", span, "", "W001")
        return
    bound = integer(match["bound"])
    last = integer(match["last"]) if match["last"] else bound
    add_loop(match["loop"], (bound, last), bool(match["axis"]), blocks[-1], span, notes)


def add_loop(dimension: str, bounds: tuple[int, int], spatial: bool, block: Block, span: Span, notes: Notes) -> None:
    """A loop inside those that a block has; `bounds` are its own and that at the last step of all around it."""
    bound, last = bounds
    if not 0 < last <= bound:
        notes.refuse(f"the bound of '{dimension}' is {bound}" + f",{last}" * (last != bound), span, "", "W502")
        return
    part = block.part
    if part.spatial and not spatial:
        notes.refuse("a temporal loop inside of a spatial loop of the same memory", span, "", "W502")
    (part.spatial if spatial else part.temporal).append(Steps(dimension, bound, last, spatial, span))


def _span(text: str, lines: Lines, position: int, length: int) -> Span:
    before = text[:position]
    return lines.span(before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1, length)


def parts_of(blocks: list[Block], machine: Machine, workload: Workload, notes: Notes) -> dict[str, Part]:
    """What a printed map says about the places of a machine."""
    tensors = [tensor.name for tensor in workload.tensors]
    found = {place.name: Part() for place in machine.places}
    names = {name: place.name for place in machine.places for name in (place.name, *place.aliases)}
    for block in blocks:
        if block.name not in names:
            hint = did_you_mean(block.name, names, "memories")
            notes.refuse(f"unknown memory '{block.name}'", block.span, hint, "W002")
            continue
        for name in block.sizes:
            if name not in tensors:
                hint = did_you_mean(name, tensors, "tensors")
                notes.refuse(f"unknown data space '{name}'", block.span, hint, "W002")
        for loop in _steps(block):
            if loop.dimension not in workload.extents:
                hint = did_you_mean(loop.dimension, workload.extents, "dimensions", likeness=SHORT)
                notes.refuse(f"unknown dimension '{loop.dimension}'", loop.span, hint, "W002")
        part = block.part
        part.keep, part.bypass = set(block.sizes), set(tensors) - set(block.sizes)
        found[names[block.name]] = part
    for place in machine.places:
        if place.storage is not None and place.name not in {names.get(block.name) for block in blocks}:
            notes.refuse(f"the map does not mention the memory {place.name}", place.span, "", "W502")
    return found


def _steps(block: Block) -> Iterator[Steps]:
    yield from block.part.temporal
    yield from block.part.spatial


def shown_machine(blocks: list[Block], name: str) -> Machine:
    """The machine that a printed map shows: its memories, unlimited, and as many units as its spatial loops use."""
    places, instances = [], 1
    for block in blocks:
        # Blocks that keep nothing are the fan-outs of the architecture.
        fan_out = not block.sizes and (block.part.spatial or _FAN.fullmatch(block.name))
        storage = None if fan_out else Storage()
        places.append(Place(block.name, instances, storage, block.span))
        for loop in block.part.spatial:
            instances *= loop.bound
    return Machine(name, tuple(places), instances)


def check_sizes(blocks: list[Block], workload: Workload, notes: Notes) -> None:
    """Warn where a map prints other sizes than its loops make: then it was made for another problem."""
    for number, block in enumerate(blocks):
        steps = [loop for inner in blocks[number:] for loop in _steps(inner)]
        for tensor in workload.tensors:
            printed, found = block.sizes.get(tensor.name), box(tensor, workload, steps)
            if printed not in (None, found):
                message = f"the map prints {printed} elements of {tensor.name} in {block.name}, its loops make {found}"
                notes.findings.add("W503", message, block.span, severity=Severity.WARNING)


def box(tensor: Tensor, workload: Workload, steps: Iterable[Steps]) -> int:
    """The elements of a tensor from the first to the last on each axis that so many steps touch, gaps included."""
    lengths = dict.fromkeys(workload.extents, 1)
    for loop in steps:
        lengths[loop.dimension] = min(lengths[loop.dimension] * loop.bound, workload.extents[loop.dimension])
    spans = (sum(t.coefficient * (lengths[t.dimension] - 1) for t in axis.terms) + 1 for axis in tensor.subscripts)
    return prod(spans)
