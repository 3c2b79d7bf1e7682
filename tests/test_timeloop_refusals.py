"""What Weft does not read of Timeloop's designs, and what is wrong in them, is named with its place."""

import pytest
from timeloop_designs import ARCHITECTURE, MAPPING, PROBLEM, SMALL_MACHINE, SMALL_PROBLEM, findings, read, refused

import weft
from weft.frontends.timeloop import parse_timeloop

OK = "- {target: Main, type: temporal, factors: P=15 R=3}\n"


@pytest.mark.parametrize(
    ("old", "new", "code", "message", "where"),
    [
        ("problem:", "sparse_optimizations: {targets: [1]}\nproblem:", "W501", "section", "sparse_optimizations"),
        ("problem:", "layout: []\nproblem:", "W501", "unsupported section 'layout'", "layout"),
        ("P: 15", "P: 15\n  densities: {Weights: 0.5}", "W501", "sparse data", "densities"),
        ("P: 15", "P: 15\n  T: 5", "W501", "unsupported key 'T'", "T"),
        ("instances: 1", "no_reuse: 1", "W501", "attribute 'no_reuse' of Buffer", "no_reuse"),
        ("instances: 1", "multiple_buffering: 1.5", "W501", "multiple_buffering of Buffer is 1.5", "1.5"),
        ("instances: 1", "reduction_supported: false", "W501", "reduction_supported: false", "reduction_supported"),
        ("instances: 1", "read_bandwidth: 0.5", "W502", "read_bandwidth of Buffer is 0.5", "0.5"),
        ("class: regfile", "class: XY_NoC", "W501", "networks are not read", "XY_NoC"),
        ("depth: 64", "depth: DEPTH * 2", "W502", "'DEPTH' has no value here", "DEPTH * 2"),
        ("name: PE", "name: PE[0..１]", "W502", "'PE[0..１]' is no range of copies", "n"),
    ],
)
def test_what_is_not_read_is_refused_by_name(old, new, code, message, where):
    texts = [text.replace(old, new, 1) for text in (SMALL_PROBLEM, SMALL_MACHINE)]
    found, place = refused(code, *texts, "mapping:\n" + OK)
    assert message in found
    assert place.startswith(where)


