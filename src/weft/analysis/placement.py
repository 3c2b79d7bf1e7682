"""Which memory stands at which boundary of a program, and what it holds (model A6)."""

from __future__ import annotations

from math import prod

from ..ir import Accelerator, Dataflow, Findings, Interconnect, Memory, Placement, Severity, Site, Workload
from ..ir.nearest import did_you_mean

Boundaries = dict[int, list[Memory]]


def place_memories(
    workload: Workload,
    dataflow: Dataflow,
    accelerator: Accelerator,
    units: tuple[int, ...],
    findings: Findings,
) -> tuple[Site, ...]:
    """The sites of a program, outermost first; problems go to `findings`."""
    groups = [prod(units[:boundary]) for boundary in range(len(units) + 1)]
    placed: Boundaries = {0: [accelerator.memories[0]]}
    rest = [memory for memory in accelerator.memories[1:] if memory.instances is not None]
    if at_pes := [memory for memory in accelerator.memories if memory.instances is None]:
        placed[len(units)] = at_pes
    _place_named(dataflow, accelerator, groups, placed, rest, findings)
    _place_by_instances(groups, placed, rest, _left_out(dataflow, accelerator), findings)
    if accelerator.cluster_buffers:
        for boundary in range(1, len(units)):
            placed.setdefault(boundary, [Memory(_buffer_name(boundary, accelerator), groups[boundary])])
    _check_order(accelerator, placed, findings)
    names = [memory.name for memory in accelerator.memories]
    held = _placements(workload, dataflow, placed, names, findings)
    return tuple(
        Site(memory, boundary, groups[boundary], held[memory.name])
        for boundary in sorted(placed)
        for memory in placed[boundary]
    )


def level_networks(accelerator: Accelerator, sites: tuple[Site, ...], levels: int) -> tuple[Interconnect, ...]:
    """The network of each level: that of the nearest memory of the machine above it."""
    networks = []
    for level in range(levels):
        site = [site for site in sites if site.boundary <= level and site.memory in accelerator.memories][-1]
        networks.append(site.memory.network(level - site.boundary))
    return tuple(networks)


def _buffer_name(boundary: int, accelerator: Accelerator) -> str:
    """What the automatic buffer at a cluster is called: never like a memory of the machine."""
    name, taken = f"cluster{boundary}", {memory.name for memory in accelerator.memories}
    while name in taken:
        name += "_"
    return name


def _place_named(
    dataflow: Dataflow,
    accelerator: Accelerator,
    groups: list[int],
    placed: Boundaries,
    rest: list[Memory],
    findings: Findings,
) -> None:
    for boundary, cluster in enumerate(dataflow.clusters, 1):
        if cluster.memory is None:
            continue
        memory = next((memory for memory in rest if memory.name == cluster.memory), None)
        if memory is None:
            message, hint = _unplaceable(cluster.memory, accelerator)
            findings.add("W203", message, cluster.span, hint=hint)
        elif memory.instances != groups[boundary]:
            message = f"instances of {memory.name}: {memory.instances}; groups at this boundary: {groups[boundary]}"
            findings.add("W203", message, cluster.span)
        else:
            placed[boundary] = [memory]
            rest.remove(memory)


def _unplaceable(name: str, accelerator: Accelerator) -> tuple[str, str]:
    """Why a named memory cannot stand at a cluster, and a hint."""
    names = [memory.name for memory in accelerator.memories]
    if name == names[0]:
        return f"{name} is the outermost memory: it already stands above all levels", ""
    if name in names and accelerator.memories[names.index(name)].instances is None:
        return f"{name} already stands at the processing elements, below all levels", ""
    if name in names:
        return f"{name} is placed twice", ""
    return f"no memory '{name}' to place here; {accelerator.name} has {', '.join(names)}", did_you_mean(name, names)


def _left_out(dataflow: Dataflow, accelerator: Accelerator) -> set[str]:
    """The memories that the program or the machine says hold nothing: these alone may stand nowhere."""
    empty = {placement.memory for placement in dataflow.placements if not placement.tensors}
    return empty | {memory.name for memory in accelerator.memories if memory.holds == ()}


