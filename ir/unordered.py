"""Which fields stand for sets."""

UNORDERED = {"unordered": "itself"}
"""Metadata of a field whose tuple stands for a set: the order of its items means nothing."""

UNORDERED_INSIDE = {"unordered": "inside"}
"""The same for a field whose items are made of sets, too."""

TABLE = {**UNORDERED, "table": True}
"""A field of pairs, each a name with its value."""
