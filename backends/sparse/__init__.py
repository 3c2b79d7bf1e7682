"""Expected costs of layers whose tensors have zeros, by closed forms (docs/sparsity.md)."""

from .evaluate import SparseCost, evaluate_sparse
from .occupancy import compressed_fits

__all__ = ["SparseCost", "compressed_fits", "evaluate_sparse"]
