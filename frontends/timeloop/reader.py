"""Reads the files of a Timeloop design together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...ir import Diagnostic, Mapping, Span, Workload
from ...ir.files import read_text
from ...ir.nearest import did_you_mean
from ..design import OpenDesign
from ..text import Lines
from .architecture import read_architecture
from .compact import read_compact, with_names
from .detection import is_compact, is_map_text
from .directives import read_mapping
from .expressions import Value
from .items import Item, Notes, read_documents
from .limits import SECTIONS, read_limits
from .map_text import Block, check_sizes, parts_of, read_map_text, shown_machine
from .mapper import read_objective
from .problem import read_problem
from .program import build
from .structure import Machine, Part
from .unused import COUNTING, check_unused
from .whole import whole_machine

_ARCHITECTURE = ("architecture", "arch")
_SECTIONS = (*_ARCHITECTURE, "problem", "mapping", "variables")
_SEARCH = ("mapper", *SECTIONS)
_GLOBALS = ("globals",)
_ENERGY = ("compound_components", "ERT", "ART", "dumped_by_timeloop_front_end", "energy_estimation")
_WITHOUT_EFFECT = (*_SEARCH, *_GLOBALS, *_ENERGY)
_NAMES = ("version", "name")
_SPARSE = ("sparse_optimizations",)


@dataclass
class _Design:
    """What the files hold: the sections by name, and a printed map.

    If it `is_open`, its mapping is not read, but what steers the search of one.
    """

    notes: Notes = field(default_factory=Notes)
    sections: dict[str, Item] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    compact: bool = False
    first: str = ""
    is_open: bool = False


def read(paths: Sequence[str | Path]) -> tuple[Mapping, tuple[Diagnostic, ...]]:
    """See `read_timeloop`."""
    return parse([(str(path), read_text(path)) for path in paths])


def parse(texts: Sequence[tuple[str, str]]) -> tuple[Mapping, tuple[Diagnostic, ...]]:
    """See `parse_timeloop`."""
    design = _collected(texts, is_open=False)
    mapping = _mapping(design)
    findings = design.notes.finish()
    assert mapping is not None, "a design without a mapping has findings"
    return mapping, findings


def read_open(paths: Sequence[str | Path]) -> OpenDesign:
    """See `read_open_timeloop`."""
    return parse_open([(str(path), read_text(path)) for path in paths])


def parse_open(texts: Sequence[tuple[str, str]]) -> OpenDesign:
    """See `parse_open_timeloop`."""
    design = _collected(texts, is_open=True)
    found = _open_design(design)
    findings = design.notes.finish()
    assert found is not None, "a design without a problem or a machine has findings"
    return replace(found, notes=findings)


def _collected(texts: Sequence[tuple[str, str]], is_open: bool) -> _Design:
    """The sections of all files."""
    design = _Design(first=texts[0][0] if texts else "", is_open=is_open)
    for name, text in texts:
        lines = Lines(text, name)
        if is_map_text(text):
            if design.blocks:
                design.notes.refuse("a second printed map", lines.span(1, 1), "", "W006")
            design.blocks = (read_compact if is_compact(text) else read_map_text)(text, lines, design.notes)
            design.compact = is_compact(text)
        else:
            for document in read_documents(text, lines):
                _collect(document, design)
    return design


def _collect(document: Item, design: _Design) -> None:
    """Sort the sections of a file; refuse what Weft does not read."""
    notes = design.notes
    if not document.is_map:
        notes.refuse("a Timeloop file is a YAML mapping of sections", document.span, "", "W502")
    if {"pes", "memories"} <= document.entries.keys():
        notes.refuse("this is a machine, not a part of a design", document.span, "give it with --accelerator", "W502")
        notes.findings.raise_errors()
    for name, item in document.entries.items():
        if name in _SECTIONS or (design.is_open and name in _SEARCH):
            name = "architecture" if name in _ARCHITECTURE else name
            if name in design.sections:
                notes.refuse(f"'{name}' is given twice", item.key_span, "", "W006")
            design.sections[name] = item
        elif name in _WITHOUT_EFFECT:
            _without_effect(name, item, notes)
        elif name in _NAMES:
            continue
        elif name in _SPARSE:
            if not item.is_empty and not all(entry.is_empty for key, entry in item.entries.items() if key != "version"):
                notes.refuse(f"unsupported section '{name}': it changes what is counted", item.key_span)
        else:
            hint = did_you_mean(name, (*_SECTIONS, *_SEARCH) if design.is_open else _SECTIONS, "sections")
            notes.refuse(f"unsupported section '{name}'", item.key_span, hint)


def _without_effect(name: str, item: Item, notes: Notes) -> None:
    """Sections that steer a search or make energies; functions of the user's own would change values."""
    functions = item.entries.get("expression_custom_functions") if name == "globals" else None
    if functions is not None and not functions.is_empty:
        notes.refuse("unsupported key 'expression_custom_functions' of globals", functions.key_span)
    for node in item.nodes() if name in _SEARCH else ():
        for key, value in node.entries.items():
            if key in COUNTING and not value.is_empty:
                notes.refuse(f"unsupported key '{key}' of {name}: it changes what is counted", value.key_span)
    notes.no_effect(name, item.key_span)


