"""Check a fused program and place it on its machine (docs/fusion.md)."""

from __future__ import annotations

from dataclasses import replace
from math import prod

from ..analysis.fused.boxes import Boxes, stage_boxes
from ..analysis.fused.rooms import places
from ..analysis.occupancy import rooms_of
from ..ir import (
    Accelerator,
    Cluster,
    Dataflow,
    Diagnostic,
    Directive,
    Edge,
    Findings,
    FusedProgram,
    FusedSchedule,
    Mapping,
    Schedule,
    Severity,
    Stage,
    StageSchedule,
    WeftError,
    Workload,
)
from ..ir.fused import stored_extent
from ..ir.nearest import did_you_mean
from .pipeline import schedule
from .validate import OverCapacity

MAX_RUNS = 1 << 20
"""Steps in which a stage may run."""


def fuse(program: FusedProgram, accelerator: Accelerator, over_capacity: OverCapacity = "error") -> FusedSchedule:
    """The schedule of a fused program on a machine.

    Raises WeftError with all findings: W741 for what is no fused program, W203 for a memory that cannot be the
    boundary, W201 if it is over-full (not if `over_capacity` is `warning`), W009 for a stage without
    a dataflow, and what `schedule` finds in the programs of the stages.
    """
    boxes = checked_boxes(program, accelerator)
    findings = Findings()
    if over_capacity == "error":
        check_rooms(program, accelerator, boxes, findings)
    inner = inside(accelerator)
    found = []
    for stage, own in zip(program.stages, boxes, strict=True):
        try:
            found.append(_stage_schedule(stage, own, accelerator, inner, over_capacity))
        except WeftError as error:
            findings.items += [_of_stage(item, stage) for item in error.diagnostics]
    findings.raise_errors()
    return FusedSchedule(program, accelerator, tuple(found))


def checked_boxes(program: FusedProgram, accelerator: Accelerator) -> tuple[Boxes, ...]:
    """The boxes of the stages of a program that is one; WeftError W741, W203 with everything that is wrong."""
    findings = Findings()
    check_boundary(program, accelerator, findings)
    check_stages(program, findings)
    findings.raise_errors()
    for number, stage in enumerate(program.stages):
        workload = stage.layer.workload
        assert workload is not None
        if number == len(program.stages) - 1:
            _check_loops(program, program.loops, workload, "outer loops", findings)
        _check_loops(program, stage.loops, workload, f"loops of stage '{stage.name}'", findings)
        _check_recomputed(program, stage, findings)
    for edge in program.edges:
        _check_shapes(program, edge, findings)
    findings.raise_errors()
    _check_steps(program, findings)
    findings.raise_errors()
    return stage_boxes(program)


def inside(accelerator: Accelerator) -> Accelerator:
    """The machine from the boundary memory on, which has room enough: it is checked for all stages together."""
    boundary, *below = accelerator.memories[1:]
    return replace(accelerator, memories=(replace(boundary, capacity_bytes=None, capacities=()), *below))


def check_boundary(program: FusedProgram, accelerator: Accelerator, findings: Findings) -> None:
    """The boundary is the one memory below the outermost one."""
    names = [memory.name for memory in accelerator.memories]
    if program.memory not in names:
        hint = did_you_mean(program.memory, names)
        findings.add(
            "W002", f"no memory '{program.memory}'; {accelerator.name} has {', '.join(names)}", program.span, hint=hint
        )
    elif len(names) < 2 or program.memory != names[1] or accelerator.memories[1].instances != 1:
        message = f"{program.memory} cannot hold what lies between stages: it is not the one memory below {names[0]}"
        findings.add("W203", message, program.span)


