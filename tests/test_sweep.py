"""Programs over spaces of machines: every row is what evaluation says of its machine, however it was priced."""

from dataclasses import replace
from math import isnan
from random import Random

import numpy as np
import pytest
from generated import KINDS, sample

import weft
from weft.backends.cost import Cost, ProgramCounts, evaluate_schedule
from weft.backends.energy import leaks, static_energy, total
from weft.exploration import price_grid
from weft.exploration.priced import PricedProgram, Reasons
from weft.exploration.sweep import Sweep, SweptLayer
from weft.frontends.accelerator import load_accelerator, machine_space
from weft.ir import InternalError, Mapping, Variable, WeftError, is_machine
from weft.passes import schedule

PROGRAM = "TemporalMap(16,16) M; TemporalMap(8,8) K; Cluster(4, L2); SpatialMap(4,4) N; Cluster(4); SpatialMap(2,2) K;"
MACHINE = load_accelerator("bench_256", ["pes=16", "shape=[4,4]"])
LAYERS = tuple(
    SweptLayer("net", Mapping(weft.parse_workload(text), weft.parse_dataflow(PROGRAM), MACHINE, name))
    for name, text in (("a", "gemm:M=64,N=48,K=40"), ("b", "gemm:M=32,N=20,K=9"))
)
SMALL = SweptLayer(
    "", Mapping(weft.parse_workload("gemm:M=1,N=1,K=1"), weft.parse_dataflow("TemporalMap(1,1) M;"), MACHINE)
)
METRICS = ("cycles", "seconds", "energy_pj", "area_mm2", "power_mw", "edp", "utilization")


def swept(space, layers=LAYERS, **options):
    """The sweep and its rows by the values of the machine and the layer's number."""
    sweep = Sweep(space, layers, **options)
    table = sweep.columns()
    assert list(table) == list(sweep.names)
    assert {len(column) for column in table.values()} == {sweep.size}
    rows = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    width = len(layers) + sweep.total
    found = {}
    for number, row in enumerate(rows):
        found[tuple(row[variable.key] for variable in space.variables), number % width] = row
    assert len(found) == sweep.size
    return found


def shown(variable, value):
    """A value as it stands in a column."""
    if value is None and "instances" not in variable.key:
        return np.inf
    return variable.text(value) if isinstance(value, tuple | str) or value is None else value


def same_as_evaluated(row, machine, mapping, time="throughput"):
    if not is_machine(machine):
        return nothing(row, "")
    try:
        cost = Cost(schedule(Mapping(mapping.workload, mapping.dataflow, machine, mapping.name), "warning"))
        _ = cost.dynamic_energy, cost.area
    except WeftError as error:
        return nothing(row, next(item.code for item in error.diagnostics if item.is_error))
    cycles = cost.cycles(time)
    energy = total(cost.dynamic_energy) + total(static_energy(machine, cost.counts.points, cycles))
    assert (row["cycles"], row["fits"]) == (cycles, all(need.fits for need in cost.occupancy))
    if leaks(machine) and time == "throughput":
        assert row["energy_pj"] == pytest.approx(energy, rel=1e-12)
    else:
        assert row["energy_pj"] == energy
    assert row["seconds"] == pytest.approx(cost.seconds(time), rel=1e-12)
    assert row["edp"] == pytest.approx(energy * cycles, rel=1e-12)
    assert row["utilization"] == pytest.approx(cost.utilization(time), rel=1e-12)
    assert row["area_mm2"] == cost.area.area_um2 / 1e6
    spent = energy * 1e-9 / cost.seconds(time) + cost.area.leakage_mw
    if cost.area.own_power:
        assert row["power_mw"] == cost.area.power_mw
    else:
        assert row["power_mw"] == pytest.approx(spent, rel=1e-12)
    if time == "stepwise":
        assert row["power_mw"] == pytest.approx(cost.power_mw, rel=1e-12)
    assert (row["reason"] == "") == row["fits"]
    return "priced"


def nothing(row, code):
    assert all(isnan(row[name]) for name in METRICS)
    assert not row["fits"]
    assert row["reason"]
    assert code in row["reason"]
    return code or "no machine"


