"""Fusion plans: the least traffic of a group against all of its choices, cuts against all cuts, and the command."""

import json
from dataclasses import replace
from functools import cache
from itertools import islice, pairwise, permutations, product
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from fused_programs import draft, machine

import weft
from weft.analysis.fused.nest import fills
from weft.analysis.fused.rooms import places
from weft.cli import weft as cli
from weft.fusion.group import Group, group_of
from weft.fusion.measures import Traffic
from weft.fusion.plan import Planner
from weft.fusion.space import GroupSpace, splits
from weft.ir import Layer, Network, WeftError, chain, fed_inputs
from weft.ir.fused import Stage
from weft.passes.fuse import checked_boxes, room_bytes

BENCH = weft.load_accelerator("bench_256")


def group(seed):
    """A random group of layers, or None if they are no stages of one program."""
    parts = draft(Random(seed))
    layers = tuple(Layer(f"S{number}", workload) for number, workload in enumerate(parts.workloads))
    edges = fed_inputs(tuple(Stage(layer) for layer in layers), tuple(parts.edges))
    if {edge.producer for edge in edges} != set(range(len(layers) - 1)):
        return None
    found = Group(layers, edges, (), "L2")
    return found if all(found.program().axes(edge) is not None for edge in edges) else None


def chosen(space, room, **limits):
    """The choice with the least traffic, which is proved."""
    found = space.least(room, **limits)
    assert found is None or found.bound == found.choice.price == found.choice.traffic
    return found and found.choice


def cost(found, program, accelerator):
    """Bits of traffic and of room, and points, of one program; None if it is none."""
    try:
        boxes = checked_boxes(program, accelerator)
    except WeftError:
        return None
    bits, traffic = accelerator.bits, 0
    for number, own in enumerate(boxes):
        fed, output = program.fed(number), own.workload.output
        outside = [item for item in own.workload.inputs if item.name not in fed]
        traffic += sum(fills(own, own.axes(item)) * bits(item.name) for item in outside)
        traffic += own.workload.footprint(output) * bits(output.name) * program.goes_out(number)
    steady, made = places(program, boxes, accelerator.memories[1], bits)
    room = sum(steady.values()) + made
    return traffic, sum(own.points for own in boxes), room


def all_programs(found):
    """Every program of the space: outer loops, modes, and a loop of its own per stage."""
    workloads = [layer.workload for layer in found.layers]
    last = workloads[-1]
    names = [item.dimensions[0] for item in last.output.subscripts if last.extents[item.dimensions[0]] > 1]
    own = []
    for workload in workloads:
        names_of = [name for s in workload.output.subscripts for name in s.dimensions if workload.extents[name] > 1]
        own.append([(), *(((name, size),) for name in names_of for size in splits(workload.extents[name]))])
    for count in range(3):
        for chosen in permutations(names, count):
            for sizes in product(*(splits(last.extents[name]) for name in chosen)):
                loops = tuple(zip(chosen, sizes, strict=True))
                subsets = [
                    tuple(n for n, on in zip(chosen, flags, strict=True) if on)
                    for flags in product((0, 1), repeat=count)
                ]
                for modes in product(subsets, repeat=len(workloads) - 1):
                    for cuts in product(*own):
                        yield found.program(loops, (*modes, ()), cuts)


def searched(seeds, most):
    for seed in seeds:
        found = group(seed)
        if found is None:
            continue
        accelerator = machine(Random(seed))
        programs = list(islice(all_programs(found), most + 1))
        if len(programs) > most:
            continue
        costs = [item for program in programs if (item := cost(found, program, accelerator))]
        yield found, accelerator, costs


