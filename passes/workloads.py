"""Check a workload that has no program yet: all that can be said of it on a machine (model A5)."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from ..analysis.placement import check_tensor_names
from ..ir import Accelerator, Diagnostic, Findings, Span, Workload
from .validate import check_windows, check_zeros
from .well_formed import machine_findings, workload_findings


def check_workload(workload: Workload, accelerator: Accelerator, span: Span | None = None) -> tuple[Diagnostic, ...]:
    """What is wrong with a workload and a machine whatever the program, and what there is to say, at `span`."""
    findings = Findings()
    for code, message, hint in chain(workload_findings(workload), machine_findings(accelerator)):
        findings.add(code, message, span, hint=hint)
    if findings.has_errors:
        return tuple(findings.items)
    check_windows(workload, findings, span)
    if not findings.has_errors:
        check_zeros(workload, findings, span)
    check_tensor_names(workload, accelerator, findings)
    return tuple(item if item.span else replace(item, span=span) for item in findings.items)
