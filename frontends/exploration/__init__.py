"""Jobs of machine exploration from YAML files, options and values.

Importing this package loads neither pydantic nor PyYAML; its functions load them when they are called.
"""

from __future__ import annotations

from os import PathLike, fspath
from typing import Any

from ...ir import Job
from ...ir.arguments import checked
from .detection import is_job, is_job_file

__all__ = ["exploration_schema", "is_job", "is_job_file", "load_job", "make_job", "parse_job"]


@checked
def load_job(path: str | PathLike[str], changes: dict[str, Any] | None = None) -> Job:
    """The job of a YAML file, whose paths are beside it, with the `changes` of `parse_job`.

    Raises `WeftError` with all findings.
    """
    from .loader import load

    return load(fspath(path), changes or {})


@checked
def parse_job(text: str, file: str = "<job>", changes: dict[str, Any] | None = None) -> Job:
    """The job in a YAML text; `file` names it in errors, and paths are beside it.

    `changes` are keys of a job with other values, whose paths are from the working folder: those of `set`, `vary`,
    `tiles` and `limits` replace single settings, all others the whole key. Raises `WeftError` with all findings.
    """
    from .loader import parse

    return parse(text, file, changes or {})


@checked
def make_job(data: dict[str, Any]) -> Job:
    """The job of the keys of a file and their values, with paths from the working folder; see `parse_job`.

    `accelerator` may also be a machine, an `ir.Accelerator`. Raises `WeftError` with all findings.
    """
    from .loader import make

    return make(data)


def exploration_schema() -> dict[str, Any]:
    """The JSON schema of job files."""
    from .model import JobModel

    return JobModel.model_json_schema()
