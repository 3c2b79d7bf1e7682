"""Where MAESTRO's own input files are, which this repository does not hold."""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "WEFT_REFERENCE"


def reference_folder() -> Path | None:
    """The folder with `maestro/mapping` and `maestro/validation`: `$WEFT_REFERENCE`, else `shared/reference` beside
    this checkout or the working directory, or one folder further up. None if there is none.
    """
    named = os.environ.get(VARIABLE)
    beside = (*Path(__file__).resolve().parents[5:7], *Path.cwd().parents[:2])
    folders = [Path(named)] if named else [folder / "shared" / "reference" for folder in beside]
    return next((folder for folder in folders if (folder / "maestro" / "mapping").is_dir()), None)


def shipped_files(folder: Path) -> tuple[Path, ...]:
    """The mapping files that MAESTRO ships, and those of its validation."""
    return (*sorted(folder.glob("maestro/mapping/*.m")), *sorted(folder.glob("maestro/validation/*.m")))
