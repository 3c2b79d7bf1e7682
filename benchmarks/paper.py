"""Writes the tables and pictures of docs/paper.md: Kwon et al., MICRO-52, 2019, under exact counting.

    python benchmarks/paper.py

Needs matplotlib (the extra `plots`). Between two markers of the page, `<!-- table: NAME -->` and `<!-- end -->`, stands
a table; the pictures go to docs/paper/. A second run changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from weft.validation.document import table_text
from weft.validation.paper import claims, figure10, figure11, figure12, table5, tables
from weft.validation.paper.programs import TABLE_3
from weft.validation.paper.shapes import ALL_KINDS, NETWORKS
from weft.validation.paper.study import Measure, adaptive_by_kind, best_single, by_kind, energy, runtime, total

DOCS = Path(__file__).resolve().parent.parent / "docs"
FLOWS = tuple(TABLE_3)
# Okabe and Ito's palette: told apart by the colour-blind too.
COLOURS = ("#0072B2", "#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#999999", "#000000")
KIND_COLOURS = dict(zip(ALL_KINDS, COLOURS, strict=False))
FLOW_COLOURS = dict(zip(FLOWS, COLOURS, strict=False))
WIDTHS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 18, 20, 24, 28, 32, 36, 40, 44, 48)
"""Bandwidths of the picture of Table 5."""
STYLE = {"svg.hashsalt": "weft", "font.size": 8, "axes.spines.top": False, "axes.spines.right": False}


def stack(axes: Axes, bars: dict[str, dict[str, float]]) -> None:
    """One bar per name, of parts by kind of operator."""
    for place, parts in enumerate(bars.values()):
        bottom = 0.0
        for kind in ALL_KINDS:
            if height := parts.get(kind, 0.0):
                axes.bar(place, height, bottom=bottom, color=KIND_COLOURS[kind], width=0.75)
                bottom += height
        text = f"{bottom:,.0f}" if bottom >= 100 else f"{bottom:.3g}"
        axes.annotate(text, (place, bottom), ha="center", va="bottom", fontsize=5.5)
    axes.set_xticks(range(len(bars)), list(bars), rotation=60)
    axes.margins(y=0.12)


def bars_of(network: str, measure: Measure, unit: float) -> dict[str, dict[str, float]]:
    """Every dataflow and the adaptive choice, per kind of operator."""
    found = {flow: {kind: value / unit for kind, value in by_kind(network, flow, measure).items()} for flow in FLOWS}
    return found | {"adaptive": {kind: value / unit for kind, (_, value) in adaptive_by_kind(network, measure).items()}}


def average(measure: Measure) -> dict[str, dict[str, float]]:
    """The bars relative to the best single dataflow, averaged over the networks."""
    sums: dict[str, dict[str, float]] = {}
    for network in NETWORKS:
        least = total(network, best_single(network, measure), measure) * len(NETWORKS)
        for name, parts in bars_of(network, measure, least).items():
            for kind, value in parts.items():
                sums.setdefault(name, {}).setdefault(kind, 0.0)
                sums[name][kind] += value
    return sums


def draw_figure10() -> Figure:
    """Runtime above, energy below, a column per network and one for their average."""
    figure, grid = pyplot.subplots(2, len(NETWORKS) + 1, figsize=(11, 5.2), layout="constrained")
    rows = ((runtime, 1e6, "runtime, million cycles"), (energy, 1e9, "energy, mJ"))
    for axes_row, (measure, unit, label) in zip(grid, rows, strict=True):
        for axes, network in zip(axes_row, NETWORKS, strict=False):
            stack(axes, bars_of(network, measure, unit))
            axes.set_title(network)
        stack(axes_row[-1], average(measure))
        axes_row[-1].set_title("average, best = 1")
        axes_row[0].set_ylabel(label)
    handles = [pyplot.Rectangle((0, 0), 1, 1, color=KIND_COLOURS[kind]) for kind in ALL_KINDS]
    figure.legend(handles, ALL_KINDS, loc="outside lower center", ncols=len(ALL_KINDS), frameon=False)
    return figure


def draw_restarting() -> Figure:
    """Exact runtime beside that of restarting clusters, relative to exact KC-P."""
    figure, grid = pyplot.subplots(1, len(NETWORKS), figsize=(11, 2.6), layout="constrained", sharey=True)
    for axes, network in zip(grid, NETWORKS, strict=True):
        least = total(network, "KC-P", runtime)
        for shift, measure, colour, label in (
            (-0.2, runtime, COLOURS[0], "exact"),
            (0.2, figure10.restarting, COLOURS[2], "restarting clusters"),
        ):
            heights = [total(network, flow, measure) / least for flow in FLOWS]
            axes.bar([place + shift for place in range(len(FLOWS))], heights, 0.4, color=colour, label=label)
        axes.set_xticks(range(len(FLOWS)), FLOWS, rotation=60)
        axes.set_title(network)
    grid[0].set_ylabel("runtime, exact KC-P = 1")
    figure.legend(*grid[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False)
    return figure


def grouped(axes: Axes, value: Callable[[str, str], float], **style: object) -> None:
    """A group of bars per operator, one bar per dataflow."""
    for number, flow in enumerate(FLOWS):
        places = [place + (number - 2) * 0.16 for place in range(len(figure11.OPERATORS))]
        heights = [value(kind, flow) for kind in figure11.OPERATORS]
        axes.bar(places, heights, 0.16, color=FLOW_COLOURS[flow], label=flow, **style)
    axes.set_xticks(range(len(figure11.OPERATORS)), list(figure11.OPERATORS), rotation=20)
    axes.set_yscale("log")


def draw_figure11() -> Figure:
    """Reuse of activations and of filters, and the bandwidth that is asked."""
    shapes = {kind: shape for kind, (_, shape) in figure11.OPERATORS.items()}
    figure, grid = pyplot.subplots(1, 3, figsize=(11, 3.4), layout="constrained")
    for axes, tensor, title in zip(grid, ("input", "filter"), ("activation reuse", "filter reuse"), strict=False):
        grouped(axes, lambda kind, flow, t=tensor: figure11.factors(shapes[kind], flow, t).per_read)
        for place, shape in enumerate(shapes.values()):
            for number, flow in enumerate(FLOWS):
                fill = figure11.factors(shape, flow, tensor).per_fill
                axes.plot(place + (number - 2) * 0.16, fill, "_", color="black", markersize=7, markeredgewidth=1.2)
            most = figure11.factors(shape, "KC-P", tensor).most
            axes.hlines(most, place - 0.42, place + 0.42, color="black", linestyle=":", linewidth=1)
        axes.set_title(title)
        axes.set_ylim(bottom=0.7)
    grid[0].set_ylabel("uses of an element")
    grouped(grid[2], lambda kind, flow: figure11.asked_bandwidth(shapes[kind], flow))
    grid[2].axhline(32, color="black", linewidth=1, linestyle="--")
    grid[2].annotate("the machine: 32", (1.02, 32), xycoords=("axes fraction", "data"), fontsize=7, va="center")
    grid[2].set_title("bandwidth that keeps the PEs busy")
    grid[2].set_ylabel("elements per cycle")
    handles, labels = grid[2].get_legend_handles_labels()
    handles += [
        pyplot.Line2D([], [], color="black", marker="_", linestyle="", markersize=7),
        pyplot.Line2D([], [], color="black", linestyle=":"),
    ]
    labels += ["per fill of an L1 (bars: per read of L2)", "the most there is"]
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False)
    return figure


def draw_figure12() -> Figure:
    """The parts of the energy of two layers."""
    layers = dict(NETWORKS["VGG16"]())
    colours = ("#999999", "#9ecae1", "#4292c6", "#08519c", "#fdd0a2", "#fd8d3c", "#a63603")
    figure, grid = pyplot.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    for axes, name in zip(grid, figure12.LAYERS, strict=True):
        parts = {flow: figure12.breakdown(layers[name], flow) for flow in FLOWS}
        for part, colour in zip(figure12.PARTS, colours, strict=True):
            before = figure12.PARTS[: figure12.PARTS.index(part)]
            bottoms = [sum(parts[flow][item] for item in before) for flow in FLOWS]
            axes.bar(FLOWS, [parts[flow][part] for flow in FLOWS], bottom=bottoms, color=colour, label=part, width=0.7)
        axes.set_title(f"VGG16 {name}")
    grid[0].set_ylabel("energy, MACs = 1")
    figure.legend(*grid[0].get_legend_handles_labels(), loc="outside right center", frameon=False)
    return figure


def draw_table5() -> Figure:
    """Throughput over bandwidth for the networks of Table 5, and the published points."""
    figure, axes = pyplot.subplots(figsize=(6.5, 3.2), layout="constrained")
    reference, narrow, unicast, apart = table5.VARIANTS
    for variant, colour, style in ((reference, COLOURS[0], "-"), (unicast, COLOURS[3], "--"), (apart, COLOURS[5], ":")):
        found = [table5.cost(replace(variant, bandwidth=width), table5.CLUSTER, table5.CLUSTER) for width in WIDTHS]
        speeds = [table5.macs_per_cycle(cost) for cost in found]
        axes.plot(WIDTHS, speeds, style, color=colour, label=variant.name)
        axes.plot(variant.bandwidth, variant.published, "o", color=colour, label=f"paper: {variant.published}")
    axes.plot(
        narrow.bandwidth, narrow.published, "o", color=COLOURS[1], label=f"paper, {narrow.name}: {narrow.published}"
    )
    axes.set_xlabel("elements per cycle")
    axes.set_ylabel("MACs per cycle")
    axes.set_ylim(bottom=0)
    figure.legend(frameon=False, loc="outside right center")
    return figure


PICTURES = {
    "figure10": draw_figure10,
    "restarting": draw_restarting,
    "figure11": draw_figure11,
    "figure12": draw_figure12,
    "table5": draw_table5,
}


def with_tables(page: str) -> str:
    """The page with every marked table as it is now; KeyError for a marker that names none."""
    found = {name: table_text(item) for name, item in {"claims": claims.table(), **tables()}.items()}
    marked = re.compile(r"(<!-- table: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
    return marked.sub(lambda match: f"{match[1]}\n{found[match[2]]}\n\n{match[3]}", page)


def main() -> None:
    """Write everything."""
    page = DOCS / "paper.md"
    page.write_text(with_tables(page.read_text("utf-8")), "utf-8")
    (DOCS / "paper").mkdir(exist_ok=True)
    with matplotlib.rc_context(STYLE):
        for name, draw in PICTURES.items():
            figure = draw()
            figure.savefig(DOCS / "paper" / f"{name}.svg", metadata={"Date": None})
            pyplot.close(figure)


if __name__ == "__main__":
    main()