def _mapping(design: _Design) -> Mapping | None:
    notes, sections = design.notes, design.sections
    workload, machine = _problem_and_machine(design)
    if machine is not None:
        check_unused(machine, notes)
    if ("mapping" in sections) == bool(design.blocks):
        if design.blocks:
            notes.refuse(
                "a mapping and a printed map: one of them is too much", sections["mapping"].key_span, "", "W006"
            )
        else:
            _missing("mapping", design)
    if workload is None or machine is None or not (design.blocks or "mapping" in sections):
        return None
    parts = _parts(design, machine, workload)
    return None if notes.findings.has_errors else build(_layer(design), workload, machine, parts, notes)


def _open_design(design: _Design) -> OpenDesign | None:
    notes, sections = design.notes, design.sections
    workload, machine = _problem_and_machine(design)
    objective = read_objective(sections["mapper"], notes) if "mapper" in sections else None
    whole = whole_machine(machine, notes) if machine is not None else None
    if workload is None or machine is None or whole is None:
        return None
    limits = tuple(read_limits(sections, machine, workload, notes))
    name, span = _layer(design)
    return OpenDesign(name, span, workload, whole, limits, objective)


def _problem_and_machine(design: _Design) -> tuple[Workload | None, Machine | None]:
    names = _variables(design.sections.get("variables"), design.notes)
    workload = None
    if "problem" in design.sections:
        workload = read_problem(design.sections["problem"], names, design.notes)
    else:
        _missing("problem", design)
    return workload, _machine(design, names)


def _parts(design: _Design, machine: Machine, workload: Workload) -> dict[str, Part]:
    if design.blocks:
        blocks = design.blocks
        if design.compact:
            blocks = with_names(blocks, machine, workload, design.notes)
        if design.notes.findings.has_errors:
            return {}
        found = parts_of(blocks, machine, workload, design.notes)
        if not design.notes.findings.has_errors:
            check_sizes(blocks, workload, design.notes)
        return found
    return read_mapping(design.sections["mapping"], machine, workload, design.notes)


def _machine(design: _Design, names: dict[str, Value]) -> Machine | None:
    if "architecture" in design.sections:
        return read_architecture(design.sections["architecture"], names, design.notes)
    if design.blocks:
        return shown_machine(design.blocks, "timeloop")
    _missing("architecture", design)
    return None


def _missing(section: str, design: _Design) -> None:
    hint = {
        "mapping": "give it in YAML or as Timeloop prints it, or find one with weft map",
        "problem": "give the file with 'problem:' too",
        "architecture": "give the file with 'architecture:' too",
    }[section]
    design.notes.refuse(f"'{design.first}': the design has no {section}", None, hint, "W502")


def _variables(item: Item | None, notes: Notes) -> dict[str, Value]:
    """The user's variables, in order; each may use those before it."""
    found: dict[str, Value] = {}
    for name, value in item.entries.items() if item else ():
        if name != "version":
            found[name] = notes.value(value, found)
    return found


def _layer(design: _Design) -> tuple[str, Span]:
    """The layer's name, that of the problem's shape, and where it stands."""
    problem = design.sections["problem"]
    shape = problem.entries.get("shape")
    named = shape.entries.get("name") if shape else None
    text = (named.text if named else shape.text if shape else "") or "problem"
    name = "".join(letter if letter.isalnum() or letter in "_-.+" else "_" for letter in text)
    return name, (named or shape or problem).span
