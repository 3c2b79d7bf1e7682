"""Reads jobs: a checked layout, then its machine, the space of machines, the sizes and the paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from ...ir import Accelerator, Findings, Job, Location, MachineSpace, Span, WeftError
from ...ir.files import read_text
from ..accelerator.loader import load as load_machine
from ..accelerator.model import AcceleratorModel
from ..accelerator.overrides import override
from ..accelerator.source import YamlSource, read_yaml
from ..accelerator.space import machine_space
from ..value_sets import BadValues, Kind, read_values
from .model import JobModel, Size
from .paths import beside
from .problems import check

MERGED = ("set", "vary", "sizes", "tiles", "limits")
"""Keys whose single settings are replaced by changes."""

_SIZES = Kind(TypeAdapter(list[Size], config={"strict": True}), description="A size, from 1 on.")


def load(path: str, changes: dict[str, Any]) -> Job:
    """See `load_job`."""
    return parse(read_text(path), path, changes)


def parse(text: str, file: str, changes: dict[str, Any]) -> Job:
    """See `parse_job`."""
    source = read_yaml(text, file, "job", "W731")
    data = source.data
    if not isinstance(data, dict):
        return _Reader(source.span).job(data)
    found = _merged(beside(data, Path(file).parent), changes)
    return _Reader(_spans(source, changes)).job(found)


def make(data: dict[str, Any]) -> Job:
    """See `make_job`."""
    machine = data.get("accelerator")
    if isinstance(machine, Accelerator):
        return _Reader(machine=machine).job({key: value for key, value in data.items() if key != "accelerator"})
    return _Reader().job(data)


def _merged(data: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    merged = data | changes
    for key in MERGED:
        if key in data and key in changes:  # what is no mapping stays, and is found wrong
            merged[key] = data[key] | changes[key] if isinstance(data[key], dict) else data[key]
    return merged


def _spans(source: YamlSource, changes: dict[str, Any]) -> Callable[[Location, bool], Span | None]:
    """Where things stand in the file, unless they are changes."""

    def span(location: Location, at_key: bool = False) -> Span | None:
        first = location[0] if location else None
        if first in changes and (first not in MERGED or (len(location) > 1 and location[1] in changes[str(first)])):
            return None
        return source.span(location, at_key)

    return span


@dataclass(slots=True)
class _Reader:
    """Makes a job of a layout; `machine` is its accelerator if that is a value."""

    span: Callable[[Location, bool], Span | None] = lambda location, at_key: None
    machine: Accelerator | None = None
    findings: Findings = field(default_factory=Findings)

    def job(self, data: Any) -> Job:
        layout = check(data)
        if not isinstance(layout, JobModel):
            for problem in layout:
                self._add("W731", problem.message, problem.location, problem.hint, problem.at_key)
            raise WeftError(self.findings.items)
        space = self._space(layout)
        ties = tuple((name, key) for name, key in layout.tiles.items() if isinstance(key, str) and key in layout.vary)
        tied = dict(ties)
        tiles = tuple((name, self._sizes(name, given)) for name, given in layout.tiles.items() if name not in tied)
        for key in ("layers", "programs", "networks", "objective", "front"):
            self._once(key, getattr(layout, key))
        self.findings.raise_errors()
        assert space is not None
        return Job(
            space,
            tuple(layout.programs),
            tuple(layout.networks),
            tuple(layout.layers),
            tiles,
            tuple(layout.limits.items()),
            tuple(layout.objective),
            tuple(layout.front),
            layout.time,
            ties,
            layout.pipelined,
            tuple(layout.sizes.items()),
        )

    def _add(self, code: str, text: str, location: Location, hint: str = "", at_key: bool = False) -> None:
        self.findings.add(code, text, self.span(location, at_key), hint=hint)

    def _space(self, layout: JobModel) -> MachineSpace | None:
        """The space of machines; None with findings."""
        with self._collected(("accelerator",)):
            machine = self._machine(layout.accelerator)
            with self._collected():
                machine = override(machine, layout.set, partial(self._under, "set")) if layout.set else machine
            with self._collected():
                return machine_space(machine, layout.vary, partial(self._under, "vary"))
        return None

    def _under(self, key: str, place: Location, at_key: bool) -> Span | None:
        return self.span((key, *place), at_key)

    def _machine(self, given: str | AcceleratorModel) -> Accelerator:
        if self.machine is not None:
            return self.machine
        return given.accelerator() if isinstance(given, AcceleratorModel) else load_machine(given, ())

    @contextmanager
    def _collected(self, location: Location = ()) -> Iterator[None]:
        """Findings that are raised inside are collected; those without a place get that of `location`, if any."""
        try:
            yield
        except WeftError as error:
            place = self.span(location, False) if location else None
            self.findings.items += [item if item.span else replace(item, span=place) for item in error.diagnostics]

    def _sizes(self, name: str, given: Any) -> tuple[int, ...]:
        try:
            return read_values(given, _SIZES)
        except BadValues as error:
            for problem in error.problems:
                place: Location = ("tiles", name) if problem.item is None else ("tiles", name, problem.item)
                self._add(problem.code or "W731", f"tiles.{name}: {problem.text}", place, problem.hint)
            return ()

    def _once(self, key: str, names: list[str]) -> None:
        for number, name in enumerate(names):
            if name in names[:number]:
                self._add("W006", f"'{name}' is given twice in {key}", (key, number))
