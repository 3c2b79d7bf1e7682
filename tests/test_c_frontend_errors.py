"""What is no C, and what is no part of a loop nest, is refused with its rule and its exact place."""

import pytest
from c_kernels import findings, read

from weft.frontends.c import read_c
from weft.frontends.sizes import Sizes
from weft.ir import Unreadable, WeftError


def refused(line, declarations="", **sizes):
    """The findings about the third line of a function, `column-length code: message`."""
    arrays = "double A[64], double B[64], double M[8][8], int I[64], int n"
    text = f"void f({arrays}) {{ {declarations}\nfor (int i = 0; i < 8; i++) {{\n{line}\n}} }}"
    found = findings(text, **sizes)
    assert all(item.startswith("3:") for item in found), found
    return [item.removeprefix("3:") for item in found]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A[I[i]] = 0;", "3-4 W401: subscript of 'A' reads data: 'I[i]'"),
        ("A[i * i] = 0;", "3-5 W401: subscript of 'A' multiplies iterators: 'i * i'"),
        ("A[i] = B[(i + 1) * (i)];", "10-13 W401: subscript of 'B' multiplies iterators: '(i + 1) * (i)'"),
        ("A[(i - 1) / 2] = 0;", "3-11 W401: subscript of 'A' divides what can be negative: '(i - 1) / 2'"),
        ("A[(i - 3) % 4] = 0;", "3-11 W401: subscript of 'A' divides what can be negative: '(i - 3) % 4'"),
        ("A[8 / i] = 0;", "3-5 W401: subscript of 'A' divides by what is no positive constant: '8 / i'"),
        ("A[i / 0] = 0;", "3-5 W401: subscript of 'A' divides by what is no positive constant: 'i / 0'"),
        ("A[4 / 0] = 0;", "3-5 W401: subscript of 'A' has no value: '4 / 0'"),
        ("A[i & 3] = 0;", "3-5 W401: subscript of 'A' uses operator '&': 'i & 3'"),
        ("A[i > 3 ? i : 0] = 0;", "3-13 W401: subscript of 'A' is a conditional: 'i > 3 ? i : 0'"),
        ("A[fmin(i, 3)] = 0;", "3-10 W401: subscript of 'A' is the min of several expressions: 'fmin(i, 3)'"),
        ("A[abs(i)] = 0;", "3-6 W401: subscript of 'A' calls a function: 'abs(i)'"),
        ("A[i + 0.5] = 0;", "7-3 W401: subscript of 'A' is no integer of 64 bits: '0.5'"),
        ("A[0xfffffffffffffffff] = 0;", "3-19 W401: subscript of 'A' is no integer of 64 bits: '0xfffffffffffffffff'"),
        (
            "A[i * 0x7fffffffffffffff * 9] = 0;",
            "3-26 W401: subscript of 'A' is out of range: 'i * 0x7fffffffffffffff * 9'",
        ),
        ("A[i, 0] = 0;", "3-4 W401: subscript of 'A' is no sum of iterators: 'i, 0'"),
        ("A[~i] = 0;", "3-2 W401: subscript of 'A' uses operator '~': '~i'"),
        ("A[k] = 0;", "3-1 W005: size 'k' is not bound to a number"),
        ("A[n] = 0;", "3-1 W005: size 'n' is not bound to a number"),
        ("for (int j = 0; j < I[i]; j++) A[j] = 0;", "21-4 W402: bound of 'j' reads data: 'I[i]'"),
        ("for (int j = I[i]; j < 8; j++) A[j] = 0;", "14-4 W402: bound of 'j' reads data: 'I[i]'"),
        ("for (int j = 0; j * j < i; j++) A[j] = 0;", "17-5 W402: bound of 'j' multiplies iterators: 'j * j'"),
        ("for (int j = 0; j < sqrt(i); j++) A[j] = 0;", "21-7 W402: bound of 'j' calls a function: 'sqrt(i)'"),
        (
            "for (int j = 0; j < i || j < 3; j++) A[j] = 0;",
            "17-14 W402: bound of 'j' is no comparison: 'j < i || j < 3'",
        ),
        (
            "for (int j = 0; j < fmax(i, 3); j++) A[j] = 0;",
            "17-14 W402: bound of 'j' is the max of several expressions: 'j < fmax(i, 3)'",
        ),
        (
            "for (int j = fmin(i, 3); j < 8; j++) A[j] = 0;",
            "14-10 W402: loop 'j' begins at the min of several expressions",
        ),
        ("for (int j = 0; j > 8; j++) A[j] = 0;", "17-5 W402: 'j > 8' does not end a loop that counts up by 1"),
        ("for (int j = 0; j != 9; j += 2) A[j] = 0;", "17-6 W402: 'j != 9' does not end a loop that counts up by 2"),
        ("for (int j = 8; j < 9; j--) A[j] = 0;", "17-5 W402: 'j < 9' does not end a loop that counts down by 1"),
        ("for (int j = 0; i < 8; j++) A[j] = 0;", "17-5 W402: bound of 'j' is not one that 'i < 8' says"),
        ("for (int j = 0; ; j++) A[j] = 0;", "1-22 W402: the loop of 'j' has no end"),
        ("for (int j; j < 8; j++) A[j] = 0;", "1-23 W402: the loop does not say where 'j' begins"),
        ("for (int j = 0; j < 8;) A[j] = 0;", "1-23 W411: the loop has no step"),
        ("for (int j = 1; j < 8; j *= 2) A[j] = 0;", "24-6 W411: step of 'j' is no constant: 'j *= 2'"),
        ("for (int j = 0; j < 8; j += i) A[j] = 0;", "24-6 W411: step of 'j' is no constant: 'j += i'"),
        (
            "for (int j = 0; j < 8; j++, A[0]++) A[j] = 0;",
            "29-6 W411: step that is not like i++ or i += 4: 'A[0]++'",
        ),
        ("for (double x = 0; x < 1; x += 0.5) A[i] = 0;", "27-8 W411: iterator 'x' is no integer"),
        ("for (int j = 0; j < 8; j++) { A[j] = 0; j++; }", "24-3 W411: iterator 'j' is changed in its loop"),
        ("for (j = 0; j < 8; j++) A[0] = 0;", "20-3 W002: unknown iterator 'j'"),
        (
            "for (A[0] = 0; n < 8; n++) A[0] = 0;",
            "6-8 W411: the header of the loop begins with 'A[0] = 0'; "
            "1-26 W402: the loop does not say where 'n' begins",
        ),
        ("if (A[i] > 0) A[i] += 1;", "1-13 W403: conditional: 'if (A[i] > 0)'"),
        ("if (A[i] > 0) { B[i] = 0; continue; }", "1-13 W403: conditional: 'if (A[i] > 0)'"),
        ("if (A[i] > 0) A[i] = A[i] + B[0] * B[1];", "1-13 W403: conditional: 'if (A[i] > 0)'"),
        ("if (A[i] > 0) { A[i] = 0; B[i] = 1; }", "1-13 W403: conditional: 'if (A[i] > 0)'"),
        ("A[i] = 2 * (i > 3 && A[i] > 0 ? A[i] : 1);", "13-28 W403: conditional value: 'i > 3 && A[i] > 0 ? A[i] : 1'"),
        ("A[i] += A[i] > 0 ? B[i] : 0;", "9-19 W403: conditional value: 'A[i] > 0 ? B[i] : 0'"),
        ("A[i] = 2 * (A[i] ? B[i] : 0);", "13-15 W403: conditional value: 'A[i] ? B[i] : 0'"),
        ("A[i] = A[i] > B[i];", "8-11 W403: a comparison of data: 'A[i] > B[i]'"),
        ("while (A[i] > 0) A[i] -= 1;", "1-16 W411: loop without an iterator: 'while (A[i] > 0)'"),
        ("do A[i] -= 1; while (A[i] > 0);", "1-2 W411: loop without an iterator: 'do'"),
        ("switch (I[i]) { case 1: A[i] = 0; }", "1-13 W411: jump: 'switch (I[i])'"),
        ("break;", "1-5 W411: jump: 'break'"),
        ("continue;", "1-8 W411: jump: 'continue'"),
        ("goto end; end: ;", "1-4 W411: jump: 'goto'"),
        ("return;", "1-6 W411: jump: 'return'"),
        ("fill(A, i);", "1-10 W411: a call may have side effects: 'fill(A, i)'"),
        ("A[i]++;", None),
        ("n++;", None),
        ("M[i]++;", "1-6 W411: 'M' has 2 axes, and 1 are named"),
        ("A[i] = rand() * B[i];", "8-6 W411: call without values: 'rand()'"),
        ("A[i] = B[0] = 1;", "8-8 W411: an assignment inside of an expression"),
        ("A[i] = *(B * 2);", "8-8 W411: pointer arithmetic: '*(B * 2)'"),
        ("A[i] = (i - B)[1];", "8-10 W411: pointer arithmetic: '(i - B)[1]'"),
        ("A[i] = *(B);", None),
        ("M[i] = 0;", "1-4 W411: 'M' has 2 axes, and 1 are named"),
        ("A[i] = M;", "8-1 W411: 'M' has 2 axes, and 0 are named"),
        ("A = B;", "1-5 W411: pointer 'A' is moved"),
        ("A[i] = Bb[i];", "8-2 W002: unknown name 'Bb'"),
        ("A[i] = i * B[i];", "8-1 W411: 'i' depends on iterators and is used as data"),
        ("A[i] = !I[i];", "8-5 W411: operator '!' of data"),
        ("A[i] = I[i] % 3;", "8-8 W411: operator '%' of data"),
        ("A[i] = I[i] << 1;", None),
        ("A[i] = sizeof(A);", "8-9 W411: a size of memory: 'sizeof(A)'"),
        ("A[i] = exp(&B[i]);", "12-5 W411: an address: '&B[i]'"),
        ('A[i] = "x";', "8-3 W411: no number: '\"x\"'"),
        ("A[i] = 1e999;", "8-5 W411: number out of range: '1e999'"),
        ("A[i] = 99999999999999999999;", "8-20 W411: number out of range: '99999999999999999999'"),
        ("A[i] = 1 ? B[i] : 2, 3;", None),
        ("double t[] = {1, 2};", None),
        ("double t[2] = {1, B[i]};", "8-16 W411: array 't' has initial values"),
        ("static double t[2] = {1, 2};", "15-13 W411: array 't' has initial values"),
        ("double t[2][] = {{1}, {2}};", "8-19 W411: array 't' has initial values"),
        ("double t[m];", "10-1 W005: size 'm' is not bound to a number"),
        ("double *t = M;", "8-6 W411: 't' views 'M' as of another type"),
        ("double *t = malloc(8 * n);", "8-18 W411: the memory of 't' has no extents that can be read"),
    ],
)
def test_refusals_inside_of_a_loop(line, expected):
    assert "; ".join(refused(line)) == (expected or "")


