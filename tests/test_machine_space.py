"""Spaces of machines: values as people write them, each checked as the machine's, machines as `--set` makes them."""

from itertools import islice, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weft.frontends.accelerator import apply_overrides, load_accelerator, machine_space
from weft.frontends.accelerator.space import MAX_SPACE_VALUES
from weft.frontends.value_sets import MAX_FACTORS, MAX_VALUES
from weft.ir import WeftError, is_machine, setting_text

BENCH = load_accelerator("bench_256")
EYERISS = load_accelerator("eyeriss")


def values(key, given, machine=BENCH):
    (variable,) = machine_space(machine, {key: given}).variables
    return variable.values


def findings(vary, machine=BENCH):
    with pytest.raises(WeftError) as caught:
        machine_space(machine, vary)
    return caught.value.diagnostics


@pytest.mark.parametrize(
    ("key", "given", "expected"),
    [
        ("pes", "8..40:16", (8, 24, 40)),
        ("pes", "8..39:16", (8, 24)),
        ("pes", " 8 .. 10 ", (8, 9, 10)),
        ("pes", "5..5", (5,)),
        ("pes", "1e2..3e2:1e2", (100, 200, 300)),
        ("pes", "64", (64,)),
        ("pes", 64, (64,)),
        ("pes", "8|1..3|16", (8, 1, 2, 3, 16)),
        ("pes", [8, "1..3", "16|32"], (8, 1, 2, 3, 16, 32)),
        ("pes", "[8, 16]", (8, 16)),
        ("L2.capacity_bytes", "64K..1M:*4", (65536, 262144, 1048576)),
        ("L2.capacity_bytes", "1K..1G:*1K", (1024, 1048576, 1073741824)),
        ("L2.capacity_bytes", "1K|unlimited", (1024, None)),
        ("L2.capacity_bytes", [1024, None], (1024, None)),
        ("clock_mhz", "0.1..0.5:0.1", (0.1, 0.2, 0.3, 0.4, 0.5)),
        ("clock_mhz", "1..4:*1.5", (1.0, 1.5, 2.25, 3.375)),
        ("shape", "4x4|8x8", ((4, 4), (8, 8))),
        ("shape", "[4,4]|16", ((4, 4), (16,))),
        ("shape", [4, 4], ((4, 4),)),
        ("shape", [[4, 4], "2x2x2"], ((4, 4), (2, 2, 2))),
        ("L2.multicast", "true|false", (True, False)),
        ("L2.multicast", [True, False], (True, False)),
        ("topology", "bus|mesh", ("bus", "mesh")),
        ("buffering", "double|rolling", ("double", "rolling")),
        ("energy_table", "eyeriss|../tables/a..b.yaml", ("eyeriss", "../tables/a..b.yaml")),
        ("L1.instances", "per_pe|4", (None, 4)),
        ("word_bits.output", "16|32", (16, 32)),
        ("L2.capacities.filter", "64|128", (64, 128)),
        ("L2.networks.0.latency", "0..2", (0, 1, 2)),
        ("pe_idle_pj", "0|0.5", (0.0, 0.5)),
    ],
)
def test_sets_have_the_values_that_they_say(key, given, expected):
    found = values(key, given)
    assert found == expected
    assert [type(value) for value in found] == [type(value) for value in expected]


