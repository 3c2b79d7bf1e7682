"""Reads machines from presets, YAML files and MAESTRO hardware files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ...ir import Accelerator, Diagnostic, Findings, Span, WeftError
from ...ir.files import exists, is_file, read_text
from ...ir.nearest import did_you_mean
from ..exploration.detection import is_job
from ..maestro.hardware import is_hardware_text
from .hardware import hardware_layout
from .model import AcceleratorModel
from .overrides import override
from .problems import check
from .shipped import PRESETS, list_presets
from .source import read_yaml


def load(name_or_path: str, overrides: Mapping[str, str] | Sequence[str]) -> Accelerator:
    """See `load_accelerator`."""
    if name_or_path in list_presets():
        path = PRESETS / f"{name_or_path}.yaml"
        machine = parse(path.read_text("utf-8"), str(path))
    else:
        machine = _beside(parse(_read(name_or_path), name_or_path), Path(name_or_path))
    return override(machine, overrides) if overrides else machine


def parse(text: str, file: str) -> Accelerator:
    """See `parse_accelerator`."""
    if is_hardware_text(text):
        checked = check(hardware_layout(text, file))
        if isinstance(checked, AcceleratorModel):
            return checked.accelerator()
        raise WeftError([Diagnostic("W205", item.message, span=Span(file, 1, 1), hint=item.hint) for item in checked])
    source = read_yaml(text, file)
    if is_job(source.data):
        message = "the file is a job of an exploration, which has its own machine"
        raise WeftError(Diagnostic("W205", message, span=source.span((), True), hint="its machine is `accelerator`"))
    checked = check(source.data)
    if isinstance(checked, AcceleratorModel):
        return checked.accelerator()
    findings = Findings()
    for problem in checked:
        span = source.span(problem.location, problem.at_key)
        findings.add("W205", problem.message, span, hint=problem.hint)
    raise WeftError(findings.items)


def _beside(machine: Accelerator, file: Path) -> Accelerator:
    """A machine whose tables, if they are files beside the machine's own, are found from anywhere."""
    energies, areas = (_found(name, file) for name in (machine.energy_table, machine.area_table))
    return replace(machine, energy_table=energies, area_table=areas)


def _found(name: str, file: Path) -> str:
    table = file.parent / name
    return str(table) if table.suffix and is_file(table) else name


def _read(name_or_path: str) -> str:
    if not exists(name_or_path):
        raise WeftError(_not_found(name_or_path))
    return read_text(name_or_path)


def _not_found(name_or_path: str) -> Diagnostic:
    presets = f"presets: {', '.join(list_presets())}"
    if Path(name_or_path).suffix or len(Path(name_or_path).parts) > 1:
        return Diagnostic("W008", f"cannot read {name_or_path!r}: there is no such file", notes=(presets,))
    message = f"{name_or_path!r} is neither a machine that Weft ships nor a file"
    return Diagnostic("W002", message, notes=(presets,), hint=did_you_mean(name_or_path, list_presets()))
