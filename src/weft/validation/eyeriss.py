"""Eyeriss, the chip: measured processing latencies beside the preset's (Chen et al., JSSC 2017)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from .. import api
from ..backends.cost import Cost
from ..frontends.accelerator import load_accelerator
from ..frontends.maestro import parse_dataflow
from ..ir import Accelerator, Layer, Mapping, Workload, operator_workload
from .comparison import Check, Comparison, Table, about, published_rows


@dataclass(frozen=True, slots=True)
class ChipLayer:
    """A measured layer: one group's shape, how many groups there are, and the parameters of its mapping.

    In a pass the array works on `n` images, strips of `e` output rows, `p` filters and `q` channels in each
    processing element, and `r` times the channels and `t` times the filters in sets of elements side by side.
    """

    name: str
    workload: Workload
    groups: int
    n: int
    e: int
    p: int
    q: int
    r: int
    t: int
    active_pes: int
    latency_ms: float

    @property
    def program(self) -> str:
        """The row-stationary program: passes, then images and columns inside a pass, then the sets of elements."""
        taps = self.workload.extents["R"]
        return f"""\
TemporalMap({self.n},{self.n}) N;
TemporalMap({self.p * self.t},{self.p * self.t}) K;
TemporalMap({self.e},{self.e}) Y';
TemporalMap({self.q * self.r},{self.q * self.r}) C;
Cluster(1, L2);
TemporalMap(1,1) N;
TemporalMap(1,1) X';
Cluster({self.t});
SpatialMap({self.p},{self.p}) K;
Cluster({self.r});
SpatialMap({self.q},{self.q}) C;
Cluster({self.e});
SpatialMap(1,1) Y';
Cluster({taps});
SpatialMap(1,1) R;
"""

    @property
    def layer(self) -> Layer:
        """The layer with its program."""
        return Layer(self.name, self.workload, parse_dataflow(self.program), self.workload.operator)

    def cost(self, machine: Accelerator) -> Cost:
        """What one group costs on a machine."""
        dataflow = parse_dataflow(self.program).bind(self.workload.extents)
        return api.evaluate(Mapping(self.workload, dataflow, machine, self.name))

    def milliseconds(self, machine: Accelerator) -> float:
        """Stepwise time of all groups, one after the other."""
        return self.groups * self.cost(machine).cycles_stepwise / machine.clock_mhz / 1000


def chip_layers(network: str) -> tuple[ChipLayer, ...]:
    """The measured layers of `alexnet` or `vgg16`."""
    return tuple(map(_chip_layer, published_rows(f"eyeriss_{network}")))


def _chip_layer(row: dict[str, str]) -> ChipLayer:
    size = {name: int(row[name]) for name in ("N", "K", "C", "E", "R", "stride", "groups", *"neprqt", "active_pes")}
    extents = {name: size[name] for name in "NKC"} | dict.fromkeys(("Y'", "X'"), size["E"])
    extents |= dict.fromkeys("RS", size["R"])
    workload = operator_workload("CONV", extents, stride=dict.fromkeys("YX", size["stride"]))
    parameters = {name: size[name] for name in ("groups", *"nepqrt", "active_pes")}
    return ChipLayer(row["layer"], workload, **parameters, latency_ms=float(row["latency_ms"]))


@cache
def _preset(*settings: str) -> Accelerator:
    return load_accelerator("eyeriss", settings)


def mean_error(layers: Iterable[ChipLayer], machine: Accelerator) -> float:
    """Mean absolute error of the times of a machine, relative to the measured ones."""
    errors = [abs(layer.milliseconds(machine) / layer.latency_ms - 1) for layer in layers]
    return sum(errors) / len(errors)


_VARIANTS = (
    ("as it is", ()),
    ("input 2 words a cycle", ("L2.networks.0.channels.input=2",)),
    ("filter 1 word a cycle", ("L2.networks.0.channels.filter=1",)),
    ("filter 2 words a cycle", ("L2.networks.0.channels.filter=2",)),
    ("filter 8 words a cycle", ("L2.networks.0.channels.filter=8",)),
    ("output 2 words a cycle", ("L2.networks.0.channels.output=2",)),
    ("output 8 words a cycle", ("L2.networks.0.channels.output=8",)),
    ("no limits", tuple(f"L2.networks.0.channels.{name}=unlimited" for name in ("input", "filter", "output"))),
    ("sums added for nothing", ("adder=tree",)),
    ("no queues at the elements", ("queues=false",)),
    ("filters loaded behind the work", ("filter_spad.buffering=rolling",)),
    ("all three", ("adder=tree", "queues=false", "filter_spad.buffering=rolling")),
)


def comparison() -> Comparison:
    """AlexNet, the sensitivity to what is assumed, and VGG16."""
    machine, alexnet, vgg16 = _preset(), chip_layers("alexnet"), chip_layers("vgg16")
    error = mean_error(alexnet, machine)
    equal = all(layer.cost(machine).counts.active_peak == layer.active_pes for layer in (*alexnet, *vgg16))
    return Comparison(
        "eyeriss",
        "The Eyeriss chip",
        about("eyeriss"),
        (_times("AlexNet, batch 4", alexnet), _sensitivity(alexnet), _times("VGG16, batch 3", vgg16)),
        (
            Check("active processing elements equal in every layer", equal),
            Check(f"mean absolute error of AlexNet's latencies at most 5 %: {error:.2%}", error <= 0.05),
        ),
    )


def _times(title: str, layers: tuple[ChipLayer, ...]) -> Table:
    rows = []
    for layer in layers:
        cost, time = layer.cost(_preset()), layer.milliseconds(_preset())
        parameters = f"{layer.n} {layer.e} {layer.p} {layer.q} {layer.r} {layer.t}"
        ideal = layer.groups * cost.counts.points / layer.active_pes / 200_000
        pes = (layer.active_pes, cost.counts.active_peak)
        rows.append(
            (layer.name, parameters, *pes, layer.latency_ms, time, f"{time / layer.latency_ms - 1:+.1%}", ideal)
        )
    columns = (
        "layer",
        "n e p q r t",
        "active PEs",
        "Weft",
        "latency ms",
        "Weft",
        "difference",
        "MACs / active PEs",
    )
    return Table(title, columns, tuple(rows))


def _sensitivity(layers: tuple[ChipLayer, ...]) -> Table:
    rows = []
    for name, settings in _VARIANTS:
        machine = _preset(*settings)
        found = (f"{layer.milliseconds(machine) / layer.latency_ms - 1:+.1%}" for layer in layers)
        rows.append((name, *found, f"{mean_error(layers, machine):.1%}"))
    columns = ("machine", *(layer.name for layer in layers), "mean absolute error")
    return Table("Sensitivity of AlexNet's latencies to what is assumed", columns, tuple(rows))
