"""Timeloop's files in all their forms mean the same program."""

import pytest
from timeloop_designs import ARCHITECTURE, EXAMPLES, MAPPING, PROBLEM, SMALL_MACHINE, SMALL_PROBLEM, counts, read, small

import weft
from weft.frontends.timeloop import parse_timeloop, read_timeloop
from weft.ir import SpatialMap, TemporalMap

# --- the forms of an architecture ----------------------------------------------------------------------------------

FLATTENED = """
architecture:
  version: '0.4'
  subtree:
  - name: system_top_level
    attributes: {version: '0.4', global_cycle_seconds: 1e-9, has_power_gating: false}
    local:
    - name: MainMemory[1..1]
      class: DRAM
      attributes: {width: 256, datawidth: 8, n_banks: 2, reduction_supported: true, multiple_buffering: 1, meshX: 1}
      required_actions: [read, write]
      enabled: true
    - name: inter_PE_spatial[1..1]
      class: dummy_storage
      attributes: {width: 1, depth: 1, datawidth: 1, technology: -1, allow_overbooking: false}
    - name: GlobalBuffer[1..16]
      class: SRAM
      attributes: {depth: 32768, width: 64, datawidth: 8, meshX: 16, meshY: 1}
    - name: RegisterFile[1..16]
      class: regfile
      attributes: {depth: 64, width: 8, datawidth: 8, meshX: 16}
    - name: MACC[1..16]
      class: intmac
      attributes: {datawidth: 8}
"""
NESTED = """
architecture:
  version: 0.3
  subtree:
  - name: System
    local:
    - name: MainMemory
      class: DRAM
      attributes: {width: 256, word-bits: 8}
    subtree:
    - name: PE[0..15]
      local:
      - name: GlobalBuffer
        class: SRAM
        attributes: {depth: 32768, width: 64, word-bits: 8}
      - name: RegisterFile
        class: regfile
        attributes: {depth: 64, width: 8, word-bits: 8}
      - name: MACC
        class: intmac
        attributes: {datawidth: 8}
"""
FLAT = """
arch:
  arithmetic: {instances: 16, word-bits: 8, meshX: 16}
  storage:
  - {name: RegisterFile, entries: 64, instances: 16, word-bits: 8}
  - {name: GlobalBuffer, sizeKB: 256, instances: 16, word-bits: 8, block-size: 8}
  - {name: MainMemory, technology: DRAM, instances: 1, word-bits: 8, block-size: 32}
"""


@pytest.mark.parametrize(
    ("machine", "target"),
    [
        (ARCHITECTURE, "PE"),
        (ARCHITECTURE, "inter_PE_spatial"),
        (ARCHITECTURE, "MainMemory"),
        (FLATTENED, "inter_PE_spatial"),
        (NESTED, "MainMemory"),
        (FLAT, "MainMemory"),
    ],
)
def test_every_form_of_an_architecture_makes_the_same_machine(machine, target):
    expected = read(PROBLEM, ARCHITECTURE, MAPPING)
    mapping = read(PROBLEM, machine, MAPPING.replace("target: PE", f"target: {target}"))
    assert mapping.dataflow == expected.dataflow
    assert mapping.accelerator == expected.accelerator


def test_memories_have_their_figures():
    machine = read_timeloop(sorted((EXAMPLES / "eyeriss_like").iterdir()))[0].accelerator
    figures = {item.name: (item.instances, item.capacity_bytes, item.block_size) for item in machine.memories}
    assert figures == {
        "DRAM": (1, None, 8),
        "shared_glb": (1, 131072, 8),
        "ifmap_spad": (168, 24, 2),
        "weights_spad": (168, 384, 2),
        # Sixteen words of 16 bits: as many elements, whatever the machine's width of an element.
        "psum_spad": (None, 16, 1),
    }
    assert machine.pes == 168
    assert [item.read_bandwidth for item in machine.memories] == [None, 16, 2, 2, 2]
    assert {item.buffering for item in machine.memories} == {"rolling"}


