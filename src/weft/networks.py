"""The Python interface to whole networks: from PyTorch, and evaluated as one."""

from __future__ import annotations

from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from .api import DEFAULT_ACCELERATOR, evaluate, machine_of, map_layer
from .backends.cost import Cost
from .backends.report import Whole, whole
from .frontends.sizes import Sizes
from .ir import Accelerator, Diagnostic, Mapping, Network, WeftError
from .ir.arguments import checked
from .passes import OverCapacity

__all__ = ["evaluate_network", "from_torch"]


@checked
def from_torch(
    module: Any,
    inputs: Sequence[Any] = (),
    named_inputs: Pairs[str, Any] | None = None,
    *,
    name: str = "",
    sizes: Pairs[str, int] | None = None,
) -> Network:
    """The network of a module of PyTorch that takes such `inputs`, or of a program that `torch.export` has exported.

    Nothing is computed: module and inputs may be on the device `meta`, without elements. `sizes` are the values of the
    symbols of an exported program. Nodes that cannot be stated are layers with their diagnostics. Raises WeftError
    without PyTorch, the extra `torch`, and for symbols without a size; what `torch.export` raises comes through.
    """
    from .frontends.pytorch.reader import network_of_module

    asked = Sizes(sizes)
    found = network_of_module(module, inputs, named_inputs or {}, name or type(module).__name__, asked)
    if unused := tuple(asked.unused()):
        raise WeftError(unused)
    return found


@checked
def evaluate_network(
    network: Network,
    accelerator: str | Path | Accelerator = DEFAULT_ACCELERATOR,
    overrides: Sequence[str] = (),
    dataflow: str | None = None,
    over_capacity: OverCapacity = "error",
) -> Whole:
    """All layers of a network, one after the other; layers without a program get `dataflow` as `map_layer` has it.

    Equal layers are evaluated once. Layers that are wrong or do not fit are `left_out`, and say why in their
    diagnostics. Raises WeftError, with all that is wrong, if no layer is left.
    """
    machine = machine_of(accelerator, overrides)
    known: dict[Mapping, Cost] = {}
    layers, costs = [], list[Cost | None]()
    for layer in network.layers:
        try:
            mapping = map_layer(layer, machine, dataflow=dataflow).unnamed
            costs.append(known.get(mapping) or known.setdefault(mapping, evaluate(mapping, over_capacity)))
            layers.append(layer)
        except WeftError as error:
            # What was found in reading a layer is among it.
            layers.append(replace(layer, diagnostics=tuple(dict.fromkeys((*layer.diagnostics, *error.diagnostics)))))
            costs.append(None)
    if not known:
        findings = [item for layer in layers for item in layer.diagnostics]
        raise WeftError(findings or [Diagnostic("W009", f"network '{network.name}' has no layers")])
    return whole(layers, costs)
