"""Infer levels, units, memories and networks: from a canonical program to a schedule (model A1, A6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import ClassVar

from ..analysis.placement import check_tensor_names, level_networks, place_memories
from ..ir import (
    Dataflow,
    Directive,
    Findings,
    Loop,
    Mapping,
    Schedule,
    ScheduledLevel,
    Severity,
    Workload,
)
from .program import Fact, Program


@dataclass(frozen=True, slots=True)
class InferPass:
    """Cluster levels with their units, the memories at their boundaries and the networks between."""

    name: ClassVar[str] = "infer"
    needs: ClassVar[Fact] = "canonical"

    def apply(self, program: Program) -> Program:
        """Fill in `program.schedule`."""
        if program.canonical is None or program.has_errors:
            return program
        findings = Findings()
        units = infer_units(program.mapping, findings)
        schedule = None if units is None else _schedule(program.mapping, program.canonical, units, findings)
        check_tensor_names(program.mapping.workload, program.mapping.accelerator, findings)
        # What concerns no directive stands at the layer.
        located = (item if item.span else replace(item, span=program.mapping.span) for item in findings.items)
        diagnostics = program.diagnostics + tuple(located)
        return replace(program, schedule=schedule, diagnostics=diagnostics)


def infer_units(mapping: Mapping, findings: Findings) -> tuple[int, ...] | None:
    """The fan-out of each level, or None when the clusters do not fit the machine."""
    pes = mapping.accelerator.pes
    sizes = [int(cluster.size) for cluster in mapping.dataflow.clusters]
    needed = prod(sizes)
    if needed > pes:
        last = mapping.dataflow.clusters[-1]
        product = " · ".join(str(size) for size in sizes)
        notes = [f"{product} = {needed}"] if len(sizes) > 1 else []
        hint = f"use a machine with at least {needed} PEs (--set pes={needed}) or a smaller cluster"
        findings.add("W106", f"cluster needs {needed} PEs, have {pes}", last.span, notes=notes, hint=hint)
        return None
    if pes % needed:
        findings.add(
            "W107",
            f"{pes % needed} of {pes} PEs are idle: {pes} is not a multiple of the cluster size {needed}",
            mapping.dataflow.clusters[0].span,
            severity=Severity.NOTE,
        )
    return (pes // needed, *sizes)


def _schedule(mapping: Mapping, canonical: Dataflow, units: tuple[int, ...], findings: Findings) -> Schedule:
    sites = place_memories(mapping.workload, mapping.dataflow, mapping.accelerator, units, findings)
    networks = level_networks(mapping.accelerator, sites, len(units))
    levels = tuple(
        ScheduledLevel(
            fan_out,
            tuple(Loop(d.dimension, int(d.size), d.spatial, _source(d, written, mapping.workload)) for d in directives),
            network,
        )
        for directives, written, fan_out, network in zip(
            canonical.levels, mapping.dataflow.levels, units, networks, strict=True
        )
    )
    return Schedule(mapping, canonical, levels, sites)


def _source(directive: Directive, written: tuple[Directive, ...], workload: Workload) -> Directive | None:
    """The directive of the user's level that became a canonical one: the same place, or else the same dimension."""
    if directive.span is not None:
        return next((item for item in written if item.span == directive.span), None)
    names = {directive.dimension, *(i.name for i in workload.indices if i.output == directive.dimension)}
    # A second map of a dimension is redundant or refused, so the first one counts.
    return next((item for item in written if item.dimension in names), None)
