"""A template's space has exactly the programs that values of its symbols give, each once."""

from collections import Counter
from dataclasses import replace
from itertools import product
from pathlib import Path
from random import Random

import pytest
from campaigns import first

from weft import check, load_accelerator
from weft.frontends.maestro import parse_dataflow, parse_maestro, read_maestro, write_maestro
from weft.ir import Accelerator, Findings, Mapping, Memory, TemporalMap, WeftError, free_symbols, operator_workload
from weft.passes import canonicalize
from weft.search.spaces.constraints import constrain
from weft.search.spaces.template import template_space

ROOT = Path(__file__).resolve().parents[1]
GEMM = operator_workload("GEMM", {"M": 6, "N": 4, "K": 8})
CONV = operator_workload("CONV", {"N": 1, "K": 4, "C": 3, "Y'": 5, "X'": 4, "R": 3, "S": 2})
MACHINE = Accelerator("machine", 8, (Memory("L2"), Memory("L1", None)))


def canonical(workload, program):
    """The program without maps that never advance, as text; None if it is none."""
    findings = Findings()
    found = canonicalize(workload, program, findings)
    return None if findings.has_errors else str(found)


def in_time(program, units):
    """The program with maps in time where a level has one unit to spread over."""
    levels = tuple(
        tuple(TemporalMap(d.size, d.offset, d.dimension) if count == 1 else d for d in level)
        for level, count in zip(program.levels, units, strict=False)
    )
    return replace(program, levels=levels)


