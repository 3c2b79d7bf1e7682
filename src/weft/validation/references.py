"""Where the reference data are that this repository does not hold."""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "WEFT_REFERENCE"


def folder_with(*parts: str) -> Path | None:
    """The folder of that name in `$WEFT_REFERENCE`, else in `shared/reference` beside this checkout or the working
    directory, or one folder further up. None if there is none.
    """
    named = os.environ.get(VARIABLE)
    beside = (*Path(__file__).resolve().parents[4:6], *Path.cwd().parents[:2])
    folders = [Path(named)] if named else [folder / "shared" / "reference" for folder in beside]
    return next((found for folder in folders if (found := folder.joinpath(*parts)).is_dir()), None)
