"""The check of a document: all of it made again from its question and its programs, and compared field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ..api import evaluate, verify
from ..frontends.maestro import parse_dataflow, parse_workload
from ..ir import Dataflow, Diagnostic, Layer, Mapping, WeftError, Workload
from ..search.certificate import Certificate
from ..search.choice import choose
from ..search.history import Moment, read_history
from ..search.layer import count_structures
from ..search.network import map_layers
from ..search.objective import Metrics
from ..search.report import choice_data, digest_of, map_layer_data, total_data
from ..search.request import SCOPES, Request
from ..search.results import Candidate, MappedLayer
from ..search.spaces.flexibility import point_of
from ..search.spaces.space import MapSpace
from .claims import Claim, Tested, Trial
from .differences import differences
from .files import Damaged, Data, field_of, named, plain, read_question

SEALED = ("interrupted", "question.gap", "question.budget", "question.accelerator")
SEALED_OF_LAYERS = ("network", "layer", "seconds", "history", "result.type")
COUNTS = ("certificate.evaluated", "certificate.boxes", "certificate.pruned")
"""Fields that follow from nothing else in a document: what was asked, names and times; of the accelerator, what bears
on no number; and the counts of a search, where no other search came to its end. The digest tells that they were
changed, but anyone can make it again."""


@dataclass(frozen=True)
class Checked:
    """A layer after its check: what failed, whether oracles ran, and how the claim was tested."""

    layer: str
    failures: tuple[str, ...]
    oracles: bool = False
    tested: Tested | None = None


def check_document(data: Data, trial: Trial) -> Iterator[Checked]:
    """Check the document as a whole (without a name), every layer of it, their sums, and the
    choice of a dataflow if it has one.

    No layer is right in a document that is wrong as a whole. WeftError (W001) for a question that cannot have been
    asked.
    """
    try:
        asked = read_question(data)
        stated = field_of(data, "layers", list)
    except Damaged as error:
        raise WeftError(Diagnostic("W001", f"the result is damaged: {error}")) from None
    whole = tuple(_whole(data, asked))
    yield Checked("", whole)
    searched: dict[Workload, Any] = {}
    layers = [_Layer(layer, f"layers[{n}]", asked, searched) for n, layer in enumerate(stated)]
    for layer in layers:
        checked = layer.run(trial)
        yield replace(checked, failures=checked.failures or ("the document as a whole does not hold",) * bool(whole))
    rebuilt = [layer.rebuilt for layer in layers if layer.rebuilt]
    if "total" in data and len(rebuilt) == len(layers):
        yield Checked("", tuple(differences(plain(total_data(rebuilt)), data["total"], "total")))
    if "choice" in data:
        yield Checked("choice", tuple(_choice(data["choice"], rebuilt)))


def _whole(data: Data, asked: Request) -> Iterator[str]:
    """What is wrong beside the contents of the layers."""
    if not data["layers"]:
        yield "layers is empty: nothing is claimed"
    known = {"schema_version", "accelerator", "question", "interrupted", "layers", "total", "choice", "digest"}
    for name in [*(known - {"choice"} - set(data)), *(name for name in data if name not in known)]:
        yield f"{name} is missing" if name in known else f"{name} is no field that there is"
    if type(data.get("interrupted", False)) is not bool:
        yield "interrupted is neither true nor false"
    yield from differences(asked.accelerator.name, data.get("accelerator", asked.accelerator.name), "accelerator")
    if "digest" in data:
        for line in differences(digest_of(data), data["digest"], "digest"):
            names = f": changed, perhaps in {', '.join((*SEALED_OF_LAYERS, *COUNTS))}" if "layers[" in line else ""
            yield f"{line}{names}"


def _choice(stated: Any, layers: list[MappedLayer]) -> Iterator[str]:
    scope = stated.get("dataflow") if isinstance(stated, dict) else None
    if scope not in SCOPES[1:]:
        yield f"choice.dataflow is none of {', '.join(SCOPES[1:])}"
    elif not layers:
        yield "choice has no layers"
    else:
        yield from differences(plain(choice_data(choose(tuple(layers), str(scope)))), stated, "choice")


class _Layer:
    """The check of one layer."""

    def __init__(self, stated: Any, place: str, asked: Request, searched: dict[Workload, Any]) -> None:
        self.stated, self.place, self.asked, self.searched = stated, place, asked, searched
        self.failures: list[str] = []
        self.rebuilt: MappedLayer | None = None

    def run(self, trial: Trial) -> Checked:
        """Make the layer again, compare it, and test what is claimed of it."""
        named = self.stated.get("layer") if isinstance(self.stated, dict) else None
        name = named if isinstance(named, str) else self.place
        try:
            self.rebuilt = layer = self._rebuild()
        except Damaged as error:
            return Checked(name, (str(error),))
        self.failures += differences(plain(map_layer_data(layer)), self.stated, self.place)
        claim = Claim(layer)
        self.failures += [f"{self.place}.{line}" for line in claim.contradictions()]
        programs = [layer.mapping, *(replace(layer.mapping, dataflow=item.dataflow) for item in layer.pareto)]
        oracles = [self._oracles(program, trial.oracles) for program in programs]
        tested = claim.test(trial, self._search)
        self.failures += tested.failures
        return Checked(name, tuple(self.failures), any(oracles), tested)

    def _rebuild(self) -> MappedLayer:
        """The layer as its question and its programs make it; Damaged where they make none."""
        stated, place, settings = self.stated, self.place, self.asked.settings
        if isinstance(stated, dict) and "error" in stated:
            raise Damaged(f"{place}.certificate is missing: the layer has no program")
        certificate = field_of(stated, "certificate", dict, place)
        operator = field_of(field_of(stated, "result", dict, place), "type", str, f"{place}.result")
        workload = self._read("workload", parse_workload, stated, place)
        space = self._space(workload)
        network = field_of(stated, "network", str, place)
        layer = Layer(field_of(stated, "layer", str, place), workload, operator=operator)
        best, metrics = self._program(space, workload, stated, place)
        front = field_of(stated, "pareto", list, place)
        pareto = [self._program(space, workload, item, f"{place}.pareto[{n}]") for n, item in enumerate(front)]
        least = field_of(stated, "near", list, place)
        near = [self._program(space, workload, item, f"{place}.near[{n}]") for n, item in enumerate(least)]
        seconds = field_of(stated, "seconds", (int, float), place)
        if not 0 <= seconds < 1e12:
            raise Damaged(f"{place}.seconds is {seconds:g}: no time takes so long")
        cost = evaluate(Mapping(workload, best, space.accelerator, layer.name))
        candidates, others = (tuple(Candidate(m, program) for program, m in found) for found in (pareto, near))
        proved = self._certificate(certificate, space)
        value = settings.objective.value(metrics)
        history = self._history(value, proved.lower_bound)
        return MappedLayer(
            network, layer, workload, space, settings, value, seconds, best, cost, candidates, others, proved, history
        )

    def _history(self, value: float, bound: float | None) -> tuple[Moment, ...]:
        """How the search went, if it is told; nothing, and a failure, where it cannot have gone so."""
        if "history" not in self.stated:
            return ()
        try:
            return read_history(self.stated["history"], value, bound)
        except ValueError as error:
            self.failures.append(f"{self.place}.history: {error}")
            return ()

    def _read(self, name: str, parse: Callable[[str], Any], stated: Any, place: str) -> Any:
        text = field_of(stated, name, str, place)
        with named(f"{place}.{name}"):
            return parse(text)

    def _space(self, workload: Workload) -> MapSpace:
        """The space that the question gives for the workload."""
        with named(f"{self.place}.workload and the question", "have no space"):
            space = self.asked.space.space(workload, self.asked.accelerator)
            count_structures(space)
        return space

    def _program(self, space: MapSpace, workload: Workload, stated: Any, place: str) -> tuple[Dataflow, Metrics]:
        """A program of the space that fits, with its numbers."""
        dataflow: Dataflow = self._read("dataflow", parse_dataflow, stated, place)
        with named(f"{place}.dataflow"):
            cost = evaluate(Mapping(workload, dataflow, space.accelerator, "layer"))
        with named(f"{place}.dataflow", "is none of the space"):
            point_of(space, dataflow)
        return dataflow, Metrics(cost.energy_pj, cost.cycles(self.asked.settings.time))

    def _certificate(self, stated: Data, space: MapSpace) -> Certificate:
        """The certificate with the numbers that follow from the space put in."""
        fields = {name: item for name, item in stated.items() if name != "space"}
        try:
            certificate = Certificate.from_dict(fields)
        except ValueError as error:
            raise Damaged(f"{self.place}.certificate: {error}") from None
        return replace(certificate, space_size=space.size, structures=count_structures(space))

    def _oracles(self, mapping: Mapping, limit: int) -> bool:
        """Both oracles on a program, if it is small enough."""
        if mapping.workload.points > limit:
            return False
        self.failures += [f"{self.place}: {item}" for item in verify(evaluate(mapping), limit=limit) if item.is_error]
        return True

    def _search(self, seconds: float) -> Any:
        """The layer searched once more, for so long; layers with equal workloads once."""
        workload = parse_workload(self.stated["workload"])
        if workload not in self.searched:
            request = replace(self.asked, settings=replace(self.asked.settings, budget=seconds))
            (self.searched[workload],) = map_layers([("", Layer("layer", workload))], request).layers
        return self.searched[workload]
