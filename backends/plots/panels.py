"""Panels of lines, some of them in frames, as SVG: what a figure shows that is text in boxes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from .theme import FONT, INK, PALETTE, PAPER, SOFT

_LETTER, _LINE, _INDENT, _PAD = 7.3, 20, 14, 8
_MOST, _SQUARES, _LANE = 110, 16, 9
_TIME, _SPACE, _MEMORY = PALETTE[0], PALETTE[1], PALETTE[2]


@dataclass(frozen=True)
class Line:
    """A line of a panel. Lines of a figure with a link in common belong together; `about` says in words what it is.

    `mark` is the colour at its left: `time`, `space`, `memory` or none; `squares` are drawn behind the text.
    """

    text: str
    links: tuple[str, ...] = ()
    depth: int = 0
    about: str = ""
    mark: str = ""
    squares: int = 0


@dataclass(frozen=True)
class Frame:
    """A box around the lines from `first` to `last`: of a `memory`, a `level` or a `unit`."""

    first: int
    last: int
    depth: int
    kind: str


@dataclass(frozen=True)
class Arc:
    """An arrow at the left, from one line to another, in the colour of a `mark`; of `space` it is dashed."""

    first: int
    last: int
    mark: str


@dataclass(frozen=True)
class Panel:
    """Lines under a title."""

    title: str
    lines: Sequence[Line]
    frames: Sequence[Frame] = ()
    arcs: Sequence[Arc] = ()

    @property
    def width(self) -> float:
        """In pixels, as wide as its longest line."""
        longest = max((_left(line) + _length(line) for line in self.lines), default=0.0)
        return self._gutter + longest + 2 * _PAD + self._nested

    @property
    def _gutter(self) -> int:
        """The room of the arcs."""
        return _LANE * (max(self._lanes) + 2) if self.arcs else 0

    @property
    def _lanes(self) -> list[int]:
        """The lane of each arc: those that overlap have different ones, short ones the innermost."""
        found = [0] * len(self.arcs)
        taken: list[tuple[int, int, int]] = []
        for number in sorted(range(len(self.arcs)), key=lambda n: abs(self.arcs[n].last - self.arcs[n].first)):
            low, high = sorted((self.arcs[number].first, self.arcs[number].last))
            used = {lane for start, end, lane in taken if start <= high and low <= end}
            found[number] = next(lane for lane in range(len(self.arcs)) if lane not in used)
            taken.append((low, high, found[number]))
        return found

    @property
    def height(self) -> float:
        """In pixels."""
        return len(self.lines) * _LINE + 2 * _PAD + 3 * self._deepest

    @property
    def _deepest(self) -> int:
        return max((frame.depth for frame in self.frames), default=0)

    @property
    def _nested(self) -> int:
        """What the right sides of nested frames take."""
        return 5 * (self._deepest + bool(self.frames))

    def svg(self, place: str = "") -> str:
        """The panel as an element with `place` among its attributes; what can be chosen in it is a list of options."""
        size = f'width="{self.width:.0f}" height="{self.height:.0f}"'
        body = [*map(self._frame, self.frames), *(self._line(number, line) for number, line in enumerate(self.lines))]
        role = f'role="listbox" aria-label={quoteattr(self.title)}'
        shifted = f'<g transform="translate({self._gutter} 0)">{"".join(body)}</g>' if self.arcs else "".join(body)
        arcs = "".join(self._arc(arc, lane) for arc, lane in zip(self.arcs, self._lanes, strict=True))
        return f'<svg xmlns="http://www.w3.org/2000/svg" {place} {role} {size}>{arcs}{shifted}</svg>'

    def _arc(self, arc: Arc, lane: int) -> str:
        right = self._gutter + _PAD - 2
        left = self._gutter - _LANE * (lane + 1)
        start, end = (_top(line) + _LINE // 2 for line in (arc.first, arc.last))
        path = f"M{right + 20} {start}H{left}V{end}H{right + 14}"
        head = f"M{right + 20} {end}l-8 -4v8z"
        return f'<path class="arc {arc.mark}" d="{path}"/><path class="head {arc.mark}" d="{head}"/>'

    def _frame(self, frame: Frame) -> str:
        inset = 5 * frame.depth
        left = _PAD + _INDENT * frame.depth - 5
        # The frames that end with the last line end one below the other.
        below = 3 * (self._deepest - frame.depth) if frame.last == len(self.lines) - 1 else 0
        top, height = _top(frame.first) + 1, (frame.last - frame.first + 1) * _LINE - 2 + below
        width = self.width - self._gutter - left - inset - 2
        return f'<rect class="frame {frame.kind}" x="{left}" y="{top}" width="{width:.0f}" height="{height}" rx="4"/>'

    def _line(self, number: int, line: Line) -> str:
        left, top = _left(line), _top(number)
        width = _length(line) + 8
        parts = [f'<rect class="back" x="{left - 4}" y="{top + 1}" width="{width:.0f}" height="{_LINE - 2}" rx="3"/>']
        if line.mark:
            parts.append(f'<rect class="{line.mark}" x="{left}" y="{top + 4}" width="5" height="{_LINE - 8}"/>')
        start = left + 10 * bool(line.mark)
        parts.append(f'<text x="{start}" y="{top + 14}" xml:space="preserve">{escape(_cut(line.text))}</text>')
        behind = start + _LETTER * len(_cut(line.text)) + 8
        for square in range(min(line.squares, _SQUARES)):
            parts.append(
                f'<rect class="unit-square" x="{behind + 9 * square:.0f}" y="{top + 7}" width="7" height="7"/>'
            )
        if line.squares > _SQUARES:
            parts.append(f'<text x="{behind + 9 * _SQUARES + 2:.0f}" y="{top + 14}">…</text>')
        if not line.links:
            return f'<g class="line">{"".join(parts)}</g>'
        about = line.about or line.text.strip()
        chosen = f'role="option" aria-selected="false" tabindex="-1" data-links={quoteattr(links_text(line.links))}'
        named = f"aria-label={quoteattr(about)}><title>{escape(about)}</title>"
        return f'<g class="line" {chosen} {named}{"".join(parts)}</g>'


def links_text(links: Iterable[str]) -> str:
    """Links as one attribute: a link per line, for names may have blanks."""
    return "\n".join(links)


def _left(line: Line) -> float:
    return _PAD + _INDENT * line.depth


def _top(number: int) -> int:
    return _PAD + number * _LINE


def _cut(text: str) -> str:
    return text if len(text) <= _MOST else text[: _MOST - 1] + "…"


def _length(line: Line) -> float:
    squares = 9 * min(line.squares, _SQUARES) + 16 * (line.squares > _SQUARES) + 8 * bool(line.squares)
    return _LETTER * len(_cut(line.text)) + 10 * bool(line.mark) + squares


PAGE = {"ink": "var(--ink)", "soft": "var(--soft)", "paper": "var(--paper)"}
"""The colours that a page has, light or dark."""


def theme_colours(theme: str) -> dict[str, str]:
    """The colours of a picture in a theme; ValueError for one that there is not."""
    if theme not in INK:
        raise ValueError(f"no theme {theme!r:.60}; the themes are {' and '.join(INK)}")
    return {"ink": INK[theme], "soft": SOFT[theme], "paper": PAPER[theme]}


def style(colours: dict[str, str]) -> str:
    """The style of all panels, in these colours."""
    ink, soft = colours["ink"], colours["soft"]
    return f"""