def test_all_findings_of_a_statement_are_reported():
    assert refused("A[I[i]] = B[i * i] + k(0) * (B[I[0]] > 0 ? 1 : 2);") == [
        "3-4 W401: subscript of 'A' reads data: 'I[i]'",
        "13-5 W401: subscript of 'B' multiplies iterators: 'i * i'",
        "30-19 W403: conditional value: 'B[I[0]] > 0 ? 1 : 2'",
    ]


def test_a_structure_is_no_array():
    text = (
        "struct s { double a, b; };\nvoid f(struct s *p, double *A) {\nfor (int i = 0; i < 4; i++)\n  p[i].a = A[i]; }"
    )
    assert findings(text) == ["4:3-6 W411: 'p[i].a' is a member of a structure"]


def test_pointers_that_move_under_conditions_are_not_followed():
    body = "for (int i = 0; i < 4; i++) {\nA[i] = p[i];\nif (A[i] > 0)\np++;\n}\np = A; }"
    assert findings(f"void f(double *p, double A[4]) {{\n{body}") == [
        "3:8-1 W411: 'p' is stepped under a condition",
        "4:1-13 W403: conditional: 'if (A[i] > 0)'",
        "7:1-5 W411: pointer 'p' is moved",
    ]


def test_what_a_refused_statement_may_change_is_not_known_afterwards():
    text = "void f(double A[9], int n) { int y = 1;\nif (A[0] > 0) y = 2;\nfor (int i = 0; i < 4; i++)\n A[y] = 0; }"
    assert findings(text)[1] == "4:4-1 W401: subscript of 'A' uses a value that is not known here: 'y'"
    text = (
        "void f(double A[9]) { int y = 1;\nfor (int i = 0; i < 4; i++) {\n A[y] = 0;\n y = i; A[y] = 1; } A[y] = 2; }"
    )
    assert findings(text) == [
        f"{place} W401: subscript of 'A' uses a value that is not known here: 'y'" for place in ("3:4-1", "4:23-1")
    ]


