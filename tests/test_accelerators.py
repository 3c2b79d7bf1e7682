"""Machines from presets, YAML text, MAESTRO hardware files and settings."""

import json
import subprocess
import sys
from dataclasses import MISSING, fields
from math import prod
from pathlib import Path

import jsonschema
import pytest

from weft.frontends.accelerator import (
    accelerator_schema,
    apply_overrides,
    list_presets,
    load_accelerator,
    parse_accelerator,
)
from weft.frontends.accelerator.model import (
    AcceleratorModel,
    InterconnectModel,
    MemoryModel,
    VectorUnitModel,
    _Strict,
    _value,
)
from weft.frontends.accelerator.overrides import TABLES, TEXTS
from weft.ir import Accelerator, Interconnect, Memory, WeftError, machine_problems
from weft.validation.maestro.reference import reference_folder

ROOT = Path(__file__).parents[1]
HARDWARE = (reference_folder() or Path("nowhere")) / "maestro/accelerator_1.m"

SMALL = """\
name: small
pes: 4
memories:
  - name: L2
    capacity_bytes: 64
    networks:
      - bandwidth: 2
  - name: L1
    instances: per_pe
"""


def findings(function, *arguments):
    with pytest.raises(WeftError) as caught:
        function(*arguments)
    return caught.value.diagnostics


def places(text):
    found = findings(parse_accelerator, text, "m.yaml")
    assert all(item.code == "W205" for item in found)
    return {(item.span.line, item.span.column): f"{item.message} | {item.hint}" for item in found}


def changed(old, new):
    assert old in SMALL
    return SMALL.replace(old, new)


def test_presets_are_the_documented_ones():
    assert list_presets() == (
        "bench_256",
        "eyeriss",
        "gemmini_like",
        "generic_256",
        "maeri_64",
        "nvdla_like",
        "shidiannao_like",
        "simba_like",
        "sparse_tensor_core",
        "systolic_is",
        "systolic_os",
        "systolic_ws",
        "tpu_v1_like",
    )
    document = (ROOT / "docs/accelerators.md").read_text("utf-8")
    for name in list_presets():
        assert f"| `{name}` | {load_accelerator(name).pes} |" in document


@pytest.mark.parametrize("name", list_presets())
def test_preset_round_trips_and_says_where_it_is_from(name):
    machine = load_accelerator(name)
    assert machine.name == name
    assert "Assumed" in machine.source
    assert machine.memories[0].instances == 1
    assert machine.memories[-1].instances is None
    assert parse_accelerator(str(machine)) == machine
    jsonschema.validate(machine.to_dict(), accelerator_schema())


def test_generic_machine_is_that_of_the_case_studies():
    machine = load_accelerator("generic_256")
    l2, l1 = machine.memories
    assert (machine.pes, l2.capacity_bytes, l1.capacity_bytes) == (256, None, None)
    assert l2.networks == (Interconnect(bandwidth=32, latency=0),)


def test_everything_in_a_file_reaches_the_machine():
    wires = (("filter", 5), ("input", None))
    network = Interconnect(3, 2, False, False, True, wires, "mesh", 1, "chain", 2, (("output", 3),))
    memories = (
        Memory("DRAM", networks=(network, Interconnect(7))),
        Memory("L2", 2, 99, "single", (Interconnect(),), (("filter", 9),), ("filter",), 1, 2, 3, 4, 5, 0.5),
        Memory("L1", None, 5),
    )
    bits = (("output", 32),)
    machine = Accelerator(
        "m", 8, memories, 4, bits, 16, True, "other", "here: 'ü'", 2, 3, 200.0, 0.25, 0.75, (), (4, 1), "mine", 22.0
    )
    assert parse_accelerator(str(machine)) == machine


