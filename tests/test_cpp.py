"""C++ that is C in other words is read as that C; what is not is refused by its word."""

import pytest

from weft.frontends.c import read_c
from weft.ir import WeftError

HEAD = "void f(int n, float A[8][6], float *B, float x[6], float y[8])"


def nest(text, file):
    (found,) = read_c(text, file, function="f")
    return [str(found.arrays), *str(found).splitlines()[1:]]


@pytest.mark.parametrize(
    ("cpp", "c"),
    [
        ("namespace a { namespace b {{ {f} }} }", "{f}"),
        ('extern "C" {f}', "{f}"),
        ("namespace {{ constexpr int N = 2; }} {f}", "const int N = 2; {f}"),
        ("using real = float; using namespace std; using std::max; {f}", "{f}"),
        ("struct d {{ int m; }}; [[maybe_unused]] static int z{{0}}; {f}", "{f}"),
    ],
)
def test_what_stands_outside(cpp, c):
    body = f"{HEAD} {{ for (int i = 0; i < 8; i++) y[i] += A[i][0] * x[0]; }}"
    written = cpp.replace("{f}", body).replace("{{", "{").replace("}}", "}")
    assert nest(written, "k.cpp") == nest(c.replace("{f}", body), "k.c")


@pytest.mark.parametrize(
    ("cpp", "c"),
    [
        ("std::vector<float>& B", "float *B"),
        ("const std::vector<float> &B", "float *B"),
        ("std::span<const float> B", "float *B"),
        ("const std::array<float, 48>& B", "float B[48]"),
        ("const float (&B)[8][6]", "float B[8][6]"),
        ("std::vector<std::vector<float>>& B", "float **B"),
    ],
)
def test_parameters(cpp, c):
    place = "B[i][0]" if c.count("*") + c.count("[") > 1 else "B[i]"
    body = f"{{ for (std::size_t i = 0; i < 8; ++i) y[i] += {place} * x[0]; }}"
    expected = nest(f"void f({c}, float x[6], float y[8]) {body.replace('std::', '')}", "k.c")
    assert nest(f"void f({cpp}, float x[6], float y[8]) {body}", "k.cc") == expected


@pytest.mark.parametrize(
    ("cpp", "c"),
    [
        ("y[i] = static_cast<float>(x[0]);", "y[i] = (float)(x[0]);"),
        ("y[i] = float(x[0]);", "y[i] = (float)(x[0]);"),
        ("y[i] = std::max<float>(x[0], 0.0f);", "y[i] = fmax(x[0], 0.0f);"),
        ("float &t = y[i]; t += x[0] * x[1];", "y[i] += x[0] * x[1];"),
        ("const auto &t = x[0]; y[i] = t * t;", "y[i] = x[0] * x[0];"),
        ("auto t = 2.0f * x[0]; y[i] += t;", "float t = 2.0f * x[0]; y[i] += t;"),
        ("auto t = x[0] * x[1]; y[i] += t;", "float t = x[0] * x[1]; y[i] += t;"),
        ("auto t = 2.5; y[i] += t * x[0];", "double t = 2.5; y[i] += t * x[0];"),
        ("int k{i}; y[k] = 1;", "int k = i; y[k] = 1;"),
        ("for (auto k = 0; k < 6; k++) y[i] += A[i][k] * x[k];", "for (int k = 0; k < 6; k++) y[i] += A[i][k] * x[k];"),
        ("if (B != nullptr) y[i] = 1;", "if (B != NULL) y[i] = 1;"),
    ],
)
def test_statements(cpp, c):
    loop = "{ for (int i = 0; i < 8; i++) {"
    assert nest(f"{HEAD} {loop} {cpp} }} }}", "k.cpp") == nest(f"{HEAD} {loop} {c} }} }}", "k.c")


