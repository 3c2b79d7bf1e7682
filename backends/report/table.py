"""One row per layer, for files."""

from __future__ import annotations

from .data import Data

EXPECTED = (
    "effectual_macs",
    "expected_cycles",
    "expected_cycles_error",
    "speedup",
    "speedup_error",
    "imbalance",
    "imbalance_error",
    "expected_energy_pj",
)
"""What is expected of layers with densities; empty of others."""

LAYER_COLUMNS: tuple[str, ...] = (
    "network",
    "layer",
    "type",
    "macs",
    "zero_macs",
    "cycles_stepwise",
    "cycles_throughput",
    "utilization",
    "active_peak",
    "active_average",
    "energy_pj",
    "area_um2",
    "power_mw",
    "seconds",
    "watts",
    *EXPECTED,
    "error",
    "unit",
    "bottleneck",
)
"""The columns of every layer; behind them stand energies by component, and the program."""


def layer_row(data: Data) -> dict[str, object]:
    """A layer's JSON data as a row; a wrong layer has the codes and messages of its errors in `error`.

    Energies by component are columns such as `L2.energy_pj`. The program and the workload are texts that parse, if the
    data has them.
    """
    row: dict[str, object] = {name: data[name] for name in ("network", "layer", "type")}
    if data.get("error"):
        errors = [item for item in data["diagnostics"] if item["severity"] == "error"]
        return row | {"error": "; ".join(f"{item['code']}: {item['message']}" for item in errors)}
    energy = dict(data["energy_pj"])
    cells: dict[str, object] = {
        "unit": data["unit"],
        "macs": data["macs"],
        "zero_macs": data["zero_macs"],
        "cycles_stepwise": data["cycles"]["stepwise"],
        "cycles_throughput": data["cycles"]["throughput"],
        "utilization": float(data["utilization"]),
        "active_peak": data["active_units"]["peak"],
        "active_average": data["active_units"]["average"],
        "energy_pj": energy.pop("total"),
        "area_um2": data["area_um2"],
        "power_mw": data["power_mw"],
        "seconds": data["seconds"]["stepwise"],
        "watts": data["watts"],
        **(_expected(data["sparse"]) if "sparse" in data else {}),
        "error": "",
        "bottleneck": max(data["bottlenecks"].items(), key=lambda item: item[1])[0],
        **{f"{component}.energy_pj": picojoules for component, picojoules in energy.items()},
        **{name: one_line(data[name]) for name in ("workload", "dataflow") if name in data},
    }
    return row | cells


def one_line(text: str) -> str:
    """A program as one line, which parses as its lines do."""
    return " ".join(text.split())


def _expected(data: Data) -> dict[str, object]:
    """What the zeros of a layer leave, with standard errors."""
    work = data["work"]
    values = (
        data["macs"]["effectual"],
        data["cycles"],
        data["cycles_error"],
        data["speedup"],
        data["speedup_error"],
        work["imbalance"],
        work["imbalance_error"],
        data["energy_pj"],
    )
    return {name: float(value) for name, value in zip(EXPECTED, values, strict=True)}