CHOICES = {
    "pes": "8|16|32",
    "lanes": "1|2",
    "bandwidth": "1|3|16|unlimited",
    "L2.bandwidth": "2|5",
    "L2.multicast": "true|false",
    "L2.channels.filter": "1|4|unlimited",
    "L2.read_bandwidth": "1|8",
    "DRAM.shared_bandwidth": "2|unlimited",
    "capacity_bytes": "32|100K|unlimited",
    "L2.capacity_bytes": "16|200|4K|64K|unlimited",
    "L1.capacity_bytes": "8|64|512",
    "L2.banks": "1|2|100",
    "L2.capacities.filter": "64|1K",
    "buffering": "double|single",
    "clock_mhz": "200|1000.5",
    "energy_table": "bench_256|eyeriss",
    "pe_leakage_mw": "0|0.1",
    "leakage_mw": "0|0.5|2",
    "L1.leakage_mw": "0.25|1",
    "pe_idle_pj": "0|0.2",
    "area_table": "blocks|maestro_2019|digamma",
    "technology_nm": "28|65",
    "L2.write_bandwidth": "1|2|32",
}


def generated_space(random, machine):
    while True:
        keys = random.sample(sorted(CHOICES), random.randint(1, 4))
        try:
            return machine_space(machine, {key: CHOICES[key] for key in keys})
        except WeftError:
            continue  # two keys for one field, or a memory that the machine lacks


@pytest.mark.parametrize("seed", range(12))
def test_rows_are_what_evaluation_says(seed):
    random = Random(seed)
    kinds = set()
    for _ in range(3):
        space = generated_space(random, MACHINE)
        rows = swept(space)
        for values, machine in space.machines():
            key = tuple(shown(*item) for item in zip(space.variables, values, strict=True))
            for number, layer in enumerate(LAYERS):
                kinds.add(same_as_evaluated(rows[key, number], machine, layer.mapping))
    assert "priced" in kinds


def test_generated_spaces_have_rows_of_every_kind():
    space = machine_space(MACHINE, ["L2.capacity_bytes=16|64|64K", "pes=8|16", "L2.banks=1|32", "energy_table=eyeriss"])
    rows = swept(space).values()
    assert {row["reason"].partition(" ")[0] for row in rows} >= {"", "W106:", "L2"}
    assert any("more banks" in row["reason"] for row in rows)
    assert any("needs" in row["reason"] and not isnan(row["cycles"]) for row in rows)


@pytest.mark.parametrize("kind", KINDS)
def test_generated_programs_on_generated_spaces(kind):
    random = Random(kind)
    for mapping in sample(kind, 120, 6, 0, 1):
        space = generated_space(random, mapping.accelerator)
        rows = swept(space, (SweptLayer("", mapping),))
        every = list(space.machines())
        for values, machine in random.sample(every, min(len(every), 8)):
            key = tuple(shown(*item) for item in zip(space.variables, values, strict=True))
            same_as_evaluated(rows[key, 0], machine, mapping)


def test_rows_of_prices_equal_those_of_single_machines():
    random = Random(3)
    for _ in range(30):
        keys = [key for key in CHOICES if Variable(key, ((key.split(".")[-1],),), ()).priced]
        vary = {key: CHOICES[key] for key in random.sample(keys, 3) if key != "L2.channels.filter"}
        try:
            space = machine_space(MACHINE, vary)
        except WeftError:
            continue
        counts = ProgramCounts(schedule(LAYERS[0].mapping, "warning"))
        for _, machine in random.sample(list(space.machines()), min(6, space.size)):
            if is_machine(machine):
                mapping = LAYERS[0].mapping
                alone = ProgramCounts(schedule(Mapping(mapping.workload, mapping.dataflow, machine), "warning"))
                assert alone.same_structure(counts)
                assert alone.prices().tobytes() == counts.prices(machine).tobytes()


def test_stepwise_rows_are_what_evaluation_says():
    space = machine_space(
        MACHINE, ["L2.bandwidth=1|16", "L2.latency=0|3", "pe_leakage_mw=0|0.1", "L1.capacity_bytes=8|512"]
    )
    rows = swept(space, time="stepwise")
    for values, machine in space.machines():
        for number, layer in enumerate(LAYERS):
            assert same_as_evaluated(rows[values, number], machine, layer.mapping, "stepwise") == "priced"