@pytest.mark.parametrize(
    ("setting", "code", "words"),
    [
        ("pes=240..8", "W205", "descends"),
        ("pes=8..240:0", "W205", "step of '8..240:0' must be above 0"),
        ("pes=8..240:-8", "W205", "must be above 0"),
        ("pes=8..240:*1", "W205", "factor of '8..240:*1' must be above 1"),
        ("pes=8..240:*0.5", "W205", "must be above 1"),
        ("pes=0..8:*2", "W205", "begins above 0"),
        ("pes=0..8", "W205", "must be at least 1, not 0 | Processing elements"),
        ("pes=1..2M:1M", "W205", "must be at most 1048576, not 1048577"),
        ("pes=8..240:", "W205", "is no range | a range is a..b"),
        ("pes=8..", "W205", "is no range"),
        ("pes=8...240", "W205", "is no range"),
        ("pes=1..2|2", "W006", "2 is given twice"),
        ("clock_mhz=1|1.0", "W006", "1.0 is given twice"),
        ("shape=4x4|[4,4]", "W006", "4x4 is given twice"),
        ("pes=1||2", "W205", "an alternative is missing"),
        ("pes=", "W205", "there is no value"),
        ("pes=[]", "W205", "there is no value"),
        ("pes=[8", "W205", "cannot be read"),
        ("pes", "W205", "a setting is key=value"),
        ("pez=8..16", "W205", "unknown key 'pez' | did you mean 'pes'?"),
        ("L2.bandwith=8..16", "W205", "did you mean 'L2.bandwidth'?"),
        ("L3.bandwidth=8..16", "W205", "did you mean 'L2.bandwidth'?"),
        ("memories=1", "W205", "unknown key"),
        ("L1.bandwidth=8", "W205", "no network lies below L1"),
        ("pes=1.5", "W205", "must be an integer, not 1.5"),
        ("pes=1..2:0.5", "W205", "must be an integer, not 1.5"),
        ("pes=true|false", "W205", "must be an integer, not true"),
        ("pes=unlimited", "W205", "must be an integer, not null"),
        ("pes=[[1, 2]]", "W205", "must be an integer"),
        ("L2.capacity_bytes=64k", "W205", "must be an integer"),
        ("L2.multicast=1", "W205", "must be true or false"),
        ("L2.topology=mesh|buss", "W205", "must be one of 'bus', 'tree', 'mesh', not \"buss\""),
        ("shape=4x0", "W205", "must be at least 1, not 0"),
        ("L1.instances=all", "W205", "an integer of at least 1, or per_pe"),
        ("name=a|b", "W205", "'name' cannot vary"),
        ("L2.holds=input", "W205", "cannot vary | numbers, flags, names and shapes can"),
        ("L2.formats.input=csr", "W205", "cannot vary"),
        ("word_bits=5", "W205", "cannot vary"),
        ("actions=1", "W205", "cannot vary"),
        ("pes=needed", "W205", "only a capacity can be needed"),
        ("L2.bandwidth=needed", "W205", "only a capacity can be needed | did you mean 'L2.capacity_bytes'?"),
        ("L2.capacity_bytes=needed|64K", "W205", "'needed' stands alone"),
        (f"L2.capacity_bytes=1..{MAX_VALUES + 1}", "W205", f"more than {MAX_VALUES} values"),
        ("L2.capacity_bytes=1..1e30", "W205", "must be at most|more than"),
        ("clock_mhz=1..8:*1.000001", "W205", f"more than {MAX_FACTORS} values"),
    ],
)
def test_what_is_wrong_with_a_set_is_said(setting, code, words):
    (found,) = findings([setting])
    assert found.code == code
    assert found.message.startswith(setting[:20])
    assert any(part in f"{found.message} | {found.hint}" for part in words.split("|") if part != " ") or (
        words in f"{found.message} | {found.hint}"
    )


def test_all_findings_come_at_once():
    found = findings(["pes=8..1", "L2.bandwith=3", "pes=4", "bandwidth=1..4", "L2.bandwidth=8", "shape=0x4"])
    assert [item.code for item in found] == ["W205", "W205", "W006", "W006", "W205"]
    assert "'bandwidth' varies the same field" in found[3].message


def test_a_list_tells_every_wrong_item_and_a_range_one():
    assert len(findings({"pes": [0, 4, -1, "x"]})) == 3
    assert len(findings({"pes": "-5..5"})) == 1


def test_the_variables_of_a_space_have_a_limit_together():
    keys = ["L2.bandwidth", "DRAM.bandwidth", "L2.capacity_bytes", "L1.capacity_bytes", "L2.latency", "L2.banks"]
    (found,) = findings(dict.fromkeys(keys, f"1..{MAX_VALUES}"))
    assert f"more than {MAX_SPACE_VALUES} values" in found.message


def test_sizes_are_exact_whatever_they_are():
    vary = dict.fromkeys(("L2.bandwidth", "DRAM.bandwidth", "L2.latency", "L2.banks", "lanes", "pes"), "1..1000")
    vary |= dict.fromkeys(("L2.capacity_bytes", "L1.capacity_bytes"), f"1..{MAX_VALUES - 1}")
    assert machine_space(BENCH, vary).size == 1000**6 * (MAX_VALUES - 1) ** 2


