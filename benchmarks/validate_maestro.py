"""Weft beside MAESTRO's published runtimes: writes docs/validation.md from ../shared/reference.

    python benchmarks/validate_maestro.py

For every row: MACs, stepwise cycles, and the cycles under two of MAESTRO's simplifications ("restart"): every chunk of
an outer level restarts the levels below it, which fetch everything anew and expose the first fetch; and partial sums
are never read back. Where `restart` meets MAESTRO's number, these simplifications are the difference.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from weft.backends.cost.arithmetic import activity
from weft.backends.cost.clock import Clock
from weft.backends.cost.moves import Move
from weft.backends.cost.nest import Nest
from weft.backends.cost.throughput import throughput_cycles
from weft.frontends.maestro import read_maestro
from weft.ir import Accelerator, Interconnect, Layer, Mapping, Memory, Schedule
from weft.passes import schedule

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT.parent / "shared" / "reference"
MACHINES = {
    "acc1": (256, 1000, 1),
    "pe256_bw32": (256, 32, 0),
    "pe64_bw16": (64, 16, 0),
    "pe168_bw14_lat1": (168, 14, 1),
}
"""PEs, elements per cycle and latency of the published machines."""


class RestartingClock(Clock):
    """MAESTRO's recursion: nothing is kept between chunks of an outer level, no partial sums are read back."""

    def _unit_cycles(self, level: int, moves: tuple[Move, ...], fresh: bool, start: bool) -> int:
        below, lengths = level + 1, tuple(move.length for move in moves)
        if below == self.levels:
            return super()._unit_cycles(level, moves, fresh, start)
        anew = self._enter(below, tuple(Move(length) for length in lengths))
        return self.step(below, anew, True, True) + self.inside(below, lengths, True)

    def _transfers(self, level: int, state: tuple[Move | tuple[Move, ...], ...], fresh: bool) -> tuple[int, int]:
        return super()._transfers(level, state, True)

    def _drain(self, level: int) -> int:
        return 0


@dataclass(frozen=True)
class Row:
    """One published row beside Weft's numbers; cycles and multiply-accumulates."""

    machine: str
    file: str
    layer: str
    levels: int
    macs_equal: bool
    maestro: int
    weft: int
    restart: int
    compute: int
    activity_equal: bool

    @property
    def trusted(self) -> bool:
        """One level, no off-chip limit, and compute-bound in Weft: none of MAESTRO's known errors can bind."""
        return self.levels == 1 and self.machine != "acc1" and self.weft <= 1.01 * self.compute


def machine(name: str) -> Accelerator:
    """A published machine. MAESTRO's delay is latency + ⌈x/bandwidth⌉ − 1, so its latency is ours plus one."""
    pes, bandwidth, latency = MACHINES[name]
    network = Interconnect(bandwidth, max(latency - 1, 0))
    return Accelerator(name, pes, (Memory("L2", networks=(network,)), Memory("L1", None)))


def with_maestro_latency(plan: Schedule) -> Schedule:
    """The schedule with MAESTRO's delay to the letter: at latency 0 a transfer takes a cycle less than its data."""
    latency = MACHINES[plan.mapping.accelerator.name][2] - 1
    levels = (replace(level, network=replace(level.network, latency=latency)) for level in plan.levels)
    return replace(plan, levels=tuple(levels))


def compare(published: dict[str, str], layer: Layer) -> Row:
    """Evaluate the layer of a published row."""
    assert layer.workload is not None
    assert layer.dataflow is not None
    name = published["hw_config"]
    dataflow = layer.dataflow.bind(layer.workload.extents)
    plain = schedule(Mapping(layer.workload, dataflow, machine(name), layer.name))
    nest = Nest(plain)
    steps, _, active = activity(nest)
    used = float(published["avg_utilized_pes"])
    return Row(
        name,
        published["mapping_file"].rsplit("/", 1)[-1],
        layer.name,
        len(plain.levels),
        layer.workload.macs == int(published["num_macs"]),
        int(published["runtime_cycles"]),
        Clock(nest).stepwise_cycles(),
        RestartingClock(Nest(with_maestro_latency(plain))).stepwise_cycles(),
        throughput_cycles(nest)["compute"],
        abs(active / steps - used) < 1e-3 * used,
    )


