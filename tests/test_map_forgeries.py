"""Every field of a result is checked: changed, deleted or added one by one, the check says so and names it."""

import json
from contextlib import suppress
from copy import copy, deepcopy
from functools import lru_cache
from itertools import islice

import pytest
from small_maps import GEMM, MACHINE

import weft
from weft.certificates import COUNTS, SEALED, SEALED_OF_LAYERS, Trial, check, check_document, files
from weft.ir import WeftError
from weft.search.report import digest_of
from weft.search.spaces.request import SpaceRequest

FIELDS = Trial(oracles=0, samples=0)
"""Nothing is drawn and nothing searched: only fields are compared."""

ASKED = {
    "plain": {},
    "front": {"objective": "energy,cycles", "constraints": ["K: 4..8", "M: 4..8", "hold L1: input"]},
    "within": {"gap": 0.5, "share": "one", "constraints": ["K: 4..8"]},
    "list": {"top": 3, "within": 0.5, "constraints": ["K: 4..8"]},
}


@pytest.fixture(scope="module", autouse=True)
def remembered():
    """Thousands of documents have the same programs, machine and space: these are evaluated and read once."""
    with pytest.MonkeyPatch.context() as patch:
        made = (check, "evaluate"), (check, "parse_dataflow"), (files, "parse_accelerator"), (SpaceRequest, "space")
        for owner, name in made:
            patch.setattr(owner, name, lru_cache(getattr(owner, name)))
        yield


@pytest.fixture(scope="module")
def documents():
    found = {name: weft.map(GEMM, MACHINE, time="throughput", **asked).to_dict() for name, asked in ASKED.items()}
    return json.loads(json.dumps(found))


def places(data, path=(), entries=None):
    """The path of every field and entry, or of so many first entries of every list."""
    inner = data.items() if isinstance(data, dict) else enumerate(data[:entries]) if isinstance(data, list) else ()
    for key, item in inner:
        yield (*path, key)
        yield from places(item, (*path, key), entries)


def at(data, path):
    for key in path:
        data = data[key]
    return data


def copied(data, path):
    """The document with its parts along a path copied: these may be changed."""
    same = copy(data)
    for key, *beyond in [path] if path else ():
        same[key] = copied(data[key], beyond)
    return same


def others(value):
    """A value of its type, and values of other types, of which one is taken."""
    if isinstance(value, bool):
        return not value, ("no", 1, None)
    if isinstance(value, int | float):
        return value * 1000 + 1, (-1, "1", None, [value])
    if isinstance(value, str):
        return value + "x", ("", 7, None)
    return (5, ("x", {})) if value is None else (None, (5, "x"))


def forgeries(document, entries=None):
    """Documents in which one thing is not as it was, with the path to it."""
    for number, path in enumerate(places(document, entries=entries)):
        *above, last = path
        true = at(document, path)
        alike, unlike = others(true)
        unlike = [item for item in unlike if item != true or type(item) is not type(true)]
        for value in (alike, unlike[number % len(unlike)]):
            changed = copied(document, above)
            at(changed, above)[last] = value
            yield path, changed
        changed = copied(document, above)
        del at(changed, above)[last]
        yield path, changed
        if isinstance(at(document, path), dict | list):
            changed = copied(document, path)
            inner = at(changed, path)
            if isinstance(inner, dict):
                inner["extra"] = 1
            else:
                inner.append(deepcopy(inner[-1]) if inner else "extra")
            yield (*path, "extra"), changed


def said(document, trial=FIELDS):
    """All that the check finds wrong."""
    try:
        found = [line for checked in check_document(document, trial) for line in checked.failures]
    except WeftError as error:
        found = [str(error)]
    return "\n".join(found)


def names(path):
    """What of a path a message may name: its fields, without the numbers of entries."""
    return [key for key in path if isinstance(key, str)]


def sign(document):
    """The digest made again, where the document has the parts of one."""
    with suppress(AttributeError, KeyError, TypeError):
        document["digest"] = digest_of(document)


@pytest.mark.parametrize("kind", ASKED)
def test_true_results_have_every_field_right(documents, kind):
    assert said(documents[kind]) == ""


def sealed(path):
    """Whether a field is one of those that nothing but the digest tells."""
    text = ".".join(names(path))
    listed = (*SEALED, *(f"layers.{name}" for name in (*SEALED_OF_LAYERS, *COUNTS)), *LESS)
    return any(text == name or text.startswith(f"{name}.") for name in listed) or text == FRONT


