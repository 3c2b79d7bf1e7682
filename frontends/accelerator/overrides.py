"""Changes to single numbers of a machine: `pes=64`, `bandwidth=16`, `L2.networks.0.latency=3`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, get_origin

import yaml

from ...ir import Accelerator, Findings, Location, Span, WeftError
from ...ir.nearest import did_you_mean
from ..value_sets import single_value
from .model import AcceleratorModel, InterconnectModel, MemoryModel, VectorUnitModel
from .problems import Problem, check, path_text

Targets = dict[str, list[Location]]
At = Callable[[Location, bool], Span | None]
"""Where the value of a key, an item of it, or (with True) the key stands in a file."""

_NETWORK = tuple(InterconnectModel.model_fields)
_MEMORY = tuple(name for name in MemoryModel.model_fields if name != "networks")
_EVERY_MEMORY = ("capacity_bytes", "buffering", "banks", "block_size", "leakage_mw")
_SHOWN = 60
TEXTS = tuple(name for name, item in AcceleratorModel.model_fields.items() if item.annotation is str)
TABLES = tuple(
    name
    for model in (AcceleratorModel, VectorUnitModel, MemoryModel, InterconnectModel)
    for name, item in model.model_fields.items()
    if get_origin(item.annotation) is dict
)
"""The settings that are tables by tensor."""


def override(
    accelerator: Accelerator, overrides: Mapping[str, Any] | Sequence[str], at: At = lambda place, at_key: None
) -> Accelerator:
    """See `apply_overrides`; `at` tells where a (key,) stands."""
    findings = Findings()
    data = accelerator.to_dict()
    targets = targets_of(accelerator)
    settings: dict[Location, tuple[str, str]] = {}
    for key, raw, shown in pairs_of(overrides, findings):
        locations = locate(key, targets)
        if not locations:
            findings.add(
                "W205", f"{shown}: unknown key '{key}'", at((key,), True), hint=unknown_hint(key, accelerator, targets)
            )
            continue
        try:
            name = locations[0][-1]
            value = single_value(raw, name == "shape") if isinstance(raw, str) and name not in TEXTS else raw
        except (yaml.YAMLError, ValueError) as error:
            reason = getattr(error, "problem", None) or "it is not YAML"
            findings.add("W205", f"{shown}: the value cannot be read: {reason}", at((key,), False))
            continue
        for location in locations:
            if _put(data, location, value):
                settings[location] = key, shown
            else:
                table = path_text(location[:-1])
                text = f"{shown}: {table} is no table of tensors"
                findings.add("W205", text, at((key,), False), hint=f"drop the setting of {table}")
    if ("shape",) not in settings and _counts(data) != _counts(accelerator.to_dict()):
        data["shape"] = []  # that of another array
    checked = check(data)
    if isinstance(checked, AcceleratorModel) and not findings.has_errors:
        return checked.accelerator()
    for text, hint, key in _report(() if isinstance(checked, AcceleratorModel) else checked, settings):
        findings.add("W205", text, at((key,), False) if key else None, hint=hint)
    raise WeftError(findings.items)


def pairs_of(overrides: Mapping[str, Any] | Sequence[str], findings: Findings) -> Iterator[tuple[str, Any, str]]:
    """Every key with its value, a text unless a mapping has another, and the setting as it is shown."""
    if isinstance(overrides, Mapping):
        for key, value in overrides.items():
            shown = f"{key}={value}"
            yield key, value, shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
        return
    seen: dict[str, str] = {}
    for item in (overrides,) if isinstance(overrides, str) else overrides:
        key, equals, value = (part.strip() for part in item.partition("="))
        if not equals:
            findings.add("W205", f"{item}: a setting is key=value", hint="such as pes=64 or L2.bandwidth=32")
        elif key in seen:
            findings.add("W006", f"{item}: '{key}' is set twice", hint=f"the other setting is {seen[key]}")
        else:
            seen[key] = item[:_SHOWN]
            yield key, value, item if len(item) <= _SHOWN else f"{item[:_SHOWN]}…"


def targets_of(accelerator: Accelerator) -> Targets:
    """Every key that can be set, with the places in the layout that it stands for."""
    targets: Targets = {name: [(name,)] for name in AcceleratorModel.model_fields if name != "memories"}
    if accelerator.vector_unit is not None:
        targets |= {f"vector_unit.{name}": [("vector_unit", name)] for name in VectorUnitModel.model_fields}
    for number, memory in enumerate(accelerator.memories):
        at: Location = ("memories", number)
        for name in _MEMORY:
            targets[f"{memory.name}.{name}"] = [(*at, name)]
        for name in _EVERY_MEMORY:
            targets.setdefault(name, []).append((*at, name))
        if memory.instances is None:
            continue
        for position in range(len(memory.networks)):
            for name in _NETWORK:
                place: Location = (*at, "networks", position, name)
                targets[f"{memory.name}.networks.{position}.{name}"] = [place]
                targets.setdefault(f"{memory.name}.{name}", []).append(place)
                targets.setdefault(name, []).append(place)
    return targets


def locate(key: str, targets: Targets) -> list[Location]:
    """The places of a key; below a table by tensor any tensor may be named."""
    if key in targets:
        return targets[key]
    table, _, tensor = key.rpartition(".")
    if tensor and table.rpartition(".")[2] in TABLES:
        return [(*location, tensor) for location in targets.get(table, ())]
    return []


def unknown_hint(key: str, accelerator: Accelerator, targets: Targets) -> str:
    """What an unknown key may have meant."""
    name, _, rest = key.partition(".")
    memory = next((memory for memory in accelerator.memories if memory.name == name), None)
    if memory and memory.instances is None and rest.rpartition(".")[2] in _NETWORK:
        return f"no network lies below {name}, which stands at the processing elements"
    if name == "vector_unit" and rest and accelerator.vector_unit is None:
        return f"{accelerator.name} has no vector unit: describe one in its file (docs/accelerators.md)"
    if hint := did_you_mean(key, targets):
        return hint
    if memory:
        fields = (other.removeprefix(f"{name}.") for other in targets if other.startswith(f"{name}."))
        return did_you_mean(rest, [field for field in fields if "." not in field], "keys")
    return f"known: {', '.join(other for other in targets if '.' not in other)}, and MEMORY.KEY"


def _counts(data: Mapping[str, Any]) -> list[Any]:
    """How many elements there are, and instances of each memory."""
    return [data["pes"], *(memory["instances"] for memory in data["memories"])]


def _put(data: dict[str, Any], location: Location, value: Any) -> bool:
    """Set a value; False where an earlier setting left nothing that could hold it."""
    place: Any = data
    for part in location[:-1]:
        try:
            place = place[part]
        except (KeyError, IndexError, TypeError):
            return False
    if not isinstance(place, dict):
        return False
    place[location[-1]] = value
    return True


def _report(
    problems: Sequence[Problem], settings: Mapping[Location, tuple[str, str]]
) -> dict[tuple[str, str, str], None]:
    """The messages, each once, with their hints, opened by the setting that caused it, and its key."""
    messages: dict[tuple[str, str, str], None] = {}
    for problem in problems:
        key, cause = next((item for at, item in settings.items() if problem.location[: len(at)] == at), ("", ""))
        text = f"{cause}: {problem.text}" if cause else f"with these settings, {problem.message}"
        messages[text, problem.hint, key] = None
    return messages
