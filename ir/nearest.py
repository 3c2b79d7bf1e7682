"""What a misspelt name may have meant: the one place that compares spellings and words the hint."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

LIKENESS = 0.6
"""How like a known name must be to be offered, from 0 (anything) to 1 (the same)."""

SHORT = 0.3
"""`LIKENESS` for names of few letters, such as those of dimensions, of which one wrong letter is half."""

_MOST = 500
"""Known names that are compared; a file with more of them is still answered at once."""

_LONGEST = 200
"""Letters of a name that are compared, as the time grows with their square."""


def nearest(name: str, known: Iterable[str], likeness: float = LIKENESS, *, fold: bool = True) -> str | None:
    """The known name that is spelt most like `name`; None if none is like it.

    With `fold` the case of letters does not count; without, as for the names of a program text, `K` is not like `k`.
    """
    folded: dict[str, str] = {}
    for other in islice(known, _MOST):
        folded.setdefault(other.lower() if fold else other, other)
    cut = name[:_LONGEST]
    found = get_close_matches(cut.lower() if fold else cut, folded, 1, likeness)
    return folded[found[0]] if found else None


def did_you_mean(
    name: str,
    known: Iterable[str],
    plural: str = "",
    otherwise: str = "",
    likeness: float = LIKENESS,
    *,
    fold: bool = True,
) -> str:
    """The hint at a name that is none of the known ones.

    The nearest of them; else `the PLURAL are a, b, c`; else, without `plural` or any known name, `otherwise`.
    """
    names = list(known)
    found = nearest(name, names, likeness, fold=fold)
    if found is not None:
        return f"did you mean '{found}'?"
    return f"the {plural} are {', '.join(names)}" if plural and names else otherwise
