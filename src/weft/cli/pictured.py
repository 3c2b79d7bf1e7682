"""What `weft plot` and `weft report` read: files as `weft evaluate` takes them, or a JSON document of a command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from ..api import DEFAULT_ACCELERATOR, machine_of, read
from ..backends.report import SCHEMA_VERSION
from ..fused import plan_fusion, read_fused
from ..fusion.report import plan_data
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
    data: dict[str, Any] = {"schema_version": SCHEMA_VERSION, **evaluated_data(inputs, results, time or "stepwise")}
    document = checked_document(data, "what was evaluated")
    wrong = any(item.is_error for item in inputs.diagnostics)
    if all(layer.get("error") for layer in document.data["layers"]):
        # It has been said why.
        raise WeftError(())
    return document, wrong or any(layer.get("error") for layer in document.data["layers"])


def read_fused_pictured(files: Sequence[str], given: Given, time: str) -> Document:
    """The document of what `weft fuse` reads, or prints as JSON: fused programs, or plans by traffic."""
    if time:
        raise click.UsageError("--time is of files that are evaluated: fused programs and plans have their own")
    if len(files) > 1:
        raise click.UsageError(f"Got unexpected extra argument ({files[1]})")
    if files[0].endswith(".json"):
        return _document(files[0], given, time)
    only = Given(accelerator=given.accelerator, overrides=given.overrides, layers=given.layers)
    if given != only:
        raise click.UsageError("fused programs and plans take --accelerator, --set and --layer alone")
    machine = machine_of(given.accelerator or DEFAULT_ACCELERATOR, given.overrides)
    programs = read_fused(files[0]) if Path(files[0]).is_file() and files[0].endswith(".m") else ()
    data: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "accelerator": machine.name, "machine": machine.to_dict()}
    if programs:
        data["programs"] = [{"name": program.name, "program": str(program)} for program in programs]
    else:
        networks = read(files[0], None)
        show_diagnostics([item for network in networks for item in network.diagnostics])
        data["plans"] = [plan_data(plan_fusion(network, machine)) for network in networks]
    return checked_document(data, "what was planned").only(given.layers)


def _document(file: str, given: Given, time: str) -> Document:
    options = [
        item.name for item in fields(Given) if item.name != "layers" and getattr(given, item.name) != item.default
    ]
    if options or time:
        raise click.UsageError(
            f"'{file}' is a result: its machine, programs and time are what it says; only --layer chooses"
        )
    return read_document(file).only(given.layers)