def test_needed_memories_are_as_large_as_the_program_requires():
    space = machine_space(MACHINE, ["L2.capacity_bytes=needed", "L1.capacity_bytes=needed", "bandwidth=2|8"])
    for (values, number), row in swept(space).items():
        assert row["fits"]
        sizes = [
            f"L2.capacity_bytes={row['L2.capacity_bytes']:.0f}",
            f"L1.capacity_bytes={row['L1.capacity_bytes']:.0f}",
        ]
        machine = load_accelerator("bench_256", ["pes=16", "shape=[4,4]", f"bandwidth={values[0]}", *sizes])
        assert same_as_evaluated(row, machine, LAYERS[number].mapping) == "priced"
        for memory in ("L2", "L1"):
            less = f"{memory}.capacity_bytes={row[f'{memory}.capacity_bytes'] - 1:.0f}"
            smaller = weft.api.apply_overrides(machine, [less])
            mapping = LAYERS[number].mapping
            cost = evaluate_schedule(schedule(Mapping(mapping.workload, mapping.dataflow, smaller), "warning"))
            assert not all(need.fits for need in cost.occupancy)


def test_a_total_is_of_one_machine_for_all_layers():
    space = machine_space(
        MACHINE, ["L2.capacity_bytes=needed", "pes=8|16", "L1.capacity_bytes=64|512", "bandwidth=2|8"]
    )
    rows = swept(space, total=True)
    alone = swept(space)
    for (values, number), row in rows.items():
        layers = [rows[values, 0], rows[values, 1]]
        assert row["L2.capacity_bytes"] == pytest.approx(
            max(alone[values, n]["L2.capacity_bytes"] for n in (0, 1)), nan_ok=True
        )
        if number < 2:
            continue
        assert (row["network"], row["layer"]) == ("", "total")
        for name in ("cycles", "seconds", "energy_pj"):
            assert row[name] == pytest.approx(sum(item[name] for item in layers), nan_ok=True)
        assert row["edp"] == pytest.approx(row["energy_pj"] * row["cycles"], nan_ok=True)
        assert row["fits"] == all(item["fits"] for item in layers)
        wrong = [f"{item['layer']}: {item['reason']}" for item in layers if item["reason"]]
        assert row["reason"] == (wrong[0] if wrong else "")


def test_blocks_are_the_grid_in_order():
    for shape in ((), (1,), (7,), (3, 4), (5, 2, 3), (2, 9, 1, 4), (40,), (3, 40)):
        grid = price_grid.PriceGrid(tuple(Variable(str(n), (), tuple(range(size))) for n, size in enumerate(shape)))
        found = []
        for patch in grid.patches(8):
            digits = [patch.of_variable(n, np.arange(size)).tolist() for n, size in enumerate(shape)]
            assert patch.size <= 8
            assert {len(digit) for digit in digits} <= {patch.size}
            found += zip(*digits, strict=True) if digits else [()]
        assert found == list(np.ndindex(*shape))


def test_numbers_that_depend_on_more_than_the_grid_sees_are_refused():
    grid = price_grid.PriceGrid(tuple(Variable(name, (), tuple(range(5))) for name in "ab"))
    with pytest.raises(InternalError, match="depends on more variables"):
        price_grid.columns(grid, lambda values: np.array([float(values[0] * values[1])]))


def test_counts_beyond_exact_numbers_have_a_reason():
    workload = weft.ir.operator_workload("GEMM", {"M": 1 << 19, "N": 1 << 18, "K": 1 << 17})
    mapping = Mapping(workload, weft.parse_dataflow("TemporalMap(1,1) M;"), MACHINE, "huge")
    free = load_accelerator("bench_256", ["capacity_bytes=unlimited"])
    for row in swept(machine_space(free, ["bandwidth=1|2"]), (SweptLayer("", mapping),)).values():
        nothing(row, "2^53")


