"""Writes a scheduled program as Timeloop's YAML (v0.4): problem, architecture and mapping in one file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields

from ...ir import Findings, Interconnect, Schedule, ScheduledLevel, Site, Workload, reserved_for
from ...ir.free_names import free_name
from .timeloop_loops import Factor, factors_of

_NAMES = {"Y'": "P", "X'": "Q"}
_LETTERS = "PQABDEFGHIJLMOTUVWZ"


@dataclass(frozen=True, slots=True)
class _Place:
    """A node of the architecture, its loops, and what it bypasses."""

    name: str
    lines: tuple[str, ...]
    loops: tuple[Factor, ...] = ()
    spatial: bool = False
    bypass: tuple[str, ...] = ()


def emit_timeloop(schedule: Schedule) -> str:
    """The YAML text. WeftError (W505) for what changes counts; what changes cycles only is told in comments."""
    findings = Findings()
    _check_workload(schedule.mapping.workload, findings)
    _check_machine(schedule, findings)
    factors = factors_of(schedule, findings)
    findings.raise_errors()
    names = _dimension_names(schedule.mapping.workload)
    places = list(_places(schedule, factors))
    lines = [*_left_out(schedule), *_problem(schedule, names), *_architecture(schedule, places)]
    return "\n".join([*lines, *_mapping(places, names)]) + "\n"


def _check_workload(workload: Workload, findings: Findings) -> None:
    if workload.statement is not None:
        message = f"Timeloop counts every statement as a multiply-accumulate, this one is '{workload.statement}'"
        findings.add("W505", message)
    for name, factor in workload.zero_insertion:
        if factor > 1:
            findings.add("W505", f"Timeloop has no inserted zeros, as '{name}' has", hint="emit it as a convolution")
    for name, _, _ in workload.padding:
        findings.add("W505", f"Timeloop counts padding, as '{name}' has, as work", hint="emit it without its padding")


def _check_machine(schedule: Schedule, findings: Findings) -> None:
    """What Timeloop's machines do not have and counts depend on."""
    machine = schedule.mapping.accelerator
    for field in ("lanes", "vector_width"):
        if getattr(machine, field) > 1:
            message = f"Timeloop's arithmetic has no {field}, here {getattr(machine, field)}"
            findings.add("W505", message, hint=f"describe them as units: --set {field}=1 and more pes")
    for number, level in enumerate(schedule.levels):
        if level.units > 1:
            _check_network(number, level, findings)


def _left_out(schedule: Schedule) -> Iterator[str]:
    """Comments on what the machine has, Timeloop's does not, and only cycles depend on."""
    slower = [] if schedule.mapping.accelerator.pipeline_depth == 1 else ["pipeline_depth"]
    for number, level in enumerate(schedule.levels):
        usual = Interconnect(multicast=level.network.multicast, reduction=level.network.reduction)
        for item in fields(Interconnect):
            if getattr(level.network, item.name) != getattr(usual, item.name):
                slower.append(f"{item.name} of level {number}'s network")
    slower += [f"buffering of {site.memory.name}" for site in schedule.sites if site.memory.buffering == "single"]
    slower += [f"capacities of {site.memory.name}" for site in schedule.sites if site.memory.capacities]
    if slower:
        yield "# Left out, so Timeloop's cycles can be fewer:"
        yield from (f"#   {what}" for what in slower)


def _check_network(number: int, level: ScheduledLevel, findings: Findings) -> None:
    network = level.network
    wrong = [("no multicast", not network.multicast), ("no reduction", not network.reduction)]
    wrong += [("forwarding between neighbours", network.forwarding)]
    for what, is_so in wrong:
        if is_so:
            findings.add("W505", f"level {number} has {what}: Timeloop's networks multicast and reduce")


def _dimension_names(workload: Workload) -> dict[str, str]:
    """Timeloop's names are letters: others become free letters, Y' and X' what Timeloop calls them."""
    found = {name: name for name in workload.extents if name.isascii() and name.isalpha()}
    for name in workload.extents:
        if name not in found:
            free = [letter for letter in (_NAMES.get(name, ""), *_LETTERS) if letter and letter not in found.values()]
            found[name] = free[0]
    return found


