"""Damage for the fuzzer: texts and bytes changed by chance, and pieces that have broken readers before."""

import re

from hypothesis import strategies as st

HOSTILE = [
    "", " ", "\n", "\t", "\r", "\0", "\x1b[2J", "\x07", "\u202e", "\ufeff", "\ud7ff", "é", "Ω", "٣", "𝟙", "x" * 300,
    "0", "-1", "1", "2", "010", "1:30", "1e3", "1e999", "-0", "nan", ".inf", "0x10", "2147483647", "2147483648",
    "99999999999999999999", "9" * 5000, "-" + "9" * 5000, "1.5", "null", "true", "~", "?", "*", "&a", "*a", "<<", "!!x",
    "(", ")", "[", "]", "{", "}", "[" * 120, "(" * 500, "{" * 500, ")" * 50, ":", ";", ",", "=", "->", "//", "/*", "*/",
    "#", "\"", "'", "\\", "%", "`", "$", "@", "..", "/", "/dev/zero", "+", "-", "*", "**", "%d", "{0}", "<", ">", "|",
]  # fmt: skip
_LONGEST = 20_000
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


def damaged(random, text, others=()):
    """`text` after one to four changes; `others` are texts that pieces are taken from."""
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
        text = random.choice(_CHANGES)(random, text, others)[:_LONGEST]
    return text


@st.composite
def spliced(draw, text, pieces, changes, longest):
    """`text` with up to so many stretches, each of up to `longest` characters, that a few pieces stand in place of."""
    for _ in range(draw(st.integers(1, changes))):
        start = draw(st.integers(0, len(text)))
        stop = min(len(text), start + draw(st.integers(0, longest)))
        text = text[:start] + "".join(draw(st.lists(st.sampled_from(pieces), max_size=3))) + text[stop:]
    return text


def damaged_bytes(random, data):
    """`data` after one to four changes of bytes."""
    for _ in range(random.randint(1, 4)):
        at, length = random.randrange(len(data) + 1), random.choice((1, 1, 2, 4, 16, 200))
        new = random.choice((random.randbytes(length), b"", data[:length], b"\xff" * length, b"\0" * length))
        data = data[:at] + new + data[at + random.choice((0, length)) :]
    return data


def junk(random):
    """A text of nothing but hostile pieces and letters."""
    return "".join(random.choice((*HOSTILE, "a", "K", " ", "\n")) for _ in range(random.randint(0, 12)))


def _tokens(text):
    return list(_TOKEN.finditer(text)) or [re.match("", text)]


def _replace(random, text, others):
    found = random.choice(_tokens(text))
    return text[: found.start()] + random.choice(HOSTILE) + text[found.end() :]


def _borrow(random, text, others):
    found, source = random.choice(_tokens(text)), random.choice((text, *others))
    new = random.choice(_tokens(source))[0]
    return text[: found.start()] + new + text[found.end() :]


def _delete(random, text, others):
    found, last = sorted(random.choices(_tokens(text), k=2), key=lambda item: item.start())
    return text[: found.start()] + text[(last if random.random() < 0.2 else found).end() :]


def _insert(random, text, others):
    at = random.choice(_tokens(text)).end()
    return text[:at] + random.choice((*HOSTILE, junk(random))) + text[at:]


def _repeat(random, text, others):
    found = random.choice(_tokens(text))
    return text[: found.start()] + found[0] * random.choice((2, 3, 40, 1000)) + text[found.end() :]


def _repeat_line(random, text, others):
    lines = text.splitlines(keepends=True) or [""]
    at = random.randrange(len(lines))
    return "".join([*lines[:at], lines[at] * random.choice((2, 3, 30, 300)), *lines[at + 1 :]])


def _move_line(random, text, others):
    lines = text.splitlines(keepends=True) or [""]
    lines.insert(random.randrange(len(lines)), lines.pop(random.randrange(len(lines))))
    return "".join(lines)


def _cut(random, text, others):
    return text[: random.randrange(len(text) + 1)]


def _number(random, text, others):
    found = list(re.finditer(r"\d+", text))
    if not found:
        return text
    place = random.choice(found)
    new = random.choice(("0", "1", "2", "3", "7", "-1", "1000", "65536", "2147483647", "99999999999", "0.5", "x", "?"))
    return text[: place.start()] + new + text[place.end() :]


_CHANGES = (_replace, _borrow, _delete, _insert, _repeat, _repeat_line, _move_line, _cut, _number, _number, _borrow)