.line text {{ fill: {ink}; font-size: 12px; font-family: ui-monospace, 'DejaVu Sans Mono', monospace; }}
.heading {{ fill: {ink}; font-size: 13px; font-weight: 600; font-family: {FONT}; }}
.line .back {{ fill: none; stroke: none; }}
.line:focus .back {{ stroke: {ink}; stroke-width: 2; }}
.line.chosen .back {{ fill: {_SPACE}; fill-opacity: 0.3; stroke: {_SPACE}; stroke-width: 1.5; }}
.line.chosen:focus .back {{ stroke: {ink}; stroke-width: 2; }}
.line .time {{ fill: {_TIME}; }}
.line .space {{ fill: {_SPACE}; }}
.line .memory {{ fill: {_MEMORY}; }}
.unit-square {{ fill: {_SPACE}; stroke: {ink}; stroke-width: 0.5; }}
.arc {{ fill: none; stroke-width: 1.5; }}
.arc.memory {{ stroke: {_MEMORY}; }}
.arc.space {{ stroke: {_SPACE}; stroke-dasharray: 4 3; }}
.head.memory {{ fill: {_MEMORY}; }}
.head.space {{ fill: {_SPACE}; }}
.frame {{ fill: none; stroke: {soft}; stroke-width: 1; }}
.frame.memory {{ stroke: {_MEMORY}; fill: {_MEMORY}; fill-opacity: 0.12; }}
.frame.level {{ fill: {soft}; fill-opacity: 0.06; }}
.frame.unit {{ stroke-dasharray: 4 3; stroke: {_SPACE}; }}
"""


def side_by_side(panels: Sequence[Panel], title: str, description: str, theme: str) -> str:
    """All panels as one picture."""
    colours = theme_colours(theme)
    head, gap = 48, 24
    width = gap + sum(panel.width + gap for panel in panels)
    width = max(width, 9 * len(title) + 2 * gap)
    height = head + max(panel.height for panel in panels) + gap
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label={quoteattr(description)} '
        f'width="{width:.0f}" height="{height:.0f}">',
        f"<style>{style(colours)}</style>",
        f'<rect width="100%" height="100%" fill="{colours["paper"]}"/>',
        f'<text class="heading" x="{gap}" y="20">{escape(title)}</text>',
    ]
    left = float(gap)
    for panel in panels:
        parts.append(f'<text class="heading" x="{left + _PAD:.0f}" y="{head - 4}">{escape(panel.title)}</text>')
        parts.append(panel.svg(f'x="{left:.0f}" y="{head}"'))
        left += panel.width + gap
    return "".join([*parts, "</svg>\n"])
