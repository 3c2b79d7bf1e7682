"""How the proofs of a search came about."""

from __future__ import annotations

from ..backends.plots import OVER, Figure, proof
from ..ir import Diagnostic, WeftError
from .documents import Document


def proof_of(document: Document, over: str = OVER[0]) -> Figure:
    """The best value and the bound of each layer over the time of its search. WeftError (W009) where none is told."""
    if document.kind != "map":
        hint = "weft map … --json > FILE tells it"
        raise WeftError(Diagnostic("W009", "a proof is of a result of weft map", hint=hint))
    rows = [
        {"layer": name, "moment": number, **moment}
        for name, layer in document.named_layers
        for number, moment in enumerate(layer.get("history", ()))
    ]
    if not rows:
        hint = "answers from a store and fronts have none: search again, for one objective and without --store"
        raise WeftError(Diagnostic("W009", "the result does not tell how its searches went", hint=hint))
    missing = [name for name, layer in document.named_layers if not layer.get("history")]
    return proof(rows, document.data["question"]["objective"], document.accelerator, missing, over)
