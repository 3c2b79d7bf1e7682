"""C: parts of rows that are copied, and sizes of parameters, are read only where the bytes are known to be elements."""

import pytest


def copied(call):
    arrays = "float A[4][32], float B[4][32], double D[4][32]"
    return f"void f({arrays}) {{ for (int i = 0; i < 4; i++) {{ memcpy({call}); }} }}"


@pytest.mark.parametrize(
    "call",
    [
        "&B[i][0], &A[i][0], 8 * sizeof(double)",
        "&B[i][0], &A[i][0], 8 * sizeof(float *)",
        "&B[i][0], &A[i][0], 8 * sizeof(A)",
        "&B[i][0], &A[i][0], 8 * sizeof(A[0])",
        "&D[i][0], &A[i][0], 8 * sizeof(double)",
        "&B[i][16], &A[i][16], 32 * sizeof(float)",
    ],
)
def test_other_bytes_than_those_of_elements_in_a_row_are_refused(call, tmp_path, weft):
    (tmp_path / "copy.c").write_text(copied(call))
    code, _, findings = weft("raise", str(tmp_path / "copy.c"))
    assert code == 1
    assert "W411" in findings


def test_elements_of_a_row_are_copied(tmp_path, weft):
    (tmp_path / "copy.c").write_text(copied("&B[i][16], &A[i][16], 16 * sizeof(float)"))
    code, text, _ = weft("raise", str(tmp_path / "copy.c"))
    assert code == 0
    assert "16" in text


def test_the_size_of_a_parameter_is_not_that_of_the_array_that_is_given(tmp_path, weft):
    helper = "static void h(float *x, float O[8]) { for (int i = 0; i < sizeof(x) / sizeof(x[0]); i++) O[i] += x[i]; }"
    (tmp_path / "size.c").write_text(f"{helper}\nvoid f(float O[8]) {{ float L[8]; h(L, O); }}\n")
    code, _, findings = weft("raise", str(tmp_path / "size.c"))
    assert code == 1
    assert "W402" in findings


@pytest.mark.parametrize(
    "body",
    [
        "memcpy(B, A, sizeof(B));",
        "memset(A, 0, sizeof A);",
        "float *X = malloc(8 * sizeof(C[0])); for (int i = 0; i < 8; i++) { X[i] = A[i]; B[i] += X[i]; }",
    ],
)
def test_bytes_of_pointers_and_rows_are_no_elements(body, tmp_path, weft):
    text = f"void f(float A[8], float B[8], float C[8][6]) {{ for (int t = 0; t < 3; t++) {{ {body} }} }}"
    (tmp_path / "size.c").write_text(text)
    found, _, findings = weft("raise", str(tmp_path / "size.c"))
    assert found == 1
    assert "W411" in findings
