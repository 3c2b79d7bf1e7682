"""A network as a whole: what its layers cost one after the other, in all and by operator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ...ir import InputTraffic, Layer, Mapping, share_of
from ...ir.html_table import html_table
from ..cost import TIMES, Cost
from .data import cost_data, failed_layer_data, layer_data, program_data
from .sheet import Sheet, Tabular, sheet_of
from .table import LAYER_COLUMNS, layer_row

Costed = tuple[Layer, Cost]


def work_and_peak(mappings: Sequence[Mapping]) -> tuple[float, int]:
    """The work that counts for a utilization, and what could be done a cycle (A33): of the elements, where layers run
    on both; else of the one part that they run on."""
    if len({mapping.accelerator for mapping in mappings}) == 1:
        return sum(mapping.useful_work for mapping in mappings), mappings[0].accelerator.peak_macs
    done = sum(mapping.useful_work for mapping in mappings if mapping.accelerator.part_of is None)
    return done, mappings[0].accelerator.whole.peak_macs


@dataclass(frozen=True)
class Whole(Tabular):
    """Layers with their costs, run one after the other, each waiting for the one before; none is empty.

    `left_out` are the layers that have no cost. Bytes are those of the machine's words; what several layers share is
    counted for each.
    """

    layers: tuple[Costed, ...]
    left_out: tuple[Layer, ...] = ()

    @property
    def macs(self) -> int:
        """Useful multiply-accumulates."""
        return sum(cost.macs for _, cost in self.layers)

    @cached_property
    def operations(self) -> dict[str, int]:
        """How often each operation is executed, by name."""
        found: Counter[str] = Counter()
        for _, cost in self.layers:
            found.update(cost.operations)
        return dict(sorted(found.items()))

    def cycles(self, time: str = "stepwise") -> int:
        """The cycles of all layers by a time model; ValueError for an unknown one."""
        return sum(cost.cycles(time) for _, cost in self.layers)

    def seconds(self, time: str = "stepwise") -> float:
        """The end-to-end latency: all layers one after the other, at the machine's clock."""
        return sum(cost.seconds(time) for _, cost in self.layers)

    @cached_property
    def energy_pj(self) -> float:
        """Picojoules of all layers."""
        return sum(cost.energy_pj for _, cost in self.layers)

    @cached_property
    def weight_bytes(self) -> int | None:
        """Bytes of the constants of the model's file, for each layer that reads them; None where none is known."""
        if not any(layer.weights for layer, _ in self.layers):
            return None
        return sum(_bytes(cost, layer.weights) for layer, cost in self.layers)

    @cached_property
    def activation_bytes(self) -> int:
        """Bytes of the inputs and outputs, without weights, of the layer that has most of them."""
        return max(_bytes(cost, _activations(layer, cost)) for layer, cost in self.layers)

    @cached_property
    def outer_bytes(self) -> int:
        """Bytes that leave and enter the outermost memories."""
        return sum(_outer_bytes(cost) for _, cost in self.layers)

    def utilization(self, time: str = "stepwise") -> float:
        """Useful work of the elements over what all of them could do in the cycles of a time model; layers that are
        equal on a vector unit: of its lanes."""
        done, peak = work_and_peak([cost.schedule.mapping for _, cost in self.layers])
        return done / (peak * self.cycles(time))

    @property
    def intensity(self) -> float:
        """Operations per byte that leaves or enters the outermost memory, a multiply-accumulate being one."""
        return sum(self.operations.values()) / self.outer_bytes if self.outer_bytes else 0.0

    def sheet(self) -> Sheet:
        """A row per layer, in the order of the layers with costs, then of those without."""
        rows = [
            layer_row(
                layer_data("", layer.name, operator_of(layer)) | cost_data(cost, "stepwise", ()) | program_data(cost)
            )
            for layer, cost in self.layers
        ]
        rows += [
            layer_row(layer_data("", layer.name, layer.operator) | failed_layer_data(layer.diagnostics))
            for layer in self.left_out
        ]
        return sheet_of(rows, LAYER_COLUMNS)

    def by_operator(self, time: str = "stepwise") -> dict[str, Whole]:
        """The layers of each operator, as the model's file names it, with most cycles by a time model first."""
        found: dict[str, list[Costed]] = {}
        for layer, cost in self.layers:
            found.setdefault(operator_of(layer), []).append((layer, cost))
        parts = {name: Whole(tuple(layers)) for name, layers in found.items()}
        return dict(sorted(parts.items(), key=lambda item: -item[1].cycles(time)))

    @cached_property
    def equal(self) -> tuple[Whole, ...]:
        """Equal layers with equal programs together, in the order of the first ones."""
        found: dict[Mapping, list[Costed]] = {}
        for layer, cost in self.layers:
            found.setdefault(cost.schedule.mapping.unnamed, []).append((layer, cost))
        return tuple(Whole(tuple(layers)) for layers in found.values())

    def to_dict(self, time: str = "stepwise") -> dict[str, Any]:
        """Plain data, as JSON has it (docs/json.md), its operators with most cycles by a time model first."""
        parts = [{"operator": name, **part._sums()} for name, part in self.by_operator(time).items()]
        left_out = [{"layer": layer.name, "operator": operator_of(layer)} for layer in self.left_out]
        left = {"left_out": left_out, "left_out_share": share_of(self.left_out)}
        footprints = {"weight_bytes": self.weight_bytes, "activation_bytes": self.activation_bytes}
        return self._sums() | footprints | {"operators": parts, **left}

    def _repr_html_(self) -> str:
        """The network in a notebook: a row per layer, and the sums."""
        parts = [(layer.name, operator_of(layer), Whole(((layer, cost),))) for layer, cost in self.layers]
        rows = [(name, operator, *part._cells()) for name, operator, part in parts]
        names = ("layer", "type", "MACs", *(f"{time} cycles" for time in TIMES), "utilization", "energy pJ")
        machine = self.layers[0][1].schedule.mapping.accelerator.whole.name
        left = f", {len(self.left_out)} left out" if self.left_out else ""
        all_layers = (f"{len(parts)} layers{left}", "", *self._cells())
        return html_table(f"{len(parts)} layers on {machine}", names, [*rows, all_layers])

    def _cells(self) -> tuple[str, ...]:
        cycles = (f"{self.cycles(time):,}" for time in TIMES)
        return (f"{self.macs:,}", *cycles, f"{self.utilization():.1%}", f"{self.energy_pj:,.4g}")

    def _sums(self) -> dict[str, Any]:
        return {
            "layers": len(self.layers),
            "macs": self.macs,
            "operations": self.operations,
            "cycles": {time: self.cycles(time) for time in TIMES},
            "seconds": {time: self.seconds(time) for time in TIMES},
            "energy_pj": self.energy_pj,
            "outer_bytes": self.outer_bytes,
            "operations_per_byte": self.intensity,
        }