def test_an_integer_that_is_not_affine_says_where_it_comes_from():
    text = "void f(double A[9]) { for (int i = 0; i < 4; i++) {\n int y = i * i;\n A[y] = 0; } }"
    (unreadable,) = [item for _, item in read(text).statements()]
    assert isinstance(unreadable, Unreadable)
    (finding,) = unreadable.diagnostics
    assert finding.message == "subscript of 'A' uses 'y', which is not affine"
    assert finding.notes == ("line 2: value of 'y' multiplies iterators: 'i * i'",)


def test_data_in_integers_is_data():
    text = "void f(double A[9], int I[9]) { for (int i = 0; i < 4; i++) {\n int y = I[i], z = y + 1;\n A[z] = y; } }"
    assert findings(text) == ["3:4-1 W401: subscript of 'A' reads data: 'z'"]


def test_the_rest_of_a_function_is_still_read():
    text = """void f(int n, double A[8]) {
      for (int i = 0; i < n; i++) A[i] = 0;
      for (int i = 0; i < 8; i++) { A[i] = A[i * i]; A[i] += 1; }
      A[0] = 1; A[1] = x;
    }"""
    assert str(read(text)).splitlines()[1:] == [
        "    ...  # size 'n' is not bound to a number",
        "    for i in range(8):",
        "        ...  # subscript of 'A' multiplies iterators: 'i * i'",
        "        A[i] += 1",
        "    A[0] = 1",
        "    ...  # unknown name 'x'",
    ]


