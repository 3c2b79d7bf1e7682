"""Sparse costs that can be followed by hand: steps, tiles, followers, capacities, structures."""

from dataclasses import replace
from itertools import product
from math import comb, log2
from pathlib import Path

import numpy as np
import pytest

import weft
from weft.api import evaluate_sparse
from weft.backends.sparse.distribution import EXACT_UP_TO, Part, maximum, sum_of
from weft.backends.sparse.formats import placeholders, stored
from weft.frontends.accelerator import parse_accelerator
from weft.ir import Block, Format, Mapping, Measured, Structured, Uniform, WeftError, operator_workload
from weft.validation.sparsity import tensor_core

ROOT = Path(__file__).parents[1]

MACHINE = """\
name: m
pes: 2
memories:
  - name: L2
    networks: [{bandwidth: 2}]
  - name: L1
    instances: per_pe
"""


def gemm(densities, program="TemporalMap(2,2) M; SpatialMap(2,2) N; TemporalMap(4,4) K;", extra="", machine=MACHINE):
    workload = operator_workload("GEMM", {"M": 4, "N": 4, "K": 8})
    workload = replace(workload, densities=tuple(densities.items()))
    return Mapping(workload, weft.parse_dataflow(program), parse_accelerator(machine + extra))


def expected(mapping):
    return evaluate_sparse(mapping)


def skip(*leaders):
    return f"actions: [{{at: MAC, kind: skip, leaders: [{', '.join(leaders)}]}}]\n"


def test_a_step_waits_for_the_unit_with_the_most_nonzeros():
    # Each of 2 units has 2 x 4 filter elements, which 2 rows of inputs use: twice the larger of two Bin(8, 0.25).
    chances = [comb(8, k) * 0.25**k * 0.75 ** (8 - k) for k in range(9)]
    most = sum(2 * max(a, b) * chances[a] * chances[b] for a, b in product(range(9), repeat=2))
    cost = expected(gemm({"filter": Uniform(0.25)}, extra=skip("filter")))
    assert cost.work.cycles == pytest.approx(4 * most)
    assert cost.work.balanced == pytest.approx(4 * 2 * 8 * 0.25)
    assert cost.work.basis == "exact"


def test_structured_zeros_are_skipped_without_imbalance():
    cost = expected(gemm({"filter": Structured(2, 4, "K")}, extra=skip("filter")))
    assert (cost.work.cycles, cost.imbalance, cost.skipped) == (32.0, 1.0, 64.0)


def test_structure_across_the_units_is_imbalanced():
    # Groups of 4 along N lie over both units: of 2 nonzeros one unit may get both, in any of the 4 rows of K.
    cost = expected(gemm({"filter": Structured(2, 4, "N")}, extra=skip("filter")))
    share = [1 / 6, 4 / 6, 1 / 6]
    total = {0: 1.0}
    for _ in range(4):
        total = {
            t + s: sum(c * share[k] for a, c in total.items() for k in range(3) if a + k == t + s)
            for t in total
            for s in range(3)
        }
    most = sum(2 * max(left, 8 - left) * chance for left, chance in total.items())
    assert cost.work.basis == "drawn"
    assert cost.work.cycles == pytest.approx(4 * most, abs=5 * cost.work.error)
    assert cost.imbalance > 1.1


def test_gating_saves_energy_and_no_time():
    gated = expected(gemm({"input": Uniform(0.5)}, extra=skip("input").replace("skip", "gate")))
    dense = weft.evaluate(gemm({}))
    assert gated.speedup == 1.0
    assert (gated.executed, gated.gated, gated.skipped) == (64.0, 64.0, 0.0)
    assert gated.energy_pj == pytest.approx(
        dense.energy_pj - 64 * next(t for t in dense.energy if t.name == "MAC").picojoules_each
    )


def test_a_follower_is_fetched_where_one_of_its_leaders_is_not_zero():
    extra = "actions: [{at: L2, kind: skip, leaders: [input], follower: filter}]\n"
    traffic = dict(expected(gemm({"input": Uniform(0.5)}, extra=extra)).interfaces[0].tensors)["filter"]
    # A filter element stays for one chunk of M, so it meets 2 input elements.
    assert traffic.needed[0].value == pytest.approx(1 - 0.5**2)
    assert traffic.moved("fills").values == pytest.approx(64 * 0.75)


@pytest.mark.parametrize(
    ("form", "bits"),
    [
        (Format("bitmask"), 32),
        (Format("coordinate"), 8 * (log2(4) + log2(8))),
        (Format("csr"), (4 + 1) * 6 + 8 * log2(8)),
        (Format("coordinate", structure=(1, 4)), 8 * 2),
    ],
)
def test_metadata_of_a_tile(form, bits):
    tensor = operator_workload("GEMM", {"M": 4, "N": 1, "K": 8}).tensor("input")
    found = stored(form, Structured(1, 4, "K"), tensor, ((3, (4, 8)),))
    assert (found.values * 32, found.metadata_bits * 32) == (8, bits)


@pytest.mark.parametrize("density", [Uniform(0.3), Structured(1, 4, "K"), Structured(1, 2, "M"), Block(0.3, (2, 2))])
def test_placeholders_of_runs_equal_their_enumeration(density):
    tensor = operator_workload("GEMM", {"M": 2, "N": 1, "K": 4}).tensor("input")
    total = 0.0
    for bits in product((False, True), repeat=8):
        total += chance(np.array(bits).reshape(2, 4), density) * runs(bits, 2)
    assert placeholders(density, tensor, (2, 4), 2) == pytest.approx(total)


