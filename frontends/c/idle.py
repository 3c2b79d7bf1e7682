"""Statements that leave all arrays and iterators as they are: prints, checks, timers, what gives memory back."""

from __future__ import annotations

from typing import Any

from .syntax import c_ast, nodes

_WORDS = (
    "assert printf fprintf puts putchar perror fflush free aligned_free _mm_free clock time gettimeofday clock_gettime"
    " omp_get_wtime omp_set_num_threads omp_get_max_threads omp_get_thread_num omp_get_num_threads"
    " polybench_start_instruments polybench_stop_instruments polybench_print_instruments polybench_free_data"
    " abort exit __builtin_prefetch _mm_prefetch __builtin_expect __builtin_assume"
)
_CALLS = frozenset(_WORDS.split())
_ENDS = frozenset(["abort", "exit", "_Exit"])
_STEPS = ("p++", "p--", "++", "--")


def is_idle(node: Any) -> bool:
    """Whether a statement has no effect on what a nest computes.

    A check of pointers that ends the function is one: where it does, there is nothing to count.
    """
    if isinstance(node, c_ast.If):
        return node.iffalse is None and _is_check(node.cond) and _ends(node.iftrue)
    if isinstance(node, c_ast.Cast):
        return is_idle(node.expr)
    if not isinstance(node, c_ast.FuncCall):
        return False
    calls = [item for item in nodes(node) if isinstance(item, c_ast.FuncCall)]
    changes = any(
        isinstance(item, c_ast.Assignment) or (isinstance(item, c_ast.UnaryOp) and item.op in _STEPS)
        for item in nodes(node)
    )
    return not changes and all(getattr(item.name, "name", "") in _CALLS for item in calls)


def _is_check(condition: Any) -> bool:
    """Whether a condition looks at nothing but whether pointers are null."""
    match type(condition):
        case c_ast.BinaryOp if condition.op in ("&&", "||"):
            return _is_check(condition.left) and _is_check(condition.right)
        case c_ast.BinaryOp if condition.op in ("==", "!="):
            sides = condition.left, condition.right
            return any(map(_is_null, sides)) and any(isinstance(side, c_ast.ID) for side in sides)
        case c_ast.UnaryOp if condition.op == "!":
            return isinstance(condition.expr, c_ast.ID)
    return False


def _is_null(node: Any) -> bool:
    while isinstance(node, c_ast.Cast):
        node = node.expr
    return isinstance(node, c_ast.ID) and node.name in ("NULL", "nullptr")


def _ends(node: Any) -> bool:
    """Whether a branch does nothing but end the function, and say so."""
    items = node.block_items or () if isinstance(node, c_ast.Compound) else [node]
    last = items[-1] if items else None
    calls = isinstance(last, c_ast.FuncCall) and getattr(last.name, "name", "") in _ENDS
    return (calls or isinstance(last, c_ast.Return)) and all(is_idle(item) for item in items[:-1])
