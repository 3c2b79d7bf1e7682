"""Exact closed-form costs of a schedule."""

from ...analysis.occupancy import Occupancy, occupancy
from .evaluate import Cost, count, evaluate_schedule
from .prices import ProgramCounts, charged, price
from .timed import TIMES

__all__ = ["TIMES", "Cost", "Occupancy", "ProgramCounts", "charged", "count", "evaluate_schedule", "occupancy", "price"]
