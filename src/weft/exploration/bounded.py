"""Which designs need their stepwise time: that by throughput is never above it, so what loses by it loses anyway.

Of a front this says little: nearly every design is on the front of such bounds.
"""

from __future__ import annotations

import numpy as np

from ..search.structure.plan import Flags, Ints
from .best import Best
from .questions import Measured, Question
from .sensitivity import Marginals


class Bounds:
    """What was found so far, against which designs [N, P] are held whose cycles are lower bounds.

    A design is out if the best values that are kept, also those by value of a variable, are below its own. Energy must
    not depend on the time.
    """

    def __init__(self, question: Question, best: Best, marginals: Marginals) -> None:
        self.question, self.best, self.marginals = question, best, marginals

    def first(self, bound: Measured, valid: Flags) -> Flags:
        """[N] the tiles that are likely to be the best: they make the bounds of the others."""
        found = np.zeros(len(valid), np.bool_)
        for name in self.question.objectives:
            values = np.where(valid, bound.objective(name), np.inf)
            found[values.argmin(axis=0)[valid.any(axis=0)]] = True
        return found

    def still_open(self, bound: Measured, valid: Flags, machines: Ints) -> Flags:
        """[N] the tiles of which some design may still be part of the answer."""
        found = np.zeros(valid.shape, np.bool_)
        for name in self.question.objectives:
            most = np.maximum(self.marginals.most(name, machines), self.best.value(name))
            found |= valid & (bound.objective(name) <= most[None, :])
        return np.asarray(found.any(axis=1))
