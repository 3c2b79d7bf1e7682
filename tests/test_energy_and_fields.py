"""No accepted hardware field is ignored: each changes some output of `evaluate` on a program that it concerns."""

import json
from pathlib import Path

import pytest

import weft
from weft.backends.report import cost_data
from weft.frontends.accelerator.model import AcceleratorModel, InterconnectModel, MemoryModel, VectorUnitModel
from weft.ir import Mapping, WeftError

EXAMPLES = Path(__file__).parents[1] / "examples"

# Halos and a reduction across units, clusters in clusters, three memories and a chunk that changes.
LAYER = "Type: CONV Dimensions { N: 2, K: 4, C: 6, R: 3, S: 3, Y: 8, X: 8 }"
PROGRAM = """
    TemporalMap(2,2) K; TemporalMap(1,1) N; Cluster(4);
    SpatialMap(1,1) C; TemporalMap(3,1) X; Cluster(2);
    SpatialMap(1,1) Y'; TemporalMap(1,1) R;
"""
MACHINE = """
name: machine
pes: 8
memories:
  - name: DRAM
    capacity_bytes: 100000
    networks: [{bandwidth: 4}]
  - name: L2
    capacity_bytes: 10000
    networks: [{bandwidth: 2}]
  - name: L1
    instances: per_pe
    capacity_bytes: 1000
energy_table: eyeriss
"""


@pytest.fixture
def machine(tmp_path):
    file = tmp_path / "machine.yaml"
    file.write_text(MACHINE)
    return str(file)


def outputs(machine, *settings, program=PROGRAM):
    """Everything that `weft evaluate --json` says of the layer, or what it found wrong."""
    workload = weft.parse_workload(LAYER)
    accelerator = weft.load_accelerator(machine, settings)
    mapping = Mapping(workload, weft.parse_dataflow(program).bind(workload.extents), accelerator)
    try:
        return cost_data(weft.evaluate(mapping), "stepwise", weft.check(mapping))
    except WeftError as error:
        return {"errors": [item.code for item in error.diagnostics]}


def changed(before, after):
    return {key for key in {*before, *after} if before.get(key) != after.get(key)}


ALL_NETWORKS = {
    "bandwidth": ("bandwidth=1", "cycles"),
    "latency": ("latency=3", "cycles"),
    "multicast": ("multicast=false", "interfaces"),
    "reduction": ("reduction=false", "interfaces"),
    "forwarding": ("forwarding=true", "interfaces"),
    "channels": ("L2.channels.filter=1", "cycles"),
    "topology": ("topology=mesh", "cycles", "hop_latency=2"),
    "hop_latency": ("hop_latency=2", "cycles"),
    "adder": ("adder=chain", "cycles", "adder_latency=2"),
    "adder_latency": ("adder_latency=2", "cycles"),
    "queues": ("L2.queues=true", "cycles"),
    "store_and_forward": ("L2.store_and_forward.input=90", "cycles"),
}
ALL_MEMORIES = {
    "capacity_bytes": ("L1.capacity_bytes=900", "capacity_bytes"),
    "buffering": ("L1.buffering=single", "cycles"),
    "capacities": ("L1.capacities.filter=1", "errors"),
    "holds": ("L1.holds=[input, output]", "interfaces"),
    "shared_bandwidth": ("L2.shared_bandwidth=1", "cycles"),
    "read_bandwidth": ("L2.read_bandwidth=1", "cycles"),
    "write_bandwidth": ("L1.write_bandwidth=1", "bottlenecks"),
    "banks": ("L2.banks=4", "cycles", "L2.shared_bandwidth=1"),
    "block_size": ("L2.block_size=7", "energy_pj"),
    "leakage_mw": ("L2.leakage_mw=3", "energy_pj"),
    "instances": ("L1.instances=4", "interfaces"),
    "refilled": ("DRAM.refilled=true", "requires"),
}
ALL_MACHINE = {
    "pes": ("pes=16", "utilization"),
    "lanes": ("lanes=2", "cycles"),
    "vector_width": ("vector_width=3", "cycles"),
    "pipeline_depth": ("pipeline_depth=5", "cycles"),
    "clock_mhz": ("clock_mhz=500", "seconds"),
    "pe_leakage_mw": ("pe_leakage_mw=2", "energy_pj"),
    "pe_idle_pj": ("pe_idle_pj=2", "energy_pj"),
    "word_bits": ("word_bits.output=32", "energy_pj"),
    "default_word_bits": ("default_word_bits=16", "energy_pj"),
    "cluster_buffers": ("cluster_buffers=true", "interfaces"),
    "energy_table": ("energy_table=maestro_28nm", "energy_pj"),
    "area_table": ("area_table=maestro_2021", "area_um2"),
    "technology_nm": ("technology_nm=16", "area_um2"),
    "intervals": ("intervals.mac=2", "cycles"),
}
UNIT = "vector_unit={name: side, lanes: 2, at: L2, operations: [mul]}"
ALL_UNIT = {
    "vector_unit": "vector_unit=null",
    "lanes": "vector_unit.lanes=1",
    "at": "vector_unit.at=DRAM",
    "operations": "vector_unit.operations=[add]",
    "intervals": "vector_unit.intervals.mul=5",
    "name": "vector_unit.name=beside",
}
NAMES_ONLY = {"name", "source", "memories", "networks"}
MAPPERS_ONLY = {"shape"}


