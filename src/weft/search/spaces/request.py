"""Which space is asked for: that of the machine, of a template or of a class of flexibility, under constraints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...ir import Accelerator, Dataflow, Diagnostic, WeftError, Workload, machine_for
from .chain_sets import SPLITS
from .constraints import constrain
from .default import machine_space
from .flexibility import flexibility_space, parse_flexibility
from .space import MapSpace
from .template import check_maps, template_space


@dataclass(frozen=True)
class SpaceRequest:
    """What a user says about the programs that are searched.

    `template` is a program with open sizes; with a `flexibility` class (such as `1p00`) it is the program around which
    the machine may vary. `shape` gives the units of the machine's levels that spread, `split` the chunk sizes. Classes
    of flexibility have one dimension on each side of an array. `places` tells of constraints that were not given as
    texts where they stand.

    Raises WeftError (W702) for a class without a template, a template without maps, and for a shape beside a template
    that gives the clusters; ValueError for an unknown split.
    """

    template: Dataflow | None = None
    constraints: tuple[str, ...] = ()
    shape: tuple[int, ...] | None = None
    split: str = "even"
    flexibility: str | None = None
    places: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.split not in SPLITS:
            raise ValueError(f"unknown split {self.split!r}; it is one of {', '.join(SPLITS)}")
        if self.flexibility is not None and self.template is None:
            raise _refused("a class of flexibility needs a base program", "give it as the template")
        if self.template is not None:
            check_maps(self.template)
        if self.template is not None and self.flexibility is None and self.shape is not None:
            raise _refused("a template has clusters of its own", "leave out the shape, or write Cluster(?)")

    @property
    def mixed(self) -> bool:
        """Whether several dimensions may share a side of an array."""
        return self.flexibility is None

    def base(self, workload: Workload, accelerator: Accelerator) -> MapSpace:
        """The space before the user's constraints; WeftError if there is none.

        It is that of the part of the machine that the workload runs on; `shape` is that of the elements alone.
        """
        machine = machine_for(workload, accelerator, self.template)
        shape = self.shape if machine.part_of is None else None
        if self.template is not None and self.flexibility is None:
            return template_space(workload, self.template, machine, self.split)
        space = machine_space(workload, machine, shape, self.split, self.mixed)
        if self.template is None or self.flexibility is None:
            return space
        base = self.template.bind(workload.extents)
        if base.free_symbols:
            names = ", ".join(sorted(base.free_symbols))
            raise _refused(f"the base program of a class of flexibility has open sizes: {names}", "give them values")
        return flexibility_space(space, base, parse_flexibility(self.flexibility))

    def places_of(self, names: Sequence[str]) -> tuple[str, ...]:
        """Where those of some constraints stand that were not given as texts, one note each."""
        return tuple(f"'{text}' stands at {place}" for text, place in self.places if f"'{text}'" in names)

    def space(self, workload: Workload, accelerator: Accelerator) -> MapSpace:
        """The space to search; WeftError with every finding."""
        return constrain(self.base(workload, accelerator), self.constraints)


@dataclass(frozen=True)
class OneASide(SpaceRequest):
    """The same with one dimension on each side of an array."""

    @property
    def mixed(self) -> bool:
        """They do not share one."""
        return False


def _refused(message: str, hint: str) -> WeftError:
    return WeftError(Diagnostic("W702", message, hint=hint))
