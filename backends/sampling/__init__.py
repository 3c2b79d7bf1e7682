"""Oracle of sparse costs: draws masks, runs the program step by step on them, and counts (docs/sparsity.md).

It shares no formula with the sparse backend: it checks it.
"""

from .run import Estimate, sample

__all__ = ["Estimate", "sample"]