def test_the_clock_and_double_buffers_are_taken_over():
    text = ARCHITECTURE.replace("1e-9", "4e-9").replace("depth: 64,", "depth: 64, multiple_buffering: 2,")
    machine = read(PROBLEM, text, MAPPING).accelerator
    assert machine.clock_mhz == pytest.approx(250)
    assert [item.buffering for item in machine.memories] == ["rolling", "rolling", "double"]


def test_units_that_no_loop_uses_stay_idle():
    mapping = read(PROBLEM, ARCHITECTURE, MAPPING.replace("C=16", "C=8").replace("K=32 C=2", "K=32 C=4"))
    assert [item.instances for item in mapping.accelerator.memories] == [1, 16, None]
    assert (mapping.accelerator.pes, counts(mapping).active_peak) == (16, 8)


# --- loops ---------------------------------------------------------------------------------------------------------


def test_permutations_run_from_the_innermost():
    flow = read(PROBLEM, ARCHITECTURE, MAPPING).dataflow
    assert [item.dimension for item in flow.levels[1]] == ["C", "K", "R"]
    assert flow.levels[0] == (SpatialMap(2, 2, "C"),)


@pytest.mark.parametrize(
    "factors", ["R=3 P=5", "R3 P5", "'R=3,P=5'", "[R=3, P=5]", "[R3, P5]", "R=0 P=5", "R=3 P=0", "R 3 P 5 # all"]
)
def test_factors_are_read_in_every_spelling(factors):
    mapping = small(
        f"- target: Main\n  type: temporal\n  permutation: PR\n  factors: {factors}\n"
        "- {target: Buffer, type: temporal, factors: P=3, permutation: P}"
    )
    assert mapping.dataflow.levels[0] == (TemporalMap(1, 1, "R"), TemporalMap(3, 3, "P"))


def test_a_last_bound_makes_a_ragged_edge():
    mapping = small(
        "- {target: Main, type: temporal, factors: 'P=4', permutation: P}\n"
        "- {target: Buffer, type: temporal, factors: 'P=4,3 R=3', permutation: RP}"
    )
    assert mapping.dataflow.levels[0] == (TemporalMap(4, 4, "P"),)
    assert counts(mapping).traffic("Main", "Buffer", "Outputs").updates == 15
    assert not weft.verify(weft.evaluate(mapping))


def test_bypassed_data_come_from_further_out():
    mapping = small(
        "- {target: Main, type: temporal, factors: P=15 R=3}\n- {target: Buffer, type: bypass, bypass: [Inputs]}"
    )
    assert {(item.parent, item.child) for item in counts(mapping).interfaces} == {
        ("Main", "Buffer"),
        ("Buffer", "MAC"),
        ("Main", "MAC"),
    }


def test_a_printed_map_brings_its_own_machine():
    text = """
Main [ Weights:3 (3) Inputs:17 (17) Outputs:15 (15) ]
-----------------------------------------------------
| for P in [0:3)
|   for P in [0:5) (Spatial-X)

Buffer [ Weights:3 (3) Inputs:3 (3) Outputs:1 (1) ]
---------------------------------------------------
|     for R in [0:3)
|       << Compute >>
"""
    mapping = read(SMALL_PROBLEM, text)
    assert mapping.accelerator.pes == 5
    assert [item.name for item in mapping.accelerator.memories] == ["Main", "Buffer"]
    assert counts(mapping).traffic("Main", "Buffer", "Inputs").reads == 3 * 7


def test_a_printed_map_of_another_problem_is_noticed():
    text = "Main [ Weights:3 (3) Inputs:99 (99) Outputs:15 (15) ]\nfor P in [0:15) for R in [0:3)\n<< Compute >>\n"
    mapping, notes = parse_timeloop([("p.yaml", SMALL_PROBLEM), ("m.txt", text)])
    assert mapping.accelerator.pes == 1
    (note,) = [item for item in notes if item.code == "W503"]
    assert "prints 99 elements of Inputs in Main, its loops make 17" in note.message


