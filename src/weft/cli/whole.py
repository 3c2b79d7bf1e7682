"""What `weft evaluate` shows of a network as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..backends.cost import TIMES
from ..backends.report import Whole, operator_of
from ..ir import MAC, Layer, share_of
from .components import Components
from .output import energy_text
from .tables import Table, numbers, texts


def operator_table(title: str, network: Whole, time: str, wide: bool = False) -> Table:
    """A row per operator, with most cycles first."""
    columns = (*texts("operator"), *numbers("layers", "MACs", "other operations", *(f"{t} cycles" for t in TIMES)))
    more = Components([cost for _, cost in network.layers] if wide else [])
    columns = (*columns, *numbers("share", "energy µJ", "share of energy", "operations/B"), *more.energies)
    found = Table(title, columns)
    for name, part in network.by_operator(time).items():
        shares = part.cycles(time) / network.cycles(time), part.energy_pj / network.energy_pj
        found.add_row(name, *_cells(part, *shares), *more.sums([cost for _, cost in part.layers]))
    found.add_section()
    found.add_row("all", *_cells(network, 1.0, 1.0), *more.sums([cost for _, cost in network.layers]))
    return found


def _cells(part: Whole, of_time: float, of_energy: float) -> tuple[str, ...]:
    others = sum(times for name, times in part.operations.items() if name != MAC)
    return (
        f"{len(part.layers):,}",
        f"{part.macs:,}",
        f"{others:,}",
        *(f"{part.cycles(time):,}" for time in TIMES),
        f"{of_time:.1%}",
        energy_text(part.energy_pj),
        f"{of_energy:.1%}",
        f"{part.intensity:.3g}",
    )


def summary(network: Whole, time: str) -> str:
    """A network in a few lines: time and energy end to end, footprints, traffic, and what is left out."""
    machine = network.layers[0][1].schedule.mapping.accelerator
    lines = [
        f"one layer after the other: {seconds_text(network.seconds(time))} at {machine.clock_mhz:g} MHz, {time} time",
        _footprints(network),
        f"{bytes_text(network.outer_bytes)} to and from {network.layers[0][1].counts.interfaces[0].parent}, "
        f"{network.intensity:.3g} operations per byte",
    ]
    if network.left_out:
        lines.append(
            left_out_text(network.left_out, len(network.left_out) + len(network.layers), share_of(network.left_out))
        )
    return "\n".join(lines)


def left_out_text(layers: Sequence[Layer], count: int, share: float | None) -> str:
    """How many of so many layers are left out, which part of the elements they make, and their operators."""
    kinds = Counter(operator_of(layer) for layer in layers)
    named = ", ".join(f"{times} {name}" for name, times in sorted(kinds.items()))
    of_all = f", {share:.2%} of the elements" if share is not None else ""
    return f"left out: {len(layers)} of {count} layers{of_all}: {named}"


def _footprints(network: Whole) -> str:
    most = f"inputs and outputs of a layer up to {bytes_text(network.activation_bytes)}"
    weights = network.weight_bytes
    return most if weights is None else f"weights {bytes_text(weights)}, other {most}"


def seconds_text(seconds: float) -> str:
    """A time with a unit that suits it."""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1.0:
            return f"{seconds * factor:,.4g} {unit}"
    return f"{seconds * 1e9:.4g} ns"


def bytes_text(count: int) -> str:
    """A number of bytes with a unit that suits it."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= factor:
            return f"{count / factor:.3g} {unit}"
    return f"{count} B"