def test_a_finder_gives_every_machine_its_own_program():
    asked = []

    def finder(mapping, machine):
        asked.append(machine)
        size = min(machine.pes, 16)
        return weft.parse_dataflow(f"TemporalMap(4,4) M; Cluster({size}); SpatialMap(1,1) N;")

    space = machine_space(load_accelerator("bench_256"), ["pes=4|8|16", "bandwidth=2|4"])
    rows = swept(space, LAYERS[:1], finder=finder)
    assert asked == [machine for _, machine in space.machines()]
    for values, machine in space.machines():
        mapping = Mapping(LAYERS[0].mapping.workload, finder(None, machine), machine)
        assert same_as_evaluated(rows[values, 0], machine, mapping) == "priced"


def test_one_count_serves_a_structure(monkeypatch):
    made = []
    original = PricedProgram.__init__

    def counted(self, *args, **named):
        made.append(1)
        original(self, *args, **named)

    monkeypatch.setattr(PricedProgram, "__init__", counted)
    space = machine_space(MACHINE, ["bandwidth=1..40", "clock_mhz=1..50", "L2.latency=0|1"])
    assert len(Sweep(space, LAYERS[:1]).columns()["cycles"]) == 4000
    assert len(made) == 2
    assert Reasons().texts.tolist() == [""]


def test_layers_that_repeat_are_priced_once_and_have_names_of_their_own(monkeypatch):
    space = machine_space(MACHINE, ["bandwidth=1|4", "L2.capacity_bytes=needed"])
    a, b = LAYERS
    repeated = (a, b, a, b, b)
    rows = swept(space, repeated)
    for values, _ in space.machines():
        assert [rows[values, n]["layer"] for n in range(5)] == ["a", "b", "a#2", "b#2", "b#3"]
        for number, layer in enumerate(repeated):
            alone = swept(space, (layer,))[values, 0]
            for name in (*METRICS, "L2.capacity_bytes"):
                assert rows[values, number][name] == alone[name]
    made = []
    original = PricedProgram.results
    monkeypatch.setattr(PricedProgram, "results", lambda self, *given: made.append(1) or original(self, *given))
    Sweep(space, repeated).columns()
    assert len(made) == 2


def test_tables_without_end_are_refused():
    space = machine_space(MACHINE, [f"{name}.bandwidth=1..100000" for name in ("L2", "DRAM")] + ["clock_mhz=1..1000"])
    with pytest.raises(WeftError, match="would have 10000000000000 rows"):
        Sweep(space, LAYERS[:1])


def test_rows_of_many_blocks_are_what_evaluation_says():
    vary = ["L2.bandwidth=1..40", "DRAM.bandwidth=1..30", "clock_mhz=1..50", "L1.capacity_bytes=64|512"]
    space = machine_space(MACHINE, vary)
    sweep = Sweep(space, LAYERS[:1])
    assert len(list(sweep.blocks())) > 5
    table = sweep.columns()
    sizes = [len(variable.values) for variable in space.variables]
    random = Random(1)
    for number in [0, space.size - 1, *(random.randrange(space.size) for _ in range(60))]:
        places = np.unravel_index(number, sizes)  # the last variable is the fastest
        values = tuple(variable.values[place] for variable, place in zip(space.variables, places, strict=True))
        machine = space.machine(values)
        assert tuple(table[variable.key][number] for variable in space.variables) == values
        same_as_evaluated({name: table[name][number] for name in table}, machine, LAYERS[0].mapping)


def test_a_memory_that_is_just_large_enough_fits():
    needed = machine_space(MACHINE, ["L1.capacity_bytes=needed"])
    (row,) = swept(needed, LAYERS[:1]).values()
    least = int(row["L1.capacity_bytes"])
    space = machine_space(MACHINE, {"L1.capacity_bytes": [least - 1, least]})
    found = [(item["fits"], item["reason"]) for item in swept(space, LAYERS[:1]).values()]
    assert found == [(False, f"L1 needs {least} bytes for input, filter, output"), (True, "")]