def test_variables_and_arithmetic():
    machine = SMALL_MACHINE.replace("depth: 64", "depth: 2 ** N * 8").replace("width: 8,", "width: WORD,")
    variables = "variables:\n  version: 0.4\n  N: 3\n  WORD: max(ceil(N * 2.5), 4)\n"
    mapping = small("- {target: Main, type: temporal, factors: P=15 R=3}", machine=variables + machine)
    assert mapping.accelerator.memories[1].capacity_bytes == 64


def test_strides_are_coefficients():
    problem = (EXAMPLES / "eyeriss_like" / "problem.yaml").read_text("utf-8")
    mapping = read_timeloop(sorted((EXAMPLES / "simba_like").iterdir()))[0]
    assert "Wstride: 2" in problem
    assert str(mapping.workload.tensor("Inputs")) == "Inputs[N, C, R + 2*P, S + 2*Q]"


def test_the_built_in_shape_of_a_layer():
    problem = "problem: {shape: cnn-layer, R: 3, S: 3, P: 4, Q: 5, C: 2, K: 2, N: 1, Wstride: 2}\n"
    mapping = small("- {target: Main, type: temporal, factors: R3 S3 P4 Q5 C2 K2}", problem=problem)
    assert str(mapping.workload.tensor("Inputs")) == "Inputs[N, C, R + 2*P, S + Q]"
    assert counts(mapping).points == 3 * 3 * 4 * 5 * 2 * 2


def test_directives_as_the_mapper_writes_them():
    mapping = """
mapping:
- {target: psum_spad, type: datatype, keep: [Outputs], bypass: [Weights, Inputs]}
- {target: weights_spad, type: datatype, keep: [Weights], bypass: [Inputs, Outputs]}
- {target: ifmap_spad, type: datatype, keep: [Inputs], bypass: [Weights, Outputs]}
- {target: inter_PE_spatial, type: datatype, keep: [], bypass: [Weights, Inputs, Outputs]}
- {target: shared_glb, type: datatype, keep: [Inputs, Outputs], bypass: [Weights]}
- {target: psum_spad, type: temporal, factors: C1 M2 R1 S1 N1 P1 Q1, permutation: MCRSNPQ}
- {target: weights_spad, type: temporal, factors: C1 M1 R1 S1 N1 P1 Q1, permutation: CMRSNPQ}
- {target: inter_PE_spatial, type: spatial, factors: C3 M1 R1 S3 N1 P1 Q1, permutation: SCMRNPQ, split: 0}
- {target: inter_PE_spatial, type: temporal, factors: C1 M1 R1 S1 N1 P1 Q1, permutation: CMRSNPQ}
- {target: inter_PE_column_spatial, type: spatial, factors: C1 M8 R1 S1 N1 P1 Q1, permutation: MCRSNPQ, split: 1}
- {target: shared_glb, type: temporal, factors: C1 M1 R3 S1 N1 P14 Q112, permutation: QPRCMSN}
- {target: DRAM, type: temporal, factors: C1 M2 R1 S1 N1 P8 Q1, permutation: MPCRSNQ}
"""
    texts = [(EXAMPLES / "eyeriss_like" / name).read_text("utf-8") for name in ("arch.yaml", "problem.yaml")]
    cost = weft.evaluate(read(*texts, mapping))
    assert cost.counts.active_peak == 8 * 3 * 3
    assert cost.cycles_throughput == cost.counts.points // 72
    # Weights are fetched for each of 8 strips, R and every element of the output row and column inside them.
    assert cost.counts.traffic("DRAM", "weights_spad", "Weights").reads == 864 * 8


@pytest.mark.parametrize("name", ["eyeriss_like", "simba_like"])
def test_example_designs_fit_and_are_legal(name):
    mapping, notes = read_timeloop(sorted((EXAMPLES / name).iterdir()))
    assert {item.code for item in notes} == {"W504"}
    assert not any(item.is_error for item in weft.check(mapping))


def test_each_loop_of_a_text_of_factors_has_its_own_place():
    mapping = read(PROBLEM, ARCHITECTURE, MAPPING)
    spans = [item.span for level in mapping.dataflow.levels for item in level]
    places = {item.text[item.column - 1 : item.column - 1 + item.length] for item in spans}
    assert {"R=3", "K=32", "C=16"} <= places