def test_defaults_are_those_of_the_ir():
    machine = parse_accelerator("name: m\npes: 2\nmemories: [{name: L2}]\n")
    assert machine == Accelerator("m", 2, (Memory("L2"),))


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("pes: 4", "pes: 0", (2, 6), "pes must be at least 1, not 0"),
        ("pes: 4", "pes: many", (2, 6), 'pes must be an integer, not "many"'),
        ("pes: 4", "pes: true", (2, 6), "pes must be an integer, not true"),
        ("pes: 4", "pse: 4", (2, 1), "unknown key 'pse' in the machine | did you mean 'pes'?"),
        ("pes: 4\n", "", (1, 1), "the machine lacks 'pes'"),
        ("capacity_bytes: 64", "capacity_byte: 64", (5, 5), "did you mean 'capacity_bytes'?"),
        (
            "capacity_bytes: 64",
            "capacity_bytes: 6.4",
            (5, 21),
            "memories[0].capacity_bytes must be an integer",
        ),
        ("bandwidth: 2", "bandwith: 2", (7, 9), "did you mean 'bandwidth'?"),
        ("bandwidth: 2", "latency: -1", (7, 18), "memories[0].networks[0].latency must be at least 0"),
        ("bandwidth: 2", "multicast: 1", (7, 20), "must be true or false"),
        ("bandwidth: 2", "channels: {filter: 0}", (7, 28), "channels.filter must be at least 1"),
        ("bandwidth: 2", "channels: {1: 2}", (7, 20), "must be text"),
        ("name: L2", "name: L1", (8, 11), "two memories are called L1"),
        ("name: L2", "name: MAC", (4, 11), "the arithmetic"),
        ("name: L2", "name: P", (4, 11), "cluster kind"),
        ("name: L2", "name: my L2", (4, 11), "must be an identifier"),
        ("instances: per_pe", "instances: all", (9, 16), "an integer of at least 1, or per_pe"),
        ("instances: per_pe", "instances: 9", (9, 16), "more instances (9) than there are pes (4)"),
        ("instances: per_pe", "instances: per_pe\n  - name: L3", (9, 16), "only the last memories may be per_pe"),
        ("capacity_bytes: 64", "holds: [input]", (5, 12), "the outermost memory must hold every tensor"),
        (
            "capacity_bytes: 64",
            "capacity_bytes: 64\n    capacities: {input: 65}",
            (6, 17),
            "gives 65 of its 64 bytes away",
        ),
        ("instances: per_pe", "buffering: triple", (9, 16), "buffering must be"),
        ("instances: per_pe", "leakage_mw: -1", (9, 17), "leakage_mw must be at least 0"),
        ("pes: 4", "pes: 4\nclock_mhz: 0", (3, 12), "clock_mhz must be"),
        ("pes: 4", "pes: 4\ntechnology_nm: 0", (3, 16), "technology_nm must be"),
        ("pes: 4", "pes: 4\ntechnology: 28", (3, 1), "did you mean 'technology_nm'?"),
        ("capacity_bytes: 64", "instances: 2", (5, 16), "the outermost memory must have one instance"),
        ("instances: per_pe\n", "networks: [{latency: 1}]\n    instances: per_pe\n", (9, 15), "no network"),
        (SMALL, "[1, 2]", (1, 1), "the machine must be a mapping"),
        (SMALL, "", (1, 1), "empty"),
    ],
)
def test_a_mistake_is_found_where_it_stands(old, new, place, words):
    assert words in places(changed(old, new))[place]


def test_instances_may_not_fall_on_the_way_in():
    text = "name: m\npes: 8\nmemories: [{name: A}, {name: B, instances: 4}, {name: C, instances: 2}]\n"
    assert (
        "C has fewer instances (2) than a memory above it (4)" in places(text)[3, text.splitlines()[2].index("2") + 1]
    )


def test_all_mistakes_are_reported_at_once():
    text = changed("pes: 4", "pes: -4").replace("bandwidth: 2", "bandwith: 2").replace("64", "x")
    assert set(places(text)) == {(2, 6), (5, 21), (7, 9)}


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("name: [", "W001", 1),
        ("name: a\n\tpes: 3", "W001", 2),
        ("name: a\npes: \x07", "W001", 2),
        ("name: !!python/object:x y", "W001", 1),
        ("--- a\n--- b\n", "W001", 2),
        ("name: a\nname: b\n", "W006", 2),
        ("memories:\n- name: a\n  name: b\n", "W006", 3),
    ],
)
def test_text_that_is_not_proper_yaml(text, code, line):
    (found,) = findings(parse_accelerator, text, "m.yaml")
    assert (found.code, found.span.file, found.span.line) == (code, "m.yaml", line)


def test_unknown_names_and_unreadable_files(tmp_path):
    (found,) = findings(load_accelerator, "eyeris")
    assert (found.code, found.hint) == ("W002", "did you mean 'eyeriss'?")
    assert "generic_256" in found.notes[0]
    binary = tmp_path / "binary"
    binary.write_bytes(b"\x7fELF\xff\x00")
    zeros = tmp_path / "zeros"
    zeros.write_bytes(b"name: \x00")
    for path in (tmp_path / "none.yaml", tmp_path, binary, zeros):
        (found,) = findings(load_accelerator, str(path))
        assert found.code == "W008"
        assert str(path) in found.message


@pytest.mark.parametrize("table", ["energy_table", "area_table"])
def test_a_table_beside_the_machine_is_found(tmp_path, table):
    (tmp_path / "mine.yaml").write_text("")
    (tmp_path / "m.yaml").write_text(SMALL + f"{table}: mine.yaml\n")
    assert getattr(load_accelerator(tmp_path / "m.yaml"), table) == str(tmp_path / "mine.yaml")


