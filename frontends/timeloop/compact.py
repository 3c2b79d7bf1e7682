"""The map in one line, as Timeloop's mapper writes it into tables: `L1[WIO] K48 P16 - L0[W] C16X R3`.

Levels run from the outermost memory to L0, the innermost; letters are the first ones of the data spaces that a level
keeps; factors run from the outermost loop to the innermost, those with X or Y are spatial.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...ir import Span, Workload
from ...ir.nearest import did_you_mean
from ...ir.numerals import integer
from ..text import Lines
from .items import Notes
from .map_text import Block, add_loop
from .structure import Machine, Part

_LEVEL = re.compile(r"L(?P<number>\d+)\[(?P<kept>[A-Za-z_]*)\]")
_FACTOR = re.compile(r"(?P<dimension>[A-Za-z_]+)(?P<bound>\d+)(?:,(?P<last>\d+))?(?P<axis>[XY])?")
_WORD = re.compile(r"\S+")


def read_compact(text: str, lines: Lines, notes: Notes) -> list[Block]:
    """The blocks of a map in one line, outermost first, with names and letters as they are written."""
    blocks: list[Block] = []
    for number, line in enumerate(text.splitlines(), 1):
        for word in _WORD.finditer(line):
            span = lines.span(number, word.start() + 1, len(word[0]))
            level, factor = _LEVEL.fullmatch(word[0]), _FACTOR.fullmatch(word[0])
            if level:
                blocks.append(Block(f"L{level['number']}", dict.fromkeys(level["kept"]), Part(), span))
            elif factor and blocks:
                bound = integer(factor["bound"])
                last = integer(factor["last"]) if factor["last"] else bound
                add_loop(factor["dimension"], (bound, last), bool(factor["axis"]), blocks[-1], span, notes)
            elif word[0] != "-":
                hint = "a map in one line has levels and factors: L1[WIO] K48 P16 - L0[W] C16X R3"
                notes.refuse(f"'{word[0]}' is not part of a map in one line", span, hint, "W001")
    return blocks


def with_names(blocks: Sequence[Block], machine: Machine, workload: Workload, notes: Notes) -> list[Block]:
    """The blocks with the names of the machine's memories and the workload's data spaces."""
    memories = [place.name for place in machine.places if place.storage is not None][::-1]
    found = []
    for block in blocks:
        number = integer(block.name[1:])
        if number >= len(memories):
            message = f"the map has a level {block.name}, the machine {len(memories)} memories"
            notes.refuse(message, block.span, "L0 is the innermost", "W502")
            continue
        sizes: dict[str, int | None] = {}
        for letter in block.sizes:
            sizes |= dict.fromkeys(_spaces(letter, workload, block.span, notes))
        found.append(Block(memories[number], sizes, block.part, block.span))
    return found


def _spaces(letter: str, workload: Workload, span: Span, notes: Notes) -> list[str]:
    """The data space that a letter stands for; none, with an error, unless it is one."""
    names = [tensor.name for tensor in workload.tensors]
    own = [name for name in names if name.startswith(letter)]
    if len(own) == 1:
        return own
    if own:
        notes.refuse(f"'{letter}' may be {' or '.join(own)}", span, "give the map that Timeloop prints", "W502")
    else:
        hint = did_you_mean(letter, [name[0] for name in names], "first letters")
        notes.refuse(f"no data space begins with '{letter}'", span, hint, "W002")
    return []
