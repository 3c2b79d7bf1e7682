"""The YAML layout of a job, checked by pydantic."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema

from ...ir import MAX_EXTENT, OBJECTIVES, Metric, ObjectiveName, Pipelining, TimeModel
from ..accelerator.model import AcceleratorModel

NAME, MACHINE = "name", "machine"
"""What `accelerator` may be."""


def _kind(given: Any) -> str:
    return MACHINE if isinstance(given, dict) else NAME


def _list(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


_SCALARS = ["string", "number", "boolean", "null"]
_VALUES = {"type": [*_SCALARS, "array"], "items": {"type": [*_SCALARS, "array"]}}
_SIZES = {"type": ["string", "integer", "array"], "items": {"type": ["string", "integer"]}}
_TEXTS = {"type": ["string", "array"], "items": {"type": "string"}}

Machine = Annotated[
    Annotated[str, Field(min_length=1), Tag(NAME)] | Annotated[AcceleratorModel, Tag(MACHINE)],
    Discriminator(_kind),
]
Setting = Annotated[Any, WithJsonSchema({"type": [*_SCALARS, "array"]})]
Values = Annotated[Any, WithJsonSchema(_VALUES)]
Sizes = Annotated[Any, WithJsonSchema(_SIZES)]
Texts = Annotated[list[Annotated[str, Field(min_length=1)]], BeforeValidator(_list), WithJsonSchema(_TEXTS)]
Objectives = Annotated[
    list[ObjectiveName],
    BeforeValidator(_list),
    WithJsonSchema({"anyOf": [{"enum": list(OBJECTIVES)}, {"type": "array", "items": {"enum": list(OBJECTIVES)}}]}),
]
Limit = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Size = Annotated[int, Field(ge=1, le=MAX_EXTENT)]


class JobModel(BaseModel):
    """A space of machines, the programs that are to run on them, and what is asked of both."""

    model_config = ConfigDict(extra="forbid", strict=True, title="Exploration")

    accelerator: Machine = Field(
        "generic_256", description="A preset, a file beside the job's, or a whole machine: what does not vary."
    )
    set: dict[str, Setting] = Field(default_factory=dict, description="Fixed changes of the machine, as `--set` has.")
    vary: dict[str, Values] = Field(
        default_factory=dict,
        description="What varies, by the keys of `set`: `8..240:8`, `64K..1M:*2`, `4x4|8x8`, `true|false`, a list, "
        "or, for a capacity, `needed`.",
    )
    programs: Texts = Field(
        default_factory=list, description="Programs, which are alternatives: mapping files beside the job's."
    )
    networks: Texts = Field(
        default_factory=list, description="Workloads: files beside the job's, or such as `gemm:M=64,N=64,K=64`."
    )
    sizes: dict[str, Annotated[int, Field(ge=0, le=MAX_EXTENT)]] = Field(
        default_factory=dict, description="Values of the sizes of loop nests and of models, as `--sizes` has."
    )
    layers: Texts = Field(default_factory=list, description="The layers that are meant; without it all.")
    tiles: dict[str, Sizes] = Field(
        default_factory=dict,
        description="Values of the programs' open sizes, by symbol, written as in `vary`, or the key in `vary` "
        "of what it is equal to, such as `pes`; without it all up to the extent.",
    )
    limits: dict[Metric, Limit] = Field(
        default_factory=dict, description="The most that a design may have of a metric."
    )
    objective: Objectives = Field(
        default=["cycles", "energy", "edp"],
        min_length=1,
        description="What is minimised; several give the best design by each.",
    )
    front: Objectives = Field(
        default_factory=list, description="Objectives of the Pareto front; without it there is none."
    )
    time: TimeModel = Field("throughput", description="The time model.")
    pipelined: Pipelining = Field(
        "no",
        description="Every layer has a machine for itself, and the limits are on their sums; cycles are those of all "
        "layers (`latency`) or of the slowest (`pace`).",
    )