def test_a_reference_to_a_number_is_what_it_refers_to():
    text = "void f(float x[8], float &s, const int &n) { for (int i = 0; i < 8; i++) s += x[i] * x[i]; }"
    plain = "void f(float x[8], float *s, int n) { for (int i = 0; i < 8; i++) *s += x[i] * x[i]; }"
    assert nest(text, "k.cpp") == nest(plain, "k.c")


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_reference_may_be_any_parameter(place):
    others = ["const float (&x)[8]", "int n"]
    text = "void f({}) {{ for (int i = 0; i < 8; i++) s += x[i]; }}"
    cpp = text.format(", ".join([*others[:place], "float &s", *others[place:]]))
    plain = ["float x[8]", "int n"]
    c = text.replace("s +=", "*s +=").format(", ".join([*plain[:place], "float *s", *plain[place:]]))
    assert nest(cpp, "k.cpp") == nest(c, "k.c")


def test_memory_of_the_heap():
    text = "float *t = new float[8]; for (int i = 0; i < 8; i++) t[i] = x[0]; delete[] t;"
    plain = "float *t = malloc(8 * sizeof(float)); for (int i = 0; i < 8; i++) t[i] = x[0]; free(t);"
    assert nest(f"{HEAD} {{ {text} }}", "k.cpp") == nest(f"{HEAD} {{ {plain} }}", "k.c")
    vector = "std::vector<float> t(8, 0.0f); for (int i = 0; i < 8; i++) t[i] = x[0];"
    plain = "float t[8]; for (int i = 0; i < 8; i++) t[i] = x[0];"
    assert nest(f"{HEAD} {{ {vector} }}", "k.cpp") == nest(f"{HEAD} {{ {plain} }}", "k.c")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("class A { };", "C++ that is no C: 'class'"),
        ("class C { }; void f() { }", "C++ that is no C: 'class'"),
        ("void f(float *A) { for (auto v : A) { } }", "the type that 'auto' stands for is not told by its value"),
        ("void f(float *A) { auto v = g(); }", "the type that 'auto' stands for is not told by its value"),
        ("void f(float *A) { int o = 1; float &r = A[o]; o = 2; r = 0; }", "reference 'r' is bound to a place"),
        ("void f(float *A) { int o = 1; float &r = A[o]; ++o; r = 0; }", "reference 'r' is bound to a place"),
    ],
)
def test_what_is_no_c_is_refused(text, message):
    with pytest.raises(WeftError, match=r"W411") as caught:
        read_c(text, "k.cpp")
    assert message in str(caught.value)


GEMV = "void gemv(const T *A, const T *x, T *y) { for (int i = 0; i < N; i++) y[i] += A[i] * x[i]; }\n"


@pytest.mark.parametrize(
    ("head", "rest", "functions"),
    [
        ("typename T, int N", "template void gemv<float, 8>(const float *, const float *, float *);", ["gemv f32 8"]),
        ("class T, int N = 4", "template void gemv(const double *A, const double *x, double *y);", ["gemv f64 4"]),
        (
            "class T, int N",
            "int main() { std::vector<float> A(9); gemv<float, 2 * 3>(A.data(), A, A); }",
            ["gemv f32 6"],
        ),
        ("class T = float, int N = 4", "", ["gemv f32 4"]),
        ("class T, int N = sizeof(T)", "template void gemv<float, 8>(); template void gemv<double, 3>();", None),
        (
            "class T, int N",
            "template void gemv<float, 8>(); template void gemv<std::int8_t, (3 > 2)>();",
            ["gemv_float_8 f32 8", "gemv_int8_t_3_2 i8 1"],
        ),
    ],
)
def test_a_template_is_a_function_for_each_list_of_arguments(head, rest, functions):
    found = read_c(f"template <{head}>\n{GEMV}{rest}", "k.cpp")
    if functions is None:
        functions = ["gemv_float_8 f32 8", "gemv_double_3 f64 3"]
    seen = [f"{item.name} {item.array('A').element} {item.body[0].upper[0]}" for item in found]
    assert seen == functions


def test_a_function_of_a_template_has_a_name_that_nothing_else_has():
    text = """template <typename T> void g(const T *a, T *c) { for (int i = 0; i < 8; i++) c[i] += a[i]; }
    void g_float(const float *a, float *c) { for (int i = 0; i < 4; i++) c[i] += a[i]; }
    void f(float a[8], float c[8], double b[8], double d[8]) { g<float>(a, c); g<double>(b, d); }"""
    (found,) = read_c(text, "k.cpp", function="f")
    assert [str(loop.upper[0]) for loop in found.body] == ["8", "8"]