@pytest.mark.parametrize("trial", [*ALL_NETWORKS.values(), *ALL_MEMORIES.values(), *ALL_MACHINE.values()], ids=str)
def test_a_field_changes_what_it_is_for(machine, trial):
    setting, key, *others = trial
    assert key in changed(outputs(machine, *others), outputs(machine, *others, setting))


@pytest.mark.parametrize("buffering", ["double", "rolling"])
def test_only_double_buffers_take_twice_the_room_and_only_single_ones_time(machine, buffering):
    single = outputs(machine, "L1.buffering=single")
    other = outputs(machine, f"L1.buffering={buffering}")
    assert (other["requires"]["L1"] > single["requires"]["L1"]) == (buffering == "double")
    assert other["cycles"]["stepwise"] < single["cycles"]["stepwise"]
    assert other["cycles"]["throughput"] == single["cycles"]["throughput"]


ALL_SPARSE = {
    "formats": ("L2\n    capacity_bytes: 10000\n    formats: {filter: {kind: bitmask}}", "interfaces"),
    "actions": ("L2\n    capacity_bytes: 10000", "executed"),
}


@pytest.mark.parametrize("field", ALL_SPARSE)
def test_a_field_for_zeros_changes_what_it_is_for(machine, field, tmp_path):
    text, key = ALL_SPARSE[field]
    plain = Path(machine).read_text()
    other = plain.replace("L2\n    capacity_bytes: 10000", text)
    if field == "actions":
        other += "actions: [{at: MAC, kind: skip, leaders: [filter]}]\n"
    workload = weft.parse_workload(LAYER + " Density { filter: 0.25 }")
    program = weft.parse_dataflow(PROGRAM).bind(workload.extents)
    found = []
    for name, source in (("plain", plain), ("other", other)):
        file = tmp_path / f"{name}.yaml"
        file.write_text(source)
        found.append(weft.evaluate_sparse(Mapping(workload, program, weft.load_accelerator(str(file)))))
    assert found[0] is not None
    assert str(getattr(found[0], key, None)) != str(getattr(found[1], key, None))


@pytest.mark.parametrize("setting", ALL_UNIT.values(), ids=str)
def test_a_field_of_the_vector_unit_changes_what_is_said_of_its_layers(machine, setting):
    workload = weft.einsum("ij,ij->ij", i=6, j=8)
    found = []
    for base in (weft.load_accelerator(machine, [UNIT]), weft.load_accelerator(weft_file(machine, UNIT), [setting])):
        mapping = Mapping(workload, weft.parse_dataflow("TemporalMap(2,2) i;"), base)
        found.append(cost_data(weft.evaluate(mapping), "stepwise", ()))
    assert found[0] != found[1]
    assert set(ALL_UNIT) - {"vector_unit"} == set(VectorUnitModel.model_fields)


def weft_file(machine, setting):
    """The file of a machine with one more setting."""
    Path(machine).write_text(str(weft.load_accelerator(machine, [setting])))
    return machine


def test_every_field_of_the_yaml_is_tried():
    models = (AcceleratorModel, MemoryModel, InterconnectModel)
    fields = {name for model in models for name in model.model_fields}
    assert fields - NAMES_ONLY - MAPPERS_ONLY == {*ALL_NETWORKS, *ALL_MEMORIES, *ALL_MACHINE, *ALL_SPARSE} | {
        "vector_unit"
    }


@pytest.mark.parametrize("level", ["DRAM", "L2"])
@pytest.mark.parametrize(
    ("field", "value"),
    [("bandwidth", "1"), ("latency", "3"), ("channels.output", "1")],
)
def test_each_network_counts(machine, level, field, value):
    assert outputs(machine, f"{level}.{field}={value}") != outputs(machine)


