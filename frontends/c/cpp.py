"""C++ that is C in other words, as C: qualified names, casts, vectors, references and `auto` become what they are.

What has no counterpart in C is refused by its word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ...ir import Diagnostic, WeftError
from .cpp_names import NUMBERS, typed, without_references
from .cpp_templates import instantiated
from .preprocess import Preprocessed
from .tokens import Source, Token
from .words import BEFORE_VALUES, closing, matching, word

SUFFIXES = (".cpp", ".cc", ".cxx", ".hpp")
_NOT_C = {
    **dict.fromkeys(("class", "operator", "virtual", "concept"), "write a function with the arrays as its parameters"),
    **dict.fromkeys(("try", "throw", "co_await", "decltype"), "write the loops without it"),
}
_DROPPED = frozenset(["noexcept", "mutable", "explicit", "override", "final", "typename", "thread_local"])
_RENAMED = {"constexpr": "const", "consteval": "const", "constinit": "const", "nullptr": "NULL"}
_BEFORE_BRACES = BEFORE_VALUES - {">"}
"""Words after which a name before a brace is a type: after a bracket of a template a variable may stand."""
_CASTS = frozenset(["static_cast", "const_cast", "reinterpret_cast"])

_Rule = Callable[[list[Token], int], tuple[list[Token], int] | None]
"""What stands for the words from a place on, and the place after them; None where the rule says nothing."""


def as_c(program: Preprocessed, function: str | None = None) -> Preprocessed:
    """The tokens of a C++ text as those of C; WeftError (W411) for what is none.

    Templates that nothing gives their types are left out where another `function` is asked for.
    """
    source = program.source
    tokens, copies = instantiated(source, _applied(program.tokens, _outside), function)
    _check(source, tokens)
    for rule in (_qualified, _using, _cast, _container, _member, _initial, _memory):
        tokens = _applied(tokens, rule)
    tokens = typed(source, without_references(source, tokens))
    new = {id(token): place for place, token in enumerate(tokens)}
    pragmas = []
    for pragma in program.pragmas:
        after = program.tokens[pragma.place :]
        first = next((token for token in after if id(token) in new), None)
        pragmas.append(replace(pragma, place=len(tokens) if first is None else new[id(first)]))
        others = (copy[id(first)] for copy in copies if id(first) in copy)
        pragmas += [replace(pragma, place=new[id(token)]) for token in others if id(token) in new]
    return Preprocessed(source, tokens, sorted(pragmas, key=lambda item: item.place))


def _check(source: Source, tokens: list[Token]) -> None:
    for token in tokens:
        if token.text in _NOT_C:
            message = f"C++ that is no C: '{token.text}'"
            raise WeftError(Diagnostic("W411", message, span=source.at(token), hint=_NOT_C[token.text]))


def _applied(tokens: list[Token], rule: _Rule) -> list[Token]:
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        new = rule(tokens, place)
        if new is None:
            found.append(tokens[place])
            place += 1
        else:
            found += new[0]
            place = new[1]
    return found


def _texts(tokens: list[Token], place: int, count: int) -> list[str]:
    return [token.text for token in tokens[place : place + count]]


def _outside(tokens: list[Token], place: int) -> tuple[list[Token], int] | None:
    """`extern "C"` and namespaces, with or without braces; attributes."""
    texts = _texts(tokens, place, 3)
    if texts[:2] == ["[", "["] and (place == 0 or tokens[place - 1].kind not in ("name", "number")):
        return [], closing(tokens, place) + 1
    if texts[:1] == ["using"] and texts[1:2] == ["namespace"]:
        return [], matching(tokens, place, ";") + 1
    start = place + 2 if texts[:2] == ["extern", '"C"'] else place + 1 if texts[:1] == ["namespace"] else place
    if start == place:
        return None
    while texts[0] == "namespace" and start < len(tokens) and tokens[start].text != "{":
        start += 1
    if _texts(tokens, start, 1) != ["{"]:
        return [], start
    end = closing(tokens, start)
    return _applied(tokens[start + 1 : end], _outside), end + 1


def _qualified(tokens: list[Token], place: int) -> tuple[list[Token], int] | None:
    """Names without what they belong to, and words that C has in other forms or not at all."""
    token = tokens[place]
    if token.kind == "name" and _texts(tokens, place + 1, 2) == [":", ":"]:
        return [], place + 3
    if token.text == ":" and _texts(tokens, place + 1, 1) == [":"]:
        return [], place + 2
    if token.text in _DROPPED or (token.text == "constexpr" and place and tokens[place - 1].text == "if"):
        return [], place + 1
    return ([replace(token, text=_RENAMED[token.text])], place + 1) if token.text in _RENAMED else None


def _using(tokens: list[Token], place: int) -> tuple[list[Token], int] | None:
    """`using T = float;` is a typedef, and `using std::max;` nothing."""
    if tokens[place].text != "using":
        return None
    end = matching(tokens, place, ";")
    if _texts(tokens, place + 2, 1) != ["="]:
        return [], end + 1
    name = tokens[place + 1]
    return [replace(tokens[place], text="typedef"), *tokens[place + 3 : end], name, *tokens[end : end + 1]], end + 1


def _cast(tokens: list[Token], place: int) -> tuple[list[Token], int] | None:
    """`static_cast<int>(x)`, `int(x)` and `int{x}`; arguments of templates after `max` and `min`."""
    token, after = tokens[place], _texts(tokens, place + 1, 1)
    if token.text in _CASTS and after == ["<"]:
        end = closing(tokens, place + 1)
        return [word("(", token), *tokens[place + 2 : end], word(")", token)], end + 1
    if token.text in ("max", "min") and after == ["<"]:
        return [token], closing(tokens, place + 1) + 1
    before = tokens[place - 1].text if place else ";"
    if token.kind == "name" and after == ["{"] and before in _BEFORE_BRACES:
        end = closing(tokens, place + 1)
        value = [word("(", token), *(tokens[place + 2 : end] or [word("0", token)]), word(")", token)]
        return [word("(", token), token, word(")", token), *value], end + 1
    is_pointer = _texts(tokens, place + 2, 1) in (["*"], ["&"])
    if token.text in NUMBERS and after == ["("] and before in BEFORE_VALUES and not is_pointer:
        empty = _texts(tokens, place + 2, 1) == [")"]
        value = [word(text, token) for text in "(0)"] if empty else []
        return [word("(", token), token, word(")", token), *value], place + (3 if empty else 1)
    return None


def _container(tokens: list[Token], place: int) -> tuple[list[Token], int] | None:
    """`vector<T>& v` is a pointer to T, `vector<T> v(n)` and `array<T, n> v` are arrays of T."""
    token = tokens[place]
    if token.text not in ("vector", "span", "array") or _texts(tokens, place + 1, 1) != ["<"]:
        return None
    end = closing(tokens, place + 1)
    inner = _applied(tokens[place + 2 : end], _container)
    comma = next((number for number, item in enumerate(inner) if item.text == ","), len(inner))
    kind, extent = inner[:comma], inner[comma + 1 :]
    after = end + 1
    while after < len(tokens) and tokens[after].text in ("&", "const"):
        after += 1
    if extent and after < len(tokens):
        return [*kind, tokens[after], word("[", token), *extent, word("]", token)], after + 1
    if _texts(tokens, after + 1, 1) == ["("] and tokens[after].kind == "name":
        last = closing(tokens, after + 1)
        inside = tokens[after + 2 : last]
        comma = next((number for number, item in enumerate(inside) if item.text == ","), len(inside))
        return [*kind, tokens[after], word("[", token), *inside[:comma], word("]", token)], last + 1
    return [*kind, word("*", token)], after


def _member(tokens: list[Token], place: int) -> tuple[list[Token], int] | None:
    """`v.data()` is v, and `v.size()` a size of that name."""
    texts = _texts(tokens, place, 4)
    if texts[:1] != ["."] or texts[2:] != ["(", ")"]:
        return None
    if texts[1] in ("data", "begin"):
        return [], place + 4
    return (tokens[place : place + 2], place + 4) if texts[1] == "size" else None


def _initial(tokens: list[Token], place: int) -> tuple[list[Token], int] | None:
    """`int i{0};` is `int i = 0;`."""
    token = tokens[place]
    if token.kind != "name" or place == 0 or _texts(tokens, place + 1, 1) != ["{"]:
        return None
    before, end = tokens[place - 1], closing(tokens, place + 1)
    if before.kind != "name" or before.text in ("struct", "enum", "union") or _texts(tokens, end + 1, 1) != [";"]:
        return None
    return [token, word("=", token), *(tokens[place + 2 : end] or [word("0", token)])], end + 1


def _memory(tokens: list[Token], place: int) -> tuple[list[Token], int] | None:
    """`new T[n]` and `delete[] p`."""
    token = tokens[place]
    if token.text == "new" and _texts(tokens, place + 2, 1) == ["["]:
        end = closing(tokens, place + 2)
        count = [word("(", token), *tokens[place + 3 : end], word(")", token), word("*", token)]
        size = [word(text, token) for text in ("sizeof", "(", tokens[place + 1].text, ")")]
        zeros = 2 if _texts(tokens, end + 1, 2) == ["(", ")"] else 0
        return [word("malloc", token), word("(", token), *count, *size, word(")", token)], end + 1 + zeros
    if token.text == "delete":
        start = place + 3 if _texts(tokens, place + 1, 2) == ["[", "]"] else place + 1
        return [word("free", token), word("(", token), *tokens[start : start + 1], word(")", token)], start + 1
    return None
