"""A program with open sizes as a space: levels, orders and spread dimensions as written, sizes free or fixed.

    TemporalMap(?,?) K; Cluster(16); SpatialMap(T,T) C; TemporalMap(2*T,2*T) N;

`?` is a size of its own; a symbol that stands in several sizes, or inside an expression, binds them together.
"""

from __future__ import annotations

from dataclasses import replace

from ...analysis.placement import place_memories
from ...ir import Accelerator, Dataflow, Diagnostic, Directive, Findings, WeftError, Workload
from ...passes.canonicalize import canonicalize, check_names
from .default import placement_choices
from .point import LevelSpace
from .space import MapSpace
from .template_sizes import TemplateSizes, check_values, free_units, read_sizes, with_extents, with_offsets

_Level = tuple[Directive, ...]


def template_space(workload: Workload, dataflow: Dataflow, accelerator: Accelerator, split: str = "even") -> MapSpace:
    """The programs that a template stands for; one program if it has no open size.

    A size that is one symbol (or `?`) which stands nowhere else is free: as `split` says (`chains.SPLITS`). Chunks are
    never larger than those above them: numbers are cut to the numbers above; free sizes above a number or a shared size
    are at least as large. A free cluster takes the sizes that leave no element of the machine without a group. `Hold`
    fixes what a memory holds; other memories hold any tensors that they can, unless no size is open.

    Raises WeftError (W702, or the findings of its checks) for what is no space: no maps, offsets that differ from
    sizes, open sizes in maps of indices, several spread dimensions in a level, clusters that do not fit the machine.
    """
    check_maps(dataflow)
    template = with_offsets(with_extents(workload, dataflow))
    findings = Findings()
    check_names(workload, template, findings)
    findings.raise_errors()
    levels = template_levels(workload, template, findings)
    findings.raise_errors()
    sizes = read_sizes(levels, template.clusters, workload, accelerator)
    span = next((d.span for level in template.levels for d in level), None)
    check_values(sizes, span)
    shapes = _shapes(workload, template, accelerator, sizes)
    return MapSpace(
        workload,
        accelerator,
        tuple(_level_space(level, number, template) for number, level in enumerate(levels)),
        shapes,
        _holds(workload, template, accelerator),
        split,
        sizes.symbols,
        sizes.bound,
    )


def check_maps(template: Dataflow) -> None:
    """WeftError (W702) for a template without maps: nobody means its one program, in which nothing is split."""
    if not any(template.levels):
        hint = "write at least one: TemporalMap(?,?) K"
        raise WeftError(Diagnostic("W702", "the template has no maps", hint=hint))


def _level_space(level: _Level, number: int, template: Dataflow) -> LevelSpace:
    names = tuple(d.dimension for d in level)
    spread = next((d.dimension for d in level if d.spatial), None)
    outside = tuple((outer, inner) for place, outer in enumerate(names) for inner in names[place + 1 :])
    memory = template.clusters[number].memory if number < len(template.clusters) else None
    return LevelSpace(names, (spread,), outside, memory=memory)


def template_levels(workload: Workload, template: Dataflow, findings: Findings) -> tuple[_Level, ...]:
    """The template's maps, all of dimensions and with offset = size; maps that never advance are left out."""
    groups = _groups(workload)
    open_groups = {groups[d.dimension] for level in template.levels for d in level if not _is_closed(d)}
    moving = tuple(tuple(d for d in level if not is_whole(workload, d)) for level in template.levels)
    closed = tuple(tuple(d for d in level if groups[d.dimension] not in open_groups) for level in moving)
    clusters = tuple(replace(cluster, size=1) for cluster in template.clusters)
    canonical = canonicalize(workload, Dataflow(closed, clusters), findings)
    if findings.has_errors:
        return ()
    found = []
    for number, (written, known) in enumerate(zip(moving, canonical.levels, strict=True)):
        free = tuple(d for d in written if groups[d.dimension] in open_groups)
        _check_free(workload, free, findings)
        _check_fixed(known, findings)
        _check_spread(number, (*free, *known), findings)
        found.append(_in_order(workload, written, (*free, *known)))
    return tuple(found)


