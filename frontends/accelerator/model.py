"""The YAML layout of a machine, checked by pydantic."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from ...ir import (
    MAX_PES,
    MAX_SETTING,
    MIN_CLOCK_MHZ,
    Accelerator,
    Action,
    ActionKind,
    Adder,
    Buffering,
    Format,
    FormatKind,
    Interconnect,
    Memory,
    Topology,
    VectorUnit,
    machine_problems,
)

Positive = Annotated[int, Field(ge=1, le=MAX_SETTING)]
Cycles = Annotated[int, Field(ge=0, le=MAX_SETTING)]
Quantity = Annotated[float, Field(ge=0, le=MAX_SETTING, allow_inf_nan=False)]
Clock = Annotated[float, Field(ge=MIN_CLOCK_MHZ, le=MAX_SETTING, allow_inf_nan=False)]
Node = Annotated[float, Field(ge=0.1, le=MAX_SETTING, allow_inf_nan=False)]


def _instances(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    # One finding instead of one for each member of the union.
    if value == "per_pe" or (type(value) is int and 1 <= value <= MAX_SETTING):
        return handler(value)
    raise PydanticCustomError("instances", "must be an integer of at least 1, or per_pe")


Instances = Annotated[Positive | Literal["per_pe"], WrapValidator(_instances)]


class _Strict(BaseModel):
    """A part of the layout: the fields of the IR's class `OF`, with their limits and descriptions.

    `NONE` says what the IR has in the place of some values.
    """

    model_config = ConfigDict(extra="forbid", strict=True)
    OF: ClassVar[type[Any]]
    NONE: ClassVar[dict[tuple[str, Any], Any]] = {}


class InterconnectModel(_Strict):
    """The network that carries data from one side of a level to its units."""

    OF = Interconnect
    bandwidth: Positive | None = Field(None, description="Elements per cycle and direction; null: unlimited.")
    latency: Cycles = Field(0, description="Cycles that a transfer takes besides, unless it is empty.")
    multicast: bool = Field(True, description="One read serves all units that need an element in a step.")
    reduction: bool = Field(True, description="Partial sums of the units are added up on the way up.")
    forwarding: bool = Field(False, description="A unit can take an input element from a neighbour.")
    channels: dict[str, Positive | None] = Field(
        default_factory=dict,
        description="Elements per cycle of tensors with wires of their own (null: unlimited); "
        "the others share `bandwidth`.",
    )
    topology: Topology = Field(
        "bus", description="How many links lie on the way to the farthest unit: one, ⌈log₂⌉, or a mesh's sides."
    )
    hop_latency: Cycles = Field(0, description="Cycles per link on the way to the farthest unit.")
    adder: Adder = Field(
        "tree",
        description="Where partial sums meet: in adders of a tree or a chain, or in the units' own arithmetic, "
        "an operation for each sum taken over.",
    )
    adder_latency: Cycles = Field(0, description="Cycles of each adder on the longest way through them.")
    store_and_forward: dict[str, Positive] = Field(
        default_factory=dict,
        description="Tensors that walk from unit to unit, as in a systolic array, with the cycles of each step.",
    )
    queues: bool = Field(
        False, description="Queues at the units let transfers run ahead of the steps that need what they bring."
    )


class FormatModel(_Strict):
    """How a memory stores the nonzeros of a tensor."""

    OF = Format
    kind: FormatKind = Field(
        description="A bit per element; zeros before each value; a coordinate per value; or row starts and columns."
    )
    run_bits: Annotated[int, Field(ge=1, le=32)] = Field(4, description="Bits of the zero counts of `run_length`.")
    structure: tuple[Positive, Positive] | None = Field(
        None,
        strict=False,
        description="[n, m]: stores only n:m structured tensors, and coordinates count within their group of m.",
    )


class ActionModel(_Strict):
    """What happens where operands are zero."""

    OF = Action
    NONE: ClassVar = {("follower", None): ""}
    at: str = Field(description="`MAC`, or the memory whose traffic of `follower` is saved.")
    kind: ActionKind = Field(description="`gate` saves energy, `skip` time as well.")
    leaders: list[str] = Field(min_length=1, description="The tensors whose zeros are seen; one of them is enough.")
    follower: str | None = Field(None, description="At a memory: the tensor that is not moved for zeros of `leaders`.")
    structure: tuple[Positive, Positive] | None = Field(
        None, strict=False, description="[n, m]: works only where the tensors of `leaders` are n:m structured."
    )


class MemoryModel(_Strict):
    """A memory and the networks below it."""

    OF = Memory
    NONE: ClassVar = {("instances", "per_pe"): None}
    name: str = Field(
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        description="What programs, reports and `--set` call it: an identifier; "
        "not MAC, network, leakage, idle, total, P, L or cluster1, cluster2, …",
    )
    instances: Instances = Field(1, description="Copies of the memory; `per_pe`: one at every processing element.")
    capacity_bytes: Positive | None = Field(None, description="Bytes of each instance; null: unlimited.")
    buffering: Buffering = Field(
        "double",
        description="Where the next chunk arrives: in a second place, in the place of what has been used, or, "
        "if it replaces a whole chunk, only after that has been used up.",
    )
    networks: list[InterconnectModel] = Field(
        default_factory=lambda: [InterconnectModel.model_validate({})],
        min_length=1,
        description="Networks of the levels below, outermost first; the last serves all further levels.",
    )
    capacities: dict[str, Positive] = Field(
        default_factory=dict,
        description="Bytes that a tensor that the memory holds has to itself; "
        "the others share what is left of `capacity_bytes`.",
    )
    holds: list[str] | None = Field(None, description="The tensors that the memory can hold; null: all.")
    shared_bandwidth: Positive | None = Field(
        None, description="Elements per cycle and bank of reads and writes together; null: unlimited."
    )
    read_bandwidth: Positive | None = Field(None, description="Elements read per cycle and bank; null: unlimited.")
    write_bandwidth: Positive | None = Field(None, description="Elements written per cycle and bank; null: unlimited.")
    banks: Positive = Field(
        1,
        description="Banks side by side: each has the ports' bandwidths, "
        "and an access costs what a memory of a bank's size costs.",
    )
    block_size: Positive = Field(1, description="Elements that one access moves.")
    leakage_mw: Quantity = Field(0.0, description="Milliwatts that each instance leaks.")
    formats: dict[str, FormatModel] = Field(
        default_factory=dict, description="The tensors that are stored compressed, and how."
    )
    refilled: bool = Field(
        False,
        description="The outermost memory does not hold the whole layer: it is a buffer that is refilled from outside, "
        "step by step of level 0, and what comes in from there is not counted.",
    )


class VectorUnitModel(_Strict):
    """One unit beside the processing elements that does some of the operations."""

    OF = VectorUnit
    name: str = Field(min_length=1, description="What reports call it; not `elements`.")
    lanes: Positive = Field(description="Operations per cycle.")
    at: str = Field(description="The memory that it reads and writes: one that there is once.")
    operations: list[str] | None = Field(
        None, description="What it does, as `[max, exp]`; null: all operations but multiply-accumulates."
    )
    intervals: dict[str, Positive] = Field(
        default_factory=dict, description="Cycles between two operations of a kind on one of its lanes, as `exp: 4`."
    )


class AcceleratorModel(_Strict):
    """A machine of processing elements, the memories above them and the networks between."""

    OF = Accelerator
    name: str = Field(min_length=1, description="The machine's name in reports.")
    pes: Annotated[int, Field(ge=1, le=MAX_PES)] = Field(description="Processing elements, up to 2**20.")
    memories: list[MemoryModel] = Field(
        min_length=1, description="From the outermost, which has one instance, to the innermost."
    )
    lanes: Positive = Field(1, description="Multiply-accumulates per cycle of each processing element.")
    word_bits: dict[str, Positive] = Field(
        default_factory=dict, description="Bits per element of tensors that differ from `default_word_bits`."
    )
    default_word_bits: Positive = Field(8, description="Bits of one element of every other tensor.")
    cluster_buffers: bool = Field(
        False, description="Every cluster boundary without a memory gets an unlimited buffer of its own."
    )
    energy_table: str = Field(
        "eyeriss",
        min_length=1,
        description="Table of per-access energies (docs/energy.md): a name that Weft knows or a YAML file.",
    )
    source: str = Field("", description="Where the numbers come from.")
    vector_width: Positive = Field(
        1,
        description="Neighbours along the workload's last dimension that a lane takes at a time; "
        "they share no operands.",
    )
    pipeline_depth: Positive = Field(1, description="Cycles from operands to their sum.")
    clock_mhz: Clock = Field(1000.0, description="Clock in MHz.")
    pe_leakage_mw: Quantity = Field(0.0, description="Milliwatts that each processing element leaks.")
    pe_idle_pj: Quantity = Field(0.0, description="Picojoules of a processing element in a cycle without work.")
    actions: list[ActionModel] = Field(default_factory=list, description="Where zero operands save energy or time.")
    shape: list[Positive] = Field(
        default_factory=list,
        description="Sides of the array of processing elements, outermost first: "
        "the cluster sizes that a mapper may use.",
    )
    area_table: str = Field(
        "blocks",
        min_length=1,
        description="Table of areas and leakages (docs/area.md): a name that Weft knows or a YAML file.",
    )
    technology_nm: Node | None = Field(
        None, description="Technology node of the chip in nanometres; null: that of the energy table, else 28."
    )
    intervals: dict[str, Positive] = Field(
        default_factory=dict,
        description="Cycles between two operations of a kind on a lane, as `exp: 4`; other operations take one.",
    )
    vector_unit: VectorUnitModel | None = Field(
        None, description="A unit for operations that the processing elements then do not do (docs/model.md, A33)."
    )

    @model_validator(mode="after")
    def _machine(self) -> AcceleratorModel:
        problems = list(machine_problems(self.accelerator()))
        if problems:
            text = "; ".join(message for _, message in problems)
            raise PydanticCustomError("machine", "{text}", {"text": text, "problems": problems})
        return self

    def accelerator(self) -> Accelerator:
        """The machine as an IR value."""
        machine: Accelerator = _value(self)
        return machine


def _value(item: Any) -> Any:
    """A part of the layout as it stands in the IR: fields by their names, lists and tables as tuples."""
    if isinstance(item, _Strict):
        values = {name: _value(getattr(item, name)) for name in type(item).model_fields}
        return item.OF(**{name: item.NONE.get((name, value), value) for name, value in values.items()})
    if isinstance(item, dict):
        return tuple((name, _value(value)) for name, value in item.items())
    return tuple(map(_value, item)) if isinstance(item, list) else item