def is_even(workload, template, program):
    """Whether sizes that are a symbol which stands nowhere else split the chunks above them evenly."""
    uses = Counter(str(name) for level in template.levels for d in level for name in free_symbols(d.size))
    uses.update(str(name) for cluster in template.clusters for name in free_symbols(cluster.size))
    chunks = dict(workload.extents)
    for opened, closed in zip(template.levels, program.levels, strict=True):
        for written, d in zip(opened, closed, strict=True):
            above, size = chunks[d.dimension], min(int(d.size), chunks[d.dimension])
            chunks[d.dimension] = size
            free = not isinstance(written.size, int) and written.size.is_Symbol and uses[str(written.size)] == 1
            if free and size not in {-(-above // steps) for steps in range(1, above + 1)}:
                return False
    return True


def by_values(workload, text, limit=8, split="any"):
    """The canonical programs of all values of the template's symbols up to a limit."""
    template = parse_dataflow(text).bind(workload.extents)
    # Offsets that are left open are the sizes.
    names = sorted(template.free_symbols)
    found = set()
    for values in product(range(1, limit + 1), repeat=len(names)):
        bound = template.bind({}, dict(zip(names, values, strict=True)))
        if split == "even" and not is_even(workload, template, bound):
            continue
        inner = int(bound.clusters[0].size) if bound.clusters else 1
        if 8 % inner:
            continue
        program = canonical(workload, in_time(bound, (8 // inner, inner)))
        if program is not None and all(d.size == d.offset for level in bound.levels for d in level):
            found.add(program)
    return found


# Sizes that are open stand once here; offsets repeat them, so that all values can be tried.
TEMPLATES = [
    "TemporalMap(A,A) M; SpatialMap(B,B) K;",
    "TemporalMap(A,A) K; Cluster(4); SpatialMap(B,B) K; TemporalMap(2,2) N;",
    "TemporalMap(T,T) M; SpatialMap(T,T) K;",
    "TemporalMap(T,T) K; SpatialMap(2,2) M; Cluster(2); SpatialMap(U,U) K; TemporalMap(T,T) M;",
    "TemporalMap(2*T,2*T) K; Cluster(8); SpatialMap(T,T) K;",
    "TemporalMap(T+1,T+1) M; TemporalMap(9-T,9-T) K; SpatialMap(2,2) N;",
    "TemporalMap(T*U,T*U) K; SpatialMap(T,T) M; TemporalMap(U,U) N;",
    "SpatialMap(2,2) M; Cluster(A); SpatialMap(B,B) K;",
    "SpatialMap(2,2) M; Cluster(T); SpatialMap(T,T) K;",
    "TemporalMap(Sz(M),Sz(M)) M; TemporalMap(A,A) K; Cluster(4); TemporalMap(Sz(K),Sz(K)) K; SpatialMap(1,1) N;",
]


@pytest.mark.parametrize("split", ["even", "any"])
@pytest.mark.parametrize("text", TEMPLATES)
def test_a_templates_space_has_the_programs_of_all_values(text, split):
    space = template_space(GEMM, parse_dataflow(text + "Hold(L1: input, filter, output);"), MACHINE, split)
    found = [canonical(GEMM, space.program(point)) for point in space.points()]
    assert set(found) == by_values(GEMM, text, split=split)
    assert len(found) == len(set(found)) == space.size


def template_by_chance(random):
    """Up to two levels of maps whose sizes are numbers, symbols that may be shared, or expressions."""
    sizes = ["2", "3", "A", "B", "T", "T", "2*T", "T+1", "T*U", "ceiling(T/2)"]
    levels = []
    for _ in range(random.randint(1, 2)):
        names = random.sample("MNK", random.randint(1, 3))
        spread = random.choice([*names, None])
        chosen = [(name, random.choice(sizes)) for name in names]
        levels.append(
            " ".join(f"{'Spatial' if n == spread else 'Temporal'}Map({size},{size}) {n};" for n, size in chosen)
        )
    return f" Cluster({random.choice(['2', '4', 'T', 'C'])}); ".join(levels)


def below_a_number(program):
    """Whether a size stands above a larger number in the same dimension (and could not stand in the space)."""
    uses = Counter(str(name) for level in program.levels for d in level for name in free_symbols(d.size))
    uses.update(str(name) for cluster in program.clusters for name in free_symbols(cluster.size))
    upper = {d.dimension: d.size for d in program.levels[0]}
    found = []
    for d in program.levels[-1] if len(program.levels) > 1 else ():
        above = upper.get(d.dimension)
        if above is not None and not isinstance(above, int) and above.is_Symbol and uses[str(above)] == 1:
            found.append((str(above), d.size))
    return [(name, size) for name, size in found if not (not isinstance(size, int) and uses[str(size)] == 1)]


@pytest.mark.parametrize("count", first(1, [25, 200]))
def test_generated_templates_have_the_programs_of_all_values(count):
    random, workload, tried = Random(1), operator_workload("GEMM", {"M": 4, "N": 3, "K": 5}), 0
    while tried < count:
        text = template_by_chance(random)
        template = parse_dataflow(text)
        # A free size above a number (or a shared size) is at least as large, by definition.
        if below_a_number(template) or len(template.free_symbols) > 3:
            continue
        tried += 1
        for split in ("even", "any"):
            space = template_space(workload, parse_dataflow(text + " Hold(L1: input, filter, output);"), MACHINE, split)
            found = [canonical(workload, space.program(point)) for point in space.points()]
            assert set(found) == by_values(workload, text, 10, split), text
            assert len(found) == len(set(found)) == space.size, text


def test_a_hole_is_a_size_of_its_own_and_as_an_offset_the_size():
    holes = template_space(GEMM, parse_dataflow("TemporalMap(?,?) M; SpatialMap(?,?) K;"), MACHINE)
    named = template_space(GEMM, parse_dataflow("TemporalMap(A,A) M; SpatialMap(B,B) K;"), MACHINE)
    assert holes == named
    # M in 1, 2, 3 or 6, K in 1, 2, 3, 4 or 8; and 8 placements.
    assert holes.size == 4 * 5 * 8
    assert replace(holes, split="any").size == 6 * 8 * 8
    fixed = template_space(GEMM, parse_dataflow("TemporalMap(2,?) M; SpatialMap(?,?) K;"), MACHINE)
    assert fixed.size == 5 * 8


def test_free_sizes_above_a_number_are_at_least_as_large():
    text = "TemporalMap(?,?) K; Cluster(8); SpatialMap(3,3) K; Hold(L1: output);"
    for split, sizes in {"even": [3, 4, 8], "any": [3, 4, 5, 6, 7, 8], "perfect": []}.items():
        space = template_space(GEMM, parse_dataflow(text), MACHINE, split)
        assert sorted(point.levels[0][0][1] for point in space.points()) == sizes


def test_sizes_that_a_template_gives_need_not_be_even_splits():
    text = "TemporalMap(5,5) K; TemporalMap(T,T) M; Cluster(8); SpatialMap(T,T) K; TemporalMap(?,?) N; Hold(L1: input);"
    space = template_space(GEMM, parse_dataflow(text), MACHINE)
    sizes = [(dict(point.levels[0]), dict(point.levels[1])) for point in space.points()]
    assert {(outer["K"], outer["M"]) for outer, _ in sizes} == {(5, size) for size in range(1, 7)}
    assert {inner["N"] for _, inner in sizes} == {1, 2, 4}


def test_numbers_are_cut_to_the_chunks_above():
    text = "TemporalMap(4,4) K; SpatialMap(T,T) M; Cluster(2); TemporalMap(6,6) K; TemporalMap(2*T,2*T) M;"
    space = template_space(GEMM, parse_dataflow(text), MACHINE)
    assert {point.levels[1] for point in space.points()} == {(("M", size),) for size in range(1, 7)}


ROWS = (
    "TemporalMap(?,?) K; TemporalMap(Sz(R),1) Y; TemporalMap(Sz(R),Sz(R)) R; Cluster(2); "
    "TemporalMap(?,?) C; SpatialMap(1,1) X';"
)


def test_index_maps_are_read_as_maps_of_outputs():
    space = template_space(CONV, parse_dataflow(ROWS), MACHINE)
    assert [level.temporal for level in space.levels] == [("K", "Y'"), ("C", "X'")]
    # K in 1, 2 or 4, C in 1, 2 or 3.
    assert space.size == 3 * 3 * 8
    for point in list(space.points())[::7]:
        assert dict(point.levels[0])["Y'"] == 1
        assert not check(Mapping(CONV, space.program(point), MACHINE))


def test_the_row_stationary_diagonal_spreads_the_window():
    text = (
        "TemporalMap(1,1) Y'; SpatialMap(?,?) K; Cluster(2); SpatialMap(1,1) Y; SpatialMap(1,1) R; TemporalMap(?,?) C;"
    )
    space = template_space(CONV, parse_dataflow(text), MACHINE)
    assert [(level.temporal, level.spatial) for level in space.levels] == [(("Y'", "K"), ("K",)), (("R", "C"), ("R",))]
    for point in space.points():
        assert [item.code for item in check(Mapping(CONV, space.program(point), MACHINE)) if item.is_error] == []


@pytest.mark.parametrize("name", ["generic_256", "eyeriss"])
def test_a_template_without_open_sizes_is_one_point(name):
    machine, tried = load_accelerator(name), 0
    for path in sorted((ROOT / "examples").glob("*.m")):
        for layer in (layer for network in read_maestro(path) for layer in network.layers):
            if layer.workload is None or layer.dataflow is None or layer.dataflow.free_symbols:
                continue
            mapping = Mapping(layer.workload, layer.dataflow, machine)
            if any(item.is_error for item in check(mapping, "warning")):
                continue
            (point,) = (space := template_space(layer.workload, layer.dataflow, machine)).points()
            assert space.size == 1
            assert canonical(layer.workload, space.program(point)) == canonical(layer.workload, layer.dataflow)
            tried += 1
    assert tried > 3


def test_hold_fixes_a_memory_and_the_others_are_free():
    machine = load_accelerator("bench_256")
    text = "TemporalMap(?,?) M; Cluster(256, L2); SpatialMap(?,?) K; Hold(L1: output);"
    space = template_space(GEMM, parse_dataflow(text), machine)
    assert {name: len(sets) for name, sets in space.holds} == {"L2": 8, "L1": 1}


def test_free_clusters_stand_where_their_memory_has_its_instances():
    machine = Accelerator("machine", 16, (Memory("DRAM"), Memory("L2", 4), Memory("L1", None)))
    text = "SpatialMap(?,?) M; Cluster(?, L2); SpatialMap(?,?) K; Cluster(?); TemporalMap(?,?) K;"
    space = template_space(GEMM, parse_dataflow(text), machine)
    assert space.shapes == ((4, 4, 1), (4, 2, 2), (4, 1, 4))


def test_a_level_with_one_unit_maps_in_time_what_it_would_spread():
    space = template_space(GEMM, parse_dataflow("SpatialMap(?,?) M; Cluster(?); SpatialMap(?,?) M;"), MACHINE)
    single = next(structure for structure in space.structures() if structure.units == (8, 1))
    assert space.mapped(single, 1) == ("M",)
    assert single.spatial == ("M", None)


def test_constraints_apply_to_templates():
    text = "TemporalMap(?,?) K; SpatialMap(?,?) M; Cluster(?); SpatialMap(T,T) K; TemporalMap(T,T) N;"
    space = template_space(GEMM, parse_dataflow(text), MACHINE)
    kept = constrain(space, ["K@1: 2", "units@1: 4", "bypass L1: filter, input"])
    points = list(kept.points())
    assert kept.size == len(points) > 0
    assert {point.structure.symbols for point in points} == {(("T", 2),)}
    assert set(points) < set(space.points())


WRONG = {
    "TemporalMap(?,1) K;": ("W702", "advances by 1, not by its size"),
    "TemporalMap(T,U) K;": ("W702", "advances by U, not by its size"),
    "TemporalMap(4,2) K; TemporalMap(?,?) M;": ("W110", "do not partition"),
    "TemporalMap(4,2) K; Cluster(2); TemporalMap(?,?) K;": ("W702", "advances by 2"),
    "SpatialMap(?,?) K; SpatialMap(?,?) M;": ("W702", "level 0 spreads K and M"),
    "TemporalMap(?,?) K; TemporalMap(?,?) K;": ("W101", "mapped twice"),
    "TemporalMap(?,?) J;": ("W002", "no dimension 'J'"),
    "TemporalMap(?,?) M; Cluster(16);": ("W106", "need 16 PEs, machine has 8"),
    "TemporalMap(?,?) M; Cluster(?, L3);": ("W203", "no memory 'L3'"),
    "TemporalMap(?,?) M; Hold(L1: inputs);": ("W002", "did you mean 'input'?"),
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_space_says_why(text):
    code, message = WRONG[text]
    with pytest.raises(WeftError) as caught:
        template_space(GEMM, parse_dataflow(text), MACHINE)
    first = caught.value.diagnostics[0]
    assert first.code == code
    assert message in str(first)


def test_open_sizes_of_an_index_are_refused():
    for text in ("TemporalMap(?,?) Y;", "TemporalMap(3,1) Y; TemporalMap(?,?) R;"):
        with pytest.raises(WeftError, match=r"W702.*'Y' is an index"):
            template_space(CONV, parse_dataflow(text), MACHINE)


def test_too_many_values_of_shared_symbols_are_refused():
    workload = operator_workload("GEMM", {"M": 2000, "N": 2000, "K": 2000})
    text = "TemporalMap(A,A) M; TemporalMap(B,B) N; Cluster(8); TemporalMap(A,A) N; TemporalMap(B,B) K;"
    with pytest.raises(WeftError, match=r"W702.*4000000 values together"):
        template_space(workload, parse_dataflow(text), MACHINE)


# --- reading and writing -------------------------------------------------------------------------------------------


def test_programs_with_open_sizes_print_and_read_back():
    text = "TemporalMap(?,?) K; SpatialMap(2*?+1,?3) C; Cluster(?, L2); TemporalMap(?,T) M; Hold(L1: input);"
    program = parse_dataflow(text)
    assert program.free_symbols == {"?1", "?2", "?3", "?4", "?5", "?6", "T"}
    assert parse_dataflow(str(program)) == program


def test_files_with_open_sizes_read_back():
    body = "Type: GEMM Dimensions { M: 4, N: 4, K: 4 } Dataflow { TemporalMap(?,?) M; SpatialMap(2,2) N; }"
    second = "Layer B { Type: GEMM Dimensions { M: 2, N: 2, K: 2 } }"
    networks = parse_maestro(f"Network N {{ Layer A {{ {body} }} {second} }}")
    assert parse_maestro(write_maestro(networks)) == networks
    assert networks[0].layers[1].dataflow == networks[0].layers[0].dataflow


def test_other_commands_say_that_an_open_size_is_not_bound():
    mapping = Mapping(GEMM, parse_dataflow("TemporalMap(?,?) M; SpatialMap(1,1) K;"), MACHINE)
    assert {item.code for item in check(mapping)} == {"W005"}
    bound = Mapping(GEMM, mapping.dataflow.bind({}, {"?1": 2, "?2": 2}), MACHINE)
    assert check(bound) == ()


def test_a_number_is_needed_outside_of_programs():
    (network,) = parse_maestro("Network N { Layer A { Type: GEMM Dimensions { M: ?, N: 4, K: 4 } } }")
    (finding,) = network.layers[0].diagnostics
    assert (finding.code, finding.span.column) == ("W004", 50)


def test_a_size_outside_of_a_program_needs_a_numbered_hole():
    pytest.importorskip("xdsl", reason="MLIR is read with xDSL")
    from xdsl.dialects.builtin import StringAttr
    from xdsl.utils.exceptions import VerifyException

    from weft.frontends.mlir.size_attr import read_size, size_attr

    (hole,) = parse_dataflow("TemporalMap(2,2*?) M;").levels[0]
    assert read_size(size_attr(hole.offset)) == hole.offset
    with pytest.raises(VerifyException, match="number open sizes"):
        read_size(StringAttr("2*?"))