def published_rows() -> list[Row]:
    """All rows of maestro_runtime.csv."""
    layers: dict[str, dict[str, Layer]] = {}
    rows = []
    with (REFERENCE / "published" / "maestro_runtime.csv").open(encoding="utf-8") as file:
        for published in csv.DictReader(file):
            path = published["mapping_file"]
            folder = "validation" if path.startswith("validation") else "mapping"
            name = path.rsplit("/", 1)[-1]
            if name not in layers:
                networks = read_maestro(REFERENCE / "maestro" / folder / name)
                layers[name] = {layer.name: layer for network in networks for layer in network.layers}
            rows.append(compare(published, layers[name][published["layer"]]))
    return rows


def within(ours: int, theirs: int, share: float) -> bool:
    """Whether two numbers differ by at most a share of theirs."""
    return abs(ours - theirs) <= share * theirs


def summary_table(rows: list[Row]) -> list[str]:
    """Per file and machine: how many rows agree, without and with MAESTRO's simplifications."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.file, row.machine].append(row)
    lines = [
        "| file | machine | rows | MACs equal | active PEs equal | cycles within 1 % | within 1 % with restart "
        "| median Weft / MAESTRO |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for (file, name), found in sorted(groups.items()):
        ratios = sorted(row.weft / row.maestro for row in found)
        cells = [
            len(found),
            sum(row.macs_equal for row in found),
            sum(row.activity_equal for row in found),
            sum(within(row.weft, row.maestro, 0.01) for row in found),
            sum(within(row.restart, row.maestro, 0.01) for row in found),
            f"{ratios[len(ratios) // 2]:.3f}",
        ]
        lines.append(f"| {file} | {name} | {' | '.join(map(str, cells))} |")
    return lines


def trusted_table(rows: list[Row]) -> list[str]:
    """The rows on which none of MAESTRO's known errors can bind."""
    lines = ["| machine | file | layer | MAESTRO | Weft | difference |", "|---|---|---|---|---|---|"]
    for row in rows:
        if row.trusted:
            share = f"{row.weft / row.maestro - 1:+.4%}"
            lines.append(f"| {row.machine} | {row.file} | {row.layer} | {row.maestro} | {row.weft} | {share} |")
    return lines


def document(rows: list[Row]) -> str:
    """docs/validation.md."""
    trusted = [row for row in rows if row.trusted]
    restarts = [row for row in rows if row.levels > 1 and row.machine != "acc1"]
    parts = Counter(row.file for row in restarts if not within(row.restart, row.maestro, 0.01))
    left = ", ".join(f"{file} ({count})" for file, count in sorted(parts.items()))
    text = (ROOT / "benchmarks" / "validation.md.in").read_text(encoding="utf-8")
    return text.format(
        rows=len(rows),
        macs=sum(row.macs_equal for row in rows),
        activity=sum(row.activity_equal for row in rows),
        trusted=len(trusted),
        trusted_tenth=sum(within(row.weft, row.maestro, 0.001) for row in trusted),
        trusted_worst=f"{max(abs(row.weft / row.maestro - 1) for row in trusted):.2%}",
        multi=len(restarts),
        multi_plain=sum(within(row.weft, row.maestro, 0.01) for row in restarts),
        multi_restart=sum(within(row.restart, row.maestro, 0.01) for row in restarts),
        left=left,
        summary="\n".join(summary_table(rows)),
        trusted_rows="\n".join(trusted_table(rows)),
    )


def main() -> None:
    """Write docs/validation.md."""
    (ROOT / "docs" / "validation.md").write_text(document(published_rows()), encoding="utf-8")


if __name__ == "__main__":
    main()