def test_needed_capacities_are_no_variables_and_have_no_limit():
    space = machine_space(BENCH, ["capacity_bytes=needed", "pes=4|8"])
    assert space.needed == ("DRAM", "L2", "L1")
    assert [variable.key for variable in space.variables] == ["pes"]
    assert all(memory.capacity_bytes is None for memory in space.base.memories)
    one = machine_space(EYERISS, {"L2.capacity_bytes": " needed "})
    assert (one.size, one.needed) == (1, ("L2",))
    assert [memory.capacity_bytes for memory in one.base.memories if memory.name != "L2"] == [
        memory.capacity_bytes for memory in EYERISS.memories if memory.name != "L2"
    ]


def test_structures_and_prices_are_told_apart():
    vary = ["pes=1|2", "bandwidth=1|2", "L2.capacity_bytes=64K|128K", "L2.multicast=true|false", "clock_mhz=1|2"]
    space = machine_space(BENCH, vary)
    assert [variable.key for variable in space.structures] == ["pes", "L2.multicast"]
    assert [variable.key for variable in space.variables if variable.priced] == [
        "bandwidth",
        "L2.capacity_bytes",
        "clock_mhz",
    ]


def test_values_that_do_not_go_together_are_designs_that_are_no_machines():
    space = machine_space(BENCH, ["L1.instances=4|16", "pes=8|16"])
    kept = [chosen for chosen, machine in space.machines() if is_machine(machine)]
    assert (space.size, kept) == (4, [(4, 8), (4, 16), (16, 16)])


KEYS = {
    "pes": st.integers(1, 512),
    "lanes": st.integers(1, 8),
    "shape": st.lists(st.integers(1, 8), min_size=1, max_size=3).map(tuple),
    "clock_mhz": st.integers(1, 4000).map(lambda number: number / 8),
    "cluster_buffers": st.booleans(),
    "energy_table": st.sampled_from(["eyeriss", "maestro_28nm"]),
    "default_word_bits": st.integers(1, 32),
    "word_bits.output": st.integers(1, 64),
    "bandwidth": st.none() | st.integers(1, 64),
    "capacity_bytes": st.none() | st.integers(64, 4096),
    "buffering": st.sampled_from(["double", "rolling", "single"]),
    "L2.multicast": st.booleans(),
    "L2.topology": st.sampled_from(["bus", "tree", "mesh"]),
    "L2.banks": st.integers(1, 64),
    "L2.instances": st.integers(1, 16),
    "L1.instances": st.none() | st.integers(1, 16),
    "L2.read_bandwidth": st.none() | st.integers(1, 64),
    "L2.channels.filter": st.none() | st.integers(1, 64),
    "L2.capacities.input": st.integers(1, 512),
    "DRAM.networks.0.latency": st.integers(0, 9),
}


@st.composite
def spaces(draw):
    """Keys with their values, no field by two keys."""
    keys = draw(st.lists(st.sampled_from(sorted(KEYS)), min_size=1, max_size=4, unique=True))
    return {key: draw(st.lists(KEYS[key], min_size=1, max_size=3, unique=True)) for key in keys}


def written(key, value):
    return "per_pe" if key.endswith("instances") and value is None else setting_text(value)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(spaces())
def test_machines_are_those_that_settings_make(vary):
    """A machine of a space is that of `--set` of its values, and none where `--set` refuses them."""
    space = machine_space(BENCH, [f"{key}={'|'.join(written(key, value) for value in vary[key])}" for key in vary])
    assert [variable.values for variable in space.variables] == [tuple(vary[key]) for key in vary]
    every = list(product(*vary.values()))
    assert space.size == len(every)
    for (chosen, machine), expected in islice(zip(space.machines(), every, strict=True), 12):
        assert chosen == expected
        texts = [f"{key}={_yaml(key, value)}" for key, value in zip(vary, chosen, strict=True)]
        if "shape" in vary and "pes" not in vary:
            texts.append(f"pes={machine.pes}")
        try:
            made = apply_overrides(BENCH, texts)
        except WeftError:
            assert not is_machine(machine)
        else:
            assert machine == made


def _yaml(key, value):
    return str(list(value)) if key == "shape" else written(key, value)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 9), st.sampled_from([1, 2, 4, 5, 8, 10]))
def test_ranges_are_those_of_integers_scaled(first, more, step, parts):
    numbers = [number / parts for number in range(first, first + more + 1, step)]
    text = f"{first / parts}..{(first + more) / parts}:{step / parts}"
    assert values("pe_idle_pj", text) == tuple(map(float, numbers))