@pytest.mark.parametrize(
    ("mapping", "code", "message"),
    [
        ("- {target: Man, type: temporal, factors: P=15}", "W002", "unknown target 'Man'"),
        ("- {target: Main, type: skew, factors: P=15}", "W501", "directive of type 'skew'"),
        ("- {target: Main, type: temporal, factor: P=15}", "W501", "unsupported key 'factor'"),
        ("- {target: Main, type: temporal, factors: P=15 Z=2}", "W002", "unknown dimension 'Z'"),
        ("- {target: Main, type: temporal, factors: P=15 R=3, permutation: PX}", "W002", "unknown dimension 'X'"),
        ("- {target: Main, type: temporal, factors: P=4 R=3}", "W503", "cover 4 of 15 points"),
        ("- {target: Main, type: temporal, factors: 'P=4,5 R=3'}", "W502", "the last bound of 'P' is 5"),
        ("- {target: Main, type: temporal, factors: P=x R=3}", "W502", "is no factor"),
        ("- {target: Main, type: spatial, factors: P=15 R=3}", "W503", "need 45 units of 1"),
        (OK + "- {target: Buffer, type: bypass, bypass: [Input]}", "W002", "unknown data space 'Input'"),
        (OK + "- {target: Main, type: bypass, bypass: [Inputs]}", "W502", "must keep every data space"),
        (OK + "- {target: Buffer, type: bypass, keep: [Inputs], bypass: [Inputs]}", "W502", "kept and bypassed"),
        (OK + OK, "W006", "two temporal directives for Main"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_said(mapping, code, message):
    found, _ = refused(code, SMALL_PROBLEM, SMALL_MACHINE, "mapping:\n" + mapping)
    assert message in found


@pytest.mark.parametrize("missing", ["problem", "architecture", "mapping"])
def test_a_part_that_is_missing_is_named(missing):
    texts = {"problem": SMALL_PROBLEM, "architecture": SMALL_MACHINE, "mapping": "mapping:\n" + OK}
    del texts[missing]
    assert f"the design has no {missing}" in refused("W502", *texts.values())[0]


@pytest.mark.parametrize("key", ["no_reuse", "no_coalesce", "rmw_first_update"])
def test_constraints_that_change_the_counting_are_refused(key):
    node = f"class: regfile\n      constraints: {{temporal: {{{key}: [Inputs]}}}}"
    message, where = refused("W501", PROBLEM, ARCHITECTURE.replace("class: regfile", node), MAPPING)
    assert (message, where) == (f"unsupported key '{key}' of temporal constraint: it changes what is counted", key)
    search = f"architecture_constraints: {{targets: [{{target: PE, type: spatial, {key}: [Inputs]}}]}}\n"
    message, where = refused("W501", PROBLEM, ARCHITECTURE, MAPPING + search)
    assert (message, where) == (f"unsupported key '{key}' of architecture_constraints: it changes what is counted", key)


def test_what_only_steers_a_search_or_makes_energy_is_noted():
    extra = "mapper: {algorithm: random}\nERT: {tables: []}\n"
    _, notes = parse_timeloop([("a", SMALL_PROBLEM + extra), ("b", SMALL_MACHINE), ("c", "mapping:\n" + OK)])
    (note,) = notes
    assert (note.code, str(note.severity)) == ("W504", "note")
    assert note.message == "keys without effect on counts or cycles: mapper, ERT, technology, class"


def test_templates_are_not_expanded():
    (found,) = findings("{{include('x.yaml')}}\n" + SMALL_PROBLEM)
    assert found.code == "W001"
    assert "Jinja" in found.hint


@pytest.mark.parametrize(
    "text", ["- 1\n- 2\n", "3\n", "problem: 5\n", "architecture: []\n", "mapping: {a: 1}\n", "a: &a [*a]\n"]
)
def test_files_of_another_kind_have_findings(text):
    assert any(
        item.is_error
        for item in findings(
            SMALL_PROBLEM if "problem" not in text else "", SMALL_MACHINE if "arch" not in text else "", text
        )
    )


# --- mistakes are shown where they stand ---------------------------------------------------------------------------

FACTORS = "R=3 P=1 K=32 C=2"


@pytest.mark.parametrize(
    ("right", "wrong", "message", "where"),
    [
        (FACTORS, "R=3 P=1 K=32 Z=2", "factor of an unknown dimension 'Z'", "Z=2"),
        (FACTORS, "R=3 P=-1 K=32 C=2", "'P=-1' is no factor", "P=-1"),
        (FACTORS, "R=3 P=1 R=2 K=32 C=2", "two factors of 'R' in one directive", "R=2"),
        ("type: spatial", "type: spacial", "unsupported directive of type 'spacial'", "spacial"),
    ],
)
def test_a_mistake_in_a_directive_is_pointed_at(right, wrong, message, where):
    code = {"'": "W502", "f": "W002", "t": "W006", "u": "W501"}[message[0]]
    assert refused(code, PROBLEM, ARCHITECTURE, MAPPING.replace(right, wrong)) == (message, where)


def test_an_unknown_name_in_a_projection_is_pointed_at_and_has_no_sequel():
    (found,) = findings(PROBLEM.replace("[[C]], [[R], [P]]", "[[C]], [[R], [PP]]"), ARCHITECTURE, MAPPING)
    assert (found.message, found.hint) == ("unknown name 'PP' in a projection", "did you mean 'P'?")
    assert found.span.text[found.span.column - 1 :].startswith("PP]")


@pytest.mark.parametrize(
    ("right", "wrong", "hint"),
    [
        ("depth: 64", "dpeth: 64", "depth"),
        ("type: spatial", "type: spacial", "spatial"),
        ("mapping:", "maping:", "mapping"),
    ],
)
def test_a_typo_gets_the_nearest_word(right, wrong, hint):
    found = findings(PROBLEM, ARCHITECTURE.replace(right, wrong), MAPPING.replace(right, wrong))
    assert f"did you mean '{hint}'?" in [item.hint for item in found]


def test_a_layer_that_does_not_fit_is_shown_where_its_problem_stands():
    mapping = read(PROBLEM, ARCHITECTURE.replace("depth: 64", "depth: 3"), MAPPING)
    (found,) = [item for item in weft.check(mapping) if item.code == "W201"]
    assert (found.span.file, found.span.line) == ("file0.yaml", 5)


def test_the_factors_at_a_fan_out_fit_its_own_units_and_not_only_all_units_together():
    rows = "      name: Rows\n      spatial: {meshX: 8}\n"
    columns = "    - !Container\n      name: Columns\n      spatial: {meshY: 2}\n"
    machine = ARCHITECTURE.replace("      name: PE\n      spatial: {meshX: 16}\n", rows + columns)
    line = next(line for line in MAPPING.splitlines(keepends=True) if "target: PE," in line)

    def mapping(at_rows, at_columns):
        factors = {"Rows": at_rows, "Columns": at_columns}
        lines = (f"  - {{target: {place}, type: spatial, factors: C={n}}}\n" for place, n in factors.items())
        return MAPPING.replace(line, "".join(lines))

    message, _ = refused("W503", PROBLEM, machine, mapping(2, 8))
    assert message == "the spatial factors at Columns (C=8) need 8 units of 2"
    assert read(PROBLEM, machine, mapping(8, 2)).accelerator.pes == 16
