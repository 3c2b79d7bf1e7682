"""Draw the picture of README.md: a dataflow step by step, its counts, and the proof of the best one.

python examples/make_overview.py
"""

from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import weft
from weft import Mapping

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs/overview.svg"
SHOWN = "D"
"""The schedule of Figure 5 whose steps are drawn."""

TENSORS = ("input", "filter", "output")
WIDTH, HEIGHT = 1000, 384
CELL = 17
BAR = 196
STYLE = """
  .page { fill: #ffffff; stroke: #94a3b8 } .ink { fill: #0f172a } .soft { fill: #475569 }
  .new { fill: #56b4e9 } .kept { fill: #e2e8f0 } .reduced { fill: #e69f00 }
  .bar { fill: #94a3b8 } .best { fill: #009e73 } .in { fill: #0f172a } .bound { stroke: #0f172a }
  .mono { font-family: ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0f172a; stroke: #475569 } .ink { fill: #f1f5f9 } .soft { fill: #cbd5e1 }
    .kept { fill: #334155 } .bar { fill: #64748b } .bound { stroke: #f1f5f9 } .kept + .in { fill: #e2e8f0 }
  }
"""


def text(x: float, y: float, words: str, style: str = "ink", size: int = 13, anchor: str = "start") -> str:
    """Words at a place."""
    return f'<text x="{x:g}" y="{y:g}" class="{style}" font-size="{size}" text-anchor="{anchor}">{escape(words)}</text>'


def steps(mapping: Mapping, x: float, y: float) -> Iterator[str]:
    """What every unit holds of each tensor: a row per unit, a column per step, with the position that differs."""
    figure = weft.plot("space-time", mapping)
    tops = {tensor: y + 84 * index for index, tensor in enumerate(TENSORS)}
    for tensor, top in tops.items():
        yield text(x, top - 6, f"{tensor} in the 3 PEs, step by step", "soft", 12)
    for row in figure.rows:
        left, top = x + CELL * row["step"], tops[row["tensor"]] + CELL * int(row["unit"])
        position = row["chunk"].split()[-1]
        yield (
            f'<rect x="{left:g}" y="{top:g}" width="{CELL - 1}" height="{CELL - 1}" rx="2" class="{row["state"]}"/>'
            f'<text x="{left + (CELL - 1) / 2:g}" y="{top + 12:g}" class="in" font-size="9" text-anchor="middle">'
            f"{position}</text>"
        )


def counts(mapping: Mapping, x: float, y: float) -> Iterator[str]:
    """What goes between L2 and the units, beside what the arithmetic uses, and what both oracles say to it."""
    cost = weft.evaluate(mapping)
    found = weft.verify(cost)
    assert not found, found
    input_, filter_, output = (cost.counts.traffic("L2", "L1", tensor) for tensor in TENSORS)
    yield text(x, y, f"{cost.counts.points} multiply-accumulates,")
    yield text(x, y + 18, f"{cost.cycles_stepwise} cycles, {cost.energy_pj:.0f} pJ")
    rows = [
        (f"{input_.reads} inputs read", "every step needs new ones"),
        (f"{filter_.reads} weights read", "X' leaves them where they are"),
        (f"{output.updates} sums written", "3 PEs add theirs on the way"),
        (f"{output.readbacks} sums read back", "the taps come in two parts"),
    ]
    for index, (count, reason) in enumerate(rows):
        yield text(x, y + 58 + 44 * index, count, "ink", 15)
        yield text(x, y + 76 + 44 * index, reason, "soft", 12)
    yield text(x, y + 248, "= simulation on data")
    yield text(x, y + 266, "= integer sets")


def proof(mappings: list[Mapping], x: float, y: float) -> Iterator[str]:
    """Energy times cycles of the schedules and of the best program, with the bound that no program is below."""
    found = weft.map(mappings[0].workload, mappings[0].accelerator, "edp", time="stepwise").mapped[0]
    assert found.certificate.status == "optimal"
    costs = {mapping.name: weft.evaluate(mapping) for mapping in mappings}
    values = {name: cost.energy_pj * cost.cycles_stepwise for name, cost in costs.items()} | {"best": found.value}
    scale = BAR / max(values.values())
    yield text(x, y, "energy × cycles of the schedules")
    yield text(x, y + 18, "A to E, and of the best program")
    for index, (name, value) in enumerate(values.items()):
        top = y + 36 + 26 * index
        yield text(x + 30, top + 14, name, "ink", 13, "end")
        style = "best" if name == "best" else "bar"
        yield f'<rect x="{x + 38:g}" y="{top:g}" width="{value * scale:.1f}" height="18" rx="2" class="{style}"/>'
    edge, end = x + 38 + found.certificate.lower_bound * scale, y + 196
    yield f'<path d="M{edge:.1f} {y + 30:g} V{end:g}" class="bound" stroke-dasharray="3 3"/>'
    yield text(x, y + 248, f"proved: none of {found.space.size:,}")
    yield text(x, y + 266, f"programs is below {found.certificate.lower_bound:,.0f} pJ·cycles")


def draw(path: Path) -> None:
    """Evaluate, verify and map the schedules of Figure 5, and draw what comes out."""
    loaded = weft.load(ROOT / "examples/figure5.m", overrides=["pes=3"])
    mappings = [mapping for mapping in loaded if mapping.name != "F"]  # F is for 6 units
    (shown,) = [mapping for mapping in mappings if mapping.name == SHOWN]
    parts = [
        text(24, 34, "A dataflow …", size=18),
        text(24, 60, str(shown.dataflow).replace("\n", " "), "ink mono", 12),
        text(431, 60, f"schedule {SHOWN}, 3 PEs", "soft", 12, "end"),
        *steps(shown, 24, 100),
        *legend(24, 346),
        text(468, 34, "… its counts, explained …", size=18),
        *counts(shown, 468, 64),
        text(742, 34, "… and the proof of the best", size=18),
        *proof(mappings, 742, 64),
    ]
    body = "\n".join(parts)
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title" '
        f"font-family=\"system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif\">\n"
        f'<title id="title">A dataflow, its counts, and the proof of the best one</title>\n<style>{STYLE}</style>\n'
        f'<rect x="1" y="1" width="{WIDTH - 2}" height="{HEIGHT - 2}" rx="12" class="page"/>\n{body}\n</svg>\n',
        "utf-8",
    )


def legend(x: float, y: float) -> Iterator[str]:
    """What the colours of the steps say."""
    for state, words, left in (
        ("new", "read from L2", 0),
        ("kept", "kept", 116),
        ("reduced", "added up on the way", 180),
    ):
        yield f'<rect x="{x + left:g}" y="{y:g}" width="14" height="14" rx="2" class="{state}"/>'
        yield text(x + left + 20, y + 12, words, "soft", 12)


if __name__ == "__main__":
    draw(PICTURE)