def _groups(workload: Workload) -> dict[str, str]:
    """Per dimension and index a name that those which an index couples have in common."""
    found = {name: name for name in workload.extents}
    for index in workload.indices:
        old = {found[index.output], found[index.window]}
        found |= {name: index.name for name, group in found.items() if group in old}
        found[index.name] = index.name
    return found


def _is_closed(directive: Directive) -> bool:
    return isinstance(directive.size, int) and isinstance(directive.offset, int)


def is_whole(workload: Workload, directive: Directive) -> bool:
    """Whether a map holds everything in one step, whatever lies above."""
    index = workload.index_by_name.get(directive.dimension)
    extents = workload.extents
    whole = index.span(extents[index.output], extents[index.window]) if index else extents[directive.dimension]
    return isinstance(directive.size, int) and directive.size >= whole


def _check_free(workload: Workload, level: _Level, findings: Findings) -> None:
    """Maps of dimensions with open sizes: no indices, each once, offset = size."""
    for place, directive in enumerate(level):
        name = directive.dimension
        if index := workload.index_by_name.get(name):
            message = f"'{name}' is an index, and sizes of {index.output} or {index.window} are open"
            findings.add("W702", message, directive.span, hint=f"map the outputs instead: '{index.output}'")
        elif name in [other.dimension for other in level[:place]]:
            findings.add("W101", f"'{name}' is mapped twice in one level", directive.span)
        elif directive.offset != directive.size:
            message = f"'{name}' advances by {directive.offset}, not by its size: chunks overlap or leave gaps"
            hint = f"write the size as offset: ({directive.size},{directive.size})"
            findings.add("W702", message, directive.span, hint=hint)


def _check_fixed(level: _Level, findings: Findings) -> None:
    for directive in level:
        if directive.offset != directive.size:
            message = f"chunks of '{directive.dimension}' do not partition their parent: '{directive}'"
            findings.add("W110", message, directive.span, hint="advance by the size of the chunk")


def _check_spread(number: int, level: _Level, findings: Findings) -> None:
    spread = [d for d in level if d.spatial]
    if len(spread) > 1:
        names = " and ".join(d.dimension for d in spread)
        message = f"level {number} spreads {names}; a level of a space spreads one dimension"
        findings.add("W702", message, spread[1].span, hint="spread them in two levels, with a Cluster between")


def _in_order(workload: Workload, written: _Level, level: _Level) -> _Level:
    """The maps of a level in the order of the written ones that they come from."""
    spatial = next((place for place, d in enumerate(written) if d.spatial), 0)

    def place(directive: Directive) -> int:
        if directive.spatial:
            return spatial
        names = {directive.dimension, *(i.name for i in workload.indices if i.output == directive.dimension)}
        return next(n for n, d in enumerate(written) if d.dimension in names)

    return tuple(sorted(level, key=place))


def _shapes(
    workload: Workload, template: Dataflow, accelerator: Accelerator, sizes: TemplateSizes
) -> tuple[tuple[int, ...], ...]:
    """The units of the levels with which the machine's memories stand where the template names them."""
    found, first = [], Findings()
    for shape in free_units(template.clusters, sizes, accelerator.pes):
        findings = Findings()
        clusters = tuple(replace(c, size=n) for c, n in zip(template.clusters, shape[1:], strict=True))
        place_memories(workload, replace(template, clusters=clusters), accelerator, shape, findings)
        if not findings.has_errors:
            found.append(shape)
        first = first if first.items else findings
    if found:
        return tuple(found)
    first.raise_errors()
    needed = " · ".join(str(cluster.size) for cluster in template.clusters)
    message = f"the clusters need {needed} PEs, {accelerator.name} has {accelerator.pes}"
    raise WeftError(Diagnostic("W106", message, span=template.clusters[0].span))


def _holds(
    workload: Workload, template: Dataflow, accelerator: Accelerator
) -> tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]:
    choices = dict(placement_choices(workload, accelerator))
    if not template.free_symbols:
        choices = {name: sets[:1] for name, sets in choices.items()}
    outermost = accelerator.memories[0].name
    tensors = [tensor.name for tensor in workload.tensors]
    for placement in template.placements:
        if placement.memory != outermost:
            choices[placement.memory] = (tuple(name for name in tensors if name in placement.tensors),)
    return tuple(choices.items())
