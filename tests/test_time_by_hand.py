"""Times of real machines' parts on programs that can be followed by hand (docs/model.md, A18 to A21)."""

import pytest

import weft
from weft.ir import Accelerator, Interconnect, Mapping, Memory

GEMM = "Type: GEMM Dimensions {{ M: {}, N: {}, K: {} }}"


def cost(sizes, program, accelerator, *, operator=GEMM):
    workload = weft.parse_workload(operator.format(*sizes))
    mapping = Mapping(workload, weft.parse_dataflow(program).bind(workload.extents), accelerator)
    found = weft.evaluate(mapping)
    assert weft.verify(found, limit=50_000) == ()
    return found


L1 = (Memory("L1", None),)


def machine(pes, *networks, memories=L1, **fields):
    return Accelerator("m", pes, (Memory("L2", networks=networks or (Interconnect(),)), *memories), **fields)


def registers(*held, buffering="single"):
    return (Memory("registers", None, buffering=buffering, holds=held),)


ROWS_2 = "Cluster(2); {0}; Cluster(2); {1};"


def systolic(rows, columns, held, buffering="single"):
    return machine(
        4,
        Interconnect(),
        Interconnect(store_and_forward=tuple((name, 1) for name in rows)),
        Interconnect(store_and_forward=tuple((name, 1) for name in columns)),
        memories=registers(held, buffering=buffering),
    )


@pytest.mark.parametrize("buffering", ["single", "double"])
def test_a_weight_stationary_array_loads_streams_and_empties(buffering):
    # 2 x 2 elements; K on rows, N on columns; 5 x 4 x 4: four tiles of 5 rows of inputs.
    program = "TemporalMap(2,2) K; TemporalMap(2,2) N; TemporalMap(1,1) M; " + ROWS_2.format(
        "SpatialMap(1,1) K", "SpatialMap(1,1) N"
    )
    found = cost((5, 4, 4), program, systolic(("filter", "output"), ("input",), "filter", buffering))
    if buffering == "single":
        # Each tile: 2 cycles to load 2 rows, 5 steps, 1 + 1 until the last has passed.
        assert found.cycles_stepwise == 4 * (2 + 5 + 1 + 1)
    else:
        # Loading takes 2 cycles beside a step of 1; the array empties once. The first load is exposed.
        assert found.cycles_stepwise == (2 + 5) + 3 * (2 + 4) + 1 + 1


def test_an_output_stationary_array_streams_and_empties():
    program = "TemporalMap(2,2) M; TemporalMap(2,2) N; TemporalMap(1,1) K; " + ROWS_2.format(
        "SpatialMap(1,1) M", "SpatialMap(1,1) N"
    )
    found = cost((4, 2, 7), program, systolic(("filter",), ("input",), "output"))
    assert found.cycles_stepwise == 2 * (7 + 1 + 1)


def test_a_ragged_tile_walks_the_whole_array():
    program = "TemporalMap(2,2) K; TemporalMap(2,2) N; TemporalMap(1,1) M; " + ROWS_2.format(
        "SpatialMap(1,1) K", "SpatialMap(1,1) N"
    )
    found = cost((5, 1, 3), program, systolic(("filter", "output"), ("input",), "filter"))
    assert found.cycles_stepwise == 2 * (2 + 5 + 1 + 1)


@pytest.mark.parametrize(("buffering", "waits"), [("double", 0), ("rolling", 0), ("single", 2 * 2)])
def test_a_single_buffer_waits_for_its_work(buffering, waits):
    # One element takes three filters of 4, one after the other; the 4 inputs stay. At 2 elements a cycle: 4 cycles
    # for the inputs and the first filter, three steps of 4, the last output; the two other filters come beside the
    # work, or before it, 2 cycles each.
    accelerator = machine(1, Interconnect(2), memories=(Memory("L1", None, buffering=buffering),))
    found = cost((1, 3, 4), "TemporalMap(1,1) N;", accelerator)
    assert found.cycles_stepwise == 4 + 3 * 4 + waits + 1


@pytest.mark.parametrize(("buffering", "cycles"), [("rolling", 3 + 6 * 3), ("single", 3 + 6 * 3 + 5 * 1)])
def test_a_window_that_slides_waits_in_a_single_buffer(buffering, cycles):
    # 6 windows of 3 inputs: one new input a step, a cycle beside the 3 of work, or after them.
    conv = "Type: CONV Dimensions {{ K: 1, C: 1, R: 1, S: 3, Y: 1, X: {} }}"
    memories = registers("input", buffering=buffering)
    found = cost(
        (8,),
        "TemporalMap(1,1) X';",
        machine(1, Interconnect(channels=(("input", 1),)), memories=memories),
        operator=conv,
    )
    assert found.cycles_stepwise == cycles


