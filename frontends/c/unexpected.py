"""What is wrong with a text that is no C: brackets that do not match, and words in the wrong place."""

from __future__ import annotations

import re

from ...ir import Diagnostic
from .macros import KEYWORDS
from .tokens import Source, Token

MAX_DEPTH = 100
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_WORDS = "+ - * / % = += -= *= /= %= < > <= >= == != && || & | ^ ? : , ( [ ! ~ << >>"
_OPERATORS = frozenset(_WORDS.split())
_STATEMENTS = frozenset(["for", "while", "do", "if", "switch", "return"])


def brackets(source: Source, tokens: list[Token]) -> Diagnostic | None:
    """The first bracket without its partner, or that is nested too deeply."""
    opened: list[Token] = []
    for token in tokens:
        if token.text in _PAIRS:
            opened.append(token)
            if len(opened) > MAX_DEPTH:
                return Diagnostic("W001", f"brackets nested deeper than {MAX_DEPTH}", span=source.at(token))
        elif token.text in _PAIRS.values() and token.kind == "punct":
            if not opened:
                return Diagnostic("W001", f"'{token.text}' closes no bracket", span=source.at(token))
            partner = opened.pop()
            if _PAIRS[partner.text] != token.text:
                message = f"expected '{_PAIRS[partner.text]}', found '{token.text}'"
                note = f"the '{partner.text}' stands in line {source.at(partner).line}"
                return Diagnostic("W001", message, span=source.at(token), notes=(note,))
    if opened:
        return Diagnostic("W001", f"the '{opened[-1].text}' is never closed", span=source.at(opened[-1]))
    return None


def unexpected(source: Source, tokens: list[Token], place: int, error: str) -> Diagnostic:
    """Why the parser stopped at a token; `error` is its message, of use where it says more than the place."""
    message = re.sub(r"^c(:\d+)*: ", "", error).rstrip(".")
    if not tokens:
        return Diagnostic("W001", "the text is no C", span=source.span(0, 1))
    if place >= len(tokens) or message == "At end of input":
        last = tokens[-1]
        return Diagnostic("W001", f"the text ends after '{last.text}'; expected more", span=source.at(last))
    place = max(0, place)
    hint = "put it into one: void kernel(…) { … }" if _is_outside(tokens, place) else ""
    if place > 2 and tokens[place - 1].text == ")" and tokens[place - 3].text == "(":
        hint = f"if '{tokens[place - 2].text}' is a type, say so with a typedef" if _is_name(tokens[place - 2]) else ""
    return Diagnostic("W001", _explained(tokens, place, message), span=source.at(tokens[place]), hint=hint)


def _explained(tokens: list[Token], place: int, message: str) -> str:
    found = f"found '{_short(tokens[place])}'"
    if _is_outside(tokens, place):
        return f"'{tokens[place].text}' stands outside of a function"
    if place == 0:
        return f"expected a declaration or a function, {found}"
    before = tokens[place - 1]
    if message and not message.startswith(("before", "Invalid expression")):
        return f"{message[0].lower()}{message[1:]}, {found}"
    if before.text in _OPERATORS:
        return f"expected an expression after '{before.text}', {found}"
    if _ends_operand(before) and (_starts(tokens[place]) or _in_for(tokens, place)):
        return f"expected ';' or an operator after '{_short(before)}', {found}"
    return f"unexpected '{_short(tokens[place])}' after '{_short(before)}'"


def _is_outside(tokens: list[Token], place: int) -> bool:
    """Whether a statement begins outside of all braces."""
    texts = [token.text for token in tokens[:place]]
    return tokens[place].text in _STATEMENTS and texts.count("{") == texts.count("}")


def _short(token: Token) -> str:
    return token.text if len(token.text) <= 40 else f"{token.text[:39]}…"


def _is_name(token: Token) -> bool:
    return token.kind == "name" and token.text not in KEYWORDS


def _ends_operand(token: Token) -> bool:
    return token.kind in ("number", "string", "char") or _is_name(token) or token.text in (")", "]")


def _starts(token: Token) -> bool:
    """Whether a token begins a statement or ends a block, so that a `;` must be missing before it."""
    return token.kind in ("name", "number", "string") or token.text in ("{", "}")


def _in_for(tokens: list[Token], place: int) -> bool:
    """Whether a `)` ends the header of a `for`."""
    level = 0
    for before in range(place, 0, -1):
        level += (tokens[before].text == ")") - (tokens[before].text == "(")
        if level == 0:
            return tokens[before].text == "(" and tokens[before - 1].text == "for"
    return False