def check_stages(program: FusedProgram, findings: Findings) -> None:
    """Every stage can be read, feeds a later one unless it is the last, and no input is fed twice."""
    last = len(program.stages) - 1
    if not program.stages:
        findings.add("W741", f"fused program '{program.name}' has no stages", program.span)
    for number, stage in enumerate(program.stages):
        span = stage.layer.span or program.span
        if stage.layer.workload is None:
            findings.items += stage.layer.diagnostics
        elif stage.layer.workload.zero_insertion:
            message = f"stage '{stage.name}' inserts zeros into its input: transposed convolutions are not fused"
            findings.add("W741", message, span)
        elif number < last and not program.consumers(number):
            findings.add(
                "W741", f"stage '{stage.name}' feeds no other stage", span, hint="only the last stage ends a program"
            )
    names = [stage.name for stage in program.stages]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        findings.add("W006", f"stage '{name}' is there twice", program.span)
    for name in program.stored:
        if name not in names:
            findings.add(
                "W002", f"Stored names '{name}', which is no stage", program.span, hint=did_you_mean(name, names)
            )
    fed: set[tuple[int, str]] = set()
    for edge in program.edges:
        _check_edge(program, edge, fed, findings)


def _check_edge(program: FusedProgram, edge: Edge, fed: set[tuple[int, str]], findings: Findings) -> None:
    last = len(program.stages) - 1
    if not (0 <= edge.producer <= last and 0 <= edge.consumer <= last):
        findings.add("W741", f"edge {edge} is between stages that are not there: the last is {last}", program.span)
        return
    consumer, producer = program.stages[edge.consumer], program.stages[edge.producer]
    span = consumer.layer.span or program.span
    if edge.producer >= edge.consumer:
        message = f"stage '{consumer.name}' needs what '{producer.name}' makes, which does not come before it"
        findings.add("W741", message, span, hint="stages stand in the order of the data")
    if (edge.consumer, edge.tensor) in fed:
        findings.add("W741", f"'{edge.tensor}' of stage '{consumer.name}' is fed twice", span)
    fed.add((edge.consumer, edge.tensor))
    inputs = [item.name for item in consumer.layer.workload.inputs] if consumer.layer.workload else []
    if inputs and edge.tensor not in inputs:
        hint = did_you_mean(edge.tensor, inputs, "inputs")
        findings.add(
            "W741", f"stage '{consumer.name}' has no input '{edge.tensor}' for '{producer.name}'", span, hint=hint
        )


def _check_loops(
    program: FusedProgram, loops: tuple[Directive, ...], workload: Workload, what: str, findings: Findings
) -> None:
    output = [subscript.dimensions[0] for subscript in workload.output.subscripts]
    seen: set[str] = set()
    for item in loops:
        if item.spatial or item.size != item.offset or not isinstance(item.size, int):
            message = (
                f"'{item}' is no loop of a fused program: chunks follow each other in time, without gap or overlap"
            )
            findings.add("W741", message, item.span, hint=f"write TemporalMap(n,n) {item.dimension}")
        if item.dimension in workload.reduction_dimensions:
            message = f"{what} go over '{item.dimension}', along which sums are made: not supported"
            findings.add("W741", message, item.span, hint=f"dimensions of the output are {', '.join(output)}")
        elif item.dimension not in output:
            hint = did_you_mean(item.dimension, output, "dimensions of the output")
            findings.add("W002", f"unknown dimension '{item.dimension}' in the {what}", item.span, hint=hint)
        elif item.dimension in seen:
            findings.add("W741", f"{what} go over '{item.dimension}' twice", item.span)
        seen.add(item.dimension)


def _check_recomputed(program: FusedProgram, stage: Stage, findings: Findings) -> None:
    outer = [item.dimension for item in program.loops]
    span = stage.layer.span or program.span
    for name in stage.recomputed:
        if name not in outer:
            hint = did_you_mean(name, outer, "dimensions of the outer loops")
            findings.add(
                "W002", f"stage '{stage.name}' recomputes over '{name}', which is no outer loop", span, hint=hint
            )
    if stage.recomputed and stage is program.stages[-1]:
        findings.add("W741", f"stage '{stage.name}' is the last: nothing of it is computed again", span)