@pytest.mark.parametrize(
    ("sizes", "program", "cycles"),
    [
        # First 64 inputs and 8 weights; then chunks of 8 and of 1 along K take turns. Beside 8 cycles of work come 9
        # elements, 2 cycles; beside 1 cycle of work 72, 9 cycles. The last step has no successor; 8 sums leave.
        ((8, 8, 9), "SpatialMap(1,1) M; TemporalMap(1,1) N; TemporalMap(8,8) K;", 9 + 8 * 8 + 7 * 9 + 1 + 1),
        # Chunks of 64 and 8: 512 inputs and 64 weights take 72 cycles, 72 elements 9 cycles.
        ((8, 64, 72), "SpatialMap(1,1) M; TemporalMap(1,1) N; TemporalMap(64,64) K;", 72 + 64 * 64 + 63 * 72 + 8 + 1),
        # First 16 inputs and 16 weights: 4. Chunks of 8 and of 1 column take turns, 16 and 2 cycles of work. Beside the
        # short one 16 inputs, 16 weights and 64 sums that return come, 12 cycles, the last time none; in the end the
        # short step lets 64 sums go in 8 cycles, and its own 8 take 1.
        ((8, 9, 8), "SpatialMap(1,1) M; TemporalMap(2,2) K; TemporalMap(8,8) N;", 4 + 4 * 16 + 3 * 12 + 8 + 1),
    ],
)
def test_what_a_step_needs_comes_in_beside_the_step_before(sizes, program, cycles):
    assert cost(sizes, program, machine(8, Interconnect(8))).cycles_stepwise == cycles


def test_the_first_transfer_inside_a_chunk_follows_that_of_the_chunk():
    # One input, four filters in chunks of two, an element a cycle on both levels. First fills: 1 + 2, then 1 + 1.
    # Beside the first chunk's 2 cycles of work two filters come and then the first of them further down: 3. Beside the
    # second chunk's 2 cycles two outputs leave. The last drains are 2 and 1.
    found = cost(
        (1, 4, 1), "TemporalMap(2,2) N; Cluster(1); TemporalMap(1,1) N;", machine(1, Interconnect(1), Interconnect(1))
    )
    assert found.cycles_stepwise == (3 + 2) + 3 + 2 + (2 + 1)


def test_sums_that_come_back_follow_those_that_leave():
    # Four sums of two terms, two of them at a time further down, there one at a time. L2 writes a sum a cycle and reads
    # at will. First fill: an input and a weight, 2. First two sums: 2 of work. Beside the next two the first two leave,
    # 2 cycles, and come back; only then one of them goes further down, with an input and a weight: 2 + 3. Then alike,
    # without a new input: 2 + 2. Beside the last two no chunk comes, but their second sum and weight: 2 + 1. The last
    # drains are 2 and 1.
    memories = (Memory("L2", write_bandwidth=1, networks=(Interconnect(), Interconnect(1))), *L1)
    program = "TemporalMap(1,1) K; TemporalMap(2,2) N; Cluster(1); TemporalMap(1,1) N;"
    found = cost((1, 4, 2), program, Accelerator("m", 1, memories))
    assert found.cycles_stepwise == 2 + 2 + (2 + 3) + (2 + 2) + (2 + 1) + (2 + 1)


@pytest.mark.parametrize("ports", [{"read_bandwidth": 8, "write_bandwidth": 8}, {"shared_bandwidth": 8}])
def test_ports_bind_in_the_step_in_which_they_are_used(ports):
    # The first program above, by L2's ports in place of its network. Beside 8 cycles of work, 9 elements come in 2
    # cycles, and the 8 sums before leave in 1, at a shared port after each other.
    accelerator = Accelerator("m", 8, (Memory("L2", **ports), *L1))
    program = "SpatialMap(1,1) M; TemporalMap(1,1) N; TemporalMap(8,8) K;"
    assert cost((8, 8, 9), program, accelerator).cycles_stepwise == 9 + 8 * 8 + 7 * 9 + 1 + 1


@pytest.mark.parametrize(("queues", "stalls"), [(False, 2 * 3), (True, 0)])
def test_queues_let_transfers_run_ahead(queues, stalls):
    # A row of 6 inputs serves 8 steps of 3 cycles (2 lanes). The first row is exposed; each of the two others takes
    # 3 cycles more than the step it is for, unless it runs ahead.
    wires = Interconnect(channels=(("input", 1),), queues=queues)
    accelerator = machine(1, wires, memories=(Memory("L1", None, holds=("input",)),), lanes=2)
    found = cost((3, 8, 6), "TemporalMap(1,1) M; TemporalMap(1,1) N;", accelerator)
    assert found.cycles_stepwise == 6 + 24 * 3 + stalls


