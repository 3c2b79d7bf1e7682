"""What `weft plot` and `weft report` read: files as `weft evaluate` takes them, or a JSON document of a command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import click

from ..backends.report import SCHEMA_VERSION
from ..ir import WeftError
from ..pictures.documents import Document, checked_document, read_document
from .evaluated import evaluate_all, evaluated_data
from .findings import show_diagnostics, show_findings
from .given import Given
from .inputs import read_inputs


def read_pictured(files: Sequence[str], given: Given, time: str) -> tuple[Document, bool]:
    """The document that is drawn, and whether something of it is wrong; findings are shown.

    WeftError where there is nothing to draw, and wrong usage where options would change what a document has.
    """
    if len(files) == 1 and files[0].endswith(".json"):
        return _document(files[0], given, time), False
    inputs = read_inputs(tuple(files), given)
    results = evaluate_all(inputs)
    show_diagnostics(inputs.diagnostics)
    show_findings((item.layer.name, findings) for item, _, findings in results)
    data = {"schema_version": SCHEMA_VERSION, **evaluated_data(inputs, results, time or "stepwise")}
    document = checked_document(data, "what was evaluated")
    wrong = any(item.is_error for item in inputs.diagnostics)
    if all(layer.get("error") for layer in document.data["layers"]):
        # It has been said why.
        raise WeftError(())
    return document, wrong or any(layer.get("error") for layer in document.data["layers"])


def _document(file: str, given: Given, time: str) -> Document:
    options = [
        item.name for item in fields(Given) if item.name != "layers" and getattr(given, item.name) != item.default
    ]
    if options or time:
        raise click.UsageError(
            f"'{file}' is a result: its machine, programs and time are what it says; only --layer chooses"
        )
    return read_document(file).only(given.layers)
