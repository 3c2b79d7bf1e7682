"""Searches of the same machines and layers with one dataflow each, as one: their best is the best of all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from .boxes import Boxes
from .candidates import Candidate
from .limits import MachineLimits
from .optima import Means
from .shared import SharedSearch
from .shared_question import Question
from .together import Share


@dataclass(frozen=True)
class SeveralSearches:
    """`searches` of every dataflow, or of those that could be the best; the others are not below `beyond`."""

    question: Question
    searches: tuple[SharedSearch, ...]
    beyond: float = inf
    complete: bool = True

    @property
    def best(self) -> Candidate | None:
        """The best design of all."""
        found = [search.best for search in self.searches if search.best is not None]
        return min(found, key=lambda item: item.key, default=None)

    @property
    def lower_bound(self) -> float:
        """What no design is below."""
        least = [search.lower_bound for search in self.searches]
        best = self.best
        return min([*least, self.beyond] + ([] if best is None else [best.value]))

    @property
    def finished(self) -> bool:
        """Whether all came to their end."""
        return self.complete and all(search.finished for search in self.searches)

    @property
    def ended(self) -> dict[str, int]:
        """Boxes of machines by what ended them."""
        return dict(sum((Counter(search.ended) for search in self.searches), Counter()))

    @property
    def looked_at(self) -> int:
        """Boxes that were searched."""
        return sum(search.looked_at for search in self.searches)

    @property
    def boxes(self) -> Boxes:
        """The machines."""
        return self.searches[0].boxes

    @property
    def layers(self) -> tuple[Share, ...]:
        """The layers."""
        return self.searches[0].layers

    @property
    def limits(self) -> MachineLimits:
        """The limits of machines."""
        return self.searches[0].limits

    @property
    def means(self) -> Means:
        """What they ran with."""
        return self.searches[0].means


AnySearch = SharedSearch | SeveralSearches
"""A search of shared machines, or several as one."""


def parts_of(search: AnySearch) -> Sequence[SharedSearch]:
    """The searches that a search is made of."""
    return search.searches if isinstance(search, SeveralSearches) else (search,)