def test_settings_reach_what_they_name():
    machine = load_accelerator(
        "eyeriss",
        [
            "pes=64",
            "bandwidth=16",
            "L2.bandwidth=32",
            "L2.capacity_bytes=unlimited",
            "psum_spad.buffering=double",
            "L2.networks.0.latency=3",
            "lanes=2",
            "energy_table=maestro_28nm",
            "word_bits.output=32",
            "L2.channels.filter=8",
            "name=007",
        ],
    )
    dram, l2, *spads = machine.memories
    assert (machine.name, machine.pes, machine.lanes) == ("007", 64, 2)
    assert (machine.energy_table, machine.word_bits) == ("maestro_28nm", (("output", 32),))
    assert dram.networks[0].bandwidth == 16
    assert l2.networks[0] == Interconnect(32, 3, channels=(("input", 1), ("filter", 8), ("output", 4)), queues=True)
    assert (l2.capacity_bytes, spads[-1].buffering) == (None, "double")
    assert spads[-1].networks == (Interconnect(),)


def test_settings_for_all_networks_and_memories():
    settings = {"multicast": "false", "capacity_bytes": "10", "channels.input": "2"}
    machine = apply_overrides(parse_accelerator(SMALL), settings)
    assert machine.memories[0].networks == (Interconnect(2, multicast=False, channels=(("input", 2),)),)
    assert [memory.capacity_bytes for memory in machine.memories] == [10, 10]


def test_no_key_is_set_twice_and_no_setting_changes_nothing():
    machine = parse_accelerator(SMALL)
    (found,) = findings(apply_overrides, machine, ["pes=8", "pes=6"])
    assert (found.code, found.message) == ("W006", "pes=6: 'pes' is set twice")
    assert apply_overrides(machine, ()) == machine


def test_all_bad_settings_are_reported_at_once():
    settings = [
        "pse=3",
        "L2.bandwith=1",
        "L3.bandwidth=1",
        "psum_spad.bandwidth=1",
        "pes",
        "lanes=0",
        "pes=[",
        "vector_width=x",
    ]
    found = {item.message: item.hint for item in findings(load_accelerator, "eyeriss", settings)}
    assert found["pse=3: unknown key 'pse'"] == "did you mean 'pes'?"
    assert found["L2.bandwith=1: unknown key 'L2.bandwith'"] == "did you mean 'L2.bandwidth'?"
    assert found["L3.bandwidth=1: unknown key 'L3.bandwidth'"] == "did you mean 'L2.bandwidth'?"
    assert "no network lies below psum_spad" in found["psum_spad.bandwidth=1: unknown key 'psum_spad.bandwidth'"]
    assert "lanes=0: must be at least 1, not 0" in found
    assert 'vector_width=x: must be an integer, not "x"' in found
    assert any(message.startswith("pes=[: the value cannot be read") for message in found)
    assert "pes: a setting is key=value" in found
    assert len(found) == 8


def test_a_setting_that_breaks_the_machine_is_refused():
    (found,) = findings(load_accelerator, "eyeriss", ["L2.instances=500"])
    assert found.message == "L2.instances=500: L2 has more instances (500) than there are pes (168)"
    machine = "name: m\npes: 8\nmemories: [{name: A}, {name: B, instances: 4}]\n"
    (found,) = findings(apply_overrides, parse_accelerator(machine), ["pes=2"])
    assert found.message == "with these settings, B has more instances (4) than there are pes (2)"


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ("[4, 8]", "an array of 4 x 8 has 32 elements, but there are 24 pes"),
        ("[0, 24]", "shape[0] must be at least 1, not 0"),
        ("24", "shape must be a list, not 24"),
    ],
)
def test_a_shape_that_is_not_that_of_the_elements_is_refused(shape, message):
    machine = f"name: m\npes: 24\nmemories: [{{name: A}}, {{name: B, instances: per_pe}}]\nshape: {shape}\n"
    (found,) = findings(parse_accelerator, machine, "m.yaml")
    assert (found.code, found.message, found.span.line) == ("W205", message, 4)


def test_the_shape_is_that_below_the_last_memory_with_fewer_instances_than_elements():
    text = "name: m\npes: 24\nmemories: [{name: A}, {name: B, instances: 4}, {name: C, instances: 24}]\nshape: "
    assert parse_accelerator(text + "[2, 3]").shape == (2, 3)
    (found,) = findings(parse_accelerator, text + "[4, 6]")
    assert found.message == "4 arrays of 4 x 6 have 96 elements, but there are 24 pes"
    one = Accelerator("one", 1, (Memory("A"),), shape=(1,))
    assert parse_accelerator(str(one)) == one
    wrong = Accelerator("wrong", 4, (Memory("A"),), shape=(-2, -2))
    assert [message for _, message in machine_problems(wrong)] == [
        "a side of the shape must be at least 1, not -2",
        "a side of the shape must be at least 1, not -2",
    ]


