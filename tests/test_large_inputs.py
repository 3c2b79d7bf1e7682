"""Files that are large or repeat themselves are read, or refused, in bounded time and memory."""

import pytest
from fuzz_guard import fault, forget_peak, peak

import weft
from weft.backends.energy import parse_energy_table
from weft.frontends.accelerator import parse_accelerator
from weft.frontends.maestro import parse_maestro
from weft.frontends.timeloop.reader import parse as parse_timeloop
from weft.ir import MAX_LEVELS, Dataflow
from weft.ir.workload_rules import MAX_NAMES
from weft.passes.raising.split import MOST_STATEMENTS
from weft.search.spaces.constraints import constrain
from weft.search.spaces.default import machine_space

LAYER = "Network n {{ Layer a {{ Type: GEMM Dimensions {{ M: 4, N: 6, K: 8 }} Dataflow {{ {} }} }} }}"
KEYS = [f"key{number}: {number}\n" for number in range(20_000)]


def checked(text):
    found = []
    for network in parse_maestro(text):
        for layer in network.layers:
            try:
                found += weft.check(weft.map_layer(layer, weft.load_accelerator("generic_256")))
            except weft.WeftError as error:
                found += error.diagnostics
    return "\n".join(map(str, found))


def repeated_statement(count, folder):
    file = folder / "many.c"
    body = "y[k] = alpha * y[k - 1];" * count
    file.write_text(f"void f(double y[9], double alpha) {{ for (int k = 1; k < 9; k++) {{ {body} }} }}")
    return "\n".join(str(item) for network in weft.read(file) for layer in network.layers for item in layer.diagnostics)


def constrained(text):
    workload = weft.parse_workload("fc:K=1000000,C=4")
    return constrain(machine_space(workload, weft.load_accelerator("bench_256"), None, "even"), (text,)).levels[0].sizes


def broken_operations(count, folder):
    file = folder / "broken.mlir"
    file.write_text("func.func @f() { " + "func.return " * count + "}")
    return "\n".join(str(item) for network in weft.read(file) for item in network.diagnostics)


LARGE = {
    "20 000 unknown keys of a machine": lambda: str(parse_accelerator("".join(KEYS))),
    "5 000 unknown keys of a table": lambda: str(parse_energy_table("".join(KEYS[:5_000]))),
    "20 000 repeated keys": lambda: str(parse_accelerator("pes: 4\n" * 20_000)),
    "3 000 memories": lambda: str(parse_accelerator("pes: 4\nname: x\nmemories:\n" + " - {name: a}\n" * 3_000)),
    "300 000 maps": lambda: checked(LAYER.format("TemporalMap(1,1) K;" * 300_000)),
    "10 000 maps": lambda: checked(LAYER.format("TemporalMap(1,1) K;" * 10_000)),
    "20 000 clusters": lambda: checked(LAYER.format("Cluster(1, P);" * 20_000)),
    "5 000 clusters": lambda: checked(LAYER.format("Cluster(1, P);" * 5_000 + "SpatialMap(1,1) M;")),
    "3 000 words of a constraint": lambda: str(
        weft.map("gemm:M=2,N=2,K=2", constraints=["order: " + "C outside K " * 1_000]).layers[0].diagnostics
    ),
    "2 000 settings": lambda: str(weft.load_accelerator("eyeriss", [f"key{number}=1" for number in range(2_000)])),
    "2**31 - 1 sizes": lambda: str(weft.map("fc:K=2147483647", constraints=["K: 1.."], budget=1).layers[0].diagnostics),
    "overlapping ranges": lambda: str(constrained("K: " + "1..1000000, " * 2_000)),
}


@pytest.mark.parametrize("name", LARGE)
def test_large_inputs_take_bounded_time_and_memory(name):
    forget_peak()
    before = peak()
    assert fault(LARGE[name]) is None
    assert peak() - before < 500


def test_more_levels_than_the_cost_model_walks_are_refused():
    directives = weft.parse_dataflow("SpatialMap(1,1) M;").levels[0]
    levels = "Cluster(1);" * (MAX_LEVELS - 1)
    assert "levels" not in checked(LAYER.format(levels + "TemporalMap(1,1) M;"))
    assert "W010" in checked(LAYER.format(levels + "Cluster(1); TemporalMap(1,1) M;"))
    mapping = weft.load("examples/figure5.m")[0]
    flow = Dataflow((directives, *((),) * MAX_LEVELS), weft.parse_dataflow("Cluster(1);" * MAX_LEVELS).clusters)
    with pytest.raises(weft.WeftError, match=f"the limit is {MAX_LEVELS}"):
        weft.evaluate(weft.Mapping(mapping.workload, flow, mapping.accelerator, "made in Python"))


def test_more_statements_in_a_loop_than_can_be_compared_are_refused(tmp_path):
    assert f"at most {MOST_STATEMENTS} can be separated" in repeated_statement(MOST_STATEMENTS + 1, tmp_path)
    assert "separated" not in repeated_statement(3, tmp_path)


def test_findings_about_many_operations_take_no_print_of_the_whole_function_each(tmp_path):
    assert fault(lambda: broken_operations(2_000, tmp_path)) is None


def test_a_long_integer_of_a_timeloop_file_is_a_finding():
    problem = (
        "problem:\n  shape:\n    name: p\n    dimensions: [A]\n    data-spaces:\n"
        "    - {name: I, projection: [[[A]]]}\n    - {name: O, projection: [[[A]]], read-write: true}\n"
        f"  instance: {{A: {'9' * 5000}}}\n"
    )
    with pytest.raises(weft.WeftError) as caught:
        parse_timeloop([("p.yaml", problem)])
    first = caught.value.diagnostics[0]
    assert (first.code, str(first.span)) == ("W502", "p.yaml:8:17")


def test_a_base_program_with_an_open_cluster_is_refused():
    program = "SpatialMap(1,1) M; TemporalMap(2,2) K; Cluster(?, L2); SpatialMap(1,1) N;"
    found = weft.map("gemm:M=4,N=4,K=4", "bench_256", template=program, flexibility="1p00").layers[0]
    assert [item.code for item in found.diagnostics] == ["W702"]


def test_a_workload_of_more_dimensions_or_tensors_than_can_be_counted_is_refused():
    names = [f"D{number}" for number in range(MAX_NAMES + 1)]
    axes = ", ".join(f"{name}: 2" for name in names)
    for tensors, what in ((f"a[{names[1]}]; b[D0]", "dimensions"), ("; ".join(f"t{n}[D0]" for n in names), "tensors")):
        layer = f"Type: AFFINE Dimensions {{ {axes if what == 'dimensions' else 'D0: 2'} }} Tensors {{ {tensors} }}"
        shown = checked(f"Network n {{ Layer a {{ {layer} Dataflow {{ SpatialMap(1,1) D0; }} }} }}")
        assert "W011" in shown
        assert f"{MAX_NAMES + 1} {what}" in shown
