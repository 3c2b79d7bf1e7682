"""Einstein's sums: of one or two tensors a layer, of more one after the other."""

from __future__ import annotations

from dataclasses import replace
from string import ascii_lowercase, ascii_uppercase

from ....ir import Workload
from ...einsum import einsum_pairs, einsum_statement
from .building import Shape, over
from .calls import Call, Made, Part, Unstated, View
from .movement import copied


def einsum(call: Call) -> Made:
    """Einsum: a dimension for each letter; more than two tensors are multiplied in pairs, from the left."""
    operands = call.inputs()
    terms, right, extents = _read(call.text("equation", ""), tuple(item.shape for item in operands))
    parts, sources = list[Part | View](), [item.name for item in operands]
    for number, term in enumerate(terms):
        own = "".join(dict.fromkeys(term))
        if own != term:
            shape = tuple(extents[letter] for letter in own)
            made = call.inner(f"diagonal{number}")
            parts.append(copied(sources[number], shape, made, f"diagonal{number}"))
            terms[number], sources[number] = own, made
    steps = einsum_pairs(tuple(terms), right)
    for number, (pair, result) in enumerate(steps):
        last = number == len(steps) - 1
        made = call.output().name if last else call.inner(f"step{number}")
        if pair == (result,):
            return (*parts, View(made, sources[0]))
        reads = (("input", sources[0]), ("filter", sources[1])) if len(pair) > 1 else (("input", sources[0]),)
        parts.append(Part("" if last else str(number), _workload(pair, result, extents), reads, made))
        sources[:2] = [made]
    return tuple(parts)


def _read(equation: str, shapes: tuple[Shape, ...]) -> tuple[list[str], str, dict[str, int]]:
    """The letters of the operands and of the result of an equation such as `bij,bjk->bik`, and their extents."""
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(shapes):
        raise Unstated(f"the equation '{equation}' of {len(shapes)} tensors")
    terms, right = _without_ellipsis(equation, terms, shapes, right)
    if not arrow:
        letters = "".join(terms)
        right = "".join(sorted(letter for letter in set(letters) if letters.count(letter) == 1))
    extents: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        if len(term) != len(shape) or not term.isalpha():
            raise Unstated(f"'{term}' of the equation '{equation}' for a tensor of {len(shape)} axes")
        for letter, extent in zip(term, shape, strict=True):
            if extents.setdefault(letter, extent) != extent:
                raise Unstated(f"'{letter}' is {extents[letter]} and {extent} in the equation '{equation}'")
    if not set(right) <= set(extents) or len(set(right)) != len(right):
        raise Unstated(f"the result '{right}' of the equation '{equation}'")
    return terms, right, extents


def _workload(terms: tuple[str, ...], right: str, extents: dict[str, int]) -> Workload:
    """The workload of one or two operands, each with a letter once; they are called `input` and `filter`."""
    # Lower case and upper case letters are different dimensions.
    names = {letter: letter if letter.upper() in extents else letter.upper() for letter in extents}
    axes = {name: [names[letter] for letter in term] for name, term in zip(("input", "filter"), terms, strict=False)}
    sizes = {names[letter]: extents[letter] for letter in dict.fromkeys("".join(terms))}
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
