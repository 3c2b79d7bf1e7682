"""What is drawn, as a document of a command (docs/json.md): from results in memory, and from JSON files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..api import evaluate
from ..backends.cost import Cost
from ..backends.fused import FusedCost
from ..backends.plots import Results
from ..backends.report import SCHEMA_VERSION, Whole, cost_data, layer_data, operator_of, program_data
from ..frontends.accelerator import parse_accelerator
from ..frontends.maestro import parse_dataflow, parse_workload
from ..fusion.plan import Planned
from ..fusion.report import plan_data
from ..ir import Diagnostic, Mapping, WeftError, layer_names
from ..ir.json_text import read_json
from ..ir.nearest import did_you_mean
from .layout import first_fault, kind_of

Data = dict[str, Any]

MOST_BYTES = 1 << 28
"""The largest file that is read: results of models of thousands of layers."""


@dataclass(frozen=True)
class Document:
    """A document, and the command that prints such: `evaluate`, `map`, `explore` or `fuse`."""

    kind: str
    data: Data

    @property
    def accelerator(self) -> str:
        """The machine's name."""
        name: str = self.data["accelerator"]
        return name

    @property
    def machine(self) -> Data | None:
        """The machine as data, where the document has it."""
        machine: Data | None = self.data.get("machine")
        if self.kind == "map":
            machine = self.data["question"]["accelerator"]
        return machine

    @property
    def time(self) -> str:
        """The time model that was asked for."""
        time: str = self.data["time"] if self.kind == "evaluate" else self.data.get("question", {}).get("time", "")
        return time

    def only(self, names: Sequence[str]) -> Document:
        """The document with the layers of these names (NAME, NETWORK/NAME, NAME#2) alone; all of them without any.

        WeftError (W002) where one is missing.
        """
        if not names:
            return self
        if self.kind == "explore":
            raise WeftError(Diagnostic("W002", "an exploration has no layers to choose from"))
        if self.kind == "fuse":
            return self._only_programs(names)
        layers, known = self.data["layers"], self._names
        for name in names:
            if not any(name in group for group in known):
                every = [name for group in known for name in group]
                first = f"the first layers are {', '.join(group[0] for group in known[:5])}"
                hint = did_you_mean(name, every, otherwise=first)
                raise WeftError(Diagnostic("W002", f"no layer '{name}'", hint=hint))
        kept = [layer for layer, group in zip(layers, known, strict=True) if not set(names).isdisjoint(group)]
        return Document(self.kind, self.data | {"layers": kept})

    def _only_programs(self, names: Sequence[str]) -> Document:
        """Fused programs that are called so; of a plan those that have layers of these names."""
        kept = [item for item in self.data.get("programs", ()) if item["name"] in names]
        for found in self.data.get("plans", ()):
            own = [item for item in found["programs"] if not set(names).isdisjoint(item["layers"])]
            kept += [{"name": name, "program": item["program"]} for item in own for name in names[:1]]
        if not kept:
            raise WeftError(Diagnostic("W002", f"no fused program is or has '{names[0]}'"))
        data = {name: item for name, item in self.data.items() if name != "plans"}
        return Document(self.kind, data | {"programs": kept})

    @property
    def _names(self) -> list[tuple[str, ...]]:
        """What each layer is called: NAME, NETWORK/NAME, NAME#2."""
        seen, known = Counter[tuple[str, str]](), []
        for layer in self.data["layers"]:
            place = layer["network"], layer["layer"]
            seen[place] += 1
            known.append(layer_names(*place, seen[place]))
        return known

    @property
    def named_layers(self) -> list[tuple[str, Data]]:
        """The layers that are right, with a name of each's own."""
        good = [layer for layer in self.data["layers"] if not layer.get("error")]
        return list(zip(Results(self.accelerator, self.time, good).labels, good, strict=True))

    def results(self) -> Results:
        """The layers as `weft evaluate` has them. WeftError (W009) where it has none that is right."""
        layers = [_evaluated(layer, self) for layer in self.data.get("layers", ()) if self.kind != "explore"]
        found = Results(self.accelerator, self.time, layers)
        if not found.good:
            raise WeftError(self._nothing())
        return found

    def mapping(self) -> Mapping:
        """The only layer with its program and machine; WeftError where there is not one, or what it was is not said."""
        good = [layer for layer in self.data.get("layers", ()) if self.kind != "explore" and not layer.get("error")]
        if not good:
            raise WeftError(self._nothing())
        if len(good) > 1:
            names = ", ".join(layer["layer"] for layer in good[:5])
            hint = f"choose one with --layer: {names}, …"
            raise WeftError(Diagnostic("W002", f"this picture is of one layer, and there are {len(good)}", hint=hint))
        return mapping_of(good[0], self)

    def _nothing(self) -> list[Diagnostic]:
        hint = "explorations have a front: weft plot front" if self.kind == "explore" else ""
        return [Diagnostic("W009", "there is no layer with a cost to draw", hint=hint)]


