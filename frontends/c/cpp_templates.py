"""Function templates of C++: a function for each list of arguments that the text says.

Before:  template <typename T, int N> void f(const T *a, T *c) { for (int i = 0; i < N; i++) … }  … f<float, 64>(a, c)
After:   void f(const float *a, float *c) { for (int i = 0; i < 64; i++) … }

Arguments stand at calls, in explicit instantiations, as defaults, or are the types of what is passed. An integer
without any stays a name, which is a size then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ...ir import Diagnostic, WeftError
from ...ir.free_names import free_name
from .cpp_names import NUMBERS
from .tokens import MAX_TOKENS, Source, Token
from .words import BEFORE_VALUES, closing, matching, word

_MOST = 64
"""Functions that the templates of a text give."""
_TYPE_WORDS = frozenset(["typename", "class"])
_AROUND_NAMES = frozenset(["*", "&", "const", "restrict", "(", "["])

_Arguments = dict[str, tuple[Token, ...]]
"""What stands for each parameter."""


@dataclass(frozen=True, slots=True)
class _Parameter:
    name: str
    is_type: bool
    default: tuple[Token, ...] = ()


@dataclass(slots=True)
class _Template:
    """A template: the words of the function after its parameters, and the functions that it gives, by arguments."""

    at: Token
    parameters: tuple[_Parameter, ...]
    name: str
    body: list[Token]
    given: dict[tuple[str, ...], _Arguments] = field(default_factory=dict)
    inner: set[tuple[str, ...]] = field(default_factory=set)
    """The arguments of what only calls ask for."""
    called: dict[tuple[str, ...], str] = field(default_factory=dict)
    """The names of the functions that it gives."""

    def name_given(self, taken: set[str]) -> None:
        """Name the functions that it gives, as nothing else is called; one alone has its own name."""
        for key in self.given:
            words = [word for item in key for word in re.findall(r"\w+", item) if word != "std"]
            plain = "_".join([self.name, *words])
            self.called[key] = self.name if len(self.given) == 1 else free_name(plain, taken)
            taken.add(self.called[key])


def instantiated(
    source: Source, tokens: list[Token], function: str | None
) -> tuple[list[Token], list[dict[int, Token]]]:
    """The words with functions in the place of templates, and which words each further copy has for the first one's.

    WeftError (W411) for templates of anything but functions, and for one without arguments, unless it is another
    `function` that is asked for.
    """
    templates, rest = _found(source, tokens)
    if not templates:
        return rest, []
    bodies: dict[tuple[str, tuple[str, ...]], list[Token]] = {}
    waiting = [(rest, -1)]
    while waiting:
        text, own = waiting.pop()
        for place, template in _uses(text, own, templates):
            if _text(text, closing(text, _explicit(text, place)[1]) + 1) == "{":
                hint = "give one of them another name"
                raise _refusal(source, text[place], f"template '{template.name}' and a function have one name", hint)
            arguments = _arguments(source, text, place, template)
            key = _key(template, arguments)
            is_call = _is_call(text, place)
            if (template.name, key) in bodies:
                template.inner -= set() if is_call else {key}
                continue
            template.inner |= {key} if is_call else set()
            if len(bodies) == _MOST:
                raise _refusal(source, template.at, f"the templates give more than {_MOST} functions", "give it fewer")
            template.given[key] = arguments
            bodies[template.name, key] = body = _put(template.body, arguments)
            waiting.append((body, matching(body, 0, "(") - 1))
            if sum(map(len, bodies.values())) > MAX_TOKENS:
                raise _refusal(source, template.at, f"the templates give more than {MAX_TOKENS} words", "give it fewer")
    for template in templates.values():
        if not template.given:
            _without_arguments(source, template, bodies, function)
    taken = {item.text for item in tokens if item.kind == "name"}
    for template in templates.values():
        template.name_given(taken)
    return _together(source, rest, templates, bodies)


def _refusal(source: Source, at: Token, message: str, hint: str) -> WeftError:
    return WeftError(Diagnostic("W411", message, span=source.at(at), hint=hint))


def _found(source: Source, tokens: list[Token]) -> tuple[dict[str, _Template], list[Token]]:
    """The templates by name, and the other words; of a template with a `0` as the mark of its place."""
    templates: dict[str, _Template] = {}
    rest: list[Token] = []
    place = 0
    while place < len(tokens):
        if tokens[place].text != "template" or tokens[place].kind != "name" or _text(tokens, place + 1) != "<":
            rest.append(tokens[place])
            place += 1
            continue
        last = _angle(tokens, place + 1)
        start = last + 1
        opened, ended = matching(tokens, start, "{"), matching(tokens, start, ";")
        head = tokens[start : min(opened, ended)]
        name = _function_name(head)
        what = next((item.text for item in head if item.text in ("class", "struct", "using", "requires")), "")
        if opened == ended:
            raise WeftError(Diagnostic("W001", "the template has no end", span=source.at(tokens[place])))
        if what or not name or last == place + 2:
            kind = f"of a '{what}'" if what else "of no function" if last > place + 2 else "that is a specialization"
            hint = "write the function with its types"
            raise _refusal(source, tokens[place], f"C++ that is no C: a template {kind}", hint)
        if ended < opened:
            place = ended + 1
            continue
        if name in templates:
            raise _refusal(source, tokens[place], f"two templates are called '{name}'", "give them different names")
        end = closing(tokens, opened)
        parameters = tuple(_parameters(source, tokens[place], tokens[place + 2 : last]))
        templates[name] = _Template(tokens[place], parameters, name, tokens[start : end + 1])
        rest.append(replace(tokens[place], kind="template", text=name))
        place = end + 1
    return templates, rest


def _angle(tokens: list[Token], place: int) -> int:
    """The place of the `>` that closes the `<` at a place; the end if none does."""
    level = 0
    while place < len(tokens):
        if tokens[place].text in ("(", "[", "{"):
            place = closing(tokens, place)
        level += (_text(tokens, place) == "<") - (_text(tokens, place) == ">")
        if level == 0:
            return place
        place += 1
    return len(tokens)


def _text(tokens: list[Token], place: int) -> str:
    return tokens[place].text if 0 <= place < len(tokens) else ""


def _function_name(head: list[Token]) -> str:
    opened = matching(head, 0, "(")
    return head[opened - 1].text if 0 < opened < len(head) and head[opened - 1].kind == "name" else ""


def _split(tokens: list[Token]) -> list[list[Token]]:
    """The parts between commas outside of brackets."""
    found: list[list[Token]] = [[]]
    level = 0
    for token in tokens:
        level += (token.text in ("(", "[", "{", "<")) - (token.text in (")", "]", "}", ">"))
        if token.text == "," and level == 0:
            found.append([])
        else:
            found[-1].append(token)
    return found if tokens else []


def _parameters(source: Source, at: Token, tokens: list[Token]) -> Iterator[_Parameter]:
    for part in _split(tokens):
        equal = next((number for number, item in enumerate(part) if item.text == "="), len(part))
        words = [item for item in part[:equal] if item.kind == "name"]
        if len(words) < 2 or any(item.text in ("...", "template") for item in part[:equal]):
            raise _refusal(source, at, "a parameter of a template that is no type and no integer", "write it out")
        yield _Parameter(words[-1].text, words[0].text in _TYPE_WORDS, tuple(part[equal + 1 :]))


def _uses(tokens: list[Token], own: int, templates: dict[str, _Template]) -> Iterator[tuple[int, _Template]]:
    """The places of calls and explicit instantiations of templates; at its `own` place a function has its name."""
    for place, token in enumerate(tokens):
        template = templates.get(token.text) if token.kind == "name" and place != own else None
        if template is not None and _text(tokens, _explicit(tokens, place)[1]) == "(":
            yield place, template


def _is_call(tokens: list[Token], place: int) -> bool:
    """Whether a use is no explicit instantiation: `template void f<float>(float *);`."""
    while place > 0 and tokens[place].text not in (";", "{", "}", "template"):
        place -= 1
    return tokens[place].text != "template" or tokens[place].kind != "name"


def _explicit(tokens: list[Token], place: int) -> tuple[list[list[Token]], int]:
    """The arguments that stand after a name, and the place after them."""
    if _text(tokens, place + 1) != "<":
        return [], place + 1
    last = _angle(tokens, place + 1)
    return _split(tokens[place + 2 : last]), last + 1


def _key(template: _Template, arguments: _Arguments) -> tuple[str, ...]:
    return tuple(" ".join(item.text for item in arguments.get(one.name, ())) for one in template.parameters)


def _arguments(source: Source, tokens: list[Token], place: int, template: _Template) -> _Arguments:
    """What stands for each parameter at a use: what is said, what the passed arrays are, or the defaults."""
    given, opened = _explicit(tokens, place)
    if len(given) > len(template.parameters):
        message = f"template '{template.name}' takes {len(template.parameters)} arguments, not {len(given)}"
        raise _refusal(source, tokens[place], message, "leave the others out")
    said = [one.name for one, _ in zip(template.parameters, given, strict=False)]
    found = {one.name: tuple(part) for one, part in zip(template.parameters, given, strict=False)}
    passed = _split(tokens[opened + 1 : closing(tokens, opened)])
    expected = _split(template.body[(first := matching(template.body, 0, "(")) + 1 : closing(template.body, first)])
    for declared, value in zip(expected, passed, strict=False):
        for one in template.parameters:
            if one.name in said or not one.is_type or all(item.text != one.name for item in declared):
                continue
            kind = tuple(word(item, tokens[place]) for item in _type_of(value, tokens[:opened]))
            if kind and [item.text for item in found.setdefault(one.name, kind)] != [item.text for item in kind]:
                message = f"a use of template '{template.name}' passes two types for '{one.name}'"
                raise _refusal(source, tokens[place], message, f"say it: {template.name}<float>(…)")
    for one in template.parameters:
        if one.name not in found and one.default:
            found[one.name] = tuple(_put(list(one.default), found))
        if one.name not in found and one.is_type:
            message = f"a use of template '{template.name}' does not tell its type '{one.name}'"
            raise _refusal(source, tokens[place], message, f"say it: {template.name}<float>(…)")
    return found


def _type_of(value: list[Token], before: list[Token]) -> list[str]:
    """The type of numbers of what a name is declared as, or of a declaration, as words; none if it is not told."""
    numbers = [item.text for item in value if _is_number(item.text)]
    if numbers or len(value) != 1 or value[0].kind != "name":
        return numbers
    for place in range(len(before) - 1, 0, -1):
        if before[place].text != value[0].text or before[place].kind != "name":
            continue
        start = place - 1
        while start > 0 and before[start].text in _AROUND_NAMES:
            start -= 1
        if before[start].text == ">" and _is_number(before[start - 1].text):
            start -= 1
        last = start
        while _is_number(_text(before, start)):
            start -= 1
        if start < last:
            return [item.text for item in before[start + 1 : last + 1]]
    return []


def _is_number(text: str) -> bool:
    """Whether a word is a type of numbers, as `float` or `int8_t`."""
    return text in NUMBERS or text.endswith("_t")


def _put(tokens: list[Token], arguments: _Arguments) -> list[Token]:
    """Words with the arguments in the place of the parameters; `T{0}` and `T(0)` are `(T)(0)`."""
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        is_member = _text(tokens, place - 1) in (".", "->")
        value = arguments.get(token.text) if token.kind == "name" and not is_member else None
        if value is None:
            found.append(token)
        else:
            new = [replace(item, start=token.start, end=token.end) for item in value]
            converts = _converts(tokens, place)
            apart = converts or (len(new) > 1 and new[0].kind != "name")
            found += [word("(", token), *new, word(")", token)] if apart else new
            if converts:
                last = closing(tokens, place + 1)
                inside = _put(tokens[place + 2 : last], arguments) or [word("0", token)]
                found += [word("(", token), *inside, word(")", token)]
                place = last
        place += 1
    return found


def _converts(tokens: list[Token], place: int) -> bool:
    """Whether a type makes a value of what stands in brackets after it: `T{0}`, or `T(x)` where a value stands."""
    after, inside = _text(tokens, place + 1), _text(tokens, place + 2)
    if after == "(":
        return _text(tokens, place - 1) in BEFORE_VALUES and inside not in ("*", "&")
    return after == "{"


def _without_arguments(
    source: Source,
    template: _Template,
    bodies: dict[tuple[str, tuple[str, ...]], list[Token]],
    function: str | None,
) -> None:
    """What a template gives that is used nowhere: the function with its defaults, and sizes for integers."""
    arguments: _Arguments = {}
    for one in template.parameters:
        if one.default:
            arguments[one.name] = tuple(_put(list(one.default), arguments))
        elif one.is_type:
            if function not in (None, template.name):
                return
            message = f"the text does not tell type '{one.name}' of template '{template.name}'"
            some = ", ".join("float" if item.is_type else "64" for item in template.parameters)
            raise _refusal(source, template.at, message, f"say it: template void {template.name}<{some}>(…);")
    key = _key(template, arguments)
    template.given[key] = arguments
    bodies[template.name, key] = _put(template.body, arguments)


def _together(
    source: Source,
    rest: list[Token],
    templates: dict[str, _Template],
    bodies: dict[tuple[str, tuple[str, ...]], list[Token]],
) -> tuple[list[Token], list[dict[int, Token]]]:
    """The text with its functions in the places of their templates, and calls by their names."""
    found: list[Token] = []
    copies: list[dict[int, Token]] = []
    rest = _renamed(source, rest, templates)
    place = 0
    while place < len(rest):
        token = rest[place]
        if token.kind == "template":
            template = templates[token.text]
            for number, key in enumerate(template.given):
                words = _renamed(source, bodies[template.name, key], templates, template.called[key])
                words = [word("static", words[0])] * (key in template.inner) + words
                if number:
                    pairs = [(item, replace(item)) for item in words]
                    copies.append({id(one): other for one, other in pairs})
                    words = [other for _, other in pairs]
                found += words
        elif token.text == "template" and token.kind == "name":
            place = matching(rest, place, ";")
        else:
            found.append(token)
        place += 1
    return found, copies


def _renamed(
    source: Source, tokens: list[Token], templates: dict[str, _Template], own: str | None = None
) -> list[Token]:
    """Words with the names of functions in the place of templates with arguments; the first may be its `own` name."""
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        template = templates.get(token.text) if token.kind == "name" else None
        opened = _explicit(tokens, place)[1]
        if template is None or _text(tokens, opened) != "(":
            found.append(token)
            place += 1
            continue
        name, own = own or _name_of(source, tokens, place, template), None
        found.append(replace(token, text=name))
        place = opened
    return found


def _name_of(source: Source, tokens: list[Token], place: int, template: _Template) -> str:
    key = _key(template, _arguments(source, tokens, place, template))
    return template.called.get(key, template.name)
