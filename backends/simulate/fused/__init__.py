"""Oracle 2 for fused programs: runs all stages on data, and counts what comes and goes (docs/fusion.md)."""

from .run import FusedSimulation, simulate_fused

__all__ = ["FusedSimulation", "simulate_fused"]
