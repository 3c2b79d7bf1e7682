"""Spaces of machines: fields with several values each (`pes: 8..240:8`, `L2.capacity_bytes: needed`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, TypeAdapter

from ...ir import Accelerator, Findings, Location, MachineSpace, Variable, with_values
from ...ir.nearest import did_you_mean
from ..value_sets import BadValues, Kind, read_values
from .overrides import TABLES, TEXTS, At, Targets, locate, pairs_of, targets_of, unknown_hint
from .problems import layout_at

MAX_SPACE_VALUES = 1 << 22
"""Values of all variables of a space together."""

NEEDED = "needed"
"""The capacity of a memory that is as large as what the programs require."""


@dataclass(slots=True)
class _Reader:
    machine: Accelerator
    at: At
    findings: Findings = field(default_factory=Findings)
    variables: list[Variable] = field(default_factory=list)
    needed: dict[str, None] = field(default_factory=dict)
    taken: dict[Location, str] = field(default_factory=dict)

    def wrong(self, key: str, text: str, hint: str = "", item: int | None = None, code: str = "W205") -> None:
        place: Location = (key,) if item is None else (key, item)
        self.findings.add(code, text, self.at(place, False), hint=hint)

    def read(self, key: str, given: Any, shown: str, targets: Targets) -> None:
        places = locate(key, targets)
        if not places:
            hint = unknown_hint(key, self.machine, targets)
            self.findings.add("W205", f"{shown}: unknown key '{key}'", self.at((key,), True), hint=hint)
            return
        for place in places:
            if place in self.taken:
                text = f"{shown}: '{self.taken[place]}' varies the same field"
                self.wrong(key, text, "drop one of them", code="W006")
                return
        self.taken |= dict.fromkeys(places, key)
        if isinstance(given, str) and given.strip() == NEEDED:
            self._need(key, places, shown)
        elif (kind := _kind(places[0])) is None:
            self.wrong(key, f"{shown}: '{key}' cannot vary", "numbers, flags, names and shapes can")
        else:
            self._vary(key, given, shown, kind, places)

    def _vary(self, key: str, given: Any, shown: str, kind: Kind, places: list[Location]) -> None:
        parts = [part.strip() for part in given.split("|")] if isinstance(given, str) else given
        if isinstance(parts, list) and NEEDED in parts:
            text = f"{shown}: '{NEEDED}' stands alone: it is no alternative to a capacity"
            self.wrong(key, text, item=parts.index(NEEDED) if parts is given else None)
            return
        try:
            values = read_values(given, kind)
        except BadValues as error:
            for problem in error.problems:
                self.wrong(key, f"{shown}: {problem.text}", problem.hint, problem.item, problem.code or "W205")
            return
        none: dict[tuple[str, Any], Any] = getattr(layout_at(places[0]), "NONE", {})
        name = str(places[0][-1])
        self.variables.append(Variable(key, tuple(places), tuple(none.get((name, value), value) for value in values)))

    def _need(self, key: str, places: list[Location], shown: str) -> None:
        if any(place[0] != "memories" or place[-1] != "capacity_bytes" for place in places):
            hint = did_you_mean(f"{key.partition('.')[0]}.capacity_bytes", targets_of(self.machine))
            self.wrong(key, f"{shown}: only a capacity can be needed", hint)
        for place in places:
            if place[-1] == "capacity_bytes" and isinstance(place[1], int):
                self.needed[self.machine.memories[place[1]].name] = None


def machine_space(
    accelerator: Accelerator, vary: Mapping[str, Any] | Sequence[str], at: At = lambda place, at_key: None
) -> MachineSpace:
    """See `machine_space` of the package; `at` tells where (key,) or (key, item) stands."""
    reader = _Reader(accelerator, at)
    targets = targets_of(accelerator)
    for key, given, shown in pairs_of(vary, reader.findings):
        reader.read(key, given, shown, targets)
        if sum(len(variable.values) for variable in reader.variables) > MAX_SPACE_VALUES:
            reader.wrong(key, f"{shown}: all variables together have more than {MAX_SPACE_VALUES} values")
            break
    reader.findings.raise_errors()
    needed = tuple(memory.name for memory in accelerator.memories if memory.name in reader.needed)
    return MachineSpace(_unlimited(accelerator, needed), tuple(reader.variables), needed)


def _unlimited(machine: Accelerator, names: Sequence[str]) -> Accelerator:
    places = [
        ("memories", number, "capacity_bytes") for number, memory in enumerate(machine.memories) if memory.name in names
    ]
    return with_values(machine, [(Variable("needed", tuple(places), ()), None)])


def _kind(place: Location) -> Kind | None:
    """What stands at a place; None for what does not vary: names, tables and lists other than shapes."""
    model = layout_at(place)
    table = len(place) > 1 and place[-2] in TABLES
    name = str(place[-2] if table else place[-1])
    info = model.model_fields[name]
    annotation = get_args(info.annotation)[1] if table else info.annotation
    shapes = annotation == model.model_fields["shape"].annotation if "shape" in model.model_fields else False
    inner = [item for item in get_args(annotation) or (annotation,) if item is not NoneType]
    if name in ("name", "source") or (not shapes and any(_is_nested(item) for item in (annotation, *inner))):
        return None
    whole = Annotated[annotation, *info.metadata] if info.metadata and not table else annotation
    adapter = TypeAdapter(list[whole], config={"strict": True})  # type: ignore[valid-type]  # the type is that of the field
    return Kind(adapter, name in TEXTS, shapes, info.description or "")


def _is_nested(annotation: Any) -> bool:
    if get_origin(annotation) in (list, dict):
        return True
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