def _place_by_instances(
    groups: list[int], placed: Boundaries, rest: list[Memory], left_out: set[str], findings: Findings
) -> None:
    for instances in sorted({memory.instances or 0 for memory in rest}):
        memories = [memory for memory in rest if memory.instances == instances]
        free = [b for b in range(1, len(groups)) if groups[b] == instances and b not in placed]
        if not free and instances == 1:
            placed[0] += memories
        elif not free:
            for memory in memories:
                if memory.name not in left_out:
                    message = f"{memory.name} takes no part: no boundary of the program has {instances} groups"
                    way = str(Placement(memory.name, ()))
                    hint = f"make {instances} groups, or write '{way}' to leave it out"
                    findings.add("W204", message, hint=hint)
        elif len(memories) > len(free):
            names = ", ".join(memory.name for memory in memories)
            findings.add(
                "W203",
                f"{names} could all stand at the boundary with {instances} group{'s' * (instances > 1)}",
                hint=f"name the memory in the program: Cluster(…, {memories[-1].name})",
            )
        else:
            placed.update({boundary: [memory] for boundary, memory in zip(free, memories, strict=False)})


def _holds(able: tuple[str, ...] | None, tensor: str) -> bool:
    return able is None or tensor in able


def check_tensor_names(workload: Workload, accelerator: Accelerator, findings: Findings) -> None:
    """Widths and channels that the machine gives to tensors which the workload does not have."""
    known = [tensor.name for tensor in workload.tensors]
    networks = [network for memory in accelerator.memories for network in memory.networks]
    named = [("word_bits", name) for name, _ in accelerator.word_bits]
    named += [("holds", name) for memory in accelerator.memories for name in memory.holds or ()]
    named += [("capacities", name) for memory in accelerator.memories for name, _ in memory.capacities]
    named += [("channels", name) for network in networks for name, _ in network.channels]
    named += [("store_and_forward", name) for network in networks for name, _ in network.store_and_forward]
    for field, name in dict.fromkeys(named):
        if name not in known:
            hint = did_you_mean(name, known, "tensors")
            message = f"{field} of the machine name '{name}', but {workload.operator} has no such tensor"
            findings.add("W204", message, severity=Severity.WARNING, hint=hint)


def _check_order(accelerator: Accelerator, placed: Boundaries, findings: Findings) -> None:
    order = [memory.name for memory in accelerator.memories]
    found = [memory.name for boundary in sorted(placed) for memory in placed[boundary] if memory.name in order]
    if found != sorted(found, key=order.index):
        message = (
            f"the program places the memories as {', '.join(found)}, but {accelerator.name} nests {', '.join(order)}"
        )
        findings.add("W203", message)


def _placements(
    workload: Workload, dataflow: Dataflow, placed: Boundaries, of_machine: list[str], findings: Findings
) -> dict[str, tuple[str, ...]]:
    memories = [memory.name for boundary in sorted(placed) for memory in placed[boundary]]
    tensors = tuple(tensor.name for tensor in workload.tensors)
    able = {memory.name: memory.holds for boundary in placed for memory in placed[boundary]}
    held = {name: tuple(t for t in tensors if _holds(able[name], t)) for name in memories}
    for placement in dataflow.placements:
        if placement.memory in of_machine and placement.memory not in memories:
            # It stands nowhere: said above, or the program leaves it out.
            continue
        for kind, name, known in (
            ("memory", placement.memory, memories),
            *(("tensor", name, list(tensors)) for name in placement.tensors),
        ):
            if name not in known:
                hint = did_you_mean(name, known)
                findings.add(
                    "W002",
                    f"unknown {kind} '{name}'; there are {', '.join(known)}",
                    placement.span,
                    hint=hint,
                )
        refused = [
            name for name in placement.tensors if name in tensors and not _holds(able.get(placement.memory), name)
        ]
        if refused:
            has = ", ".join(able[placement.memory] or ()) or "nothing"
            message = f"{placement.memory} cannot hold {' and '.join(refused)}; it holds {has}"
            findings.add("W203", message, placement.span)
        if placement.memory == memories[0] and set(placement.tensors) != set(tensors):
            findings.add("W203", f"{memories[0]} is the outermost memory and must hold every tensor", placement.span)
        held[placement.memory] = tuple(name for name in tensors if name in placement.tensors)
    return held
