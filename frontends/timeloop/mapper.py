"""Timeloop's `mapper` section: its metric may be the objective of a search, all else steers Timeloop's own."""

from __future__ import annotations

from .items import Item, Notes
from .limits import without_effect

_METRICS = ("optimization_metrics", "optimization_metric")
_OBJECTIVES = {"edp": "edp", "energy": "energy", "delay": "cycles"}
_TUNING = (
    *("algorithm", "victory_condition", "timeout", "num_threads", "search_size", "sync_interval", "log_interval"),
    *("log_stats", "log_suboptimal", "live_status", "diagnostics", "penalize_consecutive_bypass_fails"),
    *("max_permutations_per_if_visit", "max_temporal_loops_in_a_mapping", "filter_revisits", "emit_whoop_nest"),
    *("model_name", "layer_name", "log_oaves", "log_oaves_mappings"),
)


def read_objective(item: Item, notes: Notes) -> str | None:
    """What the first of a mapper's metrics is called in Weft; None if it names none."""
    if not notes.has_form(item, "'mapper'", "a mapping"):
        return None
    notes.check_keys(item, "mapper", ("version", *_METRICS, *_TUNING))
    tuning = [value for key, value in item.entries.items() if key in _TUNING]
    if tuning:
        listed = ", ".join(key for key in item.entries if key in _TUNING)
        without_effect(f"mapper: {listed}", "Weft's search ends with a proof", tuning[0].key_span, notes)
    given = next((item.entries[key] for key in _METRICS if key in item.entries), None)
    if given is None:
        return None
    names = notes.names(given, "a list of metrics")
    if not names:
        return None
    if names[0] not in _OBJECTIVES:
        hint = f"metrics are {', '.join(_OBJECTIVES)}"
        notes.refuse(f"unsupported metric '{names[0]}'", given.span, hint)
        return None
    if len(names) > 1:
        without_effect(f"the metric {', '.join(names[1:])}", "the first one decides", given.span, notes)
    return _OBJECTIVES[names[0]]
