"""Exact closed-form costs of fused programs (docs/fusion.md)."""

from .evaluate import FusedCost, StageCost, evaluate_fused

__all__ = ["FusedCost", "StageCost", "evaluate_fused"]
