"""Small questions about words in a row: where a bracket closes, and new words in the place of others."""

from __future__ import annotations

from dataclasses import replace

from .tokens import Token

_OPERATORS = "= + - * / ( , return [ < > ? : += -= *= && ||"
BEFORE_VALUES = frozenset(_OPERATORS.split())
"""Words after which a value stands, where a type with a bracket converts it."""
_PAIRS = {"(": ")", "[": "]", "{": "}", "<": ">"}


def closing(tokens: list[Token], place: int) -> int:
    """The place of the bracket that closes the one at a place; the end if none does. `>>` closes two of `<`."""
    opening, closer = tokens[place].text, _PAIRS[tokens[place].text]
    level = 0
    for number in range(place, len(tokens)):
        text = tokens[number].text
        level += (text == opening) - (text == closer) - 2 * (text == ">>" and opening == "<")
        if level <= 0:
            return number
    return len(tokens)


def matching(tokens: list[Token], place: int, text: str) -> int:
    """The next place of a word, outside of the brackets that open after a place; the end if there is none."""
    level = 0
    for number in range(place, len(tokens)):
        found = tokens[number].text
        if level == 0 and found == text:
            return number
        level += (found in ("(", "[", "{")) - (found in (")", "]", "}"))
        if level < 0:
            return number
    return len(tokens)


def word(text: str, at: Token) -> Token:
    """A word in the place of another one."""
    kind = "name" if text[0].isalpha() or text[0] == "_" else "number" if text[0].isdigit() else "punct"
    return replace(at, kind=kind, text=text)
