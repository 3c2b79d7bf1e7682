"""An estimator that asks the package `hwcomponents`, an extra that needs Python 3.12."""

from __future__ import annotations

from typing import Any

from ...ir import Diagnostic, WeftError
from .estimator import AREA, Component, Estimate
from .table import named_node

_MAC = (("IntMultiplier", "multiply", 1), ("IntAdder", "add", 2))
"""What a multiply-accumulate is made of there, what each does, and its width over that of the operands."""


class HwComponents:
    """Memories as the SRAM of `hwcomponents`, and multiply-accumulates as its multiplier and adder.

    It knows no DRAM without a kind and no link without a length, and no memory without a capacity.
    """

    def estimate(self, component: Component, action: str) -> Estimate | None:
        """The energy of an action, or area and leakage; ValueError if the component's technology names no node."""
        tool = _tool()
        if component.role == "mac":
            blocks = [(name, done, {"width": times * component.width_bits}) for name, done, times in _MAC]
        elif component.role in ("pe", "buffer") and component.capacity_bytes is not None:
            blocks = [("SRAM", action, _memory(component, component.capacity_bytes))]
        else:
            return None
        node = _node(component.technology)
        found = [(name, done, {"tech_node": node * 1e-9, **sizes}) for name, done, sizes in blocks]
        source = f"hwcomponents: {', '.join(name for name, *_ in found)} at {node:g} nm"
        if action == AREA:
            area = sum(tool.get_area(name, sizes) for name, _, sizes in found)
            leakage = sum(tool.get_leak_power(name, sizes) for name, _, sizes in found)
            return Estimate(source=source, area_um2=area * 1e12, leakage_mw=leakage * 1e3)
        joules = sum(tool.get_action_cost(name, sizes, done, {}).energy for name, done, sizes in found)
        return Estimate(joules * 1e12, source)


def _memory(component: Component, capacity: int) -> dict[str, int]:
    """A bank in whole words, as wide as an access, in bits."""
    width = component.width_bits
    words = -(-8 * capacity // width)
    return {"width": width, "size": words * width, "n_rw_ports": component.ports, "n_banks": 1}


def _node(technology: str) -> float:
    found = named_node(technology)
    if found is None:
        raise ValueError(f"the technology '{technology}' names no node, such as 28 nm")
    return found


def _tool() -> Any:
    try:
        import hwcomponents
    except ModuleNotFoundError as error:
        hint = "pip install 'weft-ir[hwcomponents]', with Python 3.12 or later"
        message = "the estimator 'hwcomponents' needs the package hwcomponents, which is not installed"
        raise WeftError(Diagnostic("W008", message, hint=hint)) from error
    return hwcomponents
