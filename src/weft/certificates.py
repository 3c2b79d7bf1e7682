"""Checks of results of the mapper: the winner again, the oracles, and the bound on programs drawn by chance."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import isclose
from pathlib import Path
from random import Random
from typing import Any

from .api import evaluate, verify
from .frontends.accelerator import parse_accelerator
from .frontends.maestro import parse_dataflow, parse_workload
from .ir import Accelerator, Diagnostic, Mapping, WeftError, Workload
from .ir.json_text import read_json
from .passes.mapper.certificate import Certificate
from .passes.mapper.explore import measure
from .passes.mapper.flexibility import point_of
from .passes.mapper.objective import EXPONENTS, Metrics, Objective
from .passes.mapper.request import SpaceRequest
from .passes.mapper.space import MapSpace

EXACT = 1e-9
"""Relative difference of sums of floats in another order."""


@dataclass(frozen=True)
class Checked:
    """A layer after its check: what failed, how many programs were drawn, how many of them fit, and oracles run."""

    layer: str
    failures: tuple[str, ...]
    drawn: int
    fitting: int
    oracles: bool


def read_document(path: str | Path) -> dict[str, Any]:
    """The document of `weft map --json`; WeftError (W008, W001) for anything else."""
    data = read_json(path)
    if not isinstance(data, dict) or not {"schema_version", "question", "layers"} <= set(data):
        hint = "write one with weft map … --json > FILE"
        raise WeftError(Diagnostic("W001", f"'{path}' is no result of weft map", hint=hint))
    if data["schema_version"] != 1:
        raise WeftError(Diagnostic("W001", f"'{path}' has schema_version {data['schema_version']}; this Weft reads 1"))
    return data


def check_document(data: dict[str, Any], limit: int, samples: int, seed: int = 0) -> Iterator[Checked]:
    """Check every layer that has a program: see `check_layer`. WeftError (W001) for a damaged document."""
    try:
        machine = parse_accelerator(json.dumps(data["question"]["accelerator"]))
        request = _request(data["question"])
        for layer in data["layers"]:
            if "certificate" in layer:
                yield _Check(layer, data["question"], machine, request).run(limit, samples, seed)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"the result is damaged: {type(error).__name__} {error}"
        raise WeftError(Diagnostic("W001", what)) from None


def _request(question: dict[str, Any]) -> SpaceRequest:
    template = question["template"]
    shape = question["shape"]
    return SpaceRequest(
        None if template is None else parse_dataflow(template),
        tuple(question["constraints"]),
        None if shape is None else tuple(shape),
        question["split"],
        question["flexibility"],
    )


class _Check:
    """The check of one layer."""

    def __init__(
        self, layer: dict[str, Any], question: dict[str, Any], machine: Accelerator, request: SpaceRequest
    ) -> None:
        self.layer, self.time = layer, str(question["time"])
        self.gap = float(question["gap"])
        self.workload: Workload = parse_workload(layer["workload"])
        self.space: MapSpace = request.space(self.workload, machine)
        self.certificate = Certificate.from_dict(layer["certificate"])
        names = tuple(str(layer["objective"]).split(","))
        self.objective = Objective(names) if set(names) <= set(EXPONENTS) else None
        self.failures: list[str] = []

    def run(self, limit: int, samples: int, seed: int) -> Checked:
        oracles = False
        for program in [self.layer, *self.layer["pareto"]]:
            oracles |= self._program(program, limit)
        self._claims()
        drawn, fitting = self._samples(samples, Random(seed))
        return Checked(self.layer["layer"], tuple(self.failures), drawn, fitting, oracles)

    def _program(self, stated: dict[str, Any], limit: int) -> bool:
        """The program again: legal, fits, of the space, with the numbers that are stated; whether oracles ran."""
        dataflow = parse_dataflow(stated["dataflow"])
        try:
            cost = evaluate(Mapping(self.workload, dataflow, self.space.accelerator, self.layer["layer"]))
        except WeftError as error:
            self.failures.append(f"the program is wrong: {error}")
            return False
        try:
            point_of(self.space, dataflow)
        except WeftError as error:
            self.failures.append(f"the program is none of the space: {error}")
        found = Metrics(cost.energy_pj, cost.cycles(self.time))
        self._same("energy_pj", found.energy_pj, _metrics(stated, self.time).energy_pj)
        self._same("cycles", found.cycles, _metrics(stated, self.time).cycles)
        if "value" in stated and self.objective is not None:
            self._same("value", self.objective.value(found), stated["value"])
        if self.workload.macs > limit:
            return False
        self.failures += [str(item) for item in verify(cost, limit=limit) if item.is_error]
        return True

    def _same(self, name: str, found: float, stated: float) -> None:
        if not isclose(found, stated, rel_tol=EXACT):
            self.failures.append(f"{name} is {found:g}, the file says {stated:g}")

    def _claims(self) -> None:
        """Whether the parts of the certificate agree with each other and with the space."""
        stated, value = self.certificate, float(self.layer["value"])
        self._same("space_size", self.space.size, stated.space_size)
        if stated.status == "optimal" and (stated.gap != 0 or stated.lower_bound != value):
            self.failures.append("'optimal' needs a gap of 0 and the value as lower bound")
        if stated.status == "within" and (stated.gap is None or stated.gap > self.gap * (1 + EXACT)):
            self.failures.append(f"'within' needs a gap of at most {self.gap:g}, not {stated.gap}")
        if stated.lower_bound and stated.gap is not None:
            self._same("gap", 1 + stated.gap, value / stated.lower_bound)

    def _samples(self, count: int, random: Random) -> tuple[int, int]:
        """Programs drawn by chance, of which none may be better than what is proved: drawn, and fitting."""
        fitting = 0
        for point in self.space.sample(random, count):
            try:
                metrics = measure(self.space, point, self.time)
            except WeftError:
                continue  # It does not fit.
            fitting += 1
            if reason := self._beaten(metrics):
                self.failures.append(f"{reason}:\n{self.space.program(point)}")
                break
        return count, fitting

    def _beaten(self, metrics: Metrics) -> str:
        """Why a program that was drawn contradicts the certificate; empty if it does not."""
        bound, front = self.certificate.lower_bound, [_metrics(item, self.time) for item in self.layer["pareto"]]
        if self.objective is not None and bound is not None:
            value = self.objective.value(metrics)
            if value < bound * (1 - EXACT):
                return f"a program of the space has the value {value:g}, below the bound {bound:g}"
        slack = (1 + self.gap) * (1 + EXACT)
        if not front or self.certificate.status == "budget":
            return ""
        if any(e.energy_pj <= metrics.energy_pj * slack and e.cycles <= metrics.cycles * slack for e in front):
            return ""
        return f"a program of the space is not on the front nor behind it ({metrics})"


def _metrics(stated: dict[str, Any], time: str) -> Metrics:
    if "result" in stated:
        return Metrics(stated["result"]["energy_pj"]["total"], stated["result"]["cycles"][time])
    return Metrics(stated["energy_pj"], stated["cycles"])
