"""Machines from preset names, YAML files and MAESTRO hardware files.

Importing this package loads neither pydantic nor PyYAML; its functions load them when they are called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike, fspath
from typing import Any

from ...ir import Accelerator, MachineSpace
from ...ir.arguments import checked
from .shipped import PRESETS, list_presets

__all__ = [
    "PRESETS",
    "accelerator_schema",
    "apply_overrides",
    "list_presets",
    "load_accelerator",
    "machine_space",
    "parse_accelerator",
]


@checked
def load_accelerator(
    name_or_path: str | PathLike[str], overrides: Mapping[str, str] | Sequence[str] = ()
) -> Accelerator:
    """The machine of a preset's name, a YAML file or a MAESTRO hardware file with `overrides` applied.

    `overrides` are `key=value` texts or pairs, such as `pes=64` or `L2.capacity_bytes=unlimited`; where
    keys overlap the later wins, and one key twice is an error. Raises `WeftError` with all findings.
    """
    from .loader import load

    return load(fspath(name_or_path), overrides)


@checked
def parse_accelerator(text: str, file: str = "<accelerator>") -> Accelerator:
    """The machine in `text`, YAML or MAESTRO's hardware format; `file` names it in errors."""
    from .loader import parse

    return parse(text, file)


@checked
def apply_overrides(accelerator: Accelerator, overrides: Mapping[str, str] | Sequence[str]) -> Accelerator:
    """`accelerator` with the settings of `overrides`, checked as a file is; see `load_accelerator`."""
    from .overrides import override

    return override(accelerator, overrides)


@checked
def machine_space(accelerator: Accelerator, vary: Mapping[str, Any] | Sequence[str]) -> MachineSpace:
    """The machines that `accelerator` becomes by the values of `vary`, whose keys are those of overrides.

    `vary` has `key=values` texts or pairs, with values such as `8..240:8`, `64K..1M:*2`, `4x4|8x8`, `true|false`,
    `needed` (a capacity alone), or lists. Each value is checked by itself; machines whose values do not go together
    are in the space. Raises `WeftError` with all findings.
    """
    from .space import machine_space as read

    return read(accelerator, vary)


def accelerator_schema() -> dict[str, Any]:
    """The JSON schema of the YAML layout."""
    from .model import AcceleratorModel

    return AcceleratorModel.model_json_schema()
