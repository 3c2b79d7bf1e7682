"""No field is forgotten: where fields are listed by hand, and where values are kept or looked up by some of them."""

import json
import pickle
from contextlib import suppress
from dataclasses import asdict, fields, replace
from random import Random

import numpy as np
import pytest
from map_searches import space_by_chance
from small_maps import GEMM, MACHINE

import weft
from weft.certificates.files import read_question
from weft.frontends.maestro import parse_dataflow
from weft.ir import Diagnostic, Severity, Span, WeftError
from weft.search.certificate import Certificate
from weft.search.ground import Ground
from weft.search.listing import Remembered
from weft.search.objective import Objective
from weft.search.question import measure
from weft.search.report import question_data
from weft.search.request import Request, Settings
from weft.search.spaces.chain_sets import ChainSet
from weft.search.spaces.point import LevelSpace, Point, Structure
from weft.search.spaces.point_data import read_point
from weft.search.spaces.request import SpaceRequest
from weft.search.spaces.space import MapSpace
from weft.search.spaces.symbols import BoundSize
from weft.search.spaces.template import template_space
from weft.search.spaces.tiles import FixedTiles
from weft.search.store.answers import Answer, answer_key, keep, kept
from weft.search.store.store import Store
from weft.search.structure import flat as flattened
from weft.search.structure.flat import AT, F, cell, column, flatten, real, real_cell, rows

WORKLOAD = weft.parse_workload(GEMM)
PROGRAM = parse_dataflow("TemporalMap(8,8) M; Cluster(4, L2); SpatialMap(1,1) K; Cluster(4); SpatialMap(1,1) N;")
REQUEST = {
    "template": PROGRAM,
    "constraints": ("K: 4..",),
    "shape": (4, 4),
    "split": "any",
    "flexibility": "1111",
}
SETTINGS = {
    "objective": Objective(("cycles",), limits=(("cycles", 1e6), ("energy_pj", 7.5))),
    "time": "stepwise",
    "gap": 0.25,
    "budget": 7.5,
    "top": 3,
    "within": 0.5,
}


def space_with_symbols():
    text = "TemporalMap(T,T) M; TemporalMap(2*T,2*T) K; Cluster(16, L2); SpatialMap(?,?) K;"
    return template_space(WORKLOAD, parse_dataflow(text), MACHINE)


def asked(request, settings):
    return json.loads(json.dumps(question_data(Request(MACHINE, request, settings))))


def test_every_field_of_a_request_and_its_settings_is_in_the_question():
    # Places are of constraints that are in the question themselves.
    assert {*REQUEST, "places"} == {item.name for item in fields(SpaceRequest)}
    assert set(SETTINGS) == {item.name for item in fields(Settings)}
    # A class of flexibility needs a template.
    plain, settings = SpaceRequest(PROGRAM), Settings()
    for name, value in REQUEST.items():
        base = SpaceRequest() if name == "template" else SpaceRequest(PROGRAM, flexibility="0000")
        changed = replace(base, **{name: value})
        assert asked(changed, settings)[name] != asked(base, settings)[name]
    limited = replace(settings, objective=Objective(limits=(("cycles", 1e6),)))
    assert asked(plain, limited)["limits"] != asked(plain, settings)["limits"]
    for name, value in SETTINGS.items():
        assert asked(plain, replace(settings, **{name: value}))[name] != asked(plain, settings)[name]


# A list has no gap.
@pytest.mark.parametrize("without", [("gap",), ("top", "within")])
def test_a_question_is_read_back_with_every_field(without):
    settings = Settings(**{name: value for name, value in SETTINGS.items() if name not in without})
    request = SpaceRequest(**REQUEST)
    found = read_question({"schema_version": 1, "question": asked(request, settings)})
    assert (found.accelerator, found.settings) == (MACHINE, settings)
    assert replace(found.space, template=None, flexibility=None) == replace(request, template=None, flexibility=None)
    assert (str(found.space.template), found.space.flexibility) == (str(request.template), request.flexibility)


LEVEL = {
    "temporal": ("M",),
    "spatial": ("M",),
    "outside": (("M", "K"),),
    "sizes": (("M", (1, 2)),),
    "memory": "L1",
    "orders": (("M", "N", "K"),),
    "among": (("M", (1, 2)),),
    "side": (0, 4),
    "steps": (("M", (1, 2)),),
}
POINT = Point(Structure((1, 4, 4), (None, "M", "N")), ((("M", 4),), (("K", 2),), ()), (("L2", ("input",)),))
SPACE = {
    "workload": weft.parse_workload("gemm:M=16,N=16,K=15"),
    "accelerator": replace(MACHINE, pes=32),
    "levels": (),
    "shapes": ((1, 2, 8),),
    "holds": (("L2", ((),)),),
    "split": "any",
    "symbols": (("T", (1, 2)),),
    "bound": (BoundSize(0, "M", 4),),
    "chunks": ((1, "K", (1, 2)),),
    "tiles": FixedTiles(POINT, (1,)),
    "alone": (("M", (1, 2)),),
}


def keys_of(values):
    return {answer_key(space, Settings()) for space in values}


def test_whatever_differs_in_a_space_has_a_key_of_its_own():
    assert set(SPACE) == {item.name for item in fields(MapSpace)}
    assert set(LEVEL) == {item.name for item in fields(LevelSpace)}
    space = SpaceRequest().space(WORKLOAD, MACHINE)
    first, *others = space.levels
    found = [space, *(replace(space, **{name: value}) for name, value in SPACE.items())]
    found += [replace(space, levels=(replace(first, **{name: value}), *others)) for name, value in LEVEL.items()]
    bound = BoundSize(0, "M", 4)
    changes = {"level": 1, "dimension": "K", "size": 5}
    assert set(changes) == {item.name for item in fields(BoundSize)}
    found += [replace(space, bound=(replace(bound, **{name: value}),)) for name, value in changes.items()]
    found += [replace(space, tiles=FixedTiles(POINT, (2,)))]
    found += [replace(space, tiles=FixedTiles(replace(POINT, holds=(("L2", ()),)), (1,)))]
    assert len(keys_of(found)) == len(found)


