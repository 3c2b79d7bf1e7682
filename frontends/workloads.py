"""Workloads in a line: `gemm:M=64,N=64,K=64`, `conv:K=64,C=64,R=3,S=3,Y'=56,X'=56,stride=1`, `attention:L=512,D=64`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..ir import (
    MAX_EXTENT,
    OPERATORS,
    Diagnostic,
    Edge,
    Findings,
    Layer,
    Network,
    Span,
    Subscript,
    Tensor,
    Term,
    WeftError,
    Workload,
    operator_workload,
)
from .maestro.extents import Numbers
from .maestro.sections import LayerSyntax
from .maestro.sizes import guess
from .maestro.workloads import operator_layer, written_names
from .text import Lines

_OPERATORS = {name.lower(): name for name in OPERATORS} | {"dwconv": "DSCONV"}
_HEADS = (*_OPERATORS, "attention")
_ATTENTION = ("B", "H", "L", "D")
_SETTINGS = ("stride", "dilation")
_SHOWN = 40
_GROUPS = "a grouped convolution is ngconv:G=…, with K and C of one group"


def is_workload_text(text: str) -> bool:
    """Whether a text means a workload in a line, also a misspelt one, and not a file (write `./` for the file)."""
    found = re.fullmatch(r"([A-Za-z]\w+)\s*:[^{}\n]*", text.strip())
    return found is not None and ("=" in text or found[1].lower() in _HEADS)


def read_workload(text: str) -> Network:
    """The network that a line describes, without dataflow: one layer, for attention its two products.

    Sizes that are not given are 1 where the operator allows it; Y and X are inputs, Y' and X' outputs. Layers are named
    after the text. Raises WeftError with all that is wrong.
    """
    return _Line(text.strip()).network()


def parse_single(text: str) -> Workload:
    """The workload of a line that describes one layer; WeftError otherwise."""
    layers = read_workload(text).layers
    if len(layers) > 1 or layers[0].workload is None:
        hint = "weft.read reads it as a network"
        raise WeftError(Diagnostic("W001", f"'{text.strip()}' is {len(layers)} layers, not one workload", hint=hint))
    return layers[0].workload


def batched_gemm(batch: int, m: int, n: int, k: int) -> Workload:
    """`batch` independent products of m x k by k x n: GEMM if it is one, else AFFINE with the dimension B before M."""
    plain = operator_workload("GEMM", {"M": m, "N": n, "K": k})
    if batch == 1:
        return plain
    tensors = [Tensor(tensor.name, (Subscript((Term("B"),)), *tensor.subscripts)) for tensor in plain.tensors]
    return Workload("AFFINE", (("B", batch), *plain.dimensions), tuple(tensors[:-1]), tensors[-1])


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the line with its place."""

    text: str
    span: Span


