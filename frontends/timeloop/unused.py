"""Constraints beside a mapping: it has decided what they leave open, so they have no effect."""

from __future__ import annotations

from .items import Item, Notes
from .structure import Machine

COUNTING = (
    *("no_reuse", "no_temporal_reuse", "no_coalesce", "no_link_transfer", "no_multicast_no_reduction"),
    *("no_multicast", "no_reduction", "rmw_first_update", "no_rmw_first_update", "passthrough"),
)
"""Constraints by which Timeloop counts otherwise, also where a mapping is given."""

SEARCH = (
    *("factors", "factors_only", "permutation", "split", "keep", "bypass", "keep_only", "name", "type", "target"),
    *("no_iteration_over_dataspaces", "must_iterate_over_dataspaces", "maximize_dims", "maximize_dims_capacity"),
    *("bypass_only", "min", "max", "proportion"),
)
"""What constraints narrow a search by."""


def check_unused(machine: Machine, notes: Notes) -> None:
    """Note the constraints of an architecture's nodes, and refuse those that change how Timeloop counts."""
    for _, constraints in machine.constraints:
        for kind, item in constraints.entries.items():
            refuse_counting(item, f"{kind} constraint", notes)
            notes.check_keys(item, f"{kind} constraint", (*SEARCH, *COUNTING))
            notes.no_effect("constraints", item.key_span)


def refuse_counting(item: Item, what: str, notes: Notes) -> None:
    """Refuse keys of a constraint by which Timeloop counts otherwise."""
    for key in COUNTING:
        if key in item.entries and not item.entries[key].is_empty:
            notes.refuse(f"unsupported key '{key}' of {what}: it changes what is counted", item.entries[key].key_span)
