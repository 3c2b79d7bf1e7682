"""What figures read of a document, checked before it is drawn; further fields may be there (docs/json.md)."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Discriminator, Field, Tag, TypeAdapter, ValidationError

# Pydantic reads the fields of a TypedDict of this module only, before Python 3.12.
from typing_extensions import TypedDict

Count = Annotated[int, Field(ge=0)]
Energy = Annotated[float, Field(ge=0)]
Time = Literal["stepwise", "throughput"]


class Term(TypedDict):
    """A term of the energy."""

    name: str
    component: str
    tensor: str
    accesses: Energy
    picojoules: Energy


class Interface(TypedDict):
    """What two memories exchange."""

    parent: str
    child: str
    units: Count
    tensors: dict[str, dict[str, Count]]


class Resource(TypedDict):
    """What a network or a port serves."""

    name: str
    memory: str
    elements: Count
    elements_per_cycle: Annotated[int, Field(ge=1)] | None


class Roofline(TypedDict):
    """What bounds a layer."""

    points: Count
    points_per_cycle: Annotated[float, Field(gt=0)]
    resources: list[Resource]


class Layer(TypedDict):
    """An evaluated layer."""

    network: str
    layer: str
    type: str
    macs: Count
    operations: dict[str, Count]
    cycles: dict[Time, Annotated[int, Field(ge=1)]]
    bottlenecks: dict[str, Count]
    utilization: Annotated[float, Field(ge=0, le=1)]
    energy_pj: dict[str, Energy]
    energy_terms: list[Term]
    seconds: dict[Time, Energy]
    interfaces: list[Interface]
    workload: NotRequired[str]
    dataflow: NotRequired[str]
    roofline: NotRequired[Roofline]


class Finding(TypedDict):
    """A finding about a layer."""

    code: str
    severity: str
    message: str


class FailedLayer(TypedDict):
    """A layer that is wrong."""

    network: str
    layer: str
    type: str
    error: Literal[True]
    diagnostics: list[Finding]


def _wrong_or(name: str) -> Discriminator:
    return Discriminator(lambda layer: "error" if isinstance(layer, dict) and layer.get("error") else name)


class Evaluated(TypedDict):
    """`weft evaluate --json`."""

    schema_version: Literal[1]
    accelerator: str
    machine: NotRequired[dict[str, Any]]
    time: Time
    layers: list[Annotated[Annotated[FailedLayer, Tag("error")] | Annotated[Layer, Tag("layer")], _wrong_or("layer")]]


class Candidate(TypedDict):
    """A program of a front."""

    energy_pj: Energy
    cycles: Count
    dataflow: str


class Certificate(TypedDict):
    """What is proved of a layer."""

    status: str
    gap: float | None
    lower_bound: float | None
    space_size: Count
    space: str


class Moment(TypedDict):
    """What a search knew at a time."""

    boxes: Count
    programs: Count
    seconds: Energy
    value: Energy | None
    lower_bound: Energy


class MappedLayer(TypedDict):
    """A layer with the program that was found."""

    network: str
    layer: str
    workload: str
    dataflow: str
    objective: str
    value: float
    seconds: float
    result: Layer
    pareto: list[Candidate]
    certificate: Certificate
    history: NotRequired[list[Moment]]


class Question(TypedDict):
    """What was asked of the mapper."""

    accelerator: dict[str, Any]
    objective: str
    time: Time


class Mapped(TypedDict):
    """`weft map --json`."""

    schema_version: Literal[1]
    accelerator: str
    question: Question
    layers: list[
        Annotated[Annotated[FailedLayer, Tag("error")] | Annotated[MappedLayer, Tag("layer")], _wrong_or("layer")]
    ]


class Metrics(TypedDict):
    """What a design has of every metric."""

    cycles: Count
    seconds: Energy
    energy_pj: Energy
    area_mm2: Energy
    power_mw: Energy
    edp: Energy


class Program(TypedDict):
    """A program of a design."""

    layer: str
    dataflow: str


class Design(TypedDict):
    """A machine with its programs; pipelined ones have `layers`, each with a machine and a program of its own."""

    settings: NotRequired[dict[str, Any]]
    programs: NotRequired[list[Program]]
    layers: NotRequired[list[Design]]
    metrics: Metrics
    machine: NotRequired[dict[str, Any]]


class Front(TypedDict):
    """The front of a machine that layers share."""

    points: list[Design]


class Run(TypedDict):
    """What was found of one layer, or of layers together."""

    layer: NotRequired[str]
    best: dict[str, Design | None]
    front: NotRequired[list[Design] | Front | None]


class Asked(TypedDict):
    """What was asked of an exploration."""

    vary: dict[str, list[str]]
    limits: dict[str, float]
    objectives: list[str]
    front: list[str]
    time: Time


class Explored(TypedDict):
    """`weft explore --json` of one layer, of several or of a network."""

    schema_version: Literal[1]
    accelerator: str
    question: Asked
    designs: Count
    valid: Count
    runs: NotRequired[list[Run]]
    best: NotRequired[dict[str, Design | None]]
    front: NotRequired[list[Design] | Front | None]


class FusedText(TypedDict):
    """A fused program as text."""

    name: str
    program: str


class Moved(TypedDict):
    """What of a tensor passes the outermost memory."""

    layer: str
    tensor: str
    way: Literal["in", "out"]
    bytes: Energy


class PlannedProgram(TypedDict):
    """A program of a plan."""

    first: Count
    layers: list[str]
    program: str
    bytes: Energy
    outside: list[Moved]
    room_bytes: Count


NetworkEdge = TypedDict("NetworkEdge", {"from": Count, "to": Count, "tensor": str})


class PlanTotals(TypedDict):
    """What a plan costs as a whole."""

    name: str
    bytes: Energy
    points: Count
    programs: Count
    energy_pj: Energy | None


class NetworkPlan(TypedDict):
    """A plan of a network."""

    network: str
    layers: list[str]
    edges: list[NetworkEdge]
    objective: str
    gap: Energy
    plans: list[PlanTotals]
    programs: list[PlannedProgram]
    not_counted: list[str]


class Fused(TypedDict):
    """`weft fuse --json` of fused programs, or of plans."""

    schema_version: Literal[1]
    accelerator: str
    machine: dict[str, Any]
    programs: NotRequired[list[FusedText]]
    plans: NotRequired[list[NetworkPlan]]


DOCUMENTS: dict[str, TypeAdapter[Any]] = {
    "evaluate": TypeAdapter(Evaluated),
    "map": TypeAdapter(Mapped),
    "explore": TypeAdapter(Explored),
    "fuse": TypeAdapter(Fused),
}
"""What prints each kind of document, and its layout."""


def kind_of(data: Any) -> str | None:
    """Which command prints such a document; None for something else."""
    if not isinstance(data, dict) or "schema_version" not in data:
        return None
    if {"time", "layers", "networks"} <= set(data):
        return "evaluate"
    if {"question", "layers", "total"} <= set(data):
        return "map"
    if {"question", "designs"} <= set(data):
        return "explore"
    return "fuse" if "accelerator" in data and not {"plans", "programs"}.isdisjoint(data) else None


def first_fault(kind: str, data: Any) -> str | None:
    """The first field that is missing or has no value that it can have; None if all is well."""
    try:
        DOCUMENTS[kind].validate_python(data, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return None