@pytest.mark.parametrize("extent", [1, 2, 3, 7, 12, 60, 97])
def test_splits_are_all_even_ones(extent):
    assert list(splits(extent)) == sorted({-(-extent // steps) for steps in range(2, extent + 1)}, reverse=True)


def compare(seeds, most):
    compared = 0
    for found, accelerator, costs in searched(seeds, most):
        space = GroupSpace(found, accelerator, Traffic(accelerator))
        rooms = sorted({room for _, _, room in costs})
        for room in (None, rooms[0] - 1, *(rooms[len(rooms) * part // 5] for part in range(5))):
            best = min((item[:2] for item in costs if room is None or item[2] <= room), default=None)
            least = chosen(space, room)
            assert (least and least.rank[:2]) == best, (found.program(), room)
            if least is not None:
                assert cost(found, found.program(least.loops, least.recomputed, least.own), accelerator) == (
                    least.traffic,
                    sum(least.points),
                    least.room,
                )
                larger = space.enlarged(least, room)
                assert larger.traffic == least.traffic
                assert room is None or larger.room <= room
            compared += 1
    return compared


def test_no_choice_has_less_traffic_than_the_one_that_is_found():
    assert compare(range(40), 900) > 30


@pytest.mark.parametrize("rows", [6, 8])
def test_bounds_are_no_higher_where_chunks_of_some_sizes_alone_move_an_axis(rows):
    """Under a window of 7, both halves of 6 rows need all rows: the first stage may then cut them itself."""
    first = weft.parse_workload(f"Type: CONV Dimensions {{ K: 1, C: 6, R: 1, S: 1, Y: {rows}, X: 2 }}")
    dims = f"K: 2, C: 1, R: 7, S: 1, Y: {rows}, X: 2"
    second = weft.parse_workload(f"Type: CONV Dimensions {{ {dims} }} Padding {{ Y: 3 }}")
    layers = (Layer("FIRST", first), Layer("SECOND", second))
    space = GroupSpace(group_of(Network("pair", layers, chain(2)), 0, 1, "L2"), BENCH, Traffic(BENCH))
    for row, size in enumerate(splits(rows)):
        loops, modes = (("Y'", size),), ((False,),)
        boxes = space.boxes(loops, modes)
        for cuts in product(*(space._options(number, own) for number, own in enumerate(boxes))):
            choice = space.measured(loops, ((), ()), tuple(cut.own for cut in cuts))
            assert space._bounds(("Y'",), modes, choice.room)[row, 0] <= choice.traffic


@pytest.mark.campaign
def test_no_choice_has_less_traffic_campaign():
    assert compare(range(100, 700), 20_000) > 1000


def small_network():
    text = "Type: CONV Dimensions {{ K: {}, C: {}, R: {}, S: {}, Y: {}, X: {} }}"
    sizes = [(4, 3, 3, 3, 14, 14), (6, 4, 3, 3, 12, 12), (4, 6, 1, 1, 10, 10), (3, 4, 3, 3, 10, 10)]
    layers = tuple(Layer(f"C{number}", weft.parse_workload(text.format(*size))) for number, size in enumerate(sizes))
    return Network("small", layers, chain(len(layers)))


@pytest.mark.parametrize("room", [600, 1500, 4000])
def test_no_cut_of_a_network_has_less_traffic_than_the_plan(room):
    network = small_network()
    planned = weft.plan_fusion(network, BENCH, room_bytes=room)
    best = None

    @cache
    def choice_of(first, last):
        return chosen(GroupSpace(group_of(network, first, last, "L2"), BENCH, Traffic(BENCH)), 8 * room)

    for cuts in product((False, True), repeat=3):
        starts = [0, *(number + 1 for number, cut in enumerate(cuts) if cut), 4]
        total = 0
        for first, end in pairwise(starts):
            choice = choice_of(first, end - 1)
            total = None if choice is None or total is None else total + choice.traffic
        best = min((item for item in (best, total) if item is not None), default=None)
    assert planned.plan.traffic_bits == best
    assert planned.plan.traffic_bits <= planned.kept.traffic_bits <= planned.outside.traffic_bits
    assert planned.plan.room_bits <= 8 * room


def test_two_products_move_what_the_formula_says():
    """A(M,K) B(K,N) and C(M,N) D(N,P): MK + MP + steps (KN + NP), or all once where B and D stay."""
    rows, depth, inner, columns = 24, 8, 10, 6
    layers = (
        Layer("AB", weft.parse_workload(f"Type: GEMM Dimensions {{ M: {rows}, N: {inner}, K: {depth} }}")),
        Layer("CD", weft.parse_workload(f"Type: GEMM Dimensions {{ M: {rows}, N: {columns}, K: {inner} }}")),
    )
    space = GroupSpace(group_of(Network("two", layers, chain(2)), 0, 1, "L2"), BENCH, Traffic(BENCH))
    once = rows * depth + depth * inner + inner * columns + rows * columns
    kept = depth * inner + inner * columns + depth + inner + columns
    assert chosen(space, 8 * kept).traffic == 8 * once
    assert chosen(space, 8 * kept).loops == (("M", 1),)
    assert chosen(space, 8 * (kept - 1)).traffic > 8 * once
    for room in range(60, kept, 7):
        least = chosen(space, 8 * room)
        if least is not None and [name for name, _ in least.loops] == ["M"] and all(least.own):
            steps = -(-rows // dict(least.loops)["M"])
            assert least.traffic == 8 * (rows * depth + rows * columns + steps * (depth * inner + inner * columns))


@pytest.mark.parametrize("objective", ["traffic", "energy"])
def test_long_chunks_of_a_stages_own_loop_may_share_more_along_a_window(objective):
    """Seven taps along ten rows, cut by the stage itself: with longer chunks the last shares more with the first."""
    text = "Type: CONV Dimensions { K: 8, C: 6, R: 7, S: 1, Y: 10, X: 2 }"
    network = Network("own", (Layer("A", weft.parse_workload(text)),), ())
    planned = weft.plan_fusion(network, BENCH, room_bytes=102, objective=objective)
    assert planned.plan.traffic_bits == 9536
    assert planned.bound <= planned.plan.price


def test_no_stage_of_a_plan_runs_more_often_than_is_counted():
    """With so little room the finest chunks would make 2^25 steps."""
    layer = Layer("A", weft.parse_workload("Type: GEMM Dimensions { M: 8192, N: 8192, K: 64 }"))
    with pytest.raises(WeftError, match="W201"):
        weft.plan_fusion(Network("large", (layer,), ()), BENCH, room_bytes=256)
    planned = weft.plan_fusion(Network("large", (layer,), ()), BENCH, room_bytes=32768)
    assert checked_boxes(planned.plan.pieces[0].program, BENCH)


def test_a_memory_that_holds_some_tensors_alone_is_refused():
    with pytest.raises(WeftError, match=r"W203.*L2 holds input alone"):
        weft.plan_fusion(small_network(), BENCH, ['L2.holds=["input"]'])


def test_with_a_limit_on_work_no_choice_within_it_has_less_traffic():
    compared = 0
    for found, accelerator, costs in searched(range(40), 700):
        whole = sum(layer.workload.points for layer in found.layers)
        space = GroupSpace(found, accelerator, Traffic(accelerator))
        for room in sorted({room for _, _, room in costs})[::9]:
            for most in (1, 1.3):
                best = min((item[:2] for item in costs if item[2] <= room and item[1] <= most * whole), default=None)
                least = chosen(space, room, most_work=most)
                assert (least and least.rank[:2]) == best
                compared += 1
    assert compared > 30


def test_equal_groups_are_searched_once():
    layer = "Type: GEMM Dimensions { M: 8, N: 8, K: 8 }"
    layers = tuple(Layer(f"L{number}", weft.parse_workload(layer)) for number in range(5))
    planned = Planner(BENCH, 2).plan(Network("same", layers, chain(5)), None)
    assert planned.groups == 2
    assert len(planned.plan.pieces) == 3


def test_a_machine_without_a_memory_between_is_refused():
    with pytest.raises(WeftError, match="W203"):
        weft.plan_fusion(small_network(), "generic_256")


def test_what_a_step_makes_takes_the_bits_of_its_own_tensor():
    """An affine layer makes `out`, of 8 bits; the product after it `output`, of 32."""
    text = "Type: AFFINE Dimensions { m: 8, k: 8 } Tensors { in0[m, k]; out[m, k] } Statement { out = max(in0, 0) }"
    product_of = weft.parse_workload("Type: GEMM Dimensions { M: 8, N: 8, K: 8 }")
    workloads = weft.parse_workload(text), product_of, product_of
    layers = tuple(Layer(f"L{number}", workload) for number, workload in enumerate(workloads))
    wide = replace(BENCH, word_bits=(("output", 32),))
    found = group_of(Network("wide", layers, chain(3)), 0, 2, "L2")
    program = found.program()
    rooms = room_bytes(program, wide, checked_boxes(program, wide))
    assert sum(rooms.values()) * 8 == GroupSpace(found, wide, Traffic(wide)).measured((), ((),) * 3, ((),) * 3).room
    assert rooms["out", "made in a step"] == 64 + 4 * 64


def test_what_inserts_zeros_is_not_counted():
    text = "Type: TRCONV Dimensions { K: 2, C: 2, R: 3, S: 3, Y: 4, X: 4 }"
    planned = weft.plan_fusion(Network("up", (Layer("UP", weft.parse_workload(text)),), ()), BENCH)
    assert planned.alone == ("UP",)
    assert planned.plan.room_bits == 0


def test_a_layer_that_does_not_fit_is_named():
    with pytest.raises(WeftError, match=r"W201.*'C0' does not fit the room in L2"):
        weft.plan_fusion(small_network(), BENCH, room_bytes=5)


def test_no_plan_takes_more_than_the_memory_has():
    planned = weft.plan_fusion(small_network(), BENCH, ["L2.capacity_bytes=700"], room_bytes=10**9)
    assert planned.plan.room_bits <= 8 * 700


@pytest.mark.parametrize("wrong", [{"room_bytes": 0}, {"room_bytes": -5}, {"most_stages": 0}, {"most_work": 0.5}])
def test_settings_below_one_are_refused(wrong):
    with pytest.raises(ValueError, match="must be at least 1"):
        weft.plan_fusion(small_network(), BENCH, **wrong)


NETWORK = "Network n { Layer A { Type: GEMM Dimensions { M: 8, N: 6, K: 4 } Density { input: 0.5 } } }\n"
PRODUCT = "Type: GEMM Dimensions { M: 4, N: 4, K: 4 }"
FUSED = f"Fuse f {{ Memory {{ L2 }} Stage B {{ {PRODUCT} Dataflow {{ SpatialMap(1,1) M; }} }} }}\n"


def run(tmp_path, text, *options):
    path = tmp_path / "layers.m"
    path.write_text(text)
    return CliRunner().invoke(cli, ["fuse", str(path), "-a", "bench_256", *options])


def test_the_command_says_what_it_does_not_look_at(tmp_path):
    beside = run(tmp_path, NETWORK + FUSED)
    assert beside.exit_code == 0
    assert "network 'n' stands beside fused programs" in beside.stderr
    assert "densities of A change nothing here" in run(tmp_path, NETWORK).stderr


def test_a_layer_that_is_wrong_is_reported_and_the_others_are_planned(tmp_path):
    wrong = f"Network n {{ Layer A {{ Type: GEMM Dimensions {{ M: 8, N: 6 }} }} Layer B {{ {PRODUCT} }} }}"
    found = run(tmp_path, wrong)
    assert found.exit_code == 1
    assert "W003" in found.stderr
    assert "not counted, for no fused program holds them: A" in found.stdout


def test_programs_of_a_plan_read_back(tmp_path):
    text = run(tmp_path, NETWORK, "--emit").stdout
    assert str(weft.parse_fused(text)) == text.strip()
    assert "stage 'A': it has no dataflow" in run(tmp_path, text).stderr


@pytest.mark.parametrize(
    "options",
    [("--emit", "--json"), ("--verify",), ("--over-capacity", "warning"), ("--room", "0"), ("--most-work", "0.5")],
)
def test_options_that_mean_nothing_are_wrong_usage(tmp_path, options):
    assert run(tmp_path, NETWORK, *options).exit_code == 2


def test_plans_and_programs_as_json(tmp_path):
    plan = json.loads(run(tmp_path, NETWORK, "--json").stdout)
    assert [item["name"] for item in plan["plans"][0]["plans"]] == [
        "each layer by itself",
        "kept where it fits whole",
        "fused",
    ]
    priced = json.loads(run(tmp_path, FUSED, "--json").stdout)
    (program,) = weft.read_fused(tmp_path / "layers.m")
    assert priced["programs"][0]["cost"]["cycles_stepwise"] == weft.evaluate_fused(program, BENCH).cycles_stepwise


@pytest.mark.parametrize("options", [("--room", "9"), ("--most-stages", "2"), ("--most-work", "2"), ("--sizes", "N=2")])
def test_options_of_plans_are_wrong_usage_with_fused_programs(tmp_path, options):
    found = run(tmp_path, FUSED, *options)
    assert found.exit_code == 2
    assert "are of plans" in found.stderr


def fields(data):
    """All keys of a document but those of tables by name."""
    for key, value in data.items() if isinstance(data, dict) else ():
        yield key
        yield from () if key == "room_bytes" else fields(value)
    for item in data if isinstance(data, list) else ():
        yield from fields(item)


@pytest.mark.parametrize("text", [NETWORK, FUSED])
def test_every_field_is_documented(tmp_path, text):
    document = (Path(__file__).parents[1] / "docs/json.md").read_text("utf-8")
    section = document[document.index("## `fuse`") : document.index("## `explore`")]
    data = json.loads(run(tmp_path, text, "--json").stdout)
    # A machine has the keys of its own file (docs/accelerators.md).
    data["machine"] = None
    found = set(fields(data))
    assert {key for key in found if f"`{key}`" not in section} == {"schema_version", "accelerator"}
