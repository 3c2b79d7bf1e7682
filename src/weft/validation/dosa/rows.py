"""The rows of DOSA's tables, and the designs that they describe."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from ...frontends.text import Lines
from ...frontends.timeloop.architecture import read_architecture
from ...frontends.timeloop.compact import read_compact, with_names
from ...frontends.timeloop.items import Notes, read_documents
from ...frontends.timeloop.map_text import Block, parts_of
from ...frontends.timeloop.problem import read_problem
from ...frontends.timeloop.program import build
from ...frontends.timeloop.structure import Machine
from ...ir import Mapping, Workload

TIMELOOP, LATENCIES = "timeloop_gemmini_half.csv.gz", "gemmini_rtl_train_1567.csv"
"""The files: rows of Timeloop, and latencies of RTL."""

BLOCK = 64
"""Words of an access of the DRAM."""

_ARCHITECTURE = """
architecture:
  version: 0.3
  subtree:
  - name: System
    local:
    - {{name: DRAM, class: DRAM, attributes: {{word-bits: 8, block_size: {block}, shared_bandwidth: 8}}}}
    subtree:
    - name: Chip
      local:
      - {{name: Scratchpad, class: SRAM, attributes: {{{scratchpad}}}}}
      subtree:
      - name: PECols[1..{columns}]
        local:
        - {{name: Accumulator, class: SRAM, attributes: {{{accumulator}}}}}
        subtree:
        - name: PERows[1..{rows}]
          local:
          - {{name: Registers, class: SRAM, attributes: {{depth: 1, width: 8, word-bits: 8}}}}
          - {{name: MACC, class: intmac, attributes: {{datawidth: 8}}}}
"""


@dataclass(frozen=True)
class Row:
    """A mapping of a layer on a machine: texts of the columns `arch.*` and `prob.*`, cycles, microjoules."""

    machine: tuple[tuple[str, str], ...]
    problem: tuple[tuple[str, str], ...]
    map: str
    cycles: int
    energy_uj: float

    @cached_property
    def blocks(self) -> list[Block]:
        """The levels of the map, outermost first."""
        notes = Notes()
        found = read_compact(self.map, Lines(self.map), notes)
        found = with_names(found, machine_of(self.machine), workload_of(self.problem), notes)
        notes.finish()
        return found

    @cached_property
    def mapping(self) -> Mapping:
        """The row as a mapping. Raises WeftError if it is none."""
        notes, machine, workload = Notes(), machine_of(self.machine), workload_of(self.problem)
        parts = parts_of(self.blocks, machine, workload, notes)
        found = build(("layer", Lines(self.map).span(1, 1)), workload, machine, parts, notes)
        notes.finish()
        assert found is not None, "a map that is no program has findings"
        return found


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a table."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            machine, problem = (
                tuple((key.removeprefix(start), value) for key, value in row.items() if key.startswith(start))
                for start in ("arch.", "prob.")
            )
            energy = float(row["target.energy"])
            yield Row(machine, problem, row["mapping.mapping"], round(float(row["target.cycle"])), energy)


@lru_cache(maxsize=1 << 8)
def machine_of(columns: tuple[tuple[str, str], ...]) -> Machine:
    """The machine of the columns `arch.*`: mem2 is the scratchpad, mem1 the accumulator of a column."""
    given = dict(columns)
    scratchpad, accumulator = (
        ", ".join(f"{key.removeprefix(memory)}: {value}" for key, value in columns if key.startswith(memory))
        for memory in ("mem2_", "mem1_")
    )
    side = int(given["meshX"])
    text = _ARCHITECTURE.format(
        block=BLOCK, scratchpad=scratchpad, accumulator=accumulator, columns=side, rows=int(given["pe"]) // side
    )
    notes = Notes()
    [document] = read_documents(text, Lines(text))
    found = read_architecture(document.entries["architecture"], {}, notes)
    notes.finish()
    assert found is not None, "an architecture that is not understood has findings"
    return found


@lru_cache(maxsize=1 << 10)
def workload_of(columns: tuple[tuple[str, str], ...]) -> Workload:
    """The workload of the columns `prob.*`."""
    text = f"problem: {{{', '.join(f'{key}: {value}' for key, value in columns)}}}"
    notes = Notes()
    [document] = read_documents(text, Lines(text))
    found = read_problem(document.entries["problem"], {}, notes)
    notes.finish()
    assert found is not None, "a problem that is not understood has findings"
    return found
