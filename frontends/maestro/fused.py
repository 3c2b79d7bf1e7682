"""Reads the fused programs of a mapping file: `Fuse NAME { Memory { … } Outer { … } Stage NAME { … } … }`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...ir import Diagnostic, Directive, Findings, FusedProgram, Layer, Stage, WeftError, Workload, chain, fed_inputs
from ...ir.arguments import checked
from ...ir.files import read_text
from .edges import read_edges
from .file_reader import FileReader, first_word, in_order
from .programs import ProgramReader
from .scan import Block
from .sections import LayerSyntax, Section
from .sizes import Scope
from .source import Source
from .workloads import LayerWorkload

MAX_BYTES = 2 * 2**20


def read_fused(path: str | Path) -> tuple[FusedProgram, ...]:
    """The fused programs of a file, none if it has only networks. WeftError with all that is wrong in them."""
    return fused_of(Source(read_text(path, MAX_BYTES), str(path)))


@checked
def parse_fused(text: str) -> FusedProgram:
    """The one fused program of a text such as `str(program)`. WeftError with all findings if it has errors."""
    source = Source(text)
    found = fused_of(source)
    if len(found) != 1:
        message = f"expected one fused program, found {len(found)}"
        raise WeftError(Diagnostic("W001", message, span=source.span(0, 1), hint="write Fuse NAME { … }"))
    return found[0]


def fused_of(source: Source) -> tuple[FusedProgram, ...]:
    """The fused programs of a source."""
    reader = FileReader(source)
    reader.networks()
    findings = Findings()
    programs = [_FusedReader(reader, block, findings).read() for block in reader.fused]
    problems = [*reader.findings.items, *findings.items] if reader.fused else []
    if any(item.is_error for item in problems):
        raise WeftError(in_order(problems))
    return tuple(program for program in programs if program is not None)


@dataclass
class _FusedReader:
    """Reads one Fuse block."""

    reader: FileReader
    block: Block
    findings: Findings

    def read(self) -> FusedProgram | None:
        """The program, or None with findings."""
        span, name = self.reader.heading(self.block), first_word(self.block.name)
        self.reader.outside(self.block, self.findings)
        if not self.block.closed:
            self.findings.add("W001", f"the '{{' of fused program '{name}' is never closed", span)
        stages = tuple(self._stage(child) for child in self.block.children if child.keyword == "Stage")
        if not stages:
            self.findings.add("W001", f"fused program '{name}' has no stages", span, hint="write Stage NAME { … }")
        for child in self.block.children:
            if child.keyword in ("Network", "Fuse", "Layer"):
                message = f"{child.keyword} stands in fused program '{name}'"
                self.findings.add(
                    "W001", message, self.reader.heading(child), hint="its layers are stages: write Stage"
                )
        memory = self._words("Memory", required=True)
        last = stages[-1].layer.workload if stages else None
        outer = self._section("Outer", "program")
        loops = self._loops(outer, last) if outer else ()
        edges = self._edges([stage.layer for stage in stages])
        if self.findings.has_errors:
            return None
        if len(memory) != 1:
            self.findings.add("W001", f"one memory is between the stages, not {len(memory)}", span)
            return None
        stored = self._words("Stored")
        return FusedProgram(name, memory[0], loops, stages, fed_inputs(stages, edges), stored, span)

    def _stage(self, block: Block) -> Stage:
        loops: list[tuple[Directive, ...]] = []
        recomputed: list[str] = []

        def further(syntax: LayerSyntax, built: LayerWorkload | None) -> None:
            if (own := syntax.sections.get("Outer")) is not None and built is not None:
                loops.append(self._loops(own, built.workload, syntax.findings))
            if (words := syntax.sections.get("Recompute")) is not None:
                recomputed.extend(item.text for item in words.items)

        self.reader.forget()
        layer = self.reader.with_blocks(block, further)
        self.findings.items += layer.diagnostics
        return Stage(layer, loops[0] if loops else (), tuple(dict.fromkeys(recomputed)))

    def _loops(
        self, section: Section, workload: Workload | None, findings: Findings | None = None
    ) -> tuple[Directive, ...]:
        findings = findings if findings is not None else self.findings
        scope = Scope(self.reader.constants, workload.extents if workload else None, free=False)
        program = ProgramReader(section, scope, findings, workload).read()
        if program is None:
            return ()
        if program.clusters or program.placements:
            spans = [item.span for item in program.clusters] + [item.span for item in program.placements]
            findings.add("W001", "Outer has loops alone: TemporalMap(n,n) of a dimension", spans[0])
        return tuple(item for level in program.levels for item in level)

    def _edges(self, layers: list[Layer]) -> Any:
        section = self._section("Edges", "edges")
        return read_edges(section, layers, self.findings) if section is not None else chain(len(layers))

    def _words(self, keyword: str, required: bool = False) -> tuple[str, ...]:
        section = self._section(keyword, "names")
        if section is not None:
            return tuple(item.text for item in section.items)
        if required:
            name = first_word(self.block.name)
            hint = f"write {keyword} {{ L2 }}"
            self.findings.add(
                "W001", f"fused program '{name}' has no {keyword} block", self.reader.heading(self.block), hint=hint
            )
        return ()

    def _section(self, keyword: str, rule: str) -> Section | None:
        """The block of a keyword, if there is one."""
        blocks = [child for child in self.block.children if child.keyword == keyword]
        for extra in blocks[1:]:
            self.findings.add("W006", f"a second {keyword} block", self.reader.heading(extra))
        if not blocks:
            return None
        found = blocks[0]
        return self.reader.sections.section(rule, found.open + 1, found.close, keyword, self.findings)
