"""Which designs need their stepwise time: that by throughput is never above it, so what loses by it loses anyway."""

from __future__ import annotations

import numpy as np

from ..search.structure.plan import Flags, Floats, Ints
from .best import Best
from .front import Front, skyline
from .questions import Measured, Question
from .sensitivity import Marginals


class Bounds:
    """What was found so far, against which designs [N, P] are held whose cycles are lower bounds.

    A design is out if a design of the front is never worse than its bound, and the best values that are kept, also
    those by value of a variable, are below its own. Energy, area and power must not depend on the time.
    """

    def __init__(self, question: Question, best: Best, front: Front, marginals: Marginals) -> None:
        self.question, self.best, self.front, self.marginals = question, best, front, marginals

    def first(self, bound: Measured, valid: Flags, places: Ints) -> Flags:
        """[N] the tiles that are likely to be the best: they make the bounds of the others."""
        found = np.zeros(len(valid), np.bool_)
        for name in self.question.objectives:
            values = np.where(valid, bound.objective(name), np.inf)
            found[values.argmin(axis=0)[valid.any(axis=0)]] = True
        if self.question.front:
            points = self._points(bound, valid)
            found[np.nonzero(valid)[0][skyline(points, places[valid])]] = True
        return found

    def still_open(self, bound: Measured, valid: Flags, machines: Ints, places: Ints) -> Flags:
        """[N] the tiles of which some design may still be part of the answer."""
        found = np.zeros(valid.shape, np.bool_)
        for name in self.question.objectives:
            most = np.maximum(self.marginals.most(name, machines), self.best.value(name))
            found |= valid & (bound.objective(name) <= most[None, :])
        if self.question.front:
            inside = np.zeros(valid.shape, np.bool_)
            inside[valid] = self.front.unbeaten(self._points(bound, valid), places[valid])
            found |= inside
        return np.asarray(found.any(axis=1))

    def _points(self, bound: Measured, valid: Flags) -> Floats:
        return np.stack([bound.objective(name)[valid] for name in self.question.front], axis=1)
