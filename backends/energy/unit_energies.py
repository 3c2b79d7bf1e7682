"""What one access, one transfer and one multiply-accumulate cost on a machine: the weights of the counts."""

from __future__ import annotations

from ...ir import Diagnostic, Schedule, WeftError
from .energy import NETWORK, mac_component, memory_component
from .estimator import Component
from .table import EnergyTable


def access_pj(schedule: Schedule, table: EnergyTable, memory: str, tensor: str, action: str) -> float:
    """Picojoules of one access (`read` or `write`, of `block_size` elements) to a memory that holds a tensor."""
    site = next(site for site in schedule.sites if site.memory.name == memory)
    return _picojoules(table, memory_component(site, schedule, tensor), action)


def transfer_pj(schedule: Schedule, table: EnergyTable, parent: str, child: str, tensor: str) -> float:
    """Picojoules of one element over one link between two memories, or a memory and the arithmetic."""
    bits = schedule.mapping.accelerator.bits(tensor)
    return _picojoules(table, Component(NETWORK, f"{parent} to {child}", bits), "transfer")


def mac_pj(schedule: Schedule, table: EnergyTable) -> float:
    """Picojoules of one multiply-accumulate, as wide as the widest input."""
    return _picojoules(table, mac_component(schedule), "compute")


def _picojoules(table: EnergyTable, component: Component, action: str) -> float:
    estimate = table.estimate(component, action)
    if estimate is None:
        raise WeftError(Diagnostic("W205", f"the energy table '{table.name}' lacks the entry '{component.role}'"))
    return estimate.picojoules
