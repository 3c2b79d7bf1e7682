"""Workloads in a line: `gemm:M=64,N=64,K=64`, `conv:K=64,C=64,R=3,S=3,Y'=56,X'=56,stride=1`, `attention:L=512,D=64`."""

from __future__ import annotations

import re

from ..ir import OPERATORS, Diagnostic, Layer, Network, WeftError, Workload
from .attention import attention
from .batched import batched_gemm
from .einsum import einsum_line
from .maestro.extents import Numbers
from .maestro.sections import LayerSyntax
from .maestro.sizes import guess
from .maestro.workloads import operator_layer, written_names
from .sized_line import SHOWN, Part, SizedLine

_OPERATORS = {name.lower(): name for name in OPERATORS} | {"dwconv": "DSCONV"}
_LINES = {"attention": attention, "einsum": einsum_line}
_HEADS = (*_OPERATORS, *_LINES)
_SETTINGS = ("stride", "dilation")
_GROUPS = "a grouped convolution is ngconv:G=…, with K and C of one group"


def is_workload_text(text: str) -> bool:
    """Whether a text means a workload in a line, also a misspelt one, and not a file (write `./` for the file)."""
    found = re.fullmatch(r"([A-Za-z]\w+)\s*:[^{}\n]*", text.strip())
    return found is not None and ("=" in text or found[1].lower() in _HEADS)


def read_workload(text: str) -> Network:
    """The network that a line describes, without dataflow: one layer, for attention and einsums also several.

    Sizes that are not given are 1 where the operator allows it; Y and X are inputs, Y' and X' outputs. Layers are named
    after the text. Raises WeftError with all that is wrong.
    """
    line = _Line(text.strip())
    return _LINES.get(line.head.text.lower(), _Line.network)(line)


def parse_single(text: str) -> Workload:
    """The workload of a line that describes one layer; WeftError otherwise."""
    layers = read_workload(text).layers
    if len(layers) > 1 or layers[0].workload is None:
        hint = "weft.read reads it as a network"
        raise WeftError(Diagnostic("W001", f"'{text.strip()}' is {len(layers)} layers, not one workload", hint=hint))
    return layers[0].workload


class _Line(SizedLine):
    """Reads the line of an operator."""

    def network(self) -> Network:
        """The network, or WeftError with all that is wrong."""
        head = self.head.text.lower()
        if head not in _HEADS:
            self._unknown_head()
            raise WeftError(self.findings.items)
        names = written_names(_OPERATORS[head])
        names = ("B", *names) if head == "gemm" else (*names, *_SETTINGS)
        layers = self._layer(_OPERATORS[head], self.numbers(names, self.behind_head))
        self.findings.raise_errors()
        return Network(self.name, layers)

    def unknown_name(self, name: Part, names: tuple[str, ...], hint: str = "") -> None:
        """Groups are written in another way."""
        grouped = self.head.text.lower() == "conv" and name.text.lower() in ("g", "groups", "group")
        SizedLine.unknown_name(self, name, names, _GROUPS if grouped else hint)

    def _unknown_head(self) -> None:
        ending = guess(self.head.text[:SHOWN], _HEADS)
        hint = f"the operators are {', '.join(_HEADS)}"
        self.findings.add("W002", f"unknown operator '{self.head.text[:SHOWN]}'{ending}", self.head.span, hint=hint)

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
        return (self.layer(self.name, workload),)
