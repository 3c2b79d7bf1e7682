"""Exact closed-form costs of a schedule."""

from .evaluate import TIMES, Cost, count, evaluate_schedule
from .occupancy import Occupancy, occupancy

__all__ = ["TIMES", "Cost", "Occupancy", "count", "evaluate_schedule", "occupancy"]
