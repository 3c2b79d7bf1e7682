"""A fusion plan on the graph of its network: programs as boxes, what stays inside and what passes the outermost
memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .figure import Drawing, Row
from .panels import Arc, Frame, Line, Panel, side_by_side
from .words import counted


@dataclass(frozen=True)
class Tensor:
    """A tensor of a layer: one that comes `in`, goes `out`, `stays` in the boundary memory, or comes from `inside`.

    `edges` have the numbers of the network's edges that it is on, `bytes` what of it passes the outermost memory.
    """

    name: str
    way: str
    bytes: float = 0.0
    edges: tuple[int, ...] = ()
    again: tuple[str, ...] = ()


@dataclass(frozen=True)
class Member:
    """A layer of a program with its tensors."""

    name: str
    tensors: tuple[Tensor, ...]


@dataclass(frozen=True)
class Program:
    """A program of a plan: its outer loops as text, its layers, and the bytes that it needs of the boundary memory."""

    name: str
    loops: str
    layers: tuple[Member, ...]
    room_bytes: int

    @property
    def bytes(self) -> float:
        """What passes the outermost memory."""
        return sum(tensor.bytes for layer in self.layers for tensor in layer.tensors)


def plan(
    programs: Sequence[Program],
    edges: Sequence[tuple[int, int]],
    network: str,
    memories: tuple[str, str],
    machine: str,
    alone: Sequence[str] = (),
) -> Drawing:
    """The programs of a network in their order. `memories` are the outermost and the boundary one, `alone` the layers
    that no program holds."""
    lines: list[Line] = []
    frames: list[Frame] = []
    ends: dict[tuple[int, str], int] = {}
    for program in programs:
        start = len(lines)
        _program(program, memories, lines, ends)
        frames.append(Frame(start, len(lines) - 1, 0, "memory" if len(program.layers) > 1 else "level"))
    lines += [Line(f"{name}: in no program, not counted") for name in alone]
    inside = {
        edge
        for item in programs
        for layer in item.layers
        for t in layer.tensors
        if t.way == "inside"
        for edge in t.edges
    }
    arcs = [
        Arc(ends[number, "from"], ends[number, "to"], "memory" if number in inside else "space")
        for number in range(len(edges))
        if {(number, "from"), (number, "to")} <= set(ends)
    ]
    title = f"Fusion plan of {network or 'network'} on {machine}"
    fused = [item for item in programs if len(item.layers) > 1]
    moved = sum(item.bytes for item in programs) / 1000
    layers = counted(sum(len(item.layers) for item in programs), "layer")
    described = (
        f"{title}: {layers} in {counted(len(programs), 'program')}, "
        f"{len(fused)} of them fused; {moved:,.1f} KB pass {memories[0]}. Green: stays in {memories[1]}; orange: "
        f"passes {memories[0]}; blue: computed again."
    )
    panel = Panel("Programs and their layers", lines, frames, arcs)
    return Drawing(
        "plan",
        title,
        described,
        [row for item in programs for row in _rows(item)],
        lambda theme: side_by_side([panel], title, described, theme),
        lambda: f'<div class="linked"><div class="panel">{panel.svg()}</div></div>',
    )


def _program(item: Program, memories: tuple[str, str], lines: list[Line], ends: dict[tuple[int, str], int]) -> None:
    loops = f", outer loops {item.loops}" if item.loops else ""
    moved, room = _kilobytes(item.bytes), _kilobytes(item.room_bytes)
    lines.append(Line(f"{item.name}{loops}: {moved} pass {memories[0]}, {room} of {memories[1]}"))
    for layer in item.layers:
        lines.append(Line(layer.name, depth=1))
        for tensor in layer.tensors:
            end = "to" if tensor.way in ("in", "inside") else "from"
            for edge in tensor.edges:
                # What both stays and goes out leaves from one line.
                ends.setdefault((edge, end), len(lines))
            links = tuple(f"edge {edge}" for edge in tensor.edges)
            lines.append(
                Line(_told(tensor, memories), links, 2, f"{layer.name}: {_told(tensor, memories)}", _mark(tensor))
            )


def _told(tensor: Tensor, memories: tuple[str, str]) -> str:
    outside, boundary = memories
    again = f", computed again over {', '.join(tensor.again)}" if tensor.again else ""
    return {
        "in": f"{tensor.name} from {outside}, {_kilobytes(tensor.bytes)}",
        "out": f"{tensor.name} to {outside}, {_kilobytes(tensor.bytes)}",
        "stays": f"{tensor.name} stays in {boundary}{again}",
        "inside": f"{tensor.name} from {boundary}",
    }[tensor.way]


def _mark(tensor: Tensor) -> str:
    if tensor.again:
        return "time"
    return "space" if tensor.way in ("in", "out") else "memory"


def _kilobytes(size: float) -> str:
    return f"{size / 1000:,.1f} KB"


def _rows(item: Program) -> list[Row]:
    return [
        {
            "program": item.name,
            "loops": item.loops,
            "room_bytes": item.room_bytes,
            "layer": layer.name,
            "tensor": tensor.name,
            "way": tensor.way,
            "bytes": tensor.bytes,
            "again": " ".join(tensor.again),
        }
        for layer in item.layers
        for tensor in layer.tensors
    ]
