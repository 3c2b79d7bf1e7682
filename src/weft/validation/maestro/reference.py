"""Where MAESTRO's own input files are, which this repository does not hold."""

from __future__ import annotations

from pathlib import Path

from ..references import VARIABLE, folder_with

__all__ = ["VARIABLE", "reference_folder", "shipped_files"]


def reference_folder() -> Path | None:
    """The reference folder with `maestro/mapping` and `maestro/validation`; None if there is none."""
    found = folder_with("maestro", "mapping")
    return None if found is None else found.parents[1]


def shipped_files(folder: Path) -> tuple[Path, ...]:
    """The mapping files that MAESTRO ships, and those of its validation."""
    return (*sorted(folder.glob("maestro/mapping/*.m")), *sorted(folder.glob("maestro/validation/*.m")))