def whole(layers: Sequence[Layer], costs: Iterable[Cost | None]) -> Whole:
    """A network from its layers and their costs, None for those without; ValueError if no layer has one."""
    pairs = list(zip(layers, costs, strict=True))
    known = tuple((layer, cost) for layer, cost in pairs if cost is not None)
    if not known:
        raise ValueError("no layer has a cost")
    return Whole(known, tuple(layer for layer, cost in pairs if cost is None))


def operator_of(layer: Layer) -> str:
    """The operator as the layer's file names it, else that of the workload."""
    return layer.operator or (layer.workload.operator if layer.workload else "")


def _activations(layer: Layer, cost: Cost) -> tuple[str, ...]:
    names = (tensor.name for tensor in cost.schedule.mapping.workload.tensors)
    return tuple(name for name in names if name not in layer.weights)


def _bytes(cost: Cost, names: Iterable[str]) -> int:
    """Bytes of some tensors of a layer."""
    mapping = cost.schedule.mapping
    sizes = ((mapping.workload.footprint(mapping.workload.tensor(name)), name) for name in names)
    return sum(-(-elements * mapping.accelerator.bits(name) // 8) for elements, name in sizes)


def _outer_bytes(cost: Cost) -> int:
    bits = cost.schedule.mapping.accelerator.bits
    outermost, moved = cost.counts.interfaces[0].parent, 0
    for interface in cost.counts.interfaces:
        for name, traffic in interface.tensors if interface.parent == outermost else ():
            elements = traffic.reads if isinstance(traffic, InputTraffic) else traffic.updates + traffic.readbacks
            moved += elements * bits(name)
    return -(-moved // 8)