@pytest.mark.parametrize(("adder", "latency", "cycles"), [("tree", 2, 6), ("chain", 2, 14), ("tree", 0, 0)])
def test_sums_that_meet_take_their_adders(adder, latency, cycles):
    # 8 elements add up one output per step, in 5 steps of one MAC: each sum but the last leaves beside the step after
    # it, the last alone. A tree has 3 adders on the way, a chain 7.
    wires = Interconnect(adder=adder, adder_latency=latency)
    found = cost((5, 1, 8), "TemporalMap(1,1) M; SpatialMap(1,1) K;", machine(8, wires))
    assert found.cycles_stepwise == 1 + 4 * max(1, cycles) + cycles


def test_units_that_add_up_spend_an_operation_on_every_sum():
    found = cost((5, 1, 8), "TemporalMap(1,1) M; SpatialMap(1,1) K;", machine(8, Interconnect(adder="unit")))
    assert found.cycles_stepwise == 5 * (1 + 1)


@pytest.mark.parametrize(("topology", "links"), [("bus", 1), ("tree", 3), ("mesh", 5)])
def test_the_farthest_unit_decides_a_transfers_latency(topology, links):
    # 8 units: 3 binary switches; a mesh of 2 x 4, entered at a corner.
    wires = Interconnect(topology=topology, hop_latency=10)
    assert cost((8, 1, 1), "SpatialMap(1,1) M;", machine(8, wires)).cycles_stepwise == 10 * links + 1 + 10 * links


@pytest.mark.parametrize(("width", "lanes", "cycles"), [(1, 1, 60), (4, 1, 24), (4, 2, 12), (5, 1, 12), (8, 1, 12)])
def test_vectors_lie_along_the_last_dimension(width, lanes, cycles):
    # GEMM's last dimension is K: 12 rows of 5 points each.
    found = cost((3, 4, 5), "TemporalMap(3,3) M;", machine(1, vector_width=width, lanes=lanes))
    assert found.cycles_stepwise == found.cycles_throughput == cycles
    assert found.utilization() == pytest.approx(60 / (cycles * width * lanes))


def test_a_pipeline_is_empty_once_at_the_end_and_before_a_single_buffer_is_refilled():
    program = "TemporalMap(1,1) N;"
    base = cost((2, 3, 2), program, machine(1)).cycles_stepwise
    assert cost((2, 3, 2), program, machine(1, pipeline_depth=5)).cycles_stepwise == base + 4
    memories = registers("input", "filter", "output")
    assert cost((2, 3, 2), program, machine(1, memories=memories, pipeline_depth=5)).cycles_stepwise == base + 3 * 4


@pytest.mark.parametrize(
    ("ports", "name", "cycles"),
    [
        ({"read_bandwidth": 1}, "L1 reads", 36),
        ({"write_bandwidth": 1}, "L1 writes", 22),
        ({"shared_bandwidth": 1, "banks": 2}, "L1 accesses", 29),
    ],
)
def test_a_memorys_ports_are_resources(ports, name, cycles):
    # 12 MACs read 12 inputs, 12 filters and 6 sums and write 12 sums; L1 takes 4 inputs and 6 filters in and gives 6
    # outputs up: 36 reads, 22 writes.
    found = cost((2, 3, 2), "TemporalMap(1,1) N;", machine(1, memories=(Memory("L1", None, **ports),)))
    assert dict(found.bottlenecks)[name] == cycles
    assert found.cycles_throughput == found.cycles_stepwise == cycles
    assert found.stepwise[-1][0] == f"wait for {name}"


@pytest.mark.parametrize(("holds", "cycles"), [(None, 8 + 12 + 6), (("filter",), 12), (("output",), 6)])
def test_stacked_memories_fill_each_other_with_what_both_hold(holds, cycles):
    # 2 x 3 x 4: 8 inputs, 12 filters, 6 outputs, one element a cycle from DRAM.
    memories = (Memory("DRAM", networks=(Interconnect(1),)), Memory("L2", holds=holds), *L1)
    found = cost((2, 3, 4), "TemporalMap(1,1) N;", Accelerator("m", 1, memories))
    assert sum(time for part, time in found.stepwise if "DRAM" in part) == cycles
    assert found.cycles_stepwise == 24 + cycles
