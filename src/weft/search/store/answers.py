"""What a search found, by points, and how it is kept between runs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from math import isclose

from ...backends.energy import load_energy_table
from ...ir import WeftError
from ..certificate import Certificate, is_amount
from ..objective import Metrics
from ..question import measure
from ..request import Settings
from ..spaces.point import Point
from ..spaces.point_data import read_point
from ..spaces.space import MapSpace
from .content import content_key
from .store import Store

SEARCH_VERSION = 8
"""Counted up when a search may find something else, or its certificate means something else."""

CLOSE = 1e-9
"""Gaps this close are equal: bounds are sums of floats in another order."""


@dataclass(frozen=True)
class Answer:
    """The best points of a space, the best one by the objective first, and what is proved about them."""

    points: tuple[tuple[Metrics, Point], ...]
    certificate: Certificate
    seconds: float


def answer_key(space: MapSpace, settings: Settings) -> str | None:
    """Under what an answer is kept; None for an objective that is a function, which has no text."""
    if settings.objective.function is not None:
        return None
    # Sizes that share symbols are expressions, whose text says all.
    bound = tuple(tuple(str(getattr(item, part.name)) for part in fields(item)) for item in space.bound)
    table = load_energy_table(space.accelerator.energy_table)
    # What is kept was not cut off by the budget.
    return content_key(SEARCH_VERSION, replace(space, bound=()), bound, table, replace(settings, budget=None))


def keep(store: Store | None, key: str | None, answer: Answer) -> None:
    """Keep an answer that more time cannot improve on."""
    if store is None or key is None or not answer.certificate.final:
        return
    points = [asdict(metrics) | {"point": asdict(point)} for metrics, point in answer.points]
    data = {"points": points, "certificate": answer.certificate.to_dict(), "seconds": answer.seconds}
    store.put(key, json.dumps(data))


def kept(store: Store | None, key: str | None, space: MapSpace, settings: Settings) -> Answer | None:
    """The answer about a space that a store has for a key; WeftError (W721) for a text that is none."""
    text = store.get(key) if store is not None and key is not None else None
    if store is None or text is None:
        return None
    try:
        return _read(text, space, settings)
    except (WeftError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        raise store.damaged("an entry is no answer about its space") from None


def _read(text: str, space: MapSpace, settings: Settings) -> Answer:
    """The answer of a text; one of the errors of reading if it is none."""
    data = json.loads(text)
    pairs = [(item, item.pop("point")) for item in data["points"]]
    points = tuple((Metrics(**numbers), read_point(point)) for numbers, point in pairs)
    for metrics, point in points:
        if point not in space or not is_amount(metrics.energy_pj) or type(metrics.cycles) is not int:
            raise ValueError("a point of no such space")
        found = measure(space, point, settings.time)
        if found.cycles != metrics.cycles or not isclose(found.energy_pj, metrics.energy_pj, rel_tol=1e-9):
            raise ValueError("a point that costs something else")
        if not settings.objective.ceiling(space.accelerator).keeps(found):
            raise ValueError("a point beyond a limit")
    if not is_amount(data["seconds"]):
        raise ValueError("no time")
    certificate = Certificate.from_dict(data["certificate"])
    if (certificate.gap or 0.0) > settings.gap + CLOSE:
        raise ValueError("an answer that is further from the best than was asked for")
    return Answer(points, certificate, data["seconds"])
