"""Values that a temporary of another type changes stay conversions: counted as before, and never emitted as nothing."""

import pytest

import weft
from weft.ir import Access, Array, Compute
from weft.passes import raise_nest
from weft.passes.raising.conversions import converts
from weft.passes.raising.forward import forward_temporaries

PRODUCT = """
void f({operand} A[8][6], {operand} x[6], {output} y[8]) {{
  for (int i = 0; i < 8; i++)
    for (int k = 0; k < 6; k++) {{ {body} }}
}}
"""
LOADED = "{type} a = A[i][k]; y[i] += a * x[k];"
MULTIPLIED = "{type} m = A[i][k] * x[k]; y[i] += m;"


def nest(tmp_path, body, type_, operand, output):
    path = tmp_path / "f.c"
    path.write_text(PRODUCT.format(body=body.format(type=type_), operand=operand, output=output))
    (found,) = weft.read_nests(str(path))
    return found


@pytest.mark.parametrize(
    ("body", "type_", "operand", "output"),
    [
        (LOADED, "int", "double", "double"),
        (LOADED, "float", "double", "double"),
        (LOADED, "signed char", "int", "int"),
        (LOADED, "long long", "int", "long long"),
        (LOADED, "double", "int", "double"),
        (LOADED, "unsigned", "int", "int"),
        (MULTIPLIED, "signed char", "signed char", "int"),
        (MULTIPLIED, "short", "signed char", "int"),
        (MULTIPLIED, "float", "double", "double"),
    ],
)
def test_a_temporary_that_changes_numbers_is_a_conversion(tmp_path, body, type_, operand, output):
    found = nest(tmp_path, body, type_, operand, output)
    (raised,) = raise_nest(found)
    assert (raised.kind, raised.workload.macs) == ("GEMM", 48)
    with pytest.raises(weft.WeftError, match="a conversion between element types is not emitted"):
        weft.emit(forward_temporaries(found), "c")


@pytest.mark.parametrize(
    ("body", "type_", "operand", "output"),
    [
        (LOADED, "double", "double", "double"),
        (LOADED, "double", "float", "double"),
        (LOADED, "int", "signed char", "int"),
        (LOADED, "short", "signed char", "int"),
        (MULTIPLIED, "int", "signed char", "int"),
        (MULTIPLIED, "int", "int", "int"),
        (MULTIPLIED, "float", "float", "float"),
    ],
)
def test_a_temporary_that_changes_nothing_is_emitted(tmp_path, body, type_, operand, output):
    text = weft.emit(forward_temporaries(nest(tmp_path, body, type_, operand, output)), "c")
    assert "y[i] += A[i][k] * x[k];" in text


def test_types_with_other_names_are_equal_or_converted():
    arrays = {name: Array(name, (4,), element) for name, element in (("a", "index"), ("b", "i32"))}
    a, b = Access("a"), Access("b")
    assert not converts(Array("t", (), "index"), a, arrays)
    assert converts(Array("t", (), "index"), b, arrays)
    assert converts(Array("t", (), "i32"), Compute("*", (a, b)), arrays)
