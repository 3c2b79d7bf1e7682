"""Pipelined designs: against every choice of machines and tiles, each evaluated by itself."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import fsum

import pytest

import weft
from weft.backends.area import area
from weft.frontends.exploration import make_job
from weft.ir import Mapping

PROGRAM = """
Network net {
  Layer wide {
    Type: CONV
    Dimensions { K: 6, C: 3, Y: 5, X: 4, R: 3, S: 2 }
    Dataflow {
      SpatialMap(tile,tile) K; TemporalMap(group,group) C; TemporalMap(Sz(R),1) Y; TemporalMap(Sz(S),1) X;
      Cluster(group, P); SpatialMap(1,1) C;
    }
  }
  Layer deep {
    Type: DSCONV
    Dimensions { C: 8, Y: 6, X: 3, R: 3, S: 3 }
    Dataflow { SpatialMap(tile,tile) C; TemporalMap(Sz(R),1) Y; TemporalMap(Sz(S),1) X; }
  }
  Layer again { Type: DSCONV Dimensions { C: 8, Y: 6, X: 3, R: 3, S: 3 } }
}
"""
PES, TILES = (1, 2, 4), (1, 2, 3)
JOB = {
    "accelerator": {
        "name": "share",
        "pes": 1,
        "memories": [{"name": "L2", "networks": [{"bandwidth": 4}]}, {"name": "L1", "instances": "per_pe"}],
        "cluster_buffers": True,
        "area_table": "digamma",
    },
    "vary": {"pes": list(PES), "L1.capacity_bytes": "needed", "L2.capacity_bytes": "needed"},
    "tiles": {"tile": list(TILES), "group": "pes"},
    "objective": ["cycles", "energy", "edp", "ed2p", "area"],
}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("pipelined") / "net.m"
    path.write_text(PROGRAM, encoding="utf-8")
    return str(path)


def metrics_of(cost):
    """Cycles by throughput, energy, and the area of a machine whose memories are as large as needed."""
    machine = cost.schedule.mapping.accelerator
    needs = {item.site.memory.name: item.bytes_needed for item in cost.occupancy}
    return {"cycles": cost.cycles("throughput"), "energy": cost.energy_pj, "area": area(machine, needs).area_um2 / 1e6}


@pytest.fixture(scope="module")
def every_design(file):
    """The metrics of all designs of every layer."""
    (network,) = weft.read(file)
    job = make_job(JOB | {"programs": [file]})
    base = job.space.base
    memories = tuple(replace(memory, refilled=not number) for number, memory in enumerate(base.memories))
    found = []
    for layer in network.layers:
        designs = []
        for pes, tile in product(PES, TILES):
            sizes = {"tile": tile, "group": pes}
            names = {name: sizes[name] for name in layer.dataflow.free_symbols}
            dataflow = layer.dataflow.bind(layer.workload.extents, names)
            machine = replace(base, pes=pes, memories=memories)
            designs.append(metrics_of(weft.evaluate(Mapping(layer.workload, dataflow, machine))))
        found.append(designs)
    return found


def total(chosen, name):
    return sum(Fraction(str(design[name])) for design in chosen)


def value(chosen, objective):
    powers = {"edp": 1, "ed2p": 2}
    if objective in powers:
        return total(chosen, "energy") * total(chosen, "cycles") ** powers[objective]
    return total(chosen, objective)


@pytest.mark.parametrize("limit", [0.0012, 0.0018, 1])
def test_the_best_pipelined_design_is_that_of_trying_all(file, every_design, limit):
    found = weft.explore(**JOB, programs=[file], limits={"area_mm2": limit}, pipelined="latency")
    within = [chosen for chosen in product(*every_design) if total(chosen, "area") <= Fraction(str(limit))]
    assert len(within) > 0
    assert len(within) < 9**3 or limit == 1
    assert found.designs == 9**3
    for objective in JOB["objective"]:
        design = found.best[objective]
        best = min(value(chosen, objective) for chosen in within)
        assert float(design.value) == pytest.approx(float(best), rel=1e-11)
        assert design.certificate.status == "optimal"
        assert design.certificate.space_size == 9**3
        assert design.metrics.area_mm2 <= limit


def test_the_design_that_is_returned_is_what_it_is_said_to_be(file):
    found = weft.explore(**JOB, programs=[file], limits={"area_mm2": 0.0018}, pipelined="latency")
    design = found.best["edp"]
    each = []
    for layer in design.layers:
        (program,) = layer.programs
        (workload,) = [item.workload for item in weft.read(file)[0].layers if item.name == program.layer]
        each.append(metrics_of(weft.evaluate(Mapping(workload, program.dataflow, layer.accelerator))))
        assert dict(layer.settings)["pes"] == layer.accelerator.pes
    assert [layer.programs[0].layer for layer in design.layers] == ["wide", "deep", "again"]
    assert sum(item["cycles"] for item in each) == design.metrics.cycles
    assert fsum(item["energy"] for item in each) == pytest.approx(design.metrics.energy_pj, rel=1e-12)


def test_the_pace_is_that_of_the_slowest_layer(file, every_design):
    job = JOB | {"objective": ["cycles", "energy"]}
    limits = {"area_mm2": 0.0022, "cycles": 400}
    found = weft.explore(**job, programs=[file], limits=limits, pipelined="pace")
    within = [
        chosen
        for chosen in product(*every_design)
        if total(chosen, "area") <= Fraction("0.0022") and max(design["cycles"] for design in chosen) <= 400
    ]
    assert found.best["cycles"].value == min(max(design["cycles"] for design in chosen) for chosen in within)
    assert found.best["cycles"].metrics.cycles == found.best["cycles"].value
    best = min(total(chosen, "energy") for chosen in within)
    assert float(found.best["energy"].value) == pytest.approx(float(best), rel=1e-12)
    assert found.best["energy"].metrics.cycles <= 400


def test_sensitivity_is_what_the_job_with_another_limit_finds(file):
    asked = JOB | {"objective": "cycles"}
    first = weft.explore(**asked, programs=[file], limits={"area_mm2": 0.0018}, pipelined="latency").best["cycles"]
    for name, most, best in first.sensitivity:
        assert name == "area_mm2"
        other = weft.explore(**asked, programs=[file], limits={name: most}, pipelined="latency").best["cycles"]
        assert other.value == best
    assert [most for _, most, _ in first.sensitivity] == pytest.approx([0.00162, 0.00198])


@pytest.mark.parametrize(
    ("keys", "code", "text"),
    [
        ({"limits": {"area_mm2": 1e-5}}, "W704", "no pipelined design keeps area_mm2 <= 1e-05"),
        ({"limits": {"cycles": 10}, "pipelined": "pace", "objective": "energy"}, "W704", "no design of layer 'wide'"),
        ({"pipelined": "pace"}, "W731", "edp is no objective of a design whose pace is asked for"),
        ({"limits": {"edp": 10}}, "W731", "edp cannot be limited"),
        ({"tiles": {"tile": "1..3", "grou": "pes"}}, "W002", "no program has an open size 'grou'"),
        ({"tiles": {"tile": "1..3", "group": "pe"}}, "W731", "tiles.group"),
    ],
)
def test_what_cannot_be_is_said(file, keys, code, text):
    with pytest.raises(weft.WeftError) as error:
        weft.explore(**JOB | {"programs": [file], "pipelined": "latency"} | keys)
    assert error.value.diagnostics[0].code == code
    assert text in str(error.value)


def test_the_result_is_plain_data(file):
    import json

    found = weft.explore(**JOB, programs=[file], limits={"area_mm2": 0.0018}, pipelined="latency").to_dict()
    assert json.loads(json.dumps(found)) == found
    assert found["designs"] == 9**3
    assert found["question"]["pipelined"] == "latency"
    assert len(found["best"]["cycles"]["layers"]) == 3
    assert found["best"]["cycles"]["certificate"]["status"] == "optimal"


def test_turns_are_where_the_best_value_changes(file, every_design):
    asked = JOB | {"objective": "cycles"}
    choices = [(total(chosen, "area"), total(chosen, "cycles")) for chosen in product(*every_design)]

    def best(limit):
        return min((cycles for area, cycles in choices if area <= limit), default=None)

    amounts = sorted({area for area, _ in choices})
    steps = [limit for n, limit in enumerate(amounts) if not n or best(limit) != best(amounts[n - 1])]
    assert len(steps) > 5
    for number, limit in enumerate(steps):
        found = weft.explore(**asked, programs=[file], limits={"area_mm2": float(limit)}, pipelined="latency")
        (turn,) = found.best["cycles"].turns
        assert Fraction(turn.least) == limit
        for point, other in ((turn.cheaper, number - 1), (turn.dearer, number + 1)):
            assert (point is None) == (other not in range(len(steps)))
            assert point is None or (Fraction(point[0]), Fraction(point[1])) == (steps[other], best(steps[other]))


def test_an_answer_within_a_gap_is_said_to_be_one(file):
    asked = JOB | {"objective": ["cycles", "energy", "edp"]}
    limits = {"area_mm2": 0.0018}
    exact = weft.explore(**asked, programs=[file], limits=limits, pipelined="latency")
    near = weft.explore(**asked, programs=[file], limits=limits, pipelined="latency", gap=0.5)
    assert near.proved
    for name, design in near.best.items():
        best = exact.best[name].value
        assert best <= design.value <= best * Decimal("1.5")
        assert design.certificate.lower_bound <= best
        assert design.certificate.status in ("optimal", "within")
    assert "within" in {design.certificate.status for design in near.best.values()}