class _Line:
    """Reads one line; what is wrong is collected in `findings`."""

    def __init__(self, text: str) -> None:
        self.text, self.lines = text, Lines(text, "<workload>")
        self.name = re.sub(r"\s+", "", text).rstrip(",")
        self.head = self._part(re.match(r"[^:]*", text))
        self.findings = Findings()

    def network(self) -> Network:
        head = self.head.text.lower()
        if head not in _HEADS:
            self._unknown_head()
            raise WeftError(self.findings.items)
        names = self._names(head)
        written = self._numbers(names)
        layers = self._attention(written) if head == "attention" else self._layer(_OPERATORS[head], written)
        self.findings.raise_errors()
        edges = (Edge(0, 1, "input"),) if len(layers) == 2 else ()
        return Network(self.name, layers, edges)

    def _names(self, head: str) -> tuple[str, ...]:
        if head == "attention":
            return _ATTENTION
        names = written_names(_OPERATORS[head])
        return ("B", *names) if head == "gemm" else (*names, *_SETTINGS)

    def _part(self, found: re.Match[str] | None) -> _Part:
        assert found is not None
        text = found[0].strip()
        start = found.start() + len(found[0]) - len(found[0].lstrip())
        return _Part(text, self.lines.span(1, start + 1, len(text)))

    def _unknown_head(self) -> None:
        ending = guess(self.head.text[:_SHOWN], _HEADS)
        hint = f"the operators are {', '.join(_HEADS)}"
        self.findings.add("W002", f"unknown operator '{self.head.text[:_SHOWN]}'{ending}", self.head.span, hint=hint)

    def _pairs(self) -> Iterator[tuple[_Part, _Part]]:
        """The names and values between the commas."""
        start = self.text.index(":") + 1 if ":" in self.text else len(self.text)
        for found in re.compile(r"([^,=]*)(=?)([^,]*)(,|$)").finditer(self.text, start):
            pieces = [self._part(re.compile(r"(?s).*").match(self.text, *found.span(group))) for group in (1, 3)]
            if found[2] and all(piece.text for piece in pieces):
                yield pieces[0], pieces[1]
            elif found[0] and not (found[0].strip() == "" and found.end() == len(self.text)):
                whole = self._part(re.compile(r"(?s).*").match(self.text, found.start(), found.end()))
                self.findings.add("W001", f"expected NAME=SIZE, found '{whole.text}'", whole.span)

    def _numbers(self, names: tuple[str, ...]) -> Numbers:
        """The numbers by name; a wrong one becomes 1, so that it is told once."""
        numbers: Numbers = {}
        for name, value in self._pairs():
            if name.text not in names:
                self._unknown_name(name, names)
            elif name.text in numbers:
                self.findings.add("W006", f"{name.text} is given twice", name.span)
            else:
                numbers[name.text] = self._number(name.text, value), name.span
        return numbers

    def _unknown_name(self, name: _Part, names: tuple[str, ...]) -> None:
        ending = guess(name.text[:_SHOWN], names)
        grouped = self.head.text.lower() == "conv" and name.text.lower() in ("g", "groups", "group")
        hint = _GROUPS if grouped else f"{self.head.text} has {', '.join(names)}"
        self.findings.add("W002", f"{self.head.text} has no '{name.text[:_SHOWN]}'{ending}", name.span, hint=hint)

    def _number(self, name: str, value: _Part) -> int:
        if not re.fullmatch(r"[+-]?[0-9]+", value.text):
            self.findings.add("W004", f"{name} must be an integer, not '{value.text[:_SHOWN]}'", value.span)
            return 1
        number = int(value.text) if len(value.text) < _SHOWN else MAX_EXTENT + 1
        if number < 1:
            self.findings.add("W004", f"{name} is {number}; it must be at least 1", value.span)
        elif number > MAX_EXTENT:
            message = f"{name} is {value.text[:_SHOWN]}; the limit is {MAX_EXTENT} (2**31-1)"
            self.findings.add("W010", message, value.span)
        return number if 1 <= number <= MAX_EXTENT else 1

    def _layer(self, operator: str, written: Numbers) -> tuple[Layer, ...]:
        damaged = any(item.code == "W001" for item in self.findings.items)
        syntax = LayerSyntax(self.name, self.head.span, findings=self.findings, damaged=damaged)
        batch, _ = written.pop("B", (1, None))
        settings = {name: written.pop(name)[0] for name in _SETTINGS if name in written}
        stride, dilation = (dict.fromkeys("YX", settings[name]) if name in settings else {} for name in _SETTINGS)
        built = operator_layer(syntax, operator, written, stride, dilation, 0)
        if built is None:
            return ()
        workload = built.workload
        if batch > 1:
            workload = batched_gemm(batch, *workload.extents.values())
        return (self._product(self.name, workload),)

    def _attention(self, written: Numbers) -> tuple[Layer, ...]:
        """Queries by keys, then the scores by the values; heads and batch are one dimension B."""
        if missing := [name for name in ("L", "D") if name not in written]:
            self.findings.add("W003", f"attention does not give {' and '.join(missing)}", self.head.span)
        batch, heads, length, depth = (written.get(name, (1, None))[0] for name in _ATTENTION)
        if batch * heads > MAX_EXTENT:
            message = f"B times H is {batch * heads}; the limit is {MAX_EXTENT} (2**31-1)"
            self.findings.add("W010", message, self.head.span)
        if self.findings.has_errors:
            return ()
        return (
            self._product(f"{self.name}/scores", batched_gemm(batch * heads, length, length, depth)),
            self._product(f"{self.name}/context", batched_gemm(batch * heads, length, depth, length)),
        )

    def _product(self, name: str, workload: Workload) -> Layer:
        return Layer(name, workload, operator=workload.operator, span=self.head.span)