def test_each_of_two_networks_below_a_memory_counts(machine, tmp_path):
    two = tmp_path / "two.yaml"
    two.write_text(MACHINE.replace("[{bandwidth: 2}]", "[{bandwidth: 2}, {bandwidth: 2}]"))
    assert outputs(str(two)) == outputs(machine)
    # Level 1 spreads channels, level 2 rows: each network now fails on its own.
    first = outputs(str(two), "L2.networks.0.reduction=false")
    second = outputs(str(two), "L2.networks.1.multicast=false")
    assert "interfaces" in changed(first, outputs(machine))
    assert "interfaces" in changed(second, outputs(machine))
    assert first["interfaces"] != second["interfaces"]


def test_a_capacity_that_is_too_small_is_an_error(machine):
    for memory, capacity in (("L1", 10), ("L2", 100), ("DRAM", 1000)):
        assert outputs(machine, f"{memory}.capacity_bytes={capacity}") == {"errors": ["W201"]}


def test_a_capacity_that_suffices_never_changes_a_count(machine):
    before = outputs(machine)
    after = outputs(machine, "capacity_bytes=unlimited")
    assert changed(before, after) == {
        *("capacity", "capacity_bytes", "area_um2", "area_terms", "power_mw", "power_terms")
    }


def test_bits_decide_whether_a_layer_fits(machine):
    need = outputs(machine)["requires_bytes"]["L1"]
    assert "errors" not in outputs(machine, f"L1.capacity_bytes={need}")
    assert outputs(machine, f"L1.capacity_bytes={need - 1}") == {"errors": ["W201"]}
    assert outputs(machine, f"L1.capacity_bytes={need}", "word_bits.output=9") == {"errors": ["W201"]}


def test_names_change_names_only(machine):
    assert outputs(machine, "name=other", "source=nowhere") == outputs(machine)


def test_the_shape_of_the_array_binds_no_program(machine):
    assert outputs(machine, "shape=[2,4]") == outputs(machine, "shape=[8]") == outputs(machine)


def test_more_never_hurts(machine):
    def cycles(setting):
        return outputs(machine, setting)["cycles"]

    for key, values in (("bandwidth", (1, 2, 4, 1000)), ("latency", (9, 3, 1, 0)), ("lanes", (1, 2, 3))):
        found = [cycles(f"{key}={value}") for value in values]
        for model in ("stepwise", "throughput"):
            times = [item[model] for item in found]
            assert times == sorted(times, reverse=True)
    reads = {}
    for key in ("multicast", "forwarding"):
        for value in ("false", "true"):
            interface = outputs(machine, f"{key}={value}")["interfaces"][-2]
            reads[value] = sum(tensor.get("reads", 0) for tensor in interface["tensors"].values())
        assert reads["true"] < reads["false"]


def test_a_users_energy_table_scales_the_energy(machine, tmp_path):
    table = tmp_path / "table.yaml"
    rows = {"mac": 1, "pe": 1, "network": 1, "buffer": 1, "dram": 1}
    for factor in (1, 3):
        entries = {role: {"value": value * factor, "unit": "pJ", "source": "-"} for role, value in rows.items()}
        table.write_text(json.dumps({"name": "mine", "entries": entries}))
        found = outputs(machine, f"energy_table={table}")
        accesses = sum(term["accesses"] for term in found["energy_terms"])
        assert found["energy_pj"]["total"] == factor * accesses


def test_energy_of_a_gemm_by_hand():
    # test_cost_by_hand: L2 reads 8 + 4 and takes 4. L1 is written 8 + 8 and read 4 times for L2, read 16 times,
    # updated 8 times and read back 4 times by the MACs. In units of a MAC L2 costs 18.61, L1 1.68; a MAC 0.23 pJ.
    workload = weft.parse_workload("Type: GEMM Dimensions { M: 2, N: 2, K: 2 }")
    program = weft.parse_dataflow("SpatialMap(1,1) M; TemporalMap(1,1) N; TemporalMap(1,1) K;")
    cost = weft.evaluate(Mapping(workload, program, weft.load_accelerator("generic_256", ["pes=2"])))
    l2, l1 = 8 + 4 + 4, 8 + 8 + 4 + 16 + 8 + 4
    assert cost.energy_pj == pytest.approx(0.23 * (8 + 18.61 * l2 + 1.68 * l1))
    data = cost_data(cost, "stepwise", ())["energy_pj"]
    assert data["total"] == pytest.approx(sum(value for key, value in data.items() if key != "total"))


def test_the_terms_of_an_example_add_up():
    (mapping,) = weft.load(EXAMPLES / "tiled_conv.m", "eyeriss", ["capacity_bytes=unlimited"])
    data = cost_data(weft.evaluate(mapping), "stepwise", ())
    total = sum(term["picojoules"] for term in data["energy_terms"])
    assert data["energy_pj"]["total"] == pytest.approx(total)
    assert all(term["source"] for term in data["energy_terms"])