def _problem(schedule: Schedule, names: dict[str, str]) -> Iterator[str]:
    workload = schedule.mapping.workload
    terms = [term for tensor in workload.tensors for axis in tensor.subscripts for term in axis.terms]
    coefficients = sorted({term.coefficient for term in terms} - {1})
    yield "problem:"
    yield "  version: 0.4"
    yield "  shape:"
    name = re.sub(r"[^A-Za-z0-9_.+-]", "_", schedule.mapping.name) or "layer"
    yield f"    name: {name}"
    yield f"    dimensions: [{', '.join(names[name] for name in workload.extents)}]"
    if coefficients:
        defined = ", ".join(f"{{name: by{value}, default: {value}}}" for value in coefficients)
        yield f"    coefficients: [{defined}]"
    yield "    data_spaces:"
    for tensor in workload.tensors:
        yield f"      - name: {tensor.name}"
        axes = (
            ", ".join(
                f"[{names[term.dimension]}{f', by{term.coefficient}' if term.coefficient > 1 else ''}]"
                for term in axis.terms
            )
            for axis in tensor.subscripts
        )
        yield f"        projection: [{', '.join(f'[{axis}]' for axis in axes)}]"
        if tensor is workload.output:
            yield "        read_write: true"
    sizes = ", ".join(f"{names[name]}: {extent}" for name, extent in workload.dimensions)
    yield f"  instance: {{{sizes}}}"


def _places(schedule: Schedule, factors: list[Factor]) -> Iterator[_Place]:
    """The nodes from the outermost: memories, and per level a node for its steps and one for its units."""
    for number in range(len(schedule.levels) + 1):
        sites = [site for site in schedule.sites if site.boundary == number]
        own = [factor for factor in factors if factor.level == number]
        steps = tuple(factor for factor in own if not factor.spatial)
        nodes = [_memory(site, schedule) for site in sites]
        if steps and not nodes:
            held = tuple(tensor.name for tensor in schedule.mapping.workload.tensors)
            nodes = [_Place(_free(f"steps{number}", schedule), ("!Component", "class: dummy_storage"), bypass=held)]
        if nodes:
            nodes[-1] = _Place(nodes[-1].name, nodes[-1].lines, steps, False, nodes[-1].bypass)
        yield from nodes
        if number < len(schedule.levels) and schedule.levels[number].units > 1:
            units = schedule.levels[number].units
            spread = tuple(factor for factor in own if factor.spatial)
            yield _Place(
                _free(f"units{number}", schedule), ("!Container", f"spatial: {{meshX: {units}}}"), spread, True
            )


def _free(name: str, schedule: Schedule) -> str:
    """A node's name that no memory has."""
    return free_name(name, {site.memory.name for site in schedule.sites})


def _memory(site: Site, schedule: Schedule) -> _Place:
    memory, bits = site.memory, schedule.mapping.accelerator.default_word_bits
    attributes = {"width": bits * memory.block_size, "datawidth": bits}
    if memory.capacity_bytes is not None:
        attributes["depth"] = memory.capacity_bytes * 8 // (bits * memory.block_size)
    for name in ("shared_bandwidth", "read_bandwidth", "write_bandwidth"):
        value = getattr(memory, name)
        if value is not None:
            attributes[name] = value * memory.banks
    if memory.buffering == "double":
        attributes["multiple_buffering"] = 2
    kind = "DRAM" if memory.capacity_bytes is None and site.boundary == 0 else "storage"
    text = ", ".join(f"{name}: {value}" for name, value in attributes.items())
    left_out = [tensor.name for tensor in schedule.mapping.workload.tensors if tensor.name not in site.tensors]
    # The automatic buffers of clusters have names that no machine may give.
    name = _free(f"{memory.name}_buffer", schedule) if reserved_for(memory.name) else memory.name
    return _Place(name, ("!Component", f"class: {kind}", f"attributes: {{{text}}}"), bypass=tuple(left_out))


def _architecture(schedule: Schedule, places: list[_Place]) -> Iterator[str]:
    yield "architecture:"
    yield "  version: 0.4"
    yield "  nodes:"
    cycle = 1e-6 / schedule.mapping.accelerator.clock_mhz
    yield "    - !Container"
    yield "      name: system"
    yield f"      attributes: {{global_cycle_seconds: {cycle:.12g}}}"
    for place in places:
        tag, *rest = place.lines
        yield f"    - {tag}"
        yield f"      name: {place.name}"
        yield from (f"      {line}" for line in rest)
    yield "    - !Component"
    yield "      name: MAC"
    yield "      class: compute"


def _mapping(places: list[_Place], names: dict[str, str]) -> Iterator[str]:
    yield "mapping:"
    for place in places:
        if place.bypass:
            yield f"  - {{target: {place.name}, type: dataspace, bypass: [{', '.join(place.bypass)}]}}"
        bounds = {factor.dimension: str(factor) for factor in place.loops}
        inner_first = [factor.dimension for factor in reversed(place.loops)]
        order = [*inner_first, *(name for name in names if name not in inner_first)]
        factors = " ".join(f"{names[name]}={bounds.get(name, '1')}" for name in names)
        permutation = ", ".join(names[name] for name in order)
        kind = "spatial" if place.spatial else "temporal"
        yield (f'  - {{target: {place.name}, type: {kind}, factors: "{factors}", permutation: [{permutation}]}}')
