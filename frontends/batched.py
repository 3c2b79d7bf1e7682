"""Products of matrices, several independent ones at a time."""

from __future__ import annotations

from ..ir import Subscript, Tensor, Term, Workload, operator_workload


def batched_gemm(batch: int, m: int, n: int, k: int) -> Workload:
    """`batch` independent products of m x k by k x n: GEMM if it is one, else AFFINE with the dimension B before M."""
    plain = operator_workload("GEMM", {"M": m, "N": n, "K": k})
    if batch == 1:
        return plain
    tensors = [Tensor(tensor.name, (Subscript((Term("B"),)), *tensor.subscripts)) for tensor in plain.tensors]
    return Workload("AFFINE", (("B", batch), *plain.dimensions), tuple(tensors[:-1]), tensors[-1])
