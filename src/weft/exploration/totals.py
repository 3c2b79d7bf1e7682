"""All layers together on each machine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .priced import RESULT, Reasons, Rows


def with_total(found: Sequence[Rows], names: Sequence[str], reasons: Reasons) -> Rows:
    """The layers [rows] one after the other: sums of time and energy, the largest area, and what fits all of them.

    The power is the largest that the layers' machines take by themselves. The reason is that of the first layer that
    does not fit, with its name.
    """
    total = np.empty(found[0].shape, RESULT)
    for name in ("cycles", "seconds", "energy_pj"):
        total[name] = sum(rows[name] for rows in found)
    for name in ("area_mm2", "power_mw"):
        total[name] = np.max([rows[name] for rows in found], axis=0)
    total["fits"] = np.all([rows["fits"] for rows in found], axis=0)
    total["reason"] = 0
    for rows, name in zip(found, names, strict=True):
        codes = np.unique(rows["reason"])
        texts = reasons.texts
        named = np.zeros(len(texts), np.int32)
        named[codes] = [reasons.number(f"{name}: {texts[code]}") if code else 0 for code in codes]
        total["reason"] = np.where(total["reason"] == 0, named[rows["reason"]], total["reason"])
    return total
