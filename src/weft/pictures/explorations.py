"""The page that reports on an exploration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from ..backends.plots.page import Part, page
from ..backends.plots.words import ENERGIES, TIMES, in_words
from ..ir import WeftError
from ..ir.yaml_core import dump
from .designs import front_of
from .documents import Data, Document


def exploration_page(document: Document, title: str) -> str:
    """The page of an exploration: what was asked, the best designs with their machines and programs, and the front."""
    data = document.data
    parts = [_asked(data["question"]), *(part for run in data.get("runs", [data]) for part in _best(run))]
    with suppress(WeftError):  # No front was asked for, or there is none.
        parts.insert(0, Part("Front", figure=front_of(document)))
    facts = [
        ("base machine", document.accelerator),
        ("designs", f"{data['designs']:,}"),
        ("valid", f"{data['valid']:,}"),
        ("time model", document.time),
        *((f"over {name}", f"{count:,}") for name, count in data.get("over", {}).items() if isinstance(count, int)),
    ]
    return page(title or f"Exploration of {document.accelerator}", parts, facts)


def _asked(question: Data) -> Part:
    rows = [(name, ", ".join(values)) for name, values in question["vary"].items()]
    limits = [(f"limit on {name}", f"{most:g}") for name, most in question["limits"].items()]
    return Part("What was asked", table=[("field", "values"), *rows, *limits])


def _best(run: Data) -> Iterator[Part]:
    """The best designs of a layer, or of layers together."""
    best = {name: design for name, design in run.get("best", {}).items() if design is not None}
    where = f" of {run['layer']}" if run.get("layer") else ""
    if not best:
        yield Part(f"Best designs{where}", note="No design is valid.")
        return
    rows = [(name, *_metrics(design["metrics"]), _settings(design)) for name, design in best.items()]
    parts = [part for name, design in best.items() for part in _details(name, design)]
    yield Part(
        f"Best designs{where}",
        table=[("least", "cycles", "time", "energy", "area", "power", "energy × cycles", "settings"), *rows],
        parts=parts,
    )


def _metrics(metrics: Data) -> tuple[str, ...]:
    return (
        f"{metrics['cycles']:,}",
        in_words(metrics["seconds"], TIMES),
        in_words(metrics["energy_pj"], ENERGIES),
        f"{metrics['area_mm2']:.4g} mm²",
        f"{metrics['power_mw']:.4g} mW",
        f"{metrics['edp']:.4g} pJ",
    )


def _settings(design: Data) -> str:
    layers = design.get("layers")
    return f"{len(layers)} layers, each its own" if layers else _listed(design.get("settings", {}))


def _listed(settings: Data) -> str:
    return ", ".join(f"{name}={value}" for name, value in settings.items())


def _details(name: str, design: Data) -> Iterator[Part]:
    """The machine and the programs of a design; of a pipelined one those of every layer."""
    for own in design.get("layers", [design]):
        programs = [Part(item["layer"], text=item["dataflow"]) for item in own.get("programs", ())]
        machine = [Part("Machine", text=dump(own["machine"]))] if "machine" in own else []
        title = f"Least {name}: {_listed(own.get('settings', {}))}"
        yield Part(title, folded=True, parts=[*machine, *programs])