def test_whatever_differs_in_the_settings_has_a_key_of_its_own():
    space = space_with_symbols()
    plain = answer_key(space, Settings())
    for name, value in SETTINGS.items():
        # More time finds nothing better than what was proved.
        assert (answer_key(space, Settings(**{name: value})) == plain) == (name == "budget"), name
    limits = [(), (("cycles", 1e6),), (("cycles", 2e6),), (("energy_pj", 1e6),)]
    assert len({answer_key(space, Settings(Objective(limits=item))) for item in limits}) == len(limits)
    assert answer_key(space, Settings(Objective(("cycles",), lambda metrics: metrics.cycles))) is None


@pytest.mark.parametrize("seed", range(30))
def test_points_are_read_back_with_every_field(seed):
    random = Random(seed)
    space = space_with_symbols() if seed == 0 else space_by_chance(random, 3000)[0]
    for point in space.sample(random, 5):
        assert read_point(json.loads(json.dumps(asdict(point)))) == point


@pytest.mark.parametrize("name", [item.name for kind in (Point, Structure) for item in fields(kind)])
def test_a_point_without_a_field_is_none(name):
    data = json.loads(json.dumps(asdict(POINT)))
    (data if name in data else data["structure"]).pop(name)
    if name == "symbols":
        assert read_point(data) == POINT  # by default there are none
    else:
        with pytest.raises((TypeError, KeyError)):
            read_point(data)


def test_an_answer_is_kept_with_every_field(tmp_path):
    space = space_with_symbols()
    points = ()
    for point in space.sample(Random(1), 40):
        with suppress(WeftError):  # it does not fit
            points += ((measure(space, point, "throughput"), point),)
    assert len(points) > 3
    certificate = Certificate(
        "within", 0.25, 1.5, 10, 2, (("tilings", 4), ("programs", 5)), 6,
        (("equal structures", 1), ("dominated candidates", 2), ("boxes by bound", 3),
         ("boxes by capacity", 4), ("boxes by limit", 5)),
    )  # fmt: skip
    answer = Answer(points, certificate, 1.25)
    with Store(tmp_path / "s.db") as store:
        keep(store, "key", answer)
        assert kept(store, "key", space, Settings(gap=0.25)) == answer


def test_every_field_of_a_problem_is_read_back_from_its_flat_arrays():
    """By compiled readers, for cost_arrays with windows, without, with one level and with several."""
    for seed in range(8):
        space, _ = space_by_chance(Random(seed), 3000)
        cost_arrays = Ground(space, space.structures()[0], "throughput").cost_arrays
        flat = flatten(cost_arrays)
        values = cost_arrays._asdict() | {"steps": cost_arrays.layout.steps}
        layout = values.pop("layout")
        assert set(F._fields) == {"layout", *values}
        for name, number in layout._asdict().items():
            assert name == "steps" or column(flat, getattr(AT, name)) == number, name
        for name, value in values.items():
            place, array = getattr(F, name), np.atleast_1d(np.asarray(value))
            assert rows(flat, place) == len(array), name
            one, two = (flattened.item, cell) if array.dtype.kind == "i" else (real, real_cell)
            read = one if array.ndim == 1 else two
            for where in np.ndindex(array.shape):
                assert read(flat, place, *where) == array[where], (name, where)


@pytest.mark.parametrize("time", ["throughput", "stepwise"])
def test_candidates_that_are_looked_up_are_those_that_are_made(time):
    """Two groups of dimensions share a table only if each would have made the same."""
    random, shared = Random(3), 0
    for _ in range(30):
        space, _ = space_by_chance(random, 3000)
        by_units, seen = {}, set()
        for structure in space.structures()[:40]:
            ground = by_units.setdefault(structure.units, Ground(space, structure, time))
            if not ground.has_chains(structure):
                continue
            for listing in ground._listings(structure, lambda: None):
                shared += listing.key in seen
                seen.add(listing.key)
                one, other = listing.root(), replace(listing, remembered=Remembered()).root()
                for name in one._fields:
                    assert np.array_equal(getattr(one, name), getattr(other, name)), (name, space, structure)
    assert shared > 10


def test_what_a_space_remembers_is_what_it_makes_anew():
    """ChainSet and orders are looked up by a part of the structure."""
    random = Random(4)
    for _ in range(80):
        space, _ = space_by_chance(random, 3000)
        for structure in random.sample(space.structures(), min(12, len(space.structures()))):
            fresh = replace(space)
            for level in range(len(space.levels)):
                assert list(space.orders(structure, level).all()) == list(fresh.orders(structure, level).all())
            for name in space.workload.extents:
                one, other = space.chains(structure, name), fresh.chains(structure, name)
                assert np.array_equal(one.all(), other.all())
                assert {item.name for item in fields(ChainSet)} == {
                    "extent",
                    "allowed",
                    "splits",
                    "parts",
                }  # the key of Ground


def test_findings_come_back_from_other_processes_whole():
    span = Span("f.m", 3, 4, 5, "text")
    finding = Diagnostic("W004", "message", Severity.WARNING, span, ("one", "two"), "hint")
    assert [item.name for item in fields(Diagnostic) if getattr(finding, item.name) == item.default] == []
    back = pickle.loads(pickle.dumps(WeftError([finding])))
    assert [asdict(item) for item in back.diagnostics] == [asdict(finding)]
