"""The Density block of a layer."""

from __future__ import annotations

from ...ir import Density, Findings, WeftError, Workload
from ..densities import read_density, with_densities
from .sections import Section


def read_densities(section: Section, workload: Workload, findings: Findings) -> Workload:
    """The workload with the densities of a block; what is wrong with them goes to `findings`."""
    found: dict[str, Density] = {}
    for node in section.items:
        name = node.tensor.text
        if name in found:
            findings.add("W006", f"the density of '{name}' is given twice", section.span(node.tensor))
            continue
        try:
            found[name] = read_density(node.text, workload, name, section.span(node))
        except WeftError as error:
            findings.items += error.diagnostics
    return with_densities(workload, found)
