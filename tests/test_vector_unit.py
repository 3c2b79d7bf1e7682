"""A vector unit beside the elements: what runs on it, what that costs, and what is refused."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, reject, seed, settings
from hypothesis import strategies as st
from strategies import mappings
from test_operations import statements

import weft
from weft.backends.cost import evaluate_schedule
from weft.backends.report import whole
from weft.cli import main
from weft.frontends.statements import parse_statement
from weft.ir import Cluster, Dataflow, Interconnect, Layer, Mapping, Memory, TemporalMap, VectorUnit, WeftError
from weft.passes import schedule
from weft.passes.styles import streamed
from weft.verification import verify

MACHINE = weft.Accelerator(
    "chip",
    16,
    (
        Memory("DRAM", networks=(Interconnect(8),)),
        Memory("L2", capacity_bytes=4096, networks=(Interconnect(16),), leakage_mw=2.0),
        Memory("L1", None, capacity_bytes=64, leakage_mw=1.0),
    ),
    pe_leakage_mw=0.5,
    pe_idle_pj=0.25,
    vector_unit=VectorUnit("side", 4, "L2", ("exp", "max", "mul"), (("exp", 3),)),
)
SQUARES = weft.einsum("ij,ij->ij", i=6, j=8)
PRODUCT = weft.einsum("ij,jk->ik", i=6, j=8, k=4)


def on(machine, workload, program="TemporalMap(1,1) i; TemporalMap(4,4) j;"):
    return Mapping(workload, weft.parse_dataflow(program), machine, "layer")


def file_of(folder):
    """The machine as a file."""
    file = folder / "machine.yaml"
    file.write_text(str(MACHINE))
    return str(file)


@st.composite
def programs(draw):
    """A program of one unit through one or two memories, on the vector unit of a machine of more."""
    drawn = draw(mappings(max_points=400))
    workload = replace(drawn.workload, zero_insertion=(), padding=(), operator="AFFINE")
    workload = replace(workload, statement=draw(statements(workload)))
    levels = [tuple(replace_map(item) for item in level) for level in drawn.dataflow.levels[:2]]
    at = draw(st.sampled_from(["DRAM", "L2"]))
    clusters = tuple(Cluster(1, "L2" if at == "L2" else None) for _ in levels[1:])
    slow = draw(st.dictionaries(st.sampled_from(list(workload.operations)), st.integers(1, 5)))
    operations = tuple(name for name in workload.operations if name != "mac")
    slow = tuple(item for item in slow.items() if item[0] in operations)
    unit = VectorUnit("side", draw(st.integers(1, 5)), at, operations or ("exp",), slow)
    return Mapping(workload, Dataflow(tuple(levels), clusters), replace(MACHINE, vector_unit=unit, memories=ROOMY))


ROOMY = tuple(replace(memory, capacity_bytes=None) for memory in MACHINE.memories)


def replace_map(directive):
    """The same chunks, one after the other."""
    return TemporalMap(directive.size, directive.offset, directive.dimension)


@seed(0)
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs())
def test_costs_on_the_unit_equal_both_oracles(mapping):
    assert (mapping.accelerator.unit == "side") == ("mac" not in mapping.workload.operations)
    try:
        plan = schedule(mapping)
    except WeftError:
        reject()  # maps that were legal only together
    cost = evaluate_schedule(plan)
    assert verify(cost, limit=10**9) == ()
    assert replace(weft.parse_mapping(str(mapping)), name="") == mapping


def test_cycles_and_energy_by_hand():
    """48 points of one mul, four at a time, one chunk of 4 a step: 12 steps of a cycle.

    A chunk is 8 elements, a cycle over each of two networks, and 4 that leave, one more. The first chunk comes in 2
    cycles; beside each of 11 steps the next one comes over both, one after the other; then one step and one drain.
    """
    cost = weft.evaluate(on(MACHINE, SQUARES, "TemporalMap(1,1) i; TemporalMap(4,4) j; Cluster(1, L2);"))
    assert cost.cycles_stepwise == 2 + 11 * 2 + 1 + 1
    assert cost.utilization() == 48 / (4 * 26)
    charged = {term.name: term.accesses for term in cost.energy}
    assert charged["mul"] == 48
    assert charged["PE idle"] == 16 * 26  # all elements wait
    assert charged["PE leakage"] == 16 * 26
    assert charged["L1 leakage"] == 16 * 26
    assert {site.memory.name for site in cost.schedule.sites} == {"DRAM", "L2"}


def test_an_operation_every_three_cycles_takes_three_times_the_work():
    exp = replace(SQUARES, statement=parse_statement("output = exp(input * filter)"))
    program = "TemporalMap(1,1) i; TemporalMap(4,4) j;"
    plain, slow = (dict(weft.evaluate(on(MACHINE, item, program)).bottlenecks)["compute"] for item in (SQUARES, exp))
    assert (plain, slow) == (12, 48)


def test_the_whole_machine_keeps_its_area():
    unit, elements = (weft.evaluate(on(MACHINE, workload)) for workload in (SQUARES, PRODUCT))
    assert unit.schedule.mapping.accelerator.unit == "side"
    assert elements.schedule.mapping.accelerator.unit == "elements"
    assert unit.area == elements.area
    assert unit.schedule.mapping.accelerator.whole == MACHINE


@pytest.mark.parametrize(
    ("program", "where"),
    [
        ("TemporalMap(1,1) i;", "side"),
        ("TemporalMap(1,1) i; Cluster(1, L2); TemporalMap(4,4) j;", "side"),
        ("SpatialMap(1,1) i;", "elements"),
        ("TemporalMap(1,1) i; Cluster(4); TemporalMap(4,4) j;", "elements"),
        ("TemporalMap(1,1) i; Hold(L1: output);", "elements"),
    ],
)
def test_a_program_that_spreads_or_names_an_inner_memory_is_for_the_elements(program, where):
    assert on(MACHINE, SQUARES, program).accelerator.unit == where


def test_a_statement_with_an_operation_that_the_unit_lacks_runs_on_the_elements():
    few = replace(MACHINE, vector_unit=replace(MACHINE.vector_unit, operations=("exp",), intervals=()))
    every = replace(MACHINE, vector_unit=replace(MACHINE.vector_unit, operations=None))
    assert on(few, SQUARES).accelerator == few
    assert on(every, SQUARES).accelerator.unit == "side"
    assert on(every, PRODUCT).accelerator == every
    # What is changed into something else leaves the unit.
    assert replace(on(every, SQUARES), workload=PRODUCT).accelerator == every


@pytest.mark.parametrize("name", ["KC-P", "YR-P", "fit"])
def test_a_named_dataflow_streams_through_the_lanes(name):
    layer = Layer("layer", SQUARES)
    mapping = weft.map_layer(layer, MACHINE, dataflow=name)
    assert mapping.accelerator.unit == "side"
    assert mapping.dataflow == streamed(SQUARES, mapping.accelerator)
    assert not weft.check(mapping)


def test_the_mapper_finds_a_program_for_the_unit_that_costs_what_evaluation_says():
    slow = replace(MACHINE, vector_unit=replace(MACHINE.vector_unit, lanes=1))
    (found,) = weft.map(SQUARES, slow, "cycles").layers
    assert found.space.accelerator.unit == "side"
    assert found.mapping.accelerator == found.space.accelerator
    assert weft.evaluate(found.mapping).cycles_throughput == found.value
    assert found.value == 48  # a point a cycle; elements would wait for 96 inputs at 8 a cycle
    assert weft.map(SQUARES, replace(slow, vector_unit=None), "cycles").layers[0].value == 12


def test_utilization_of_layers_together_is_that_of_the_elements():
    costs = [weft.evaluate(on(MACHINE, SQUARES)), weft.evaluate(on(MACHINE, PRODUCT, "SpatialMap(1,1) i;"))]
    layers = [Layer("a", SQUARES), Layer("b", PRODUCT)]
    both = whole(layers, costs)
    assert both.utilization() == 192 / (16 * both.cycles())
    assert whole(layers[:1], costs[:1]).utilization() == costs[0].utilization()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("at", "L3", "stands at no memory 'L3'"),
        ("at", "L1", "the vector unit is one, and of L1 there is one for each processing element"),
        ("operations", ("maxx",), "unknown operation 'maxx'"),
        ("operations", ("mac",), "multiply-accumulates are done by the processing elements"),
        ("operations", (), "the vector unit does nothing"),
        ("operations", ("max", "max", "exp"), "names an operation twice"),
        ("intervals", (("tanh", 2),), "the vector unit does no 'tanh'"),
        ("intervals", (("exp", 0),), "it must be at least 1"),
        ("lanes", 0, "it must be at least 1"),
        ("name", "elements", "cannot be called elements"),
    ],
)
def test_a_unit_that_cannot_be_is_refused(field, value, message):
    unit = replace(MACHINE.vector_unit, intervals=())
    machine = replace(MACHINE, vector_unit=replace(unit, **{field: value}))
    found = [item for item in weft.check(on(machine, SQUARES)) if item.is_error]
    assert [item.code for item in found] == ["W205"]
    assert message in found[0].message


def test_files_have_the_unit_and_typing_errors_their_place(tmp_path):
    file = tmp_path / "chip.yaml"
    file.write_text(str(MACHINE))
    assert weft.load_accelerator(str(file)) == MACHINE
    assert json.loads(json.dumps(MACHINE.to_dict()))["vector_unit"]["at"] == "L2"
    file.write_text(str(MACHINE).replace("lanes: 4", "lane: 4"))
    with pytest.raises(WeftError) as caught:
        weft.load_accelerator(str(file))
    assert "did you mean 'lanes'" in str(caught.value)
    wider = weft.load_accelerator(file_of(tmp_path), ["vector_unit.lanes=64", "vector_unit.intervals.max=2"])
    assert (wider.vector_unit.lanes, dict(wider.vector_unit.intervals)) == (64, {"exp": 3, "max": 2})
    with pytest.raises(WeftError, match=r"has no vector unit"):
        weft.load_accelerator("bench_256", ["vector_unit.lanes=64"])


def test_a_sweep_varies_the_unit_and_has_what_evaluation_says():
    space = weft.machine_space(MACHINE, {"vector_unit.lanes": [1, 4], "L2.bandwidth": [4, 16]})
    programs = [on(MACHINE, SQUARES), on(MACHINE, PRODUCT, "SpatialMap(1,1) i;")]
    for time in ("throughput", "stepwise"):
        table = weft.sweep(programs, space, time=time, total=True).columns()
        for number, (_, machine) in enumerate(space.machines()):
            costs = [weft.evaluate(replace(item, accelerator=machine)) for item in programs]
            for row, cost in zip(range(3 * number, 3 * number + 2), costs, strict=True):
                assert table["cycles"][row] == cost.cycles(time)
                assert table["energy_pj"][row] == pytest.approx(cost.energy_pj) or time == "throughput"
                assert table["utilization"][row] == pytest.approx(cost.utilization(time))
                assert table["area_mm2"][row] == pytest.approx(cost.area.area_um2 / 1e6)
            assert table["cycles"][3 * number + 2] == sum(cost.cycles(time) for cost in costs)


@pytest.mark.parametrize("workloads", [(SQUARES, SQUARES), (SQUARES, PRODUCT), (PRODUCT, PRODUCT)])
def test_the_total_of_a_sweep_is_used_as_that_of_an_evaluation(workloads):
    programs = {SQUARES: on(MACHINE, SQUARES), PRODUCT: on(MACHINE, PRODUCT, "SpatialMap(1,1) i;")}
    chosen = [programs[workload] for workload in workloads]
    space = weft.machine_space(MACHINE, {"L2.bandwidth": [4]})
    table = weft.sweep(chosen, space, time="throughput", total=True).columns()
    ((_, machine),) = space.machines()
    costs = [weft.evaluate(replace(item, accelerator=machine)) for item in chosen]
    layers = [Layer(str(number), item.workload) for number, item in enumerate(chosen)]
    assert table["utilization"][2] == pytest.approx(whole(layers, costs).utilization("throughput"))


def test_explorations_refuse_layers_of_the_unit_by_name(tmp_path):
    file = tmp_path / "softmax.m"
    file.write_text(f"Network n {{\n{Layer('squares', SQUARES)}\n}}")
    with pytest.raises(WeftError, match=r"layer 'squares' runs on the vector unit 'side', which is not explored"):
        weft.explore(accelerator=file_of(tmp_path), networks=[str(file)], vary={"pes": "8|16"})


def test_commands_say_what_runs_where(capsys, tmp_path):
    file = tmp_path / "layers.m"
    plain = Layer("squares", SQUARES, weft.parse_dataflow("TemporalMap(1,1) i;"))
    spread = Layer("spread", SQUARES, weft.parse_dataflow("SpatialMap(1,1) i;"))
    file.write_text(f"Network n {{\n{plain}\n{spread}\n}}")
    machine = file_of(tmp_path)

    def command(*arguments):
        with pytest.raises(SystemExit):
            main(arguments)
        return capsys.readouterr().out

    output = command("evaluate", str(file), "-a", machine, "--json")
    assert [layer["unit"] for layer in json.loads(output)["layers"]] == ["side", "elements"]
    output = command("evaluate", str(file), "-a", machine)
    assert "runs on" in output
    output = command("explain", str(file), "-a", machine, "--layer", "squares")
    assert "on side of chip" in output
