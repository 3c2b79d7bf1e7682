"""Einstein's sums of one or two tensors."""

from __future__ import annotations

from dataclasses import replace
from string import ascii_lowercase, ascii_uppercase

from ....ir import Workload
from ...einsum import einsum_statement
from .building import Shape, over
from .calls import Call, Made, Part, Unstated

_MOST = 2


def einsum(call: Call) -> Made:
    """Einsum: a dimension for each letter."""
    equation, operands, output = call.text("equation", ""), call.inputs(), call.output()
    workload = einsum_workload(equation, tuple(item.shape for item in operands))
    names = [item.name for item in workload.inputs]
    return (Part("", workload, tuple(zip(names, (item.name for item in operands), strict=True)), output.name),)


def einsum_workload(equation: str, shapes: tuple[Shape, ...]) -> Workload:
    """The workload of an equation such as `bij,bjk->bik`; inputs are `input` and `filter`. Raises Unstated."""
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(shapes) or not 1 <= len(terms) <= _MOST:
        raise Unstated(f"the equation '{equation}' of {len(shapes)} tensors: one or two can be stated")
    terms, right = _without_ellipsis(equation, terms, shapes, right)
    if not arrow:
        letters = "".join(terms)
        right = "".join(sorted(letter for letter in set(letters) if letters.count(letter) == 1))
    extents: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        if len(set(term)) != len(term) or len(term) != len(shape) or not term.isalpha():
            raise Unstated(f"'{term}' of the equation '{equation}' for a tensor of {len(shape)} axes")
        for letter, extent in zip(term, shape, strict=True):
            if extents.setdefault(letter, extent) != extent:
                raise Unstated(f"'{letter}' is {extents[letter]} and {extent} in the equation '{equation}'")
    if not set(right) <= set(extents) or len(set(right)) != len(right):
        raise Unstated(f"the result '{right}' of the equation '{equation}'")
    # Lower case and upper case letters are different dimensions.
    names = {letter: letter if letter.upper() in extents else letter.upper() for letter in extents}
    axes = {name: [names[letter] for letter in term] for name, term in zip(("input", "filter"), terms, strict=False)}
    sizes = {names[letter]: extent for letter, extent in extents.items()}
    return replace(over(sizes, axes, [names[i] for i in right], None), statement=einsum_statement(terms, right))


def _without_ellipsis(equation: str, terms: list[str], shapes: tuple[Shape, ...], right: str) -> tuple[list[str], str]:
    """The terms with letters of their own for the axes of `...`, the last of which are common to all."""
    if "..." not in equation:
        return terms, right
    counts = [len(shape) - len(term.replace("...", "")) for term, shape in zip(terms, shapes, strict=True)]
    widest = max((count for count, term in zip(counts, terms, strict=True) if "..." in term), default=0)
    free = [letter for letter in ascii_uppercase + ascii_lowercase if letter not in equation]
    if not 0 <= widest <= len(free) or min(counts) < 0 or "->" not in equation:
        raise Unstated(f"the ellipsis of the equation '{equation}'")
    letters = "".join(free[:widest])
    found = [term.replace("...", letters[widest - count :]) for term, count in zip(terms, counts, strict=True)]
    return found, right.replace("...", letters)
