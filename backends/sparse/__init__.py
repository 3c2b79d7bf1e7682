"""Expected costs of layers whose tensors have zeros, by closed forms (docs/sparsity.md)."""

from .cost import SparseCost
from .evaluate import evaluate_sparse
from .occupancy import compressed_fits

__all__ = ["SparseCost", "compressed_fits", "evaluate_sparse"]
