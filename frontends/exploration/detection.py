"""Which data and files are jobs of an exploration."""

from __future__ import annotations

from typing import Any

from ...ir import WeftError
from ...ir.files import read_text

_OWN = ("accelerator", "vary")
_SUFFIXES = (".yaml", ".yml")


def is_job(data: Any) -> bool:
    """Whether data means a job, also a wrong one: it names a machine, or varies one."""
    return isinstance(data, dict) and any(key in data for key in _OWN)


def is_job_file(path: str) -> bool:
    """Whether a YAML file is a job by its content; False for what cannot be read."""
    import yaml

    from ...ir.yaml_core import compose

    if not path.endswith(_SUFFIXES):
        return False
    try:
        _, root = compose(read_text(path))
    except (WeftError, yaml.YAMLError, ValueError):
        return False
    return isinstance(root, yaml.MappingNode) and any(str(key.value) in _OWN for key, _ in root.value)
