"""The YAML layout of a machine, checked by pydantic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from ...ir import MAX_PES, Accelerator, Interconnect, Memory, reserved_for

Positive = Annotated[int, Field(ge=1)]
Location = tuple[int | str, ...]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class InterconnectModel(_Strict):
    """The network that carries data from one side of a level to its units."""

    bandwidth: Positive | None = Field(None, description="Elements per cycle and direction; null: unlimited.")
    latency: int = Field(0, ge=0, description="Cycles that a transfer takes besides, unless it is empty.")
    multicast: bool = Field(True, description="One read serves all units that need an element in a step.")
    reduction: bool = Field(True, description="Partial sums of the units are added up on the way up.")
    forwarding: bool = Field(False, description="A unit can take an input element from a neighbour.")
    channels: dict[str, Positive] = Field(
        default_factory=dict,
        description="Elements per cycle of tensors with wires of their own; the others share `bandwidth`.",
    )


class MemoryModel(_Strict):
    """A memory and the networks below it."""

    name: str = Field(
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        description="What programs, reports and `--set` call it: an identifier; "
        "not MAC, network, total, P, L or cluster1, cluster2, …",
    )
    instances: Positive | Literal["per_pe"] = Field(
        1, description="Copies of the memory; `per_pe`: one at every processing element."
    )
    capacity_bytes: Positive | None = Field(None, description="Bytes of each instance; null: unlimited.")
    double_buffered: bool = Field(
        True,
        description="The next chunk arrives beside the current one: twice the room for chunks that change.",
    )
    networks: list[InterconnectModel] = Field(
        default_factory=lambda: [InterconnectModel.model_validate({})],
        min_length=1,
        description="Networks of the levels below, outermost first; the last serves all further levels.",
    )

    @field_validator("instances", mode="wrap")
    @classmethod
    def _one_message(cls, value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        # One finding instead of one for each member of the union.
        if value == "per_pe" or (type(value) is int and value >= 1):
            return handler(value)
        raise PydanticCustomError("instances", "must be an integer of at least 1, or per_pe")


class AcceleratorModel(_Strict):
    """A machine of processing elements, the memories above them and the networks between."""

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
        description="Table of per-access energies: a name that Weft knows or a YAML file.",
    )
    source: str = Field("", description="Where the numbers come from.")

    @model_validator(mode="after")
    def _machine(self) -> AcceleratorModel:
        problems = list(_problems(self))
        if problems:
            text = "; ".join(message for _, message in problems)
            raise PydanticCustomError("machine", "{text}", {"text": text, "problems": problems})
        return self

    def accelerator(self) -> Accelerator:
        """The machine as an IR value."""
        return Accelerator(
            self.name,
            self.pes,
            tuple(_memory(memory) for memory in self.memories),
            self.lanes,
            tuple(self.word_bits.items()),
            self.default_word_bits,
            self.cluster_buffers,
            self.energy_table,
            self.source,
        )


def _memory(model: MemoryModel) -> Memory:
    return Memory(
        model.name,
        None if model.instances == "per_pe" else model.instances,
        model.capacity_bytes,
        model.double_buffered,
        tuple(_network(network) for network in model.networks),
    )


def _network(model: InterconnectModel) -> Interconnect:
    return Interconnect(
        model.bandwidth,
        model.latency,
        model.multicast,
        model.reduction,
        model.forwarding,
        tuple(model.channels.items()),
    )


def _problems(machine: AcceleratorModel) -> Iterator[tuple[Location, str]]:
    yield from _name_problems(machine)
    if machine.memories[0].instances != 1:
        yield ("memories", 0, "instances"), "the outermost memory must have one instance"
    above = 1
    for number, memory in enumerate(machine.memories):
        place: Location = ("memories", number, "instances")
        name, instances = memory.name, memory.instances
        if instances == "per_pe":
            if number < len(machine.memories) - 1:
                yield place, f"only the last memory may be per_pe, and there are more below {name}"
            if any(network != InterconnectModel.model_validate({}) for network in memory.networks):
                message = f"no network lies below {name}, which stands at the processing elements"
                yield ("memories", number, "networks"), message
            continue
        if instances < above:
            yield place, f"{name} has fewer instances ({instances}) than a memory above it ({above})"
        if instances > machine.pes:
            yield place, f"{name} has more instances ({instances}) than there are pes ({machine.pes})"
        above = max(above, instances)


def _name_problems(machine: AcceleratorModel) -> Iterator[tuple[Location, str]]:
    seen: Counter[str] = Counter()
    for number, memory in enumerate(machine.memories):
        place: Location = ("memories", number, "name")
        seen[memory.name] += 1
        if seen[memory.name] == 2:
            yield place, f"two memories are called {memory.name}"
        if reason := reserved_for(memory.name):
            yield place, f"a memory cannot be called {memory.name}: that is {reason}"
