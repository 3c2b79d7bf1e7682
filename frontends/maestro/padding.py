"""The blocks `Padding` and `PaddingAfter`: what stands around the stored elements of an input."""

from __future__ import annotations

from collections.abc import Mapping

from ...ir import Span
from .extents import Numbers, optional_numbers
from .sections import LayerSyntax
from .sizes import guess

Padding = dict[str, tuple[int, int, Span]]
"""Index to the coordinates before and after its stored elements, and where that is said."""


def read_padding(layer: LayerSyntax, constants: Mapping[str, int]) -> Padding:
    """The padding of a layer; `Padding` says both ends where `PaddingAfter` does not say the second."""
    before = optional_numbers(layer, "Padding", "padding", constants, least=0)
    after: Numbers = before | optional_numbers(layer, "PaddingAfter", "padding", constants, least=0)
    return {name: (before.get(name, (0, span))[0], count, span) for name, (count, span) in after.items()}


def padding_along(
    padding: Padding, spans: Mapping[str, int], inputs: Mapping[str, int], operator: str, layer: LayerSyntax
) -> tuple[tuple[str, int, int], ...]:
    """The padding of a workload; `spans` are how many coordinates its indices have. Findings for what is none.

    Where strided windows end before the padding does, only the part that they reach is padding of the workload;
    `inputs` are the stored elements of the indices for which they are known.
    """
    found = []
    for name, (before, after, span) in padding.items():
        if name in spans and name in inputs:
            after = max(0, spans[name] - before - inputs[name])
        if operator == "TRCONV":
            layer.findings.add("W004", "a transposed convolution has full padding of its own", span)
        elif name not in spans:
            ending = guess(name, spans) or (f"; it is given for {', '.join(spans)}" if spans else "")
            layer.findings.add("W002", f"padding of unknown index '{name}'{ending}", span)
        elif before + after >= spans[name]:
            message = f"padding of {name} is {before} and {after} of {spans[name]} inputs: none is stored"
            layer.findings.add("W004", message, span)
        elif before or after:
            found.append((name, before, after))
    return tuple(found)
