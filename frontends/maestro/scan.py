"""The first look at a file: which braces belong together, and which layer each belongs to.

Layers fail alone, so a missing brace must not swallow the next layer: `Layer` and `Network`, and `Stage` and `Fuse`,
close whatever is still open inside the layer or network before them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ...ir.nearest import nearest

MAX_BLOCKS = 100
"""So many blocks that cannot be understood, or blocks of one layer, are looked at; more are left out."""

_NETWORKS, _LAYERS = ("Network", "Fuse"), ("Layer", "Stage")
_OUTER = (*_NETWORKS, *_LAYERS, "Accelerator")
_HEADER = re.compile(r"(?<![\w.'-])(Network|Fuse|Layer|Stage|Accelerator|Edges)(?![\w.'-])")
_FUSED = re.compile(r"(?<![\w.'-])(Network|Fuse|Layer|Stage|Accelerator|Edges|Memory|Outer|Stored)(?![\w.'-])")
_DECORATION = " \t\n\f\v,:;"


@dataclass(slots=True)
class Block:
    """`keyword name { … }`: offsets of its keyword, of both braces, and of the end of what stands before it.

    `keyword` is empty for the blocks inside a layer, and for those that could not be understood. When it is
    only a guess, `misspelt` is what stood in the text.
    """

    keyword: str
    name: str
    gap: int
    head: int
    open: int
    close: int = -1
    closed: bool = True
    misspelt: str = ""
    children: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Scan:
    """The blocks of a file under `root`; `strays` are closing braces without a partner."""

    root: Block
    strays: list[int]
    truncated: bool = False


class _Scanner:
    def __init__(self, code: str, root: str = "") -> None:
        self.code = code
        self.scan = Scan(Block(root, "", 0, 0, -1, len(code)), [])
        self.stack = [self.scan.root]
        self.hidden = 0
        self.unknown = 0
        self.gap = 0

    def run(self) -> Scan:
        for brace in re.finditer(r"[{}]", self.code):
            if brace[0] == "{":
                self._open(brace.start())
            else:
                self._close(brace.start())
            self.gap = brace.end()
            if self.unknown > MAX_BLOCKS:
                self.scan.truncated = True
                break
        while self.stack[-1] is not self.scan.root:
            self._abandon(len(self.code))
        return self.scan

    def _open(self, position: int) -> None:
        inside = self.stack[-1].keyword == "Fuse"
        header = (_FUSED if inside else _HEADER).search(self.code, self.gap, position)
        if header and header[1] in (*_NETWORKS, *_LAYERS) and self._resynchronise(header[1], header.start()):
            self.gap = header.start()
        parent = self.stack[-1]
        outside = parent.keyword in _NETWORKS or (parent is self.scan.root and not parent.keyword)
        full = parent.keyword not in _LAYERS or len(parent.children) > MAX_BLOCKS
        if self.hidden or (full and not outside):
            self.hidden += 1
            return
        block = Block("", "", self.gap, position, position)
        if outside:
            self._name(block, header)
        parent.children.append(block)
        self.stack.append(block)

    def _name(self, block: Block, header: re.Match[str] | None) -> None:
        if header:
            block.keyword, block.head = header[1], header.start()
            block.name = _word(self.code[header.end() : block.open])
            return
        self.unknown += 1
        base = max(self.gap, block.open - 200)
        for word in list(re.finditer(r"[\w.'-]+", self.code[base : block.open]))[-3:]:
            meant = nearest(word[0], _OUTER, 0.7)
            if meant:
                block.keyword, block.misspelt, block.head = meant, word[0], base + word.start()
                block.name = _word(self.code[base + word.end() : block.open])
                return

    def _resynchronise(self, keyword: str, position: int) -> bool:
        depth = len(self.stack)
        self.hidden = 0
        while self.stack[-1] is not self.scan.root:
            if keyword in _LAYERS and self.stack[-1].keyword in _NETWORKS:
                break
            self._abandon(position)
        return len(self.stack) < depth

    def _abandon(self, position: int) -> None:
        block = self.stack.pop()
        block.close, block.closed = position, False

    def _close(self, position: int) -> None:
        if self.hidden:
            self.hidden -= 1
        elif self.stack[-1] is not self.scan.root:
            self.stack.pop().close = position
        else:
            self.scan.strays.append(position)
            self.unknown += 1


def _word(text: str) -> str:
    return text.strip(_DECORATION).removeprefix("->").strip(_DECORATION).strip()


def scan(code: str) -> Scan:
    """Match the braces of `code`, a text without comments."""
    return _Scanner(code).run()


def scan_layer(code: str) -> Scan:
    """The same for what stands between the braces of a layer; `root` is the layer."""
    return _Scanner(code, root="Layer").run()
