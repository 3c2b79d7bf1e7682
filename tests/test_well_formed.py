"""Mappings that no reader has checked: what cannot be is refused with its reason, never counted or a traceback."""

from dataclasses import replace

import numpy
import pytest
import sympy

import weft
from weft.analysis.placement import level_networks, place_memories
from weft.backends.energy import energy, load_energy_table
from weft.frontends.accelerator import parse_accelerator
from weft.frontends.maestro import parse_layer
from weft.ir import (
    Accelerator,
    Cluster,
    Dataflow,
    Findings,
    Index,
    Interconnect,
    Mapping,
    Memory,
    Span,
    SpatialMap,
    Subscript,
    TemporalMap,
    Tensor,
    Term,
    WeftError,
    Workload,
)
from weft.ir.size import as_size
from weft.passes import analyse, schedule

GEMM = weft.parse_workload("Type: GEMM Dimensions { M: 4, N: 4, K: 4 }")
L2, L1 = Memory("L2"), Memory("L1", None)
MACHINE = Accelerator("machine", 4, (L2, L1))
SPREAD = Dataflow(((SpatialMap(1, 1, "A"),),))
PLACE = Span("file.m", 3, 5)
RESERVED = ["MAC", "mac", "P", "L", "network", "Network", "total", "TOTAL", "cluster1", "cluster12"]


def axes(*subscripts):
    """Axes from texts such as `A` or `2*A + B`."""
    return tuple(Subscript(tuple(term(part) for part in text.split("+") if part.strip())) for text in subscripts)


def term(text):
    *factor, name = text.strip().split("*")
    return Term(name, int(factor[0]) if factor else 1)


def workload(i=("A", "B"), o=("A",), extents=(("A", 4), ("B", 4)), indices=(), name="i"):
    return Workload("AFFINE", extents, (Tensor(name, axes(*i)),), Tensor("o", axes(*o)), indices)


def found(item=None, machine=MACHINE):
    """(code, message and hint) of all findings about a workload on a machine; they stand at the layer."""
    program = analyse(Mapping(item or workload(), SPREAD, machine, "layer", PLACE))
    assert (program.canonical is None) == program.has_errors
    assert all(item.span == PLACE for item in program.diagnostics)
    return [(item.code, f"{item.message}; {item.hint}") for item in program.diagnostics]


def machine(**changes):
    return replace(MACHINE, **changes)


def below(**changes):
    """A machine with the given network below its outermost memory."""
    return machine(memories=(Memory("L2", networks=(Interconnect(**changes),)), L1))


def test_a_well_formed_mapping_has_no_findings():
    assert found() == []


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"extents": (("A", 4), ("B", 0))}, "W004", "extent of B is 0; it must be at least 1"),
        ({"extents": (("A", 4), ("B", -3))}, "W004", "extent of B is -3"),
        ({"extents": (("A", 4), ("B", 2.5))}, "W004", "extent of B is 2.5; it must be an int"),
        ({"extents": (("A", 4), ("B", 2**31))}, "W010", "extent of B is 2147483648; the limit is 2147483647"),
        ({"extents": (("A", 4), ("B", 4), ("A", 2))}, "W006", "'A' is defined twice"),
        ({"i": ("A", "")}, "W011", "an axis of tensor 'i' has 0 terms"),
        ({"i": ("A + B + C",), "extents": (("A", 2), ("B", 2), ("C", 2))}, "W011", "has 3 terms"),
        ({"i": ("0*A", "B")}, "W004", "coefficient of A in i is 0"),
        ({"i": ("-1*A", "B")}, "W004", "coefficient of A in i is -1"),
        ({"i": ("4294967296*A", "B")}, "W010", "coefficient of A in i is 4294967296"),
        ({"i": ("A", "Bee")}, "W002", "tensor 'i' uses an unknown dimension 'Bee'; there are A, B; did you mean 'B'?"),
        ({"i": ("A", "A")}, "W011", "dimension 'A' occurs twice in tensor 'i'"),
        ({"i": ("A + 2*A",)}, "W011", "dimension 'A' occurs twice in tensor 'i'"),
        ({"i": ("A + B", "B")}, "W011", "dimension 'B' occurs twice in tensor 'i'"),
        ({"o": ("A + B",)}, "W011", "axis 'A + B' of the output 'o' is not a single dimension"),
        ({"o": ("2*A",)}, "W011", "axis '2*A' of the output 'o' is not a single dimension"),
        ({"name": "o"}, "W006", "tensor 'o' is defined twice; give an input that is also the output a name"),
        ({"indices": (Index("Y", "A", "R"),)}, "W002", "index 'Y' uses an unknown dimension 'R'"),
        ({"indices": (Index("Y", "A", "A"),)}, "W006", "index 'Y' names 'A' twice"),
        ({"indices": (Index("Y", "A", "B", 0),)}, "W004", "stride of Y is 0"),
        ({"indices": (Index("Y", "A", "B", 1, 0),)}, "W004", "dilation of Y is 0"),
        ({"indices": (Index("A", "A", "B"),)}, "W006", "'A' is defined twice"),
    ],
)
def test_a_workload_that_cannot_be(changes, code, words):
    ((number, text),) = found(workload(**changes))
    assert number == code
    assert words in text


