"""Machines from MAESTRO's hardware files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..maestro.hardware import parse_hardware


def hardware_layout(text: str, file: str) -> dict[str, Any]:
    """The layout of the machine that a MAESTRO hardware file describes.

    One processing element, no limits and one hop unless the file says otherwise. MAESTRO's network takes hops
    + ⌈elements / bandwidth⌉ − 1 cycles, so the latency here is hops − 1 (0 for no hop, where MAESTRO comes
    out one cycle short). Without `offchip_bw_cstr` there is no DRAM: everything starts in L2.
    """
    values = parse_hardware(text, file)
    network = {"bandwidth": values.get("noc_bw_cstr"), "latency": max(0, values.get("NoC_NumHops", 1) - 1)}
    memories: list[dict[str, Any]] = [
        {"name": "L2", "capacity_bytes": values.get("l2_size_cstr"), "networks": [network]},
        {"name": "L1", "instances": "per_pe", "capacity_bytes": values.get("l1_size_cstr")},
    ]
    if "offchip_bw_cstr" in values:
        memories.insert(0, {"name": "DRAM", "networks": [{"bandwidth": values["offchip_bw_cstr"]}]})
    return {
        "name": Path(file).stem or "hardware",
        "pes": values.get("num_pes", 1),
        "memories": memories,
        "energy_table": "maestro_28nm",
        "source": f"MAESTRO hardware file {Path(file).name}; one byte per element",
    }
