"""Statements that leave all arrays and iterators as they are: prints, checks, timers, what gives memory back."""

from __future__ import annotations

from typing import Any

from .syntax import c_ast, nodes
from .usage import has_effect

_WORDS = (
    "assert printf fprintf puts putchar perror fflush free aligned_free _mm_free clock time gettimeofday clock_gettime"
    " omp_get_wtime omp_set_num_threads omp_get_max_threads omp_get_thread_num omp_get_num_threads"
    " polybench_start_instruments polybench_stop_instruments polybench_print_instruments polybench_free_data"
    " abort exit __builtin_prefetch _mm_prefetch __builtin_expect __builtin_assume"
)
_CALLS = frozenset(_WORDS.split())


def is_idle(node: Any) -> bool:
    """Whether a statement is a call that has no effect on what a nest computes."""
    if isinstance(node, c_ast.Cast):
        return is_idle(node.expr)
    if not isinstance(node, c_ast.FuncCall):
        return False
    calls = [item for item in nodes(node) if isinstance(item, c_ast.FuncCall)]
    return not has_effect(node) and all(getattr(item.name, "name", "") in _CALLS for item in calls)