def _check_shapes(program: FusedProgram, edge: Edge, findings: Findings) -> None:
    made, read = program.stages[edge.producer].layer.workload, program.stages[edge.consumer].layer.workload
    assert made is not None
    assert read is not None
    if program.axes(edge) is None:
        shape = "×".join(str(made.extents[subscript.dimensions[0]]) for subscript in made.output.subscripts)
        wanted = "×".join(str(stored_extent(read, subscript)) for subscript in read.tensor(edge.tensor).subscripts)
        producer, consumer = program.stages[edge.producer], program.stages[edge.consumer]
        message = f"'{producer.name}' makes {shape} elements, '{edge.tensor}' of '{consumer.name}' has {wanted}"
        findings.add("W741", message, consumer.layer.span or program.span)


def _check_steps(program: FusedProgram, findings: Findings) -> None:
    outer = _positions(program.loops, program.stages[-1])
    for stage in program.stages:
        if (runs := outer * _positions(stage.loops, stage)) > MAX_RUNS:
            message = f"stage '{stage.name}' would run in {runs} steps: at most {MAX_RUNS} are counted"
            findings.add("W741", message, stage.layer.span or program.span, hint="larger chunks make fewer steps")
            return


def _positions(loops: tuple[Directive, ...], stage: Stage) -> int:
    extents = stage.layer.workload.extents if stage.layer.workload else {}
    return prod(-(-extents[item.dimension] // int(item.size)) for item in loops)


def check_rooms(program: FusedProgram, accelerator: Accelerator, boxes: tuple[Boxes, ...], findings: Findings) -> None:
    """What the stages hold together fits the boundary memory."""
    memory = accelerator.memories[1]
    needed = room_bytes(program, accelerator, boxes)
    for names, room in rooms_of(memory, tuple(dict.fromkeys(name for name, _ in needed))):
        held = {label: size for (name, label), size in needed.items() if name in names}
        need = sum(held.values())
        if room is not None and need > room:
            parts = ", ".join(f"{label} {size}" for label, size in held.items())
            what = f" for {', '.join(names)}" if memory.capacities else ""
            message = f"{memory.name} needs {need} bytes{what} and has {room}"
            findings.add("W201", message, program.span, notes=[f"bytes: {parts}"], hint="cut the outer loops finer")


def room_bytes(program: FusedProgram, accelerator: Accelerator, boxes: tuple[Boxes, ...]) -> dict[tuple[str, str], int]:
    """Bytes in the boundary memory per tensor's name in its workload and in words."""
    steady, made = places(program, boxes, accelerator.memories[1], accelerator.bits)
    found = {
        (name, f"{program.stages[number].name}.{name}"): -(-bits // 8)
        for (number, name), bits in steady.items()
        if bits
    }
    if made:
        name = boxes[0].workload.output.name
        found[name, "made in a step"] = -(-made // 8)
    return found


def _stage_schedule(
    stage: Stage, boxes: Boxes, accelerator: Accelerator, inner: Accelerator, over_capacity: OverCapacity
) -> StageSchedule:
    dataflow = stage.layer.dataflow
    if dataflow is None:
        raise WeftError(Diagnostic("W009", "it has no dataflow", hint="write its levels as Dataflow { … }"))
    parts = tuple(
        (times, schedule(_mapping(stage, part, dataflow, inner), over_capacity)) for times, part in boxes.parts
    )
    return StageSchedule(stage, _whole(stage, dataflow, accelerator, parts[0][1]), parts)


def _mapping(stage: Stage, workload: Workload, dataflow: Dataflow, machine: Accelerator) -> Mapping:
    return Mapping(workload, dataflow.bind(workload.extents), machine, stage.name, stage.layer.span)


def _whole(stage: Stage, dataflow: Dataflow, accelerator: Accelerator, part: Schedule) -> Schedule:
    """The layer below one level that does nothing: what stands where on the whole machine."""
    assert stage.layer.workload is not None
    clusters = (Cluster(part.levels[0].units, accelerator.memories[1].name), *dataflow.clusters)
    program = Dataflow(((), *dataflow.levels), clusters, dataflow.placements)
    return schedule(_mapping(stage, stage.layer.workload, program, accelerator), "warning")


def _of_stage(item: Diagnostic, stage: Stage) -> Diagnostic:
    if item.severity is not Severity.ERROR:
        return item
    return replace(item, message=f"stage '{stage.name}': {item.message}", span=item.span or stage.layer.span)
