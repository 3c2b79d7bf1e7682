"""What stands around operations in IREE's modules: globals, buffers that come in and go out, and other shapes."""

from __future__ import annotations

from .making import Making, Rule
from .movement import same


def _held(making: Making) -> None:
    """A global, which is set before anything runs."""
    making.constant()


def _outside(making: Making) -> None:
    """What comes in is an input of the model; what goes out is no operation."""


def _view(making: Making) -> None:
    making.node("Reshape", [making.operand(0)])


HOSTS: dict[str, Rule] = {
    **dict.fromkeys(("util.global.load", "arith.constant", "flow.tensor.constant"), _held),
    **dict.fromkeys(("hal.tensor.import", "hal.tensor.export"), _outside),
    **dict.fromkeys(("flow.tensor.reshape", "flow.tensor.bitcast", "flow.tensor.transfer", "tensor.cast"), _view),
    **dict.fromkeys(("hal.tensor.alias", "hal.tensor.barrier", "util.optimization_barrier"), same),
}
"""By name, with the dialect."""