@pytest.mark.parametrize("sizes", ["M=4,N=4,K=4", "M=8,N=8,K=8", "M=16,N=32,K=8"])
@pytest.mark.parametrize("objective", ["edp", "energy"])
def test_true_sums_hold_whatever_their_last_digits_are(sizes, objective):
    found = weft.map(f"gemm:{sizes}", "generic_256", objective, time="throughput")
    assert said(json.loads(json.dumps(found.to_dict()))) == ""


LESS = ("choice", "layers.extra", "layers.pareto.extra", "question.constraints.extra")
"""Who leaves a choice out, or repeats a layer or a constraint, says nothing that is not so."""

FRONT = "layers.pareto"
"""A program that is repeated or missing on a front is what another search contradicts."""


EVERY = [pytest.param(kind, None, 1, marks=pytest.mark.campaign) for kind in ASKED]
"""Every forgery of every entry of every list."""


@pytest.mark.parametrize(("kind", "entries", "step"), [*((kind, 1, 6) for kind in ASKED), *EVERY])
def test_no_field_can_be_changed_deleted_or_added(documents, kind, entries, step):
    """Also by someone who makes the digest again, but for the fields that are listed; here every sixth forgery."""
    count = 0
    for path, forged in islice(forgeries(documents[kind], entries), list(ASKED).index(kind), None, step):
        if path[0] != "digest" and not sealed(path):
            sign(forged)
        text = said(forged)
        assert text, path
        if path[0] != "question":  # another question is told by what does not follow from it
            assert any(name in text for name in names(path)[-2:]), (path, text)
        count += 1
    assert count > 500 / step


def test_counts_are_those_of_another_search(documents):
    counts = ("layers.certificate.evaluated.", "layers.certificate.pruned.")
    paths = [path for path in places(documents["plain"]) if ".".join(names(path)).startswith(counts)]
    assert len(paths) == 2 + 5
    for path in paths:
        forged = deepcopy(documents["plain"])
        at(forged, path[:-1])[path[-1]] = at(forged, path) * 1000 + 1
        forged["digest"] = digest_of(forged)
        assert path[-2] in said(forged, Trial(0, 0, 0, 30.0))


def test_a_front_without_one_of_its_programs_is_contradicted(documents):
    forged = deepcopy(documents["front"])
    layer = forged["layers"][0]
    assert len(layer["pareto"]) > 1
    layer["pareto"] = [item for item in layer["pareto"] if item["dataflow"] == layer["dataflow"]]
    forged["digest"] = digest_of(forged)
    assert "front" in said(forged, Trial(0, 0, 0, 30.0))


def test_a_claim_without_its_constraints_does_not_hold():
    held = ["hold L1: input, filter, output", "hold L2: input, filter, output"]
    found = weft.map(GEMM, MACHINE, time="throughput", constraints=held)
    forged = json.loads(json.dumps(found.to_dict()))
    best = weft.map(GEMM, MACHINE, time="throughput")
    assert found.layers[0].value > 1.1 * best.layers[0].value
    forged["question"]["constraints"] = []
    assert "space_size" in said(forged)
    # Also who makes everything that follows from the space again is found out: the optimum is another one.
    true = json.loads(json.dumps(best.to_dict()))["layers"][0]["certificate"]
    forged["layers"][0]["certificate"] |= {name: true[name] for name in ("space_size", "structures", "space")}
    forged["digest"] = digest_of(forged)
    assert said(forged) == ""
    assert "below the bound" in said(forged, Trial(0, 0, 0, 30.0))


BASE = "TemporalMap(8,8) M; TemporalMap(4,4) K; Cluster(4, L2); SpatialMap(1,1) K; Cluster(4); SpatialMap(1,1) N;"


@pytest.mark.parametrize(
    "changed",
    [
        {"flexibility": "1100"},
        {"flexibility": None},
        {"flexibility": "10"},
        {"template": None},
        {"template": ""},
        {"template": BASE.replace("8,8", "4,4")},
        {"template": BASE.replace("8,8", "?,?")},
        {"split": "any"},
        {"shape": [2, 8]},
        {"constraints": ["M: 8.."]},
    ],
)
def test_another_template_or_class_is_found_out(changed):
    found = weft.map(GEMM, MACHINE, time="throughput", template=weft.parse_dataflow(BASE), flexibility="1000")
    document = json.loads(json.dumps(found.to_dict()))
    assert said(document) == ""
    document["question"] |= changed
    sign(document)
    assert said(document)
