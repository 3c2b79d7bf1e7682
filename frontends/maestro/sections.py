"""The blocks of one layer, parsed but not yet understood."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from ...ir import Findings, Severity, Span
from .nodes import NoProgramNode, SectionNode, TypeNode
from .scan import MAX_BLOCKS, Block
from .source import Source

_RULES = {
    "Stride": "pairs",
    "Dimensions": "pairs",
    "Dilation": "pairs",
    "Padding": "pairs",
    "PaddingAfter": "pairs",
    "Index": "indices",
    "Tensors": "tensors",
    "Density": "densities",
    "Statement": "statements",
    "Operator": "names",
    "Weights": "names",
    "Dataflow": "program",
    "Outer": "program",
    "Recompute": "names",
}


@dataclass(frozen=True, slots=True)
class Section:
    """The items of a block; their positions count from `offset` in `source`."""

    source: Source
    offset: int
    items: tuple[Any, ...]
    heading: Span | None = None
    damaged: bool = False

    def span(self, node: Any) -> Span:
        """The place of a node."""
        return self.source.span(self.offset + node.start, self.offset + node.end)


@dataclass(slots=True)
class LayerSyntax:
    """What a layer says: its type and its blocks by keyword.

    `programless`: it shall not inherit a program. `damaged`: some of it could not be read.
    """

    name: str
    span: Span
    operator: TypeNode | None = None
    operator_span: Span | None = None
    sections: dict[str, Section] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)
    programless: bool = False
    damaged: bool = False

    def is_damaged(self, *keywords: str) -> bool:
        """Whether blocks could not be read: the given ones, by default all but the Dataflow."""
        chosen = keywords or (set(self.sections) - {"Dataflow"})
        return self.damaged or any(word in self.sections and self.sections[word].damaged for word in chosen)


class SectionReader:
    """Parses blocks of one source; equal texts are parsed once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._cache: dict[tuple[str, str], Any] = {}

    def section(self, rule: str, start: int, stop: int, what: str, findings: Findings) -> Section:
        """Parse `source[start:stop]`, reporting what is wrong in it."""
        return self._parse(rule, start, self.source.code[start:stop], what, findings)

    def layer(self, block: Block, span: Span) -> LayerSyntax:
        """Parse all blocks of a layer."""
        layer = LayerSyntax(block.name, span)
        position = block.open + 1
        for child in block.children[:MAX_BLOCKS]:
            text = self.source.code[position : child.open + 1] + "}"
            self._head(layer, position, text, child)
            position = child.close + (1 if child.closed else 0)
        if len(block.children) > MAX_BLOCKS:
            layer.findings.add("W001", f"layer '{block.name}' has more than {MAX_BLOCKS} blocks", span)
        elif block.closed and self.source.code[position : block.close].strip():
            self._head(layer, position, self.source.code[position : block.close], None)
        return layer

    def _head(self, layer: LayerSyntax, position: int, text: str, child: Block | None) -> None:
        head = self._parse("head", position, text, "the layer", layer.findings)
        layer.damaged |= head.damaged
        for item in head.items:
            if isinstance(item, TypeNode):
                _set_type(layer, item, head)
            elif isinstance(item, NoProgramNode):
                layer.programless = True
            elif child is not None:
                self._block(layer, item, head, child)

    def _block(self, layer: LayerSyntax, item: SectionNode, head: Section, child: Block) -> None:
        keyword, heading = item.keyword, head.span(item)
        if not child.closed:
            return
        section = self.section(_RULES[keyword], child.open + 1, child.close, keyword, layer.findings)
        if keyword in layer.sections:
            layer.findings.add("W006", f"layer '{layer.name}' has a second {keyword} block", heading)
            return
        layer.sections[keyword] = replace(section, heading=heading)

    def _parse(self, rule: str, offset: int, text: str, what: str, findings: Findings) -> Section:
        parsed = self._cache.get((rule, text))
        if parsed is None:
            from .parser import parse_section

            parsed = self._cache[rule, text] = parse_section(rule, text, what)
        for problem in parsed.problems:
            span = self.source.span(offset + problem.start, offset + problem.end)
            findings.add(problem.code, problem.message, span, hint=problem.hint)
        return Section(self.source, offset, parsed.items, None, bool(parsed.problems))


def _set_type(layer: LayerSyntax, item: TypeNode, head: Section) -> None:
    if layer.operator is None:
        layer.operator, layer.operator_span = item, head.span(item.name)
    elif layer.operator.name.text == item.name.text:
        layer.findings.add("W108", "Type is given twice", head.span(item), severity=Severity.NOTE)
    else:
        layer.findings.add("W006", f"layer '{layer.name}' has a second Type", head.span(item))
