"""Expected costs of layers whose tensors have zeros, by closed forms (docs/sparsity.md)."""

from .evaluate import SparseCost, evaluate_sparse

__all__ = ["SparseCost", "evaluate_sparse"]
