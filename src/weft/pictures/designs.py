"""Fronts of what searches and explorations found, and the designs that `weft explore --cloud` wrote."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from ..backends.plots import METRICS, Figure, cloud, front
from ..ir import METRIC_OF, Diagnostic, WeftError
from ..ir.extras import need
from ..ir.files import read_text
from .documents import Data, Document

CLOUDS = (".csv", ".parquet")
"""The endings of files of designs."""

MOST_BYTES = 1 << 30
"""The largest CSV file that is read."""


def front_of(document: Document) -> Figure:
    """The front of every layer that a search found, or of an exploration. WeftError (W009) where there is none."""
    rows = list(_programs(document.data) if document.kind == "map" else _designs(document.data))
    if document.kind == "evaluate" or not any(row["point"] == "front" for row in rows):
        hint = "weft map --objective energy,cycles and weft explore --front give one"
        raise WeftError(Diagnostic("W009", "the result has no front", hint=hint))
    x, y = "cycles", "energy_pj"
    if document.kind == "explore":
        x, y = (dict(METRIC_OF).get(name, name) for name in document.data["question"]["front"][:2])
    title = f"Front of {'programs' if document.kind == 'map' else 'designs'} on {document.accelerator}"
    return front(rows, x, y, title, document.data["question"].get("limits", {}))


def _programs(document: Data) -> Iterator[Data]:
    for layer in document["layers"]:
        for item in layer.get("pareto", ()):
            program = item["dataflow"].replace("\n", " ")
            metrics = {"cycles": item["cycles"], "energy_pj": item["energy_pj"]}
            yield {"group": layer["layer"], "point": "front", **metrics, "program": program}


def _designs(document: Data) -> Iterator[Data]:
    for run in document.get("runs", [document]):
        group = run.get("layer", document["accelerator"])
        points = run.get("front") or []
        for design in points["points"] if isinstance(points, dict) else points:
            yield _design(design, group, "front")
        for objective, best in run.get("best", {}).items():
            if best is not None and points:
                yield _design(best, group, f"least {objective}")


def _design(design: Data, group: str, point: str) -> Data:
    settings = ", ".join(f"{name}={value}" for name, value in design.get("settings", {}).items())
    programs = design.get("programs", [])
    program = programs[0]["dataflow"].replace("\n", " ") if len(programs) == 1 else ""
    metrics = {name: design["metrics"][name] for name in METRICS}
    metrics["ed2p"] = metrics["edp"] * metrics["cycles"]
    return {"group": group, "point": point, **metrics, "settings": settings, "program": program}


def cloud_of(path: str | Path, x: str = "area_mm2", y: str = "cycles", limits: Sequence[str] = ()) -> Figure:
    """The designs of a file that `weft explore --cloud` wrote (CSV or Parquet); `limits` are lines, as `area_mm2=6`.

    WeftError (W008, W001) for a file that is none, ValueError for a metric that there is not.
    """
    for name in (x, y):
        if name not in METRICS:
            raise ValueError(f"designs are compared by {', '.join(METRICS)}, not by {name!r:.60}")
    lines = dict(_limit(text) for text in limits)
    columns = _columns(path, (x, y))
    return cloud(columns, x, y, f"Designs of {Path(path).name}", lines)


def _limit(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        if name not in METRICS or not 0 < float(value) < float("inf"):
            raise ValueError
    except ValueError:
        raise ValueError(f"a limit is METRIC=NUMBER, of {', '.join(METRICS)}, not {text!r:.60}") from None
    return name, float(value)


def _columns(path: str | Path, names: Sequence[str]) -> dict[str, Any]:
    try:
        found = _parquet(path, names) if str(path).endswith(".parquet") else _csv(path, names)
        if not all(len(found[name]) and np.isfinite(found[name]).all() and (found[name] > 0).all() for name in names):
            raise ValueError("a metric is missing, or is not above 0")
    except (ValueError, KeyError) as error:
        reason = f"no column {error}" if isinstance(error, KeyError) else str(error)
        hint = "weft explore … --cloud FILE writes one"
        raise WeftError(Diagnostic("W001", f"'{path}' is no table of designs: {reason}", hint=hint)) from None
    return found


def _csv(path: str | Path, names: Sequence[str]) -> dict[str, Any]:
    reader = csv.DictReader(read_text(path, MOST_BYTES).splitlines())
    values = [[float(row[name] or "nan") for name in names] for row in reader]
    return dict(zip(names, np.array(values, dtype=np.float64).reshape(-1, len(names)).T, strict=True))


def _parquet(path: str | Path, names: Sequence[str]) -> dict[str, Any]:
    with need("pyarrow", "reading Parquet needs PyArrow", "pip install 'weft-ir[parquet]'"):
        parquet: Any = import_module("pyarrow.parquet")
    try:
        table = parquet.read_table(path, columns=list(names))
    except OSError as error:
        raise WeftError(Diagnostic("W008", f"'{path}' cannot be read: {error.strerror or error}")) from None
    return {name: table.column(name).to_numpy().astype(np.float64) for name in names}
