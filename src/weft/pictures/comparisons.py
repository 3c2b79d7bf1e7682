"""Two results side by side, their differences ranked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..backends.plots import Results
from ..backends.plots.words import ENERGIES, in_words
from ..ir import Diagnostic, WeftError
from .documents import Data

METRICS = ("cycles", "energy_pj", "elements")
"""What layers are compared by: cycles of the time model that was asked for, energy, and the elements that leave and
enter the outermost memory."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A metric of a layer in both results; `part` is empty, or a memory whose share of the energy it is."""

    layer: str
    metric: str
    before: float
    after: float
    part: str = ""

    @property
    def change(self) -> float:
        """By how much it changed."""
        return self.after - self.before

    @property
    def ratio(self) -> float:
        """What it became of what it was; infinite where that was nothing."""
        return self.after / self.before if self.before else float("inf")

    @property
    def what(self) -> str:
        """The metric in words."""
        return f"energy of {self.part}" if self.part else self.metric.replace("elements", "elements at the top")

    @property
    def texts(self) -> tuple[str, str, str, str]:
        """Before, after, the ratio and the change, in units that suit them."""
        ratio = f"{self.ratio:.3f}" if self.before else "new"
        change = ("+" if self.change > 0 else "") + self._number(self.change)
        return self._number(self.before), self._number(self.after), ratio, change

    def _number(self, value: float) -> str:
        return in_words(value, ENERGIES) if self.part else f"{value:,}"


SUMS = ("", "machine", "time", "layers", "cycles", "energy")
"""What `sums` has of each result."""


def sums(before: Results, after: Results) -> list[tuple[str, ...]]:
    """The layers that both have, together: a row of texts for A and one for B."""
    rows: list[tuple[str, ...]] = []
    for name, own, other in (("A", before, after), ("B", after, before)):
        layers = [layer for label, layer in own.named if label in other.labels]
        cycles = sum(layer["cycles"][own.time] for layer in layers)
        energy = sum(layer["energy_pj"]["total"] for layer in layers)
        rows.append((name, own.machine, own.time, f"{len(layers)}", f"{cycles:,}", in_words(energy, ENERGIES)))
    return rows


def compare(before: Results, after: Results) -> tuple[Difference, ...]:
    """What differs in the layers that both have, by label: greatest parts of all changes of a metric first.

    WeftError (W009) without a common layer.
    """
    found = differences(before, after)
    weights = {metric: sum(abs(item.change) for item in found if item.metric == metric) for metric in METRICS}
    changed = [item for item in found if item.change]
    return tuple(sorted(changed, key=lambda item: -abs(item.change) / weights[item.metric]))


def differences(before: Results, after: Results) -> list[Difference]:
    """All metrics of the layers that both have, also where nothing changed. WeftError (W009) without a common layer."""
    ours, theirs = dict(before.named), dict(after.named)
    both = [name for name in ours if name in theirs]
    if not both:
        message = f"no layer is in both: {before.subject} and {after.subject}"
        raise WeftError(Diagnostic("W009", message, hint="layers are the same by their names"))
    return [item for name in both for item in _differences(name, ours[name], theirs[name], before.time, after.time)]


def _differences(name: str, ours: Data, theirs: Data, time: str, other: str) -> Iterator[Difference]:
    yield Difference(name, "cycles", ours["cycles"][time], theirs["cycles"][other])
    parts = dict.fromkeys(key for key in (*ours["energy_pj"], *theirs["energy_pj"]) if key != "total")
    for part in parts:
        yield Difference(name, "energy_pj", ours["energy_pj"].get(part, 0.0), theirs["energy_pj"].get(part, 0.0), part)
    yield Difference(name, "elements", _outer(ours), _outer(theirs))


def _outer(layer: Data) -> int:
    """Elements that leave and enter the outermost memory."""
    first = layer["interfaces"][0]["parent"]
    return sum(
        elements
        for interface in layer["interfaces"]
        if interface["parent"] == first
        for counts in interface["tensors"].values()
        for count, elements in counts.items()
        if count in ("reads", "updates", "readbacks")
    )