def test_a_value_that_is_computed_by_return():
    text = "double f(double A[4]) {\n double s = 0;\n for (int i = 0; i < 4; i++) s += A[i];\n return s / 4;\n}"
    assert findings(text) == ["4:9-5 W411: a computed value is returned: 's / 4'"]


HEAD = "void f(double A[4]) {\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD + "  A[0] = 1\n}", "3:1-1 W001: expected ';' or an operator after '1', found '}'"),
        (HEAD + "  A[0] = ;\n}", "2:10-1 W001: expected an expression after '=', found ';'"),
        (
            HEAD + "  for (int i = 0; i < 4) A[i] = 0;\n}",
            "2:24-1 W001: expected ';' or an operator after '4', found ')'",
        ),
        (HEAD + "  for (int i = 0; i < 4; i++ A[i] = 0;\n}", "3:1-1 W001: expected ')', found '}'"),
        (HEAD + "  A[0) = 1;\n}", "2:6-1 W001: expected ']', found ')'"),
        (HEAD + "  A[0] = 1;\n", "1:21-1 W001: the '{' is never closed"),
        (HEAD + "}\n}", "3:1-1 W001: '}' closes no bracket"),
        (HEAD + "  A[0] = 1 $ 2;\n}", "2:12-1 W001: unexpected character '$'"),
        (HEAD + '  A[0] = "1;\n}', "2:10-1 W001: the text in double quotes is never closed"),
        (HEAD + "  A[0] = '1;\n}", "2:10-1 W001: the character in quotes is never closed"),
        (
            HEAD + "  A[0] = 1; /* 2\n}",
            "2:13-2 W001: the comment is never closed",
        ),
        (HEAD + "  A[0] = 089;\n}", "2:10-3 W001: invalid octal constant, found '089'"),
        (HEAD + "  A[0] = 1 # 2;\n}", "2:12-1 W001: unexpected character '#'"),
        (HEAD + "  A[0] = else;\n}", "2:10-4 W001: expected an expression after '=', found 'else'"),
        ("for (int i = 0; i < 4; i++) ;", "1:1-3 W001: 'for' stands outside of a function"),
        ("int f(int n)\nif (n) return;", "2:1-2 W001: 'if' stands outside of a function"),
        ("int x", "1:5-1 W001: the text ends after 'x'; expected more"),
        ("= 1;", "1:1-1 W001: expected a declaration or a function, found '='"),
        ("#define", "1:2-6 W001: expected a name after '#define'"),
        ("#define F(1) 2", "1:9-1 W001: the parameters of macro 'F' are not names between commas"),
        ("#define F(a, b) a\nint x = F(1);", "2:9-4 W001: macro 'F' takes 2 arguments, got 1"),
        ("#define F(a) a\nint x = F(1;", "2:9-1 W001: the '(' of macro 'F' is never closed"),
        ("#define F(a, b) a ## b\nint F(x, y);", "2:5-7 W411: macro 'F' joins or quotes words with '#'"),
        ("#define Q @\nint x = Q;", "2:9-1 W001: unexpected character '@'"),
        ("#defin N 4", "1:2-5 W001: unknown directive '#defin'"),
        ("#if F(2)\n#endif", "1:2-7 W411: the condition of '#if' is no expression of integers and defined names"),
        ("#if\n#endif", "1:2-2 W411: the condition of '#if' is no expression of integers and defined names"),
        ("#ifdef\n#endif", "1:2-5 W001: expected a name after '#ifdef'"),
        ("#if 1\nint x;", "1:2-2 W001: '#if' has no '#endif'"),
        ("#else", "1:2-4 W001: '#else' without '#if'"),
        ("#if 0\n#else\n#else\n#endif", "3:2-4 W001: '#else' without '#if'"),
        ("#endif", "1:2-5 W001: '#endif' without '#if'"),
        ("#error no luck", "1:2-13 W411: the text refuses to be compiled: '#error no luck'"),
        ("int x = " + "(" * 101, "1:109-1 W001: brackets nested deeper than 100"),
    ],
)
def test_texts_that_are_no_c(text, expected):
    assert findings(text) == [expected]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("void f(double A[4]) { " + "for (int i = 0; i < 4; i++) " * 400 + "A[0] = 0; }", "nested too deeply"),
        (
            "#define A0 x x\n" + "".join(f"#define A{i + 1} A{i} A{i}\n" for i in range(40)) + "A40",
            "more than 200000 words",
        ),
        (
            "#define A0(x) x\n" + "".join(f"#define A{i + 1}(x) A{i}(A{i}(x))\n" for i in range(90)) + "A90(1)",
            "macros nested deeper than 60",
        ),
    ],
)
def test_monstrous_texts_are_refused(text, message):
    with pytest.raises(WeftError, match=message):
        read_c(text)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("for (int i = 0; i < 2; i++) " * 60 + "A[0] = 0;", "statements nested deeper than 48"),
        ("A[0] = " + "A[1] + " * 3000 + "A[2];", "expression nested too deeply"),
        ("A[" + "1 + " * 3000 + "2] = 0;", "subscript of 'A' is nested too deeply"),
        ("for (int i = 0; i < 2" + " + 1" * 3000 + "; i++) A[0] = 0;", "bound of 'i' is nested too deeply"),
        (
            "for (int i = 0; i < 9; i++) { int y = i; " + "y = (y + i) / 3 + (y + 1) / 5; " * 40 + "A[y] = 0; }",
            "subscript of 'A' uses 'y', which is not affine",
        ),
    ],
)
def test_monstrous_statements_are_refused_in_their_place(body, message):
    (found,) = read_c(f"void f(double A[4]) {{ {body} for (int i = 0; i < 4; i++) A[i] = 0; }}")
    (unreadable,) = [item for _, item in found.statements() if isinstance(item, Unreadable)]
    assert unreadable.diagnostics[0].message == message
    assert str(found).splitlines()[-1].strip() == "A[i] = 0"


def test_an_unknown_function():
    with pytest.raises(WeftError) as error:
        read_c("void kernel(void) { }", "k.c", function="kernl")
    (finding,) = error.value.diagnostics
    assert (finding.code, finding.message, finding.hint) == ("W002", "no function 'kernl'", "did you mean 'kernel'?")
    with pytest.raises(WeftError, match="the text defines no function"):
        read_c("", "k.c", function="f")


def test_hints_name_what_is_near():
    with pytest.raises(WeftError, match=r"did you mean '#define'\?"):
        read_c("#defin N 4")
    text = "double Weights[4];\nvoid f(double A[4]) { for (int i = 0; i < 4; i++) A[i] = Weight[i]; }"
    (_, item), *_ = read(text).statements()
    assert item.diagnostics[0].hint == "did you mean 'Weights'?"


def test_names_that_are_defined_by_themselves_are_refused():
    text = "int a = b; int b = a;\nvoid f(double A[4]) {\nfor (int i = 0; i < a; i++) A[i] = 0; }"
    assert findings(text) == ["3:21-1 W005: size 'a' is not bound to a number"]
    assert read_c(text, sizes=Sizes({"a": 4}))[0].body