def test_two_inputs_of_one_name():
    item = workload()
    ((code, text),) = found(replace(item, inputs=item.inputs * 2))
    assert (code, "tensor 'i' is defined twice" in text) == ("W006", True)


def test_zeros_along_an_unknown_index():
    ((code, text),) = found(replace(workload(), zero_insertion=(("Y", 2),)))
    assert (code, "unknown index 'Y'" in text) == ("W002", True)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (machine(memories=()), "the machine 'machine' has no memories"),
        (machine(pes=0), "pes is 0; it must be at least 1"),
        (machine(pes=2**20 + 1), "pes is 1048577; the limit is 1048576"),
        (machine(pes=4.0), "pes is 4.0; it must be an int"),
        (machine(lanes=0), "lanes is 0"),
        (below(bandwidth=0), "bandwidth below L2 is 0"),
        (below(channels=(("i", 0),)), "channel of i below L2 is 0"),
        (below(latency=-1), "latency below L2 is -1; it must be at least 0"),
        (machine(memories=(Memory("L2", networks=()), L1)), "L2 has no networks"),
        (machine(memories=(L2, Memory("L2", None))), "two memories are called L2"),
        (machine(memories=(L1,)), "the outermost memory must have one instance"),
        (machine(memories=(Memory("L2", holds=()), L1)), "the outermost memory must hold every tensor"),
        (machine(memories=(L2, Memory("L1", 0))), "instances of L1 is 0"),
        (machine(memories=(L2, Memory("L1", "per_pe"))), "instances of L1 is 'per_pe'; it must be an int"),
        (machine(memories=(L2, Memory("L1", None, 0))), "capacity_bytes of L1 is 0"),
        (machine(memories=(L2, Memory("L1", None, capacities=(("i", -1),)))), "capacity of i in L1 is -1"),
        (machine(memories=(L2, Memory("L1", None, 8, capacities=(("i", 9),)))), "L1 gives 9 of its 8 bytes away"),
        (
            machine(memories=(L2, Memory("L1", None, capacities=(("i", 9),), holds=("o",)))),
            "L1 has room for i, which it does not hold",
        ),
        (machine(memories=(L2, Memory("L1", None, holds=("i", "i")))), "L1 names a tensor twice"),
        (machine(word_bits=(("i", 0),)), "word_bits of i is 0"),
        (machine(vector_width=2**41), "vector_width is 2199023255552; the limit is 1099511627776"),
        (machine(clock_mhz=1e-310), "clock_mhz is 1e-310; it must be from 1e-06 to 1099511627776"),
        (machine(clock_mhz=10**400), "it must be from 1e-06 to 1099511627776"),
        (machine(pe_idle_pj=float("nan")), "pe_idle_pj is nan; it must be a number"),
    ],
)
def test_a_machine_that_cannot_be(wrong, words):
    ((code, text),) = found(machine=wrong)
    assert code == "W205"
    assert words in text


@pytest.mark.parametrize("name", RESERVED)
def test_reserved_names_are_refused_by_the_pass_and_by_the_reader_alike(name):
    wrong = machine(memories=(L2, Memory(name, None)))
    ((code, text),) = found(machine=wrong)
    assert (code, text.startswith(f"a memory cannot be called {name}: that is ")) == ("W205", True)
    with pytest.raises(WeftError) as caught:
        parse_accelerator(str(wrong))
    (finding,) = caught.value.diagnostics
    assert (finding.code, finding.message.endswith(text.removesuffix("; "))) == ("W205", True)


@pytest.mark.parametrize("name", ["l", "p", "Cluster", "cluster", "cluster_1", "totals", "networks"])
def test_names_that_only_resemble_reserved_ones_are_free(name):
    assert found(machine=machine(memories=(L2, Memory(name, None)))) == []


def test_everything_wrong_is_told_at_once():
    codes = [code for code, _ in found(workload(extents=(("A", 0), ("B", 2**40))), machine(pes=0, lanes=0))]
    assert codes == ["W004", "W010", "W205", "W205"]


