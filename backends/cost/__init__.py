"""Exact closed-form costs of a schedule."""

from .evaluate import Cost, count, evaluate_schedule
from .occupancy import Occupancy, occupancy

__all__ = ["Cost", "Occupancy", "count", "evaluate_schedule", "occupancy"]
