"""One row per layer, for CSV."""

from __future__ import annotations

from .data import Data

CSV_COLUMNS: tuple[str, ...] = (
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
    "effectual_macs",
    "expected_cycles",
    "expected_cycles_error",
    "speedup",
    "speedup_error",
    "imbalance",
    "imbalance_error",
    "expected_energy_pj",
    "error",
    "unit",
)


def csv_row(data: Data) -> dict[str, object]:
    """A layer's JSON data as a row; a wrong layer has the codes and messages of its errors in `error`."""
    row: dict[str, object] = {name: data[name] for name in ("network", "layer", "type")}
    if data.get("error"):
        errors = [item for item in data["diagnostics"] if item["severity"] == "error"]
        return row | {"error": "; ".join(f"{item['code']}: {item['message']}" for item in errors)}
    return row | {
        "unit": data["unit"],
        "macs": data["macs"],
        "zero_macs": data["zero_macs"],
        "cycles_stepwise": data["cycles"]["stepwise"],
        "cycles_throughput": data["cycles"]["throughput"],
        "utilization": f"{data['utilization']:.6f}",
        "active_peak": data["active_units"]["peak"],
        "active_average": f"{data['active_units']['average']:.6f}",
        "energy_pj": f"{data['energy_pj']['total']:.6g}",
        "area_um2": f"{data['area_um2']:.6g}",
        "power_mw": f"{data['power_mw']:.6g}",
        "seconds": f"{data['seconds']['stepwise']:.6g}",
        "watts": f"{data['watts']:.6g}",
        **(_expected(data["sparse"]) if "sparse" in data else {}),
        "error": "",
    }


def _expected(data: Data) -> dict[str, object]:
    """What the zeros of a layer leave, with standard errors; empty of layers without densities."""
    work = data["work"]
    return {
        "effectual_macs": f"{data['macs']['effectual']:.15g}",
        "expected_cycles": f"{data['cycles']:.15g}",
        "expected_cycles_error": f"{data['cycles_error']:.6g}",
        "speedup": f"{data['speedup']:.6f}",
        "speedup_error": f"{data['speedup_error']:.6f}",
        "imbalance": f"{work['imbalance']:.6f}",
        "imbalance_error": f"{work['imbalance_error']:.6f}",
        "expected_energy_pj": f"{data['energy_pj']:.6g}",
    }
