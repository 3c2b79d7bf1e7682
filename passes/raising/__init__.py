"""Raise loop nests to workloads and dataflows."""

from .raised import Raised, RaisePass, raise_nest
from .scheduled import reschedule, schedule_iterators

__all__ = ["RaisePass", "Raised", "raise_nest", "reschedule", "schedule_iterators"]
