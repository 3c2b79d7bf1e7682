"""Reads a whole file: constants and networks outside, layers inside, each of which fails alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from ...ir import Dataflow, Diagnostic, Findings, Layer, Network, Severity, Span, WeftError, chain
from .edges import read_edges
from .hardware import is_hardware_text
from .origin import read_origin
from .programs import ProgramReader
from .scan import Block, Scan, scan
from .sections import LayerSyntax, Section, SectionReader
from .sizes import Scope, SizeError, evaluate, guess
from .source import Source
from .workloads import LayerWorkload, build_workload

_BLANK = " \t\n\f\v,:;"


@dataclass
class _NetworkText:
    """The blocks of one network, and what is wrong around them."""

    name: str
    blocks: list[Block] = field(default_factory=list)
    edges: list[Block] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)


class FileReader:
    """Reads one file; `findings` are those outside of any network."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.findings = Findings()
        self.constants: dict[str, int] = {}
        self.found: Scan = scan(source.code)
        self.sections = SectionReader(source)
        self.fused: list[Block] = []
        self._written: tuple[str, Section] | None = None

    def read(self) -> tuple[Network, ...]:
        """All networks; the first also tells what is wrong outside of them."""
        texts = self.networks()
        if not texts:
            raise WeftError(self._no_network())
        for block in self.fused:
            message = f"fused program '{first_word(block.name)}' is no layer of a network"
            self.findings.add(
                "W108", message, self.heading(block), severity=Severity.NOTE, hint="weft fuse reads fused programs"
            )
        networks = [self._network(text) for text in texts]
        outside = in_order([*self.findings.items, *networks[0].diagnostics])
        return (replace(networks[0], diagnostics=outside), *networks[1:])

    def _no_network(self) -> tuple[Diagnostic, ...]:
        file = self.source.file
        if is_hardware_text(self.source.text):
            message = f"'{file}' holds no Network: it looks like the description of a machine"
            return (Diagnostic("W001", message, span=self.source.span(0, 1)),)
        hint = "weft fuse reads fused programs" if self.fused else "wrap the layers in 'Network NAME { … }'"
        missing = Diagnostic("W001", f"'{file}' holds no Network", span=self.source.span(0, 1), hint=hint)
        return (*in_order(self.findings.items), missing)

    # What stands outside of layers. It is read first: a constant holds for the whole file.

    def networks(self) -> list[_NetworkText]:
        """The blocks of every network, and the constants outside; `fused` are then the fused programs."""
        texts: list[_NetworkText] = []
        self.outside(self.found.root, self.findings)
        for block in self.found.root.children:
            if block.keyword == "Fuse":
                self.fused.append(block)
            elif block.keyword == "Stage":
                self.findings.add("W001", f"stage '{block.name}' stands outside of a Fuse block", self.heading(block))
            elif block.keyword == "Network":
                texts.append(_NetworkText(first_word(block.name)))
                self._enter(block, texts[-1])
            elif block.keyword == "Layer":
                self._homeless(block, texts)
            elif block.keyword == "Edges":
                self.findings.add("W001", "Edges outside of a Network", self.heading(block))
        report_strays(self.source, self.found, self.findings)
        return texts

    def _enter(self, block: Block, text: _NetworkText) -> None:
        self._check_heading(block, text.findings)
        self.outside(block, text.findings)
        for child in block.children:
            if child.keyword == "Edges":
                text.edges.append(child)
            elif child.keyword == "Layer":
                text.blocks.append(child)
            elif child.keyword == "Stage":
                message = f"stage '{child.name}' stands in a Network, not in a Fuse block"
                text.findings.add("W001", message, self.heading(child), hint="write Layer")
        if not block.closed:
            message = f"the '{{' of network '{text.name}' is never closed"
            text.findings.add("W001", message, self.source.span(block.open, block.open + 1))

    def _homeless(self, block: Block, texts: list[_NetworkText]) -> None:
        if texts:
            message = f"layer '{block.name}' stands after the end of network '{texts[-1].name}'"
            texts[-1].blocks.append(block)
            texts[-1].findings.add("W001", message, self.heading(block), hint="is there a '}' too many?")
        else:
            message = f"layer '{block.name}' stands outside of a Network"
            self.findings.add("W001", message, self.heading(block), hint="wrap it in 'Network NAME { … }'")

    def outside(self, parent: Block, findings: Findings) -> None:
        """Read what stands between the blocks of `parent`: constants, and what does not belong there."""
        for start, stop in _gaps(parent):
            self._constants(start, stop, findings)
        for block in parent.children:
            if block.misspelt and block.keyword not in ("Layer", "Stage"):
                findings.items.append(self._misspelt(block))
            elif not block.keyword and not self.source.code[block.gap : block.open].strip(_BLANK):
                span = self.source.span(block.open, block.open + 1)
                findings.add("W001", "a block without a keyword", span)
            elif block.keyword == "Accelerator":
                message = "the Accelerator block is ignored: a machine has a file of its own"
                findings.add("W108", message, self.heading(block), severity=Severity.NOTE)

    def _constants(self, start: int, stop: int, findings: Findings) -> None:
        # Closing braces that close nothing are reported once, as such.
        if not self.source.code[start:stop].strip(_BLANK + "}"):
            return
        section = self.sections.section("constants", start, stop, "the text outside of layers", findings)
        for pair in section.items:
            name = pair.name.text
            try:
                value = evaluate(pair.value, Scope(self.constants, {}, free=False))
            except SizeError as error:
                findings.add(error.code, error.message, section.span(error.node), hint=error.hint)
                continue
            assert isinstance(value, int)
            if self.constants.setdefault(name, value) != value:
                message = f"constant '{name}' is defined twice, as {self.constants[name]} and as {value}"
                findings.add("W006", message, section.span(pair.name))

    # What stands inside of networks

    def _network(self, text: _NetworkText) -> Network:
        self._written = None
        layers = tuple(self.layer(block) for block in text.blocks)
        edges = chain(len(layers))
        for number, block in enumerate(text.edges):
            if number:
                message = f"network '{text.name}' has a second Edges block"
                text.findings.add("W006", message, self.heading(block))
                break
            section = self.sections.section("edges", block.open + 1, block.close, "Edges", text.findings)
            edges = read_edges(section, layers, text.findings)
        return Network(text.name, layers, edges, in_order(text.findings.items))

    def layer(self, block: Block) -> Layer:
        """One layer; if it has errors, it has no workload."""
        return self.with_blocks(block, _no_stage)

    def with_blocks(self, block: Block, further: Callable[[LayerSyntax, LayerWorkload | None], None]) -> Layer:
        """One layer; `further` looks at blocks that not every layer has, and adds what is wrong in them."""
        heading = self.heading(block)
        outer = Findings()
        self._check_heading(block, outer)
        name = first_word(block.name)
        if outer.has_errors:
            return Layer(name, None, diagnostics=tuple(outer.items), span=heading)
        syntax = self.sections.layer(block, heading)
        built = build_workload(syntax, self.constants)
        further(syntax, built)
        dataflow = self._dataflow(syntax, built)
        operator, weights = read_origin(syntax, built)
        if block.misspelt:
            syntax.findings.items.append(self._misspelt(block))
        if not block.closed:
            message = f"the '{{' of layer '{name}' is never closed"
            syntax.findings.add("W001", message, self.source.span(block.open, block.open + 1))
        diagnostics = in_order(syntax.findings.items)
        if built is None or syntax.findings.has_errors:
            written = syntax.operator.name.text if syntax.operator else ""
            return Layer(name, None, operator=written, diagnostics=diagnostics, span=heading)
        return Layer(name, built.workload, dataflow, operator, diagnostics, heading, weights)

    def _dataflow(self, syntax: LayerSyntax, built: LayerWorkload | None) -> Dataflow | None:
        own = syntax.sections.get("Dataflow")
        if own is not None:
            self._written = syntax.name, own
        elif self._written is None or syntax.programless or syntax.damaged:
            return None
        name, section = self._written
        notes = () if own else (f"layer '{syntax.name}' inherits this from layer '{name}'",)
        if section.damaged and not own:
            message = f"layer '{syntax.name}' inherits the dataflow of '{name}', which could not be read"
            syntax.findings.add("W009", message, syntax.span)
            return None
        scope = Scope(self.constants, built.extents if built else None)
        workload, dropped = (built.workload, built.dropped) if built else (None, frozenset[str]())
        return ProgramReader(section, scope, syntax.findings, workload, dropped, notes).read()

    def forget(self) -> None:
        """What follows inherits no dataflow of what came before."""
        self._written = None

    def _misspelt(self, block: Block) -> Diagnostic:
        message = f"unknown block '{block.misspelt}'{guess(block.misspelt, (block.keyword,))}"
        return Diagnostic("W002", message, span=self.source.span(block.head, block.head + len(block.misspelt)))

    def heading(self, block: Block) -> Span:
        """The place of a block's keyword and name."""
        stop = block.head + len(self.source.code[block.head : block.open].rstrip())
        return self.source.span(block.head, max(stop, block.head + 1))

    def _check_heading(self, block: Block, findings: Findings) -> None:
        words = block.name.split()
        if len(words) > 1:
            start = self.source.code.index(words[0], block.head + len(block.misspelt or block.keyword))
            start = self.source.code.index(words[1], start + len(words[0]))
            message = f"unexpected '{words[1][:40]}' after the name '{words[0]}': expected '{{'"
            findings.add("W001", message, self.source.span(start, start + len(words[1])))


def _no_stage(syntax: LayerSyntax, built: LayerWorkload | None) -> None:
    for keyword in ("Outer", "Recompute"):
        if keyword in syntax.sections:
            heading = syntax.sections[keyword].heading
            syntax.findings.add("W001", f"{keyword} is a block of the stages of a Fuse block, not of a layer", heading)


def _gaps(parent: Block) -> Iterator[tuple[int, int]]:
    position = parent.open + 1
    for block in parent.children:
        yield block.gap, block.head if block.keyword else block.open
        position = block.close + (1 if block.closed else 0)
    if parent.closed and (not parent.children or parent.children[-1].closed):
        yield position, parent.close


def first_word(name: str) -> str:
    """The first word of a block's name, empty if there is none."""
    return next(iter(name.split()), "")


def in_order(findings: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings by their place."""
    return tuple(sorted(findings, key=lambda item: (item.span.line, item.span.column) if item.span else (0, 0)))


def report_strays(source: Source, found: Scan, findings: Findings) -> None:
    """Report closing braces that close nothing, and a file that was given up."""
    for position in found.strays:
        findings.add("W001", "this '}' closes nothing", source.span(position, position + 1))
    if found.truncated:
        findings.add("W001", "too many blocks that cannot be understood; the rest is not read")
