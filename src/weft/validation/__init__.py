"""Weft beside chips, simulators and other models: every comparison can be run again (`weft validate`)."""

from .comparison import COMPARISONS, Check, Comparison, Table, compare
from .document import document

__all__ = ["COMPARISONS", "Check", "Comparison", "Table", "compare", "document"]
