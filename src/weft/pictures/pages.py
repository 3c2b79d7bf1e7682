"""The page that reports on a document."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from ..backends.cost import TIMES as MODELS
from ..backends.plots import Results, energy, roofline, spacetime, timeline, traffic, utilization
from ..backends.plots.page import Part, page
from ..backends.plots.timeline import LIMIT
from ..backends.plots.words import COUNTS, ENERGIES, TIMES, in_words
from ..ir import WeftError
from ..passes import schedule
from .designs import front_of
from .documents import Data, Document
from .explorations import exploration_page
from .fusions import fusion_page
from .programs import machine_part, programs
from .proofs import proof_of


def report_page(document: Document, title: str = "") -> str:
    """The page of a document. WeftError (W009) where it has nothing that could be shown."""
    if document.kind == "explore":
        return exploration_page(document, title)
    if document.kind == "fuse":
        return fusion_page(document, title)
    results = document.results()
    parts = [_layer_table(results), *_findings(document), *_proofs(document), *_fronts(document)]
    parts += [*_figures(results), *_steps(document, results), *programs(document, results), *machine_part(document)]
    return page(title or f"{results.subject} on {results.machine}", parts, _facts(document, results))


def _facts(document: Document, results: Results) -> list[tuple[str, str]]:
    """The machine and the totals, for the head."""
    good, time = results.good, results.time
    wrong = len(results.layers) - len(good)
    cycles = sum(layer["cycles"][time] for layer in good)
    facts = [
        ("machine", results.machine),
        ("layers", f"{len(good)}" + (f", and {wrong} without a cost" if wrong else "")),
        ("multiply-accumulates", f"{sum(layer['macs'] for layer in good):,}"),
        (f"cycles, {time}", f"{cycles:,}"),
        ("time", in_words(sum(layer["seconds"][time] for layer in good), TIMES)),
        ("energy", in_words(sum(layer["energy_pj"]["total"] for layer in good), ENERGIES)),
        ("utilization", f"{sum(layer['utilization'] * layer['cycles'][time] for layer in good) / cycles:.1%}"),
    ]
    if document.kind == "map":
        proved = sum(layer["certificate"]["status"] == "optimal" for layer in document.data["layers"] if _good(layer))
        facts.append(("proved optimal", f"{proved} of {len(good)} layers"))
    return facts


def _good(layer: Data) -> bool:
    return not layer.get("error")


def _figures(results: Results) -> Iterator[Part]:
    for draw, heading in (
        (roofline, "Roofline"),
        (utilization, "Cycles"),
        (energy, "Energy"),
        (traffic, "Traffic"),
    ):
        if all("roofline" in layer for layer in results.good) or draw is not roofline:
            yield Part(heading, figure=draw(results))


def _fronts(document: Document) -> Iterator[Part]:
    """The front, where several programs are on it."""
    if document.kind == "map" and any(len(layer.get("pareto", ())) > 1 for layer in document.data["layers"]):
        yield Part("Front", figure=front_of(document))


def _steps(document: Document, results: Results) -> Iterator[Part]:
    """What the units of a single layer do step by step, and its time line where it is small enough."""
    if len(results.good) > 1:
        return
    try:
        placed = schedule(document.mapping(), "warning")
    except WeftError:
        return  # The document does not say the program; its numbers are shown all the same.
    yield Part("Steps", figure=spacetime(placed, document.accelerator))
    if placed.mapping.workload.points <= LIMIT:
        yield Part("Time line", figure=timeline(placed, document.accelerator))


def _layer_table(results: Results) -> Part:
    head = ("layer", "type", "MACs", *(f"{time} cycles" for time in MODELS), "utilization", "energy", "busiest")
    rows = [
        (
            name,
            layer["type"],
            f"{layer['macs']:,}",
            *(f"{layer['cycles'][time]:,}" for time in MODELS),
            f"{layer['utilization']:.1%}",
            in_words(layer["energy_pj"]["total"], ENERGIES),
            max(layer["bottlenecks"], key=lambda key: layer["bottlenecks"][key]),
        )
        for name, layer in results.named
    ]
    return Part("Layers", f"Utilization is of the {results.time} time.", table=[head, *rows])


def _proofs(document: Document) -> Iterator[Part]:
    """What is proved of the programs that a search found."""
    if document.kind != "map":
        return
    head = ("layer", "proof", "gap", "value", "lower bound", "programs of the space", "seconds", "space")
    rows = []
    for layer in filter(_good, document.data["layers"]):
        proof = layer["certificate"]
        gap, bound = proof["gap"], proof["lower_bound"]
        rows.append(
            (
                layer["layer"],
                proof["status"],
                "unknown" if gap is None else f"{gap:.2%}",
                f"{layer['value']:.6g}",
                "unknown" if bound is None else f"{bound:.6g}",
                in_words(proof["space_size"], COUNTS),
                f"{layer['seconds']:.2f}",
                proof["space"],
            )
        )
    objective = document.data["question"]["objective"]
    parts = []
    with suppress(WeftError):  # No layer has a history.
        parts.append(Part("The way to the proof", figure=proof_of(document)))
    yield Part("Proofs", f"Least {objective}, by {document.time} time.", table=[head, *rows], parts=parts)


def _findings(document: Document) -> Iterator[Part]:
    """What is wrong with the layers that have no cost."""
    wrong = [layer for layer in document.data["layers"] if not _good(layer)]
    rows = [
        (layer["layer"], layer["type"], finding["code"], finding["message"])
        for layer in wrong
        for finding in layer["diagnostics"]
        if finding["severity"] == "error"
    ]
    if rows:
        yield Part("Layers without a cost", table=[("layer", "type", "code", "finding"), *rows])
