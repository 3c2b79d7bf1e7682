"""ONNX files without the numbers of their weights: what is large is passed over and never held in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from mmap import mmap

KEPT_INTEGERS = 1 << 13
"""Bytes of integers of a tensor that are kept: shapes, axes and indices."""
KEPT_NUMBERS = 1 << 6
"""Bytes of other numbers that are kept: scalars."""
MAX_DEPTH = 48
"""Messages inside of each other."""
MAX_GRAPH = 1 << 26
"""Bytes of a model without its weights."""
MAX_PART = 1 << 20
"""Bytes of one node, attribute or tensor without its weights and graphs."""
MAX_PARTS = 1 << 19
"""Nodes, tensors and descriptions of a graph."""
LENGTH = "weft-bytes:"
"""Stands in the description of a tensor whose numbers were left out, with how many bytes they have."""

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_INTEGERS = (2, 3, 4, 5, 6, 7, 9, 12, 13)
"""The element types of TensorProto that are integers or truth values."""
_DATA = (4, 5, 6, 7, 9, 10, 11)
_TYPE, _RAW, _DOCUMENTATION = 2, 9, 12


class WireError(Exception):
    """Bytes that are no message; the text says what is wrong."""


@dataclass
class _Kind:
    """A message: which of its fields hold messages that may be large, and how many bytes others may have."""

    parts: dict[int, _Kind] = field(default_factory=dict)
    is_tensor: bool = False
    most: int = MAX_PART


_TENSOR = _Kind(is_tensor=True)
_SPARSE = _Kind({1: _TENSOR, 2: _TENSOR})
_GRAPH = _Kind(most=MAX_GRAPH)
_ATTRIBUTE = _Kind({5: _TENSOR, 6: _GRAPH, 10: _TENSOR, 11: _GRAPH, 22: _SPARSE, 23: _SPARSE})
_NODE = _Kind({5: _ATTRIBUTE})
_GRAPH.parts.update({1: _NODE, 5: _TENSOR, 15: _SPARSE})
_MODEL = _Kind({7: _GRAPH, 25: _Kind({7: _NODE}, most=MAX_GRAPH)}, most=MAX_GRAPH)

_Field = tuple[int, int, int, int]
"""Number, where the field begins, where its content begins, where it ends."""


def without_weights(data: mmap) -> bytes:
    """The bytes of a ModelProto without the numbers of its large tensors. Raises WireError for what is none."""
    pieces: list[bytes] = []
    _strip(data, 0, len(data), _MODEL, pieces, 0)
    if (size := sum(map(len, pieces))) > MAX_GRAPH:
        raise WireError(f"without its weights it has {size // 2**20} MB; up to {MAX_GRAPH // 2**20} MB are read")
    return b"".join(pieces)


def _strip(data: mmap, start: int, end: int, kind: _Kind, pieces: list[bytes], depth: int) -> None:
    """Appends the message between two places, without what is left out of it."""
    if depth > MAX_DEPTH:
        raise WireError(f"more than {MAX_DEPTH} messages stand inside of each other at byte {start:,}")
    if kind.is_tensor:
        _tensor(data, start, end, pieces)
        return
    kept, size, parts = start, 0, 0
    for number, begins, content, stop in _fields(data, start, end):
        parts += 1
        part = kind.parts.get(number)
        # What is small has nothing that is left out.
        if part is None or stop - content <= KEPT_NUMBERS or (part.parts and stop - content <= KEPT_INTEGERS):
            size += stop - begins
            if size > kind.most:
                raise WireError(f"a message at byte {start:,} has more than {kind.most >> 20} MB that are no weights")
            if parts > MAX_PARTS:
                raise WireError(f"a message at byte {start:,} has more than {MAX_PARTS:,} parts")
            continue
        pieces.append(data[kept:begins])
        inner: list[bytes] = []
        _strip(data, content, stop, part, inner, depth + 1)
        pieces += [_varint(number << 3 | _BYTES), _varint(sum(map(len, inner))), *inner]
        kept = stop
    pieces.append(data[kept:end])


def _tensor(data: mmap, start: int, end: int, pieces: list[bytes]) -> None:
    """Appends a tensor, its numbers only if they are few."""
    numbers: list[bytes] = []
    size = element = kept = 0
    raw = False
    for number, begins, content, stop in _fields(data, start, end):
        if number in _DATA:
            size += stop - content
            raw |= number == _RAW
            # A file may hold every number in a field of its own.
            if size <= KEPT_INTEGERS:
                numbers.append(data[begins:stop])
        elif number != _DOCUMENTATION:
            kept += stop - begins
            if kept > MAX_PART:
                raise WireError(f"a tensor at byte {start:,} has more than {MAX_PART >> 20} MB beside its numbers")
            pieces.append(data[begins:stop])
            element = _number(data, content)[0] if number == _TYPE else element
    if size <= (KEPT_INTEGERS if element in _INTEGERS else KEPT_NUMBERS):
        pieces += numbers
        return
    note = f"{LENGTH}{size if raw else -1}".encode()
    pieces += [_varint(_DOCUMENTATION << 3 | _BYTES), _varint(len(note)), note]


def _fields(data: mmap, start: int, end: int) -> Iterator[_Field]:
    """The fields of a message."""
    place = start
    while place < end:
        begins = place
        tag, place = _number(data, place)
        number, wire = tag >> 3, tag & 7
        content = place
        if wire == _VARINT:
            _, place = _number(data, place)
        elif wire == _FIXED64:
            place += 8
        elif wire == _FIXED32:
            place += 4
        elif wire == _BYTES:
            size, content = _number(data, place)
            place = content + size
        else:
            raise WireError(f"byte {begins:,} begins no field of a message")
        if not number:
            raise WireError(f"byte {begins:,} begins no field of a message")
        if place > end:
            raise WireError(f"a part that begins at byte {begins:,} should end at byte {place:,}, behind byte {end:,}")
        yield number, begins, content, place


def _number(data: mmap, place: int) -> tuple[int, int]:
    """The number that begins at a place, and the place behind it."""
    value = shift = 0
    while True:
        if place >= len(data) or shift > 63:
            raise WireError(f"a number that begins near byte {place:,} has no end")
        byte = data[place]
        place += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, place
        shift += 7


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)
