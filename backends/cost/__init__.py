"""Exact closed-form costs of a schedule."""

from ...analysis.occupancy import Occupancy, occupancy
from .evaluate import TIMES, Cost, count, evaluate_schedule

__all__ = ["TIMES", "Cost", "Occupancy", "count", "evaluate_schedule", "occupancy"]