def chance(mask, density):
    """How likely a mask of 2 x 4 elements is."""
    if isinstance(density, Uniform):
        return density.density ** mask.sum() * (1 - density.density) ** (~mask).sum()
    if isinstance(density, Block):
        blocks = [mask[:, :2], mask[:, 2:]]
        if any(block.any() != block.all() for block in blocks):
            return 0.0
        return np.prod([density.density if block.all() else 1 - density.density for block in blocks])
    axis = 1 if density.dimension == "K" else 0
    counts = mask.sum(axis)
    return float((counts == density.nonzeros).all()) / comb(density.group, density.nonzeros) ** counts.size


def runs(bits, longest):
    found = run = 0
    for bit in bits:
        run = 0 if bit else run + 1
        found += run > 0 and run % longest == 0
    return found


def test_sums_too_large_to_enumerate_keep_mean_and_spread():
    small = sum_of((Part(EXACT_UP_TO, (0.7, 0.3)),))
    large = sum_of((Part(EXACT_UP_TO + 1, (0.7, 0.3)),))
    assert large.mean == pytest.approx(small.mean, rel=1e-5)
    for item in (small, large):
        # The largest of 100 normal variables is expected 2.508 deviations above the mean (Tippett, Biometrika, 1925).
        sigma = (EXACT_UP_TO * 0.21) ** 0.5
        assert (maximum([(100, item)]).mean - item.mean) / sigma == pytest.approx(2.508, abs=0.005)


def test_a_measured_leader_is_counted():
    array = np.zeros((8, 4), np.bool_)
    array[:, 0] = True
    density = Measured(array.shape, np.packbits(array.ravel()).tobytes())
    cost = expected(gemm({"filter": density}, extra=skip("filter")))
    # All nonzeros are the first unit's: 4 of them and 2 rows in each of 4 steps.
    assert (cost.work.cycles, cost.work.balanced, cost.effectual) == (32.0, 16.0, 32.0)


def test_sparse_tensor_core_doubles_a_structured_gemm():
    dense, half = tensor_core(Uniform(1.0)), tensor_core(Structured(2, 4, "K"))
    assert dense.cycles == dense.dense_cycles == 1024**3 / 1024
    assert half.speedup == 2.0
    assert dict(half.bottlenecks)["compute"] == half.cycles
    metadata = dict(half.interfaces[0].tensors)["filter"].moved("reads")
    assert (metadata.values, metadata.metadata_bits) == (1024**2 / 2, 1024**2)


def compressed(capacity):
    """The machine with L1s of so many bytes that hold filters as bitmasks."""
    return (
        MACHINE.rstrip()
        + f"""
    capacity_bytes: {capacity}
    buffering: single
    formats: {{filter: {{kind: bitmask}}}}
"""
    )


@pytest.mark.parametrize(("capacity", "codes"), [(21, []), (19, ["W603"]), (17, ["W603"])])
def test_capacity_is_that_of_compressed_tensors(capacity, codes):
    # Chunks of 8 inputs, 4 outputs and 8 filter elements, 4 of them expected and a bit each: 8 + 4 + 4 + 1 bytes.
    mapping = gemm({"filter": Uniform(0.5)}, machine=compressed(capacity))
    cost = expected(mapping)
    assert [item.code for item in cost.diagnostics] == codes
    room = next(room for room in cost.occupancy[1].rooms if room.tensor == "filter")
    assert (room.expected_bytes, room.metadata_bytes, room.likely_bytes, room.most_bytes) == (5.0, 1.0, 9.0, 9.0)


def test_what_is_expected_not_to_fit_is_an_error():
    with pytest.raises(WeftError, match="W201"):
        weft.evaluate(gemm({"filter": Uniform(0.5)}, machine=compressed(16)))


def test_a_tensor_of_zeros_costs_no_energy_where_it_is_compressed():
    mapping = gemm({"filter": Uniform(0.0)}, extra=skip("filter"))
    machine = parse_accelerator(
        MACHINE.replace("    networks", "    formats: {filter: {kind: coordinate}}\n    networks") + skip("filter")
    )
    cost = expected(replace(mapping, accelerator=machine))
    gone = {(term.name, term.tensor) for term in cost.energy if term.accesses == 0}
    assert gone == {("MAC", ""), ("L2 read", "filter"), ("L2 to L1 transfer", "filter")}


def test_nothing_changes_without_densities():
    assert expected(gemm({}, extra=skip("filter"))) is None


def test_actions_and_zeros_without_effect_are_told():
    found = expected(gemm({"input": Uniform(0.5)}, extra=skip("filter"))).diagnostics
    assert [item.message for item in found] == [
        "'skip at MAC on filter' has no effect: filter is dense",
        "the zeros of input save nothing: no format or action of the machine takes them",
    ]


@pytest.mark.parametrize("settings", [["block_size=4"], ["topology=mesh"]])
def test_zeros_that_nothing_uses_leave_the_energy_of_blocks_and_links(settings):
    mapping = gemm({"filter": Uniform(0.5)})
    machine = weft.load_accelerator("eyeriss", ["pes=2", "capacity_bytes=unlimited", *settings])
    mapping = replace(mapping, accelerator=machine)
    assert expected(mapping).energy_pj == pytest.approx(weft.evaluate(mapping).energy_pj)


def test_every_density_of_an_unknown_tensor_is_named():
    with pytest.raises(WeftError) as caught:
        weft.load(ROOT / "examples/sparse/gemm.m", densities={"fliter": "0.5", "bias": "0.5"})
    assert [item.message for item in caught.value.diagnostics] == [
        "no layer has a tensor 'fliter'",
        "no layer has a tensor 'bias'",
    ]
