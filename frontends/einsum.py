"""Einsums in a line, `einsum:bhqd,bhkd->bhqk:b=1,h=12,q=128,k=128,d=64`: letters are dimensions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..ir import (
    Access,
    Compute,
    Edge,
    Layer,
    Network,
    Span,
    Statement,
    Subscript,
    Tensor,
    Term,
    Workload,
    operator_workload,
)
from ..ir.workload_rules import MAX_NAMES, repeated
from .maestro.extents import Numbers
from .maestro.sizes import guess
from .sized_line import Part, SizedLine

_FORM = "an einsum is einsum:mk,kn->mn:m=64,k=64,n=64"
_INPUTS = ("input", "filter")


def einsum_workload(operands: tuple[str, ...], output: str, extents: dict[str, int]) -> Workload:
    """The workload of an einsum over one or two tensors, of which each letter is an axis.

    Two are multiplied and the products summed over the letters that the output lacks, in one nest over all letters; one
    is summed over them. Where there are none, two are multiplied alone, and one is moved. As letters are the
    dimensions, `MK,KN->MN` is a GEMM. KeyError for a letter without extent.
    """
    if (operands, output) == (("MK", "KN"), "MN"):
        return operator_workload("GEMM", extents)
    letters = dict.fromkeys("".join(operands))
    tensors = tuple(_tensor(name, axes) for name, axes in zip(_INPUTS, operands, strict=False))
    target = _tensor("output", output)
    statement = einsum_statement(operands, output)
    dimensions = tuple((letter, extents[letter]) for letter in letters)
    return Workload("AFFINE", dimensions, tensors, target, statement=statement)


def einsum_statement(operands: Sequence[str], output: str) -> Statement | None:
    """What an einsum does at each point, by the letters of its operands; None for the multiply-accumulate."""
    summed = not set("".join(operands)) <= set(output)
    if len(operands) == 1:
        return Statement(Access("output"), Access("input"), "+" if summed else "")
    return None if summed else Statement(Access("output"), Compute("*", tuple(map(Access, _INPUTS))))


def einsum_pairs(operands: tuple[str, ...], output: str) -> list[tuple[tuple[str, ...], str]]:
    """An einsum as einsums over two tensors, each but the first of the result so far and the next operand.

    What is left of a pair are the letters that the output or an operand behind it has.
    """
    if len(operands) <= 2:
        return [(operands, output)]
    steps: list[tuple[tuple[str, ...], str]] = []
    found = operands[0]
    for number, operand in enumerate(operands[1:], 1):
        pair = found, operand
        needed = {*output, *"".join(operands[number + 1 :])}
        found = "".join(letter for letter in dict.fromkeys("".join(pair)) if letter in needed)
        steps.append((pair, output if number == len(operands) - 1 else found))
    return steps


def _tensor(name: str, axes: str) -> Tensor:
    return Tensor(name, tuple(Subscript((Term(axis),)) for axis in axes))


@dataclass(frozen=True)
class _Equation:
    """The letters of the operands and of the output, each with its place."""

    operands: tuple[Part, ...]
    output: Part

    def letters(self) -> dict[str, None]:
        return dict.fromkeys(letter for operand in self.operands for letter in operand.text)

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(operand.text for operand in self.operands)


def einsum_line(line: SizedLine) -> Network:
    """The network of an einsum: one layer; three and more operands are multiplied in pairs, from the left.

    Raises WeftError with all that is wrong.
    """
    equation, end = _equation(line)
    line.findings.raise_errors()
    _check(line, equation)
    letters = tuple(equation.letters())
    written = line.numbers(letters, end)
    if missing := [letter for letter in letters if letter not in written]:
        line.findings.add("W003", f"the einsum does not give {_listed(missing)}", line.head.span, hint=_FORM)
    line.findings.raise_errors()
    return _network(line, equation, written)


def _network(line: SizedLine, equation: _Equation, written: Numbers) -> Network:
    extents = {name: value for name, (value, _) in written.items()}
    steps = einsum_pairs(equation.texts, equation.output.text)
    layers: list[Layer] = []
    for number, (operands, output) in enumerate(steps):
        name = line.name if len(steps) == 1 else f"{line.name}/{number}"
        layers.append(line.layer(name, einsum_workload(operands, output, extents)))
    edges = tuple(Edge(place, place + 1, "input") for place in range(len(layers) - 1))
    return Network(line.name, tuple(layers), edges)


def _equation(line: SizedLine) -> tuple[_Equation, int]:
    """The equation, and where the sizes begin. Without an arrow, the letters that stand once are the output's."""
    start, text = line.behind_head, line.text
    stop = text.find(":", start)
    stop = len(text) if stop < 0 else stop
    arrow = text.find("->", start, stop)
    last = stop if arrow < 0 else arrow
    cuts = [start - 1, *(found.start() for found in re.compile(",").finditer(text, start, last)), last]
    operands = tuple(_letters(line, at + 1, to) for at, to in pairwise(cuts))
    if arrow >= 0:
        output = _letters(line, arrow + 2, stop)
    else:
        times = Counter("".join(operand.text for operand in operands))
        output = Part("".join(sorted(letter for letter in times if times[letter] == 1)), line.head.span)
    return _Equation(operands, output), min(stop + 1, len(text))


def _letters(line: SizedLine, start: int, stop: int) -> Part:
    """The letters between two places, without spaces."""
    part = line.part(start, stop)
    letters = "".join(part.text.split())
    found = re.search(r"[^A-Za-z]", letters)
    if found is None:
        return Part(letters, part.span)
    place = line.text.index(found[0], start)
    span = line.lines.span(1, place + 1, 3 if line.text.startswith("...", place) else 1)
    if found[0] == ".":
        line.findings.add("W001", "an ellipsis has no extents here", span, hint="write a letter for each of its axes")
    elif line.text.endswith("-") and place == len(line.text) - 1:
        hint = "a shell reads '>' itself: put the line in quotes"
        line.findings.add("W001", "the einsum ends before its output", span, hint=hint)
    else:
        line.findings.add("W001", f"'{found[0]}' is no letter of an einsum", span, hint=_FORM)
    return Part("", part.span)


def _check(line: SizedLine, equation: _Equation) -> None:
    findings, letters = line.findings, equation.letters()
    if not letters:
        findings.add("W001", "the einsum has no letters", line.head.span, hint=_FORM)
    for operand in (*equation.operands, equation.output):
        for letter in repeated(operand.text):
            hint = "only tensors that use each dimension once can be counted"
            span = _place(line, operand, letter)
            findings.add("W011", f"'{letter}' stands twice in '{operand.text}'", span, hint=hint)
    for letter in equation.output.text:
        if letter not in letters:
            message = f"no operand has the output's '{letter}'{guess(letter, letters)}"
            findings.add("W002", message, _place(line, equation.output, letter), hint=f"they have {_listed(letters)}")
    if len(letters) > MAX_NAMES:
        findings.add("W011", f"the einsum has {len(letters)} letters; Weft counts up to {MAX_NAMES}", line.head.span)


def _place(line: SizedLine, operand: Part, letter: str) -> Span:
    """The last place of a letter in an operand."""
    at = line.text.rfind(letter, operand.span.column - 1, operand.span.column - 1 + operand.span.length)
    return line.lines.span(1, at + 1)


def _listed(names: list[str] | dict[str, None]) -> str:
    *front, last = names
    return f"{', '.join(front)} and {last}" if front else last
