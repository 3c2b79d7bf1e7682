"""The attributes of a memory: which make its figures, which change no count, and which are refused."""

from __future__ import annotations

from collections.abc import Mapping

from ...ir.nearest import did_you_mean
from .expressions import Value
from .items import Item, Notes
from .structure import Storage

_WORD_BITS = ("datawidth", "word_bits", "word_width")
_DEPTH = ("depth", "memory_depth")
_WIDTH = ("width", "memory_width")
_BLOCK = ("block_size", "n_words")
_WORDS = ("entries",)
_READ, _WRITE, _SHARED = ("read_bandwidth",), ("write_bandwidth",), ("shared_bandwidth", "rw_bandwidth", "bandwidth")
MAPPED = (
    *(*_WORD_BITS, *_DEPTH, *_WIDTH, *_BLOCK, *_WORDS, *_READ, *_WRITE, *_SHARED),
    *("sizeKB", "cluster_size", "multiple_buffering", "instances", "meshX", "meshY"),
)
"""Attributes that Weft takes over."""

NO_EFFECT = (
    *("technology", "type", "class", "subclass", "version", "n_banks", "num_banks", "n_ports", "nports", "num_ports"),
    *("n_rdwr_ports", "n_rd_ports", "n_wr_ports", "n_rdwr_port", "n_rd_port", "n_wr_port", "latency", "action_latency"),
    *("cycle_time", "has_power_gating", "power_gated_at", "leak", "update_fifo_depth"),
    *("vector_access_energy", "cluster_area", "area", "energy", "addr_gen_energy", "voltage", "wire_energy"),
    *("network_word_bits", "min_utilization", "multiplier_width", "adder_width", "num_pipeline_stages", "pipelined"),
    *("required_actions", "area_scale", "energy_scale", "leak_scale", "depth_scale", "width_scale", "ert", "art"),
)
"""Attributes that only make Accelergy's energy and area, or check what a mapping already decides."""

CLOCK = "global_cycle_seconds"
"""The attribute of the whole machine that makes its clock."""

_NEUTRAL: dict[str, Value] = {"reduction_supported": True, "allow_overbooking": False}
"""Attributes that are understood with this value alone, which is what Weft does."""


def read_attributes(
    attributes: Mapping[str, Item], names: Mapping[str, Value], what: str, notes: Notes
) -> dict[str, Value]:
    """The values of a memory's or an arithmetic unit's attributes that Weft takes over; others are noted or refused."""
    found: dict[str, Value] = {}
    for name, item in attributes.items():
        if name in MAPPED:
            value = notes.value(item, {**names, **found})
            if isinstance(value, int | float):
                found[name] = value
            elif value is not None:
                notes.refuse(f"{name} of {what} is '{item.text}'; it must be a number", item.span, "", "W502")
        elif name in _NEUTRAL:
            if notes.value(item, names) != _NEUTRAL[name]:
                notes.refuse(f"unsupported {name}: {item.text} of {what}", item.key_span)
        elif name in NO_EFFECT:
            notes.no_effect(name, item.key_span)
        elif name == CLOCK:
            continue
        else:
            otherwise = "only attributes that Weft knows to change no count may be left out of a mapping"
            hint = did_you_mean(name, (*MAPPED, *_NEUTRAL), otherwise=otherwise)
            notes.refuse(f"unsupported attribute '{name}' of {what}", item.key_span, hint)
    return found


def storage_of(values: Mapping[str, Value], given: Mapping[str, Item], what: str, notes: Notes) -> Storage:
    """A memory's figures from the values of its attributes, which were `given` there."""

    def number(keys: tuple[str, ...], least: float = 1) -> int | None:
        name = next((key for key in keys if values.get(key) is not None), None)
        if name is None:
            return None
        value = values[name]
        if isinstance(value, int | float) and value >= least and float(value).is_integer():
            return int(value)
        notes.refuse(f"{name} of {what} is {value}; Weft takes whole numbers ≥ {least:g}", given[name].span, "", "W502")
        return None

    bits, width, depth = number(_WORD_BITS), number(_WIDTH), number(_DEPTH)
    cluster = number(("cluster_size",)) or 1
    block = number(_BLOCK)
    if block is None:
        block = max(1, width // (bits * cluster)) if width and bits else 1
    return Storage(
        _words(values, depth, block, bits, number(_WORDS)),
        bits,
        block,
        number(_SHARED),
        number(_READ),
        number(_WRITE),
        _buffering(values, given, what, notes),
    )


def _words(
    values: Mapping[str, Value], depth: int | None, block: int, bits: int | None, entries: int | None
) -> int | None:
    """Words that fit: rows of blocks, entries, or kilobytes."""
    kilobytes = values.get("sizeKB")
    if depth is not None:
        return depth * block
    if entries is not None:
        return entries
    return int(kilobytes * 1024 * 8 // (bits or 8)) if isinstance(kilobytes, int | float) else None


def _buffering(values: Mapping[str, Value], given: Mapping[str, Item], what: str, notes: Notes) -> str:
    copies = values.get("multiple_buffering", 1)
    if copies not in (1, 2):
        message = f"multiple_buffering of {what} is {copies}; Weft knows 1 (the next chunk takes freed places) and 2"
        notes.refuse(message, given["multiple_buffering"].span)
    return "double" if copies == 2 else "rolling"