# Sizes


@pytest.mark.parametrize("kind", [numpy.int64, numpy.uint8, sympy.Integer])
def test_sizes_are_whole_numbers_of_any_kind(kind):
    size = kind(2)
    for directive in (TemporalMap(size, size, "M"), SpatialMap(size, 2, "M"), SpatialMap(2, size, "M")):
        assert (type(directive.size), type(directive.offset)) == (int, int)
        assert (directive.size, directive.offset) == (2, 2)
    assert type(Cluster(size).size) is int
    program = Dataflow(((TemporalMap(size, size, "M"),), (SpatialMap(kind(1), kind(1), "N"),)), (Cluster(size),))
    plain = Dataflow(((TemporalMap(2, 2, "M"),), (SpatialMap(1, 1, "N"),)), (Cluster(2),))
    assert (str(program), program) == (str(plain), plain)
    costs = [weft.evaluate(Mapping(GEMM, item, MACHINE)) for item in (program, plain)]
    assert costs[0].counts == costs[1].counts


def test_symbols_stay_symbols():
    symbol = sympy.Symbol("T", integer=True)
    assert as_size(symbol + 1) == symbol + 1
    assert TemporalMap(symbol, 1, "M").size is symbol


def test_an_unknown_time_model_names_the_two():
    cost = weft.evaluate(Mapping(workload(), SPREAD, MACHINE))
    with pytest.raises(ValueError, match=r"'stepwize'.* 'stepwise' and 'throughput'"):
        cost.cycles("stepwize")


# The reader of mappings


@pytest.mark.parametrize(
    ("tensors", "columns"),
    [
        ("i[A, A]; o[B]", [6]),
        ("i[A + 2*A]; o[B]", [7]),
        ("i[A + B, A + C]; o[B]", [10]),
        ("i[Y, A]; o[B]", [6]),
        ("i[A, Y]; o[B]", [6]),
        ("i[A]; o[B, B]", [12]),
        ("i[A, A, A]; o[B]", [6, 9]),
    ],
)
def test_a_dimension_twice_in_a_tensor_is_refused_where_it_stands(tensors, columns):
    text = (
        f"Layer L {{ Type: AFFINE Dimensions {{ A: 2, B: 2, C: 2 }} Index {{ Y = A + C }} Tensors {{\n{tensors} }} }}"
    )
    with pytest.raises(WeftError) as caught:
        parse_layer(text)
    places = [(item.code, item.span.line, item.span.column) for item in caught.value.diagnostics]
    assert places == [("W011", 2, column) for column in columns]


# Memories and what they are called


def test_an_automatic_buffer_never_takes_a_name_and_the_networks_stay_those_of_the_machine():
    wide, narrow = Interconnect(bandwidth=8), Interconnect(bandwidth=2)
    accelerator = machine(
        pes=16, memories=(Memory("L2", networks=(wide, narrow)), Memory("cluster1", None)), cluster_buffers=True
    )
    program = Dataflow(((SpatialMap(1, 1, "M"),), (SpatialMap(1, 1, "N"),)), (Cluster(4),))
    findings = Findings()
    sites = place_memories(GEMM, program, accelerator, (4, 4), findings)
    assert findings.items == []
    assert [site.memory.name for site in sites] == ["L2", "cluster1_", "cluster1"]
    assert level_networks(accelerator, sites, 2) == (wide, narrow)


def test_a_memory_called_network_is_not_taken_for_the_network():
    plan = schedule(Mapping(GEMM, Dataflow(((SpatialMap(1, 1, "M"),),)), MACHINE))
    counts = weft.evaluate(plan.mapping).counts
    named = [replace(item, child=item.child.replace("L1", "network"), parent=item.parent.replace("L1", "network"))
             for item in counts.interfaces]  # fmt: skip
    sites = tuple(
        replace(site, memory=replace(site.memory, name=site.memory.name.replace("L1", "network")))
        for site in plan.sites
    )
    table = load_energy_table("eyeriss")
    before = energy(counts, plan, table)
    after = energy(replace(counts, interfaces=tuple(named)), replace(plan, sites=sites), table)
    assert [term.picojoules for term in after] == [term.picojoules for term in before]


def test_what_equals_a_sound_workload_or_machine_is_not_taken_for_it():
    assert found() == []
    wrong = workload(extents=(("A", 4.0), ("B", 4)))
    assert wrong == workload()
    assert found(wrong) == [("W004", "extent of A is 4.0; it must be an int; ")]
    assert found(machine=machine(lanes=1.0)) == [("W205", "lanes is 1.0; it must be an int; ")]
