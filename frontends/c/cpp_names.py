"""References and `auto` of C++: a reference is the place that it names, `auto` the type of the value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...ir import Diagnostic, WeftError
from .macros import KEYWORDS
from .tokens import MAX_TOKENS, Source, Token
from .words import closing, matching, word

NUMBERS = frozenset(["float", "double", "int", "long", "short", "char", "unsigned", "signed", "bool", "size_t"])
"""The words of C++'s types of numbers."""
_CHANGES = frozenset(["=", "+=", "-=", "*=", "/=", "++", "--"])


def without_references(source: Source, tokens: list[Token]) -> list[Token]:
    """The tokens without references: arrays and constants by value, others as pointers; local ones as their places."""
    found = _arrays(tokens)
    while (place := next(_local(found), None)) is not None:
        found = _named(source, found, place)
        if len(found) > MAX_TOKENS:
            message = f"the text has more than {MAX_TOKENS} words, with its references replaced"
            raise WeftError(Diagnostic("W411", message, span=source.at(found[place])))
    return _parameters(found)


def _arrays(tokens: list[Token]) -> list[Token]:
    """`T (&A)[8]` is `T A[8]`."""
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        texts = [token.text for token in tokens[place : place + 5]]
        if texts[:2] == ["(", "&"] and texts[3:] == [")", "["]:
            found.append(tokens[place + 2])
            place += 4
        else:
            found.append(tokens[place])
            place += 1
    return found


def _is_type(token: Token) -> bool:
    return token.text in NUMBERS or token.text == "auto" or (token.kind == "name" and token.text not in KEYWORDS)


def _local(tokens: list[Token]) -> Iterator[int]:
    """The places of the `&` of `T &x = …;`."""
    for place in range(1, len(tokens) - 2):
        if tokens[place].text == "&" and tokens[place + 2].text == "=" and tokens[place + 1].kind == "name":
            before = tokens[place - 2].text if place > 1 else ";"
            if _is_type(tokens[place - 1]) and before in (";", "{", "}", "const", ")", ":"):
                yield place


def _named(source: Source, tokens: list[Token], place: int) -> list[Token]:
    """The tokens with what a local reference is bound to in the place of its uses, until its block ends."""
    name, end = tokens[place + 1], matching(tokens, place, ";")
    value = tokens[place + 3 : end]
    last = _end_of_block(tokens, end)
    used = {token.text for token in value if token.kind == "name"}
    for number in range(end, last - 1):
        pair = tokens[number].text, tokens[number + 1].text
        if any(pair[side] in used and pair[1 - side] in _CHANGES for side in (0, 1) if side == 0 or pair[0] != "="):
            message = f"reference '{name.text}' is bound to a place that changes afterwards"
            raise WeftError(Diagnostic("W411", message, span=source.at(name), hint="name the element itself"))
    start = place - 2 if tokens[place - 2].text == "const" else place - 1
    body: list[Token] = []
    for token in tokens[end + 1 : last]:
        if token.text == name.text and token.kind == "name":
            body += [word("(", token), *(replace(item, start=token.start, end=token.end) for item in value)]
            body.append(word(")", token))
        else:
            body.append(token)
    return [*tokens[:start], *body, *tokens[last:]]


def _end_of_block(tokens: list[Token], place: int) -> int:
    level = 0
    for number in range(place, len(tokens)):
        level += (tokens[number].text == "{") - (tokens[number].text == "}")
        if level < 0:
            return number
    return len(tokens)


def _parameters(tokens: list[Token]) -> list[Token]:
    """`const T &x` of a parameter is `T x`, and `T &x` a pointer whose uses are `(*x)`."""
    found = list(tokens)
    place = 0
    while place < len(found) - 2:
        if found[place].text != "&" or not (place and _is_type(found[place - 1])) or found[place + 1].kind != "name":
            place += 1
            continue
        if found[place + 2].text not in (",", ")") or found[place - 2].text not in ("(", ",", "const"):
            place += 1
            continue
        if found[place - 2].text == "const":
            del found[place]
            continue
        name = found[place + 1].text
        found[place] = word("*", found[place])
        body = matching(found, place, ")") + 1
        if body < len(found) and found[body].text == "{":
            end = closing(found, body)
            new = [part for token in found[body:end] for part in _pointed(token, name)]
            found[body:end] = new
        place += 1
    return found


def _pointed(token: Token, name: str) -> list[Token]:
    if token.kind != "name" or token.text != name:
        return [token]
    return [word("(", token), word("*", token), token, word(")", token)]


def typed(source: Source, tokens: list[Token]) -> list[Token]:
    """The tokens with the type of the value in the place of every `auto`."""
    found: list[Token] = []
    for place, token in enumerate(tokens):
        if token.text != "auto":
            found.append(token)
            continue
        value = tokens[matching(tokens, place, "=") + 1 : matching(tokens, place, ";")]
        kind = _type_of(value, tokens[:place])
        if not kind or (place + 2 < len(tokens) and tokens[place + 2].text == ":"):
            message = "the type that 'auto' stands for is not told by its value"
            raise WeftError(Diagnostic("W411", message, span=source.at(token), hint="write the type"))
        found.append(word(kind, token))
    return found


def _type_of(value: list[Token], before: list[Token]) -> str:
    """The type of numbers that a value is of: the widest of its numbers with a point, else that of its first name."""
    numbers = [token.text.lower() for token in value if token.kind == "number" and not token.text.startswith("0x")]
    floats = [text for text in numbers if "." in text or "e" in text or text.endswith("f")]
    names = [token.text for token in value if token.kind == "name"]
    kinds = [kind for name in names if (kind := _declared(name, before))]
    if "double" in kinds or any(not text.endswith("f") for text in floats):
        return "double"
    if "float" in kinds or floats:
        return "float"
    return kinds[0] if kinds else "int" if numbers and not names else ""


def _declared(name: str, tokens: list[Token]) -> str:
    """The type of numbers that a name was declared with last."""
    for place in range(len(tokens) - 1, 0, -1):
        if tokens[place].text == name and tokens[place].kind == "name":
            start = place - 1
            while start > 0 and tokens[start].text in ("*", "&", "const", "restrict"):
                start -= 1
            if tokens[start].text in NUMBERS:
                return tokens[start].text
    return ""
