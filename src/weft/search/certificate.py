"""What a search proves about its answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from math import inf
from typing import Any

from .layer import LayerSearch

RULES = {
    "equal structures": "structures that are another one with its dimensions exchanged",
    "dominated candidates": "candidates of a dimension that another one is never worse than",
    "boxes by bound": "boxes of programs whose lower bound the best program already meets",
    "boxes by capacity": "boxes of programs of which none fits the memories",
    "boxes by limit": "boxes of programs of which none is within the limits",
}
"""The rules by which programs are left out without being evaluated."""

COUNTED = ("tilings", "programs")
"""What is evaluated."""

STATUSES = ("optimal", "within", "budget")


@dataclass(frozen=True, slots=True)
class Certificate:
    """How good the best program of a search is, and what that rests on.

    `status` is `optimal` (nothing in the space is better), `within` (proved to be at most `gap` above the best) or
    `budget` (stopped before its proof). `lower_bound` is what no program of the space is below, in the objective (of
    those within the limits, if some were asked for); `gap` how far the answer may be above the best one, as a part of
    the latter. Where several objectives or a function are searched, both are None until the front is proved; with a
    gap, each program that is not on the front is at most that much better than one on it, in energy and in cycles, and
    there is no bound on the objective.

    Of `space_size` programs in `structures` structures, `evaluated` counts tilings and programs that were evaluated,
    `boxes` the sets of programs that were looked at as one, `pruned` what each rule left out.

    Where more programs than the best were asked for, `complete` says whether all of these are known, and every pair of
    energy and cycles with a value below `complete_below` is (None: every pair of the space).
    """

    status: str
    gap: float | None
    lower_bound: float | None
    space_size: int
    structures: int
    evaluated: tuple[tuple[str, int], ...]
    boxes: int
    pruned: tuple[tuple[str, int], ...]
    complete: bool | None = None
    complete_below: float | None = None

    @property
    def final(self) -> bool:
        """Whether all that was asked is proved."""
        return self.status != "budget" and self.complete is not False

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as in JSON."""
        return asdict(self) | {"evaluated": dict(self.evaluated), "pruned": dict(self.pruned)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Certificate:
        """The certificate of plain data; ValueError, with the name of the field, for what none can have."""
        _has_names("certificate", data, [item.name for item in fields(cls)])
        for name, names in (("evaluated", COUNTED), ("pruned", RULES)):
            _has_names(name, data[name], names)
        counts = {name: data[name] for name in ("space_size", "structures", "boxes")}
        for name, count in {**counts, **data["evaluated"], **data["pruned"]}.items():
            if type(count) is not int or count < 0:
                raise ValueError(f"{name} is no count")
        for name in ("gap", "lower_bound", "complete_below"):
            if data[name] is not None and not is_amount(data[name]):
                raise ValueError(f"{name} is neither null nor a finite number from 0 on")
        if data["complete"] not in (None, True, False) or type(data["complete"]) is int:
            raise ValueError("complete is none of true, false and null")
        if data["status"] not in STATUSES:
            raise ValueError(f"status is none of {', '.join(STATUSES)}")
        pairs = {name: tuple(data[name].items()) for name in ("evaluated", "pruned")}
        return cls(**{**data, **pairs})

    def __str__(self) -> str:
        counts = dict(self.evaluated)
        # Without limits their rule leaves nothing out.
        told = [(rule, count) for rule, count in self.pruned if count or rule != "boxes by limit"]
        pruned = "; ".join(f"{count:,} {RULES[rule]}" for rule, count in told)
        size = self.size_text()
        return (
            f"{self._verdict()} The space has {size}. "
            f"The search looked at {self.boxes:,} boxes of them and evaluated {counts['programs']:,} programs of "
            f"{counts['tilings']:,} tilings. Left out: {pruned}. Orders that cost the same were evaluated once."
            f"{self._completeness()}"
        )

    def size_text(self) -> str:
        """How large the space is."""
        programs = f"{power_of_ten(self.space_size)} program{'s' * (self.space_size != 1)}"
        return f"{programs} in {self.structures:,} structure{'s' * (self.structures != 1)}"

    def _completeness(self) -> str:
        if self.complete is None:
            return ""
        below = "" if self.complete_below is None else f" with a value below {self.complete_below:.6g}"
        if self.complete:
            return f" The list is complete: it has every pair of energy and cycles{below}."
        return f" The list is not complete: of pairs of energy and cycles, it has every one{below}."

    def _verdict(self) -> str:
        bound = "" if self.lower_bound is None else f": no program of the space is below {self.lower_bound:.6g}"
        if self.status == "optimal":
            return f"Proved optimal{bound}."
        if self.gap is None:
            return "Not proved: the search was stopped with programs left to look at."
        within = f"{self.gap:.2%} of the best one{bound}."
        return f"Proved within {within}" if self.status == "within" else f"Stopped early; within {within}"


def is_amount(value: Any) -> bool:
    """Whether it is a finite number that is not negative."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < inf


def _has_names(what: str, data: Any, names: Iterable[str]) -> None:
    """ValueError unless it has exactly these fields."""
    if not isinstance(data, dict):
        raise ValueError(f"{what} is no object")
    for name in dict.fromkeys((*names, *data)):
        if name not in data:
            raise ValueError(f"{name} is missing in {what}")
        if name not in names:
            raise ValueError(f"{name} is no field of {what}")


def power_of_ten(number: int) -> str:
    """A whole number: as it is if it is short, else about how many digits it has."""
    return f"{number:,}" if number < 10**6 else f"{str(number)[0]}.{str(number)[1]}e{len(str(number)) - 1}"


def certify(search: LayerSearch, value: float) -> Certificate:
    """The certificate of a search whose answer has an objective of `value`."""
    status, gap, bound = _verdict(search, value)
    found = search.statistics
    evaluated = tuple((name, found[name]) for name in COUNTED)
    counts = (search.symmetric, search.dropped, found["bound"], found["capacity"], found["limit"])
    pruned = zip(RULES, counts, strict=True)
    return Certificate(
        status, gap, bound, search.space.size, search.structures, evaluated, found["boxes"], tuple(pruned),
        *search.completeness,
    )  # fmt: skip


def _verdict(search: LayerSearch, value: float) -> tuple[str, float | None, float | None]:
    """Status, gap and lower bound."""
    asked = search.settings.gap
    if not search.entries:
        return ("optimal", 0.0, 0.0) if search.proved else ("budget", None, None)
    if search.objective.front:
        # Only the whole front says anything about every objective on it.
        if not search.proved:
            return "budget", None, None
        return ("within", asked, None) if asked else ("optimal", 0.0, value)
    bound = min(search.lower_bound, value)
    if bound == value or (search.proved and not search.gap):
        return "optimal", 0.0, value
    gap = value / bound - 1 if bound else None
    proved = gap is not None and (search.proved or (asked > 0 and gap <= asked * (1 + 1e-9)))
    return ("within" if proved else "budget"), gap, bound