@pytest.mark.parametrize("name", list_presets())
def test_presets_have_the_shape_of_all_their_elements(name):
    machine = load_accelerator(name)
    assert prod(machine.shape) * machine.arrays == machine.pes or not machine.shape
    assert (not machine.shape) == (name in ("generic_256", "maeri_64", "sparse_tensor_core"))


def test_a_setting_of_the_elements_takes_their_shape_away():
    assert load_accelerator("bench_256", ["pes=256"]).shape == (16, 16)
    assert load_accelerator("bench_256", ["pes=64"]).shape == ()
    assert load_accelerator("bench_256", ["pes=64", "shape=[4,16]"]).shape == (4, 16)
    assert load_accelerator("bench_256", ["shape=[256]"]).shape == (256,)
    assert load_accelerator("simba_like", ["AB.instances=2304"]).shape == ()
    (found,) = findings(load_accelerator, "bench_256", ["shape=[16,17]"])
    assert found.message == "shape=[16,17]: an array of 16 x 17 has 272 elements, but there are 256 pes"


def test_hardware_text():
    machine = parse_accelerator("num_pes: 56\nnoc_bw_cstr: 24\nNoC_NumHops: 3\nl1_size_cstr: 64\n", "chip.m")
    l2, l1 = machine.memories
    assert (machine.name, machine.pes, machine.energy_table) == ("chip", 56, "maestro_28nm")
    assert (l2.name, l2.capacity_bytes, l2.networks) == ("L2", None, (Interconnect(24, 2),))
    assert (l1.name, l1.instances, l1.capacity_bytes) == ("L1", None, 64)
    assert parse_accelerator("l2_size_cstr: 1").pes == 1


@pytest.mark.skipif(not HARDWARE.exists(), reason="the reference data is not beside this checkout")
def test_hardware_file():
    machine = load_accelerator(HARDWARE, ["L1.capacity_bytes=unlimited"])
    dram, l2, l1 = machine.memories
    assert (machine.name, machine.pes) == ("accelerator_1", 256)
    assert (dram.name, dram.networks) == ("DRAM", (Interconnect(50),))
    assert (l2.capacity_bytes, l2.networks) == (3000, (Interconnect(1000, 0),))
    assert l1.capacity_bytes is None


def test_schema_and_field_tables_are_current():
    schema = json.loads((ROOT / "docs/accelerator.schema.json").read_text("utf-8"))
    assert schema == accelerator_schema()
    document = (ROOT / "docs/accelerators.md").read_text("utf-8")
    for model in (AcceleratorModel, VectorUnitModel, MemoryModel, InterconnectModel):
        for name, field in model.model_fields.items():
            assert any(line.startswith(f"| `{name}` |") and field.description in line for line in document.splitlines())


def test_importing_the_frontend_is_light():
    code = (
        "import sys, weft.frontends.accelerator as a; a.list_presets(); "
        "print('pydantic' in sys.modules, 'yaml' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]


def test_the_layout_has_the_fields_and_defaults_of_the_machine():
    """In their order: what a file leaves out is what Python leaves out."""
    layouts = _Strict.__subclasses__()
    assert len(layouts) == 6
    for layout in layouts:
        known = {item.name: item for item in fields(layout.OF)}
        assert list(layout.model_fields) == [name for name in known if name != "part_of"]
        for name, item in layout.model_fields.items():
            if item.is_required():
                assert known[name].default is MISSING
                continue
            default = _value(item.get_default(call_default_factory=True))
            assert layout.NONE.get((name, default), default) == known[name].default, (layout, name)


def test_every_table_by_tensor_can_be_set_for_one_tensor():
    assert {*TABLES} == {"word_bits", "channels", "capacities", "store_and_forward", "formats", "intervals"}
    assert TEXTS == ("name", "energy_table", "source", "area_table")
    machine = load_accelerator("generic_256", ["L2.formats.filter={kind: csr}", "word_bits.filter=4"])
    (kept,) = [memory for memory in machine.memories if memory.name == "L2"]
    assert dict(kept.formats)["filter"].kind == "csr"
    assert dict(machine.word_bits) == {"filter": 4}


def test_settings_may_be_written_with_suffixes_and_crosses():
    machine = load_accelerator("bench_256", ["L2.capacity_bytes=64K", "shape=8x32", "L2.bandwidth=unlimited"])
    assert machine == load_accelerator(
        "bench_256", ["L2.capacity_bytes=65536", "shape=[8,32]", "L2.bandwidth=unlimited"]
    )
    for setting in ("L2.capacity_bytes=64k", "L2.capacity_bytes=6.4K", "shape=8x", "pes=8x8"):
        with pytest.raises(WeftError, match=r"must be"):
            load_accelerator("bench_256", [setting])
