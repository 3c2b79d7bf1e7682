"""What a design asks of its programs, as constraints on the space of its machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .frontends.accelerator import apply_overrides
from .frontends.design import Limit, OpenDesign
from .ir import Accelerator, Diagnostic, Findings, Span, WeftError, Workload
from .search.spaces.constraints import constrain
from .search.spaces.default import machine_space
from .search.spaces.request import SpaceRequest
from .search.spaces.sides import groups_of
from .search.spaces.space import MapSpace


@dataclass(frozen=True)
class Design:
    """A layer with its machine and constraints, whose program is to be found: `weft.map(design)`.

    `constraints` are texts (docs/mapspace.md), each with its place in the files in `places`. `objective` is what the
    design wants least of, if it says so; `notes` tell what in the files has no effect.
    """

    name: str
    workload: Workload
    accelerator: Accelerator
    constraints: tuple[str, ...] = ()
    places: tuple[Span, ...] = ()
    objective: str | None = None
    notes: tuple[Diagnostic, ...] = ()
    span: Span | None = None

    def within(self, asked: SpaceRequest) -> SpaceRequest:
        """What a user asks for and the design's constraints together.

        Sizes that divide are then a constraint as well, of the levels that those of the design are about. Raises
        WeftError (W702) for a template, a class of flexibility or a shape, which have levels of their own.
        """
        if not self.constraints:
            return asked
        given = {"template": asked.template, "flexibility": asked.flexibility, "shape": asked.shape}
        if others := [name for name, value in given.items() if value is not None]:
            message = (
                f"a {others[-1]} does not go with the constraints of a design: they are about its machine's levels"
            )
            raise WeftError(Diagnostic("W702", message, hint="leave the constraints out of the files"))
        split = ("split: perfect",) if asked.split == "perfect" else ()
        texts = (*asked.constraints, *self.constraints, *split)
        places = tuple(zip(self.constraints, map(str, self.places), strict=True))
        return replace(asked, constraints=texts, split="even" if split else asked.split, places=places)


def close_design(found: OpenDesign, overrides: Sequence[str] = ()) -> Design:
    """A design with its constraints as texts, on its machine with some changes (`L2.bandwidth=16`).

    Raises WeftError, with places in the files, for what leaves nothing, and where fan-outs are constrained whose
    networks do not treat all units alike.
    """
    machine = apply_overrides(found.accelerator, overrides) if overrides else found.accelerator
    space = machine_space(found.workload, machine)
    findings = Findings()
    # Those on fan-outs stand last: conflicts are found from the front, and without them there are more structures.
    limits = sorted(found.limits, key=lambda limit: limit.fan is not None)
    pairs = list(dict.fromkeys(_texts(replace(found, limits=tuple(limits)), space, findings)))
    for text, span in pairs:
        try:
            constrain(space, [text])
        except WeftError as error:
            for item in error.diagnostics:
                findings.items.append(replace(item, span=span, notes=(*item.notes, f"as a constraint: '{text}'")))
    findings.raise_errors()
    texts, places = zip(*pairs, strict=True) if pairs else ((), ())
    return Design(found.name, found.workload, machine, texts, places, found.objective, found.notes, found.span)


def _texts(found: OpenDesign, space: MapSpace, findings: Findings) -> Iterator[tuple[str, Span]]:
    """The limits as texts, with their places."""
    levels, elements = _levels(space), len(groups_of(space.levels))
    moving = [name for name, extent in found.workload.dimensions if extent > 1]
    for limit in found.limits:
        if limit.kind in ("keep", "bypass"):
            yield f"{limit.kind} {limit.memory}: {', '.join(limit.names)}", limit.span
        elif levels is None:
            message = f"loops below {limit.memory} cannot be constrained: some networks do not treat all units alike"
            findings.add("W701", message, limit.span, hint="give networks no bandwidth, latency or buffers")
            return
        elif moving:
            time, sides = levels.get(limit.memory, (elements, ()))
            if limit.kind == "order":
                if order := _order(limit.names, moving):
                    yield f"order@{time}: {order}", limit.span
            elif limit.names[0] in moving and (level := _level(limit, time, sides, elements, findings)) is not None:
                asked = f"{limit.least}" if limit.least == limit.most else f"{limit.least}..{limit.most}"
                yield f"steps {limit.names[0]}@{level}: {asked}", limit.span


def _level(limit: Limit, time: int, sides: Sequence[int], elements: int, findings: Findings) -> int | None:
    """The number of the level that a limit on steps is about; None with a finding."""
    if limit.element:
        return elements
    if limit.fan is None:
        return time
    number, fans = limit.fan
    if fans != len(sides):
        message = f"the {fans} fan-outs between {limit.memory} and the next memory are one for Weft"
        findings.add("W701", message, limit.span, hint="only those above the elements can be constrained one by one")
        return None
    return sides[number]


def _order(innermost: Sequence[str], moving: Sequence[str]) -> str:
    """An order with some dimensions inside of all others."""
    inner = [name for name in innermost if name in moving]
    outer = [name for name in moving if name not in inner]
    groups = [" ".join(outer), *inner] if outer else inner
    return " outside ".join(groups) if len(groups) > 1 else ""


def _levels(space: MapSpace) -> dict[str, tuple[int, list[int]]] | None:
    """Per memory above a level: the number of the level in time below it, and those of the sides behind that.

    None if units are spread in levels of another kind.
    """
    counted = [memory.name for memory in space.accelerator.memories if memory.instances is not None]
    found: list[tuple[int, list[int]]] = []
    for number, group in enumerate(groups_of(space.levels)):
        if space.levels[group[0]].side is not None:
            found[-1][1].append(number)
        elif space.levels[group[0]].spatial != (None,):
            return None
        else:
            found.append((number, []))
    return dict(zip(counted, found, strict=True))