def test_a_type_may_have_several_words():
    text = """template <typename T> void g(const T *a, T *c) { for (int i = 0; i < 8; i++) c[i] += a[i]; }
    void f(const unsigned int *a, unsigned int *c) { g(a, c); }
    void h(const long long *a, long long *c) { g(a, c); }"""
    assert [item.array("a").element for item in read_c(text, "k.cpp")] == ["ui32", "i64"]


def test_templates_call_templates():
    text = """template <typename T> T twice(T x) { return x + x; }
    template <typename T, int N> void half(const T *a, T *b) { for (int i = 0; i < N / 2; i++) b[i] += twice<T>(a[i]); }
    template <typename T> void whole(const T *a, T *b) { half<T, 16>(a, b); half<T, 8>(a, b); }
    void f(float A[9], float B[9]) { whole(A, B); }"""
    (found,) = read_c(text, "k.cpp", function="f")
    assert [str(loop.upper[0]) for loop in found.body] == ["8", "4"]


def test_pragmas_stand_in_every_copy_of_a_template():
    text = """template <typename T> void f(T *a) {
    #pragma omp parallel for
    for (int i = 0; i < 8; i++) a[i] = a[i] * 2;
    }
    template void f<float>(float *); template void f<double>(double *);"""
    assert [item.body[0].kind for item in read_c(text, "k.cpp")] == ["parallel", "parallel"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("template <class T> void f(T *a) { }", "the text does not tell type 'T' of template 'f'"),
        ("template <class T> void f(int n) { } void g() { f(3); }", "does not tell its type 'T'"),
        ("template <class T> struct s { T a; };", "C++ that is no C: a template of a 'struct'"),
        ("template <> void f<float>(float *a) { }", "C++ that is no C: a template that is a specialization"),
        ("template <class... T> void f(T... a) { }", "a parameter of a template that is no type and no integer"),
        ("template <int N> int v = N;", "C++ that is no C: a template of no function"),
        ("template <int N> void f() { f<N + 1>(); } void g() { f<0>(); }", "give more than 64 functions"),
        ("template <int N> void f() { } template <class T> void f(T a) { }", "two templates are called 'f'"),
        ("template <class T> void f(T a) { } void f(int a) { }", "template 'f' and a function have one name"),
        ("template <class T> void f(T *a) { } template void f<float, 4>(float *);", "'f' takes 1 arguments, not 2"),
        (
            "template <class T> void f(T *a, T *b) { } void g(float *x, double *y) { f(x, y); }",
            "passes two types for 'T'",
        ),
    ],
)
def test_templates_that_give_no_function_are_refused(text, expected):
    with pytest.raises(WeftError) as caught:
        read_c(text, "k.cpp")
    assert expected in str(caught.value)


def test_a_template_that_is_not_asked_for_needs_no_types():
    text = f"template <class T> void f(T *a) {{ }} {HEAD} {{ for (int i = 0; i < 8; i++) y[i] += x[0]; }}"
    text = text.replace("void f(int n", "void g(int n")
    assert [item.name for item in read_c(text, "k.cpp", function="g")] == ["g"]


@pytest.mark.parametrize(
    "words",
    [
        "template<",
        "template <class T> void f(",
        "f<float>(",
        "std::",
        "using",
        "namespace {",
        "vector<",
        "new T[",
        "T &x =",
        "auto",
        "&(",
    ],
)
@pytest.mark.parametrize("cut", [0, 1, 2])
def test_texts_that_break_off_are_refused_or_read(words, cut):
    for text in (words, f"void f() {{ {words}", f"{words} }}", f"void f(float &x{words}) {{"):
        assert codes(text[: len(text) - cut]) <= {"W001", "W411"}


def codes(text):
    try:
        read_c(text, "k.cpp")
    except WeftError as error:
        return {item.code for item in error.diagnostics}
    return set()
