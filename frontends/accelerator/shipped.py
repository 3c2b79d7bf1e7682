"""The machines that Weft ships."""

from __future__ import annotations

from pathlib import Path

PRESETS = Path(__file__).parent / "presets"
"""The folder of the machines that Weft ships, one YAML file each."""


def list_presets() -> tuple[str, ...]:
    """The names of the machines that Weft ships, in alphabetical order."""
    return tuple(sorted(path.stem for path in PRESETS.glob("*.yaml")))
