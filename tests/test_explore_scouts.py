"""Which machine an exploration looks at first: bounds that need no search say which promises most."""

from math import inf
from random import Random

from machines_by_chance import case_by_chance

from weft.exploration.boxes import Boxes
from weft.exploration.cuts import Cuts
from weft.exploration.limits import MachineLimits
from weft.exploration.scouts import Scouts
from weft.exploration.useful import most_useful


class Promises:
    """A number by chance for every machine that is asked for."""

    def __init__(self, seed):
        self.numbers, self.seen = Random(seed), {}

    def __call__(self, box):
        self.seen[box] = self.numbers.random()
        return self.seen[box]


def cuts_of(case):
    workloads = [layer.workload for layer in case.layers]
    most = tuple((name, most_useful(case.space, name, workloads)) for name in case.space.needed)
    return Cuts(Boxes(case.space, most), MachineLimits(case.silicon, case.area_mm2, inf))


def test_the_first_machine_is_within_the_limits_and_promises_most_of_those_looked_at(tmp_path):
    found = 0
    for seed in range(40):
        cuts = cuts_of(case_by_chance(Random(seed), tmp_path))
        wholes = [cuts.boxes.whole(stem) for stem in cuts.boxes.stems()]
        boxes = [b for b in wholes if cuts.boxes.legal(b) and not cuts.limits.over(cuts.boxes.machine(b.stem, b.low))]
        promises = Promises(seed)
        best = Scouts(boxes, cuts, promises, lambda stem: True).best(lambda: False)
        seen = promises.seen
        if not boxes:
            assert best is None
            continue
        assert best.single
        assert not any(cuts.limits.over(cuts.boxes.machine(box.stem, box.low)) for box in seen)
        assert seen[best] == min(seen.values())
        found += len(seen) > 3
    assert found >= 10