def mapping_of(layer: Data, document: Document) -> Mapping:
    """A layer of a document, made of its texts. WeftError (W001) where they are missing or make none."""
    if document.machine is None or not {"workload", "dataflow"} <= set(layer):
        hint = "write it again with this version: weft evaluate … --json"
        raise WeftError(Diagnostic("W001", f"the document does not say what program '{layer['layer']}' has", hint=hint))
    machine = parse_accelerator(json.dumps(document.machine))
    workload, dataflow = parse_workload(layer["workload"]), parse_dataflow(layer["dataflow"])
    return Mapping(workload, dataflow, machine, layer["layer"])


def _evaluated(layer: Data, document: Document) -> Data:
    """A layer as `weft evaluate` has it: of the mapper its result, with what bounds its program."""
    if layer.get("error") or document.kind != "map":
        return layer
    cost = evaluate(mapping_of(layer, document), "warning")
    result: Data = layer["result"]
    return result | program_data(cost)


def document_of(what: Any) -> Document:
    """The document of a result in memory, of data that are one, or of a JSON file.

    WeftError (W008, W001) for a file that is none; TypeError for what is no result.
    """
    if isinstance(what, str | Path):
        return read_document(what)
    if isinstance(what, dict):
        return checked_document(what, "the document")
    if hasattr(what, "to_dict") and not isinstance(what, Whole):
        return checked_document(what.to_dict(), "the result")
    if isinstance(what, FusedCost | Planned):
        return _of_fused(what)
    costs = list(_costs(what))
    if not costs:
        raise TypeError(f"a result is drawn: a cost, several, a network, what weft.map finds, …, not {what!r:.60}")
    first = costs[0][1].schedule.mapping.accelerator.whole
    layers = [
        layer_data("", name, operator) | cost_data(cost, "stepwise", ()) | program_data(cost)
        for name, cost, operator in costs
    ]
    data = {"schema_version": SCHEMA_VERSION, "accelerator": first.name, "machine": first.to_dict()}
    return Document("evaluate", data | {"time": "stepwise", "layers": layers, "networks": [], "diagnostics": []})


def _of_fused(what: FusedCost | Planned) -> Document:
    """A fused program or a plan, as `weft fuse --json` has it."""
    machine = what.accelerator if isinstance(what, Planned) else what.schedule.accelerator
    data = {"schema_version": SCHEMA_VERSION, "accelerator": machine.name, "machine": machine.to_dict()}
    if isinstance(what, Planned):
        return Document("fuse", data | {"plans": [plan_data(what)]})
    program = what.schedule.program
    return Document("fuse", data | {"programs": [{"name": program.name, "program": str(program)}]})


def _costs(what: Any) -> Iterator[tuple[str, Cost, str]]:
    """Names, costs and operators of what has costs."""
    if isinstance(what, Mapping):
        what = evaluate(what)
    if isinstance(what, Cost):
        mapping = what.schedule.mapping
        yield mapping.name or "layer", what, mapping.workload.operator
    elif isinstance(what, Whole):
        for layer, cost in what.layers:
            yield layer.name, cost, operator_of(layer)
    elif isinstance(what, Iterable):
        for item in what:
            yield from _costs(item)


def read_document(path: str | Path) -> Document:
    """The document of a JSON file; WeftError (W008, W001) for anything else."""
    return checked_document(read_json(path, MOST_BYTES), f"'{path}'")


def checked_document(data: Any, name: str) -> Document:
    """Data as a document; WeftError (W001) where a field is missing or has no value that it can have."""
    kind = kind_of(data)
    if kind is None:
        hint = "write one with weft evaluate, map, explore or fuse … --json > FILE"
        raise WeftError(Diagnostic("W001", f"{name} is no result that Weft draws", hint=hint))
    if data["schema_version"] != SCHEMA_VERSION:
        version = str(data["schema_version"])[:20]
        message = f"{name} has schema_version {version}; this Weft reads {SCHEMA_VERSION}"
        raise WeftError(Diagnostic("W001", message))
    if fault := first_fault(kind, data):
        raise WeftError(Diagnostic("W001", f"{name} is damaged: {fault}"))
    return Document(kind, data)