def test_a_machine_that_breaks_a_rule_fits_nothing_however_large_its_memories():
    space = machine_space(load_accelerator("bench_256"), ["L2.capacity_bytes=8|64", "L2.banks=1|16"])
    rows = swept(space, (SMALL,))
    assert {values: row["fits"] for (values, _), row in rows.items()} == {
        (8, 1): True, (8, 16): False, (64, 1): True, (64, 16): True,
    }  # fmt: skip
    nothing(rows[(8, 16), 0], "more banks (16) than bytes (8)")


def test_a_needed_memory_has_a_byte_for_every_bank():
    space = machine_space(load_accelerator("bench_256"), ["L2.capacity_bytes=needed", "L2.banks=1|500"])
    found = {row["L2.banks"]: row["L2.capacity_bytes"] for row in swept(space, (SMALL,)).values()}
    assert found[1] < found[500] == 500


def test_a_total_has_the_largest_area_and_the_utilization_of_all():
    space = machine_space(load_accelerator("bench_256", ["pes=16", "L2.capacity_bytes=unlimited"]), ["bandwidth=2|8"])
    rows = swept(space, total=True)
    for values, machine in space.machines():
        layers, whole = [rows[values, n] for n in (0, 1)], rows[values, 2]
        assert layers[0]["area_mm2"] != layers[1]["area_mm2"]
        assert whole["area_mm2"] == max(item["area_mm2"] for item in layers)
        assert min(item["power_mw"] for item in layers) <= whole["power_mw"] <= max(item["power_mw"] for item in layers)
        spent = sum(item["power_mw"] * item["seconds"] for item in layers)
        assert whole["power_mw"] * whole["seconds"] == pytest.approx(spent)
        macs = sum(layer.mapping.workload.macs for layer in LAYERS)
        assert whole["utilization"] == pytest.approx(macs / (machine.peak_macs * whole["cycles"]))


def test_a_table_that_follows_sizes_may_come_after_one_that_does_not():
    tables = ["maestro_28nm", "interstellar_28nm", "cacti_90nm", "accelergy_32nm"]
    vary = {"energy_table": tables, "capacity_bytes": "16K|64K|1M", "clock_mhz": "1|2"}
    space = machine_space(MACHINE, vary)
    rows = swept(space)
    energies = {values[:2]: rows[values, 0]["energy_pj"] for values, _ in space.machines()}
    sizes = {name: len({energies[name, size] for size in (16384, 65536)}) for name in tables}
    assert (sizes[tables[0]], max(sizes.values())) == (1, 2)
    for values, machine in space.machines():
        for number, layer in enumerate(LAYERS):
            same_as_evaluated(rows[values, number], machine, layer.mapping)


def test_a_room_that_others_leave_nothing_of_spoils_no_other_machine():
    base = load_accelerator("bench_256", ["pes=16", "L2.capacities.filter=4K"])
    space = machine_space(base, ["L2.capacity_bytes=64|64K", "bandwidth=2|8"])
    rows = swept(space)
    for values, machine in space.machines():
        for number, layer in enumerate(LAYERS):
            assert same_as_evaluated(rows[values, number], machine, layer.mapping) == (
                "priced" if values[0] > 4096 else "no machine"
            )


def test_a_needed_outermost_memory_is_refilled_from_outside():
    generic = load_accelerator("generic_256", ["pes=16"])
    space = machine_space(generic, ["L2.capacity_bytes=needed", "bandwidth=2|8"])
    program = weft.parse_dataflow("SpatialMap(1,1) M; TemporalMap(4,4) K; Cluster(4); SpatialMap(1,1) N;")
    mapping = Mapping(weft.parse_workload("gemm:M=64,N=48,K=40"), program, generic, "a")
    for (values, _), row in swept(space, (SweptLayer("", mapping),)).items():
        size = int(row["L2.capacity_bytes"])
        machine = load_accelerator("generic_256", ["pes=16", f"bandwidth={values[0]}", f"L2.capacity_bytes={size}"])
        outermost = replace(machine.memories[0], refilled=True)
        machine = replace(machine, memories=(outermost, *machine.memories[1:]))
        assert same_as_evaluated(row, machine, mapping) == "priced"
        assert row["fits"]
        assert size < 64 * 48 + 64 * 40 + 48 * 40
